"""The product's numbers of many views at once: as a freeze measures them, which equals `evaluate`."""

import datetime as dt
from collections.abc import Collection
from contextlib import closing
from typing import Any, TypeAlias

import duckdb

from ledger.digits import to_number
from ledger.measure import measure
from metrics.engine import Record
from metrics.registry import load_metrics

Key: TypeAlias = tuple[str, dt.date, str | None, str | None]
Numbers: TypeAlias = tuple[Any, Any, Any]
View: TypeAlias = tuple[str, str | None]  # grain, dimension

METRICS = load_metrics()


def measured_records(
    connection: duckdb.DuckDBPyConnection, views: Collection[View]
) -> dict[View, dict[Key, Record]]:
    """By view, every closed period's record of every metric; its basis is left out."""
    found: dict[View, dict[Key, Record]] = {view: {} for view in views}
    with closing(connection.cursor()) as cursor:
        measure(cursor, METRICS.values(), [(grain, by or "") for grain, by in views])
        rows = cursor.execute(
            "select grain, nullif(dimension, ''), metric, period_start, nullif(breakdown, ''), nullif(member, ''),"
            " kinds, value, numerator, denominator, low, high, reason from measured"
        ).fetchall()
    for grain, dimension, name, start, breakdown, member, kinds, *numbers in rows:
        *digits, low, high, reason = numbers
        key = (name, start, breakdown, member)
        assert key not in found[grain, dimension], f"two records of {key}"
        value, numerator, denominator = map(to_number, digits, kinds)
        found[grain, dimension][key] = Record(
            name, grain, start, dimension, breakdown, member, value, numerator, denominator, low, high,
            METRICS[name].unit, reason,
        )  # fmt: skip
    return found


def measured_numbers(
    connection: duckdb.DuckDBPyConnection, views: Collection[View]
) -> dict[View, dict[Key, Numbers]]:
    """By view, every closed period's value, numerator and denominator of every metric."""
    return {
        view: {key: (each.value, each.numerator, each.denominator) for key, each in records.items()}
        for view, records in measured_records(connection, views).items()
    }
