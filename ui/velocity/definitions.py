"""Velocity as others define it, the drivers with n, and the rules that they follow."""

from datetime import date
from typing import Any

import streamlit as st

from analyses.deal_quality import describe_deal_quality, find_deal_quality
from analyses.velocity.rows import list_driver_rows
from analyses.velocity.snapshot import earlier, take_snapshot
from analyses.velocity.variants import (
    DIFFERENCE,
    VARIANTS,
    describe_identity,
    describe_variants,
    list_cycle_row,
    list_variant_rows,
    list_variants,
)
from analyses.velocity.words import describe_rules
from ui.cache import ask, remember
from ui.charts import show_title
from ui.definitions import show_all_definitions
from ui.drill import read_drill, read_span
from ui.filters import View
from ui.tables import show_table
from ui.velocity.pace import DEFAULT, Pace, read_samples

YEAR = 52


@st.fragment
def show_definitions(pace: Pace, view: View) -> None:
    """V1, V2, V3 and realised side by side; then the drivers now, 13 weeks ago and a year ago."""
    _show_variants(pace, view)
    st.markdown("**The four drivers, now and before**")
    rows = _list_drivers(pace, view)
    show_table(rows, "velocity_drivers", "Sales velocity and its drivers with n, now and before")
    quality = ask(view.warehouse, find_deal_quality, pace.week.end, view.scope)
    if remark := describe_deal_quality(quality):
        st.text(remark)
    stages: list[str] = view.settings.get("qualified_stages") or []  # type: ignore[assignment]
    st.caption(describe_rules(stages))


def _show_variants(pace: Pace, view: View) -> None:
    week, currency = pace.week.start, view.currency
    created = read_drill(view, "created_deals", read_span(view, pace.week)).count
    variants = remember(
        view.warehouse, list_variants, view.key, pace.records, week, created, currency, view.minimum
    )
    title = describe_variants(variants, currency)
    show_title(
        title, "velocity_variants", lambda: show_all_definitions(VARIANTS, view), "Definitions"
    )
    rows = list_variant_rows(variants, currency)
    show_table(rows, "velocity_by_definition", "Sales velocity by four definitions")
    st.text(DIFFERENCE)
    if identity := describe_identity(pace.records, week, currency):
        st.text(identity)


def _list_drivers(pace: Pace, view: View) -> list[dict[str, Any]]:
    now = pace.week.start
    weeks: dict[str, date] = {
        "13 weeks ago": earlier(now, int(DEFAULT)),
        "a year ago": earlier(now, YEAR),
    }
    befores = {
        when: take_snapshot(
            pace.records, week, samples=read_samples(view, week + (pace.week.end - now))
        )
        for when, week in weeks.items()
    }
    return [
        *list_driver_rows(pace.now, befores, view.currency, view.minimum),
        list_cycle_row(pace.records, {"now": now} | weeks, view.currency),
    ]
