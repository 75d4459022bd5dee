"""Whether the data is fit to show, what to act on, and the books: what was loaded, rejected, silent, reconciled."""

import streamlit as st

from ui.filters import get_view
from ui.health import (
    show_actions,
    show_build,
    show_checks,
    show_files,
    show_notes,
    show_rejected,
    show_summary,
    show_tables,
    show_verdict,
)
from ui.mapped import show_mapping
from ui.reconciled import show_reconciliation
from ui.restated import show_restatements

view = get_view()
show_verdict(view)
show_actions(view)
show_summary(view)
sections = {
    "Files": show_files,
    "Rejected rows": show_rejected,
    "Reconciliation": show_reconciliation,
    "Restatements": show_restatements,
    "Tables and metrics": show_tables,
    "Mapping": show_mapping,
    "Notes": show_notes,
    "Checks": show_checks,
    "Build and settings": show_build,
}
asked = st.query_params.get("tab")
tabs = st.tabs(list(sections), default=asked if asked in sections else None)
for tab, show in zip(tabs, sections.values(), strict=True):
    with tab:
        show(view)
