"""Try 100,000 bad files and 1,000 bad exports and print what came of them: `make fuzz`, or for a time, MINUTES=10.

Builds take one core and the reader another: half of its time Hypothesis, half atheris.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz import guided
from tests.fuzz.tally import Box, Tally

ROOT = Path(__file__).resolve().parents[2]
FOUND = Path(__file__).parent / "found"
READER_INPUTS, BUILDS = 100_000, 1_000


def run_here(target: str, box: Box, number: int, result: Path) -> None:
    """Run one target in this process and write its tally."""
    if target == "guided":
        tally = guided.fuzz_guided(box, number, FOUND)
    else:
        # Not at the top: what is imported before atheris has begun is not seen by it.
        from tests.fuzz.targets import fuzz_builds, fuzz_reader

        fuzz = fuzz_reader if target == "reader" else fuzz_builds
        tally = fuzz(box, number, FOUND)
    result.write_text(tally.to_json(), encoding="utf-8")
    sys.stdout.flush()
    # libFuzzer and DuckDB's binding would print a page of their own at the end.
    os._exit(0)


def run_apart(target: str, box: Box, number: int) -> Tally:
    """Run one target in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "tally.json"
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--target",
            target,
            str(box.seconds),
            str(box.inputs),
            str(number),
            str(result),
        ]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if not result.exists():
            raise SystemExit(f"{target} ended by itself:\n{done.stdout}")
        return Tally.from_json(result.read_text(encoding="utf-8"))


def fuzz(minutes: float | None, number: int) -> list[Tally]:
    """Run every target, on two cores."""
    targets = ("reader", "guided") if guided.atheris else ("reader",)
    if minutes is None:
        of_reader, of_builds = Box(inputs=READER_INPUTS / len(targets)), Box(inputs=BUILDS)
    else:
        of_reader, of_builds = Box(minutes * 60 / len(targets)), Box(minutes * 60)
    with ThreadPoolExecutor() as pool:
        builds = pool.submit(run_apart, "builds", of_builds, number)
        tallies = [run_apart(target, of_reader, number) for target in targets]
        return [*tallies, builds.result()]


def show(tallies: list[Tally]) -> None:
    """Print one table of the targets and one of what came of the inputs."""
    print(f"{'target':<8} {'inputs':>8} {'a second':>9} {'seconds':>8} {'failures':>9}")
    for tally in tallies:
        rate = tally.inputs / max(tally.seconds, 1e-9)
        failed = sum(tally.failures.values())
        print(
            f"{tally.target:<8} {tally.inputs:>8,} {rate:>9,.1f} {tally.seconds:>8,.0f} {failed:>9,}"
        )
    if guided.atheris is None:
        print(
            "guided: left out, since atheris installs on Linux x86-64 with Python below 3.14 only."
        )
    for tally in tallies:
        print(f"\n{tally.target}")
        for kind, count in tally.kinds.most_common():
            print(f"{count:>9,}  {kind}")
        for signature, count in tally.failures.most_common():
            print(f"{count:>9,}  FAILED: {signature}")


def main() -> int:
    """Read the command line and try; exit status 1 where something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long, in place of how many inputs")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to draw the same again")
    parser.add_argument("--target", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.target:
        target, seconds, inputs, number, result = options.target
        run_here(target, Box(float(seconds), float(inputs)), int(number), Path(result))
    tallies = fuzz(options.minutes, options.seed)
    show(tallies)
    if any(tally.failures for tally in tallies):
        print(
            f"\nThe smallest input of each failure, and its traceback, are in {FOUND}; seed {options.seed}."
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
