"""Signals against published numbers: NIST e-Handbook 6.3.2.2 and the NHS A&E series."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from analyses.signals import (
    Point,
    compute_binomial_limits,
    compute_limits,
    compute_p_prime,
    compute_p_prime_limits,
    compute_verdict,
    compute_verdicts,
    compute_xmr,
)

NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
NHS = [
    (266501, 280443),
    (264225, 276823),
    (276532, 291681),
    (281461, 296155),
    (269071, 282343),
    (261215, 275888),
    (270409, 283867),
    (279778, 295251),
    (270483, 284468),
    (270320, 282529),
    (267923, 279618),
    (271478, 283932),
    (255353, 266629),
    (256820, 268091),
    (261835, 276803),
    (259144, 271578),
    (255910, 266005),
    (260863, 273520),
    (264465, 278574),
    (260989, 273772),
]
CHURNED = [120, 168, 100, 204, 112, 184, 132, 220, 108, 160, 144, 192]
AT_RISK = [
    20000,
    20400,
    20200,
    20800,
    20600,
    21200,
    21000,
    21600,
    21400,
    22000,
    21800,
    22400,
]
MONDAY = date(2026, 1, 5)


def weeks(values, denominators=None):
    """Points of successive weeks; with denominators the values are numerators."""
    points = []
    for number, value in enumerate(values):
        start = MONDAY + timedelta(weeks=number)
        if denominators is None:
            points.append(Point(start, value))
        else:
            base = denominators[number]
            points.append(Point(start, value / base if base else None, value, base))
    return points


def test_nist_individuals_chart():
    chart = compute_xmr(NIST)
    assert chart is not None
    assert chart.center == pytest.approx(50.81, abs=5e-5)
    assert chart.mean_moving_range == pytest.approx(1.8778, abs=5e-5)
    assert chart.center + 3 / 1.128 * chart.mean_moving_range == pytest.approx(55.8041, abs=5e-5)
    assert chart.center - 3 / 1.128 * chart.mean_moving_range == pytest.approx(45.8159, abs=5e-5)
    assert (chart.upper, chart.lower) == pytest.approx((55.8049, 45.8151), abs=5e-5)
    assert chart.range_upper == pytest.approx(6.1366, abs=5e-5)


def test_worked_churn_counts():
    chart = compute_xmr([12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14])
    assert chart is not None
    assert chart.center == pytest.approx(13.5455, abs=5e-5)
    assert (chart.lower, chart.upper) == pytest.approx((7.1615, 19.9295), abs=5e-5)
    assert chart.range_upper == pytest.approx(7.8432, abs=5e-5)


def test_nhs_p_prime():
    chart = compute_p_prime(NHS)
    assert chart is not None
    assert chart.center == pytest.approx(0.9528997, abs=5e-8)
    assert chart.sigma_z == pytest.approx(10.640422, abs=5e-7)
    first, last = (compute_p_prime_limits(chart, NHS[week][1]) for week in (0, 19))
    assert first == pytest.approx((0.940130, 0.965670), abs=5e-7)
    assert last == pytest.approx((0.939975, 0.965824), abs=5e-7)
    outside = [
        not low <= x / n <= high
        for (x, n) in NHS
        for low, high in [compute_p_prime_limits(chart, n)]
    ]
    assert sum(outside) == 0
    plain = [
        abs(x / n - chart.center) > 3 * (chart.center * (1 - chart.center) / n) ** 0.5
        for x, n in NHS
    ]
    assert sum(plain) == 16


def test_worked_churn_rates():
    chart = compute_p_prime(list(zip(CHURNED, AT_RISK, strict=True)))
    assert chart is not None
    assert chart.center == pytest.approx(0.00727703, abs=5e-9)
    assert chart.sigma_z == pytest.approx(4.710331, abs=5e-7)
    limits = compute_limits(weeks(CHURNED, AT_RISK), "p_prime")
    assert limits[0] is not None
    assert limits[0].upper == pytest.approx(0.015770, abs=5e-7)
    assert limits[0].lower is None
    assert compute_verdict(weeks(CHURNED, AT_RISK), "p_prime").kind == "within"


def test_gap_is_no_moving_range():
    chart = compute_xmr([1, 2, None, 102, 103, 102, 103])
    assert chart is not None
    assert chart.mean_moving_range == 1


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5], [1, None, 1, None, 1, None] * 2])
def test_too_few_points_have_no_limits(values):
    assert compute_xmr(values) is None


@pytest.mark.parametrize("counts", [[(1, 10)] * 5, [(0, 10)] * 12, [(10, 10)] * 12])
def test_p_prime_without_variation_or_weeks(counts):
    assert compute_p_prime(counts) is None


def test_rule_1_outside_of_a_limit():
    series = [12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14, 13]
    high = compute_verdict(weeks([*series, 29]), "xmr")
    assert (high.kind, high.rule, high.side) == ("signal", 1, "above")
    low = compute_verdict(weeks([*series, 1]), "xmr")
    assert (low.kind, low.rule, low.side) == ("signal", 1, "below")


def test_rule_2_three_of_four_near_a_limit():
    series = [12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14, 13]
    near = compute_verdict(weeks([*series, 18, 18, 13, 18]), "xmr")
    assert (near.kind, near.rule, near.side) == ("signal", 2, "above")
    assert compute_verdict(weeks([*series, 18, 18, 18, 13]), "xmr").kind == "within"


def test_rule_3_eight_on_one_side():
    series = [12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14, 13]
    run = compute_verdict(weeks([*series, *[13] * 8]), "xmr")
    assert (run.kind, run.rule, run.side) == ("signal", 3, "below")
    broken = [13, 13, 13, None, 13, 13, 13, 13]
    assert compute_verdict(weeks([*series, *broken]), "xmr").kind == "within"


def test_points_on_the_centre_break_a_run():
    series = [10, 12] * 6
    run = [11.5] * 4 + [11] + [11.5] * 4
    assert compute_verdict(weeks([*series, *run]), "xmr").kind == "within"


def test_baseline_is_frozen_at_the_first_26_weeks():
    calm = [10, 12] * 13
    limits = compute_limits(weeks([*calm, 500, 600]), "xmr")
    assert limits[-1] == limits[0]
    assert compute_verdict(weeks([*calm, 500]), "xmr").rule == 1


def test_baseline_skips_weeks_without_customers():
    points = weeks([0, 0, *[4, 6] * 6], [0, 0, *[100] * 12])
    assert compute_limits(points, "p_prime")[-1] is not None
    assert compute_limits(points, "p_prime")[0] is None


def test_an_event_resets_the_baseline():
    values = [10, 12] * 6 + [110, 112] * 6 + [111]
    reset = MONDAY + timedelta(weeks=12, days=3)
    assert compute_verdict(weeks(values), "xmr").rule == 1
    assert compute_verdict(weeks(values), "xmr", resets=[reset]).kind == "within"
    assert compute_verdict(weeks(values[:20]), "xmr", resets=[reset]).kind == "too_few_weeks"


def test_small_denominator_has_no_verdict():
    points = weeks([1, 2] * 13 + [9], [100] * 26 + [19])
    assert compute_verdict(points, "p_prime").kind == "too_few_customers"


def test_no_value_and_too_few_weeks():
    assert compute_verdict([], "xmr").kind == "no_value"
    assert compute_verdict(weeks([1, None]), "xmr").kind == "no_value"
    assert compute_verdict(weeks([1, 2, 3]), "xmr").kind == "too_few_weeks"


def test_constant_baseline_says_so():
    same = compute_verdict(weeks([5] * 13), "xmr")
    assert same.kind == "within"
    assert same.limits is not None
    assert same.limits.is_flat
    assert compute_verdict(weeks([5] * 12 + [6]), "xmr").rule == 1


@pytest.mark.parametrize(
    ("values", "bases", "chart"),
    [
        ([0] * 12 + [40], None, "xmr"),
        ([0] * 12 + [40], [100] * 13, "p_prime"),
        ([100] * 12 + [60], [100] * 13, "p_prime"),
    ],
)
def test_a_baseline_in_which_nothing_or_all_happened_says_nothing_of_chance(values, bases, chart):
    points = weeks(values, bases)
    verdict = compute_verdict(points, chart)
    assert (verdict.kind, verdict.rule, verdict.limits) == ("too_few_events", None, None)
    assert verdict.baseline is not None
    assert (verdict.baseline.weeks, verdict.baseline.center) == (12, values[0] and 1)
    assert compute_limits(points, chart) == [None] * 13


def test_weeks_in_which_nothing_could_happen_are_no_baseline():
    """19 weeks before the first deal was closed, all 0, then 12 of 10 or 12."""
    values = [0] * 19 + [10, 12] * 6 + [11]
    points = [replace(each, base=float(n >= 19)) for n, each in enumerate(weeks(values))]
    verdict = compute_verdict(points, "xmr")
    assert (verdict.kind, verdict.baseline and verdict.baseline.center) == ("within", 11)
    assert verdict.baseline is not None
    assert verdict.baseline.first == MONDAY + timedelta(weeks=19)
    kinds = [each.kind for each in compute_verdicts(points, "xmr")]
    assert kinds == ["too_few_weeks"] * 30 + ["within"] * 2
    assert compute_limits(points, "xmr")[:20] == [None] * 19 + [verdict.limits]
    assert compute_verdict(weeks(values), "xmr").kind == "signal"


def test_a_later_week_in_which_nothing_could_happen_is_no_signal():
    points = [*weeks([10, 12] * 12), Point(MONDAY + timedelta(weeks=24), 0, base=0)]
    verdict = compute_verdict(points, "xmr")
    assert (verdict.kind, verdict.limits) == ("too_few_events", None)


def test_rare_events_use_the_binomial():
    low, high = compute_binomial_limits(0.004, 400)
    assert (low, high) == (0, 6 / 400)  # P(X <= 6) = 0.99868, P(X <= 5) = 0.99421
    points = weeks([2, 1, 2, 1, 2, 1, 2, 2, 1, 2, 1, 2, 6], [400] * 13)
    verdict = compute_verdict(points, "p_prime")
    assert verdict.kind == "within"
    assert verdict.limits is not None
    assert verdict.limits.expected == pytest.approx(19 / 12)
    points = weeks([2, 1, 2, 1, 2, 1, 2, 2, 1, 2, 1, 2, 8], [400] * 13)
    assert compute_verdict(points, "p_prime").rule == 1


def test_binomial_limits_have_a_floor():
    low, high = compute_binomial_limits(0.3, 40)
    assert 0 < low < 0.3 < high < 1
    assert compute_binomial_limits(0.9, 3) == (1 / 3, 1)


def test_lower_limit_of_a_signed_series():
    limits = compute_limits(weeks([-2, 3, -1, 2] * 3), "xmr")
    assert limits[0] is not None
    assert limits[0].lower is not None
    assert limits[0].lower < 0


def test_a_verdict_carries_its_frozen_baseline():
    verdict = compute_verdict(weeks([10, 12] * 13 + [11, 500]), "xmr")
    assert verdict.baseline is not None
    assert (verdict.baseline.first, verdict.baseline.last) == (
        MONDAY,
        MONDAY + timedelta(weeks=25),
    )
    assert (verdict.baseline.weeks, verdict.baseline.center, verdict.baseline.spread) == (26, 11, 2)
    assert verdict.baseline.range_upper == pytest.approx(6.536)
    rate = compute_verdict(weeks(CHURNED, AT_RISK), "p_prime").baseline
    assert rate is not None
    assert (rate.weeks, rate.range_upper) == (12, None)
    assert rate.spread == pytest.approx(4.710331, abs=5e-7)


def test_a_long_step_is_named_and_no_signal_by_itself():
    series = [12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14]
    worked = compute_verdict(weeks([*series, 13, 29]), "xmr")  # 29 > UPL, and a step of 16 > 7.84
    assert (worked.rule, worked.has_jumped) == (1, True)
    jump = compute_verdict(weeks([*series, 13, 9, 18]), "xmr")  # a step of 9 inside of the limits
    assert (jump.kind, jump.has_jumped) == ("within", True)
    assert not compute_verdict(weeks([*series, 13, None, 18]), "xmr").has_jumped
    assert not compute_verdict(weeks(CHURNED, AT_RISK), "p_prime").has_jumped


def test_a_verdict_for_each_week_is_that_of_its_day():
    points = weeks([10, 12] * 13 + [500, 11, 14, 14, 11, 14, *[11.5] * 8])
    verdicts = compute_verdicts(points, "xmr")
    assert [each.rule for each in verdicts[26:34]] == [1, None, None, 2, None, 2, None, None]
    assert verdicts[-1].rule == 3
    assert verdicts == [compute_verdict(points[: n + 1], "xmr") for n in range(len(points))]


def test_near_zero_without_a_lower_limit_is_as_near_as_on_the_other_side():
    """The range is 10 +/- 18.62, so there is no lower limit; 0 lies beyond half of the way to it."""
    calm = [6.5, 13.5] * 13
    near = compute_verdict(weeks([*calm, 0, 0, 9, 0]), "xmr")
    assert (near.rule, near.side) == (2, "below")
    assert near.limits is not None
    assert near.limits.lower is None
    assert compute_verdict(weeks([*calm, 0, 0, 9, 1]), "xmr").kind == "within"


def test_a_count_that_is_mostly_none_is_a_signal_beyond_chance_only():
    """Mean 0.25: P(X <= 2) = 0.99784 and P(X <= 3) = 0.99987, so 4 is no chance and 3 may be."""
    rare = [0, 0, 0, 1] * 7
    for values in ([3], [0] * 12, [1] * 4):
        assert compute_verdict(weeks([*rare, *values]), "xmr").kind == "too_few_events"
    high = compute_verdict(weeks([*rare, 4]), "xmr")
    assert (high.kind, high.rule, high.side) == ("signal", 1, "above")
    assert high.limits is not None
    assert high.limits.chance == 3


def test_money_and_signed_counts_are_no_rare_events():
    assert compute_verdict(weeks([0.0, 0.5] * 13), "xmr").kind == "within"
    assert compute_verdict(weeks([-1, 1, 0, 1] * 7), "xmr").kind == "within"
