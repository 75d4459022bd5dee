"""Kaplan-Meier: the published remission data, the worked example, late entries, and the engine."""

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from analyses.hazard import find_hazards
from analyses.survival import (
    MONTH_DAYS,
    Change,
    Curve,
    FirstDay,
    compute_curve,
    compute_restricted_mean,
    describe_first_day,
    find_first_day,
    find_median,
    find_survival,
    find_survival_at,
)
from charts.survival import (
    build_survival_rows,
    build_week_rows,
    chart_survival,
    describe_survival,
    describe_weeks,
)
from metrics.drills import span_of
from metrics.scope import Scope
from tests.tiny import build_tiny, records, term
from warehouse.publish import open_published

# Freireich 1963: months in remission under 6-MP, "+" still in remission (Cox and Oakes 1984, 4.1).
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
# t, at risk, S, Greenwood's standard error (published), 95 % log-log band (computed by lifelines)
PUBLISHED = [
    (6, 21, 0.8571, 0.076, 0.6197, 0.9516),
    (7, 17, 0.8067, 0.087, 0.5631, 0.9228),
    (10, 15, 0.7529, 0.096, 0.5032, 0.8894),
    (13, 12, 0.6902, 0.107, 0.4316, 0.8491),
    (16, 11, 0.6275, 0.114, 0.3675, 0.8049),
    (22, 7, 0.5378, 0.128, 0.2678, 0.7468),
    (23, 6, 0.4482, 0.135, 0.1881, 0.6801),
]


def watch(*tenures: tuple[float, float, bool]) -> Curve:
    """The curve of spells given as (entered, left, ended)."""
    times = sorted({time for entered, left, _ in tenures for time in (entered, left)})
    return compute_curve(
        Change(
            time,
            sum(entered == time for entered, _, _ in tenures),
            sum(left == time and ended for _, left, ended in tenures),
            sum(left == time for _, left, _ in tenures),
        )
        for time in times
    )


def watch_text(text: str) -> Curve:
    """'6 6+' is one spell that ended at 6 and one cut off there."""
    return watch(*((0, float(word.rstrip("+")), not word.endswith("+")) for word in text.split()))


def test_published_remission_data() -> None:
    curve = watch_text(REMISSION)
    events = [step for step in curve.steps if step.ended]
    assert [(step.time, step.at_risk) for step in events] == [row[:2] for row in PUBLISHED]
    for step, (_, _, survival, error, low, high) in zip(events, PUBLISHED, strict=True):
        assert step.survival == pytest.approx(survival, abs=5e-5)
        assert step.error == pytest.approx(error, abs=5e-4)
        assert step.low == pytest.approx(low, abs=5e-5)
        assert step.high == pytest.approx(high, abs=5e-5)
    assert find_median(curve) == 23


def test_worked_crm_example() -> None:
    curve = watch_text("2 3 3+ 5 6+ 8 8 10+")
    shown = {step.time: step.survival for step in curve.steps if step.ended}
    assert shown == pytest.approx({2: 0.875, 3: 0.75, 5: 0.6, 8: 0.2})
    assert find_median(curve) == 8
    assert compute_restricted_mean(curve, 10) == pytest.approx(6.575)
    assert (find_survival_at(curve, 1.9), find_survival_at(curve, 2)) == (1.0, 0.875)


def test_no_median_where_half_are_never_gone_and_no_mean_of_nobody() -> None:
    assert find_median(watch_text("2 3+ 4+")) is None
    nobody = compute_curve([])
    assert (nobody.spells, nobody.shown, compute_restricted_mean(nobody, 12)) == (0, (), None)


def test_no_band_before_the_first_ending_and_after_the_last_has_gone() -> None:
    steps = watch_text("1+ 2 3").steps
    assert [(step.survival, step.low) for step in (steps[0], steps[-1])] == [
        (1.0, None),
        (0.0, None),
    ]


def test_late_entries_are_at_risk_from_their_entry_on() -> None:
    """Ten from the start, ten watched from 5 on: an ending at 4 is one of ten, at 6 one of 19."""
    curve = watch(
        (0, 4, True), *[(0, 9, False)] * 9, *[(5, 9, False)] * 9, (5, 6, True)
    )  # fmt: skip
    events = [(step.time, step.at_risk) for step in curve.steps if step.ended]
    assert events == [(4, 10), (6, 19)]
    assert curve.late == 10
    assert find_survival_at(curve, 6) == pytest.approx(0.9 * 18 / 19)


