"""How long a deal takes, and where it is lost on the way."""

import streamlit as st

from analyses.velocity.cycle import MEAN_WON, describe_cycle, describe_flow, list_cycle_rows
from analyses.velocity.variants import CYCLE_ALL
from ui.charts import show_title
from ui.definitions import show_all_definitions
from ui.filters import View
from ui.tables import show_table
from ui.velocity.pace import Pace, read_outcomes
from ui.velocity.stages import show_stages


@st.fragment
def show_cycle(pace: Pace, view: View) -> None:
    """The cycle by three measures, then the stages."""
    curves = next(iter(read_outcomes(pace, view)), None)
    week = pace.week.start
    title = describe_cycle(pace.records, week, curves)
    show_title(
        title,
        "velocity_cycle",
        lambda: show_all_definitions((MEAN_WON, CYCLE_ALL), view),
        "Definitions",
    )
    rows = list_cycle_rows(pace.records, week, curves)
    show_table(rows, "velocity_cycles", "How long a deal takes, by three measures")
    if flow := describe_flow(pace.records, week):
        st.text(flow)
    show_stages(pace, view)
