"""Measure the build and a page against baselines taken in the same run: `make bench`.

Seconds on one machine vary by a factor of two within an hour, so only the ratios are to be
compared: the build to DuckDB's mere reading of the same files into text tables (goal: at most 4),
and a page's warm rerun on this company to the same page on the sample (goal: about 1).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SAMPLE = ROOT / "data" / "sample" / "salesforce"
CACHE = Path(tempfile.gettempdir()) / "standing-bench"
RERUNS = 15

Result = dict[str, Any]


def peak_bytes() -> int | None:
    """Return the most memory that this process has held, or None where that is not told."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure_read(export: Path, folder: Path) -> Result:
    """Read every CSV file into a table of text, and count the rows."""
    database = folder / "text.duckdb"
    connection = duckdb.connect(database)
    started = time.perf_counter()
    rows = 0
    for number, path in enumerate(sorted(export.glob("*.csv"))):
        connection.execute(
            f"create table file_{number} as select * from read_csv(?, all_varchar = true, "
            "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"columns = {columns_of(path)}, max_line_size = 10000000)",
            [str(path)],
        )
        counted = connection.execute(f"select count(*) from file_{number}").fetchone()
        rows += counted[0] if counted else 0
    connection.execute("checkpoint")
    seconds = time.perf_counter() - started
    connection.close()
    database.unlink()
    return {"seconds": seconds, "rows": rows}


def columns_of(path: Path) -> str:
    """Return the header of a file as DuckDB's `columns`, every one of them text."""
    with path.open(encoding="utf-8") as file:
        names = [name.strip().strip('"') for name in file.readline().split(",")]
    return "{" + ", ".join(f"'{name}': 'varchar'" for name in names) + "}"


def measure_build(export: Path, folder: Path) -> Result:
    """Build a warehouse as `cli.py build` does."""
    from warehouse.build import build
    from warehouse.settings import load_settings

    started = time.perf_counter()
    build(export, folder, load_settings(None), None, lambda message: None)
    return {"seconds": time.perf_counter() - started}


def measure_page(warehouse: Path) -> Result:
    """Rerun the landing page with warm caches, and an empty page as the unit."""
    from streamlit.logger import set_log_level
    from streamlit.testing.v1 import AppTest

    set_log_level("ERROR")
    os.environ["STANDING_WAREHOUSE"] = str(warehouse)
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    empty = AppTest.from_string("import streamlit as st\nst.title('Empty')", default_timeout=300)
    first = seconds_of(page.run)
    if page.exception:
        raise SystemExit(f"The page failed: {page.exception[0].message}")
    empty.run()
    reruns = [seconds_of(page.run) for _ in range(RERUNS)]
    units = [seconds_of(empty.run) for _ in range(RERUNS)]
    return {
        "seconds": statistics.median(reruns),
        "empty": statistics.median(units),
        "first": first,
    }


def seconds_of(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def stage(name: str, *arguments: Path) -> Result:
    """Measure one thing in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, __file__, "--stage", name, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"The stage {name} failed: its own words are above.")
    return json.loads(done.stdout.splitlines()[-1])


def run_stage(name: str, arguments: list[str]) -> None:
    """Do what `stage` asked this process for."""
    stages: dict[str, Callable[..., Result]] = {
        "read": measure_read,
        "build": measure_build,
        "page": measure_page,
    }
    result = stages[name](*map(Path, arguments))
    print(json.dumps({**result, "peak": peak_bytes()}), flush=True)
    os._exit(
        0
    )  # DuckDB prints a page of harmless warnings when a page's connection is open at the end.


def make_export(customers: int) -> Path:
    """Return an export of this many customers, generated once and kept outside the repository."""
    export = CACHE / f"export-{customers}"
    if not export.is_dir():
        partial = CACHE / f"partial-{customers}"
        shutil.rmtree(partial, ignore_errors=True)
        generator = [sys.executable, str(ROOT / "data" / "generate_sample.py")]
        command = [*generator, "--customers", str(customers), "--out", str(partial)]
        print(f"Generating {customers:,} customers into {export} (kept for the next time).")
        subprocess.run(command, check=True, cwd=ROOT)
        partial.rename(export)
    return export


def megabytes(count: int | None) -> str:
    """Write a number of bytes."""
    return "-" if count is None else f"{count / 1e6:,.0f} MB"


def bench(customers: int) -> None:
    """Measure, and print the table."""
    CACHE.mkdir(exist_ok=True)
    export = make_export(customers)
    size = sum(path.stat().st_size for path in export.iterdir())
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        folder = Path(scratch)
        warehouse, sample = folder / "warehouse", folder / "sample"
        for path in export.iterdir():  # Both read from the system's cache, or neither does.
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass
        # Before and after the build, since the machine's speed drifts.
        read = stage("read", export, folder)
        build = stage("build", export, warehouse)
        read_again = stage("read", export, folder)
        built = sum(path.stat().st_size for path in warehouse.rglob("*") if path.is_file())
        stage("build", SAMPLE, sample)
        page, page_sample = stage("page", warehouse), stage("page", sample)
    reading = (read["seconds"] + read_again["seconds"]) / 2
    lines = [
        ("customers", f"{customers:,}"),
        ("rows", f"{read['rows']:,}"),
        ("export", megabytes(size)),
        ("warehouse", megabytes(built)),
        ("reading as text", f"{reading:.1f} s, peak {megabytes(read['peak'])}"),
        ("build", f"{build['seconds']:.1f} s, peak {megabytes(build['peak'])}"),
        ("build / reading", f"{build['seconds'] / reading:.2f} (goal: at most 4)"),
        ("page, first run", f"{page['first']:.2f} s"),
        ("page, warm rerun", in_units(page)),
        ("  on the sample", in_units(page_sample)),
        ("page / sample", f"{page['seconds'] / page_sample['seconds']:.2f} (goal: about 1)"),
    ]
    for label, value in lines:
        print(f"{label:<18} {value}")


def in_units(page: Result) -> str:
    """Write a rerun's time, and how many empty pages it is worth."""
    return f"{page['seconds'] * 1000:.0f} ms, {page['seconds'] / page['empty']:.1f} empty pages"


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Measure the build and a page's rerun.")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--stage", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        run_stage(options.stage[0], options.stage[1:])
    else:
        bench(options.customers)


if __name__ == "__main__":
    main()
