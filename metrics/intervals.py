"""95 % intervals: Wilson for a share, normal for an NPS."""

from math import sqrt

Z_95 = 1.959963984540054  # the 97.5 % quantile of the normal distribution
Z_NPS = 1.96  # the published margins of error of an NPS are computed with the rounded quantile


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

    (None, None) without answers. Source: https://stats.stackexchange.com/q/18603
    """
    if answers == 0:
        return None, None
    margin = 100 * Z_NPS * sqrt(variance / answers)
    return score - margin, score + margin
