"""Churn: how many customers and how much revenue was lost, who leaves, when and why."""

import streamlit as st

from ui.churn.headline import load_churn, show_bridges, show_heading, show_message, show_trend
from ui.churn.losses import show_losses
from ui.churn.quarters import show_quarters
from ui.churn.retention import show_retention
from ui.churn.scheduled import show_scheduled
from ui.churn.survival import show_survival
from ui.churn.variants import show_variants
from ui.churn.why import show_moves
from ui.filters import get_view
from ui.lacking import show_lacking
from ui.parts import show_parts

view = get_view()
show_heading(view)
churn = load_churn(view)
if churn is None:
    show_lacking("churn", view)
    st.stop()

show_message(churn)
show_trend(churn)
show_bridges(churn)
st.divider()
show_parts(
    {
        "who leaves and why": show_losses,
        "why it moved": show_moves,
        "how long they stay": show_survival,
        "retention and price": show_retention,
        "scheduled ahead": show_scheduled,
        "definitions compared": show_variants,
        "nine quarters": show_quarters,
    },
    churn,
)
show_lacking("churn", view)
