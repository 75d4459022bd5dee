"""What the laws of the models are tried on: parameters, histories, chains and stays of any company."""

import numpy as np
from hypothesis import strategies as st

from analyses.lifetime.bg_nbd import BgNbd, Histories
from analyses.markov import Array

alphas = st.floats(0.05, 50)
discounts = st.floats(0.001, 0.6)
counts_of_renewals = st.lists(st.integers(0, 60), min_size=3, max_size=9)
buyers = st.builds(
    BgNbd, st.floats(0.1, 3), st.floats(1, 30), st.floats(0.1, 3), st.floats(0.2, 10)
)
# Whole months as a customer, and whether that is over.
stays = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=80)


@st.composite
def histories(draw: st.DrawFn) -> Histories:
    """Some histories in weeks, each of one to four customers."""
    rows: list[tuple[float, float, float, float]] = []
    for _ in range(draw(st.integers(1, 6))):
        repeats, age = draw(st.integers(0, 30)), draw(st.floats(0, 150))
        recency = draw(st.floats(0, 1)) * age if repeats else 0.0
        rows.append((float(repeats), recency, age, float(draw(st.integers(1, 4)))))
    return Histories(*np.array(rows).T)


@st.composite
def chains(draw: st.DrawFn) -> Array:
    """Four states that anybody may leave, and two that nobody does."""
    matrix = np.zeros((6, 6))
    for state in range(4):
        weights = np.array([draw(st.integers(0, 20)) for _ in range(6)], dtype=float)
        weights[5] += 1
        matrix[state] = weights / weights.sum()
    matrix[4, 4] = matrix[5, 5] = 1
    return matrix
