"""Present: a board pack full screen, one message a slide, exactly as its file shows it."""

import streamlit as st

from ui.board.packs import choose_pack, find_today, read_packs, show_heading
from ui.board.presentation import show_presentation
from ui.filters import get_view

view = get_view()
packs = read_packs(view)
if packs is None:
    st.stop()
pack = choose_pack(packs, view) if packs else None
if pack is None:
    show_heading(None, None)
    st.page_link("pages/board/pack.py", label="Board pack: freeze one")
else:
    show_presentation(pack, find_today(pack, view), view)
