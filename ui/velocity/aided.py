"""Won new business that a customer helped with, beside the rest: an association, no effect."""

import streamlit as st

from analyses.velocity.aided import (
    AIDED_METRICS,
    MEMBERS,
    WARNING,
    WON,
    describe_aided,
    list_aided_rows,
)
from ui.address import choose
from ui.cache import evaluate_metric, read_missing, remember
from ui.charts import show_title
from ui.definitions import show_all_definitions
from ui.drill import read_span, show_drill
from ui.filters import View
from ui.lacking import describe_absent
from ui.tables import show_table
from ui.velocity.pace import Pace

# By the drill and the help that its rows have.
DEALS = {
    f"{member}, {which}": (f"{which}_deals", member)
    for member in MEMBERS
    for which in ("won", "closed")
}


@st.fragment
def show_aided(pace: Pace, view: View) -> None:
    """Count, value, share, win rate and cycle, aided beside unaided; a choice lists the deals."""
    if missing := read_missing(view.warehouse).get(WON):
        st.markdown("**Deals with a customer's help: n/a**")
        st.text(describe_absent(missing, view))
        return
    week = pace.week.start
    records = {
        name: evaluate_metric(view.warehouse, name, "week", view.scope, None, week)
        for name in AIDED_METRICS
    }
    title = describe_aided(records, week, view.currency)
    show_title(
        title, "velocity_aided", lambda: show_all_definitions(AIDED_METRICS, view), "Definitions"
    )
    rows = remember(
        view.warehouse, list_aided_rows, view.key, records, week, view.currency, view.minimum
    )
    show_table(rows, "velocity_aided_rows", "Deals with and without a customer's help")
    st.text(WARNING)
    chosen = choose(st.pills, "Deals behind them", list(DEALS), "helped")
    if chosen:
        drill, member = DEALS[chosen]
        show_drill(view, drill, f"{member}_{drill}", read_span(view, pace.week), help=member)
