"""The week on one screen: what changed, whether it is signal or noise, whom to talk to."""

import streamlit as st

from analyses.review import compute_cards
from ui.cards import show_card
from ui.filters import get_view
from ui.weekly import (
    load_review,
    show_heading,
    show_movement,
    show_names,
    show_sentences,
    show_tier_spread,
)

view = get_view()
review = load_review(view)
if review is None:
    st.info("The export has no dated rows of customers: see Data health for what was loaded.")
    st.stop()

cards = compute_cards(review)
with st.container(gap="xsmall"):
    show_heading(view)
    show_sentences(review, cards)
    with st.grid(3, min_column_width=300, gap="xsmall"):
        for card in cards:
            show_card(card, view, "quarter" if card.key == "lifetime_value" else "week")
    spread, movement, names = st.columns([9, 7, 12], gap="medium")
with spread, st.container(gap=None):
    show_tier_spread(review, view)
with movement, st.container(gap=None):
    show_movement(review, view)
with names, st.container(gap=None):
    show_names(review, view)
