"""Churn: how many customers and how much revenue was lost, who leaves, when and why."""

import streamlit as st

from ui.churn import load_churn, show_bridges, show_heading, show_message, show_trend
from ui.filters import get_view
from ui.lacking import show_lacking
from ui.losses import show_losses, show_quarters, show_survival

view = get_view()
show_heading(view)
churn = load_churn(view)
if churn is None:
    show_lacking("churn", view)
    st.stop()

show_message(churn)
show_trend(churn)
show_bridges(churn)
show_losses(churn)
show_survival(churn)
show_quarters(churn)
show_lacking("churn", view)
