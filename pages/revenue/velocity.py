"""How fast the pipeline turns into money, what drove its change, and where deals are lost."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.velocity.change import show_change
from ui.velocity.pace import load_pace, show_heading
from ui.velocity.parts import show_parts

view = get_view()
heading = st.container()
pace = load_pace(view)
if pace is None:
    show_lacking("velocity", view)
    st.stop()

with heading:
    show_heading(pace, view)
show_change(pace, view)
show_parts(pace, view)
show_lacking("velocity", view)
