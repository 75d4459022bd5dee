"""The churn page's part on time: how long customers stay, by any group, and when they leave."""

from datetime import date, timedelta

import streamlit as st

from analyses.hazard import find_hazards
from analyses.survival import (
    COHORTS,
    FEWEST_AT_RISK,
    TIER,
    Curve,
    FirstDay,
    describe_first_day,
    find_first_day,
    find_survival,
)
from charts.hazard import chart_hazards
from charts.survival import WEEK_METRICS, build_week_rows, chart_survival, describe_weeks
from metrics.periods import format_date, label_period
from ui.address import choose
from ui.cache import ask, evaluate_metric
from ui.charts import remember_chart, show_chart, show_title
from ui.churn.headline import Churn
from ui.definitions import show_all_definitions
from ui.drill import STATES
from ui.filters import View, to_words
from ui.tables import show_table

COUNTED = ("all", "without stays that may be older")
BY_NAMES = {"year": "start year", "quarter": "start quarter", TIER: "tier at entry"}
COLUMNS = {
    "after_12_months": st.column_config.NumberColumn("after 12 months", format="percent"),
    "low": st.column_config.NumberColumn("95 %, low", format="percent"),
    "high": st.column_config.NumberColumn("95 %, high", format="percent"),
    "median_months": st.column_config.NumberColumn("median, months", format="%.1f"),
    "mean_of_first_12_months": st.column_config.NumberColumn(
        "mean months of the first 12", format="%.1f"
    ),
    "watched_months": st.column_config.NumberColumn("watched, months", format="%.0f"),
}
HAZARDS = {
    name: st.column_config.NumberColumn(heading, format="%.5f")
    for name, heading in (
        ("endings_a_customer_week", "endings a customer-week"),
        ("low", "95 %, low"),
        ("high", "95 %, high"),
    )
}


@st.fragment
def show_survival(churn: Churn) -> None:
    """How long customers stay, of all and by group; then the churn of each time since the start."""
    view = churn.view
    by = _choose_group(view)
    until = churn.period.end
    first = ask(view.warehouse, find_first_day, until, view.scope)
    known_only = _choose_known(first)
    curves = ask(view.warehouse, find_survival, until, by, view.scope, known_only)
    if not curves or not curves[0].shown:
        st.caption(f"How long customers stay is drawn from {FEWEST_AT_RISK} of them on.")
        return
    last_day = format_date(until - timedelta(days=1))
    what = "" if by in COHORTS else BY_NAMES.get(by, to_words(by))
    names = [_name(curve, by, view) for curve in curves]
    chart = remember_chart(
        view, chart_survival, (by, known_only), curves, names, last_day, view.mode,
        _describe_left_out(first, known_only), what,
    )  # fmt: skip
    show_chart(chart, "survival", view, columns=COLUMNS)
    _show_weeks(churn)
    hazards = ask(view.warehouse, find_hazards, until, view.scope, known_only)
    chart = remember_chart(
        view, chart_hazards, ("hazards", known_only), hazards, last_day, view.minimum, view.mode,
        _describe_left_out(first, known_only),
    )  # fmt: skip
    show_chart(chart, "hazards", view, columns=HAZARDS)


def _show_weeks(churn: Churn) -> None:
    """The same curve as the metrics read it, after whole weeks."""
    view = churn.view
    records = [
        record
        for metric in WEEK_METRICS
        for record in evaluate_metric(view.warehouse, metric, churn.period.grain, view.scope)
        if record.period_start == churn.period.start
    ]
    words = describe_weeks(records)
    if not words:
        return

    def show_behind() -> None:
        show_table(build_week_rows(records), "stays_rows", words)
        show_all_definitions(WEEK_METRICS, view)

    show_title(words, "stays", show_behind)
    st.caption(
        "In weeks, as the metrics count: 52 weeks are 364 days, one less than a yearly term, so what ends with "
        "it is in the step at month 12 and not yet in week 52."
    )


def _choose_group(view: View) -> str:
    options = [*COHORTS, *view.dimensions, TIER]
    chosen = choose(
        st.segmented_control, "Stays by", options, "cohort", options[0],
        format_func=lambda each: BY_NAMES.get(each, to_words(each)),
    )  # fmt: skip
    return chosen or options[0]


def _name(curve: Curve, by: str, view: View) -> str:
    if curve.group is None:
        return "All"
    if by in COHORTS:
        return label_period(by, date.fromisoformat(curve.group), view.first_month)
    if by == TIER:
        return "Left before a Sunday" if curve.group == "none" else STATES[curve.group]
    return curve.group


def _choose_known(first: FirstDay) -> bool:
    """Whether stays that may be older are left out: asked where they are many."""
    told = describe_first_day(first)
    if not told:
        return False
    chosen = choose(st.segmented_control, "Stays counted", COUNTED, "counted", COUNTED[0])
    st.caption(
        f"{told}: counted, they are taken to have begun that day. The numbers after whole weeks count all, as "
        "the metrics do."
    )
    return chosen == COUNTED[1]


def _describe_left_out(first: FirstDay, known_only: bool) -> str:
    if first.day is None or first.spells < 2:
        return ""
    day = f"{format_date(first.day)}, the data's first day"
    if known_only:
        return f"; without the {first.spells:,} that begin on {day}"
    return f"; {first.spells:,} begin on {day}, and may be older"
