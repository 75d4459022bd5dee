"""Measurements that each want a process of their own, so that their peak of memory is theirs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from bench import ROOT

Result = dict[str, Any]


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


def measure_shares(warehouse: Path, folder: Path) -> Result:
    """Where the time of each page goes."""
    from bench.shares import measure_shares

    return {"pages": measure_shares(warehouse)}


STAGES: dict[str, Callable[[Path, Path], Result]] = {
    "read": measure_read,
    "build": measure_build,
    "shares": measure_shares,
}


def run_apart(stage: str, first: Path, second: Path) -> Result:
    """Run a stage in a process of its own; "peak" is the most memory that it held."""
    command = [sys.executable, "-m", "bench", "--stage", stage, str(first), str(second)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"The stage {stage} failed: its own words are above.")
    return json.loads(done.stdout.splitlines()[-1])


def run_here(stage: str, first: str, second: str) -> None:
    """Do what `run_apart` asked this process for."""
    result = STAGES[stage](Path(first), Path(second))
    print(json.dumps({**result, "peak": peak_bytes()}), flush=True)
    os._exit(0)  # DuckDB prints a page on its leaks when a page's connection is open at the end.


def peak_bytes() -> int | None:
    """Return the most memory that this process has held, or None where that is not told."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
