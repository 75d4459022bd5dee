"""What was loaded, what was rejected and why, and what a missing table switches off."""

import streamlit as st

from ui.filters import get_view
from ui.health import (
    show_build,
    show_checks,
    show_files,
    show_notes,
    show_rejected,
    show_settings,
    show_summary,
    show_tables,
)

view = get_view()
st.subheader("Data health", anchor=False)
st.text(f"The whole export, whatever the filters. Data as of {view.as_of}.")
show_summary(view)
sections = {
    "Files": show_files,
    "Rejected rows": show_rejected,
    "Notes of the load": show_notes,
    "Checks": show_checks,
    "Tables, and what a missing one switches off": show_tables,
    "Settings of this build": show_settings,
    "This build": show_build,
}
for title, show in sections.items():
    st.markdown(f"**{title}**")
    show(view)
