"""Seasons of a weekly series: learnt once from 104 weeks, taken out of the normal range."""

import random
from datetime import date, timedelta
from math import nan, pi, sin

import pytest

from analyses.signals import Point, compute_limits, compute_verdict, compute_verdicts
from analyses.signals.seasons import YEAR_DAYS, find_season

MONDAY = date(2023, 12, 4)
WEEKS = 170  # to March 2027, over the week 53 of December 2026


def wave(week, size=0.4):
    return 1 + size * sin(2 * pi * (week.toordinal() % YEAR_DAYS) / YEAR_DAYS)


def series(seed=1, size=0.4, level=100, noise=5, weeks=WEEKS):
    chance = random.Random(seed)
    days = [MONDAY + timedelta(weeks=n) for n in range(weeks)]
    return [Point(day, level * wave(day, size) + chance.gauss(0, noise)) for day in days]


def rates(seed=1, size=0.4, weeks=WEEKS):
    chance = random.Random(seed)
    days = [MONDAY + timedelta(weeks=n) for n in range(weeks)]
    counts = [sum(chance.random() < 0.05 * wave(day, size) for _ in range(1000)) for day in days]
    return [Point(day, x / 1000, x, 1000) for day, x in zip(days, counts, strict=True)]


def test_the_season_is_found_as_a_share_of_the_level():
    season = find_season(series(), "xmr")
    assert season is not None
    assert season.is_ratio
    for week in (date(2026, 3, 2), date(2026, 9, 28), date(2026, 12, 28), date(2027, 1, 4)):
        assert season.factor(week) == pytest.approx(wave(week), abs=0.07)


def test_a_signed_series_has_differences():
    points = [Point(each.period_start, each.value - 100) for each in series() if each.value]
    season = find_season(points, "xmr")
    assert season is not None
    assert not season.is_ratio
    week = date(2026, 3, 2)
    assert season.factor(week) == pytest.approx(100 * (wave(week) - 1), abs=7)


@pytest.mark.parametrize("make", [series, rates])
def test_no_season_before_104_weeks_and_the_normal_range_follows_it_after(make):
    points = make()
    limits = compute_limits(points, "xmr" if make is series else "p_prime")
    centers = [limit.center if limit else nan for limit in limits]
    assert len({round(center, 9) for center in centers[26:103]}) == 1
    assert max(centers[103:155]) > 1.9 * min(centers[103:155])
    assert compute_limits(points[:103], "xmr" if make is series else "p_prime") == limits[:103]


@pytest.mark.parametrize("make", [series, rates])
def test_the_season_is_no_signal_and_a_shift_against_it_is(make):
    chart = "xmr" if make is series else "p_prime"
    points = make(5)
    signals = [each.kind == "signal" for each in compute_verdicts(points, chart)]
    assert sum(signals[26:103]) > 10
    assert sum(signals[103:]) <= 3
    # In a trough of 60 a peak's 100 is no news of the series without its seasons.
    trough = min(range(110, 165), key=lambda place: wave(points[place].period_start))
    last = points[trough]
    high = Point(last.period_start, 1.5 * last.value, 1.5 * (last.numerator or 0), last.denominator)
    assert compute_verdict([*points[:trough], high], chart).rule == 1


def test_the_baseline_says_that_its_seasons_were_taken_out():
    verdict = compute_verdict(series(), "xmr")
    assert verdict.baseline is not None
    assert verdict.baseline.is_seasonal
    assert verdict.baseline.first == MONDAY
    assert verdict.baseline.last == MONDAY + timedelta(weeks=25)
    assert verdict.baseline.center == pytest.approx(100, abs=5)
    early = compute_verdict(series()[:60], "xmr").baseline
    assert early is not None
    assert not early.is_seasonal


@pytest.mark.parametrize("size", [0.4, 0])
def test_later_weeks_change_no_verdict_and_no_limit(size):
    points = series(5, size)
    verdicts, limits = compute_verdicts(points, "xmr"), compute_limits(points, "xmr")
    for weeks in (11, 12, 25, 26, 27, 103, 104, 105, 156):
        assert compute_verdict(points[:weeks], "xmr") == verdicts[weeks - 1]
        if weeks >= 12:
            assert compute_limits(points[:weeks], "xmr") == limits[:weeks]


def test_stable_series_mostly_have_no_season():
    found = [find_season(series(seed, 0), "xmr") for seed in range(60)]
    assert sum(each is not None for each in found) < 30


def test_an_event_starts_a_new_count_of_weeks():
    reset = MONDAY + timedelta(weeks=80)
    verdict = compute_verdict(series(), "xmr", resets=[reset])
    assert verdict.baseline is not None
    assert not verdict.baseline.is_seasonal
    assert verdict.baseline.first == reset


@pytest.mark.parametrize("values", [[5.0] * 104, [0.0] * 104, [None, *[1.0, 2.0] * 40]])
def test_no_season_without_variation_level_or_weeks(values):
    points = [Point(MONDAY + timedelta(weeks=n), value) for n, value in enumerate(values)]
    assert find_season(points, "xmr") is None


def test_gaps_leave_out_their_weeks():
    points = [
        Point(each.period_start, None if place % 9 == 4 else each.value)
        for place, each in enumerate(series())
    ]
    season = find_season(points, "xmr")
    assert season is not None
    week = date(2026, 3, 2)
    assert season.factor(week) == pytest.approx(wave(week), abs=0.1)
