"""What may be said of the change between two periods."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from analyses.changes import (
    CUMULATIVE,
    REASONS,
    STATES,
    TRAILING,
    Change,
    compute_change,
    compute_changes,
    describe_doubt,
    find_earlier,
    format_change,
)
from analyses.grounds import Grounds
from analyses.judged import FLOWS
from metrics.engine import Record
from metrics.periods import Period
from metrics.registry import load_metrics

METRICS = load_metrics()
NOTHING = Grounds({}, 20)  # no counts of other metrics
NOW, BEFORE = dt.date(2026, 1, 12), dt.date(2026, 1, 5)


def rate(lost: int, base: int, metric: str = "churn_logo", start: dt.date = NOW) -> Record:
    """A share of counts; undefined without a base."""
    value = lost / base if base else None
    reason = None if base else "no_denominator"
    return Record(
        metric, "week", start, None, None, None, value, lost, base, None, None, "percent", reason
    )


def change(now: Record, before: Record | None, days: int = 7) -> Change:
    return compute_change(METRICS[now.metric], now, before, NOTHING, BEFORE, days)


def test_the_change_of_a_rate_has_newcombes_interval() -> None:
    """metrics.md 1.5: 12 of 400 last week, 20 of 410 this week, not distinguishable."""
    found = change(rate(20, 410), rate(12, 400))
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.0188, -0.0088, 0.0472), abs=5e-5
    )
    assert (found.against, found.reason, found.is_indistinct) == (BEFORE, None, True)
    assert format_change(found, "percent", "EUR") == "+1.9 pp (-0.9 to +4.7 pp)"
    assert describe_doubt(found) == "change not distinguishable from chance"


def test_a_change_that_leaves_out_0_is_distinguishable() -> None:
    found = change(rate(56, 70), rate(48, 80))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert describe_doubt(found) == ""


@pytest.mark.parametrize(
    ("now", "before", "reason"),
    [
        (rate(0, 0), rate(12, 400), "no_value"),
        (rate(12, 400), rate(0, 0), "no_earlier_value"),
        (rate(12, 400), None, "no_earlier_value"),
        (rate(3, 19), rate(12, 400), "too_few"),
        (rate(12, 400), rate(3, 19), "too_few"),
    ],
)
def test_no_change_where_there_is_nothing_to_compare(
    now: Record, before: Record | None, reason: str
) -> None:
    found = change(now, before)
    assert (found.value, found.low, found.high, found.reason) == (None, None, None, reason)
    assert describe_doubt(found) == REASONS[reason]
    assert format_change(found, "percent", "") == ""


def test_twenty_are_enough() -> None:
    assert change(rate(3, 20), rate(4, 20)).value == pytest.approx(-0.05)


def test_windows_that_share_weeks_have_no_interval() -> None:
    """Two sums of 13 weeks a week apart share 12 of them; a quarter apart none."""
    now, before = rate(30, 6000, "churn_logo_13w"), rate(20, 6000, "churn_logo_13w")
    near, far = change(now, before), change(now, before, days=91)
    assert near.value == far.value == pytest.approx(10 / 6000)
    assert (near.low, near.reason) == (None, "overlap")
    assert (far.low is not None, far.reason) == (True, None)
    assert describe_doubt(near) == REASONS["overlap"]


def test_money_changes_by_money_without_an_interval() -> None:
    now = replace(rate(0, 0, "mrr"), value=Decimal("100.10"), unit="currency", reason=None)
    found = change(now, replace(now, value=Decimal("90.20")))
    assert (found.value, found.low, found.reason) == (Decimal("9.90"), None, "money")
    assert format_change(found, "currency", "EUR") == "+EUR 10"
    assert describe_doubt(found) == REASONS["money"]


def test_the_base_of_money_is_no_number_of_customers() -> None:
    now = replace(rate(5, 10, "ret_grr"), numerator=Decimal(5), denominator=Decimal(10))
    assert change(now, now).reason == "money"


def weeks(*starts: str) -> list[Period]:
    firsts = [dt.date.fromisoformat(start) for start in starts]
    return [Period("week", each, each + dt.timedelta(days=7), True) for each in firsts]


def test_a_year_before_a_week_is_364_days() -> None:
    """Over week 53 of 2026 too: Monday 28 December 2026 is held against Monday 29 December 2025."""
    periods = weeks("2025-12-29", "2026-12-21", "2026-12-28")
    week = dt.date(2026, 12, 28)
    year, previous = (find_earlier(periods, week, each) for each in ("year", "previous"))
    assert year == periods[0]
    assert previous == periods[1]
    assert find_earlier(periods, periods[0].start, "previous") is None
    assert find_earlier(periods, periods[0].start, "year") is None


def test_each_record_meets_its_own() -> None:
    """By member and breakdown, and None against a period that the data has not."""
    periods = weeks("2026-01-05", "2026-01-12")
    large, small = (
        replace(rate(lost, 100), dimension="segment", breakdown=name)
        for lost, name in ((5, "large"), (9, "small"))
    )
    before = [replace(each, period_start=BEFORE) for each in (replace(small, value=0.01), large)]
    shown = [large, small, replace(large, period_start=BEFORE)]
    found = compute_changes(METRICS, shown, before, periods, "previous", NOTHING)
    assert [each.value for each in found] == [0, pytest.approx(0.08), None]
    assert found[2] == Change(None, reason="no_earlier_value")


def test_quarters_of_91_days_share_none_of_their_windows() -> None:
    """From 1 January to 1 April are 90 days, but the windows end on 1 April and 1 July."""
    firsts = [dt.date(2026, month, 1) for month in (1, 4, 7)]
    periods = [Period("quarter", start, end, True) for start, end in pairwise(firsts)]
    now, before = (
        replace(rate(30, 600, "vel_win_count", start), grain="quarter") for start in firsts[1::-1]
    )
    (found,) = compute_changes(METRICS, [now], [before], periods, "previous", NOTHING)
    assert (found.value, found.reason, found.is_indistinct) == (0, None, True)


def test_a_period_that_the_data_has_no_more_has_nothing_to_compare_with() -> None:
    (found,) = compute_changes(
        METRICS, [rate(5, 100)], [], weeks("2026-03-02"), "previous", NOTHING
    )
    assert found == Change(None, reason="no_earlier_value")


def test_every_number_with_an_interval_is_known_to_overlap_or_not() -> None:
    """A new one has to say: a flow of its period, a state at its end, a window of 91 days, or all."""
    flows = {*FLOWS, "churn_hazard", "churn_logo_ann", "churn_logo_daily"}
    bounded = {name for name, metric in METRICS.items() if metric.interval != "none"}
    assert bounded <= {*flows, *TRAILING, *STATES, *CUMULATIVE}


def bounded(metric: str, value: float, low: float, high: float) -> Record:
    unit = METRICS[metric].unit
    return Record(metric, "week", NOW, None, None, None, value, 10, 200, low, high, unit, None)


def test_the_change_of_a_poisson_rate_has_the_hybrid_of_both_intervals() -> None:
    """10 and 2 of 200, by hand: 0.04 - sqrt(0.02602^2 + 0.02612^2), 0.04 + sqrt(0.04195^2 + 0.00879^2)."""
    found = change(
        bounded("churn_logo_recurly", 0.05, 0.0239770, 0.0919520),
        bounded("churn_logo_recurly", 0.01, 0.0012111, 0.0361235),
    )
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.04, 0.003127, 0.082863), abs=5e-6
    )
    assert (found.reason, found.is_indistinct) == (None, False)


def test_a_number_that_has_no_interval_in_one_period_has_none_of_its_change() -> None:
    now = bounded("flow_net", 0.02, 0.0006, 0.0394)
    found = change(now, replace(now, value=0.0, low=None, high=None))
    assert (found.value, found.low, found.reason) == (0.02, None, "no_interval")


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ("adv_share", "same_customers"),
        ("adv_coverage", "same_customers"),
        ("adv_net", "same_customers"),
        ("ret_km", "same_history"),
        ("vel_win_cif", "same_history"),
        ("ltv_km", "same_history"),
        ("adv_nps", "overlap"),
        ("churn_logo_13w_cum", "overlap"),
        ("ret_grr", "money"),
        ("cust_lost", "count"),
        ("vel_cycle", "mean"),
        ("adv_ces", "mean"),
    ],
)
def test_a_change_without_an_interval_says_why(metric: str, reason: str) -> None:
    """Newcombe's is for different people: 300 of 460 customers in a tier are mostly those of before."""
    found = change(bounded(metric, 0.65, 0.6, 0.69), bounded(metric, 0.6, 0.55, 0.65))
    assert (found.value, found.low, found.reason) == (pytest.approx(0.05), None, reason)
    assert not found.is_indistinct
    assert describe_doubt(found) == REASONS[reason]
