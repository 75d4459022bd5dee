"""The expected number 13 weeks ahead and its variance, from steps that are over by then."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analyses.forecast.steps import CANCELLED, DUE, OTHER, Flow, Step
from analyses.markov import compute_ahead
from analyses.transitions import PRIOR
from analyses.weekly import TIERS

CHURNED, MRR = "churned", "mrr"
DATED = 0.8  # of the share with a renewal date among those who stayed
ROUNDING = 1e-9  # of the squares that a residual is the difference of
RISE = 1.5  # times the largest share of renewals due in a step that is over


@dataclass(frozen=True)
class Estimate:
    """Expected value and variance of one number, in customers or the reporting currency."""

    mean: float
    variance: float


@dataclass(frozen=True)
class Ahead:
    """Customers of today with one thing ahead of them: of `pooled` such, `left` left in 13 weeks.

    expected: how many of today's are expected to leave.
    """

    ahead: str
    customers: int
    mrr: float
    left: int
    pooled: int
    expected: float


@dataclass(frozen=True)
class Forecast:
    """Estimates by series; what they are made of. arrivals: new and won back who stay to the end, in
    customers and MRR, the mean of the pooled steps. reason: why renewals ahead are not used, or ""."""

    estimates: dict[str, Estimate]
    ahead: tuple[Ahead, ...]
    arrivals: float
    arriving_mrr: float
    pooled: int
    reason: str


def compute_forecast(opening: Step, pool: Sequence[Step]) -> Forecast:
    """What 13 weeks will make of the customers of `opening`, as the steps of the pool did.

    Churned: by tier and what is ahead, customers x the share that left, with one customer's weight at
    the share of all with the same ahead, and that with one customer's weight at the share of all (of
    those who have cancelled: at 1). Tiers: who stays moves by the pooled matrix (Dirichlet posterior
    mean, 1/6 a cell, metrics.md 5.2), one step of 13 weeks, since weekly steps of a tier that moves
    slowly have a memory. MRR: today's x MRR after / MRR before of the same ahead (ratio estimator,
    Cochran 1977, chapter 6). Then who arrives: the mean of the pool.

    Variances: chance of the people (binomial, or residuals growing with the MRR), of the pooled
    shares, and of arrivals (Poisson), each independent. At least one step must be in the pool.
    """
    reason = explain_unused(opening, pool)
    now = [_plain(flow, reason) for flow in opening.flows if flow.tier is not None]
    flows = [_plain(flow, reason) for step in pool for flow in step.flows]
    rates = _Rates([flow for flow in flows if flow.tier is not None])
    arrived = [flow for flow in flows if flow.tier is None]
    return Forecast(
        {
            CHURNED: _estimate_churned(now, rates),
            MRR: _estimate_mrr(now, rates.flows, arrived, len(pool)),
            **_estimate_tiers(now, rates, arrived, len(pool)),
        },
        tuple(_tell_ahead(each, now, rates) for each in (CANCELLED, DUE, OTHER)),
        sum(flow.customers for flow in arrived) / len(pool),
        sum(flow.mrr_after for flow in arrived) / len(pool),
        len(pool),
        reason,
    )


def explain_unused(opening: Step, pool: Sequence[Step]) -> str:
    """Why renewals ahead say nothing, though there are some: "" where they are used.

    A CRM that moves a renewal date on, or empties it with the customer, shows dates of the past that
    were not those of then: customers who left had fewer of them than those who stayed, or far fewer
    customers were due than are now.
    """
    known = [flow for step in pool for flow in step.flows if flow.tier is not None]
    left, stayed = [[f for f in known if f.has_left is has_left] for has_left in (True, False)]
    dated, kept = _share_dated(left), _share_dated(stayed)
    if dated is not None and kept is not None and dated < DATED * kept:
        return "those who left have a renewal date less often than those who stayed"
    due = [_share_due(step) for step in pool]
    if _share_due(opening) > RISE * max(due):
        return "far more renewals are due than in any step before, as where dates are moved on"
    return ""


class _Rates:
    """Shares that left, by tier and what was ahead, from flows of customers."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self.flows = flows
        self.all: Counter[tuple[str | None, str | None]] = Counter()
        self.left: Counter[tuple[str | None, str | None]] = Counter()
        for flow in flows:
            for key in ((flow.tier, flow.ahead), (None, flow.ahead), (None, None)):
                self.all[key] += flow.customers
                self.left[key] += flow.customers if flow.has_left else 0

    def share(self, tier: str | None, ahead: str | None) -> float:
        """The posterior mean, each level with one customer's weight at the level above."""
        if tier is not None:
            above = self.share(None, ahead)
        elif ahead == CANCELLED:
            above = 1.0
        else:
            above = PRIOR if ahead is None else self.share(None, None)
        return (self.left[tier, ahead] + above) / (self.all[tier, ahead] + 1)

    def spread(self, flow: Flow, customers: int) -> float:
        """Variance of how many of so many leave: chance, and that of the share."""
        share = self.share(flow.tier, flow.ahead)
        chance = share * (1 - share)
        return customers * chance + customers**2 * chance / (self.all[flow.tier, flow.ahead] + 2)


