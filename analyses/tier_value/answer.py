"""All that is said of the value of a tier, of one scope as of one Sunday."""

from dataclasses import dataclass
from datetime import date

import duckdb

from analyses.markov import Homogeneity
from analyses.tier_value.backtest import Backtest, find_backtests, withhold
from analyses.tier_value.groups import Group, find_groups
from analyses.tier_value.worth import Move, TierWorth, compute_worth, find_chain, list_moves
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
    """minimum: customers under which the back-test of one tier decides nothing."""
    groups = find_groups(cursor, week, scope)
    chain = find_chain(cursor, week, scope)
    if chain is None:
        return TierValue(week, groups, (), (), 0, Homogeneity(None, 0, None), ())
    tests = find_backtests(cursor, week, scope)
    worth = withhold(compute_worth(chain, discount_yearly), tests, minimum)
    return TierValue(week, groups, worth, list_moves(chain), chain.weeks, chain.homogeneity, tests)
