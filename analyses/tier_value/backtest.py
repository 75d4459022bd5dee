"""The chain of a year ago against the 52 weeks that came: margin of those who stood in each tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from analyses.held_out import compute_error, format_error, is_missed
from analyses.markov import Array, compute_value
from analyses.tier_value.moves import STEPS_A_YEAR, Earned
from analyses.tier_value.worth import (
    BASE,
    DRAWS,
    NO_BAND,
    SEED,
    Chain,
    TierWorth,
    compute_band,
)
from analyses.weekly import TIERS
from metrics.intervals import Band

MOST_ERROR = 0.05


@dataclass(frozen=True)
class Backtest:
    """One tier, or all (tier None): margin of a customer over the 52 weeks, not discounted.

    forecast: by the chain of the 52 weeks before, with its 95 % prediction interval (the chain, and
    who of these customers stays); actual: what came; error: (forecast - actual) / actual.
    """

    tier: str | None
    customers: int
    forecast: Band
    actual: float

    @property
    def error(self) -> float | None:
        """None where nothing came."""
        if self.forecast.value is None:
            return None
        return compute_error(self.forecast.value, self.actual)

    @property
    def is_outside(self) -> bool:
        """Whether what came lies outside the prediction interval."""
        low, high = self.forecast.low, self.forecast.high
        return low is not None and high is not None and not low <= self.actual <= high

    @property
    def has_missed(self) -> bool:
        """Outside the prediction interval, and more than 5 % of what came away."""
        value, low, high = self.forecast.value, self.forecast.low, self.forecast.high
        if value is None or low is None or high is None:
            return False
        return is_missed(value, (low, high), self.actual, MOST_ERROR)


def compute_backtests(
    chain: Chain | None, came: Mapping[str | None, Earned]
) -> tuple[Backtest, ...]:
    """The chain of a year ago against what came in 52 weeks: all customers of then, then each tier
    of then; empty where there was no chain, or no move behind it.

    The interval is the band that would have been printed then, wider by who of so many customers
    stays, grows or shrinks: the spread of what came about what each paid at the origin.
    """
    if chain is None or not chain.weeks:
        return ()
    random = np.random.default_rng(SEED + 2)
    point = compute_value(chain.matrix, chain.margins, 0, STEPS_A_YEAR)
    drawn = compute_value(chain.drawn_matrices, chain.drawn_margins, 0, STEPS_A_YEAR)
    present = [number for number, tier in enumerate(TIERS) if tier in came]
    shares = np.zeros(len(TIERS))
    shares[present] = [came[TIERS[number]].customers for number in present]
    shares /= shares.sum()

    def compare(tier: str | None, value: Array, draws: Array) -> Backtest:
        found = came[tier]
        noise = random.standard_normal(DRAWS) * (found.rest or 0.0) / sqrt(found.customers)
        forecast = compute_band(float(value), draws + noise)
        return Backtest(tier, found.customers, forecast, found.margin.mean or 0.0)

    whole = compare(None, point @ shares, drawn @ shares)
    return (whole, *(compare(TIERS[each], point[each], drawn[:, each]) for each in present))


def withhold(
    rows: Sequence[TierWorth], tests: Sequence[Backtest], minimum: float
) -> tuple[TierWorth, ...]:
    """The rows without a value where the backtest failed, or could not be made, with the reason.

    Where that of all customers failed, no tier has one; a tier's own counts from `minimum` customers.
    """
    failed = {each.tier: each for each in tests if each.has_missed and each.customers >= minimum}
    reasons = {row.tier: row.reason or _why_failed(row.tier, tests, failed) for row in rows}
    has_base = not reasons[TIERS[BASE]]
    without_more = {"year_more": NO_BAND, "endless_more": NO_BAND}
    without_all = without_more | {"year": NO_BAND, "endless": NO_BAND}
    kept: list[TierWorth] = []
    for row in rows:
        reason = reasons[row.tier]
        absent = without_all if reason else {} if has_base else without_more
        kept.append(replace(row, reason=reason, **absent))
    return tuple(kept)


def _why_failed(tier: str, tests: Sequence[Backtest], failed: Mapping[str | None, Backtest]) -> str:
    if not tests:
        return "not backtested: it takes tiers from 52 weeks ago and before"
    if None in failed:
        return f"the backtest of all customers was off by {_off(failed[None])}"
    return f"the backtest of this tier was off by {_off(failed[tier])}" if tier in failed else ""


def _off(test: Backtest) -> str:
    return "everything" if test.error is None else format_error(test.error)
