"""The presentation of a pack inside the app: the same page as its file, in a frame."""

import streamlit as st

from analyses.board.document import Pack, Today
from exports.presentation import to_presentation
from ui.cache import remember
from ui.filters import View, plain_markdown

# As high as a slide of a wide window is; the button in it fills the screen.
HEIGHT = 560


def show_presentation(pack: Pack, today: Today | None, view: View) -> None:
    st.subheader(plain_markdown(f"Presentation of {pack.title}"), anchor=False)
    key = (pack.name, pack.frozen_at)
    page = remember(view.warehouse, to_presentation, key, pack, today)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text("Click into the slide; then arrow keys or space, N for notes, F for full screen.")
        st.download_button(
            "Presentation (HTML)", page, f"{pack.name}.html", "text/html",
            key="present:html", on_click="ignore",
        )  # fmt: skip
    # Names of customers stand in it, escaped, and its policy lets no script run but its own.
    st.iframe(page, height=HEIGHT, alt=f"Presentation of {pack.title}")
