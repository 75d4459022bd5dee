"""All that is said of the value of a tier, of one scope as of one Sunday."""

from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np

from analyses.markov import Homogeneity
from analyses.tier_value.backtest import Backtest, compute_backtests, withhold
from analyses.tier_value.groups import Group, compute_groups
from analyses.tier_value.moves import YEAR, find_earned, find_moves, list_steps
from analyses.tier_value.words import Gap
from analyses.tier_value.worth import (
    NO_BAND,
    Move,
    TierWorth,
    compute_chain,
    compute_worth,
    list_moves,
)
from analyses.weekly import WEEK
from metrics.periods import format_date
from metrics.scope import Scope


@dataclass(frozen=True)
class TierValue:
    """week: the Monday of the week whose Sunday the tiers are of; weeks: those the moves are pooled
    over. worth is empty where there are fewer than two customers."""

    week: date
    groups: tuple[Group, ...]
    worth: tuple[TierWorth, ...]
    moves: tuple[Move, ...]
    weeks: int
    homogeneity: Homogeneity
    backtests: tuple[Backtest, ...]


def find_tier_value(
    cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope, discount_yearly: float,
    minimum: float,
) -> TierValue:  # fmt: skip
    """minimum: customers under which the backtest of one tier decides nothing.

    The chain of a year ago knows what lay before it only; what came is asked of its customers.
    """
    origin, now = week - YEAR, week + WEEK
    *steps, year = find_moves(cursor, [*list_steps(week), (origin, week)], scope)
    earned = find_earned(cursor, week, now - YEAR, now, scope)
    reason = why_too_early(cursor, now - YEAR)
    groups = compute_groups(year, earned, reason)
    chain = compute_chain(np.stack(steps), earned)
    if chain is None:
        return TierValue(week, groups, (), (), 0, Homogeneity(None, 0, None), ())
    came = find_earned(cursor, origin, now - YEAR, now, scope)
    before = compute_chain(find_moves(cursor, list_steps(origin), scope), came)
    tests = compute_backtests(before, came)
    worth = withhold(compute_worth(chain, discount_yearly), tests, minimum)
    if reason:  # so there was no backtest, and no value: this says why rather than that
        none = {"reach": NO_BAND, "weeks": NO_BAND}
        worth = tuple(replace(each, reason=reason, **none) for each in worth)
    return TierValue(week, groups, worth, list_moves(chain), chain.weeks, chain.homogeneity, tests)


def why_too_early(cursor: duckdb.DuckDBPyConnection, first: date) -> str:
    """Why there are no 52 weeks that begin on this day yet, or nothing."""
    row = cursor.execute("select first_paid_on from data_bounds").fetchone()
    begin = row[0] if row else None
    if begin is None or begin <= first:
        return ""
    return f"the data begin on {format_date(begin)}, so there are no 52 weeks yet"


def find_gap(value: TierValue) -> Gap:
    """How much more an advocate is worth over 52 weeks than a neutral customer, or why that is not
    known: the reason of whichever of the two has no value."""
    rows = {each.tier: each for each in value.worth}
    pair = [(name, rows.get(name)) for name in ("advocate", "neutral")]
    early = next((each.reason for each in value.groups if each.reason), "")
    if early:
        return Gap(None, None, None, early)
    for name, row in pair:
        if row is None:
            return Gap(None, None, None, "fewer than two customers")
        if row.reason:
            return Gap(None, None, None, f"{name} customers: {row.reason}")
    more = rows["advocate"].year_more
    return Gap(more.value, more.low, more.high)
