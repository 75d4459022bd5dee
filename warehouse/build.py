"""One build: load an export, derive everything, check it, publish it unless an error was found."""

import contextlib
import errno
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.errors import CheckFailed, StandingError
from warehouse.gate.check import CheckResult
from warehouse.gate.examine import examine
from warehouse.gate.report import BuildReport, read_report
from warehouse.home import build_command
from warehouse.kept.gather import Gathered, Packing, gather_export
from warehouse.kept.inputs import Inputs, read_loads
from warehouse.kept.known import read_books, refuse_another_company, write_customers
from warehouse.kept.loads import Load, known_by, list_loads, sweep_loads
from warehouse.kept.parsed import Parsed
from warehouse.lock import only_build
from warehouse.publish import (
    build_path,
    next_build_id,
    publish,
    published_build_id,
    sweep,
    unfinished_path,
)
from warehouse.settings import Settings
from warehouse.staging.load import load_export
from warehouse.staging.rates import MissingRates, ask_for_rates
from warehouse.transform import build_facts

# A quiet customer may be years from its last event; a date further off is a slip of the hand, and
# would make a period for every week up to it.
LONGEST_SILENCE = timedelta(days=20 * 366)

Progress = Callable[[str], None]


def build(
    export: Path | None,
    warehouse: Path,
    settings: Settings,
    as_of: date | None = None,
    progress: Progress = lambda message: None,
    *,
    source: Path | None = None,
    is_delta: bool = False,
    known_at: datetime | None = None,
) -> BuildReport:
    """Keep an export as a load, build the warehouse of the newest loads and publish it.

    Without an export the newest loads are built again. `source` is a mapping of one's own; `is_delta`: the export
    holds only what changed; `known_at` (UTC where it says no zone) is when it became known, now by default. An export
    that became known before the newest load is built and kept, and what is published stays.

    Raises StandingError for an export that cannot be used or a warehouse in which another build is at work, and
    CheckFailed for an export that breaks a promise; what was published before stays as it was, and no load is kept.
    """
    started = time.monotonic()
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StandingError(f"The folder {warehouse} cannot be made: {error.strerror}.") from None
    with _in_sentences(), only_build(warehouse):
        sweep(warehouse)
        sweep_loads(warehouse)
        with tempfile.TemporaryDirectory(prefix="load-", dir=warehouse) as folder:
            workspace = Path(folder)
            if export is None:
                gathered = _gather_newest(warehouse)
            else:
                gathered = gather_export(
                    warehouse, export, workspace,
                    is_delta=is_delta, as_of=as_of, source=source, known_at=known_at,
                )  # fmt: skip
            if not gathered.is_new:
                progress(f"No new load: what is kept as {_describe(gathered)} is built again")
            return _build(gathered, warehouse, workspace, settings, as_of, progress, started)


def rebuild(
    warehouse: Path,
    settings: Settings,
    known_by_day: date,
    target: Path,
    as_of: date | None = None,
    progress: Progress = lambda message: None,
) -> Load:
    """Build a database at `target`, which nobody publishes, from the loads known at the end of a day.

    Returns the newest of these loads. Raises StandingError where none was known, or a kept file is damaged. Needs no
    lock: kept loads never change.
    """
    loads = list_loads(warehouse)
    known = known_by(loads, known_by_day, settings.time_zone)
    if not known:
        first = (
            f"the first became known on {loads[0].known_at:%Y-%m-%d}" if loads else "none is kept"
        )
        raise StandingError(f"No load was known on {known_by_day}: {first}.")
    with (
        _in_sentences(),
        tempfile.TemporaryDirectory(prefix="rebuild-", dir=target.parent) as folder,
        duckdb.connect(str(target)) as connection,
    ):
        inputs = replace(read_loads(warehouse, known, Path(folder)), parsed=None)
        _fill(connection, inputs, settings, as_of, progress)
    return known[-1]


