"""Of the deals that close, how many are won."""

from collections.abc import Sequence

import streamlit as st

from analyses.formats import format_value, to_float
from analyses.signals import Point
from analyses.velocity import WINDOW_DAYS
from analyses.weekly import to_points
from charts.chart import Chart
from charts.velocity import add_interval
from ui.cache import read_metrics
from ui.charts import remember_chart, show_chart
from ui.filters import View
from ui.trends import build_trend
from ui.velocity.pace import NO_TREND, Pace


@st.fragment
def show_win_rate(pace: Pace, view: View) -> None:
    """The win rate by week over its interval."""
    points = to_points(pace.records["vel_win_count"], pace.week.start)[WINDOW_DAYS // 7 :]
    if not any(point.value is not None for point in points):
        st.markdown("**Win rate over time: n/a**")
        st.text(NO_TREND)
        return
    chart = remember_chart(view, _chart_win_rate, None, pace, points, view)
    show_chart(chart, "win_rate_trend", view)


def _chart_win_rate(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    now = pace.now.drivers["win_rate"]
    title = f"Win rate {format_value(now and to_float(now.value), 'percent')}"
    if now is not None and now.denominator:
        title += f": {now.numerator:,} of {now.denominator:,} closed deals won"
    chart = build_trend(
        view, read_metrics()["vel_win_count"], points, "week", title=title,
        label=f"Won of all closed deals in {WINDOW_DAYS} days, grey: 95 % interval",
    )  # fmt: skip
    return add_interval(chart, pace.records["vel_win_count"], view.mode)
