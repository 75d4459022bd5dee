"""Write the golden file again, after a change of numbers that is meant: python -m tests.golden.renew

Read its difference before you commit it: every line of it is a number that a reader will see change.
"""

import contextlib
import csv
import io
import tempfile
from pathlib import Path

import cli
import start

GOLDEN = Path(__file__).parent / "metrics.csv"
ASKED = (("week", "8"), ("quarter", "4"))


def show(warehouse: Path) -> str:
    """All metrics of the last weeks and quarters, as the command line prints them."""
    text = ""
    for grain, last in ASKED:
        out = io.StringIO(newline="")
        arguments = ["show", "--grain", grain, "--last", last, "--format", "csv"]
        with contextlib.redirect_stdout(out):
            status = cli.main([*arguments, "--warehouse", str(warehouse)])
        if status:
            raise SystemExit(status)
        header, _, rows = without_words(out.getvalue()).partition("\r\n")
        text += rows if text else f"{header}\r\n{rows}"
    return text


def without_words(text: str) -> str:
    """The csv without the assumptions, which are the same words in row after row."""
    kept = io.StringIO(newline="")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = [name for name in rows.fieldnames or () if name != "assumptions"]
    writer = csv.DictWriter(kept, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()


def renew() -> None:
    """Build the sample and keep what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            status = cli.main(["build", str(start.SAMPLE), "--warehouse", folder])
        if status:
            raise SystemExit(status)
        text = show(Path(folder)).replace("\r\n", "\n")
        GOLDEN.write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    renew()
