"""Notes and sign-off: what was written beside the numbers of a quarter, who approved them, what dropped."""

import streamlit as st

from ui.filters import get_view
from ui.written.board import choose_period, read_written, show_heading, show_lists, show_numbers

view = get_view()
written = read_written(view)
heading = st.container(gap="xsmall")
chosen = choose_period(written, view)
with heading:
    show_heading(written, chosen, view)
if written.problem:
    st.stop()

show_numbers(written, chosen, view)
show_lists(written, chosen, view)