def test_a_curve_of_late_entries_begins_once_ten_are_at_risk() -> None:
    """One of two that end at 2 would halve all that follows."""
    curve = watch((1, 2, True), (1, 9, False), *[(3, 9, False)] * 9, (3, 5, True))
    assert [(step.time, step.at_risk) for step in curve.steps if step.ended] == [(5, 11)]


def test_a_curve_is_drawn_while_ten_are_at_risk() -> None:
    curve = watch_text(REMISSION)
    assert curve.shown_until == 17  # 10 at risk; at 19 there are 9
    assert build_survival_rows([curve], ["All"])[0]["median_months"] is None


TERMS = [
    term("before", "2020-01-01"),
    term("gone", "2020-01-01", "2024-03-01"),
    term("young", "2024-01-01", "2024-06-01"),
    term("young", "2025-01-01"),
]
UNTIL = date(2025, 6, 30)


def days(first: str, last: str) -> float:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days / MONTH_DAYS


def test_spells_from_before_the_records_enter_late() -> None:
    """The CRM was introduced on 1 January 2024: who left before is not in it."""
    created = {"created_on": date(2024, 1, 1)}
    customers = [{"customer_id": name, **created} for name in ("before", "gone", "young")]
    tiny = build_tiny({"customers": customers, "subscriptions": TERMS}, "2025-06-29")
    with closing(tiny.cursor()) as cursor:
        whole, *cohorts = find_survival(cursor, UNTIL, "year", Scope())
    assert [(each.group, each.spells) for each in cohorts] == [
        ("2020-01-01", 2), ("2024-01-01", 1), ("2025-01-01", 1),
    ]  # fmt: skip
    assert (whole.spells, whole.ended, whole.late) == (4, 2, 2)
    old = compute_curve([Change(days("2020-01-01", "2024-01-01"), 2, 0, 0)])
    assert cohorts[0].late == old.late == 2


def test_groups_are_those_of_the_dimension_and_of_the_tier_at_entry() -> None:
    """Angry from the first Sunday on; content, angry later; gone before a Sunday came."""
    terms = [
        term("angry", "2025-01-07", "2025-03-01"),
        term("content", "2025-01-07"),
        term("gone", "2025-01-07", "2025-01-09"),
    ]
    customers = [
        {"customer_id": name, "segment": segment}
        for name, segment in (("angry", "small"), ("content", "large"), ("gone", "small"))
    ]
    cases = [
        {"case_id": name, "customer_id": name, "opened_at": datetime.fromisoformat(day), "kind": "complaint"}
        for name, day in (("angry", "2025-01-10"), ("content", "2025-02-10"))
    ]  # fmt: skip
    tables = {"customers": customers, "subscriptions": terms, "cases": cases}
    tiny = build_tiny(tables, "2025-06-29")
    found = dict[str, list[tuple[str | None, int, int]]]()
    for by in ("tier", "segment"):
        with closing(tiny.cursor()) as cursor:
            curves = find_survival(cursor, UNTIL, by, Scope())
        found[by] = [(each.group, each.spells, each.ended) for each in curves]
    assert found["segment"] == [(None, 3, 2), ("large", 1, 0), ("small", 2, 2)]
    assert found["tier"] == [
        (None, 3, 2), ("actively_dissatisfied", 1, 1), ("neutral", 1, 0), ("none", 1, 1),
    ]  # fmt: skip


def test_a_loss_before_the_first_record_shows_an_older_history() -> None:
    """The accounts were made anew in 2024, but the terms of 2020 came along, also of the lost."""
    customers = [{"customer_id": name, "created_on": date(2024, 6, 1)} for name in ("a", "b")]
    terms = [term("a", "2020-01-01", "2020-03-01"), term("b", "2020-02-01")]
    tiny = build_tiny({"customers": customers, "subscriptions": terms}, "2025-06-29")
    with closing(tiny.cursor()) as cursor:
        whole = find_survival(cursor, UNTIL, "year", Scope())[0]
    assert (whole.spells, whole.ended, whole.late) == (2, 1, 0)


def test_an_ending_on_the_boundary_is_cut_off_there() -> None:
    terms = [term("a", "2025-01-01", "2025-06-30"), term("b", "2025-01-01", "2025-06-29")]
    tiny = build_tiny({"subscriptions": terms}, "2025-07-06")
    with closing(tiny.cursor()) as cursor:
        assert find_survival(cursor, UNTIL, "year", Scope())[0].ended == 1
        assert find_survival(cursor, UNTIL + timedelta(7), "year", Scope())[0].ended == 2


