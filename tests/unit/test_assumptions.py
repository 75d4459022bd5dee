"""The assumptions of lifetime value: margins by segment, and how they are said."""

import datetime as dt
from contextlib import closing
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from analyses.lifetime.assumptions import (
    FIXED,
    Assumptions,
    describe_assumed,
    describe_assumptions,
    find_assumptions,
    find_margins,
)
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, records, rows_of, term, value

WEEK = "2026-01-05"
OWN = {"gross_margin_by_segment": {"large": 0.5, "nobody's": 0.1}}


def company(**settings: Any) -> duckdb.DuckDBPyConnection:
    """One large customer of 300 a month, two small ones of 100 and 200, and one who left."""
    tables: dict[str, Any] = {
        "customers": [
            {"customer_id": "a", "segment": "large"},
            {"customer_id": "b", "segment": "small"},
            {"customer_id": "c", "segment": "small"},
            {"customer_id": "d", "segment": "large"},
        ],
        "subscriptions": [
            term("a", "2025-07-01", mrr=300),
            term("b", "2025-07-01", mrr=100),
            term("c", "2025-07-01", mrr=200),
            term("d", "2025-07-01", "2025-12-30", mrr=900),
        ],
    }
    return build_tiny(tables, "2026-01-18", **settings)


def test_a_segment_has_its_own_margin_and_the_others_the_general_one() -> None:
    with closing(company(gross_margin=0.8, **OWN)) as connection:
        slices = rows_of(connection, "select segment, gross_margin from slices order by segment")
        assert [(name, float(share)) for name, share in slices] == [("large", 0.5), ("small", 0.8)]
        found = rows_of(
            connection,
            "select closing_mrr, closing_margin from customer_periods"
            f" where period_start = '{WEEK}'",
        )
        assert [[float(each) for each in row] for row in found] == [[600, 390]]


@pytest.mark.parametrize("metric", ["ltv_km", "ltv_simple"])
def test_margin_is_summed_over_the_segments(metric: str) -> None:
    """0.5 x 300 + 0.8 x 300 = 390 of 600 are 65 %: as if that were the margin of all."""
    with (
        closing(company(gross_margin=0.8, **OWN)) as own,
        closing(company(gross_margin=0.65)) as same,
        closing(company(gross_margin=0.5)) as half,
    ):
        assert value(own, metric, WEEK) == pytest.approx(value(same, metric, WEEK), rel=1e-12)
        (large, small) = records(own, metric, breakdown="segment", period=dt.date(2026, 1, 5))
        (expected, _) = records(half, metric, breakdown="segment", period=dt.date(2026, 1, 5))
        assert (large.breakdown, large.value) == ("large", pytest.approx(expected.value))
        assert small.breakdown == "small"


@pytest.mark.parametrize("metric", ["ltv_km", "ltv_simple"])
def test_a_table_of_nobody_changes_no_digit(metric: str) -> None:
    with (
        closing(company(gross_margin=0.7)) as plain,
        closing(company(gross_margin=0.7, gross_margin_by_segment={"nobody's": 0.1})) as other,
    ):
        assert value(plain, metric, WEEK) == value(other, metric, WEEK)


def test_the_mean_margin_of_a_part_is_weighted_by_revenue() -> None:
    with closing(company(gross_margin=0.8, **OWN)) as connection:
        found = [
            find_margins(connection.cursor(), "week", dt.date(2026, 1, 5), Scope(), breakdown)
            for breakdown in (None, "segment")
        ]
        assert found == [
            {None: pytest.approx(0.65)},
            {"large": pytest.approx(0.5), "small": pytest.approx(0.8)},
        ]
        narrow = Scope(segment=("nobody's",))
        nobody = find_margins(connection.cursor(), "week", dt.date(2026, 1, 5), narrow, None)
        assert nobody == {None: 0.8}


def test_every_metric_that_rests_on_assumptions_says_all_of_them() -> None:
    used = {"gross_margin", "discount_rate_yearly", "ltv_horizon_months"}
    given = Assumptions(0.8, 0.1, 60, margin_by_segment=(("large", 0.5),))
    told = {name: describe_assumed(each, given) for name, each in load_metrics().items()}
    for name, metric in load_metrics().items():
        assert (told[name] is not None) == bool(used & {*metric.settings}), name
        has_own = "gross_margin_by_segment" in metric.settings
        assert ("large 50 %" in (told[name] or "")) == has_own, name
    assert {name for name, text in told.items() if text} >= set(FIXED)


def test_a_metric_that_is_dropped_in_needs_no_other_line() -> None:
    """Its header names the settings: those are said, and nothing that another definition fixes."""
    dropped_in = replace(load_metrics()["ltv_km"], id="ltv_new")
    assert describe_assumed(dropped_in, Assumptions(0.8, 0.1, 60)) == (
        "gross margin 80 %, discount 10 % a year, horizon 60 months"
    )


def test_assumptions_are_those_of_the_build_in_one_line() -> None:
    changed = {"ltv_timing": "end of month", "ltv_after_cac": True, "discount_rate_yearly": 0.125}
    with closing(company(**OWN, **changed)) as connection:
        found = find_assumptions(connection.cursor())
    assert found == Assumptions(
        0.8, 0.125, 60, "end of month", True, (("large", 0.5), ("nobody's", 0.1))
    )
    assert describe_assumptions(found) == (
        "gross margin 80 % (large 50 %, nobody's 10 %), discount 12.5 % a year, horizon 60 months, "
        "projected: first margin end of month, after acquisition cost"
    )
    assert describe_assumptions(Assumptions(0.8, 0.1, 60)) == (
        "gross margin 80 %, discount 10 % a year, horizon 60 months, projected: first margin now, "
        "before acquisition cost"
    )
