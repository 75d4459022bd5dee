"""The first screen: what drove the change, beside the trend, and the deals behind a driver."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from analyses.formats import format_value, to_float
from analyses.signals import Point
from analyses.velocity.rows import describe_moves
from analyses.velocity.snapshot import DRILLS, VELOCITY, WINDOW_DAYS
from analyses.velocity.words import describe_no_change
from analyses.weekly import find_record, to_points, with_denominators
from charts.chart import Chart
from charts.velocity import add_line, build_change_chart
from metrics.periods import label_period
from ui.address import choose, keep, take_click
from ui.cache import read_metrics
from ui.charts import remember_chart, show_chart
from ui.drill import read_span, show_drill
from ui.filters import View
from ui.trends import build_trend
from ui.velocity.pace import DEALS, NO_TREND, Pace

PER_DAY = " / day"


@st.fragment
def show_change(pace: Pace, view: View) -> None:
    """What drove the change and the trend; a click on a driver, or a choice, lists its deals."""
    change, trend = st.columns(2, gap="medium")
    with change:
        clicked = _show_parts(pace, view)
    with trend:
        _show_trend(pace, view)
    for driver in take_click(clicked, "velocity_change"):
        keep("deals", next(name for name, drill in DEALS.items() if drill == DRILLS[driver]))
    chosen = choose(
        st.pills, "Deals behind the drivers", list(DEALS), "deals",
        help="A click on a driver above lists its deals, too.",
    )  # fmt: skip
    drill = DEALS.get(chosen or "")
    if drill:
        show_drill(view, drill, f"velocity_{drill}", read_span(view, pace.week))


def _show_parts(pace: Pace, view: View) -> list[str]:
    """The driver that was clicked, in a list."""
    if pace.change is None:
        st.markdown("**What drove the change: n/a**")
        st.text(describe_no_change(pace.now, pace.before))
        return []
    overlap = max(0, WINDOW_DAYS - 7 * pace.weeks)
    size = f"n = {pace.before.wins} and {pace.now.wins} won"
    size += f", windows share {overlap} days" if overlap else ""
    names = [label_period("week", each.week) for each in (pace.before, pace.now)]
    chart = remember_chart(
        view, build_change_chart, pace.weeks, pace.change, names[0], names[1],
        describe_moves(pace.before, pace.now, view.currency, view.minimum), size, view.currency,
        view.mode, pace.cautions, pace.has_few,
    )  # fmt: skip
    return [each for each in show_chart(chart, "velocity_change", view, selection=True) if each]


def _show_trend(pace: Pace, view: View) -> None:
    """Velocity by week, and what was won per day; no limits, since the windows overlap."""
    # Before, the window reaches back beyond the data, and a handful of deals closed fast.
    points = to_points(pace.records[VELOCITY], pace.week.start)[WINDOW_DAYS // 7 :]
    if any(point.value is not None for point in points):
        chart = remember_chart(view, _chart_trend, None, pace, points, view)
        show_chart(chart, "velocity_trend", view)
        return
    won = with_denominators(
        to_points(pace.records["vel_realised"], pace.week.start),
        [
            replace(point, denominator=point.numerator)
            for point in to_points(pace.records["vel_win_count"], pace.week.start)
        ],
    )
    if not any(point.value for point in won):
        st.markdown("**Velocity over time: n/a**")
        st.text(NO_TREND)
        return
    show_chart(remember_chart(view, _chart_realised, None, won, view), "velocity_trend", view)


def _chart_realised(points: Sequence[Point], view: View) -> Chart:
    """What was won per day, where there is no velocity to stand beside it."""
    value = format_value(points[-1].value, "currency_per_day", view.currency)
    return build_trend(
        view, read_metrics()["vel_realised"], points, "week",
        title=f"{value} was won; velocity itself has no value",
        label=f"Value won per day over {WINDOW_DAYS} days",
    )  # fmt: skip


def _chart_trend(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    records = pace.records["vel_realised"]
    realised = find_record(records, pace.week.start)
    won = format_value(realised and to_float(realised.value), "currency_per_day", view.currency)
    speed = pace.now.velocity
    yields = format_value(speed and to_float(speed.value), "currency_per_day", view.currency)
    chart = build_trend(
        view, read_metrics()[VELOCITY], points, "week",
        title=f"The pipeline should yield {yields}; {won.removesuffix(PER_DAY)} was won",
        label=f"Sales velocity, n = {pace.now.wins or 0} won; dash-dotted: value won per day; "
        f"both over {WINDOW_DAYS} days",
    )  # fmt: skip
    label = f"won {won.removesuffix(PER_DAY)}"
    return add_line(chart, records, label, view.currency, view.mode)
