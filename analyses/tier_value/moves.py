"""Between which tiers customers went in 13 weeks, and what they earned us meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb
import numpy as np

from analyses.markov import Array
from analyses.weekly import TIERS, WEEK
from metrics.means import Sample
from metrics.scope import Scope, set_variables

MOVES = Path(__file__).with_name("moves.sql")
EARNED = Path(__file__).with_name("earned.sql")
STATES = (*TIERS, "churned")
STEP = 13 * WEEK
YEAR = 52 * WEEK
STEPS_A_YEAR = 4

Step = tuple[date, date]


@dataclass(frozen=True)
class Earned:
    """The customers of a tier on a Sunday, and the margin of each in the reporting currency.

    level: of 13 weeks at the MRR of that Sunday; margin: of a window of days; full: how many paid on
    every day of it; rest: the standard deviation of a margin about its level times margin / level.
    """

    customers: int
    full: int
    level: Sample
    margin: Sample
    rest: float | None


NOTHING = Earned(0, 0, Sample(0, None, None), Sample(0, None, None), None)


def list_steps(week: date) -> tuple[Step, ...]:
    """The four steps of 13 weeks, from Sunday to Sunday, that end with this week (a Monday)."""
    starts = [week - number * STEP for number in range(STEPS_A_YEAR, 0, -1)]
    return tuple((start, start + STEP) for start in starts)


def find_moves(cursor: duckdb.DuckDBPyConnection, steps: Sequence[Step], scope: Scope) -> Array:
    """Customers by step, tier at its start and state at its end: (steps, 5, 6), in the order of
    TIERS and STATES. A customer who left and came back inside a step is where it came back to."""
    set_variables(cursor, "week", scope)
    for name, days in zip(("from_weeks", "to_weeks"), zip(*steps, strict=True), strict=True):
        cursor.execute(f"set variable {name} = ?::date[]", [list(days)])
    counts = np.zeros((len(steps), len(TIERS), len(STATES)))
    for number, tier, state, customers in cursor.execute(MOVES.read_text("utf-8")).fetchall():
        counts[number - 1, TIERS.index(tier), STATES.index(state)] = customers
    return counts


def find_earned(
    cursor: duckdb.DuckDBPyConnection, week: date, start: date, end: date, scope: Scope
) -> Mapping[str | None, Earned]:
    """By tier (None: all) of a week's Sunday, what was earned on the days [start, end).

    A customer who was not there yet, or not any more, earned nothing on that day and counts with it.
    Margin of paid terms; orders and costs are not in it. Empty where nobody had a tier.
    """
    set_variables(cursor, "week", scope)
    for name, day in (("week", week), ("first", start), ("after", end)):
        cursor.execute(f"set variable earned_{name} = ?::date", [day])
    rows = cursor.execute(EARNED.read_text("utf-8")).fetchall()
    return {tier: _read_earned(*numbers) for tier, *numbers in rows if numbers[0]}


def _read_earned(
    customers: int, full: int, level: float, level_squares: float, margin: float,
    margin_squares: float, rest_squares: float | None,
) -> Earned:  # fmt: skip
    def deviation(squares: float | None) -> float | None:
        return sqrt(squares / (customers - 1)) if customers > 1 and squares is not None else None

    return Earned(
        customers,
        full,
        Sample(customers, level, deviation(level_squares)),
        Sample(customers, margin, deviation(margin_squares)),
        deviation(rest_squares),
    )
