"""Bring every fault about and print a table, one line a fault: `make faults`."""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.faults.faults import FAULTS
from tests.faults.scene import Scene


def main() -> int:
    """Read the command line and try; exit status 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="faults whose name holds this")
    options = parser.parse_args()
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="standing-faults-") as folder:
        base = Scene.prepare(Path(folder) / "base")
        for number, fault in enumerate(FAULTS):
            if options.only not in fault.name:
                continue
            started = time.monotonic()
            scene = base.copy(Path(folder) / str(number))
            try:
                held, said = "held", fault.run(scene)
            except Exception as error:
                held, said = "FAILED", (str(error) or repr(error)).splitlines()[0]
                failed.append(f"{fault.name}\n{traceback.format_exc()}")
            seconds = time.monotonic() - started
            print(f"{held:<7} {seconds:>6.1f} s  {fault.name}\n{'':<18}{said}", flush=True)
    print(*failed, sep="\n", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
