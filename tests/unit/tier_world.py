"""A company in which everybody pays what its tier pays, give or take a tenth, as moves and margins."""

import numpy as np

from analyses.tier_value.moves import Earned
from analyses.tier_value.worth import Chain, compute_chain
from analyses.weekly import TIERS
from metrics.means import Sample

# Customers by tier and state 13 weeks later, in each of four steps.
MOVES = np.array([
    [60.0, 9, 1, 0, 0, 0],
    [6, 150, 20, 2, 2, 5],
    [2, 40, 500, 20, 20, 25],
    [0, 3, 30, 100, 10, 12],
    [0, 1, 10, 20, 30, 8],
])  # fmt: skip
PAID = (900.0, 700, 500, 450, 400)


def earn() -> dict[str | None, Earned]:
    """Each tier's customers, as many as began the step, with a spread of a tenth of what they pay."""
    counts = [int(each) for each in MOVES.sum(axis=1)]
    found: dict[str | None, Earned] = {
        tier: Earned(n, n, Sample(n, pays, pays / 10), Sample(n, 4 * pays, pays / 2), pays / 2)
        for tier, n, pays in zip(TIERS, counts, PAID, strict=True)
    }  # fmt: skip
    whole = float(np.average(PAID, weights=counts))
    n = sum(counts)
    found[None] = Earned(n, 0, Sample(n, whole, 150), Sample(n, 4 * whole, 300), 300)
    return found


def chain_of(steps: int = 4) -> Chain:
    """The chain of so many such steps."""
    chain = compute_chain(np.stack([MOVES] * steps), earn())
    assert chain is not None
    return chain
