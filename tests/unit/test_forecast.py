"""Thirteen weeks ahead by hand: who is due, what a step counts, the estimates and the backtest."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import log
from random import Random
from typing import Any

import duckdb
import pytest

from analyses.forecast.backtest import (
    compute_bounds,
    compute_outlook,
    find_outlook,
    tell_actual,
    tell_second,
)
from analyses.forecast.model import CHURNED, MRR, compute_forecast
from analyses.forecast.steps import CANCELLED, DUE, OTHER, STEP, Flow, Step, find_steps
from analyses.forecast.tables import list_series_rows
from analyses.forecast.words import describe_outlook
from analyses.weekly import TIERS
from charts.forecast import chart_lost
from metrics.drills import list_rows, load_drills, span_between
from metrics.scope import Scope
from tests.tiny import build_tiny, term

ORIGIN = date(2026, 6, 1)
TERMS: list[dict[str, Any]] = [
    term("cancelled", "2025-06-20", "2026-06-20", mrr=10, cancelled_on=date(2026, 5, 31)),
    term("cancels later", "2025-06-20", "2026-06-20", mrr=20, cancelled_on=ORIGIN),
    term("ends later", "2025-10-01", "2026-10-01", mrr=30, cancelled_on=date(2026, 5, 1)),
    term("yearly", "2025-07-01", mrr=40, renews_on=date(2026, 7, 1)),
    term("changed plan", "2025-07-01", "2026-01-10", mrr=50, renews_on=date(2026, 7, 1)),
    term("changed plan", "2026-01-10", mrr=55, renews_on=date(2026, 7, 1)),
    term("three years", "2025-07-01", mrr=60, renews_on=date(2028, 7, 1)),
    term("monthly", "2025-09-15", mrr=70, renews_on=date(2026, 6, 15)),
    term("beyond", "2025-08-31", mrr=80, renews_on=date(2026, 8, 31)),
    term("keeps one", "2025-06-20", "2026-06-20", mrr=1, cancelled_on=date(2026, 5, 1)),
    term("keeps one", "2025-06-21", mrr=89),
    term("comes", "2026-06-10", mrr=100),
]  # fmt: skip
TERMS[1]["renews_on"] = date(2026, 6, 20)


def find_ahead(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    span = span_between(ORIGIN - 2 * timedelta(weeks=1), ORIGIN - timedelta(weeks=1))
    with closing(connection.cursor()) as cursor:
        found = list_rows(cursor, load_drills()["customers_ahead"], span)
    return {row["customer_id"]: row["ahead"] for row in found.rows}


def test_who_is_due_and_who_has_cancelled_as_known_then() -> None:
    """A cancellation of the origin's day is not known before it. A plan change renews nothing. A date
    that has moved on by months, or lies in the third year or 13 weeks ahead, is none."""
    assert find_ahead(build_tiny({"subscriptions": TERMS}, "2026-09-30")) == {
        "cancelled": CANCELLED, "cancels later": DUE, "ends later": OTHER, "yearly": DUE,
        "changed plan": DUE, "three years": OTHER, "monthly": OTHER, "beyond": OTHER,
        "keeps one": OTHER,
    }  # fmt: skip


def test_a_step_counts_who_left_stayed_and_came() -> None:
    tiny = build_tiny({"subscriptions": TERMS}, "2026-09-30")
    with closing(tiny.cursor()) as cursor:
        *_, step, _ = find_steps(cursor, ORIGIN + STEP, Scope())
    found = {
        (flow.tier, flow.ahead, flow.to_tier): (flow.customers, flow.mrr_before, flow.mrr_after)
        for flow in step.flows
    }
    assert (step.start, step.customers, step.mrr) == (ORIGIN, 9, 455)
    assert found == {
        ("neutral", CANCELLED, None): (1, 10, 0),
        ("neutral", DUE, None): (1, 20, 0),
        ("neutral", DUE, "neutral"): (2, 95, 95),
        ("neutral", OTHER, "neutral"): (5, 330, 329),
        (None, None, "neutral"): (1, 0, 100),
    }
    assert tell_actual(step, CHURNED) == 2
    assert tell_actual(step, MRR) == 524


def test_steps_meet_and_begin_after_the_first_paid_day() -> None:
    tiny = build_tiny({"subscriptions": TERMS}, "2026-09-30")
    with closing(tiny.cursor()) as cursor:
        steps = find_steps(cursor, ORIGIN, Scope())
        assert find_steps(cursor, date(2025, 1, 6), Scope()) == ()
    starts = [date(2025, 9, 1), date(2025, 12, 1), date(2026, 3, 2), ORIGIN]
    assert [step.start for step in steps] == starts
    assert all(one.end == two.start for one, two in pairwise(steps))


def test_what_comes_later_changes_no_forecast() -> None:
    """Fairness: a cancellation, an end, a new customer and a change of price after the origin."""
    later = [
        term("yearly", "2025-07-01", "2026-07-01", mrr=40, renews_on=date(2026, 7, 1),
             cancelled_on=date(2026, 6, 5)),
        term("beyond", "2025-08-31", "2026-06-02", mrr=80, renews_on=date(2026, 8, 31)),
        term("beyond", "2026-06-02", mrr=800, renews_on=date(2026, 8, 31)),
        term("another", "2026-06-01", mrr=1000),
    ]  # fmt: skip
    kept = [row for row in TERMS if row["customer_id"] not in ("yearly", "beyond")]
    found: list[Any] = []
    for terms in (TERMS, kept + later):
        with closing(build_tiny({"subscriptions": terms}, "2026-09-30").cursor()) as cursor:
            outlook = find_outlook(cursor, ORIGIN, Scope())
        found.append((outlook.tracks, outlook.churned))
    assert found[0] == found[1]
    assert found[0][0][CHURNED].ahead.actual is None


def flow(
    tier: str | None, ahead: str | None, to_tier: str | None, count: int, mrr: float = 10.0
) -> Flow:
    """Customers who pay the same before and after."""
    before, after = (0.0 if each is None else mrr for each in (tier, to_tier))
    return Flow(
        tier, ahead, to_tier, count, count, count * before, count * after, count * before**2,
        count * before * after, count * after**2,
    )  # fmt: skip


def make_step(place: int, *flows: Flow) -> Step:
    return Step(date(2024, 1, 1) + place * STEP, flows)


def test_churned_by_what_is_ahead_by_hand() -> None:
    """Of 10 due 2 left, of 89 others 1, of the only one who had cancelled 1: each share with one
    customer's weight at that of the level above, twice (all, then by tier)."""
    pool = make_step(
        0, flow("neutral", DUE, None, 2), flow("neutral", DUE, "neutral", 8),
        flow("neutral", OTHER, None, 1), flow("neutral", OTHER, "neutral", 88),
        flow("neutral", CANCELLED, None, 1), flow(None, None, "loyal", 6),
    )  # fmt: skip
    opening = make_step(
        1, flow("neutral", DUE, "neutral", 12), flow("neutral", OTHER, "neutral", 100),
        flow("neutral", CANCELLED, "neutral", 3),
    )  # fmt: skip
    found = compute_forecast(opening, [pool])
    every = (4 + 1 / 6) / 101
    due = (2 + (2 + every) / 11) / 11
    other = (1 + (1 + every) / 90) / 90
    churned = found.estimates[CHURNED]
    assert churned.mean == pytest.approx(12 * due + 100 * other + 3)
    assert churned.variance == pytest.approx(
        due * (1 - due) * (12 + 144 / 12) + other * (1 - other) * (100 + 10_000 / 91)
    )
    assert [(each.customers, each.left, each.pooled) for each in found.ahead] == [
        (3, 1, 1), (12, 2, 10), (100, 1, 89),
    ]  # fmt: skip
    assert found.ahead[1].expected == pytest.approx(12 * due)
    stays = 115 - churned.mean
    assert found.estimates["neutral"].mean == pytest.approx(stays * (96 + 1 / 6) / (96 + 5 / 6))
    assert found.estimates["loyal"].mean == pytest.approx(6 + stays * (1 / 6) / (96 + 5 / 6))
    assert sum(found.estimates[tier].mean for tier in ("advocate", "dissatisfied")) > 0


