"""The sidebar's scope, and the view of a rerun. The keys are the names in the URL: they are public.

A default leaves the URL clean; Streamlit drops a value that is no option.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from charts.theme import Mode
from metrics.periods import GRAINS, Period
from metrics.scope import Scope
from ui.cache import open_warehouse, read_periods, read_rows
from warehouse.identifiers import quote_identifier
from warehouse.publish import Warehouse

DIMENSIONS = ("segment", "persona", "industry", "region")
KEYS = ("week", "grain", *DIMENSIONS)


@dataclass(frozen=True)
class View:
    """What this rerun shows: one build, one week, one scope."""

    warehouse: Warehouse
    week: Period | None
    grain: str
    scope: Scope
    currency: str
    as_of: date | None
    settings: dict[str, object]
    mode: Mode

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that the scope narrows, with their values."""
        return {name: getattr(self.scope, name) for name in self.scope.used()}


def show_scope() -> View:
    """Draw the sidebar and keep the view in the session; StandingError without a warehouse."""
    warehouse = open_warehouse()
    info = (read_rows(warehouse, "select * from build_info") or [{}])[0]
    settings = (read_rows(warehouse, "select * from settings") or [{}])[0]
    with st.sidebar:
        week = _choose_week(read_periods(warehouse))
        grain = st.selectbox(
            "Grain", GRAINS, key="grain", bind="query-params",
            help="Of the values in the metric reference; the weekly review is always by week.",
        )  # fmt: skip
        chosen = {name: _choose_values(warehouse, name) for name in DIMENSIONS}
        st.caption(f"Data as of {info.get('as_of') or 'no date'}. Build {warehouse.build_id}.")
    view = View(
        warehouse, week, grain or GRAINS[0], Scope.from_values(chosen),
        info.get("reporting_currency") or "", info.get("as_of"), settings, _mode(),
    )  # fmt: skip
    st.session_state.view = view
    return view


def get_view() -> View:
    """The view that app.py made for this rerun."""
    return st.session_state.view


def describe_week(week: Period) -> str:
    """'9 to 15 Nov 2026'."""
    last = week.end - timedelta(days=1)
    month = "" if week.start.month == last.month else f" {week.start:%b}"
    return f"{week.start.day}{month} to {last.day} {last:%b %Y}"


def describe_scope(view: View) -> str:
    """'All customers', or the values of each narrowed dimension."""
    parts = [f"{name}: {', '.join(values)}" for name, values in view.chosen.items()]
    return "; ".join(parts) or "All customers"


def _choose_week(weeks: list[Period]) -> Period | None:
    """The newest closed week unless another is chosen; None where the data has no week."""
    if not weeks:
        return None
    newest_first = {week.start.isoformat(): week for week in reversed(weeks)}
    default = next((i for i, week in enumerate(newest_first.values()) if week.is_closed), 0)
    start = st.selectbox(
        "Week of Monday", list(newest_first), index=default, key="week", bind="query-params"
    )
    return newest_first.get(start or "", list(newest_first.values())[default])


def _choose_values(warehouse: Warehouse, dimension: str) -> list[str]:
    """The chosen values of a dimension, none meaning all; no widget where the build has none."""
    name = quote_identifier(dimension)
    rows = read_rows(warehouse, f"select distinct {name} as value from slices")
    values = sorted(row["value"] for row in rows if row["value"] is not None)
    if not values:
        return []
    return st.multiselect(
        dimension.capitalize(), values, key=dimension, bind="query-params", placeholder="All"
    )


def _mode() -> Mode:
    return "dark" if st.context.theme.type == "dark" else "light"
