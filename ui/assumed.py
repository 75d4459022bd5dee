"""The assumptions of lifetime value on whatever is downloaded of it."""

from dataclasses import replace

import streamlit as st

from analyses.lifetime.assumptions import (
    describe_assumed,
    describe_assumptions,
    read_assumptions,
)
from ui.cache import read_metrics
from ui.filters import View


def assumed_of(metric: str, view: View) -> str | None:
    """With which assumptions a metric is computed; None for one that needs none."""
    if not metric:
        return None
    return describe_assumed(read_metrics()[metric], read_assumptions(view.settings))


def assume_on_page(view: View) -> None:
    """From now on every download of the page says the assumptions of lifetime value."""
    st.session_state.assumed = say_assumptions(view)


def say_assumptions(view: View) -> str:
    """Those of lifetime value. Acquisition cost is deducted in the message alone, or in a row that says
    so: no table holds values after it."""
    return describe_assumptions(replace(read_assumptions(view.settings), after_cac=False))
