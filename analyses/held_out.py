"""What was expected of weeks that are over, against what came: the one rule of every backtest."""

from analyses.number_text import NumberText


def compute_error(expected: float, actual: float) -> float | None:
    """(expected - actual) / actual, a share; None where nothing came."""
    return expected / actual - 1 if actual else None


def is_missed(expected: float, bounds: tuple[float, float], actual: float, most: float) -> bool:
    """Whether what came lies outside the 95 % interval and more than `most`, a share of it, away.

    Either alone fails nothing: chance leaves one interval in twenty, and of many customers the
    interval is so narrow that trifles leave it. Where nothing came any interval above 0 has missed.
    """
    error = compute_error(expected, actual)
    low, high = bounds
    return not low <= actual <= high and (error is None or abs(error) > most)


def format_error(error: float | None) -> NumberText:
    """'+2.3 %', 'n/a'."""
    return NumberText("n/a" if error is None else f"{100 * error:+.1f} %", "share", value=error)
