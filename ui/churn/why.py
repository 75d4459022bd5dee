"""The churn page's part on why churn moved: in customers, then in revenue."""

import streamlit as st

from ui.churn.headline import Churn
from ui.why import show_why

# A card's details above may show the same headline at the same time.
PLACE = "part_"


def show_moves(churn: Churn) -> None:
    """What moved customer churn and revenue lost against the period before, or a year before."""
    st.text("Customer churn")
    show_why(churn.view, "churn", churn.period.grain, place=PLACE)
    st.divider()
    st.text("Revenue lost")
    show_why(churn.view, "revenue_lost", churn.period.grain, place=PLACE)
