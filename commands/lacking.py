"""What is said below a table of numbers: which tables are missing, and which have gone silent."""

from collections.abc import Sequence
from datetime import timedelta

import duckdb

from metrics.engine import Record, missing_tables
from metrics.freshness import describe_silence, find_silences, silences_of
from metrics.periods import list_periods
from metrics.registry import Metric

DAY = timedelta(days=1)


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
    newest = max(records, key=lambda record: record.period_start)
    periods = list_periods(connection.cursor(), newest.grain)
    last_day = next(each.end for each in periods if each.start == newest.period_start) - DAY
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
