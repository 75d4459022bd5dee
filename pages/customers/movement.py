"""Who moved between the tiers, which way, and what that is worth."""

import streamlit as st

from ui.address import choose
from ui.basis import show_page_title
from ui.filters import get_view
from ui.flows import show_flows
from ui.lacking import show_lacking
from ui.movement import load_movement, show_balance, show_gross
from ui.recovery import show_recovery, show_transitions, show_weeks

PARTS = {
    "Flows": (show_flows, show_balance),
    "By week": (show_weeks,),
    "Recovery": (show_recovery,),
    "Transitions": (show_transitions,),
}

view = get_view()
show_page_title("Movement between tiers", view)
movement = load_movement(view)
if movement is None:
    show_lacking("movement", view)
    st.stop()

show_gross(movement, view)
part = choose(
    st.segmented_control, "Part", list(PARTS), "part", "Flows", required=True,
    label_visibility="collapsed",
)  # fmt: skip
for show in PARTS[part or "Flows"]:
    show(movement, view)
show_lacking("movement", view)
