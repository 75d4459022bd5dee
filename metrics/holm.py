"""Which of several differences hold when all of them were looked at: Holm's step-down."""

from collections.abc import Sequence
from math import erfc, sqrt

from metrics.intervals import TAIL, Z_95, Band

LEVEL = 2 * TAIL


def compute_p(found: Band) -> float | None:
    """The two-sided p of a 95 % interval, by a normal as wide as the interval on the side of 0.

    Below 0.05 exactly where the interval leaves out 0, whatever it was computed by; a little too small
    for Student's t of fewer than about 20. None without an interval; 0 for one without a width.
    """
    if found.value is None or found.low is None or found.high is None:
        return None
    if found.value == 0:
        return 1.0
    reach = found.value - found.low if found.value > 0 else found.high - found.value
    return 0.0 if reach <= 0 else erfc(Z_95 * abs(found.value) / reach / sqrt(2))


def find_clear(found: Sequence[Band]) -> list[bool]:
    """Which differ from 0 when all with an interval were compared: the chance to name any that does
    not is 5 % for all together, not for each. Source: Holm 1979."""
    compared = sorted(
        (p, place) for place, each in enumerate(found) if (p := compute_p(each)) is not None
    )
    clear = [False] * len(found)
    for done, (p, place) in enumerate(compared):
        if p * (len(compared) - done) >= LEVEL:
            break
        clear[place] = True
    return clear
