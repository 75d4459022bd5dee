"""The drivers with n, now and before, and the rules that they follow."""

from typing import Any

import streamlit as st

from analyses.velocity import describe_rules, earlier, list_driver_rows, take_snapshot
from ui.cache import remember
from ui.filters import View
from ui.tables import show_table
from ui.velocity.pace import DEFAULT, Pace

YEAR = 52


@st.fragment
def show_definitions(pace: Pace, view: View) -> None:
    """Velocity and its drivers now, 13 weeks ago and a year ago, each with n."""
    st.markdown("**The four drivers, now and before**")
    rows = remember(view.warehouse, _list_drivers, view.key, pace, view.currency)
    show_table(rows, "velocity_drivers", "Sales velocity and its drivers with n, now and before")
    stages: list[str] = view.settings.get("qualified_stages") or []  # type: ignore[assignment]
    st.caption(describe_rules(stages))


def _list_drivers(pace: Pace, currency: str) -> list[dict[str, Any]]:
    befores = {
        "13 weeks ago": take_snapshot(pace.records, earlier(pace.week.start, int(DEFAULT))),
        "a year ago": take_snapshot(pace.records, earlier(pace.week.start, YEAR)),
    }
    return list_driver_rows(pace.now, befores, currency)
