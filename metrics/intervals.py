"""95 % intervals: Wilson for a share, Newcombe for a difference, exact Poisson for a rate, beta."""

from dataclasses import dataclass
from math import hypot, sqrt

Z_95 = 1.959963984540054  # the 97.5 % quantile of the normal distribution
Z_NPS = 1.96  # the published margins of error of an NPS are computed with the rounded quantile

TAIL = 0.025  # what a 95 % interval leaves out on either side

Bounded = tuple[float, float, float]  # a value, its low and its high bound


@dataclass(frozen=True)
class Band:
    """A number with the ends of its 95 % interval, in its unit; all None where there is none."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def is_distinguishable(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


class Difference(Band):
    """A difference of two numbers with its interval; all None where one of them has no base."""


NO_DIFFERENCE = Difference(None, None, None)


def compute_wilson(numerator: float, denominator: float) -> tuple[float, float] | tuple[None, None]:
    """Wilson score interval of numerator / denominator, as shares from 0 to 1.

    (None, None) when the denominator is 0. Raises ValueError unless 0 <= numerator <= denominator.
    Source: Newcombe 1998, method 3.
    """
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is not a share")
    if denominator == 0:
        return None, None
    share = numerator / denominator
    width = 1 + Z_95**2 / denominator
    centre = (share + Z_95**2 / (2 * denominator)) / width
    spread = share * (1 - share) / denominator + Z_95**2 / (4 * denominator**2)
    half = Z_95 * sqrt(spread) / width
    # The formula's ends are exact at 0 and 1; floating point misses them by 1e-17.
    low = 0.0 if numerator == 0 else centre - half
    high = 1.0 if numerator == denominator else centre + half
    return low, high


def compute_nps_interval(
    score: float, variance: float, answers: float
) -> tuple[float, float] | tuple[None, None]:
    """Normal interval of an NPS in points; variance is that of one answer, (p + d) - (p - d)^2.

    (None, None) without answers, and where all count alike: a variance of 0 is no certainty.
    Source: https://stats.stackexchange.com/q/18603
    """
    if answers == 0 or variance <= 0:
        return None, None
    margin = 100 * Z_NPS * sqrt(variance / answers)
    return score - margin, score + margin


def compute_difference(
    numerator: float, denominator: float, other_numerator: float, other_denominator: float
) -> Difference:
    """The first share less the second, with Newcombe's hybrid score interval.

    Each bound is as far from the difference as the two Wilson bounds on its way, squared and
    added, so it stays between -1 and 1. All None when a denominator is 0; ValueError as
    compute_wilson. Only for shares of different people or times. Source: Newcombe 1998, method 10.
    """
    low, high = compute_wilson(numerator, denominator)
    other_low, other_high = compute_wilson(other_numerator, other_denominator)
    if low is None or high is None or other_low is None or other_high is None:
        return NO_DIFFERENCE
    share, other = numerator / denominator, other_numerator / other_denominator
    return compute_hybrid((share, low, high), (other, other_low, other_high))


def compute_hybrid(now: Bounded, before: Bounded) -> Difference:
    """The first of two (value, low, high) less the second, each bound from the two bounds on its way.

    In the unit of the values. Only for what was counted independently; the two intervals need not be
    symmetric nor of one kind. Source: Zou and Donner 2008 (MOVER), of which Newcombe's is the case
    for shares.
    """
    value, low, high = now
    other, other_low, other_high = before
    return Difference(
        value - other,
        low=value - other - hypot(value - low, other_high - other),
        high=value - other + hypot(high - value, other - other_low),
    )


def compute_poisson(events: float, exposure: float) -> tuple[float, float] | tuple[None, None]:
    """Exact interval of the rate events / exposure, in events per unit of exposure.

    [chi2(0.025; 2x) / 2E, chi2(0.975; 2x + 2) / 2E]; the low end is 0 without events. (None, None)
    when the exposure is 0. Raises ValueError where either is negative. Source: Garwood 1936.
    """
    if events < 0 or exposure < 0:
        raise ValueError(f"{events} events in {exposure} is not a rate")
    if exposure == 0:
        return None, None
    low, high = compute_poisson_counts(events)
    return low / exposure, high / exposure


def compute_poisson_counts(events: float) -> tuple[float, float]:
    """Exact interval of the expected number of events where so many were counted."""
    # Half a second to import, which a command that shows no such rate need not wait for.
    from scipy.special import gammaincinv  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    # The q-quantile of chi-square with 2x degrees of freedom is twice that of the gamma of shape x.
    low = 0.0 if events == 0 else float(gammaincinv(events, TAIL))
    return low, float(gammaincinv(events + 1, 1 - TAIL))


def compute_beta(a: float, b: float) -> tuple[float, float]:
    """Equal-tailed credible interval of a share whose distribution is Beta(a, b), a and b above 0."""
    from scipy.special import betaincinv  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    return float(betaincinv(a, b, TAIL)), float(betaincinv(a, b, 1 - TAIL))
