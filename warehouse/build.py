"""One build: load an export, derive everything, check it, publish it unless an error was found."""

import contextlib
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.check import run_checks, store_results
from warehouse.errors import CheckFailed, StandingError
from warehouse.freshness import measure_freshness
from warehouse.load import load_export
from warehouse.publish import build_path, publish
from warehouse.rates import MissingRates, ask_for_rates
from warehouse.report import BuildReport, read_report
from warehouse.settings import Settings
from warehouse.transform import build_facts
from warehouse.volume import compare_files

# A quiet customer may be years from its last event; a date further off is a slip of the hand, and
# would make a period for every week up to it.
LONGEST_SILENCE = timedelta(days=20 * 366)


def build(
    export: Path,
    warehouse: Path,
    settings: Settings,
    as_of: date | None = None,
    progress: Callable[[str], None] = lambda message: None,
    *,
    source: Path | None = None,
) -> BuildReport:
    """Build the warehouse of an export and publish it.

    `source` is the folder of a mapping of one's own; without it the CRM is recognised by its headers. Raises
    StandingError for an export that cannot be used and CheckFailed for one that breaks a promise; what was published
    before stays as it was.
    """
    started = time.monotonic()
    build_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StandingError(f"The folder {warehouse} cannot be made: {error.strerror}.") from None
    unfinished = warehouse / f".unfinished_{build_id}.duckdb"
    try:
        with duckdb.connect(str(unfinished)) as connection:
            load_export(connection, export, settings, as_of, progress, source)
            connection.execute("update build_info set build_id = ?", [build_id])
            build_facts(connection, settings, _read_as_of(connection), progress)
            compare_files(connection, settings)
            measure_freshness(connection)
            progress("Running checks")
            results = run_checks(connection)
            store_results(connection, results)
            report = read_report(connection, build_id, results, time.monotonic() - started)
            broken = [
                result for result in results if not result.holds and result.severity == "error"
            ]
            if broken:
                raise CheckFailed(
                    "The build breaks a promise, so nothing was published and the warehouse of before stays: "
                    + " ".join(result.to_text() for result in broken)
                )
        unfinished.replace(build_path(warehouse, build_id))
        publish(warehouse, build_id)
    except MissingRates as error:
        raise ask_for_rates(error, export, warehouse) from None
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = str(error).splitlines()[0]
        raise StandingError(f"The build stopped, and nothing was published: {reason}.") from None
    finally:
        for leftover in warehouse.glob(f".unfinished_{build_id}.duckdb*"):
            with contextlib.suppress(OSError):
                leftover.unlink()
    return report


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
