"""Board pack: freeze one, look into it, take it home as files; beside it what its numbers would be now."""

import streamlit as st

from ui.board.files import show_files
from ui.board.freeze import show_form
from ui.board.packs import (
    choose_pack,
    find_today,
    read_packs,
    show_heading,
    show_list,
    show_slides,
    show_today,
)
from ui.filters import get_view

view = get_view()
packs = read_packs(view)
if packs is None:
    st.stop()
heading = st.container(gap="xsmall")
pack = choose_pack(packs, view, heading) if packs else None
today = find_today(pack, view)
with heading:
    show_heading(pack, today)
if pack is not None:
    show_files(pack, today)
show_form(view, not packs)
if pack is not None:
    show_slides(pack)
    show_today(pack, today)
show_list(packs, view)
