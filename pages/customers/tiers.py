"""Who is for us and who is against us: the five tiers, over time, by dimension, and what follows."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.tiers import (
    load_tiers,
    show_by_dimension,
    show_history,
    show_losses,
    show_outcome_table,
    show_outcomes,
    show_said,
    show_spread,
)

view = get_view()
tiers = load_tiers(view)
if tiers is None:
    show_lacking("tiers", view)
    st.stop()

show_spread(tiers, view)
show_said(tiers, view)
over_time, leaving = st.columns(2, gap="medium")
with over_time:
    show_history(tiers, view)
with leaving:
    outcomes = show_outcomes(tiers, view)
show_outcome_table(outcomes, view)
show_losses(tiers, view)
show_by_dimension(tiers, view)
show_lacking("tiers", view)
