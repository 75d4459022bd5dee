"""Several differences at once: the p of an interval, and Holm's step-down."""

import pytest

from metrics.holm import compute_p, find_clear
from metrics.intervals import Z_95, Band


def of_p(z: float) -> Band:
    """A difference of z standard errors."""
    return Band(z, z - Z_95, z + Z_95)


def test_the_p_of_an_interval_is_that_of_its_side_of_0() -> None:
    assert compute_p(of_p(Z_95)) == pytest.approx(0.05)
    assert compute_p(of_p(-2.575829303548901)) == pytest.approx(0.01)
    # The side towards 0 counts: a bound at 0 is 0.05, however long the other side is.
    assert compute_p(Band(0.2, 0.0, 0.9)) == pytest.approx(0.05)
    assert compute_p(Band(0.0, -1.0, 1.0)) == 1
    assert compute_p(Band(2.0, 2.0, 2.0)) == 0
    assert compute_p(Band(None, None, None)) is None


def test_the_smallest_p_has_to_bear_all_comparisons() -> None:
    """Holm's thresholds of 5 % for four: 0.0125, 0.0167, 0.025, 0.05."""
    z = {0.04: 2.0537489, 0.02: 2.3263479, 0.016: 2.4089155, 0.012: 2.5121443}
    alone = [of_p(z[0.04]), of_p(0.3), of_p(-0.1), of_p(0.5)]
    assert find_clear(alone) == [False] * 4
    assert find_clear([*alone[1:], of_p(z[0.012])]) == [False, False, False, True]
    # 0.016 passes once 0.012 has; 0.02 then passes too, 0.04 as the last one as well.
    assert find_clear([of_p(z[p]) for p in (0.04, 0.016, 0.012, 0.02)]) == [True] * 4
    # Without the 0.012 the first one stops all that follow.
    assert find_clear([of_p(z[p]) for p in (0.04, 0.016, 0.02)] + [of_p(0.1)]) == [False] * 4
    # What has no interval was not compared: of one alone 5 % is enough.
    assert find_clear([of_p(z[0.04]), Band(None, None, None)]) == [True, False]
    assert find_clear([]) == []
