"""The sidebar's scope, and the view of a rerun. The keys are the names in the URL: they are public.

A default leaves the URL clean; Streamlit drops a value that is no option.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from charts.theme import Mode
from metrics.periods import GRAINS, Period, describe_week, label_period
from metrics.scope import Scope
from ui.cache import open_warehouse, read_periods, read_rows
from warehouse.identifiers import quote_identifier
from warehouse.publish import Warehouse

DIMENSIONS = ("segment", "persona", "industry", "region")
KEYS = ("week", "grain", *DIMENSIONS)
MARKDOWN = "\\`*_{}[]()#+!|<>~$:^&"


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
    def key(self) -> Hashable:
        """What is shown of a build, and in which colours: the key of what is remembered of it."""
        return self.week, self.grain, self.scope, self.mode

    @property
    def minimum(self) -> float:
        """The denominator under which counts stand alone."""
        return float(str(self.settings["minimum_denominator"]))

    @property
    def first_month(self) -> int:
        """The first month of the fiscal year, 1 to 12."""
        return int(str(self.settings.get("fiscal_year_first_month", 1)))

    @property
    def dimensions(self) -> list[str]:
        """By what this build can break its numbers down."""
        named = self.settings.get("dimensions")
        return [str(each) for each in named] if isinstance(named, list) else []

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that the scope narrows, with their values."""
        return {name: getattr(self.scope, name) for name in self.scope.used()}


def show_scope() -> View:
    """Draw the sidebar and keep the view in the session; StandingError without a warehouse."""
    warehouse = open_warehouse()
    info = (read_rows(warehouse, "select * from build_info") or [{}])[0]
    settings = (read_rows(warehouse, "select * from settings") or [{}])[0]
    weeks = read_periods(warehouse)
    values = {name: _list_values(warehouse, name) for name in DIMENSIONS}
    options = {"week": [week.start.isoformat() for week in weeks], "grain": GRAINS, **values}
    # What its widget does not know, Streamlit takes out of the address when it draws the widget.
    asked = {key: st.query_params.get_all(key) for key in options}
    with st.sidebar:
        week = _choose_week(weeks)
        grain = st.selectbox(
            "Grain", GRAINS, key="grain", bind="query-params",
            help="The periods of tiers, churn, the rows behind a number and the metric reference; the "
            "weekly review, movement and velocity are by week, lifetime value is by quarter. Shown "
            "is the newest period that is over by the end of the week above.",
        )  # fmt: skip
        chosen = {name: _choose_values(name, values[name]) for name in DIMENSIONS}
        st.caption(f"Data as of {info.get('as_of') or 'no date'}. Build {warehouse.build_id}.")
    for key, known in options.items():
        tell_unknown(key, asked[key], known)
    view = View(
        warehouse, week, grain or GRAINS[0], Scope.from_values(chosen),
        info.get("reporting_currency") or "", info.get("as_of"), settings, _mode(),
    )  # fmt: skip
    st.session_state.view = view
    # A page whose numbers all rest on inferred terms says so for its downloads (ui/basis.py).
    st.session_state.basis = None
    # So does one whose numbers all rest on assumptions (ui/assumed.py).
    st.session_state.assumed = None
    return view


def get_view() -> View:
    """The view that app.py made for this rerun."""
    return st.session_state.view


def period_of(view: View, grain: str | None = None) -> Period | None:
    """The newest closed period of a grain (the sidebar's) that ends by the end of the shown week.

    None where the data has none.
    """
    if view.week is None:
        return None
    closed = [
        each
        for each in read_periods(view.warehouse, grain or view.grain)
        if each.is_closed and each.end <= view.week.end
    ]
    return closed[-1] if closed else None


def describe_period(view: View, period: Period) -> str:
    """'Week of 9 to 15 Nov 2026', 'Month Oct 2026', 'Quarter Q3 2026'."""
    if period.grain == "week":
        return f"Week of {describe_week(period)}"
    first_month = view.first_month
    return f"{period.grain.capitalize()} {label_period(period.grain, period.start, first_month)}"


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


def _list_values(warehouse: Warehouse, dimension: str) -> list[str]:
    name = quote_identifier(dimension)
    rows = read_rows(warehouse, f"select distinct {name} as value from slices")
    return sorted(row["value"] for row in rows if row["value"] is not None)


def _choose_values(dimension: str, values: list[str]) -> list[str]:
    """The chosen values of a dimension, none meaning all; no widget where the build has none."""
    if not values:
        return []
    return st.multiselect(
        dimension.capitalize(), values, key=dimension, bind="query-params", placeholder="All"
    )


def tell_unknown(key: str, asked: Collection[str], options: Collection[str]) -> None:
    """Say which values of the address are none of the options, instead of dropping them silently.

    Not as a toast: it has no name for a screen reader.
    """
    for value in dict.fromkeys(asked):
        if value not in options:
            # Markdown is read here, and the address may come from anybody.
            shown = plain_markdown(value[:80])
            st.info(
                f"The link asks for {to_words(key)} \u201c{shown}\u201d. There is none here, so it "
                "was left out."
            )


def to_words(name: str) -> str:
    """'size_band' -> 'size band'."""
    return name.replace("_", " ")


def plain_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{each}" if each in MARKDOWN else each for each in text)


def _mode() -> Mode:
    return "dark" if st.context.theme.type == "dark" else "light"
