"""Lifetime value by survival: its sum, its interval, its curve, and other assumptions."""

import datetime as dt
import math
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.lifetime.assumptions import Assumptions, list_assumptions
from analyses.lifetime.margins import Margin
from analyses.lifetime.observed import (
    Lifetime,
    compute_lifetime,
    compute_months,
    find_curves,
    list_weights,
)
from analyses.lifetime.tables import (
    Part,
    describe_bounds,
    describe_lifetime,
    list_part_rows,
)
from analyses.lifetime.variations import (
    describe_variations,
    list_variation_rows,
    list_variations,
)
from analyses.survival import Change, Curve, compute_curve
from charts.lifetime import build_curve_chart, build_parts_chart, count_at_risk, with_reach
from metrics.engine import Record, evaluate
from metrics.intervals import Z_95
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, term, value
from warehouse.publish import open_published

PLAIN = Assumptions(1.0, 0.0, 60)
# Customers who all pay the same: what is left is the sampling of the curve.
ALIKE = Margin(48, 100, 0.0)


def curve(tenures: Sequence[tuple[float, bool]]) -> Curve:
    """Spells of (months, ended), all watched from their start."""
    left = [Change(0, len(tenures), 0, 0)]
    for time in sorted({each for each, _ in tenures}):
        ended = sum(1 for each, is_over in tenures if each == time and is_over)
        left.append(Change(time, 0, ended, sum(1 for each, _ in tenures if each == time)))
    return compute_curve(left)


def test_by_hand() -> None:
    """Half leave after 1.5 months; 24 more are watched for 3: 1 + 1 + 1/2 months of 80."""
    watched = curve([(1.5, True)] * 24 + [(3, False)] * 24)
    found = compute_lifetime(watched, 100, Assumptions(0.8, 0.0, 60), ALIKE)
    assert found is not None
    assert (found.value, found.months, found.spells, found.ended) == (200, 3, 48, 24)
    # A(1.5) = 1/2; d / (n (n - d)) = 24 / (48 x 24)
    error = 80 * 0.5 * math.sqrt(1 / 48)
    assert (found.low, found.high) == pytest.approx((200 - Z_95 * error, 200 + Z_95 * error))
    # 25 customers with margins of 80 +- 40: relative variances (error / 200)^2 and (8 / 80)^2 add up
    paid = compute_lifetime(watched, 100, Assumptions(0.8, 0.0, 60), Margin(25, 80, 40))
    assert paid is not None
    wider = 200 * math.sqrt((error / 200) ** 2 + 0.1**2)
    assert (paid.low, paid.high) == pytest.approx((200 - Z_95 * wider, 200 + Z_95 * wider))


def test_discounting_and_the_horizon() -> None:
    all_stay = curve([(14.2, False)] * 30)
    assert compute_months(all_stay, PLAIN) == 14
    assert compute_months(all_stay, Assumptions(1, 0, 12)) == 12
    weights = list_weights(all_stay, Assumptions(1, 0.1, 13))
    assert weights[0] == 1
    assert weights[12] == pytest.approx(1 / 1.1)


def test_a_month_ends_with_what_ended_in_it() -> None:
    """An ending at exactly two months is gone in month 2, as in ltv_km."""
    assert list_weights(curve([(2, True), (5, False)]), PLAIN) == [1, 1, 0.5, 0.5, 0.5]


@given(
    st.lists(st.floats(0.01, 20), min_size=20, max_size=60),
    st.floats(0, 0.5),
)
def test_without_censoring_the_variance_is_that_of_a_mean(times: list[float], rate: float) -> None:
    """Greenwood on the sum is then exactly the variance of the mean of what each customer brought:
    sum of (x - mean)^2 / n^2, as for the restricted mean."""
    assumptions = Assumptions(1.0, rate, 12)
    complete = [(max(time, 0.01), True) for time in times]
    found = compute_lifetime(curve(complete), 1, assumptions, ALIKE)
    months = min(12, math.floor(max(times)))
    if found is None:
        assert months == 0
        return
    brought = [
        sum((1 + rate) ** (-month / 12) for month in range(months) if month < time)
        for time, _ in complete
    ]
    assert found.value == pytest.approx(fmean(brought))
    if found.high is not None:
        error = (found.high - found.value) / Z_95
        assert error == pytest.approx(math.sqrt(pvariance(brought) / len(brought)), abs=1e-9)


