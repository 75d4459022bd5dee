"""One customer: tier with the evidence for every change, revenue, records, and what to do next."""

import streamlit as st

from ui.account import (
    choose_account,
    show_facts,
    show_header,
    show_next_action,
    show_records,
    show_revenue,
    show_tiers,
)
from ui.filters import get_view
from ui.lacking import show_lacking

view = get_view()
heading = st.container()
account = choose_account(view)
if account is None:
    heading.subheader("One customer", anchor=False)
    heading.text("Choose a customer below, or click one behind any number of the other pages.")
    st.stop()

with heading:
    show_header(account, view)
show_facts(account, view)
show_next_action(account, view)
show_tiers(account, view)
show_revenue(account, view)
show_records(account, view)
show_lacking("account", view)
