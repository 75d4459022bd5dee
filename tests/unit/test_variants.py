"""Six definitions of customer churn on one period: the worked example, and what the page says."""

from contextlib import closing
from datetime import date, timedelta
from math import exp

import pytest

from analyses.signals import Point
from analyses.variants import (
    ANNUAL,
    METRICS,
    Variant,
    compute_variants,
    describe_annual,
    describe_difference,
    describe_variant,
    describe_variants,
    to_chances,
)
from charts.variants import chart_variants
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from tests.tiny import build_tiny, records, term

START, END = date(2026, 1, 5), date(2026, 1, 12)


def company(opening: int, lost: int, joined: int, joined_and_lost: int) -> list[Record]:
    """The records of a week in which so many come and go."""
    terms = [term(f"stays {n}", "2025-01-01") for n in range(opening - lost)]
    terms += [term(f"lost {n}", "2025-01-01", "2026-01-07") for n in range(lost)]
    terms += [term(f"new {n}", "2026-01-06") for n in range(joined - joined_and_lost)]
    terms += [term(f"short {n}", "2026-01-06", "2026-01-09") for n in range(joined_and_lost)]
    tiny = build_tiny({"subscriptions": terms}, "2026-01-18")
    found = list[Record]()
    for metric in (*METRICS, ANNUAL):
        found += records(tiny, metric, period=START)
    tiny.close()
    return found


def variants_of(found: list[Record], minimum: float = 20) -> tuple[Variant, ...]:
    return compute_variants({each.metric: each for each in found}, (END - START).days, minimum)


def test_the_worked_example() -> None:
    """metrics.md 1.2: open 200, 8 of them churn, 30 join, 2 of those churn."""
    found = company(200, 8, 30, 2)
    variants = variants_of(found)
    values = [each.value for each in variants]
    assert values[:3] == [pytest.approx(each) for each in (0.04, 0.05, 10 / 230)]
    # 8 of 228 left on Wednesday 7 January (30 came the day before: base 230), 2 of 222 on Friday
    assert values[3] == pytest.approx(8 / 230 + 2 / 222)
    assert values[4] == pytest.approx(10 / 210)
    weeks = (192 * 7 + 8 * 2 + 28 * 6 + 2 * 3) / 7
    assert values[5] == pytest.approx(1 - exp(-10 / weeks))
    assert describe_variants(variants) == (
        "Customer churn is 4.00 % as this page counts it, and 4.00 to 5.00 % by the six definitions in use"
    )
    assert describe_variant(variants[1]).endswith(", 10 of 200")
    assert describe_variant(variants[5]).endswith(
        f", 10 in {weeks:,.1f} customer-weeks, {1000 / weeks:.2f} % a week"
    )
    assert describe_difference(variants[1], variants[0]).endswith(
        "Here +1.00 pp against the page's own: 2 more are counted, over 200 customers at the start "
        "instead of 200."
    )
    assert "So count ChartMogul (B2B) and this page." in describe_difference(
        variants[0], variants[0]
    )
    chart = chart_variants(variants, "the week of 5 Jan 2026")
    assert [row["metric"] for row in chart.rows] == list(METRICS)
    assert all(row["low"] < row["churn"] < row["high"] for row in chart.rows)


def test_a_rate_by_time_is_drawn_as_the_chance_of_its_own_period() -> None:
    """metrics.md 1.7: 0.148148 a week is 13.7697 % in one week, and more in two."""
    points = [Point(START, 2 / 13.5), Point(END, 2 / 13.5), Point(END + timedelta(7), None)]
    one, two, none = to_chances(points, {START: 1, END: 2, END + timedelta(7): 1})
    assert one.value == pytest.approx(0.137697, abs=1e-6)
    assert two.value == pytest.approx(1 - (1 - 0.137697) ** 2, abs=1e-5)
    assert none.value is None


def test_the_year_has_its_label() -> None:
    annual = next(each for each in company(200, 1, 0, 0) if each.metric == ANNUAL)
    told = describe_annual(annual, "week", 20)
    assert told.startswith("Annualised 23.0 % (")
    assert "if this week's rate and mix persisted" in told
    assert told.endswith(
        "Churn differs by tenure (how long they stay), and the mix of tenures moves."
    )
    assert describe_annual(annual, "year", 20) == ""
    assert describe_annual(annual, "week", 201) == ""
    assert describe_annual(None, "week", 20) == ""


def test_few_customers_show_counts_and_no_value() -> None:
    variants = variants_of(company(10, 2, 0, 0))
    assert describe_variants(variants).startswith("Too few")
    assert describe_variant(variants[0]).startswith("2 of 10 (")
    assert chart_variants(variants, "a week").figure["data"][0]["x"][0] is None
    assert describe_difference(variants[1], variants[0]).endswith("So count Recurly.")


def test_nobody_at_the_start_has_no_churn() -> None:
    tiny = build_tiny({"subscriptions": [term("a", "2026-01-13")]}, "2026-01-25")
    with closing(tiny.cursor()) as cursor:
        found = [
            evaluate(cursor, load_metrics()[metric], period=START + timedelta(7))[0]
            for metric in METRICS
        ]
    variants = variants_of(found)
    assert variants[0].value is None
    assert describe_variants(variants).startswith("Customer churn has no value in this period")
    assert describe_variant(variants[0]).startswith("n/a")