def test_a_tier_that_nobody_was_in_moves_by_the_prior() -> None:
    """metrics.md 5.2: for forecasts a row without counts is the prior mean, a fifth a tier of who stays."""
    pool = make_step(0, flow("neutral", OTHER, "neutral", 99), flow("neutral", OTHER, None, 1))
    opening = make_step(1, flow("advocate", OTHER, "advocate", 10))
    found = compute_forecast(opening, [pool]).estimates
    stays = 10 - found[CHURNED].mean
    assert [found[tier].mean for tier in TIERS] == pytest.approx([stays / 5] * 5)


def test_mrr_is_todays_by_the_ratio_of_what_is_ahead_and_who_comes() -> None:
    pool = make_step(
        0, flow("neutral", DUE, None, 1), flow("neutral", DUE, "neutral", 3),
        flow("neutral", OTHER, "neutral", 5), flow(None, None, "neutral", 2, 30.0),
    )  # fmt: skip
    opening = make_step(1, flow("neutral", DUE, "neutral", 4), flow("neutral", OTHER, "neutral", 6))
    found = compute_forecast(opening, [pool]).estimates[MRR]
    assert found.mean == pytest.approx(0.75 * 40 + 60 + 60)
    # residuals 7.5^2 + 3 x 2.5^2 of the due, now as many; arrivals 2 x 30^2, twice (one step)
    assert found.variance == pytest.approx(75 + 75 * (40 / 40) ** 2 + 2 * 1800)