def _estimate_churned(now: Sequence[Flow], rates: _Rates) -> Estimate:
    groups = _group(now)
    return Estimate(
        sum(rates.share(*key) * count for key, (count, _) in groups.items()),
        sum(rates.spread(flow, count) for count, flow in groups.values()),
    )


def _estimate_tiers(
    now: Sequence[Flow], rates: _Rates, arrived: Sequence[Flow], pooled: int
) -> dict[str, Estimate]:
    moves = Counter[tuple[str | None, str | None]]()
    for flow in rates.flows:
        moves[flow.tier, flow.to_tier] += flow.customers
    counts = np.array([[moves[one, other] for other in TIERS] for one in TIERS], dtype=float)
    bases = counts.sum(axis=1, keepdims=True)
    matrix = (counts + PRIOR) / (bases + len(TIERS) * PRIOR)
    staying, spread = np.zeros(len(TIERS)), np.zeros(len(TIERS))
    for (tier, ahead), (count, flow) in _group(now).items():
        if tier in TIERS:
            place = TIERS.index(tier)
            staying[place] += count * (1 - rates.share(tier, ahead))
            spread[place] += rates.spread(flow, count)
    chance = matrix * (1 - matrix)
    variance = staying @ chance + spread @ matrix**2 + staying**2 @ (chance / (bases + 1))
    new = Counter[str | None]()
    for flow in arrived:
        new[flow.to_tier] += flow.customers
    means = compute_ahead(staying, matrix, 1)
    return {
        tier: Estimate(
            float(means[place]) + new[tier] / pooled,
            float(variance[place]) + new[tier] / pooled * (1 + 1 / pooled),
        )
        for place, tier in enumerate(TIERS)
    }


def _estimate_mrr(
    now: Sequence[Flow], flows: Sequence[Flow], arrived: Sequence[Flow], pooled: int
) -> Estimate:
    mean = sum(flow.mrr_after for flow in arrived) / pooled
    variance = sum(flow.after_squared for flow in arrived) / pooled * (1 + 1 / pooled)
    for ahead in (CANCELLED, DUE, OTHER):
        own = [flow for flow in now if flow.ahead == ahead]
        like = [flow for flow in flows if flow.ahead == ahead] or list(flows)
        before = sum(flow.mrr_before for flow in like)
        if not own or not before:
            continue
        ratio = sum(flow.mrr_after for flow in like) / before
        residual = sum(
            flow.after_squared - 2 * ratio * flow.before_after + ratio**2 * flow.before_squared
            for flow in like
        )
        if residual < ROUNDING * sum(flow.after_squared for flow in like):
            residual = 0.0
        squared = sum(flow.before_squared for flow in like)
        mrr = sum(flow.mrr_before for flow in own)
        mean += ratio * mrr
        variance += residual * sum(flow.before_squared for flow in own) / squared
        variance += residual * (mrr / before) ** 2
    return Estimate(mean, variance)


def _group(flows: Sequence[Flow]) -> dict[tuple[str | None, str | None], tuple[int, Flow]]:
    """Customers by tier and what is ahead, with one of the flows."""
    groups: dict[tuple[str | None, str | None], tuple[int, Flow]] = {}
    for flow in flows:
        count, _ = groups.get((flow.tier, flow.ahead), (0, flow))
        groups[flow.tier, flow.ahead] = (count + flow.customers, flow)
    return groups


def _tell_ahead(ahead: str, now: Sequence[Flow], rates: _Rates) -> Ahead:
    own = [flow for flow in now if flow.ahead == ahead]
    return Ahead(
        ahead,
        sum(flow.customers for flow in own),
        sum(flow.mrr_before for flow in own),
        rates.left[None, ahead],
        rates.all[None, ahead],
        _estimate_churned(own, rates).mean,
    )


def _plain(flow: Flow, reason: str) -> Flow:
    """The flow, or without its renewal where these are not used."""
    return replace(flow, ahead=OTHER) if reason and flow.ahead == DUE else flow


def _share_dated(flows: Sequence[Flow]) -> float | None:
    count = sum(flow.customers for flow in flows)
    return sum(flow.dated for flow in flows) / count if count else None


def _share_due(step: Step) -> float:
    due = step.count(lambda flow: flow.ahead == DUE)
    return due / step.customers if step.customers else 0.0
