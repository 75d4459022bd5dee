"""What a budget returns, for whom, against what, and how wrong that can be; and what came of it."""

import streamlit as st

from ui.budget.answer import show_answer
from ui.budget.chosen import load_budget
from ui.budget.editor import show_editor
from ui.budget.kept import show_kept
from ui.budget.lines import show_lines, show_members
from ui.budget.saved import show_saved
from ui.filters import get_view
from ui.lacking import show_lacking
from ui.parts import show_parts

view = get_view()
budget = load_budget(view)
if budget is None:
    show_lacking("budget", view)
    st.stop()

show_answer(budget, view)
st.divider()
show_parts(
    {
        "assumptions": show_editor,
        "line by line": show_lines,
        "customers": show_members,
        "saved cases": show_saved,
        "promised and actual": show_kept,
    },
    budget,
    view,
)
show_lacking("budget", view)
