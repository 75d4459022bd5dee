"""Tier movement as chains: published numbers and edge cases of metrics.md 5.

The worked flows of 5.1 and the Dirichlet intervals of 5.2 are in tests/unit/test_movement.py.
"""

import numpy as np
import pytest

from analyses.markov import (
    Array,
    compute_absorption,
    compute_ahead,
    compute_expected_steps,
    compute_fundamental,
    compute_homogeneity,
    compute_steps_given,
    compute_value,
    draw_matrices,
)

DRAWS = 20_000
# Rows from, columns to: actively dissatisfied, dissatisfied, neutral, loyal, advocate, churned.
FLOWS = np.array([
    [14.0, 2, 3, 1, 0, 0],
    [2, 52, 4, 0, 0, 2],
    [1, 6, 228, 12, 0, 3],
    [0, 1, 9, 108, 2, 0],
    [0, 0, 0, 1, 9, 0],
])  # fmt: skip
WEEKLY = FLOWS / FLOWS.sum(axis=1, keepdims=True)
MARGINS = np.array([5.0, 8, 10, 14, 18])
WEEK_RATE = 1.1 ** (1 / 52) - 1
ACTIVE, NEUTRAL, ADVOCATE = 0, 2, 4


def walk(right: float) -> tuple[Array, Array]:
    """The drunkard on 1, 2, 3 between 0 and 4: his steps among them and off them."""
    left = 1 - right
    steps = np.array([[0, right, 0], [left, 0, right], [0, left, 0]])
    return steps, np.array([[left, 0], [0, 0], [0, right]])


def near(expected: object, tolerance: float = 1e-12) -> object:
    return pytest.approx(np.array(expected), abs=tolerance)


def test_drunkards_walk() -> None:
    """G24, Grinstead and Snell, example 11.13."""
    steps, exits = walk(1 / 2)
    assert compute_fundamental(steps) == near([[1.5, 1, 0.5], [1, 2, 1], [0.5, 1, 1.5]])
    assert compute_expected_steps(steps) == near([3, 4, 3])
    assert compute_absorption(steps, exits) == near([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])


def test_drunkards_walk_that_leans_to_the_right() -> None:
    """G24 with a step to the right in two of three."""
    steps, exits = walk(2 / 3)
    assert compute_fundamental(steps) == near([[1.4, 1.2, 0.8], [0.6, 1.8, 1.2], [0.2, 0.6, 1.4]])
    assert compute_expected_steps(steps) == near([3.4, 3.6, 2.2])
    ends = [[0.466667, 0.533333], [0.2, 0.8], [0.066667, 0.933333]]
    assert compute_absorption(steps, exits) == near(ends, 1e-6)


def test_steps_given_where_the_walk_ends() -> None:
    """By hand: from 1 the walk that ends at 4 takes (16 - 1) / 3 steps, from 2 (16 - 4) / 3."""
    steps, exits = walk(1 / 2)
    assert compute_steps_given(steps, exits[:, 1]) == near([5, 4, 7 / 3])


def test_land_of_oz_settles() -> None:
    """Rain, nice, snow: 2, 1 and 2 days in five, from any day."""
    oz = np.array([[1 / 2, 1 / 4, 1 / 4], [1 / 2, 0, 1 / 2], [1 / 4, 1 / 4, 1 / 2]])
    assert compute_ahead(np.eye(3), oz, 60) == near([[0.4, 0.2, 0.4]] * 3)


def test_exact_small_chain() -> None:
    steps = np.array([[0.9, 0.08], [0.05, 0.93]])
    assert compute_fundamental(steps) == near([[70 / 3, 80 / 3], [50 / 3, 100 / 3]], 1e-10)
    assert compute_expected_steps(steps) == near([50, 50], 1e-10)


def test_pfeifer_and_carraway() -> None:
    """G25: recency 1 to 4 and former; the published horizon of 4 counts t = 0 .. 4."""
    bought = np.array([0.3, 0.2, 0.15, 0.05, 0])
    matrix = np.zeros((5, 5))
    matrix[:, 0] = bought
    for state in range(4):
        matrix[state, state + 1] = 1 - bought[state]
    matrix[4, 4] = 1
    rewards = np.array([36.0, -4, -4, -4, 0])
    four = compute_value(matrix, rewards, 0.2, 5)
    assert four == near([50.115, 4.220, 0.592, -1.980, 0], 1e-3)
    endless = compute_value(matrix, rewards, 0.2)
    assert endless == near([52.320, 5.554, 1.251, -1.820, 0], 1e-3)
    # The former customers are worth nothing, so leaving them out changes nothing.
    assert compute_value(matrix[:4, :4], rewards[:4], 0.2) == near(endless[:4])


def test_homogeneity_of_two_weeks() -> None:
    first = [[40, 8, 2], [6, 80, 14], [0, 5, 45]]
    second = [[35, 12, 3], [9, 72, 19], [1, 9, 40]]
    found = compute_homogeneity(np.array([first, second], dtype=float))
    assert found.chi2 == pytest.approx(5.5489, abs=5e-5)
    assert (found.freedom, found.p) == (6, pytest.approx(0.4756, abs=5e-5))


