"""Evaluate a metric: set the scope, run its SQL, divide, and say why where there is no value."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd

from metrics.basis import basis_of
from metrics.intervals import compute_nps_interval, compute_poisson, compute_wilson
from metrics.periods import Period, list_periods, select_periods
from metrics.reasons import REASONS
from metrics.registry import Metric
from metrics.scope import Scope, check_chosen, set_variables
from warehouse.errors import StandingError

Number = int | float | Decimal


@dataclass(frozen=True)
class Record:
    """One number. value is a share for percent, 100 x a share for points; None has a reason.

    Money is Decimal where nothing was divided. low and high bound the value with 95 % confidence.
    basis is "inferred terms" where the value rests on them, else None.
    """

    metric: str
    grain: str
    period_start: date
    dimension: str | None
    breakdown: str | None
    member: str | None
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    low: float | None
    high: float | None
    unit: str
    reason: str | None
    basis: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The record by the names of its columns, in their order."""
        return asdict(self)


COLUMNS = tuple(field.name for field in fields(Record))


def evaluate(
    cursor: duckdb.DuckDBPyConnection,
    metric: Metric,
    *,
    grain: str = "week",
    scope: Scope = Scope(),
    breakdown: str | None = None,
    period: date | None = None,
    last: int | None = None,
    include_open: bool = False,
) -> list[Record]:
    """The metric's numbers: one record per period, value of the dimension `breakdown`, and member.

    Without `period` (its first day) or `last` (the last N closed periods): every closed period,
    oldest first. An open period, asked for by its day or by include_open, has records without a
    value (partial_period). Periods before the data have no record. Give every call a cursor of its
    own: it sets variables on it.

    Raises StandingError for an unknown grain, dimension or period.
    """
    asked = scope.used() + ((breakdown,) if breakdown else ())
    check_chosen(cursor, asked)
    periods = select_periods(list_periods(cursor, grain), period, last, include_open)
    if not periods:
        return []
    if missing_tables(cursor, metric):
        off = {"reason": "missing_table"}
        return [_record(metric, each, breakdown, off, None) for each in periods]
    basis = basis_of(cursor, metric)
    set_variables(cursor, grain, scope, breakdown)
    by_start = {each.start: each for each in periods}
    records = [
        _record(metric, by_start[row["period_start"]], breakdown, row, basis)
        for row in _run(cursor, metric, periods[0].start, periods[-1].start)
    ]
    order = {member: position for position, member in enumerate(metric.members)}
    return sorted(
        records,
        key=lambda each: (each.period_start, each.breakdown or "", order.get(each.member or "", 0)),
    )


def missing_tables(cursor: duckdb.DuckDBPyConnection, metric: Metric) -> list[str]:
    """The contract tables that the metric needs and the export did not have."""
    rows = cursor.execute(
        "select table_name from table_status where not is_present and list_contains(?, table_name)",
        [list(metric.tables)],
    ).fetchall()
    return sorted(name for (name,) in rows)


def to_frame(records: Sequence[Record]) -> pd.DataFrame:
    """Records as a DataFrame, one column a field; numbers are float64, a missing one NaN."""
    frame = pd.DataFrame([each.to_dict() for each in records], columns=list(COLUMNS))
    numbers = ["value", "numerator", "denominator", "low", "high"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _run(
    cursor: duckdb.DuckDBPyConnection, metric: Metric, first: date, last: date
) -> list[dict[str, Any]]:
    cursor.execute(
        f"select * from (\n{metric.sql}\n) as evaluated where period_start between ? and ?",
        [first, last],
    )
    names = [column[0] for column in cursor.description or []]
    if "value" not in names and not {"numerator", "denominator"} <= set(names):
        raise StandingError(
            f"{metric.id}.sql must return value, or numerator and denominator; "
            f"it returns {', '.join(names)}."
        )
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _record(
    metric: Metric, period: Period, breakdown: str | None, row: dict[str, Any], basis: str | None
) -> Record:
    reason = row.get("reason") if period.is_closed else "partial_period"
    if reason is not None and reason not in REASONS:
        raise StandingError(f"{metric.id}.sql returns the reason {reason!r}, which has no meaning.")
    # A reason withholds all numbers: a rate must not be rebuilt from a window that was too short.
    shown = row if reason is None else {}
    value, low, high = _compute(metric, shown)
    if value is None and reason is None:
        reason = "no_denominator"
    return Record(
        metric=metric.id,
        grain=period.grain,
        period_start=period.start,
        dimension=breakdown,
        breakdown=row.get("breakdown"),
        member=row.get("member"),
        value=value,
        numerator=shown.get("numerator"),
        denominator=shown.get("denominator"),
        low=low,
        high=high,
        unit=metric.unit,
        reason=reason,
        basis=basis,
    )


def _compute(
    metric: Metric, row: dict[str, Any]
) -> tuple[Number | None, float | None, float | None]:
    if row.get("value") is not None:
        return row["value"], row.get("low"), row.get("high")
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if numerator is None or not denominator:
        return None, None, None
    scale = 100 if metric.unit == "points" else 1
    value = scale * float(numerator) / float(denominator)
    low, high = row.get("low"), row.get("high")
    if metric.interval == "wilson":
        low, high = compute_wilson(float(numerator), float(denominator))
    elif metric.interval == "poisson":
        low, high = compute_poisson(float(numerator), float(denominator))
    elif metric.interval == "nps":
        low, high = compute_nps_interval(value, float(row["variance"]), float(denominator))
    return value, low, high
