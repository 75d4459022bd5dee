"""What a number means: definition, formula, SQL, n and the settings that it depends on."""

from collections.abc import Sequence

import streamlit as st

from analyses.formats import format_range, format_value
from charts.trend import Trend, describe_trend, plot_trend
from charts.theme import PLOTLY_CONFIG
from metrics.engine import Record
from metrics.periods import label_period
from metrics.reasons import REASONS
from metrics.registry import Metric
from ui.cache import read_metrics
from ui.filters import View
from ui.tables import show_table

DIRECTIONS = {"up": "higher is better", "down": "lower is better", "none": "neither way is better"}
UNITS = {
    "percent": "percent",
    "points": "points",
    "count": "count",
    "currency": "currency",
    "currency_per_day": "currency per day",
    "days": "days",
    "ratio": "ratio",
}


def show_definition(metric: Metric, view: View) -> None:
    """Definition, formula, caveat, SQL and settings."""
    st.markdown(f"**{metric.label}** (`{metric.id}`, version {metric.version})")
    st.markdown(metric.definition)
    st.code(metric.formula, language=None, wrap_lines=True)
    st.caption(f"Beware: {metric.caveat}")
    st.caption(
        f"{UNITS[metric.unit].capitalize()}, {describe_direction(metric)}. "
        f"Owner: {metric.owner}. Source: {metric.source}."
    )
    if metric.settings:
        used = [{"setting": name, "value": _show(view.settings.get(name))} for name in metric.settings]
        show_table(used, f"settings_{metric.id}", "Settings that the number depends on", None, None, False)
    st.caption(f"The SQL, over scoped views; the same from `python cli.py explain {metric.id}`:")
    st.code(metric.sql, language="sql")


def show_details(metric_id: str, key: str, records: Sequence[Record], view: View) -> None:
    """A small button; what it opens is only made when it is open."""
    details = st.popover("Details", type="tertiary", key=f"details_{key}", on_change="rerun")
    if details.open:
        with details:
            shown = [record for record in records if view.week and record.period_start <= view.week.start]
            show_table(to_history(shown[-13:], view.currency), f"history_{key}", "Last 13 values")
            show_definition(read_metrics()[metric_id], view)


def to_history(records: Sequence[Record], currency: str) -> list[dict[str, object]]:
    """Rows of a table: period, value in words, n, interval, or why there is none."""
    return [
        {
            "period": record.period_start,
            **({"member": record.member} if record.member else {}),
            "value": format_value(_number(record.value), record.unit, currency),
            "numerator": _number(record.numerator),
            "denominator": _number(record.denominator),
            "95 % interval": format_range(record.low, record.high, record.unit, currency)
            if record.low is not None
            else "",
            "why missing": REASONS.get(record.reason or "", ""),
        }
        for record in reversed(records)
    ]


def describe_direction(metric: Metric) -> str:
    """'lower is better', or the direction of each member."""
    if metric.good in DIRECTIONS:
        return DIRECTIONS[metric.good]
    goods = (f"{member.replace('_', ' ')} {good}" for member, good in metric.good_by_member)
    return f"good directions: {', '.join(goods)}"


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _show(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
