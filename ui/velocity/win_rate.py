"""Of the deals, how many are won: by every definition, and over time."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from analyses.signals import Point
from analyses.velocity.snapshot import WINDOW_DAYS
from analyses.velocity.win import RATES, describe_win, describe_year, list_win_rows
from analyses.weekly import to_points
from charts.chart import Chart
from charts.outcomes import build_outcomes_chart, list_cohort_rows
from charts.velocity import add_interval
from metrics.periods import label_period
from ui.address import choose
from ui.cache import evaluate_metric, read_metrics, remember
from ui.charts import remember_chart, show_chart, show_title
from ui.definitions import show_all_definitions
from ui.drill import read_span, show_drill
from ui.filters import View
from ui.tables import show_table
from ui.trends import build_trend
from ui.velocity.pace import COHORT, NO_TREND, Pace, read_outcomes

DEALS = {
    "closed": "closed_deals",
    "created, old enough": "cohort_deals",
    "all created so far": "seen_deals",
}
QUARTERS = 9


@st.fragment
def show_win_rate(pace: Pace, view: View) -> None:
    """The win rate by every definition; by week over its interval, and as a curve over days; by the
    quarter in which deals were created."""
    _show_rates(pace, view)
    trend, curve = st.columns(2, gap="medium")
    with trend:
        _show_trend(pace, view)
    with curve:
        _show_curve(pace, view)
    _show_cohorts(pace, view)
    chosen = choose(st.pills, "Deals behind the win rates", list(DEALS), "rated")
    if chosen:
        drill = DEALS[chosen]
        show_drill(view, drill, f"rated_{drill}", read_span(view, pace.week))


def _show_rates(pace: Pace, view: View) -> None:
    week = pace.week.start
    records = {
        name: evaluate_metric(view.warehouse, name, "week", view.scope, None, week)
        for name in RATES
    }
    show_title(
        describe_win(records, week, view.minimum),
        "velocity_win",
        lambda: show_all_definitions(RATES, view),
        "Definitions",
    )
    rows = remember(
        view.warehouse, list_win_rows, view.key, records, week, view.currency, view.minimum
    )
    show_table(rows, "win_rates", "Win rate by definition")


def _show_trend(pace: Pace, view: View) -> None:
    points = to_points(pace.records["vel_win_count"], pace.week.start)[WINDOW_DAYS // 7 :]
    if not any(point.value is not None for point in points):
        st.markdown("**Win rate over time: n/a**")
        st.text(NO_TREND)
        return
    chart = remember_chart(view, _chart_win_rate, None, pace, points, view)
    show_chart(chart, "win_rate_trend", view)


def _show_curve(pace: Pace, view: View) -> None:
    found = read_outcomes(pace, view)
    if not found:
        st.markdown("**Won by days since created: n/a**")
        st.text("No new-business deal of this selection has been created yet.")
        return
    last = label_period("week", pace.week.end - timedelta(days=1))
    chart = remember_chart(
        view, build_outcomes_chart, None, found[0], last, view.mode, view.minimum
    )
    show_chart(chart, "win_curve", view)


def _show_cohorts(pace: Pace, view: View) -> None:
    cohorts = read_outcomes(pace, view)[1:][-QUARTERS:]
    if not cohorts:
        return
    names = [label_period(COHORT, each.cohort, view.first_month) for each in cohorts if each.cohort]
    st.markdown("**Won by the quarter in which deals were created**")
    rows = remember(
        view.warehouse, list_cohort_rows, view.key, cohorts, names, pace.week.end, view.minimum
    )
    show_table(rows, "win_cohorts", "Won by the quarter in which deals were created")
    st.caption(
        f"The newest {QUARTERS} quarters. Won of created so far is low for young quarters, whose deals "
        "are still open; the share won within 180 days counts open deals as long as they were seen."
    )


def _chart_win_rate(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    records = pace.records["vel_win_count"]
    chart = build_trend(
        view, read_metrics()["vel_win_count"], points, "week",
        title=describe_year(records, pace.week.start, view.minimum),
        label=f"Won of all closed deals in {WINDOW_DAYS} days, grey: 95 % interval",
    )  # fmt: skip
    return add_interval(chart, records, view.mode)
