"""The observed survival curve, the value by quarter, by the values of a dimension, and by tier."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from analyses.lifetime.assumptions import find_margins
from analyses.lifetime.floor import describe_floor, find_floors
from analyses.lifetime.margins import find_monthly_margins
from analyses.lifetime.observed import (
    compute_lifetime,
    find_curves,
)
from analyses.lifetime.tables import (
    Part,
    find_number,
    list_part_rows,
)
from analyses.sentences import describe_reason
from analyses.signals import Point
from analyses.weekly import to_points
from charts.chart import Chart
from charts.lifetime import build_curve_chart, build_parts_chart, with_reach
from charts.velocity import add_line
from metrics.periods import format_date
from ui.address import choose
from ui.cache import ask, evaluate_metric, read_metrics, remember
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.lifetime.worth import Worth, per_customer
from ui.tables import show_table
from ui.trends import build_trend

ROOM = 1.04  # of the axis beyond the highest value


@st.fragment
def show_trend(worth: Worth, view: View) -> None:
    """Both values by quarter, on the axis of the values by dimension; no verdict, since the history
    grows."""
    points = to_points(worth.records["ltv_km"], worth.quarter.start)
    if not any(point.value is not None for point in points):
        st.caption("No lifetime value in any quarter so far.")
        return
    by = st.query_params.get("by", view.dimensions[0] if view.dimensions else "")
    parts = _remember_parts(worth, view, by) if by in view.dimensions else []
    reach = _find_reach(worth, parts)
    chart = remember_chart(view, _chart_trend, reach, worth, view, points, reach)
    show_chart(chart, "lifetime_trend", view)
    floor = worth.floors.get(worth.quarter.start)
    if floor:
        st.caption(f"If churn stays: {plain_markdown(describe_floor(floor, view.currency))}.")


def _chart_trend(worth: Worth, view: View, points: Sequence[Point], reach: float) -> Chart:
    n = f"n = {worth.curve.spells:,} stays; " if worth.curve else ""
    chart = build_trend(
        view, read_metrics()["ltv_km"], points, "quarter",
        title="The value rises because the history grows: no trend to read into it",
        label=f"Lifetime value; {n}dash-dotted: if the churn of the last 13 weeks stays",
        height=300,
    )  # fmt: skip
    simple = [each for each in worth.constant if each.period_start <= worth.quarter.start]
    chart = add_line(chart, simple, "if churn stays", view.currency, view.mode)
    return with_reach(chart, reach)


@st.fragment
def show_curve(worth: Worth, view: View) -> None:
    """The observed survival curve that the value is computed from."""
    if worth.curve is None or not worth.curve.shown:
        st.markdown("**Survival curve: n/a**")
        st.text("Fewer than 10 customers were watched, too few to draw a curve.")
        return
    last = worth.quarter.end - timedelta(days=1)
    until = format_date(last)
    chart = remember_chart(
        view, build_curve_chart, None, worth.curve, worth.assumptions, until, view.mode
    )
    show_chart(chart, "curve", view)


@st.fragment
def show_values(worth: Worth, view: View) -> None:
    """Lifetime value by the values of one dimension, each with its own curve."""
    dimensions = view.dimensions
    if not dimensions:
        st.caption("The settings name no dimension to compare by.")
        return
    by = choose(st.selectbox, "Value by", dimensions, "by", dimensions[0]) or dimensions[0]
    parts = _remember_parts(worth, view, by)
    if not parts:
        st.caption(f"No customer has a {by}.")
        return
    reach = _find_reach(worth, parts)
    chart = remember_chart(
        view, build_parts_chart, by, parts, by, worth.name, view.currency, view.mode, reach
    )
    show_chart(chart, "parts", view)
    with st.expander("The same as a table, with constant retention and counts"):
        show_table(
            list_part_rows(parts, by, view.currency), f"lifetime_by_{by}", f"Lifetime value by {by}"
        )


def _remember_parts(worth: Worth, view: View, by: str) -> list[Part]:
    return remember(view.warehouse, _find_parts, (view.key, by), worth, view, by)


def _find_reach(worth: Worth, parts: Sequence[Part]) -> float:
    """The end of the axis of value, one for the page."""
    highs = [each.lifetime.high for each in parts if each.lifetime and each.lifetime.high]
    values = [each.value for each in parts if each.value is not None]
    return ROOM * (max([worth.highest, *highs, *values]) or 1.0)


def _find_parts(worth: Worth, view: View, by: str) -> list[Part]:
    """One part a value of the dimension, the largest value first."""
    start = worth.quarter.start
    found = {
        name: evaluate_metric(view.warehouse, name, "quarter", view.scope, by, start)
        for name in ("ltv_km", "ltv_simple", "mrr", "cust_active")
    }
    curves = ask(view.warehouse, find_curves, worth.quarter.end, view.scope, by)
    margins = ask(view.warehouse, find_margins, "quarter", start, view.scope, by)
    paid = ask(view.warehouse, find_monthly_margins, worth.quarter.end, view.scope, by)
    floors = ask(view.warehouse, find_floors, "quarter", view.scope, by)
    parts: list[Part] = []
    for record in found["ltv_km"]:
        customers = find_number(found["cust_active"], record)
        curve, mrr = (
            curves.get(record.breakdown),
            per_customer(find_number(found["mrr"], record), customers),
        )
        lifetime = None
        if curve is not None and mrr is not None:
            own = replace(worth.assumptions, gross_margin=margins[record.breakdown])
            lifetime = compute_lifetime(curve, mrr, own, paid.get(record.breakdown))
        parts.append(
            Part(
                record.breakdown or "unknown",
                lifetime,
                None if record.value is None else float(record.value),
                find_number(found["ltv_simple"], record),
                int(customers or 0),
                describe_reason(record.reason) or (lifetime.reason if lifetime else ""),
                floors.get((start, record.breakdown)),
            )
        )
    return sorted(parts, key=lambda part: -(part.value or 0))
