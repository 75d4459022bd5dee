"""What was spent, by purpose and channel, what it won, and what that cannot say."""

import streamlit as st

from ui.budget.spend import (
    load_spent,
    show_caveats,
    show_economics,
    show_spend,
    show_worth_of_cost,
)
from ui.filters import get_view
from ui.lacking import show_lacking
from ui.parts import show_parts

view = get_view()
spent = load_spent(view)
if spent is None:
    show_lacking("spend", view)
    st.stop()

show_spend(spent, view)
st.divider()
show_parts({"cost and payback": show_worth_of_cost, "by quarter": show_economics}, spent, view)
show_caveats(spent, view)
show_lacking("spend", view)