def test_no_interval_where_it_cannot_be_told() -> None:
    few = compute_lifetime(curve([(2, True)] * 5 + [(4, False)] * 5), 100, PLAIN, ALIKE)
    stay = compute_lifetime(curve([(4, False)] * 40), 100, PLAIN, ALIKE)
    assert few is not None
    assert stay is not None
    assert (few.low, few.high, stay.low, stay.high) == (None,) * 4
    assert "under 20 spells" in few.reason
    assert "nobody has left" in stay.reason
    assert describe_bounds(stay, "EUR") == ""


def test_the_interval_never_falls_below_nothing() -> None:
    watched = curve([(0.5, True)] * 19 + [(40, False)])
    found = compute_lifetime(watched, 100, PLAIN, Margin(2, 100, 100))
    assert found is not None
    assert found.low == 0
    one = compute_lifetime(watched, 100, PLAIN, Margin(1, 100, None))
    assert one is not None
    assert (one.low, one.reason) == (None, "no interval: the margin of one customer has no spread")


def test_nothing_where_no_month_was_observed() -> None:
    assert compute_lifetime(curve([(0.9, False)] * 30), 100, PLAIN, ALIKE) is None
    assert compute_lifetime(compute_curve([]), 100, PLAIN, ALIKE) is None


def test_variations_change_one_assumption_each() -> None:
    """Nobody leaves in 30 months; margins of 95 a month without a discount, 3 % is the lower rate's end."""
    watched = curve([(30, False)] * 30)
    found = list_variations(watched, 100, Assumptions(0.95, 0.03, 60))
    by_name = {each.assumption: each for each in found}
    months = [1 / 1.03 ** (month / 12) for month in range(30)]
    base = 95 * sum(months)
    assert all(each.base == pytest.approx(base) for each in found)
    assert found[0].assumption == "horizon"
    assert [each.swing for each in found] == sorted((each.swing for each in found), reverse=True)
    assert by_name["horizon"].low == pytest.approx(95 * sum(months[:12]))
    assert by_name["horizon"].high_name == "30 months"
    # 105 % is no margin, and -2 % no rate
    assert by_name["gross margin"].low == pytest.approx(base * 85 / 95)
    assert (by_name["gross margin"].high, by_name["discount rate a year"].low) == (None, None)
    late = 95 * sum(1 / 1.03 ** (month / 12) for month in range(1, 30))
    assert by_name["timing"].low == pytest.approx(late)
    assert by_name["discount rate a year"].high == pytest.approx(
        95 * sum(1 / 1.08 ** (month / 12) for month in range(30))
    )
    rows = list_variation_rows(found, "EUR")
    margin = next(row for row in rows if row["assumption"] == "gross margin")
    assert (margin["lower"], margin["higher"], margin["value at higher"]) == ("85 %", "", "n/a")
    assert list_variation_rows([], "EUR") == []
    assert describe_variations(found, "EUR").startswith(
        "The horizon moves it most of these: EUR 1,1"
    )
    assert list_variations(curve([(0.5, False)] * 3), 100, Assumptions(0.95, 0.03, 60)) == []
    # 5 margins, the first now or at the end of month 1: 24 months are known, so 5 are counted in both
    full = {
        each.assumption: each
        for each in list_variations(curve([(24, False)] * 9), 100, Assumptions(1, 0, 5))
    }
    assert (full["timing"].low, full["timing"].base) == (500, 500)
    assert "horizon" not in full


TERMS = [
    term("a", "2025-11-01", "2025-12-11"),
    term("b", "2025-10-01"),
    term("c", "2025-10-01"),
    term("d", "2025-10-01", "2026-01-12"),
]


