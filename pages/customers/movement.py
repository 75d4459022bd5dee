"""Who moved between the tiers, which way, and what that is worth."""

import streamlit as st

from ui.filters import get_view
from ui.flows import show_flows
from ui.movement import load_movement, show_balance, show_gross
from ui.recovery import show_recovery, show_transitions, show_weeks

view = get_view()
st.subheader("Movement between tiers", anchor=False)
movement = load_movement(view)
if movement is None:
    st.stop()

show_gross(movement, view)
flows, weeks, recovery, transitions = st.tabs(
    ["Flows", "By week", "Recovery", "Transitions"], key="tab", bind="query-params"
)
if flows.open:
    with flows:
        show_flows(movement, view)
        show_balance(movement, view)
if weeks.open:
    with weeks:
        show_weeks(movement, view)
if recovery.open:
    with recovery:
        show_recovery(movement, view)
if transitions.open:
    with transitions:
        show_transitions(movement, view)
