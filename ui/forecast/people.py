"""Who is behind the forecast: who has cancelled, whose renewal is due, and which tier they move to."""

from datetime import timedelta

import streamlit as st

from analyses.forecast.model import CHURNED
from analyses.forecast.steps import CANCELLED, DRILL, DUE, OTHER
from analyses.forecast.tables import list_ahead_rows, list_series_rows
from analyses.forecast.words import describe_ahead, describe_arrivals, last_day
from charts.forecast import chart_tiers
from metrics.drills import span_between
from ui.address import choose
from ui.charts import remember_chart, show_chart
from ui.drill import AHEAD, read_span, show_drill
from ui.filters import View, plain_markdown
from ui.forecast.heading import Ahead
from ui.tables import show_table


def show_people(ahead: Ahead, view: View) -> None:
    """Customers by what is ahead of them; each line opens its customers."""
    outlook = ahead.outlook
    churned, arriving = outlook.churned, outlook.arriving
    if churned is None or arriving is None:
        return
    lost = outlook.tracks[CHURNED]
    st.markdown(f"**{plain_markdown(describe_ahead(churned, lost))}**")
    show_table(
        list_ahead_rows(churned, lost, view.currency), "forecast_ahead",
        "Customers by what is ahead of them",
    )  # fmt: skip
    st.caption(
        "Expected to leave is counted by tier too, so it is not the customers times the share."
    )
    st.text(describe_arrivals(arriving, view.currency))
    windows = {step.start.isoformat(): step for step in outlook.steps[:-1]}
    names = AHEAD | {start: f"Left by {last_day(step.end)}" for start, step in windows.items()}
    chosen = choose(
        st.selectbox, "Customers", [CANCELLED, DUE, OTHER, *reversed(windows)], "ahead",
        format_func=lambda each: names[each],
        placeholder="Choose whom to list, or click on a bar above",
    )  # fmt: skip
    if chosen in windows:
        week = timedelta(weeks=1)
        window = windows[chosen]
        span = span_between(window.start - week, window.end - week)
        show_drill(view, "lost_customers", "forecast_rows", span, view.scope)
    elif chosen:
        span = read_span(view, ahead.week)
        show_drill(view, DRILL, "forecast_rows", span, view.scope, ahead=chosen)


def show_tiers(ahead: Ahead, view: View) -> None:
    """Customers by tier in 13 weeks, and today."""
    chart = remember_chart(view, chart_tiers, None, ahead.outlook, view.mode, view.minimum)
    show_chart(chart, "forecast_tiers", view)
    st.markdown("**All numbers, now and in 13 weeks**")
    show_table(
        list_series_rows(ahead.outlook, view.currency, view.minimum), "forecast",
        "Every number now and in 13 weeks, with its interval",
    )  # fmt: skip