def test_renewal_dates_that_move_on_are_not_used() -> None:
    """In the past only those who left show one: as due as they look now nobody ever was."""
    pool = make_step(0, flow("neutral", DUE, None, 4), flow("neutral", OTHER, "neutral", 96))
    opening = make_step(1, flow("neutral", DUE, "neutral", 40), flow("neutral", OTHER, None, 60))
    found = compute_forecast(opening, [pool])
    assert "dates are moved on" in found.reason
    assert found.estimates[CHURNED].mean == pytest.approx(4, abs=0.3)
    undated = replace(flow("neutral", OTHER, None, 4), dated=0)
    found = compute_forecast(
        make_step(1, flow("neutral", DUE, "neutral", 10)),
        [make_step(0, undated, flow("neutral", DUE, "neutral", 96))],
    )
    assert "less often" in found.reason


def test_the_interval_is_that_of_a_gamma() -> None:
    """Mean 2 and variance 4: the exponential distribution. Widened it stays around its mean, though a
    gamma of a wide variance would lie on 0."""
    low, high = -2 * log(0.975), -2 * log(0.025)
    assert compute_bounds(2, 4) == pytest.approx((low, high))
    assert compute_bounds(2, 4, 1.02) == pytest.approx(
        (2 - 1.02 * (2 - low), 2 + 1.02 * (high - 2))
    )
    assert compute_bounds(2, 4, 50) == pytest.approx((0, 2 + 50 * (high - 2)))
    assert compute_bounds(0.001, 1) == pytest.approx((0, 0.001))
    assert compute_bounds(0, 4) == (0, 0)
    assert compute_bounds(3, 0) == (3, 3)


def test_mrr_that_never_changes_has_no_variance() -> None:
    """Squares that cancel leave rounding, which may be below 0."""
    pool = make_step(
        0, flow("neutral", OTHER, "neutral", 7, 0.84), flow("loyal", OTHER, "loyal", 7, 0.1)
    )
    opening = make_step(1, flow("neutral", OTHER, None, 7, 0.84))
    assert compute_forecast(opening, [pool]).estimates[MRR].variance == 0


def simulate(count: int, seed: int, growth: float = 1.0) -> list[Step]:
    """Steps of a company: a fifth is due and leaves at 20 %, others at 2 %, and as many come."""
    random = Random(seed)
    steps: list[Step] = []
    size = 400
    for place in range(count):
        due = size // 5
        left = [
            sum(random.random() < chance for _ in range(base))
            for base, chance in ((due, 0.2), (size - due, 0.02))
        ]
        come = round(growth * 0.056 * size) + random.randint(-6, 6)
        steps.append(
            make_step(
                place, flow("neutral", DUE, None, left[0]),
                flow("neutral", DUE, "neutral", due - left[0]),
                flow("neutral", OTHER, None, left[1]),
                flow("neutral", OTHER, "neutral", size - due - left[1]),
                flow(None, None, "neutral", come),
            )
        )  # fmt: skip
        size += come - sum(left)
    return steps


def test_intervals_hold_what_comes_about_as_often_as_they_say() -> None:
    """Of 300 origins of a company whose rates do not change: 95 % and more, since they widen only."""
    inside: Mapping[str, list[bool]] = {CHURNED: [], MRR: [], "neutral": []}
    for seed in range(20):
        outlook = compute_outlook(ORIGIN, simulate(18, seed))
        for series, told in inside.items():
            told += [trial.is_inside for trial in outlook.tracks[series].trials]
    for told in inside.values():
        assert len(told) == 300
        assert 0.93 <= sum(told) / len(told) <= 0.995


