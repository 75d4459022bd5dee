"""Standing: where a company stands with its customers. Run with `streamlit run app.py`."""

import streamlit as st

from ui.banner import show_banner
from ui.filters import show_scope
from ui.links import MAPPING, show_way_back
from warehouse.errors import StandingError

# Hidden are those that a link of another page opens: with all in sight, the filters beneath the
# navigation begin below a window 768 px high.
PAGES = {
    "Review": [
        st.Page("pages/review/weekly.py", title="Weekly review", url_path="weekly", default=True)
    ],
    "Customers": [
        st.Page("pages/customers/tiers.py", title="Tiers", url_path="tiers"),
        st.Page("pages/customers/movement.py", title="Movement", url_path="movement"),
        st.Page("pages/customers/account.py", title="Account", url_path="account"),
        st.Page(
            "pages/customers/list.py",
            title="Behind the number",
            url_path="list",
            visibility="hidden",
        ),
    ],
    "Revenue": [
        st.Page("pages/revenue/churn.py", title="Churn", url_path="churn"),
        st.Page("pages/revenue/velocity.py", title="Sales velocity", url_path="velocity"),
        st.Page(
            "pages/revenue/lifetime_value.py", title="Lifetime value", url_path="lifetime_value"
        ),
        st.Page("pages/revenue/forecast.py", title="Next 13 weeks", url_path="forecast"),
    ],
    "Board": [
        st.Page("pages/board/pack.py", title="Board pack", url_path="board_pack"),
        st.Page("pages/board/present.py", title="Present", url_path="present", visibility="hidden"),
        st.Page("pages/board/notes.py", title="Notes and sign-off", url_path="notes"),
    ],
    "Budget": [
        st.Page("pages/budget/case.py", title="Budget case", url_path="budget_case"),
        st.Page("pages/budget/spend.py", title="Spend", url_path="spend"),
    ],
    "Reference": [
        st.Page("pages/reference/metrics.py", title="Metrics", url_path="metrics"),
        st.Page("pages/reference/data_health.py", title="Data health", url_path="data_health"),
        st.Page(
            "pages/reference/mapping.py",
            title="Map your export",
            url_path="mapping",
            visibility="hidden",
        ),
    ],
}


st.set_page_config(page_title="Standing", page_icon="🧭", layout="wide")
# Collapsed, it would end in a button that shows no focus.
page = st.navigation(PAGES, expanded=True)
try:
    view = show_scope()
except StandingError as error:
    if page.url_path != "mapping":  # the way out of having nothing to show
        st.subheader("There is nothing to show yet", anchor=False)
        st.text(str(error))
        st.page_link(MAPPING, label="Map your export")
        st.stop()
else:
    show_way_back(page.url_path)
    if page.url_path != "data_health":  # which says it in full
        show_banner(view)
    if view.warehouse.problem:
        st.text(view.warehouse.problem)
try:
    page.run()
except StandingError as error:  # the file is damaged where this page reads
    st.subheader("This page cannot be shown", anchor=False)
    st.text(str(error))
