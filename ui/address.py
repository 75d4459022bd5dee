"""Choices of one page, kept in its address.

The address is where a choice lives: the widget only shows it and writes it back. Streamlit's own
bind="query-params" does so for what stands on every page (ui/filters.py); bound on a single page, it
leaves an address without the choice in the browser's history, and Back would go there first.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from ui.filters import tell_unknown

Widget = Callable[..., Any]


def choose(
    widget: Widget,
    label: str,
    options: Sequence[str],
    key: str,
    default: str | None = None,
    **more: Any,
) -> str | None:
    """Draw a widget of one choice (selectbox, segmented_control, pills) and return the choice.

    key is the name in the address, which holds the option itself and nothing for the default. An
    option that the address names and that does not exist is told and left out.
    """
    tell_unknown(key, options)
    asked = st.query_params.get(key)
    chosen = asked if asked in options else default
    st.session_state[key] = chosen
    if widget is st.selectbox:
        more = {"index": None, **more}
    widget(label, options, key=key, on_change=_keep, args=(key, default), **more)
    return chosen


def write_text(label: str, key: str, **more: Any) -> str:
    """Draw a field of free text that is kept in the address; what stands in it, trimmed."""
    st.session_state[key] = st.query_params.get(key, "")
    st.text_input(label, key=key, on_change=_keep, args=(key, ""), **more)
    return st.query_params.get(key, "").strip()


def _keep(key: str, default: str | None) -> None:
    chosen = st.session_state[key]
    if chosen in (None, default):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
