"""What a customer is worth, how sure that is, on which assumptions, and against what it cost."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.lifetime import (
    load_worth,
    show_assumptions,
    show_costs,
    show_curve,
    show_heading,
    show_parts,
    show_tiers,
    show_trend,
    show_variations,
)

view = get_view()
worth = load_worth(view)
if worth is None:
    show_lacking("lifetime", view)
    st.stop()

show_heading(worth, view)
curve, trend = st.columns(2, gap="medium")
with curve:
    show_curve(worth, view)
parts, tiers = st.columns(2, gap="medium")
with parts:
    reach = show_parts(worth, view)
with trend:
    show_trend(worth, view, reach)
with tiers:
    show_tiers(worth, view)
show_assumptions(worth, view)
variations, costs = st.columns([1, 2], gap="medium")
with variations:
    show_variations(worth, view)
with costs:
    show_costs(worth, view)
show_lacking("lifetime", view)
