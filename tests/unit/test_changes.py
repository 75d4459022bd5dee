"""What may be said of the change between two periods."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from analyses.changes import (
    REASONS,
    TRAILING,
    Change,
    compute_change,
    compute_changes,
    describe_doubt,
    find_earlier,
    format_change,
)
from analyses.judged import FLOWS
from metrics.engine import Record
from metrics.periods import Period
from metrics.registry import load_metrics

METRICS = load_metrics()
NOW, BEFORE = dt.date(2026, 1, 12), dt.date(2026, 1, 5)


def rate(lost: int, base: int, metric: str = "churn_logo", start: dt.date = NOW) -> Record:
    """A share of counts; undefined without a base."""
    value = lost / base if base else None
    reason = None if base else "no_denominator"
    return Record(
        metric, "week", start, None, None, None, value, lost, base, None, None, "percent", reason
    )


def change(now: Record, before: Record | None, days: int = 7) -> Change:
    return compute_change(METRICS[now.metric], now, before, 20, BEFORE, days)


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
    assert (found.value, found.low, found.reason) == (Decimal("9.90"), None, "no_share")
    assert format_change(found, "currency", "EUR") == "+EUR 10"
    assert describe_doubt(found) == ""


def test_the_base_of_money_is_no_number_of_customers() -> None:
    now = replace(rate(5, 10, "ret_grr"), numerator=Decimal(5), denominator=Decimal(10))
    assert change(now, now).reason == "no_share"


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
    found = compute_changes(METRICS, shown, before, periods, "previous", 20)
    assert [each.value for each in found] == [0, pytest.approx(0.08), None]
    assert found[2] == Change(None, reason="no_earlier_value")


def test_quarters_of_91_days_share_none_of_their_windows() -> None:
    """From 1 January to 1 April are 90 days, but the windows end on 1 April and 1 July."""
    firsts = [dt.date(2026, month, 1) for month in (1, 4, 7)]
    periods = [Period("quarter", start, end, True) for start, end in pairwise(firsts)]
    now, before = (
        replace(rate(30, 600, "vel_win_count", start), grain="quarter") for start in firsts[1::-1]
    )
    (found,) = compute_changes(METRICS, [now], [before], periods, "previous", 20)
    assert (found.value, found.reason, found.is_indistinct) == (0, None, True)


def test_a_period_that_the_data_has_no_more_has_nothing_to_compare_with() -> None:
    (found,) = compute_changes(METRICS, [rate(5, 100)], [], weeks("2026-03-02"), "previous", 20)
    assert found == Change(None, reason="no_earlier_value")


def test_every_share_of_counts_is_known_to_overlap_or_not() -> None:
    """A new one has to say: a flow of its period, a state at its end, or a window of 91 days."""
    states = {"adv_coverage", "adv_share"}
    shares = {name for name, metric in METRICS.items() if metric.interval == "wilson"}
    assert shares <= {*FLOWS, *TRAILING, *states}
