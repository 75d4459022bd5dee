"""Of the deals, how many are won: by every definition, and over time."""

from collections.abc import Sequence

import streamlit as st

from analyses.signals import Point
from analyses.velocity import WINDOW_DAYS
from analyses.velocity_win import RATES, describe_win, describe_year, list_win_rows
from analyses.weekly import to_points
from charts.chart import Chart
from charts.velocity import add_interval
from ui.address import choose
from ui.cache import evaluate_metric, read_metrics, remember
from ui.charts import remember_chart, show_chart, show_title
from ui.definitions import show_definition
from ui.drill import read_span, show_drill
from ui.filters import View
from ui.tables import show_table
from ui.trends import build_trend
from ui.velocity.pace import NO_TREND, Pace

DEALS = {"closed": "closed_deals", "created, old enough": "cohort_deals"}


@st.fragment
def show_win_rate(pace: Pace, view: View) -> None:
    """The win rate by count, by value and of created deals; then by week over its interval."""
    _show_rates(pace, view)
    _show_trend(pace, view)
    chosen = choose(st.pills, "Deals behind the win rates", list(DEALS), "rated")
    if chosen:
        drill = DEALS[chosen]
        show_drill(view, drill, f"rated_{drill}", read_span(view, pace.week))


def _show_rates(pace: Pace, view: View) -> None:
    records = {name: evaluate_metric(view.warehouse, name, "week", view.scope) for name in RATES}
    week = pace.week.start
    show_title(
        describe_win(records, week), "velocity_win", lambda: _show_meaning(view), "Definitions"
    )
    rows = remember(view.warehouse, list_win_rows, view.key, records, week, view.currency)
    show_table(rows, "win_rates", "Win rate by definition")


def _show_meaning(view: View) -> None:
    for name in RATES:
        show_definition(read_metrics()[name], view)


def _show_trend(pace: Pace, view: View) -> None:
    points = to_points(pace.records["vel_win_count"], pace.week.start)[WINDOW_DAYS // 7 :]
    if not any(point.value is not None for point in points):
        st.markdown("**Win rate over time: n/a**")
        st.text(NO_TREND)
        return
    chart = remember_chart(view, _chart_win_rate, None, pace, points, view)
    show_chart(chart, "win_rate_trend", view)


def _chart_win_rate(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    records = pace.records["vel_win_count"]
    chart = build_trend(
        view, read_metrics()["vel_win_count"], points, "week",
        title=describe_year(records, pace.week.start, view.minimum),
        label=f"Won of all closed deals in {WINDOW_DAYS} days, grey: 95 % interval",
    )  # fmt: skip
    return add_interval(chart, records, view.mode)
