"""Lifetime value by tier as a chain of 13-week steps, with its credible band (metrics.md 5.3).

V = sum over t of (P / (1 + d))^t R: P between the tiers (whoever churns is worth nothing more), R the
margin of 13 weeks of a customer of each tier, d the discount of 13 weeks. A difference between kinds
of customers, never the effect of moving one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analyses.markov import (
    Array,
    Homogeneity,
    compute_absorption,
    compute_homogeneity,
    compute_steps_given,
    compute_value,
    draw_matrices,
)
from analyses.tier_value.moves import (
    NOTHING,
    STATES,
    STEPS_A_YEAR,
    Earned,
)
from analyses.transitions import PRIOR
from analyses.weekly import TIERS
from metrics.intervals import Band

DRAWS = 20_000
SEED = 20_260_101
FEWEST_EXITS = 30
STEP_WEEKS = 13
TAILS = (2.5, 97.5)
BASE = TIERS.index("neutral")
TARGET = TIERS.index("advocate")


NO_BAND = Band(None, None, None)


@dataclass(frozen=True)
class TierWorth:
    """One tier. Money is margin in the reporting currency, of one customer.

    customers: in the tier on the Sunday; moves: customers once a step (n of the row); exits: those of
    them who had left the tier by its end. level: margin of 13 weeks at the MRR of that Sunday; year:
    value over 52 weeks; endless: without an end; the two with `more` beyond those of neutral
    customers. reach: chance to be seen as an advocate before churn; weeks: until then, for those who
    are. With a reason all but level are NO_BAND.
    """

    tier: str
    customers: int
    moves: int
    exits: int
    level: Band
    year: Band = NO_BAND
    endless: Band = NO_BAND
    year_more: Band = NO_BAND
    endless_more: Band = NO_BAND
    reach: Band = NO_BAND
    weeks: Band = NO_BAND
    reason: str = ""


@dataclass(frozen=True)
class Move:
    """Of `opening` customers (once a step) in from_state, `customers` were in to_state 13 weeks later."""

    from_state: str
    to_state: str
    customers: int
    opening: int
    share: float | None


@dataclass(frozen=True)
class Chain:
    """The pooled moves of the steps and the margins of their end, and draws of what is known of both.

    counts (5, 6) over steps of which `weeks` weeks had customers; matrix (5, 5) between the tiers;
    margins (5,) of 13 weeks; drawn_matrices and drawn_margins have an axis of draws before.
    """

    counts: Array
    weeks: int
    homogeneity: Homogeneity
    earned: Mapping[str | None, Earned]
    matrix: Array
    margins: Array
    drawn_matrices: Array
    drawn_margins: Array


def compute_chain(tables: Array, earned: Mapping[str | None, Earned]) -> Chain | None:
    """Pool tables (steps, 5, 6), draw from their posterior and from the sampling of the margins.

    None for fewer than two customers. P: shares of the counts, for a tier without any the prior mean
    of 1/6 a cell; drawn from the Dirichlet posterior with 1/6 a cell. R: the mean level, drawn by
    Student's t but not below 0; for a tier of fewer than two that of all, as unsure as a single
    customer's. The draws are seeded.
    """
    whole = earned.get(None, NOTHING).level
    if whole.mean is None or whole.deviation is None:
        return None
    counts = tables.sum(axis=0)
    rows = counts.sum(axis=1, keepdims=True)
    shares = np.where(rows > 0, counts / np.maximum(rows, 1), PRIOR)
    levels = [earned.get(tier, NOTHING).level for tier in TIERS]
    margins, errors, freedom = np.array(
        [
            (whole.mean, whole.deviation, whole.n - 1)
            if each.error is None
            else (each.mean, each.error, each.n - 1)
            for each in levels
        ],
        dtype=np.float64,
    ).T
    chances = np.random.default_rng(SEED + 1).standard_t(freedom, (DRAWS, len(TIERS)))
    return Chain(
        counts,
        STEP_WEEKS * int((tables.sum(axis=(1, 2)) > 0).sum()),
        compute_homogeneity(tables),
        earned,
        shares[:, : len(TIERS)],
        margins,
        draw_matrices(counts, DRAWS, PRIOR, SEED)[..., : len(TIERS)],
        # A margin cannot be below 0, whatever the spread of a few customers says.
        np.maximum(margins + errors * chances, 0.0),
    )


def compute_step_rate(yearly: float) -> float:
    """The discount of 13 weeks, of which a year has four, as metrics.md 5.3 has 52 weeks a year."""
    return (1 + yearly) ** (1 / STEPS_A_YEAR) - 1


def compute_worth(chain: Chain, discount_yearly: float) -> tuple[TierWorth, ...]:
    """Every tier's value over 52 weeks and without an end, against neutral, and its way to advocate.

    A tier with fewer than 30 exits has none, with the reason (metrics.md 5.2).
    """
    rate = compute_step_rate(discount_yearly)
    year, endless = (
        (
            compute_value(chain.matrix, chain.margins, rate, payments),
            compute_value(chain.drawn_matrices, chain.drawn_margins, rate, payments),
        )
        for payments in (STEPS_A_YEAR, None)
    )
    reach, weeks = _reach(chain)
    reasons = [why_too_few(chain, number) for number in range(len(TIERS))]
    rows: list[TierWorth] = []
    for number, tier in enumerate(TIERS):
        customers = chain.earned.get(tier, NOTHING).customers
        level = _band(chain.margins, chain.drawn_margins, number) if customers > 1 else NO_BAND
        counted = (tier, customers, *count_moves(chain, number), level)
        if reasons[number]:
            rows.append(TierWorth(*counted, reason=reasons[number]))
            continue
        has_more = number != BASE and not reasons[BASE]
        rows.append(
            TierWorth(
                *counted,
                _band(*year, number),
                _band(*endless, number),
                _compare(*year, number) if has_more else NO_BAND,
                _compare(*endless, number) if has_more else NO_BAND,
                NO_BAND if number == TARGET else _band(*reach, number),
                NO_BAND if number == TARGET else _band(*weeks, number),
            )
        )
    return tuple(rows)


def count_moves(chain: Chain, number: int) -> tuple[int, int]:
    """Customers once a step in a tier, and those of them who had left it by the end of the step."""
    row = chain.counts[number]
    return int(row.sum()), int(row.sum() - row[number])


def why_too_few(chain: Chain, number: int) -> str:
    """Why the tier's row supports no forecast, or nothing."""
    moves, exits = count_moves(chain, number)
    if exits >= FEWEST_EXITS:
        return ""
    if not moves:
        return "nobody was in this tier 13 weeks ago or before"
    return f"{exits} left this tier in {chain.weeks} weeks, fewer than {FEWEST_EXITS}"