def test_homogeneity_of_what_cannot_differ() -> None:
    """One table, and rows that know one cell only, say nothing about time."""
    table = np.array([[[40.0, 8], [3, 9]]])
    assert compute_homogeneity(table).p is None
    still = np.array([[[5.0, 0], [0, 0]], [[7, 0], [0, 2]]])
    assert (compute_homogeneity(still).chi2, compute_homogeneity(still).freedom) == (None, 0)


def test_worked_absorption() -> None:
    """5.2: advocate and churned take up all; weeks given advocate by the Doob transform."""
    among, into = WEEKLY[:4, :4], WEEKLY[:4, [4, 5]]
    reached = compute_absorption(among, into)
    assert reached[:, 0] == near([0.2872, 0.2186, 0.2937, 0.4051], 5e-5)
    assert reached.sum(axis=1) == near([1, 1, 1, 1])
    assert compute_steps_given(among, into[:, 0]) == near([68.5, 75.2, 67.3, 50.0], 0.06)
    weeks = compute_expected_steps(WEEKLY[:, :5])
    assert weeks == near([97.8, 81.0, 98.1, 110.4, 120.4], 0.05)


def test_worked_stocks_of_13_weeks() -> None:
    """5.2: 455 of 460 were left after the week; nobody enters."""
    opening = FLOWS.sum(axis=1)
    whole = np.vstack([WEEKLY, np.eye(6)[5]])
    after = compute_ahead(np.append(opening, 0), whole, 13)
    assert after == near([9.23, 55.20, 194.31, 123.03, 18.02, 60.20], 5e-3)
    assert after.sum() == pytest.approx(460)


def test_worked_value_of_a_tier() -> None:
    """5.3: 10 % a year over 52 weeks; 52 weekly margins, the first now."""
    endless = compute_value(WEEKLY[:, :5], MARGINS, WEEK_RATE)
    assert endless == near([906.1, 742.5, 932.0, 1088.9, 1246.4], 0.05)
    year = compute_value(WEEKLY[:, :5], MARGINS, WEEK_RATE, 52)
    assert year == near([399.07, 329.64, 420.88, 505.48, 598.52], 5.1e-3)
    assert endless[ADVOCATE] - endless[NEUTRAL] == pytest.approx(314.4, abs=0.1)
    assert year[ADVOCATE] - year[NEUTRAL] == pytest.approx(177.64, abs=5e-3)


def test_worked_posterior_is_wide() -> None:
    """5.2, 20,000 draws: one week of data supports no point forecast. By another generator than the
    one behind the text, so within the noise of the draws."""
    drawn = draw_matrices(FLOWS, DRAWS, 1 / 6, seed=1)
    assert drawn.sum(axis=-1) == near(np.ones((DRAWS, 5)), 1e-9)
    assert drawn.mean(axis=0) == near((FLOWS + 1 / 6) / (FLOWS.sum(axis=1)[:, None] + 1), 2e-3)
    low, high = np.percentile(drawn[:, NEUTRAL, 3], [2.5, 97.5])
    assert (low, high) == (pytest.approx(0.0255, abs=1e-3), pytest.approx(0.0782, abs=2e-3))
    among, target = drawn[:, :4, :4], drawn[:, :4, ADVOCATE]
    reached = compute_absorption(among, target[..., None])[:, NEUTRAL, 0]
    assert np.percentile(reached, [2.5, 50, 97.5]) == near([0.071, 0.304, 0.645], 0.015)
    weeks = compute_steps_given(among, target)[:, NEUTRAL]
    assert np.percentile(weeks, [2.5, 97.5]) == near([35, 128], 3)
    closed = np.concatenate([drawn, np.broadcast_to(np.eye(6)[5], (DRAWS, 1, 6))], axis=1)
    advocates = compute_ahead(np.append(FLOWS.sum(axis=1), 0), closed, 13)[:, ADVOCATE]
    assert np.percentile(advocates, [2.5, 50, 97.5]) == near([2.5, 14.4, 49.8], 1.2)


def test_a_state_that_is_never_left() -> None:
    """Nobody churns: the steps have no end, and without a discount neither has the value."""
    closed = np.array([[0.9, 0.1], [0.2, 0.8]])
    rewards = np.array([10.0, 20])
    assert np.isnan(compute_expected_steps(closed)).all()
    assert np.isnan(compute_value(closed, rewards, 0)).all()
    assert np.isfinite(compute_value(closed, rewards, 0.1)).all()
    assert compute_value(closed, rewards, 0, 1) == near(rewards)


def test_a_target_out_of_reach() -> None:
    """Whoever cannot come to a state has no weeks to it; the others do."""
    among = np.array([[0.5, 0.0], [0.2, 0.6]])
    into = np.array([0.0, 0.1])
    assert compute_absorption(among, into[:, None])[:, 0] == near([0, 0.25])
    steps = compute_steps_given(among, into)
    assert np.isnan(steps[0])
    assert steps[1] == pytest.approx(2.5)


def test_a_tier_without_customers_is_drawn_from_the_prior() -> None:
    drawn = draw_matrices(np.zeros((1, 6)), 4000, 1 / 6, seed=3)
    assert drawn.mean(axis=0) == near(np.full((1, 6), 1 / 6), 0.03)