def test_stays_of_the_first_day_may_be_older_and_can_be_left_out() -> None:
    """Two of five begin with the data: one that ended, one of the small who did not."""
    terms = [
        term("a", "2024-01-01", "2025-01-05"),
        term("b", "2024-01-01"),
        term("c", "2024-01-09", "2024-03-01"),
        term("d", "2024-02-01"),
        term("e", "2025-07-01"),
    ]
    tiny = build_tiny({"subscriptions": terms}, "2025-07-06")
    with closing(tiny.cursor()) as cursor:
        first = find_first_day(cursor, UNTIL, Scope())
        whole = find_survival(cursor, UNTIL, "quarter", Scope(), True)[0]
        hazards = find_hazards(cursor, UNTIL, Scope(), True)
        later = find_first_day(cursor, UNTIL + timedelta(7), Scope())
    assert (first.day, first.spells, first.all, later.all) == (date(2024, 1, 1), 2, 4, 5)
    assert (whole.spells, whole.ended) == (2, 1)
    assert sum(each.ended for each in hazards) == 1
    assert describe_first_day(first) == (
        "2 of 4 stays (50 %) begin on 1 Jan 2024, the first paid day of the data, and may be older"
    )
    assert describe_first_day(FirstDay(date(2024, 1, 1), 4, 100)) == ""
    assert describe_first_day(FirstDay(date(2024, 1, 1), 1, 3)) == ""
    assert describe_first_day(FirstDay(None, 0, 0)) == ""


def test_no_subscriptions_no_curve() -> None:
    tiny = build_tiny({"customers": [{"customer_id": "a"}]}, "2025-06-29")
    with closing(tiny.cursor()) as cursor:
        assert find_survival(cursor, UNTIL, "year", Scope()) == ()
        assert find_first_day(cursor, UNTIL, Scope()) == FirstDay(None, 0, 0)


@pytest.mark.parametrize("scope", [Scope(), Scope(segment=("small business",))])
def test_the_sample_agrees_with_lifetime_value(sample_warehouse: Path, scope: Scope) -> None:
    """ltv_km is margin x MRR a customer x the discounted sum of S at whole months."""
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        (value,) = records(cursor, "ltv_km", "quarter", last=1, scope=scope)
        period = value.period_start
        until = span_of(cursor, "quarter").end
        (mrr,) = records(cursor, "mrr", "quarter", period=period, scope=scope)
        (active,) = records(cursor, "cust_active", "quarter", period=period, scope=scope)
        whole = find_survival(cursor, until, "quarter", scope)[0]
    months = int(whole.steps[-1].time)
    multiple = sum(find_survival_at(whole, t) / 1.1 ** (t / 12) for t in range(months))
    assert value.value == pytest.approx(
        0.8 * float(mrr.value or 0) / float(active.value or 1) * multiple
    )


def test_cohorts_add_up_to_all(sample_warehouse: Path) -> None:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        for cohort in ("quarter", "year"):
            whole, *cohorts = find_survival(cursor, date(2026, 11, 16), cohort, Scope())
            assert whole.spells == sum(each.spells for each in cohorts)
            assert whole.ended == sum(each.ended for each in cohorts)
            for curve in (whole, *cohorts):
                survivals = [step.survival for step in curve.steps]
                assert survivals == sorted(survivals, reverse=True)


def test_the_chart_states_the_band_and_stops_in_time() -> None:
    curve = watch_text(" ".join(["11"] * 4 + ["14+"] * 26))
    assert describe_survival(curve) == "86.7 % are still customers after 12 months (68.3-94.8 %)"
    chart = chart_survival([curve, curve], ["All", "2025"], "15 Nov 2026")
    assert max(max(trace["x"]) for trace in chart.figure["data"]) == 14
    assert chart.alt.startswith(chart.title)
    small = watch_text("1 2 3")
    assert chart_survival([small], ["All"], "15 Nov 2026").title.startswith("Too few")


def test_a_mean_beyond_what_anybody_was_watched_for_is_not_said() -> None:
    """Half a year of data: the mean of the first 52 weeks would hold the curve level."""
    terms = [term(f"c{n}", "2025-01-06", "2025-03-01" if n < 5 else None) for n in range(20)]
    tiny = build_tiny({"subscriptions": terms}, "2025-07-27")
    found = [each for metric in ("ret_km", "ret_rmst") for each in records(tiny, metric, last=1)]
    assert describe_weeks(found) == "75.0 % stay 13 weeks, 75.0 % stay 26 weeks"
    assert describe_weeks([]) == ""
    rows = {(row["metric"], row["weeks"]): row for row in build_week_rows(found)}
    assert rows["ret_km", "52"]["value"] == "n/a"
    assert rows["ret_km", "13"]["at_risk"] == 15
