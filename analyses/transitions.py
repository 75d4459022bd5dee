"""How often customers went from one tier to another in a week, pooled over weeks, and how sure."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.weekly import WEEK
from metrics.intervals import compute_beta
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("transitions.sql")
WEEKS = 13
STATES = 6  # five tiers and churned
PRIOR = 1 / STATES


@dataclass(frozen=True)
class Transition:
    """One cell: of `opening` customer-weeks in from_state, `customers` ended in to_state.

    share is customers / opening; mean, low and high are those of the Dirichlet posterior with a
    prior of 1/6 a cell (metrics.md 5.2), 95 % equal-tailed. All four are None where opening is 0.
    """

    from_state: str
    to_state: str
    customers: int
    opening: int
    weeks: int
    share: float | None
    mean: float | None
    low: float | None
    high: float | None


def find_transitions(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope
) -> tuple[Transition, ...]:
    """Every pair of a tier and a state over the 13 weeks that end with this one.

    Moves by expiry count too: a customer in the tier of its old evidence is not there any more.
    """
    set_variables(cursor, "week", scope)
    cursor.execute("set variable opening_week = ?::date", [until - WEEKS * WEEK])
    cursor.execute("set variable closing_week = ?::date", [until])
    rows = cursor.execute(QUERY.read_text("utf-8")).fetchall()
    return tuple(compute_transition(*row) for row in rows)


def compute_transition(
    from_state: str, to_state: str, customers: int, opening: int, weeks: int
) -> Transition:
    """Share and credible interval of one cell."""
    counts = (from_state, to_state, customers, opening, weeks)
    if opening == 0:
        return Transition(*counts, None, None, None, None)
    a, b = customers + PRIOR, opening - customers + 1 - PRIOR
    low, high = compute_beta(a, b)
    return Transition(*counts, customers / opening, a / (a + b), low, high)
