"""Markov chains by walking them step by step: value, absorption and time, without an inverse."""

from collections.abc import Sequence

Matrix = Sequence[Sequence[float]]
ENOUGH = 1e-15


def step(row: Sequence[float], matrix: Matrix) -> list[float]:
    """row x matrix."""
    return [
        sum(share * line[place] for share, line in zip(row, matrix, strict=True))
        for place in range(len(matrix))
    ]


def forecast(stocks: Sequence[float], matrix: Matrix, steps: int) -> list[float]:
    """v P^n."""
    for _ in range(steps):
        stocks = step(stocks, matrix)
    return list(stocks)


def value(
    matrix: Matrix, rewards: Sequence[float], rate: float, steps: int | None = None
) -> list[float]:
    """Discounted rewards from each state, the first now: the sum of (P / (1 + d))^t R.

    steps: how many rewards after the first; None until nothing is left (Pfeifer and Carraway 2000).
    """
    found: list[float] = []
    for start in range(len(matrix)):
        row = [float(place == start) for place in range(len(matrix))]
        total, factor, taken = 0.0, 1.0, 0
        while True:
            gain = sum(share * reward for share, reward in zip(row, rewards, strict=True))
            total += factor * gain
            taken, factor = taken + 1, factor / (1 + rate)
            row = step(row, matrix)
            if (steps is not None and taken > steps) or (factor < ENOUGH and steps is None):
                break
        found.append(total)
    return found


def absorption(matrix: Matrix, absorbing: Sequence[int]) -> list[dict[int, float]]:
    """Chance of each state to end in each absorbing one."""
    found: list[dict[int, float]] = []
    for start in range(len(matrix)):
        row = [float(place == start) for place in range(len(matrix))]
        while sum(row) - sum(row[place] for place in absorbing) > ENOUGH:
            row = step(row, matrix)
        found.append({place: row[place] for place in absorbing})
    return found


def expected_steps(
    matrix: Matrix, absorbing: Sequence[int], reached: int | None = None
) -> list[float]:
    """Mean steps until absorption, of those who reach one state where it is named; 0 inside it."""
    means: list[float] = []
    for start in range(len(matrix)):
        row = [float(place == start) for place in range(len(matrix))]
        total, arrived, taken = 0.0, 0.0, 0
        if start in absorbing:
            means.append(0.0)
            continue
        while sum(row) - sum(row[place] for place in absorbing) > ENOUGH:
            before = row[reached] if reached is not None else sum(row[p] for p in absorbing)
            row, taken = step(row, matrix), taken + 1
            after = row[reached] if reached is not None else sum(row[p] for p in absorbing)
            total, arrived = total + taken * (after - before), after
        means.append(total / arrived)
    return means
