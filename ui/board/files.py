"""The pack as files, each made at a click and not before."""

from collections.abc import Callable

import streamlit as st

from analyses.board.document import Pack, Today
from exports.deck import to_deck

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST_TEMPLATE_MB = 50


def show_files(pack: Pack, today: Today | None) -> None:
    """Buttons that save the pack."""
    template = _ask_template()
    with st.container(horizontal=True):
        _show_button("Deck (PowerPoint)", lambda: to_deck(pack, today, template), pack, "pptx", PPTX)


def _ask_template() -> bytes | None:
    given = st.session_state.get("pack:template")
    return given.getvalue() if given else None


def show_template() -> None:
    """Asked for in a corner: most decks need none."""
    with st.popover("Company template", type="tertiary"):
        st.file_uploader(
            "The deck takes its masters, fonts and colours", ["pptx", "potx"], key="pack:template",
            max_upload_size=MOST_TEMPLATE_MB,
        )  # fmt: skip


def _show_button(
    label: str, make: Callable[[], bytes | str], pack: Pack, ending: str, mime: str
) -> None:
    st.download_button(
        label, make, f"{pack.name}.{ending}", mime, key=f"pack:{ending}", on_click="ignore"
    )
