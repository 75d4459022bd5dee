"""What stands below the first screen: one part at a time, so that the page stays calm."""

import streamlit as st

from ui.address import choose
from ui.filters import View
from ui.velocity.definitions import show_definitions
from ui.velocity.pace import Pace
from ui.velocity.segments import show_segments
from ui.velocity.stages import show_stages
from ui.velocity.win_rate import show_win_rate

# By the names in the address.
PARTS = {
    "drivers": ("Drivers and definitions", show_definitions),
    "segments": ("By segment", show_segments),
    "win": ("Win rate", show_win_rate),
    "stages": ("Cycle and stages", show_stages),
}
DEFAULT = "drivers"


@st.fragment
def show_part(pace: Pace, view: View) -> None:
    """The choice of a part, and the part."""
    chosen = choose(
        st.segmented_control, "Look closer", list(PARTS), "part", DEFAULT, required=True,
        format_func=lambda name: PARTS[name][0],
    )  # fmt: skip
    _, show = PARTS[chosen or DEFAULT]
    show(pace, view)
