"""Chains of states: steps ahead, absorption, the value of a state, and how sure the matrix is.

Pure functions of arrays whose last two axes are the matrix, rows from and columns to; axes before them
are draws, all computed at once. A transient matrix leaves out the absorbing states, so its rows sum
to at most 1; what is missing to 1 leaves for one of them. Nothing here knows tiers or money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEVER = 1e-12  # a probability of leaving that is rounding only


@dataclass(frozen=True)
class Homogeneity:
    """Whether tables of one chain may be pooled: p is the chance of so large a chi2 if they may.

    All three are None where nothing can differ: one table, or rows with a single cell.
    """

    chi2: float | None
    freedom: int
    p: float | None


def compute_ahead(start: Array, matrix: Array, steps: int) -> Array:
    """v P^n: how many are expected in each state after so many steps, of start (..., k) in them now."""
    row = start[..., None, :]
    for _ in range(steps):
        row = row @ matrix
    return row[..., 0, :]


def compute_fundamental(transient: Array) -> Array:
    """N = (I - Q)^-1: the steps expected in each state (columns) from each (rows), the first counted.

    NaN throughout where some state can never leave: the sum does not end. Source: Kemeny and Snell;
    Grinstead and Snell, chapter 11.
    """
    identity = np.eye(transient.shape[-1])
    ends = np.all(_can_leave(transient), axis=-1, keepdims=True)[..., None]
    inverse = np.linalg.inv(identity - np.where(ends, transient, 0.0))
    return np.where(ends, inverse, np.nan)


def compute_expected_steps(transient: Array) -> Array:
    """t = N 1: the steps expected before absorption, from each state (..., k); NaN as above."""
    return compute_fundamental(transient).sum(axis=-1)


def compute_absorption(transient: Array, exits: Array) -> Array:
    """B = N R: the chance of ending in each absorbing state (columns of exits (..., k, m))."""
    return compute_fundamental(transient) @ exits


def compute_steps_given(transient: Array, target: Array) -> Array:
    """The steps expected until one absorbing state, given that it is the one reached (..., k).

    target (..., k): the chance of a step into it. By the Doob transform, q_ij h_j / h_i with h the
    chance of reaching it; NaN for a state that never does, and as compute_fundamental.
    """
    reached = compute_absorption(transient, target[..., None])[..., 0]
    possible = reached > NEVER
    divisor = np.where(possible, reached, 1.0)[..., :, None]
    given = transient * np.where(possible, reached, 0.0)[..., None, :] / divisor
    steps = compute_expected_steps(given * possible[..., :, None])
    return np.where(possible, steps, np.nan)


def compute_value(matrix: Array, rewards: Array, rate: float, payments: int | None = None) -> Array:
    """V = sum over t of (P / (1 + d))^t R, the first reward now: (I - P / (1 + d))^-1 R without an end.

    rewards (..., k): what a step in each state is worth, in any currency; rate: of one step, as a
    share; payments: how many are counted, t = 0 .. payments - 1 (a horizon of 4 periods in Pfeifer
    and Carraway counts t = 0 .. 4, so 5). An absorbing state worth 0 may be left out of the matrix.
    NaN where nothing ends the sum: no discount and a state that is never left.
    Source: Pfeifer and Carraway 2000.
    """
    discounted = matrix / (1 + rate)
    now = rewards[..., None]
    if payments is None:
        return (compute_fundamental(discounted) @ now)[..., 0]
    value = np.zeros(np.broadcast_shapes(matrix.shape[:-1], rewards.shape))[..., None]
    for _ in range(payments):
        value = now + discounted @ value
    return value[..., 0]


def draw_matrices(counts: Array, draws: int, prior: float, seed: int) -> Array:
    """draws matrices (draws, k, m) from the Dirichlet posterior of counts (k, m), prior a cell.

    A row without counts is drawn from the prior alone. prior must be above 0.
    """
    random = np.random.default_rng(seed)
    shares = random.standard_gamma(counts + prior, (draws, *counts.shape))
    return shares / shares.sum(axis=-1, keepdims=True)


def compute_homogeneity(tables: Array) -> Homogeneity:
    """Chi-square test that tables (T, k, m) of counts come from one matrix.

    sum over t, i, j of (n_ij(t) - n_i(t) p_ij)^2 / (n_i(t) p_ij), p pooled; degrees of freedom: by row,
    one less than the tables in which it has anybody, times one less than its cells that are not 0 in
    all (so (T - 1) sum (m_i - 1) where every row is in every table). Source: Anderson and Goodman 1957.
    """
    from scipy.special import gammaincc  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    rows = tables.sum(axis=2)
    pooled = tables.sum(axis=0)
    shares = pooled / np.maximum(pooled.sum(axis=1), 1)[:, None]
    expected = rows[:, :, None] * shares
    terms = (tables - expected) ** 2 / np.where(expected > 0, expected, 1.0)
    seen = np.maximum((rows > 0).sum(axis=0) - 1, 0)
    freedom = int((seen * np.maximum((pooled > 0).sum(axis=1) - 1, 0)).sum())
    if freedom == 0:
        return Homogeneity(None, 0, None)
    statistic = float(terms.sum())
    p = float(gammaincc(freedom / 2, statistic / 2))  # pyright: ignore[reportUnknownArgumentType]
    return Homogeneity(statistic, freedom, p)


def _can_leave(transient: Array) -> NDArray[np.bool_]:
    """Whether each state (..., k) comes to an absorbing one at all."""
    leaves = 1 - transient.sum(axis=-1) > NEVER
    steps = transient > NEVER
    for _ in range(transient.shape[-1] - 1):
        leaves = leaves | (steps & leaves[..., None, :]).any(axis=-1)
    return leaves