def test_a_forecast_stands_only_where_it_beats_the_naive_one() -> None:
    """Growth is known to the forecast of MRR and no news to the last value; where nothing ever
    happens, the last value cannot be beaten."""
    growing = compute_outlook(ORIGIN, simulate(14, 1, growth=2.0)).tracks
    assert growing[MRR].reason == ""
    assert (growing[MRR].mae or 0) < 0.5 * (growing[MRR].naive_mae or 0)
    still = [make_step(place, flow("neutral", OTHER, "neutral", 50)) for place in range(12)]
    tracks = compute_outlook(ORIGIN, still).tracks
    assert tracks[MRR].reason == tracks["loyal"].reason == "naive_is_closer"
    assert (tracks[CHURNED].naive_mae, len(tracks[CHURNED].trials)) == (0, 9)


def test_the_second_yardstick_by_hand() -> None:
    """Customers lost: the mean of all windows before, 1, 2, 3, 4 and 5; MRR: 450 now, 450 + 10 + 20 + 30 + 40
    four windows before, so 25 less each; with two windows before, half of what these two lost."""
    sizes = [60, 59, 57, 54, 50, 45]
    steps = [
        make_step(
            place, flow("neutral", OTHER, None, place + 1),
            flow("neutral", OTHER, "neutral", size - place - 1),
        )
        for place, size in enumerate(sizes)
    ]  # fmt: skip
    assert tell_second(steps[:5], steps[5], CHURNED) == 3
    assert tell_second(steps[:5], steps[5], MRR) == pytest.approx(450 - (590 - 450) / 4)
    assert tell_second(steps[:2], steps[2], "neutral") == 57 - 1.5
    tracks = compute_outlook(ORIGIN, steps).tracks
    assert [each.second for each in tracks[CHURNED].trials] == [1.5, 2, 2.5]
    assert tracks[CHURNED].second_mae == pytest.approx((1.5 + 2 + 2.5) / 3)


def test_all_windows_before_are_learnt_from_where_they_erred_least() -> None:
    """A rate that never changes is known best from all of it, a year of noise is worse."""
    pooled = [
        compute_outlook(ORIGIN, simulate(16, seed)).tracks[CHURNED].ahead.pooled for seed in range(12)
    ]  # fmt: skip
    assert set(pooled) <= {1, 4, 15}
    assert pooled.count(15) > 6


def test_few_customers_are_said_to_be_few() -> None:
    """The numbers stay, with the remark; from the minimum on there is none."""
    steps = [
        make_step(
            place, flow("neutral", OTHER, None, place % 3),
            flow("neutral", OTHER, "neutral", 17 - place % 3), flow(None, None, "neutral", place % 3),
        )
        for place in range(12)
    ]  # fmt: skip
    outlook = compute_outlook(ORIGIN, steps)
    assert not outlook.tracks[CHURNED].reason
    remark = "too few to judge by: 17 customers, fewer than 20"
    told = describe_outlook(outlook, "EUR", 20)
    assert told.startswith("1 of 17 customers expected to be lost")
    assert told.endswith(remark)
    assert chart_lost(outlook, "EUR", minimum=20).title.endswith(remark)
    lost = list_series_rows(outlook, "EUR", 20)[0]
    assert lost["remark"] == remark.capitalize()
    assert remark not in describe_outlook(outlook, "EUR", 17)
    assert remark not in chart_lost(outlook, "EUR", minimum=17).title


def test_too_short_a_history_has_no_forecast() -> None:
    steps = simulate(7, 3)
    assert compute_outlook(ORIGIN, steps[:2]).tracks == {}
    assert compute_outlook(ORIGIN, ()).tracks == {}
    assert compute_outlook(ORIGIN, steps[:6]).tracks[MRR].reason == "short_history"
    assert compute_outlook(ORIGIN, steps).tracks[MRR].reason != "short_history"


def test_an_origin_chooses_its_pool_by_errors_before_it_only() -> None:
    """What came after an origin changes neither its pool, its forecast nor its interval."""
    steps = simulate(14, 5)
    changed = [*steps[:9], *simulate(14, 6)[9:]]
    one, two = (compute_outlook(ORIGIN, each).tracks[CHURNED].trials for each in (steps, changed))
    assert one[:6] == two[:6]
    assert replace(one[6], actual=0, origin=ORIGIN) == replace(two[6], actual=0, origin=ORIGIN)
