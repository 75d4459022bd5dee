"""Lifetime value to the end: counts of renewals, curves beyond what was observed, their backtest."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.backtest import Backtest, Mark, Present, compute_backtest, find_backtests
from analyses.lifetime.continued import (
    Continued,
    compute_discounted,
    compute_forever,
    compute_survival_at,
    continue_curves,
    draw_samples,
)
from analyses.lifetime.projection import (
    ALIKE,
    Margin,
    find_monthly_margins,
    find_projections,
    list_months,
    project,
)
from analyses.lifetime.residual import Residual, compute_residuals
from analyses.lifetime.sbg import (
    compute_residual_lifetime,
    compute_survival,
    fit_sbg,
)
from analyses.lifetime.stays import (
    Basis,
    Stays,
    count_renewals,
    to_stays,
)
from analyses.survival import MONTH_DAYS
from metrics.scope import Scope
from tests.tiny import build_tiny, term

UNTIL = dt.date(2026, 1, 1)
MONTHLY = Basis(UNTIL, 1, 0, 0, 0)
PLAIN = Assumptions(1.0, 0.0, 60)
PASSED = Backtest(UNTIL, 100, 0, (Mark(52, 80, 70, 90, 80, 78),))
MARGIN = Margin(100, 100.0, 50.0)


def cohort(alpha: float, beta: float, size: int, renewals: int) -> Stays:
    """A cohort as the sBG has it, one renewal a month, all started together."""
    still = [round(size * compute_survival(alpha, beta, month)) for month in range(renewals + 1)]
    rows = [
        (0, int(month * MONTH_DAYS), True, 0, month, True, still[month - 1] - still[month])
        for month in range(1, renewals + 1)
    ]
    return to_stays(
        [*rows, (0, round((renewals + 0.5) * MONTH_DAYS), False, 0, renewals, False, still[-1])]
    )


MIXED = cohort(0.7, 3.8, 4000, 24)


def build(terms: list[dict[str, Any]], as_of: str = "2026-01-04") -> Any:
    return build_tiny({"subscriptions": terms}, as_of, dimensions=["segment"])


def test_samples_keep_the_size_and_the_seed() -> None:
    drawn = draw_samples(MIXED.count, 5)
    assert (drawn[0] == MIXED.count).all()
    assert (drawn.sum(axis=1) == 4000).all()
    assert (drawn == draw_samples(MIXED.count, 5)).all()


def curves(stays: Stays, period: int = 1, watched: int | None = None) -> Continued:
    fit = fit_sbg(count_renewals(stays))
    assert not fit.reason
    return continue_curves(
        stays, stays.count[None, :], watched or stays.months_watched, period, fit
    )


def test_beyond_the_observed_the_model_goes_on() -> None:
    """S(T) x S_sBG(t) / S_sBG(T), and what is observed stays as it was."""
    found = curves(MIXED)
    assert found.months == 24
    alpha, beta = float(found.alpha[0]), float(found.beta[0])
    at = compute_survival_at(found, np.array([6, 24, 25, 60]) * MONTH_DAYS)[0]
    assert at[0] == pytest.approx(compute_survival(0.7, 3.8, 6), abs=1e-3)
    for place, month in ((2, 25), (3, 60)):
        ratio = compute_survival(alpha, beta, month) / compute_survival(alpha, beta, 24)
        assert at[place] == pytest.approx(at[1] * ratio)
    assert at[3] == pytest.approx(compute_survival(0.7, 3.8, 60), rel=0.02)


def test_between_two_yearly_renewals_nobody_goes() -> None:
    monthly = cohort(0.7, 3.8, 4000, 4)
    yearly = replace(monthly, left=np.rint(monthly.left * 12).astype(np.int64))
    found = curves(yearly, period=12, watched=50)
    at = compute_survival_at(found, np.array([48, 50, 59, 60, 71, 72]) * MONTH_DAYS)[0]
    assert at[0] == at[1] == at[2]
    assert at[3] == at[4]
    assert at[5] < at[4] < at[2]


@given(
    st.floats(0.2, 5), st.floats(0.5, 20), st.integers(3, 24), st.sampled_from([0.0, 0.005, 0.02])
)
def test_laws_of_any_curve(alpha: float, beta: float, renewals: int, discount: float) -> None:
    """Survival never rises and stays in 0 .. 1; discounting never adds; the parts sum to the whole."""
    stays = cohort(alpha, beta, 5000, renewals)
    if fit_sbg(count_renewals(stays)).reason or not stays.months_watched:
        return
    found = curves(stays)
    at = compute_survival_at(found, np.arange(0, 4000, 7, dtype=float))[0]
    assert at[0] == 1
    assert (np.diff(at) <= 1e-12).all()
    assert (at >= 0).all()
    plain = sum(each[0] for each in compute_discounted(found, 0.0, range(60)))
    assert sum(each[0] for each in compute_discounted(found, discount, range(60))) <= plain + 1e-9
    assert plain == pytest.approx(compute_survival_at(found, np.arange(60) * MONTH_DAYS)[0].sum())


@pytest.mark.parametrize("period", [1, 12])
def test_without_a_horizon_it_is_the_long_sum(period: int) -> None:
    stays = cohort(0.7, 3.8, 4000, 4)
    if period == 12:
        stays = replace(stays, left=np.rint(stays.left * 12).astype(np.int64))
    found = curves(stays, period, watched=50 if period == 12 else None)
    whole = compute_discounted(found, 0.01, range(3000))
    tail = compute_forever(found, 0.01)
    assert tail is not None
    assert tail[0] == pytest.approx(whole[1][0], rel=1e-9)
    assert compute_forever(found, 0.0) is None


def test_value_by_timing_and_horizon() -> None:
    now = project(MIXED, MONTHLY, MARGIN, PASSED, replace(PLAIN, discount_yearly=0.1))
    later = project(
        MIXED, MONTHLY, MARGIN, PASSED, replace(PLAIN, discount_yearly=0.1, timing="end of month")
    )
    assert now.value is not None
    assert later.value is not None
    assert now.reason == ""
    at = {month: survival for month, survival, _, _ in now.curve}
    assert now.value.whole[0] == pytest.approx(
        100 * sum(at[m] / 1.1 ** (m / 12) for m in range(60))
    )
    assert later.value.whole[0] == pytest.approx(
        100 * sum(at[m] / 1.1 ** (m / 12) for m in range(1, 61))
    )
    assert now.value.observed[0] + now.value.beyond[0] == pytest.approx(now.value.whole[0])
    low, high = now.value.whole[1:]
    assert low < now.value.whole[0] < high
    assert now.value.forever is not None
    assert now.value.forever[0] > now.value.whole[0]
    assert list_months(replace(PLAIN, horizon_months=2, timing="end of month")) == range(1, 3)


def forever(found: tuple[Residual, ...]) -> list[float]:
    return [each.forever[0] for each in found if each.forever]


@pytest.mark.parametrize("period", [1, 12])
def test_present_customers_are_worth_derl_of_their_next_renewal(period: int) -> None:
    """DERL by the closed form, weighted over the customers of a year of renewals."""
    faced = [(0, False, 3, 30), (0, False, 5, 10), (0, False, 26, 60)]
    present = to_stays([(0, 900, is_over, 0, n, False, count) for _, is_over, n, count in faced])
    curves = continue_curves(
        MIXED, MIXED.count[None, :].repeat(2, axis=0), 24, period, fit_sbg(count_renewals(MIXED))
    )
    margins = np.array([100.0, 100.0])
    monthly = replace(PLAIN, discount_yearly=1.01**12 - 1, horizon_months=30)
    found = compute_residuals(curves, present, monthly, margins)
    alpha, beta = float(curves.alpha[0]), float(curves.beta[0])
    paid = 100 * sum(1.01**-month for month in range(period))

    def worth(passed: int) -> float:
        derl = compute_residual_lifetime(alpha, beta, passed + 1, 1.01**period - 1)
        assert derl is not None
        return derl * paid

    if period == 1:
        assert [(each.first, each.customers) for each in found] == [(0, 40), (24, 60)]
        assert forever(found) == pytest.approx([(30 * worth(3) + 10 * worth(5)) / 40, worth(26)])
    else:
        assert [(each.first, each.last) for each in found] == [(3, 3), (5, 5), (26, 26)]
        assert forever(found) == pytest.approx([worth(n) for n in (3, 5, 26)])

    def worth_within(passed: int, horizon: int, discount: float) -> float:
        """Month by month from the next renewal on: who is still there pays."""
        return 100 * sum(
            compute_survival(alpha, beta, passed + 1 + month // period)
            / compute_survival(alpha, beta, passed)
            * (1 + discount) ** -month
            for month in range(horizon)
        )

    assert found[-1].within[0] == pytest.approx(worth_within(26, 30, 0.01))
    low, high = found[-1].within[1:]
    assert low == high == pytest.approx(found[-1].within[0])  # both samples are the same customers
    assert all(each.within[0] < total for each, total in zip(found, forever(found), strict=True))
    plain = compute_residuals(curves, present, PLAIN, margins)
    assert [each.forever for each in plain] == [None] * len(found)
    assert plain[-1].within[0] == pytest.approx(worth_within(26, 60, 0))


def test_the_interval_holds_the_sampling_of_the_margin() -> None:
    sure = project(MIXED, MONTHLY, Margin(100, 100.0, 0.0), PASSED, PLAIN)
    unsure = project(MIXED, MONTHLY, Margin(100, 100.0, 200.0), PASSED, PLAIN)
    alone = project(MIXED, MONTHLY, Margin(1, 100.0, None), PASSED, PLAIN)
    assert sure.value is not None
    assert unsure.value is not None
    assert alone.value == sure.value
    # Curve and margin are independent: about 2 x 1.96 x 200 / sqrt(100) of 100, and more.
    width = (unsure.value.whole[2] - unsure.value.whole[1]) / unsure.value.whole[0]
    assert width == pytest.approx(2 * 1.96 * 0.2, rel=0.1)
    assert sure.value.whole[2] - sure.value.whole[1] < unsure.value.whole[2] - unsure.value.whole[1]


def test_all_alike_is_a_what_if_and_no_value() -> None:
    alike = to_stays(
        [
            (0, int(month * MONTH_DAYS), True, 0, month, True, round(1000 * 0.9 ** (month - 1) * 0.1))
            for month in range(1, 13)
        ]
        + [(0, 380, False, 0, 12, False, 282)]
    )  # fmt: skip
    found = project(alike, MONTHLY, MARGIN, PASSED, PLAIN)
    assert found.value is None
    assert found.reason == ALIKE
    assert found.alike is not None
    assert found.fit.rate == pytest.approx(0.9, abs=1e-3)
    seen = project(alike, MONTHLY, MARGIN, PASSED, replace(PLAIN, horizon_months=10))
    assert seen.value is not None  # all of it was observed, so no model stands behind it
    assert seen.value.beyond == (0, 0, 0)
    assert found.alike.whole[0] == pytest.approx(100 * (1 - 0.9**60) / 0.1, rel=0.01)


MISSED = Backtest(UNTIL, 100, 0, (Mark(13, 99, 95, 100, 99, 99), Mark(52, 80, 75, 85, 70, 78)))


@pytest.mark.parametrize(
    ("stays", "backtest", "reason"),
    [
        (cohort(0.7, 3.8, 100, 2), PASSED, "customers faced 2 renewals"),
        (cohort(1e-9, 3.8, 100, 6), PASSED, "nobody was lost"),
        (MIXED, MISSED, "the backtest fails: 80 of 100 customers were to be there after 52 weeks (75 to 85), and 70"),
        (MIXED, replace(PASSED, reason="too few"), "no backtest: too few"),
    ],
)  # fmt: skip
def test_no_value_without_fit_and_backtest(stays: Stays, backtest: Backtest, reason: str) -> None:
    found = project(stays, MONTHLY, MARGIN, backtest, PLAIN)
    assert (found.value, found.alike, found.curve) == (None, None, ())
    assert found.reason.startswith(reason)


def test_a_backtest_misses_outside_its_interval_and_by_more_than_five_percent() -> None:
    assert not Mark(52, 96, 90, 98, 100, None).has_missed  # outside, 4 % off
    assert Mark(52, 94, 90, 98, 100, None).has_missed
    assert not Mark(52, 94, 90, 101, 100, None).has_missed
    assert Mark(52, 10, 5, 15, 0, None).has_missed
    assert MISSED.passes is False
    assert PASSED.passes is True


def test_the_backtest_by_hand() -> None:
    """Customers of 24.2 months have 12 renewals more after 52 weeks, which are 11.96 months."""
    present = Present([(round(24.2 * MONTH_DAYS), 100, 95, 88, 82, 80)], ended=10, days=9100)
    found = compute_backtest(MIXED, MONTHLY, present)
    alpha, beta = fit_sbg(count_renewals(MIXED)).alpha, fit_sbg(count_renewals(MIXED)).beta
    assert alpha is not None
    assert beta is not None
    share = compute_survival(alpha, beta, 36) / compute_survival(alpha, beta, 24)
    last = found.marks[-1]
    assert (last.weeks, last.actual) == (52, 80)
    assert last.predicted == pytest.approx(100 * share)
    assert last.low < last.predicted < last.high
    assert last.naive == pytest.approx(100 * np.exp(-52 * 7 * 10 / 9100))
    assert found.passes
    few = compute_backtest(MIXED, MONTHLY, Present([(700, 19, 19, 19, 19, 19)]))
    assert few.reason == "fewer than 20 customers a year ago"


def test_the_backtest_knows_only_what_was_known() -> None:
    """Two companies that part after the origin are predicted alike and end apart."""

    def company(leaves_later: bool) -> list[dict[str, Any]]:
        random = np.random.default_rng(3)
        terms = [term("first", "2021-01-04")]
        for number in range(400):
            start = dt.date(2022, 1, 1) + dt.timedelta(days=int(random.integers(0, 1000)))
            chance = random.beta(0.8, 12)
            stay = int(random.geometric(max(chance, 1e-6)))
            end = start + dt.timedelta(days=round(min(stay, 500) * MONTH_DAYS))
            if end > dt.date(2025, 1, 2) and (not leaves_later or number % 2):
                end = dt.date(9999, 1, 1)
            elif end > dt.date(2025, 1, 2):
                end = dt.date(2025, 3, 1)
            ended = None if end.year == 9999 else end.isoformat()
            terms.append(term(f"c{number}", start.isoformat(), ended))
        return terms

    stayed, left = (
        find_backtests(build(company(later)).cursor(), UNTIL, Scope(), None)[None]
        for later in (False, True)
    )
    assert stayed.customers == left.customers
    assert [mark.predicted for mark in stayed.marks] == [mark.predicted for mark in left.marks]
    assert stayed.marks[-1].actual > left.marks[-1].actual
    assert not left.passes


def test_the_margin_is_that_of_each_segment() -> None:
    connection = build_tiny(
        {
            "subscriptions": [
                term("a", "2025-01-01", mrr=100), term("b", "2025-01-01", mrr=300),
                term("gone", "2025-01-01", "2025-12-31", mrr=900),
            ],
            "customers": [
                {"customer_id": "a", "segment": "small"}, {"customer_id": "b", "segment": "large"},
                {"customer_id": "gone", "segment": "small"},
            ],
        },
        "2026-01-04", dimensions=["segment"], gross_margin=0.8, gross_margin_by_segment={"small": 0.5},
    )  # fmt: skip
    cursor = connection.cursor()
    whole = find_monthly_margins(cursor, UNTIL, Scope(), None)[None]
    assert (whole.customers, whole.mean) == (2, pytest.approx((50 + 240) / 2))
    assert whole.deviation == pytest.approx(np.std([50, 240], ddof=1))
    parts = find_monthly_margins(cursor, UNTIL, Scope(), "segment")
    assert parts["small"] == Margin(1, 50.0, None)
    assert parts["large"].mean == pytest.approx(240)
    found = find_projections(cursor, UNTIL, Scope(), "segment", PLAIN)
    assert set(found) == {"small", "large"}
    reasons = {each.reason for each in found.values()}
    assert reasons == {"no customer's age is known: all began on the first paid day of the data"}
