"""The pack as files, each made at a click and not before."""

from collections.abc import Callable

import streamlit as st

from analyses.board.document import Pack, Today
from exports.deck import to_deck
from exports.pdf import pack_to_pdf
from exports.presentation import to_presentation
from exports.workbook import to_workbook
from ui.filters import plain_markdown
from ui.links import show_link
from warehouse.errors import StandingError

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_MEGABYTES = 50
PRESENT = "pages/board/present.py"


def show_files(pack: Pack, today: Today | None) -> None:
    """Buttons that save the pack."""
    with st.container(horizontal=True, vertical_alignment="center"):
        show_link(":material/slideshow: Present it here", PRESENT, pack=pack.name)
        template = _ask_template()
        _show_button(
            "Deck (PowerPoint)", lambda: to_deck(pack, today, template), pack, "pptx", PPTX
        )
        _show_button("Workbook (Excel)", lambda: to_workbook(pack, today), pack, "xlsx", XLSX)
        _show_button(
            "Presentation (HTML)", lambda: to_presentation(pack, today), pack, "html", "text/html"
        )
        _show_button("PDF", lambda: pack_to_pdf(pack, today), pack, "pdf", "application/pdf")


def _ask_template() -> bytes | None:
    """The company's own, tried at once: what is wrong with it cannot be said after the click."""
    with st.popover("Company template", type="tertiary"):
        given = st.file_uploader(
            "The deck takes its masters, fonts and colours", ["pptx", "potx"], key="pack:template",
            max_upload_size=MOST_MEGABYTES,
        )  # fmt: skip
        if given is None:
            return None
        # Not at the top: it loads python-pptx.
        from exports.deck.template import open_frame

        try:
            open_frame(given.getvalue())
        except StandingError as error:
            st.error(plain_markdown(str(error)))
            return None
        return given.getvalue()


def _show_button(
    label: str, make: Callable[[], bytes | str], pack: Pack, ending: str, mime: str
) -> None:
    st.download_button(
        label, make, f"{pack.name}.{ending}", mime, key=f"pack:{ending}", on_click="ignore"
    )
