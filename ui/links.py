"""Links between pages.

Never st.switch_page: it leaves an address that never was in the browser's history, and Back goes
there first; without parameters it fails as long as the sidebar's are in the address.
"""

import streamlit as st

from ui.filters import KEYS

ACCOUNT = "pages/customers/account.py"
LIST = "pages/customers/list.py"
HEALTH = "pages/reference/data_health.py"
LIFETIME = "pages/revenue/lifetime_value.py"
MAPPING = "pages/reference/mapping.py"
# The pages that the navigation does not name, and the one from which each is opened.
ABOVE = {
    "list": ("Metrics", "pages/reference/metrics.py"),
    "present": ("Board pack", "pages/board/pack.py"),
    "mapping": ("Data health", HEALTH),
}


def show_link(label: str, page: str, **params: str) -> None:
    """A link to a page of the dashboard, with what that page reads from its address.

    Week, grain and scope are in it too, for whoever opens the link in a window of its own. Within
    the session Streamlit adds them a second time, so each value is passed on once only.
    """
    scope = {
        key: list(dict.fromkeys(st.query_params.get_all(key)))
        for key in KEYS
        if key in st.query_params
    }
    st.page_link(page, label=label, query_params={**scope, **params})


def show_way_back(page: str) -> None:
    """Above a page that the navigation does not name: where it belongs, as a link; nothing on any other."""
    if page not in ABOVE:
        return
    label, above = ABOVE[page]
    # The pack that is presented is the one to go back to; no other page reads this.
    packs = st.query_params.get_all("pack")[-1:]
    show_link(f":material/arrow_back: {label}", above, **({"pack": packs[0]} if packs else {}))
