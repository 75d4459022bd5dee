"""How good such forecasts were, and how they are made."""

import streamlit as st

from analyses.forecast.model import CHURNED
from analyses.forecast.tables import list_backtest_rows, list_method_rows
from analyses.forecast.words import describe_verdict, name_series
from charts.backtest import chart_backtest
from ui.address import choose
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.forecast.heading import Ahead
from ui.tables import show_table


@st.fragment
def show_backtest(ahead: Ahead, view: View) -> None:
    """Errors of every series beside the naive ones, and one series window by window."""
    tracks = ahead.outlook.tracks
    if not tracks[CHURNED].trials:
        st.text("No window of 13 weeks could be forecast yet: too few lie before it.")
        return
    st.markdown(f"**{plain_markdown(describe_verdict(ahead.outlook))}**")
    show_table(
        list_backtest_rows(ahead.outlook, view.currency), "forecast_backtest",
        "Errors of the forecasts and of the naive ones",
    )  # fmt: skip
    series = choose(
        st.selectbox, "Window by window", list(tracks), "series", CHURNED, format_func=name_series
    )
    chart = remember_chart(
        view, chart_backtest, series, tracks[series or CHURNED], view.currency, view.mode
    )
    show_chart(chart, "forecast_trials", view)


def show_method(ahead: Ahead, view: View) -> None:
    """What is assumed, one line an assumption; text, since a cell would cut it off."""
    st.markdown("**How the forecast is made**")
    for row in list_method_rows(ahead.outlook, view.currency):
        st.text(f"{row['what'][:1].upper()}{row['what'][1:]}: {row['how']}")
