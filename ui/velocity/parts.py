"""What stands below the first screen: one part at a time, so that the page stays calm."""

from collections.abc import Callable

import streamlit as st

from ui.address import choose
from ui.filters import View
from ui.velocity.aided import show_aided
from ui.velocity.cycle import show_cycle
from ui.velocity.definitions import show_definitions
from ui.velocity.pace import Pace
from ui.velocity.segments import show_segments
from ui.velocity.win_rate import show_win_rate
from ui.why import show_why

# By their names on the page and in the address.
PARTS: dict[str, Callable[[Pace, View], None]] = {
    "definitions": show_definitions,
    "why it moved": lambda _, view: show_why(view, "velocity", "week"),
    "segments": show_segments,
    "win rate": show_win_rate,
    "cycle and stages": show_cycle,
    "customers' help": show_aided,
}


@st.fragment
def show_parts(pace: Pace, view: View) -> None:
    """A switch between the parts, and the chosen one; the first by default."""
    names = list(PARTS)
    chosen = choose(st.segmented_control, "Look deeper", names, "part", names[0], required=True)
    PARTS[chosen or names[0]](pace, view)
