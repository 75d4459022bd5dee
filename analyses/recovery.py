"""Recovery: where those who became actively dissatisfied stood 13, 26 and 52 weeks later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb

from metrics.intervals import compute_wilson
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("recovery.sql")
HORIZONS = (13, 26, 52)
RECOVERED = ("advocate", "loyal", "neutral")
# Neutral or better only because evidence ran out: nobody won these customers back.
EXPIRED = "expired"
STATES = (*RECOVERED, EXPIRED, "dissatisfied", "actively_dissatisfied", "churned")


@dataclass(frozen=True)
class Recovery:
    """A cohort some weeks after entry: entered = all of it, states = customers by state.

    states is empty until the whole quarter is old enough, which is at the end of complete_week.
    """

    quarter: date
    weeks: int
    complete_week: date
    entered: int
    states: dict[str, int]

    @property
    def recovered(self) -> int | None:
        """Neutral or better, on evidence; None where the cohort is too young."""
        return sum(self.states[state] for state in RECOVERED) if self.states else None

    @property
    def share(self) -> float | None:
        """Recovered / entered."""
        return None if self.recovered is None else self.recovered / self.entered

    @property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        """95 % Wilson interval of the share."""
        if self.recovered is None:
            return None, None
        return compute_wilson(self.recovered, self.entered)


def find_recovery(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope
) -> tuple[Recovery, ...]:
    """Every quarter of entry up to the end of a week, oldest first, at each horizon."""
    set_variables(cursor, "week", scope)
    cursor.execute("set variable closing_week = ?::date", [until])
    rows = cursor.execute(QUERY.read_text("utf-8")).fetchall()
    return tuple(
        _recovery(quarter, weeks, complete_week, list(group))
        for (quarter, weeks, complete_week), group in groupby(rows, key=lambda row: row[:3])
    )


def _recovery(
    quarter: date, weeks: int, complete_week: date, rows: Sequence[tuple[object, ...]]
) -> Recovery:
    counts = {state: int(str(customers)) for *_, state, customers in rows}
    known = {} if None in counts else {state: counts.get(state, 0) for state in STATES}
    return Recovery(quarter, weeks, complete_week, sum(counts.values()), known)
