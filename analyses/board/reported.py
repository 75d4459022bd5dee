"""The quarter before as the board last saw it: from the pack before, else as the ledger had it."""

from datetime import timedelta
from pathlib import Path

import duckdb

from analyses.board.document import Pack
from analyses.board.facts import Reported
from analyses.board.names import HEADLINES
from analyses.board.quarter import list_trailing
from ledger.as_known import Asked, read_as_known
from ledger.builds import read_settings
from metrics.engine import Record
from metrics.periods import Period, format_date
from metrics.registry import load_metrics
from warehouse.errors import StandingError


def find_reported(
    warehouse: Path, cursor: duckdb.DuckDBPyConnection, quarter: Period, previous: Pack | None
) -> Reported:
    """The headlines of the quarter before.

    Without a pack that holds it: as known on the last day of the quarter that is frozen now, by when
    the quarter before had been reported for the last time.
    """
    before = list_trailing(cursor, quarter, 2)[0]
    if before == quarter:
        return Reported(reason="no quarter before")
    if previous is not None:
        found = {
            record.metric: record
            for record in previous.numbers
            if record.metric in HEADLINES and _is_of(record, before)
        }
        if found:
            return Reported(found, f"in pack {previous.name}")
    return _recall(warehouse, cursor, quarter, before)


def _recall(
    warehouse: Path, cursor: duckdb.DuckDBPyConnection, quarter: Period, before: Period
) -> Reported:
    day = quarter.end - timedelta(days=1)
    metrics = load_metrics()
    asked = Asked([metrics[name] for name in HEADLINES], "quarter", None, before.start, None)
    try:
        _, known = read_as_known(warehouse, day, read_settings(cursor).time_zone, asked)
    except StandingError as error:
        return Reported(reason=str(error).rstrip("."))
    if known is None:
        return Reported(reason="first pack")
    records = {each.metric: each for each in known.records}
    return Reported(records, f"as known on {format_date(day)}")


def _is_of(record: Record, period: Period) -> bool:
    return (
        record.period_start == period.start and record.dimension is None and record.member is None
    )
