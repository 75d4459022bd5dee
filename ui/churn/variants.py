"""The churn page's part on definitions: all in use side by side, and one of them over time."""

from collections.abc import Sequence

import streamlit as st

from analyses.signals import Point
from analyses.variants import (
    ANNUAL,
    DEFINITIONS,
    HAZARD,
    METRICS,
    Variant,
    compute_variants,
    describe_annual,
    describe_difference,
    describe_variant,
    to_chances,
)
from analyses.weekly import to_points
from charts.chart import Chart
from charts.variants import chart_variants
from ui.address import carry_click, choose
from ui.cache import evaluate_metric, read_metrics, read_periods, remember
from ui.charts import remember_chart, show_chart
from ui.churn.headline import Churn, find_record
from ui.details import show_links_behind
from ui.filters import plain_markdown
from ui.trends import build_trend

SHARES = {
    name: st.column_config.NumberColumn(name, format="percent") for name in ("churn", "low", "high")
}


@st.fragment
def show_variants(churn: Churn) -> None:
    """Six definitions on one period; the one that is chosen explained and drawn over time."""
    view = churn.view
    variants = remember(view.warehouse, _compute, view.key, churn)
    chart = remember_chart(view, chart_variants, "variants", variants, churn.name, view.mode)
    carry_click(
        show_chart(chart, "variants", view, selection=True, columns=SHARES),
        "variants",
        "definition",
    )
    annual = describe_annual(find_record(churn, ANNUAL), churn.period.grain, view.minimum)
    if annual:
        st.text(annual)
    keys = [each.key for each in DEFINITIONS]
    chosen = choose(st.segmented_control, "Churn counted as", keys, "definition", keys[0])
    variant = next(each for each in variants if each.definition.key == (chosen or keys[0]))
    st.markdown(plain_markdown(describe_difference(variant, variants[0])))
    _show_trend(churn, variant)
    show_links_behind(view, [variant.definition.metric], churn.period.grain)


def _compute(churn: Churn) -> tuple[Variant, ...]:
    days = (churn.period.end - churn.period.start).days
    records = {metric: find_record(churn, metric) for metric in METRICS}
    return compute_variants(records, days, churn.view.minimum)


def _show_trend(churn: Churn, variant: Variant) -> None:
    view, metric = churn.view, variant.definition.metric
    records = evaluate_metric(view.warehouse, metric, churn.period.grain, view.scope)
    points = to_points(records, churn.period.start)
    if metric == HAZARD:
        periods = read_periods(view.warehouse, churn.period.grain)
        weeks = {each.start: (each.end - each.start).days / 7 for each in periods}
        points = to_chances(points, weeks)
    if len(points) < 2:
        st.caption("A trend needs two periods that are over.")
        return
    chart = remember_chart(view, _chart_trend, ("variant", metric), churn, variant, points)
    show_chart(chart, "variant_trend", view)


def _chart_trend(churn: Churn, variant: Variant, points: Sequence[Point]) -> Chart:
    metric = read_metrics()[variant.definition.metric]
    title = f"{variant.definition.label}: {describe_variant(variant)}"
    return build_trend(
        churn.view,
        metric,
        points,
        churn.period.grain,
        title=title,
        unit="percent",
        has_targets=False,
        height=220,
    )
