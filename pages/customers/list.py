"""The rows behind one number, at an address of their own: ?behind=lost_customers&week=..."""

import streamlit as st

from ui.behind import choose_drill, show_behind
from ui.filters import get_view

view = get_view()
st.subheader("Behind the number", anchor=False)
drill = choose_drill(view)
if drill is None:
    st.stop()
show_behind(view, drill)
