"""What the board last saw: of the quarter before, from a pack or the ledger; of the quarter itself, where a pack
of it was frozen before."""

from collections.abc import Sequence
from dataclasses import replace
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
    warehouse: Path, cursor: duckdb.DuckDBPyConnection, quarter: Period, earlier: Sequence[Pack]
) -> Reported:
    """The headlines of the quarter before, and of the quarter itself where an earlier pack is of it.

    Without a pack that holds the quarter before: as known on the last day of the quarter that is
    frozen now, by when it had been reported for the last time.
    """
    before = list_trailing(cursor, quarter, 2)[0]
    own, own_where = _find_told(earlier, quarter)
    found, where = _find_told(earlier, before)
    if before == quarter:
        reported = Reported(reason="no quarter before")
    elif found:
        reported = Reported(found, where)
    else:
        reported = _recall(warehouse, cursor, quarter, before)
    return replace(reported, own=own, own_where=own_where)


def _find_told(earlier: Sequence[Pack], quarter: Period) -> tuple[dict[str, Record], str]:
    """The headlines of a quarter as they were told last, and in which pack; nothing where none holds it."""
    for pack in earlier:
        found = {
            record.metric: record
            for record in pack.numbers
            if record.metric in HEADLINES and _is_of(record, quarter)
        }
        if found:
            return found, f"in pack {pack.name}"
    return {}, ""


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