def _reach(chain: Chain) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The chance to come to advocate before churn, and the weeks until then, of the other tiers."""
    others = [number for number in range(len(TIERS)) if number != TARGET]
    pairs = [
        (matrix[..., others, :][..., others], matrix[..., others, TARGET])
        for matrix in (chain.matrix, chain.drawn_matrices)
    ]
    reach = [_place(compute_absorption(among, into[..., None])[..., 0]) for among, into in pairs]
    weeks = [_place(STEP_WEEKS * compute_steps_given(among, into)) for among, into in pairs]
    return (reach[0], reach[1]), (weeks[0], weeks[1])


def _place(of_others: Array) -> Array:
    """The same with a place for the advocates, who are there."""
    return np.insert(of_others, TARGET, 0.0, axis=-1)


def _band(value: Array, drawn: Array, number: int) -> Band:
    return compute_band(float(value[number]), drawn[:, number])


def _compare(value: Array, drawn: Array, number: int) -> Band:
    """Less the value of a neutral customer, in each draw."""
    return compute_band(float(value[number] - value[BASE]), drawn[:, number] - drawn[:, BASE])


def compute_band(value: float, drawn: Array) -> Band:
    """A number and the 2.5 % and 97.5 % quantiles of its draws; none where one of them has no end."""
    if not np.isfinite(value) or not np.isfinite(drawn).all():
        return NO_BAND
    low, high = np.percentile(drawn, TAILS)
    return Band(value, float(low), float(high))


def list_moves(chain: Chain) -> tuple[Move, ...]:
    """Every pair of a tier and a state, in their order."""
    pairs = [(i, j) for i in range(len(TIERS)) for j in range(len(STATES))]
    rows = [count_moves(chain, number)[0] for number in range(len(TIERS))]
    return tuple(
        Move(TIERS[i], STATES[j], int(chain.counts[i, j]), rows[i],
             chain.counts[i, j] / rows[i] if rows[i] else None)
        for i, j in pairs
    )  # fmt: skip