def _build(
    gathered: Gathered,
    warehouse: Path,
    workspace: Path,
    settings: Settings,
    as_of: date | None,
    progress: Progress,
    started: float,
) -> BuildReport:
    build_id = next_build_id(warehouse)
    unfinished = unfinished_path(warehouse, build_id)
    customers = workspace / "customers.parquet"
    inputs = read_loads(warehouse, gathered.loads, workspace, gathered.at_hand)
    try:
        with Packing(warehouse, gathered, workspace).at_work() as packing:
            with duckdb.connect(str(unfinished)) as connection:
                parsed = _fill(connection, inputs, settings, as_of, progress)
                gathered.check_unchanged()
                if gathered.is_new:
                    refuse_another_company(connection, inputs, warehouse)
                progress("Running checks")
                results = examine(connection, settings)
                report = read_report(connection, build_id, results, time.monotonic() - started)
                _refuse_broken(results, published_build_id(warehouse))
                write_customers(connection, customers)
                books = read_books(connection, gathered.load)
                # Closing writes the file too, and says nothing where the disk is full.
                connection.execute("checkpoint")
            packing.keep(customers, books)
            if gathered.is_new:
                progress(f"Kept as a new load, {_describe(gathered)}")
        if gathered.is_newest:
            unfinished.replace(build_path(warehouse, build_id))
            publish(warehouse, build_id)
            parsed.keep()
        else:
            progress("A newer load is there: this one is kept, and what is published stays.")
    except MissingRates as error:
        raise ask_for_rates(error, Path(gathered.load.made_from), warehouse) from None
    finally:
        for leftover in warehouse.glob(f"{unfinished.name}*"):
            with contextlib.suppress(OSError):
                leftover.unlink()
    return report


def _fill(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    settings: Settings,
    as_of: date | None,
    progress: Progress,
) -> Parsed:
    """From the files of the loads to everything but the checks; return what was parsed."""
    as_of = as_of or inputs.state[-1].as_of
    parsed = load_export(connection, inputs, settings, as_of, progress)
    build_facts(connection, settings, _read_as_of(connection), progress)
    return parsed


def _gather_newest(warehouse: Path) -> Gathered:
    loads = list_loads(warehouse)
    if not loads:
        raise StandingError(
            f"No load is kept in {warehouse} yet: run {build_command(warehouse, 'EXPORTS')} with the folder"
            " of your export."
        )
    return Gathered(loads[-1], loads, is_new=False, is_newest=True, at_hand={}, stamps={})


def _describe(gathered: Gathered) -> str:
    load = gathered.load
    kind = "delta" if load.is_delta else "full"
    return f"{load.load_id} ({kind}, known {load.known_at:%Y-%m-%d %H:%M} UTC)"


def _refuse_broken(results: list[CheckResult], before: str | None) -> None:
    broken = [result for result in results if result.is_broken and result.severity == "error"]
    if broken:
        raise CheckFailed(
            "The build breaks a promise, so nothing was published"
            + (" and the warehouse of before stays: " if before else ": ")
            + " ".join(result.to_text() for result in broken)
        )


@contextmanager
def _in_sentences() -> Generator[None]:
    """What a disk, a right or the memory lacks, as a sentence."""
    try:
        yield
    except (
        OSError,
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        duckdb.FatalException,
        duckdb.TransactionException,
    ) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise StandingError(
            f"The build stopped, and nothing was published: {reason}. {_advise(error)}, then run the same command"
            " again; what was published before stays."
        ) from None


def _advise(error: Exception) -> str:
    text = str(error)
    if isinstance(error, FileNotFoundError):
        return "Put the file back or wait until the export is complete"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "Give it more memory, or close other programs"
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in text:
        return "Make room on the disk"
    return "Put that right"


def _read_as_of(connection: duckdb.DuckDBPyConnection) -> date:
    """The as-of date of a load; StandingError where it lies so far from the data that it is a slip."""
    row = connection.execute(
        "select any_value(as_of), max(newest_on) from build_info cross join table_status"
    ).fetchone()
    assert row is not None, "load_export leaves one row in build_info"
    as_of, newest = row
    if newest and as_of - newest > LONGEST_SILENCE:
        raise StandingError(
            f"The as-of date {as_of} is more than twenty years after the newest date in the export ({newest}):"
            " give the last day for which the data is complete."
        )
    return as_of
