"""How fast the pipeline turns into money, what drove its change, and where deals are lost."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.parts import show_parts
from ui.velocity.aided import show_aided
from ui.velocity.change import show_change
from ui.velocity.cycle import show_cycle
from ui.velocity.definitions import show_definitions
from ui.velocity.pace import load_pace, show_heading
from ui.velocity.segments import show_segments
from ui.velocity.win_rate import show_win_rate
from ui.why import show_why

view = get_view()
heading = st.container()
pace = load_pace(view)
if pace is None:
    show_lacking("velocity", view)
    st.stop()

with heading:
    show_heading(pace, view)
show_change(pace, view)
show_parts(
    {
        "definitions": show_definitions,
        "why it moved": lambda _, view: show_why(view, "velocity", "week"),
        "segments": show_segments,
        "win rate": show_win_rate,
        "cycle and stages": show_cycle,
        "customers' help": show_aided,
    },
    pace,
    view,
)
show_lacking("velocity", view)
