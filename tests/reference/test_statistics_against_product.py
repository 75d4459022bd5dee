"""Intervals, curves, limits and drivers against the second implementation, on any input."""

import datetime as dt
from collections.abc import Sequence
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.decomposition import Drivers, compute_decomposition, compute_lmdi, compute_shapley
from analyses.outcomes import Day, compute_outcomes
from analyses.signals import (
    Point,
    compute_limits,
    compute_p_prime,
    compute_verdict,
    compute_verdicts,
    compute_xmr,
)
from analyses.survival import (
    Change,
    Curve,
    compute_curve,
    compute_restricted_mean,
    find_median,
    find_survival_at,
)
from metrics.intervals import compute_difference, compute_poisson, compute_wilson
from tests.reference.implementation import charts, curves, intervals
from tests.reference.implementation.curves import Spell

# The first of them may have to import scipy.
ANY = settings(deadline=None, max_examples=60)
ENDS = ("won", "lost", "open")

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
times = st.integers(1, 30)
whole_spells = st.builds(Spell, st.just(0), times, st.booleans())
late_spells = st.builds(
    lambda entered, length, ended: Spell(entered, entered + length, ended),
    st.integers(0, 10),
    times,
    st.booleans(),
)


def product_curve(spells: Sequence[Spell]) -> Curve:
    """What the product makes of the same spells."""
    tenures = sorted({time for spell in spells for time in (spell.entered, spell.left)})
    return compute_curve(
        Change(
            time,
            sum(spell.entered == time for spell in spells),
            curves.ended_at(spells, time),
            sum(spell.left == time for spell in spells),
        )
        for time in tenures
    )


def begun(spells: Sequence[Spell]) -> list[Spell]:
    """With late entries a curve begins once 10 are at risk: earlier endings are left out of it."""
    if all(spell.entered == 0 for spell in spells):
        return list(spells)
    tenures = sorted({time for each in spells for time in (each.entered, each.left)})
    first = next((time for time in tenures if curves.at_risk(spells, time) >= 10), None)
    if first is None:
        return []
    return [
        each if each.left >= first else Spell(each.entered, each.left, False) for each in spells
    ]


@ANY
@given(counts)
def test_wilson(pair: tuple[int, int]) -> None:
    assert compute_wilson(*pair) == pytest.approx(intervals.wilson(*pair), abs=1e-9)


@ANY
@given(counts, counts)
def test_difference_of_two_rates(pair: tuple[int, int], other: tuple[int, int]) -> None:
    found = compute_difference(*pair, *other)
    assert (found.low, found.high) == pytest.approx(intervals.newcombe(*pair, *other), abs=1e-9)
    assert found.value is not None
    assert -1 - 1e-12 <= (found.low or 0) <= found.value <= (found.high or 0) <= 1 + 1e-12


@ANY
@given(st.integers(0, 200), st.floats(0.1, 1e4))
def test_rate_over_exposure(events: int, exposure: float) -> None:
    found = compute_poisson(events, exposure)
    assert found == pytest.approx(intervals.poisson(events, exposure), rel=1e-6, abs=1e-12)


@ANY
@given(st.lists(whole_spells, max_size=25) | st.lists(late_spells, min_size=8, max_size=30))
def test_survival_with_late_entries(spells: list[Spell]) -> None:
    curve = product_curve(spells)
    used = begun(spells)
    shown = [step.survival for step in curve.steps]
    assert shown == sorted(shown, reverse=True)
    assert all(0 <= share <= 1 for share in shown)
    for step in curve.steps:
        assert step.survival == pytest.approx(float(curves.survival(used, step.time)), abs=1e-12)
        assert step.at_risk == curves.at_risk(spells, step.time)
        ends = curves.band(used, step.time)
        assert (step.low, step.high) == (pytest.approx(ends, abs=1e-9) if ends else (None, None))
    assert find_median(curve) == curves.median(used)
    if spells:
        mean = curves.restricted_mean(used, 12)
        assert compute_restricted_mean(curve, 12) == pytest.approx(mean)
        assert find_survival_at(curve, 7.5) == pytest.approx(float(curves.survival(used, 7.5)))


