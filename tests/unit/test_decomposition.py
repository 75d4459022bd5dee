"""What drove the change of sales velocity: worked numbers, laws, and drivers without a value."""

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyses.decomposition import (
    DRIVERS,
    Drivers,
    compute_decomposition,
    compute_lmdi,
    compute_log_mean,
    compute_shapley,
)

BEFORE = Drivers(40, 25_000, 0.25, 90)
AFTER = Drivers(44, 24_000, 0.28, 80)
NO_WINS = Drivers(44, 24_000, 0, 80)

above_zero = st.builds(
    Drivers,
    st.integers(1, 5000),
    st.floats(1, 1e6),
    st.floats(0.001, 1),
    st.floats(1, 1000),
)


def test_lmdi_as_worked() -> None:
    """N +306.4284, D -131.2454, W +364.3591, L +378.6801: 918.2222."""
    parts = compute_lmdi(BEFORE.factors(), AFTER.factors())
    assert list(parts.values()) == pytest.approx(
        [306.4284, -131.2454, 364.3591, 378.6801], abs=5e-5
    )
    assert math.fsum(parts.values()) == pytest.approx(918.2222, abs=5e-5)


def test_shapley_as_worked() -> None:
    parts = compute_shapley(BEFORE.factors(), AFTER.factors())
    assert list(parts.values()) == pytest.approx(
        [306.6898, -131.7824, 364.5139, 378.8009], abs=5e-5
    )


def test_a_win_rate_of_zero_takes_shapley() -> None:
    """N +142.7083, D -59.8380, W -3,037.6157, L +176.9676: -2,777.7778."""
    parts = compute_shapley(BEFORE.factors(), NO_WINS.factors())
    expected = [142.7083, -59.8380, -3037.6157, 176.9676]
    assert list(parts.values()) == pytest.approx(expected, abs=5e-5)
    found = compute_decomposition(BEFORE, NO_WINS)
    assert found is not None
    assert (found.method, found.after) == ("shapley", 0)
    assert sum(found.parts.values()) == Decimal("-2777.78")


def test_parts_are_shown_in_cents_that_sum() -> None:
    found = compute_decomposition(BEFORE, AFTER)
    assert found is not None
    assert (found.method, found.before, found.after) == (
        "lmdi",
        Decimal("2777.78"),
        Decimal("3696.00"),
    )
    assert sum(found.parts.values()) == Decimal("918.22")
    assert found.parts["cycle_days"] == Decimal("378.68")


def test_equal_velocities_still_have_parts() -> None:
    """Twice the deals at half the size: +ln 2 and -ln 2 of the velocity, which stays."""
    found = compute_decomposition(BEFORE, Drivers(80, 12_500, 0.25, 90))
    assert found is not None
    assert found.before == found.after == Decimal("2777.78")
    part = Decimal(repr(25000 / 9 * math.log(2))).quantize(Decimal("0.01"))
    assert found.parts["open_deals"] == part == -found.parts["average_deal"]
    assert found.parts["win_rate"] == found.parts["cycle_days"] == 0


def test_nothing_open_on_both_sides() -> None:
    nothing = Drivers(0, 100, 0.5, 10)
    found = compute_decomposition(nothing, nothing)
    assert found is not None
    assert set(found.parts.values()) == {Decimal(0)}


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_missing_driver_has_no_decomposition(driver: str) -> None:
    values = dict(zip(DRIVERS, (40, 25_000, 0.25, 90), strict=True))
    lacking = Drivers(**(values | {driver: None}))
    assert lacking.missing() == (driver,)
    assert compute_decomposition(lacking, AFTER) is None
    assert compute_decomposition(AFTER, lacking) is None
    with pytest.raises(ValueError, match=driver):
        lacking.factors()


@given(above_zero, above_zero)
@example(Drivers(1, 1.0, 0.001, 1.0), Drivers(180, 4578.0, 1.0, 1.0))
def test_parts_sum_and_turn_with_time(before: Drivers, after: Drivers) -> None:
    forth, back = compute_decomposition(before, after), compute_decomposition(after, before)
    assert forth is not None
    assert back is not None
    assert sum(forth.parts.values()) == forth.after - forth.before
    old, new = before.factors(), after.factors()
    total = math.prod(new.values()) - math.prod(old.values())
    scale = max(math.prod(new.values()), math.prod(old.values()))
    for compute in (compute_lmdi, compute_shapley):
        parts = compute(old, new)
        assert math.fsum(parts.values()) == pytest.approx(total, abs=1e-9 * scale)
        turned = compute(new, old)
        assert [-turned[name] for name in parts] == pytest.approx(
            list(parts.values()), abs=1e-9 * scale
        )


def test_log_mean() -> None:
    assert compute_log_mean(3, 3) == 3
    assert compute_log_mean(2, 1) == pytest.approx(1 / math.log(2))
    assert compute_log_mean(1 + 1e-12, 1) == pytest.approx(1, abs=1e-11)
