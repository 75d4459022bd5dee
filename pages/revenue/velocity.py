"""How fast the pipeline turns into money, what drove its change, and where deals are lost."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.velocity import (
    load_pace,
    show_change,
    show_drivers,
    show_funnel,
    show_heading,
    show_segments,
    show_trend,
    show_win_rate,
)

view = get_view()
heading = st.container()
pace = load_pace(view)
if pace is None:
    show_lacking("velocity", view)
    st.stop()

with heading:
    show_heading(pace, view)
show_drivers(pace, view)
change, trend = st.columns(2, gap="medium")
with change:
    show_change(pace, view)
with trend:
    show_trend(pace, view)
funnel, rate = st.columns(2, gap="medium")
with funnel:
    show_funnel(pace, view)
with rate:
    show_win_rate(pace, view)
show_segments(pace, view)
show_lacking("velocity", view)
