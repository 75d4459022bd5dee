"""What must hold of survival beyond what was observed, and of the forecast, whatever company they are made of."""

from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.forecast.model import CHURNED, MRR, compute_forecast
from analyses.forecast.steps import CANCELLED, DUE, OTHER, STEP, Flow, Step
from analyses.lifetime.continued import (
    Continued,
    compute_discounted,
    compute_forever,
    compute_survival_at,
    continue_curves,
    draw_samples,
)
from analyses.lifetime.sbg import Matrix, fit_sbg
from analyses.lifetime.stays import Stays, count_renewals, to_stays
from analyses.survival import MONTH_DAYS, Change, compute_curve, find_survival_at
from analyses.weekly import TIERS
from tests.reference.strategies import discounts

quick = settings(max_examples=25, deadline=None)
SAMPLES = 20
# Renewals faced, whether they were lost at the last of them, and how many did so.
contracts = st.lists(
    st.tuples(st.integers(1, 8), st.booleans(), st.integers(4, 60)), min_size=6, max_size=16
)


def make_stays(known: list[tuple[int, bool, int]], period: int) -> Stays:
    """Who is lost leaves on the day of the renewal; who is not is seen for three weeks more."""
    rows = [
        (
            0,
            round(faced * period * MONTH_DAYS) + (0 if is_lost else 21),
            is_lost,
            0,
            faced,
            is_lost,
            count,
        )
        for faced, is_lost, count in known
    ]
    return to_stays(rows)


def continue_stays(stays: Stays, period: int) -> Continued:
    fit, months = fit_sbg(count_renewals(stays)), stays.months_watched
    assume(not fit.reason and months > 0)
    return continue_curves(stays, draw_samples(stays.count, SAMPLES), months, period, fit)


@quick
@given(contracts, st.sampled_from((1, 3, 12)))
def test_survival_falls_beyond_what_was_observed(
    known: list[tuple[int, bool, int]], period: int
) -> None:
    """From one, in every sample; it is Kaplan-Meier's up to the last month observed."""
    stays = make_stays(known, period)
    curves = continue_stays(stays, period)
    days = MONTH_DAYS * np.arange(curves.months + 121, dtype=float)
    found = compute_survival_at(curves, days)
    assert (found[:, 0] == 1).all()
    assert (found >= 0).all()
    assert (np.diff(found, axis=1) <= 1e-12).all()
    again = continue_stays(stays, period)
    assert (compute_survival_at(again, days) == found).all()
    changes = Counter[int]()
    ended = Counter[int]()
    for left, has_ended, count in zip(stays.left, stays.ended, stays.count, strict=True):
        changes[int(left)] += int(count)
        ended[int(left)] += int(count) if has_ended else 0
    left = [Change(float(day), 0, ended[day], changes[day]) for day in sorted(changes)]
    curve = compute_curve([Change(0, stays.all, 0, 0), *left])
    ours = [find_survival_at(curve, float(day)) for day in days[: curves.months + 1]]
    assert found[0, : curves.months + 1] == pytest.approx(ours)


def discount(curves: Continued, rate: float, months: int) -> Matrix:
    """Observed and beyond together, of so many months from now on."""
    observed, beyond = compute_discounted(curves, rate, range(months))
    return observed + beyond


@quick
@given(contracts, st.sampled_from((1, 3, 12)), discounts, discounts)
def test_what_is_to_come_is_worth_less_the_dearer_it_is(
    known: list[tuple[int, bool, int]], period: int, one: float, other: float
) -> None:
    """And more the farther one looks; without an end it is what a very long horizon comes to."""
    curves = continue_stays(make_stays(known, period), period)
    low, high = (0.004 + each / 10 for each in sorted((one, other)))
    horizons = [discount(curves, low, end) for end in (1, 12, 60, 120)]
    assert horizons[0] == pytest.approx(1)
    for shorter, longer in pairwise(horizons):
        assert (shorter <= longer + 1e-12).all()
    assert (discount(curves, high, 60) <= horizons[2] + 1e-12).all()
    endless = compute_forever(curves, low)
    assert endless is not None
    very_long = compute_discounted(curves, low, range(curves.months + 1, 7000))[1]
    assert endless == pytest.approx(very_long, rel=1e-6)


@st.composite
def steps(draw: st.DrawFn, start: date) -> Step:
    """Thirteen weeks of some customers: where they were, what was ahead of them and where they went."""
    flows: list[Flow] = []
    for number in range(draw(st.integers(3, 12))):
        is_new = number == 0
        tier = None if is_new else draw(st.sampled_from(TIERS))
        to_tier = draw(st.sampled_from(TIERS if is_new else (*TIERS, None)))
        customers, mrr = draw(st.integers(1, 40)), float(draw(st.integers(50, 500)))
        before, after = (0.0 if each is None else mrr for each in (tier, to_tier))
        flows.append(
            Flow(
                tier, None if is_new else draw(st.sampled_from((CANCELLED, DUE, OTHER))), to_tier,
                customers, 0 if is_new else customers, customers * before, customers * after,
                customers * before**2, customers * before * after, customers * after**2,
            )
        )  # fmt: skip
    return Step(start, tuple(flows))


FIRST = date(2025, 1, 6)
pools = st.tuples(*(steps(FIRST + number * STEP) for number in range(3)))


@quick
@given(steps(FIRST + 3 * STEP), pools)
def test_a_forecast_counts_everybody_once(opening: Step, pool: tuple[Step, ...]) -> None:
    """Who stays and who arrives is in some tier; who does not is churned; nobody is both."""
    found = compute_forecast(opening, pool)
    numbers = {name: each.mean for name, each in found.estimates.items()}
    tiers = sum(numbers[tier] for tier in TIERS)
    assert tiers == pytest.approx(opening.customers - numbers[CHURNED] + found.arrivals)
    assert 0 <= numbers[CHURNED] <= opening.customers
    assert sum(each.customers for each in found.ahead) == opening.customers
    assert all(each.variance >= 0 for each in found.estimates.values())
    turned = [Step(step.start, step.flows[::-1]) for step in reversed(pool)]
    again = compute_forecast(Step(opening.start, opening.flows[::-1]), turned)
    for name, estimate in found.estimates.items():
        assert again.estimates[name].mean == pytest.approx(estimate.mean), name
        assert again.estimates[name].variance == pytest.approx(estimate.variance), name


@quick
@given(steps(FIRST + 3 * STEP), pools)
def test_a_forecast_does_not_know_where_today_leads(opening: Step, pool: tuple[Step, ...]) -> None:
    """Of the step ahead only its start is read: that all of its customers leave changes nothing."""
    gone = tuple(
        Flow(each.tier, each.ahead, None, each.customers, each.dated, each.mrr_before, 0.0,
             each.before_squared, 0.0, 0.0)
        for each in opening.flows
        if each.tier is not None
    )  # fmt: skip
    found = compute_forecast(opening, pool).estimates
    ahead = compute_forecast(Step(opening.start, gone), pool).estimates
    for name in (CHURNED, MRR, *TIERS):
        assert ahead[name].mean == pytest.approx(found[name].mean), name
        assert ahead[name].variance == pytest.approx(found[name].variance), name