@ANY
@given(st.lists(st.builds(curves.Deal, times, st.sampled_from(ENDS))))
def test_won_lost_and_open(deals: list[curves.Deal]) -> None:
    found = compute_outcomes(
        Day(
            time,
            *(sum(d.days == time and d.outcome == end for d in deals) for end in ENDS),
        )
        for time in sorted({deal.days for deal in deals})
    )
    for step in found.steps:
        assert step.won + step.lost + step.open == pytest.approx(1, abs=1e-12)
        assert step.won == pytest.approx(float(curves.incidence(deals, "won", step.days)))
        assert step.lost == pytest.approx(float(curves.incidence(deals, "lost", step.days)))
        error = curves.incidence_error(deals, "won", step.days)
        assert step.error == pytest.approx(error, abs=1e-7)
    shares = [step.won for step in found.steps]
    assert shares == sorted(shares)


@ANY
@given(st.lists(st.none() | st.integers(-50, 50), max_size=30))
def test_moving_ranges(values: list[int | None]) -> None:
    found, ours = compute_xmr(values), charts.xmr(values)
    assert (found is None) == (ours is None)
    if found and ours:
        centre, moving_range = ours
        assert (found.center, found.mean_moving_range) == pytest.approx(ours, abs=1e-9)
        assert found.lower == pytest.approx(centre - 2.66 * moving_range, abs=1e-9)
        assert found.upper == pytest.approx(centre + 2.66 * moving_range, abs=1e-9)
        assert found.range_upper == pytest.approx(3.268 * moving_range, abs=1e-9)


@ANY
@given(st.lists(counts | st.just((0, 0)), max_size=30))
def test_laneys_chart(pairs: list[tuple[int, int]]) -> None:
    found, ours = compute_p_prime(pairs), charts.p_prime(pairs)
    assert (found is None) == (ours is None)
    if found:
        assert (found.center, found.sigma_z) == pytest.approx(ours)


@ANY
@given(st.lists(st.integers(0, 90), min_size=12, max_size=130), st.integers(1, 30))
def test_limits_are_frozen(values: list[int], later: int) -> None:
    """12 weeks are a baseline, then 26; a week keeps the limits it was judged by."""
    start = dt.date(2024, 1, 1)
    points = [Point(start + dt.timedelta(weeks=n), each) for n, each in enumerate(values)]
    limits = compute_limits(points, "xmr")
    for place, known in ((0, 12), (24, 12), (25, 26), (102, 26)):
        ours = charts.xmr(values[:known])
        if place < len(values) and ours:
            found = limits[place]
            if not any(values[:known]):
                assert found is None  # nothing ever happened: no range
                continue
            assert found is not None
            assert found.center == pytest.approx(ours[0])
            assert found.upper == pytest.approx(ours[0] + 2.66 * ours[1])
    earlier = max(12, len(values) - later)
    assert compute_limits(points[:earlier], "xmr") == limits[:earlier]
    verdicts = compute_verdicts(points, "xmr")
    assert compute_verdicts(points[:earlier], "xmr") == verdicts[:earlier]
    assert compute_verdict(points[:earlier], "xmr") == verdicts[earlier - 1]


driver = st.floats(1e-3, 1e6)
factors = st.fixed_dictionaries(dict.fromkeys("ndwl", driver))


@ANY
@given(factors, factors)
def test_drivers_of_a_product(before: dict[str, float], after: dict[str, float]) -> None:
    # on the way from one to the other a product of the larger factors loses digits
    largest = prod(max(before[name], after[name]) for name in before)
    for theirs, ours in (
        (compute_shapley(before, after), charts.shapley(before, after)),
        (compute_lmdi(before, after), charts.lmdi(before, after)),
    ):
        assert theirs == pytest.approx(ours, rel=1e-6, abs=1e-9 * largest)
        total = prod(after.values()) - prod(before.values())
        assert sum(theirs.values()) == pytest.approx(total, abs=1e-9 * largest)


rates = st.just(0.0) | st.floats(0.001, 1)
some = st.builds(Drivers, st.integers(0, 99), st.floats(1, 1e5), rates, st.floats(1, 400))


@ANY
@given(some, some)
def test_parts_sum_to_the_cent_with_and_without_zeros(before: Drivers, after: Drivers) -> None:
    found = compute_decomposition(before, after)
    assert found is not None
    assert sum(found.parts.values()) == found.after - found.before
    has_zero = 0 in (*before.factors().values(), *after.factors().values())
    assert found.method == ("shapley" if has_zero else "lmdi")
