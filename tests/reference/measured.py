"""The product's numbers of many views at once: as a freeze measures them, which equals `evaluate`."""

import datetime as dt
from collections.abc import Collection
from contextlib import closing
from typing import Any, TypeAlias

import duckdb

from ledger.digits import to_number
from ledger.measure import measure
from metrics.registry import load_metrics

Key: TypeAlias = tuple[str, dt.date, str | None, str | None]
Numbers: TypeAlias = tuple[Any, Any, Any]
View: TypeAlias = tuple[str, str | None]  # grain, dimension

METRICS = load_metrics()


def measured_numbers(
    connection: duckdb.DuckDBPyConnection, views: Collection[View]
) -> dict[View, dict[Key, Numbers]]:
    """By view, every closed period's value, numerator and denominator of every metric."""
    found: dict[View, dict[Key, Numbers]] = {view: {} for view in views}
    with closing(connection.cursor()) as cursor:
        measure(cursor, METRICS.values(), [(grain, by or "") for grain, by in views])
        rows = cursor.execute(
            "select grain, nullif(dimension, ''), metric, period_start,"
            " case when dimension <> '' then breakdown end, nullif(member, ''), kinds, value, numerator, denominator"
            " from measured"
        ).fetchall()
    for grain, dimension, name, start, breakdown, member, kinds, *digits in rows:
        key = (name, start, breakdown or None, member)
        assert key not in found[grain, dimension], f"two records of {key}"
        value, numerator, denominator = map(to_number, digits, kinds)
        found[grain, dimension][key] = (value, numerator, denominator)
    return found
