"""All numbers of a pack: every metric, in total over the trailing quarters and by dimension in the last."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from ledger.digits import to_number
from ledger.measure import list_slices, measure
from metrics.basis import find_basis, reads_terms
from metrics.engine import Record
from metrics.periods import Period
from metrics.registry import Metric

# The total of each quarter, and of the last one every dimension.
SELECT = """
select
    metric,
    period_start,
    nullif(dimension, '') as dimension,
    case when dimension <> '' then breakdown end as breakdown,
    nullif(member, '') as member,
    value,
    numerator,
    denominator,
    kinds,
    low,
    high,
    reason
from measured
where period_start = $last or (dimension = '' and list_contains($quarters, period_start))
order by metric, period_start, dimension nulls first, breakdown
"""


def read_numbers(
    cursor: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    quarters: Sequence[Period],
) -> tuple[Record, ...]:
    """The records as `evaluate` gives them, read set by set (the whole catalogue takes a second).

    quarters: closed ones, oldest first. In the order of metrics, quarters, slices and members.
    """
    measure(cursor, metrics.values(), list_slices(cursor, ["quarter"]))
    starts = [each.start for each in quarters]
    rows = cursor.execute(SELECT, {"last": starts[-1], "quarters": starts}).fetchall()
    cursor.execute("drop table measured")
    basis = find_basis(cursor)
    records = [_to_record(row, metrics, basis) for row in rows]
    places = {name: place for place, name in enumerate(metrics)}
    orders = {
        name: {member: place for place, member in enumerate(metric.members)}
        for name, metric in metrics.items()
    }
    return tuple(
        sorted(
            records,
            key=lambda each: (
                places[each.metric], each.period_start, each.dimension or "", each.breakdown or "",
                orders[each.metric].get(each.member or "", 0), each.member or "",
            ),
        )
    )  # fmt: skip


def group_totals(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Those in total, by metric."""
    grouped: dict[str, list[Record]] = {}
    for record in records:
        if record.dimension is None:
            grouped.setdefault(record.metric, []).append(record)
    return grouped


def _to_record(row: Sequence[Any], metrics: Mapping[str, Metric], basis: str | None) -> Record:
    (
        name,
        start,
        dimension,
        breakdown,
        member,
        value,
        numerator,
        denominator,
        kinds,
        low,
        high,
        reason,
    ) = row
    metric = metrics[str(name)]
    kinds = str(kinds)
    return Record(
        metric=metric.id,
        grain="quarter",
        period_start=start,
        dimension=dimension,
        breakdown=breakdown,
        member=member,
        value=to_number(value, kinds[0]),
        numerator=to_number(numerator, kinds[1]),
        denominator=to_number(denominator, kinds[2]),
        low=low,
        high=high,
        unit=metric.unit,
        reason=reason,
        basis=basis if reads_terms(metric.tables) else None,
    )