def test_a_spell_that_ends_on_the_boundary_is_cut_off() -> None:
    """As in the worked example of ltv_km: S = 0.75 from month 2 on, so 80 (1 + 1 + 0.75)."""
    with closing(build_tiny({"subscriptions": TERMS}, "2026-01-11")) as connection:
        curves = find_curves(connection.cursor(), dt.date(2026, 1, 12), Scope(), None)
        metric = value(connection, "ltv_km", "2026-01-05")
    (found,) = curves.values()
    assert (found.spells, found.ended) == (4, 1)
    worth = compute_lifetime(found, 100, Assumptions(0.8, 0.1, 60), ALIKE)
    assert worth is not None
    assert worth.value == pytest.approx(metric)


def test_nobody_before_the_boundary() -> None:
    with closing(build_tiny({"subscriptions": TERMS}, "2026-01-11")) as connection:
        assert find_curves(connection.cursor(), dt.date(2025, 10, 1), Scope(), None) == {}


@pytest.mark.parametrize("breakdown", [None, "segment", "persona"])
def test_the_sample_is_that_of_the_engine(sample_warehouse: Path, breakdown: str | None) -> None:
    """Every closed quarter, in all and by dimension."""
    metrics = load_metrics()
    with closing(open_published(sample_warehouse)) as opened:

        def ask(metric: str) -> list[Record]:
            with closing(opened.cursor()) as cursor:
                return evaluate(cursor, metrics[metric], grain="quarter", breakdown=breakdown)

        of = {
            name: {(each.period_start, each.breakdown): each.value for each in ask(name)}
            for name in ("ltv_km", "mrr", "cust_active")
        }
        with closing(opened.cursor()) as cursor:
            ends = dict(
                cursor.execute(
                    "select period_start, period_end from periods where grain = 'quarter'"
                ).fetchall()
            )
            curves = {
                start: find_curves(cursor, end, Scope(), breakdown) for start, end in ends.items()
            }
    compared = 0
    for key, expected in of["ltv_km"].items():
        if expected is None:
            continue
        mrr = float(of["mrr"][key] or 0) / float(of["cust_active"][key] or 0)
        found = compute_lifetime(curves[key[0]][key[1]], mrr, Assumptions(0.8, 0.1, 60), ALIKE)
        assert found is not None
        assert found.value == pytest.approx(float(expected), rel=1e-9)
        compared += 1
    assert compared >= 12


def test_the_curve_chart_marks_the_horizon_and_projects_nothing() -> None:
    watched = curve([(1.5, True)] * 12 + [(14.5, False)] * 30 + [(30.5, False)] * 9)
    assert count_at_risk(watched, 0) == 51
    assert count_at_risk(watched, 14.5) == 39
    chart = build_curve_chart(watched, PLAIN, "2026-10-01")
    assert chart.figure["layout"]["shapes"][0]["x0"] == 60
    assert chart.figure["layout"]["xaxis"]["range"][0] == 0
    # 9 at risk after 14.5 months are too few to draw
    assert max(chart.figure["data"][-1]["x"]) == 14
    assert chart.rows[-1] == {
        "months": 14, "still_customers": pytest.approx(39 / 51), "at_risk": 39,
        "low": chart.rows[-1]["low"], "high": chart.rows[-1]["high"],
    }  # fmt: skip
    assert "nothing is projected" in chart.alt
    texts = [each["text"] for each in chart.figure["layout"]["annotations"]]
    assert {"n 51", "n 39", "not observed yet", "horizon, 60 months"} <= set(texts)


PARTS = [
    Part("large", Lifetime(900, 34, 50, 9, 800, 1000), 900, 1500, 40, ""),
    Part("small", None, None, None, 0, "nothing to divide by in this period"),
]


@pytest.mark.parametrize(
    ("second", "title"),
    [
        (Lifetime(600, 34, 50, 9, 500, 700), "Large is worth the most: EUR 900 a new customer"),
        (
            Lifetime(850, 34, 50, 9, 700, 1000),
            "Large (EUR 900 a new customer) is not clearly worth more than small",
        ),
        (
            Lifetime(600, 34, 3, 1, None, None),
            "Large (EUR 900 a new customer) is not clearly worth more than small",
        ),
    ],
)
def test_the_most_worth_is_named_only_beyond_chance(second: Lifetime, title: str) -> None:
    parts = [Part("small", second, second.value, None, 40, ""), PARTS[0]]
    assert build_parts_chart(parts, "segment", "Q3 2026", "EUR").title == title


