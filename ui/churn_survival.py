"""The churn page's part on time: how long customers stay, by any group, and when they leave."""

from datetime import date, timedelta

import streamlit as st

from analyses.hazard import find_hazards
from analyses.survival import COHORTS, FEWEST_AT_RISK, TIER, Curve, find_first_day, find_survival
from charts.hazard import chart_hazards
from charts.survival import WEEK_METRICS, build_week_rows, chart_survival, describe_weeks
from metrics.periods import format_date, label_period
from ui.address import choose
from ui.cache import ask, evaluate_metric
from ui.charts import remember_chart, show_chart, show_title
from ui.churn import Churn
from ui.definitions import show_all_definitions
from ui.drill import STATES
from ui.filters import View, to_words
from ui.tables import show_table

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
    curves = ask(view.warehouse, find_survival, churn.period.end, by, view.scope)
    if not curves or not curves[0].shown:
        st.caption(f"How long customers stay is drawn from {FEWEST_AT_RISK} of them on.")
        return
    until = format_date(churn.period.end - timedelta(days=1))
    what = "" if by in COHORTS else BY_NAMES.get(by, to_words(by))
    names = [_name(curve, by, view) for curve in curves]
    chart = remember_chart(
        view, chart_survival, by, curves, names, until, view.mode, _describe_first_day(view), what
    )
    show_chart(chart, "survival", view, columns=COLUMNS)
    _show_weeks(churn)
    hazards = ask(view.warehouse, find_hazards, churn.period.end, view.scope)
    chart = remember_chart(view, chart_hazards, "hazards", hazards, until, view.minimum, view.mode)
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


def _describe_first_day(view: View) -> str:
    day, spells = ask(view.warehouse, find_first_day, view.scope)
    if day is None or spells < 2:
        return ""
    return f"; {spells:,} begin on {format_date(day)}, the data's first day, and may be older"
