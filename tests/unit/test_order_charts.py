"""What the charts of orders claim: no more than their intervals allow."""

import datetime as dt

from analyses.lifetime.historic import Cohort
from analyses.lifetime.orders.backtest import Backtest, Held, Track
from analyses.lifetime.orders.model import Bought, OrderModel
from analyses.lifetime.orders.report import Orders
from analyses.lifetime.orders.tables import FEW, list_group_rows
from analyses.lifetime.orders.value import GroupValue
from analyses.lifetime.orders.words import (
    describe_backtest,
    describe_backtests,
    describe_bias,
    describe_held,
    describe_mean,
    describe_orders,
)
from charts.orders import build_cohort_chart, build_group_chart, build_tracking_chart

ORIGIN = dt.date(2025, 7, 2)


def group(member: str, customers: int, each: float, factor: float = 1.1) -> GroupValue:
    value = customers * each
    return GroupValue(
        member, customers, customers / 2, 10.0, 7.0, 13.0, 9.0, 11.0, value, value / factor, value * factor,
        0.99 * value, 1.01 * value,
    )  # fmt: skip


def title(*groups: GroupValue) -> str:
    return build_group_chart(groups, "segment", "Q2", "EUR").title


def test_the_first_is_named_only_where_the_intervals_are_apart() -> None:
    assert title(group("large", 100, 90), group("small", 100, 50)) == (
        "A customer of large brings the most: EUR 90 in 52 weeks"
    )
    assert "No segment brings clearly the most" in title(
        group("large", 100, 90), group("small", 100, 80)
    )


def test_a_group_keeps_its_letters() -> None:
    assert title(group("SMB Nord", 100, 90)).startswith("SMB Nord: EUR 90 (")


def test_a_group_of_a_few_is_shown_and_never_named() -> None:
    groups = [group("tiny", 19, 500), group("large", 100, 90), group("small", 100, 50)]
    chart = build_group_chart(groups, "segment", "Q2", "EUR", assumed="margin 80 %")
    assert "of large brings the most" in chart.title
    assert "tiny: EUR 500 (EUR 455 to 550), n = 19, too few to compare" in chart.alt
    assert {row["segment"]: row["note"] for row in list_group_rows(groups, "segment")} == {
        "tiny": FEW, "large": "", "small": "",
    }  # fmt: skip
    assert all(row["assumptions"] == "margin 80 %" for row in chart.rows)


def backtest(held: Held | None, reason: str = "") -> Backtest:
    tracks = (Track(-1, 90.0, 100), Track(0, 101.5, 110)) if held else ()
    return Backtest(ORIGIN, 50, held, None, (), tracks, reason, reason)


def test_a_backtest_says_its_error_and_the_naive_one() -> None:
    held = Held(110.0, 90.0, 130.0, 100, 150.0)
    chart = build_tracking_chart(backtest(held))
    assert (
        chart.title == "A year ago it would have said 110 repeat orders; 100 came, off by +10.0 %"
    )
    assert "n = 50 customers" in chart.subtitle
    assert [row["is_held_out"] for row in chart.rows] == [False, True]
    assert chart.rows[-1]["week_ends"] == dt.date(2025, 7, 8)
    assert describe_held(held, "repeat orders", "count", "") == (
        "110 repeat orders expected (90-130), 100 came, so off by +10.0 % (the 52 weeks before taken again: by "
        "+50.0 %)"
    )


def two_years(now: Held, before: Held | None) -> Orders:
    bought = Bought(ORIGIN, 50, 40, 200, 0, 0)
    return Orders(OrderModel(ORIGIN, bought, None, None, None), backtest(now), backtest(before))


def test_two_years_that_err_to_one_side_are_said() -> None:
    """Neither backtest has missed, and yet both expected too much; of one year nothing is said."""
    much, little = Held(110.0, 90.0, 130.0, 100, 150.0), Held(80.0, 60.0, 110.0, 100, 90.0)
    assert describe_bias(two_years(much, much)) == (
        "Expected too much in both years tested: repeat orders by +10.0 % and, the year before, +10.0 %"
    )
    assert "too little in both years" in describe_bias(two_years(little, little))
    assert describe_bias(two_years(much, little)) == describe_bias(two_years(much, None)) == ""
    both = describe_backtests(two_years(much, little), "EUR")
    assert "A year before, which decides nothing: Fitted before" in both
    assert both.count("expected (") == 2


def test_the_headline_holds_what_will_come() -> None:
    orders = two_years(Held(110.0, 90.0, 130.0, 100, 150.0), None)
    everyone = group("", 100, 50)
    assert "EUR 5,000 in margin in the next 52 weeks (EUR 4,545 to 5,500)" in describe_orders(
        orders, everyone, "EUR"
    )
    assert describe_mean(everyone, "EUR").startswith("The expectation alone: EUR 4,950 to 5,050")


def test_a_missed_backtest_leads_with_it() -> None:
    held = Held(130.0, 120.0, 140.0, 100, 100.0)
    assert held.has_missed
    assert (
        build_tracking_chart(backtest(held)).title == "The backtest missed: 130 expected, 100 came"
    )
    # Outside the interval, yet near; far off, yet inside.
    assert not Held(130.0, 125.0, 140.0, 120, 100.0).has_missed
    assert not Held(130.0, 90.0, 140.0, 100, 100.0).has_missed
    assert Held(5.0, 1.0, 9.0, 0, 0.0).has_missed


def test_without_a_backtest_there_is_its_reason() -> None:
    none = backtest(None, "orders go back less than 65 weeks")
    assert describe_backtest(none, "EUR") == "No backtest: orders go back less than 65 weeks"
    assert build_tracking_chart(none).title == describe_backtest(none, "EUR")


def test_margin_so_far_is_that_of_cohorts_of_one_age() -> None:
    young = Cohort("order", dt.date(2026, 4, 1), 10, (5.0,))
    old = Cohort("order", dt.date(2025, 4, 1), 30, (1.0, 2.0, 3.0, 4.0))
    chart = build_cohort_chart([old, young], "order", "30 Jun 2026", "EUR")
    assert (
        chart.title
        == "A customer acquired by an order has brought EUR 4 in margin after 52 weeks, n = 30"
    )
    everyone = chart.figure["data"][-1]
    assert everyone["y"] == [0, 2.0, 2.0, 3.0, 4.0]
    assert everyone["customdata"] == [0, 40, 30, 30, 30]
    only = build_cohort_chart([young], "order", "30 Jun 2026", "EUR")
    assert "EUR 5 in margin after 13 weeks, n = 10" in only.title
    none = build_cohort_chart([old], "contract", "30 Jun 2026", "EUR")
    assert none.title == "No quarter of customers acquired by a contract is 13 weeks old"
