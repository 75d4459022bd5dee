"""LibreOffice, which draws and computes our files as Office does; `python tests/libreoffice.py` installs Debian's."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# Without a font of Arial's widths every word of a deck is drawn wider than it is for those who get the deck.
PACKAGES = (
    "libreoffice-impress",
    "libreoffice-calc",
    "poppler-utils",
    "fontconfig",
    "fonts-liberation",
)
PROGRAMS = ("soffice", "pdftotext", "pdftoppm", "fc-match")
FONTS = ("Arial", "Liberation Sans", "Arimo")
MISSING = "no LibreOffice with Arial's widths here: `python tests/libreoffice.py` installs one on Debian as root"


def is_there() -> bool:
    """Whether files can be converted, drawn as Office draws them, and PDFs read."""
    if not all(shutil.which(each) for each in PROGRAMS):
        return False
    return _run(["fc-match", "--format=%{family}", "Arial"]).startswith(FONTS)


def install() -> int:
    """Install what is not there; return the exit status."""
    if is_there():
        return 0
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        print(
            "There is no LibreOffice with a font of Arial's widths here: tests that look at drawn files are skipped."
        )
        return 0
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environ, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    status = subprocess.run(command, env=environ, check=False).returncode
    if status:
        print(
            f"LibreOffice could not be installed; by hand it is: apt-get install {' '.join(PACKAGES)}"
        )
    return status


def convert(files: Mapping[str, bytes], kind: str, folder: Path) -> list[Path]:
    """Files by name, each converted to a kind ('pdf', 'xlsx') in a folder; all in one start of the program."""
    given = folder / "given"
    given.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (given / name).write_bytes(content)
    # A profile of its own: another one that runs would take the work over and answer nothing.
    with tempfile.TemporaryDirectory(prefix="libreoffice-") as profile:
        _run(
            [
                "soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore",
                "--convert-to", kind, "--outdir", str(folder), *(str(given / name) for name in files),
            ]
        )  # fmt: skip
    made = [folder / Path(name).with_suffix(f".{kind.partition(':')[0]}").name for name in files]
    assert all(each.exists() for each in made), f"LibreOffice did not convert {list(files)}."
    return made


def read_boxes(pdf: Path) -> str:
    """The words of a PDF with their places, as XHTML (pdftotext -bbox-layout)."""
    return _run(["pdftotext", "-bbox-layout", str(pdf), "-"])


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    sys.exit(install())
