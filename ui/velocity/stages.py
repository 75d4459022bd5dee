"""Where deals are lost, and how long they stay in a stage."""

import streamlit as st

from analyses.stages import describe_absence, describe_cohort, find_stages, list_stage_deals
from charts.funnel import build_funnel_chart
from ui.address import carry_click, choose
from ui.cache import ask, read_rows
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.tables import show_table
from ui.velocity.pace import Pace

HISTORY = "select is_present from table_status where table_name = 'opportunity_stages'"
NO_MOVES = "select message from load_notes where table_name = 'opportunity_stages' and message like '%stage move%'"


@st.fragment
def show_stages(pace: Pace, view: View) -> None:
    """The stage funnel; a click on a stage, or a choice beneath, lists its deals."""
    funnel = ask(view.warehouse, find_stages, pace.week.end, view.scope)
    history = read_rows(view.warehouse, HISTORY)
    absence = describe_absence(funnel, bool(history and history[0]["is_present"]))
    noted = [note["message"] for note in read_rows(view.warehouse, NO_MOVES)]
    if absence:
        st.markdown("**Stage funnel: n/a**")
        st.text(" ".join([absence, *noted]))
        return
    minimum = view.minimum
    chart = remember_chart(view, build_funnel_chart, None, funnel, minimum, view.mode)
    clicked = show_chart(chart, "stage_funnel", view, selection=True)
    st.caption(" ".join([describe_cohort(funnel), *map(plain_markdown, noted)]))
    names = [stage.name for stage in funnel.stages]
    carry_click(clicked, "stage_funnel", "stage")
    stage = choose(st.pills, "Deals that entered a stage", names, "stage")
    if stage:
        deals = ask(view.warehouse, list_stage_deals, pace.week.end, view.scope, str(stage))
        further = sum(deal["got_further"] for deal in deals)
        st.text(f"{len(deals):,} deals of the cohort entered {stage}; {further:,} got further.")
        show_table(deals, "stage_deals", f"Deals that entered {stage}")
