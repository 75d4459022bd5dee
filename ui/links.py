"""Links between pages. Week, grain and scope are the sidebar's, which Streamlit carries along.

Never st.switch_page: it leaves an address that never was in the browser's history, and Back goes
there first; without parameters it fails as long as the sidebar's are in the address.
"""

import streamlit as st

ACCOUNT = "pages/customers/account.py"
LIST = "pages/customers/list.py"


def show_link(label: str, page: str, **params: str) -> None:
    """A link to a page of the dashboard, with what that page reads from its address."""
    st.page_link(page, label=label, query_params=params)
