"""Programmes whose customers were drawn by lot: what the invitation did (metrics.md 5.3, rung 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.tier_value.effect import FEWEST_RISEN
from analyses.weekly import WEEK
from metrics.intervals import Difference, compute_difference
from metrics.means import Sample, compute_mean_difference
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("programme.sql")


@dataclass(frozen=True)
class Arm:
    """Customers assigned to one arm. Money is margin of one over the horizon: level at the MRR of the
    day of assignment, after what came; change: after less level. kept, for_us: how many were still
    customers, and stood at loyal or advocate, at its end."""

    customers: int
    level: float
    after: float
    change: Sample
    kept: int
    for_us: int


@dataclass(frozen=True)
class Trial:
    """One programme over a horizon of weeks: those invited against those held out, by the arm that
    the lot gave them, whatever they did (intention to treat)."""

    programme: str
    weeks: int
    treated: Arm
    holdout: Arm

    @property
    def gain(self) -> Difference:
        """Margin of one customer: change of the treated less change of the holdout (Welch)."""
        return compute_mean_difference(self.treated.change, self.holdout.change)

    @property
    def kept(self) -> Difference:
        """The share still customers (Newcombe)."""
        one, other = self.treated, self.holdout
        return compute_difference(one.kept, one.customers, other.kept, other.customers)

    @property
    def for_us(self) -> Difference:
        """The share at loyal or advocate at the end (Newcombe)."""
        one, other = self.treated, self.holdout
        return compute_difference(one.for_us, one.customers, other.for_us, other.customers)

    @property
    def has_few(self) -> bool:
        """Whether an arm is too small to say anything."""
        return min(self.treated.customers, self.holdout.customers) < FEWEST_RISEN


def find_trials(
    cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope,
    standings: Sequence[str] | None = None,
) -> tuple[Trial, ...]:  # fmt: skip
    """Every programme with a holdout, the longer horizon first; known at the end of a week (a Monday).

    standings: only those of it who stood so when they were assigned, a tier or 'silent'; None: all.
    """
    set_variables(cursor, "week", scope)
    cursor.execute("set variable until = ?::date", [week + WEEK])
    chosen = None if standings is None else list(standings)
    cursor.execute("set variable standings = ?::varchar[]", [chosen])
    rows = cursor.execute(QUERY.read_text("utf-8")).fetchall()
    return tuple(
        Trial(treated[0], treated[1], _read_arm(*treated[3:]), _read_arm(*holdout[3:]))
        for treated, holdout in zip(rows[::2], rows[1::2], strict=True)
    )


def _read_arm(
    customers: int, level: float, after: float, changed_by: float, deviation: float | None,
    kept: int, for_us: int,
) -> Arm:  # fmt: skip
    change = Sample(customers, changed_by, deviation)
    return Arm(customers, level, after, change, kept, for_us)
