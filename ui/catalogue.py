"""The metric reference: the list with its values, one metric's history and worked example."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from analyses.formats import format_of, format_value, to_float
from analyses.sentences import describe_reason
from analyses.signals import Point
from analyses.weekly import to_points
from charts.chart import Chart
from metrics.engine import Record
from metrics.periods import label_period
from metrics.registry import Metric
from ui.address import choose
from ui.basis import read_basis
from ui.cache import (
    evaluate_metric,
    read_metrics,
    read_missing,
    read_periods,
    remember,
)
from ui.charts import remember_chart, show_chart
from ui.definitions import (
    DIRECTIONS,
    TREND_PERIODS,
    UNITS,
    describe_direction,
    describe_missing_tables,
    format_interval,
    to_history,
)
from ui.details import show_links_behind
from ui.filters import View
from ui.restated import find_restated, show_bridges
from ui.tables import show_table
from ui.trends import build_trend
from ui.written.beside import show_written

# Wide enough for '1,246 of 1,251' and '+1.9 to +9.0 points': a width is guessed from the first rows.
VALUE_COLUMNS = {
    "counts": st.column_config.TextColumn(width=120),
    "95 % interval": st.column_config.TextColumn(width=150),
}


def choose_metric() -> Metric | None:
    """The metric that the URL or the reader names; None shows all."""
    metrics = read_metrics()
    name = choose(
        st.selectbox, "Metric", list(metrics), "metric", placeholder="All metrics: type to search",
        format_func=lambda each: f"{metrics[each].label} ({each})",
    )  # fmt: skip
    return metrics.get(name or "")


def list_values(view: View) -> list[dict[str, object]]:
    """One row a metric and member: its last closed value in the view's grain and scope."""
    return remember(view.warehouse, _list_values, view.key, view)


def _list_values(view: View) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    until = last_period(view)
    missing = read_missing(view.warehouse)
    basis = read_basis(view)
    for metric in read_metrics().values():
        for record in _records(metric, view):
            if record.period_start != until:
                continue
            rows.append(
                {
                    "metric": name_number(metric, record.member),
                    "value": format_value(to_float(record.value), metric.unit, view.currency),
                    "counts": describe_counts(record),
                    "95 % interval": format_interval(record, view.currency),
                    "period": label_period(view.grain, record.period_start, view.first_month),
                    "why missing": describe_reason(record.reason, missing.get(metric.id, ())),
                    **({"basis": record.basis or ""} if basis else {}),
                    "unit": UNITS[metric.unit],
                    "better": _direction(metric, record.member),
                    "owner": metric.owner,
                    "definition": metric.definition,
                    "id": metric.id,
                }
            )
    return rows


@st.fragment
def show_metric_trend(metric: Metric, view: View) -> None:
    """The history of a metric, one chart a member, and the table behind it."""
    missing = read_missing(view.warehouse).get(metric.id)
    if missing:
        st.info(describe_missing_tables(missing))
        return
    until = last_period(view)
    records = [
        record
        for record in _records(metric, view)
        if record.reason != "partial_period" and record.period_start <= until
    ]
    members = metric.members or (None,)
    values = [float(record.value) for record in records if record.value is not None]
    scale = (min(values), max(values)) if values and len(members) > 1 else None
    for member in members:
        points = to_points(records, until, member=member)
        if points:
            chart = remember_chart(
                view, _chart_trend, (metric.id, member), metric, member, points, scale, view
            )
            show_chart(chart, f"trend_{metric.id}_{member}", view)
    show_bridges(view, metric.id, view.grain, until)
    show_links_behind(view, [metric.id], view.grain)
    show_table(
        to_history(
            records[-TREND_PERIODS * len(members) :],
            view.currency,
            restated=find_restated(view, view.grain),
        ),
        f"{metric.id}_{view.grain}",
        f"{metric.label} by {view.grain}",
    )
    if records:
        show_written(view, metric.id, view.grain, until, "reference")


def _chart_trend(
    metric: Metric,
    member: str | None,
    points: Sequence[Point],
    scale: tuple[float, float] | None,
    view: View,
) -> Chart:
    return build_trend(
        view, metric, points, view.grain, label=name_number(metric, member),
        has_targets=member is None, height=220 if len(metric.members) > 1 else 280, scale=scale,
    )  # fmt: skip


def show_example(metric: Metric) -> None:
    """The worked example of the definition: what the views hold, what the metric then says."""
    st.markdown("**Worked example**")
    for name, text in metric.example.tables:
        st.code(f"{name}\n{text.strip()}", language=None)
    answers = [
        f"{start}{f', {member}' if member else ''}: {'n/a' if value is None else f'{value:.10g}'}"
        for member, start, value in metric.example.expect
    ]
    st.code("\n".join(["gives", *answers]), language=None)


def name_number(metric: Metric, member: str | None) -> str:
    """'Customers by tier, actively dissatisfied'."""
    return metric.label + (f", {member.replace('_', ' ')}" if member else "")


def _records(metric: Metric, view: View) -> Sequence[Record]:
    return evaluate_metric(view.warehouse, metric.id, view.grain, view.scope)


def last_period(view: View) -> date:
    """The start of the last closed period that ends with the shown week, or before."""
    periods = read_periods(view.warehouse, view.grain)
    end = view.week.end if view.week else date.min
    return max(
        (each.start for each in periods if each.is_closed and each.end <= end), default=date.min
    )


def _direction(metric: Metric, member: str | None) -> str:
    """The member's direction; without its tables a metric has one record and no members."""
    return DIRECTIONS.get(metric.good_for(member)) or describe_direction(metric)


def describe_counts(record: Record) -> str:
    """'2 of 1,246' for a share of customers or deals; a share of money has no counts."""
    part, whole = record.numerator, record.denominator
    if record.unit != "percent" or not isinstance(part, int) or not isinstance(whole, int):
        return ""
    return format_of(part, whole)
