"""What a number means: definition, formula, SQL, n and the settings that it depends on."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from analyses.formats import format_range, format_value, to_float
from analyses.restated import describe_restated
from analyses.sentences import describe_reason
from exports.definitions import describe_interval
from ledger.restated import Key, Restatement
from metrics.engine import Record
from metrics.registry import Metric
from ui.basis import basis_of, describe_inferred
from ui.cache import read_metrics
from ui.filters import View

TREND_PERIODS = 104
DIRECTIONS = {"up": "higher is better", "down": "lower is better", "none": "neither way is better"}
UNITS = {
    "percent": "percent",
    "points": "points",
    "count": "count",
    "currency": "currency",
    "currency_per_day": "currency per day",
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "per_week": "per week",
    "ratio": "ratio",
}


def describe_unit(unit: str, currency: str) -> str:
    """'EUR per day' where the metric reference says 'currency per day'."""
    return UNITS[unit].replace("currency", currency or "currency")


def show_definition(metric: Metric, view: View) -> None:
    """Definition, formula, caveat, SQL and settings."""
    st.markdown(f"**{metric.label}** (`{metric.id}`, version {metric.version})")
    if basis := basis_of(metric.id, view):
        st.markdown(f"**{basis.capitalize()}.** {describe_inferred(view)}")
    st.markdown(metric.definition)
    st.code(metric.formula, language=None, wrap_lines=True)
    st.caption(f"Beware: {metric.caveat}")
    st.caption(
        f"{UNITS[metric.unit].capitalize()}, {describe_direction(metric)}. "
        f"Owner: {metric.owner}. Source: {metric.source}. Interval: {describe_interval(metric)}."
    )
    if metric.settings:
        used = [f"{name} = {_describe_setting(name, view)}" for name in metric.settings]
        st.caption("It depends on these settings of the build:")
        st.code("\n".join(used), language=None)
    st.caption(f"The SQL, over scoped views; the same from `python cli.py explain {metric.id}`:")
    st.code(metric.sql, language="sql")


def show_all_definitions(names: Iterable[str], view: View) -> None:
    """show_definition of several metrics, by their ids."""
    for name in names:
        show_definition(read_metrics()[name], view)


def to_history(
    records: Sequence[Record],
    currency: str,
    missing: Sequence[str] = (),
    restated: Mapping[Key, Restatement] | None = None,
) -> list[dict[str, object]]:
    """Rows of a table: period, value in words, n, interval, or why there is none; what was reported first."""
    told = {
        record: describe_restated(found, currency)
        for record in records
        if (found := (restated or {}).get(_key(record)))
    }
    return [
        {
            "period": record.period_start,
            **({"member": record.member} if record.member else {}),
            "value": format_value(to_float(record.value), record.unit, currency),
            "numerator": to_float(record.numerator),
            "denominator": to_float(record.denominator),
            "95 % interval": format_interval(record, currency),
            "why missing": describe_reason(record.reason, missing),
            **({"basis": record.basis} if record.basis else {}),
            **({"restated": told.get(record, "")} if told else {}),
        }
        for record in reversed(records)
    ]


def _key(record: Record) -> Key:
    return record.metric, record.breakdown, record.member, record.period_start


def format_interval(record: Record, currency: str) -> str:
    """'0.3-2.6 %', or nothing where the metric has no interval."""
    if record.low is None or record.high is None:
        return ""
    return format_range(record.low, record.high, record.unit, currency)


def describe_missing_tables(tables: Sequence[str]) -> str:
    """What to do about tables that the export lacks."""
    return f"This export has no {', '.join(tables)}: map it in warehouse/sources and build again."


def describe_direction(metric: Metric) -> str:
    """'lower is better', or the direction of each member."""
    if metric.good in DIRECTIONS:
        return DIRECTIONS[metric.good]
    goods = (f"{member.replace('_', ' ')} {good}" for member, good in metric.good_by_member)
    return f"good directions: {', '.join(goods)}"


def _describe_setting(name: str, view: View) -> str:
    """The value in force; what an empty one stands for."""
    value = view.settings.get(name)
    if name == "reporting_currency":
        return view.currency or "none"
    if name == "qualified_stages" and not value:
        return "every open stage"
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
