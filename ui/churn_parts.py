"""The depth of the churn page: one part at a time beneath the message, named in the address."""

from collections.abc import Callable, Mapping

import streamlit as st

from ui.address import choose
from ui.churn import Churn


@st.fragment
def show_parts(churn: Churn, parts: Mapping[str, Callable[[Churn], None]]) -> None:
    """A switch between the parts, by their names, and the chosen one; the first by default."""
    names = list(parts)
    st.divider()
    chosen = choose(st.segmented_control, "Look deeper", names, "part", names[0])
    parts[chosen or names[0]](churn)
