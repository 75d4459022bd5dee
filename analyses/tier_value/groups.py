"""What became of the customers of each tier, and what they earned us: groups as they are, no effect."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analyses.markov import Array
from analyses.tier_value.moves import NOTHING, Earned
from analyses.tier_value.worth import BASE
from analyses.weekly import TIERS
from metrics.intervals import NO_DIFFERENCE, Difference, compute_difference, compute_wilson
from metrics.means import Sample, compute_mean_difference, compute_mean_interval


@dataclass(frozen=True)
class Group:
    """One tier.

    Of `began` customers in it 52 weeks ago, `kept` are customers today, wherever they are now: a share
    with its Wilson interval, and its difference from neutral customers (Newcombe). margin: of the
    52 weeks up to the Sunday, of each customer in the tier on it, in the reporting currency; full: how
    many of them paid on all those days; its interval mean +/- 1.96 s / sqrt(n), its difference Welch's.
    reason: why there is no margin, where the data begin within the 52 weeks.
    """

    tier: str
    kept: int
    began: int
    kept_low: float | None
    kept_high: float | None
    kept_more: Difference
    margin: Sample
    full: int
    margin_low: float | None
    margin_high: float | None
    margin_more: Difference
    reason: str = ""

    @property
    def retention(self) -> float | None:
        """Share kept, None where nobody began."""
        return self.kept / self.began if self.began else None


def compute_groups(
    moves: Array, earned: Mapping[str | None, Earned], reason: str = ""
) -> tuple[Group, ...]:
    """moves (5, 6): customers by tier 52 weeks ago and state today, the last one churned. With a
    reason margins are counted only: a part of the 52 weeks would look like a low margin."""
    began = [int(row.sum()) for row in moves]
    kept = [int(row[:-1].sum()) for row in moves]
    found = [earned.get(tier, NOTHING) for tier in TIERS]
    margins = [
        replace(each, margin=Sample(each.customers, None, None)) if reason else each
        for each in found
    ]
    return tuple(
        Group(
            tier,
            kept[number],
            began[number],
            *compute_wilson(kept[number], began[number]),
            NO_DIFFERENCE if number == BASE
            else compute_difference(kept[number], began[number], kept[BASE], began[BASE]),
            margins[number].margin,
            margins[number].full,
            *compute_mean_interval(margins[number].margin),
            NO_DIFFERENCE if number == BASE
            else compute_mean_difference(margins[number].margin, margins[BASE].margin),
            reason,
        )
        for number, tier in enumerate(TIERS)
    )  # fmt: skip
