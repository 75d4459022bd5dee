"""95 % intervals of a mean, and of the difference of two means."""

from dataclasses import dataclass
from math import hypot, sqrt

from metrics.intervals import NO_DIFFERENCE, TAIL, Z_95, Difference


@dataclass(frozen=True)
class Sample:
    """How many values, their mean, and their standard deviation with n - 1 below.

    mean is None without a value, deviation with fewer than two.
    """

    n: int
    mean: float | None
    deviation: float | None

    @property
    def error(self) -> float | None:
        """Standard error of the mean, s / sqrt(n)."""
        return None if self.deviation is None else self.deviation / sqrt(self.n)


def compute_mean_interval(sample: Sample) -> tuple[float, float] | tuple[None, None]:
    """mean +/- 1.96 s / sqrt(n), in the unit of the mean; (None, None) with fewer than two values.

    Narrower than it should be where few and skewed values stand behind it.
    """
    if sample.mean is None or sample.error is None:
        return None, None
    half = Z_95 * sample.error
    return sample.mean - half, sample.mean + half


def compute_mean_difference(one: Sample, other: Sample) -> Difference:
    """The first mean less the second, with Welch's interval, in the unit of the means.

    Student's t with the degrees of freedom of Welch and Satterthwaite; all None with fewer than two
    values on a side. Where neither side varies the interval is the difference itself. Only for
    values of different deals. Source: Welch 1947.
    """
    first, second = one.error, other.error
    if one.mean is None or other.mean is None or first is None or second is None:
        return NO_DIFFERENCE
    value, error = one.mean - other.mean, hypot(first, second)
    if error == 0:
        return Difference(value, value, value)
    # As shares of the squared error: its fourth power would leave the range of a float.
    shares = [(each / error) ** 2 for each in (first, second)]
    freedom = 1 / (shares[0] ** 2 / (one.n - 1) + shares[1] ** 2 / (other.n - 1))
    # Half a second to import, which a command that shows no such interval need not wait for.
    from scipy.special import stdtrit  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    half = float(stdtrit(freedom, 1 - TAIL)) * error
    return Difference(value, value - half, value + half)
