"""What is said below a table of numbers: tables that are missing or silent, starts in doubt."""

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb

from analyses.formats import format_value
from analyses.lifetime.floor import describe_floor, find_floors
from analyses.lifetime.margins import find_monthly_margins, find_start
from analyses.survival import describe_first_day, find_first_day
from metrics.engine import Record, missing_tables
from metrics.freshness import describe_silence, find_silences, silences_of
from metrics.periods import list_periods
from metrics.registry import Metric
from metrics.scope import Scope

DAY = timedelta(days=1)
# The metrics that take every stay to begin where its record does.
TENURES = ("ret_km", "ret_rmst", "ltv_km")
SIMPLE = "ltv_simple"
# The metrics that rest on the margin of an average customer of today, and whether they grow (1) or
# fall (-1) in proportion to it.
AT_AVERAGE = {"ltv_km": 1, "eco_ltvcac": 1, "eco_payback_simple": -1}


def missing_lines(connection: duckdb.DuckDBPyConnection, metrics: Sequence[Metric]) -> list[str]:
    """What to do about tables that the export lacks, one line a table."""
    absent = {name for metric in metrics for name in missing_tables(connection.cursor(), metric)}
    return [
        f"This export has no {name}: add it, or map it in warehouse/sources/<crm>/{name}.sql."
        for name in sorted(absent)
    ]


def silence_lines(
    connection: duckdb.DuckDBPyConnection, metrics: Sequence[Metric], records: Sequence[Record]
) -> list[str]:
    """Which of the shown numbers need a table that has gone silent, one line a table."""
    if not records:
        return []
    last_day = _find_end(connection, records) - DAY
    silences = find_silences(connection.cursor())
    lines: list[str] = []
    for silence in silences:
        reading = [each.id for each in metrics if silences_of([silence], each, last_day)]
        if reading:
            named = ", ".join(reading[:3]) + (
                f" and {len(reading) - 3} more" if len(reading) > 3 else ""
            )
            lines.append(
                f"Beware: {describe_silence(silence)} ({silence.age_days} days, longer than ever in"
                f" the year before): {named} may be too low."
            )
    return lines


def tenure_lines(
    connection: duckdb.DuckDBPyConnection, metrics: Sequence[Metric], records: Sequence[Record]
) -> list[str]:
    """How many stays may be older than their first day, where the shown numbers take them as new."""
    named = [each.id for each in metrics if each.id in TENURES]
    if not named or not records:
        return []
    first = find_first_day(connection.cursor(), _find_end(connection, records), Scope())
    told = describe_first_day(first)
    if not told:
        return []
    verb = "takes" if len(named) == 1 else "take"
    return [
        f"Note: {told}: {', '.join(named)} {verb} them as new; the churn page can leave them out."
    ]


def floor_lines(
    connection: duckdb.DuckDBPyConnection, records: Sequence[Record], by: str | None, currency: str
) -> list[str]:
    """The least that constant retention can be, for each shown value that rests on no loss."""
    shown = [each for each in records if each.metric == SIMPLE and each.value is not None]
    if not shown:
        return []
    floors = find_floors(connection.cursor(), shown[0].grain, Scope(), by)
    lines: list[str] = []
    for record in shown:
        floor = floors.get((record.period_start, record.breakdown))
        if floor:
            where = " ".join(filter(None, (str(record.period_start), record.breakdown)))
            lines.append(
                f"Note: {SIMPLE} of {where} is no estimate: {describe_floor(floor, currency)}."
            )
    return lines


def start_lines(
    connection: duckdb.DuckDBPyConnection, records: Sequence[Record], by: str | None, currency: str
) -> list[str]:
    """What a value at today's average MRR would be at what the new customers of the newest period
    started with: one line; none where nobody is new, or by a dimension."""
    shown = [each for each in records if each.metric in AT_AVERAGE and each.value is not None]
    if by or not shown:
        return []
    newest = max(each.period_start for each in shown)
    shown = [each for each in shown if each.period_start == newest]
    cursor = connection.cursor()
    start = find_start(cursor, shown[0].grain, newest, Scope())
    of_all = find_monthly_margins(cursor, _find_end(connection, shown), Scope(), None).get(None)
    if start is None or of_all is None or of_all.mean <= 0 or start.margin.mean <= 0:
        return []
    ratio = start.margin.mean / of_all.mean
    told = [
        f"{each.metric} {format_value(float(each.value or 0) * ratio ** AT_AVERAGE[each.metric], each.unit, currency)}"
        for each in shown
    ]
    paid = start.describe(currency)
    return [
        f"Note: {', '.join(each.metric for each in shown)}: at today's average MRR. "
        f"{paid[:1].upper()}{paid[1:]}; at that: {', '.join(told)}."
    ]


def _find_end(connection: duckdb.DuckDBPyConnection, records: Sequence[Record]) -> date:
    """The end of the newest period, exclusive."""
    newest = max(records, key=lambda record: record.period_start)
    periods = list_periods(connection.cursor(), newest.grain)
    return next(each.end for each in periods if each.start == newest.period_start)