def test_the_parts_chart_says_why_a_value_is_missing() -> None:
    chart = build_parts_chart(PARTS, "segment", "Q3 2026", "EUR")
    assert chart.title == "Large is worth EUR 900 a new customer"
    bars = chart.figure["data"][0]
    assert bars["x"] == [900, None]
    assert (bars["error_x"]["array"][0], bars["error_x"]["arrayminus"][0]) == (100, 100)
    assert bars["text"] == [
        "EUR 900 (EUR 800 to 1,000)",
        "n/a: nothing to divide by in this period",
    ]
    assert build_parts_chart(PARTS[1:], "segment", "Q3 2026", "EUR").title.startswith("No lifetime")
    assert chart.figure["layout"]["xaxis"]["range"] == [0, 1040]
    shared = with_reach(build_parts_chart(PARTS, "segment", "", "EUR", reach=2000), 2000)
    assert shared.figure["layout"]["xaxis"]["range"] == [0, 2000]
    assert shared.figure["layout"]["yaxis"]["range"] == [0, 2000]
    rows = list_part_rows(PARTS, "segment", "EUR")
    assert rows[0]["95 % interval"] == "EUR 800 to 1,000"
    assert rows[1]["by survival"] == "n/a"


def test_the_assumption_sheet_names_what_two_correct_numbers_differ_by() -> None:
    rows = list_assumptions(Assumptions(0.8, 0.1, 60), 34, 2126, 1231, "EUR", (1, 2))
    sheet = {row["assumption"]: (row["by survival"], row["constant retention"]) for row in rows}
    assert sheet["horizon"][0].startswith("60 months at most; 34 months counted")
    assert sheet["discount rate"][0] == "10.0 % a year (0.797 % a month)"
    assert sheet["whose value"] == ("a new customer", "a customer of today: what is still to come")
    assert sheet["model and version"][1].endswith("(ltv_simple, version 2)")
    assert {row["projected"] for row in rows} >= {"60 months", "a new customer"}
    other = Assumptions(0.8, 0.1, 60, "end of month", True)
    changed = list_assumptions(other, 34, 2126, 1231, "EUR", (1, 2))
    by_name = {row["assumption"]: row for row in changed}
    assert by_name["timing"]["projected"].startswith("first margin at the end of month 1")
    assert by_name["timing"]["by survival"].startswith("first margin now")
    assert by_name["acquisition cost"]["projected"].startswith("after it")
    assert by_name["acquisition cost"]["constant retention"].startswith("before it")
    full = list_assumptions(Assumptions(0.8, 0.1, 24), 24, None, 0, "EUR", (1, 1))
    assert full[5]["by survival"] == "24 months at most"
    assert full[3]["by survival"] == "n/a: no customer at the end of the quarter"


def test_the_message_has_its_interval_and_months() -> None:
    assert describe_lifetime(900, PARTS[0].lifetime, "EUR") == (
        "A new customer at today's average MRR is worth EUR 900 in margin within 34 months (EUR 800 to 1,000)"
    )
    assert describe_lifetime(None, None, "EUR") == "Lifetime value n/a"


def test_fewer_than_twelve_months_are_no_lifetime() -> None:
    month, year = curve([(1.5, False)] * 30), curve([(12.1, False)] * 30)
    first = compute_lifetime(month, 100, PLAIN, ALIKE)
    assert describe_lifetime(100, first, "EUR") == (
        "Too short to be a lifetime value: in the 1 month observed a new customer at today's average "
        "MRR brings EUR 100 in margin"
    )
    parts = [Part("large", first, 100, None, 30, "few")]
    assert list_part_rows(parts, "size", "EUR")[0]["remark"] == (
        "too short to be a lifetime value: 1 month observed; few"
    )
    assert build_parts_chart(parts, "size", "Q4", "EUR").title == (
        "Large brings the most in 1 month, too short for a lifetime: EUR 100 a new customer"
    )
    later = compute_lifetime(year, 100, PLAIN, ALIKE)
    assert later is not None
    assert not later.is_short
    # Who asks for a horizon of a quarter gets it.
    asked = compute_lifetime(year, 100, Assumptions(1, 0, 3), ALIKE)
    assert asked is not None
    assert not asked.is_short
