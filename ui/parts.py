"""The depth of a page: one part at a time beneath the message, named in the address."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui.address import choose


@st.fragment
def show_parts(parts: Mapping[str, Callable[..., None]], *given: Any) -> None:
    """A switch between the parts, by their names, and the chosen one; the first by default.

    given: what each part is called with.
    """
    names = list(parts)
    chosen = choose(st.segmented_control, "Look deeper", names, "part", names[0], required=True)
    parts[chosen or names[0]](*given)
