"""The special functions of scipy, with types, imported when they are first needed: scipy is slow to import."""

from functools import cache
from typing import Any

import numpy as np

from analyses.lifetime.likelihood import Numbers


@cache
def _scipy() -> Any:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return special


def gammaln(value: float | Numbers) -> Numbers:
    """Log of the gamma function."""
    return np.asarray(_scipy().gammaln(value))


def digamma(value: float | Numbers) -> Numbers:
    """Slope of gammaln."""
    return np.asarray(_scipy().digamma(value))


def betaln(one: float | Numbers, other: float | Numbers) -> Numbers:
    """Log of the beta function."""
    return np.asarray(_scipy().betaln(one, other))


def hyp2f1(
    one: float | Numbers, other: float | Numbers, third: float | Numbers, at: float | Numbers
) -> Numbers:
    """Gauss's hypergeometric function."""
    return np.asarray(_scipy().hyp2f1(one, other, third, at))
