"""What a metric answers: a value, and the two numbers that it is a ratio of."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float | Decimal | Fraction


@dataclass(frozen=True)
class Answer:
    """A metric's answer; value None = undefined."""

    metric: str
    value: float | None
    numerator: Number | None = None
    denominator: Number | None = None
    member: str | None = None


def ratio(
    metric: str,
    numerator: Number,
    denominator: Number,
    *,
    member: str | None = None,
    times: int = 1,
    is_known: bool = True,
) -> Answer:
    """numerator / denominator, undefined over nothing or when it is not known."""
    if not is_known:
        return Answer(metric, None, None, None, member)
    value = None
    if denominator != 0:
        value = float(Fraction(numerator) / Fraction(denominator) * times)
    return Answer(metric, value, numerator, denominator, member)


def plain(metric: str, value: Number | None, member: str | None = None) -> Answer:
    """A number that is no ratio."""
    return Answer(metric, None if value is None else float(value), member=member)
