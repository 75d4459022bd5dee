"""Reasons for leaving, churn by group, and what the churn page says at its top."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analyses.churn import (
    METRICS,
    Rate,
    compute_churn_cards,
    compute_rates,
    describe_churn,
    describe_history,
    describe_rate,
    describe_rates,
)
from analyses.judged import is_calm
from analyses.reasons import (
    DRILL,
    Reason,
    describe_reasons,
    describe_will,
    find_reasons,
    span_back,
)
from analyses.retention import find_retention
from analyses.review import Review
from charts.intervals import chart_intervals
from metrics.drills import list_rows, load_drills, span_of
from metrics.engine import evaluate
from metrics.periods import GRAINS, list_periods
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, term
from warehouse.publish import open_published

DEFINITIONS = load_metrics()
MONDAY, NEXT = date(2026, 3, 2), date(2026, 3, 9)
SCOPES = [Scope(), Scope(segment=("small business",))]


@pytest.fixture
def cursor(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as made:
        yield made


def total(
    cursor: duckdb.DuckDBPyConnection, metric: str, grain: str, scope: Scope, **asked: object
):
    found = evaluate(cursor, DEFINITIONS[metric], grain=grain, scope=scope, **asked)  # type: ignore[arg-type]
    return sum((Decimal(each.value or 0) for each in found), Decimal(0))


def find(terms: list[dict[str, object]]) -> dict[str, tuple[int, Decimal]]:
    tiny = build_tiny({"subscriptions": terms}, "2026-03-29")
    with closing(tiny.cursor()) as cursor:
        found = find_reasons(cursor, "week", MONDAY, NEXT, Scope())
    return {each.reason: (each.lost, each.mrr) for each in found}


def test_the_reason_is_that_of_the_last_ending_and_of_its_largest_term() -> None:
    assert find(
        [
            term("a", "2026-01-05", "2026-03-03", 10, end_reason="price"),
            term("a", "2026-01-05", "2026-03-05", 30, end_reason="service"),
            term("a", "2026-01-05", "2026-03-05", 90),
            term("a", "2026-01-05", "2026-03-05", 20, end_reason="budget"),
        ]
    ) == {"service": (1, Decimal(140))}


def test_a_reason_that_is_not_stated_is_one() -> None:
    assert find(
        [
            term("a", "2026-01-05", "2026-03-03", 10),
            term("b", "2026-01-05", "2026-03-08", 20, end_reason="price"),
            term("c", "2026-01-05", "2026-03-09", 40, end_reason="price"),
        ]
    ) == {"price": (1, Decimal(20)), "not stated": (1, Decimal(10))}


def test_an_ending_after_which_a_customer_is_back_in_time_is_money_and_no_loss() -> None:
    assert find(
        [
            term("a", "2026-01-05", "2026-03-03", 10, end_reason="price"),
            term("a", "2026-03-06", None, 10),
        ]
    ) == {"price": (0, Decimal(10))}


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("scope", SCOPES)
def test_reasons_add_up_to_churn(
    cursor: duckdb.DuckDBPyConnection, grain: str, scope: Scope
) -> None:
    for period in [each for each in list_periods(cursor, grain) if each.is_closed][-6:]:
        found = find_reasons(cursor, grain, period.start, period.end, scope)
        lost = total(cursor, "cust_lost", grain, scope, period=period.start)
        assert sum(each.lost for each in found) == lost
        assert sum(each.mrr for each in found) == total(
            cursor, "mrr_churned", grain, scope, period=period.start
        )


def test_a_failed_payment_is_no_decision_to_go() -> None:
    """However the CRM spells it; a complaint about payment terms is a decision."""
    spelled = ["payment_failed", "Card declined", "Non-payment", "unpaid", "payment terms", "price"]
    reasons = [Reason(name, 2, Decimal(10)) for name in [*spelled, "not stated"]]
    assert [each.is_involuntary for each in reasons] == [True] * 4 + [False] * 3
    assert (
        describe_will(reasons)
        == "8 of 14 involuntary (a payment failed), 4 by decision, 2 not stated"
    )
    assert describe_will(()) == ""


@pytest.mark.parametrize("weeks", [13, 52])
def test_reasons_of_several_weeks_add_up_to_those_weeks(
    cursor: duckdb.DuckDBPyConnection, weeks: int
) -> None:
    grain, start, end = span_back("week", date(2026, 11, 9), date(2026, 11, 16), weeks)
    assert (end - start).days == 7 * weeks
    found = find_reasons(cursor, grain, start, end, Scope())
    assert sum(each.lost for each in found) == total(
        cursor, "cust_lost", "week", Scope(), last=weeks
    )


def test_the_rows_of_a_reason_are_what_its_bar_says(cursor: duckdb.DuckDBPyConnection) -> None:
    span = span_of(cursor, "quarter")
    for each in find_reasons(cursor, "quarter", span.start, span.end, Scope()):
        drilled = list_rows(cursor, load_drills()[DRILL], span, reason=each.reason)
        assert drilled.totals == {"churned_mrr": each.mrr, "lost": each.lost}


def test_whole_weeks_before_a_quarter_s_end() -> None:
    """1 October 2026 is a Thursday: the last 13 whole weeks end with the Monday before."""
    assert span_back("quarter", date(2026, 7, 1), date(2026, 10, 1), 13) == (
        "week", date(2026, 6, 29), date(2026, 9, 28),
    )  # fmt: skip
    assert span_back("quarter", date(2026, 7, 1), date(2026, 10, 1), 0)[0] == "quarter"


def test_the_most_frequent_reason_is_told(cursor: duckdb.DuckDBPyConnection) -> None:
    found = find_reasons(cursor, "quarter", date(2026, 7, 1), date(2026, 10, 1), Scope())
    assert describe_reasons(found) == (
        "Product is named most often, 14 of 37 lost customers, but not distinguishable from 3 others"
    )
    assert describe_reasons(()) == "No customer was lost"
    two = (Reason("price", 2, Decimal(9)), Reason("payment_failed", 2, Decimal(1)))
    assert describe_reasons(two) == (
        "Price 2 and payment failed 2 of 4 lost customers are named most often, not distinguishable from "
        "each other"
    )
    # Wilson: 15 of 20 is 0.531 or more, 14 of 20 may be 0.481
    clear = [Reason("price", 15, Decimal(9)), Reason("product", 5, Decimal(1))]
    assert describe_reasons(clear) == "Price is named most often: 15 of 20 lost customers"
    near = [Reason("price", 14, Decimal(9)), Reason("product", 6, Decimal(1))]
    assert describe_reasons(near).startswith("Price 14 and product 6 of 20 lost customers")
    silent = (Reason("not stated", 2, Decimal(9)),)
    assert describe_reasons(silent) == "No reason is stated for 2 lost customers"


def test_rates_pool_numerators_and_denominators(cursor: duckdb.DuckDBPyConnection) -> None:
    found = evaluate(cursor, DEFINITIONS["churn_logo"], last=13, breakdown="segment")
    pooled = {r.name: r for r in compute_rates(found, [r.period_start for r in found], 20)}
    (week,) = evaluate(
        cursor, DEFINITIONS["churn_logo_13w"], last=1, scope=Scope(segment=("small business",))
    )
    assert pooled["small business"].value == week.value
    assert (pooled["small business"].low, pooled["small business"].high) == (week.low, week.high)


def rate(name: str, lost: int, base: int) -> Rate:
    low, high = (0.0, 1.0) if base < 20 else (lost / base - 0.01, lost / base + 0.01)
    return Rate(name, lost, base, lost / base, low, high, base < 20)


def test_a_group_differs_when_its_whole_interval_does() -> None:
    whole = rate("all", 30, 1000)
    groups = [rate("small business", 25, 500), rate("large", 15, 500), rate("tiny", 9, 10)]
    assert describe_rates(groups, whole, "segment") == (
        "Churn differs by segment: small business 5.0 %, against 3.0 % of all"
    )
    assert describe_rates(groups[1:], whole, "segment") == (
        "No segment differs from the 3.0 % of all by more than its interval"
    )


def test_a_small_group_shows_counts_and_no_rate() -> None:
    few = rate("tiny", 2, 14)
    assert describe_rate(few) == "2 of 14"
    chart = chart_intervals([few], rate("all", 30, 1000), "segment", "Q3 2026", "churn_logo")
    dots = chart.figure["data"][1]
    assert dots["x"] == []
    assert chart.rows[0]["churn"] is None
    assert "tiny: 2 of 14" in chart.alt


def review(cursor: duckdb.DuckDBPyConnection, grain: str, start: date) -> Review:
    found = {
        name: evaluate(cursor, DEFINITIONS[name], grain=grain, include_open=True)
        for name in (*METRICS, "cust_active")
    }
    targets = [("ret.grr", date(2026, 10, 1), 0.89, None, None)]
    return Review(start, False, "EUR", 20, found, {}, targets=targets)


@pytest.mark.parametrize("grain", GRAINS)
def test_retention_counts_the_customers_of_a_year_ago(
    cursor: duckdb.DuckDBPyConnection, grain: str
) -> None:
    """They are the rows behind the MRR of then; gross MRR churn is over the customers at the start."""
    span = span_of(cursor, grain)
    cards = compute_churn_cards(review(cursor, grain, span.start), grain)
    churn, gross, *retained = [card.points[-1].denominator for card in cards]
    then = find_retention(cursor, span, "EUR", Scope()).causes.customers
    assert retained == [then, then]
    assert churn == gross
    assert (churn == then) == (grain == "year")


def test_only_a_week_has_a_verdict(cursor: duckdb.DuckDBPyConnection) -> None:
    week = compute_churn_cards(review(cursor, "week", date(2026, 11, 9)), "week")
    assert [card.metric for card in week] == list(METRICS)
    assert week[0].verdict is not None
    assert all(card.judge is not None and not card.limits for card in week[1:])
    # The week's own flows are calm; retention of a year is not judged by a week.
    assert [is_calm(card) for card in week] == [True, True, False, False]
    assert "its normal range" in describe_churn(week[0], "the week")
    assert describe_history(week[0], 104) == (
        "4 of 104 weeks were signals: 1 outside the normal range, 3 by several weeks on one side"
    )
    assert describe_history(week[2], 104) == "Gross retention (GRR), a year 86.7 %, target 89.0 %"
    month = compute_churn_cards(review(cursor, "month", date(2026, 10, 1)), "month")
    assert all(card.verdict is None and card.judge is None for card in month)
    assert not any(card.limits for card in month)
    said = describe_churn(month[0], "Oct 2026")
    assert said.startswith("Customer churn ")
    assert said.endswith("a year ago.")
    held = month[0].comparison
    assert held is not None
    assert held.low is not None
    assert held.high is not None
    # Newcombe's interval of the change, which a month has as well as a week.
    assert held.low < (month[0].value or 0) - held.value < held.high
