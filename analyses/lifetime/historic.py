"""Historic lifetime value (ltv.hist): the margin that acquired customers have brought so far, by age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from analyses.survival import MONTH_DAYS
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_suffix(".sql")
STEP_WEEKS = 13


@dataclass(frozen=True)
class Cohort:
    """Customers acquired in one calendar quarter, named by its first day, those lost since included.

    acquired_by: contract, or order where the first thing bought was an order without one.
    margins: cumulative margin per acquired customer, undiscounted, 13, 26, ... weeks after each one's
    own acquisition; as many as the last of them has reached, so that no cell is half observed.
    """

    acquired_by: str
    start: date
    customers: int
    margins: tuple[float, ...]

    def at(self, weeks: int) -> float | None:
        """Margin of one after so many weeks, None where the cohort is younger."""
        place = weeks // STEP_WEEKS
        return self.margins[place - 1] if 0 < place <= len(self.margins) else None


def find_cohorts(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope
) -> tuple[Cohort, ...]:
    """Every quarter before this day in which a customer of the scope was acquired, oldest first, of those
    acquired by a contract, then by an order.

    Sum over time of margin per acquired customer (metrics.md 3.2), of MRR and of orders. A margin
    below 0 is possible: more refunded than bought.
    """
    set_variables(cursor, "week", scope)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until})
    return tuple(
        _to_cohort(list(rows), until)
        for _, rows in groupby(cursor.fetchall(), key=lambda row: row[:2])
    )


def _to_cohort(rows: list[tuple[Any, ...]], until: date) -> Cohort:
    acquired_by, start, customers, last_acquired_on, *_ = rows[0]
    step = timedelta(weeks=STEP_WEEKS)
    reached = (until - last_acquired_on) // step
    sums = {row[4]: row[5:] for row in rows}
    margins: list[float] = []
    running = weighted = at_once = 0.0
    for number in range(reached):
        of_step = sums.get(number, (0.0, 0.0, 0.0))
        running, weighted, at_once = (
            running + of_step[0],
            weighted + of_step[1],
            at_once + of_step[2],
        )
        # What began at age t has brought its daily margin for (age - t) days.
        age = (number + 1) * step.days
        margins.append(((age * running - weighted) / MONTH_DAYS + at_once) / customers)
    return Cohort(acquired_by, start, customers, tuple(margins))


def find_weighted(cohorts: Iterable[Cohort], weeks: int) -> tuple[float, int] | None:
    """Margin of one after so many weeks over all cohorts that old, and how many customers that are."""
    old = [(each.at(weeks), each.customers) for each in cohorts]
    reached = [(margin, customers) for margin, customers in old if margin is not None]
    total = sum(customers for _, customers in reached)
    if not total:
        return None
    return sum(margin * customers for margin, customers in reached) / total, total
