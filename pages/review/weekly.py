"""The week on one screen: what changed, whether it is signal or noise, whom to talk to."""

import streamlit as st

from ui.cards import show_cards
from ui.filters import get_view
from ui.lacking import show_lacking
from ui.weekly import (
    load_cards,
    load_review,
    show_heading,
    show_panels,
    show_sentences,
)

view = get_view()
review = load_review(view)
if review is None:
    st.info(
        "The export has no rows of terms, deals, cases or answers: no week has a number. Below is what they would "
        "show; Data health says what was loaded."
    )
    show_lacking("weekly", view)
    st.stop()

cards = load_cards(review, view)
with st.container(gap="xsmall"):
    show_heading(view)
    show_sentences(review, cards, view)
    show_cards(cards, view)
    show_panels(review, view)
show_lacking("weekly", view)
