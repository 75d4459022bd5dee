"""Choices of one page, kept in its address.

The address is where a choice lives: the widget only shows it and writes it back. Streamlit's own
bind="query-params" does so for what stands on every page (ui/filters.py); bound on a single page, it
leaves an address without the choice in the browser's history, and Back would go there first.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    told: AbstractContextManager[Any] | None = None,
    **more: Any,
) -> str | None:
    """Draw a widget of one choice (selectbox, segmented_control, pills) and return the choice.

    key is the name in the address, which holds the option itself and nothing for the default. An
    option that the address names and that does not exist is told, in `told` or above the widget, and
    left out.
    """
    asked = st.query_params.get(key)
    with told or nullcontext():
        tell_unknown(key, [asked] if asked else [], options)
    chosen = asked if asked in options else default
    st.session_state[key] = chosen
    if widget is st.selectbox and default is None:
        more = {"index": None, **more}
    widget(label, options, key=key, on_change=_take, args=(key, default), **more)
    return chosen


def write_text(label: str, key: str, **more: Any) -> str:
    """Draw a field of free text that is kept in the address; what stands in it, trimmed."""
    st.session_state[key] = st.query_params.get(key, "")
    st.text_input(label, key=key, on_change=_take, args=(key, ""), **more)
    return st.query_params.get(key, "").strip()


def carry_click(clicked: Sequence[Any], chart: str, name: str) -> None:
    """Write a new click on a chart into the address, under the name of the choice that it makes.

    Call it before the choice is drawn. A mark stays selected when the choice is cleared: only a
    change of the chart's own selection is a click.
    """
    for value in take_click(clicked, chart):
        keep(name, str(value))


def take_click(clicked: Sequence[Any], chart: str) -> list[Any]:
    """The customdata of the mark that was clicked just now, in a list; empty without a new click."""
    value = clicked[0] if clicked else None
    is_new = value is not None and value != st.session_state.get(f"{chart}_clicked")
    st.session_state[f"{chart}_clicked"] = value
    return [value] if is_new else []


def keep(key: str, chosen: str | None, default: str | None = None) -> None:
    """Write a choice into the address, as a click on a chart or a cell does."""
    if chosen in (None, default):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = str(chosen)


def _take(key: str, default: str | None) -> None:
    keep(key, st.session_state[key], default)
