"""Map your export: for files of a system that is not recognised."""

import streamlit as st

from ui.mapping import (
    choose_export,
    choose_mapping,
    open_export,
    show_finish,
    show_preview,
    show_questions,
)

st.subheader("Map your export", anchor=False)
st.text(
    "For files of a system that Standing does not know. Give the files, look through the guesses, look at ten rows,"
    " and build. No programming."
)
st.markdown("**1. The files**")
export = choose_export()
look = open_export(export) if export else None
if look is None:
    st.stop()
mapping = choose_mapping(look)
show_questions(look, mapping)
show_preview(look, mapping)
show_finish(look, mapping)
