"""The lifetime value page's parts, from the cached numbers of a view. Always by quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from analyses.acquisition import find_spending
from analyses.lifetime import (
    Assumptions,
    Lifetime,
    compute_lifetime,
    find_curves,
    list_variations,
)
from analyses.lifetime_tables import (
    NO_TIER_LIFETIME,
    Part,
    describe_costs,
    describe_lifetime,
    describe_spending,
    describe_variations,
    find_number,
    list_assumptions,
    list_cost_rows,
    list_part_rows,
    list_tier_rows,
    list_variation_rows,
)
from analyses.sentences import describe_reason
from analyses.signals import Point
from analyses.survival import Curve
from analyses.weekly import find_record, to_points
from charts.chart import Chart
from charts.lifetime import build_curve_chart, build_parts_chart, with_reach
from charts.theme import TIER_LABELS
from charts.velocity import add_line
from metrics.engine import Record
from metrics.periods import Period, format_date
from ui.address import choose
from ui.basis import show_page_title
from ui.cache import ask, evaluate_metric, read_metrics, read_missing, remember
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_period, describe_scope, period_of, plain_markdown
from ui.nobody import describe_nobody
from ui.restated import describe, show_mark
from ui.tables import show_table
from ui.trends import build_trend

METRICS = ("ltv_km", "ltv_simple", "mrr", "cust_active", "cust_new", "churn_logo_13w")
ROOM = 1.04  # of the axis beyond the highest value
NO_QUARTER = "No quarter is over by the end of this week, so there is no lifetime value yet."


@dataclass(frozen=True)
class Worth:
    """The numbers of the page, at the end of the newest closed quarter."""

    quarter: Period
    name: str
    records: Mapping[str, Sequence[Record]]
    assumptions: Assumptions
    curve: Curve | None
    lifetime: Lifetime | None

    def number(self, metric: str) -> float | None:
        """The quarter's value of a metric."""
        record = find_record(self.records[metric], self.quarter.start)
        return None if record is None or record.value is None else float(record.value)

    @property
    def highest(self) -> float:
        """The largest value of either method in any quarter so far; 0 without any."""
        drawn = [*self.records["ltv_km"], *self.records["ltv_simple"]]
        seen = [each.value for each in drawn if each.period_start <= self.quarter.start]
        return max((float(value) for value in seen if value is not None), default=0.0)

    @property
    def mrr(self) -> float | None:
        """Monthly revenue of an average customer."""
        return _each(self.number("mrr"), self.number("cust_active"))


def load_worth(view: View) -> Worth | None:
    """None, with the reason on the page, where no quarter is over or there are no terms."""
    missing = read_missing(view.warehouse).get("ltv_km")
    quarter = period_of(view, "quarter")
    if missing or quarter is None:
        show_page_title("Lifetime value", view)
        st.info(describe_missing_tables(missing) if missing else NO_QUARTER)
        return None
    return remember(view.warehouse, _build_worth, view.key, view, quarter)


def _build_worth(view: View, quarter: Period) -> Worth:
    return _read_worth(view, quarter)


def find_lifetime(view: View) -> Lifetime | None:
    """The newest closed quarter's value with its interval; None where there is none."""
    quarter = period_of(view, "quarter")
    if quarter is None or read_missing(view.warehouse).get("ltv_km"):
        return None
    return _read_worth(view, quarter).lifetime


def _read_worth(view: View, quarter: Period) -> Worth:
    records = {
        name: evaluate_metric(view.warehouse, name, "quarter", view.scope) for name in METRICS
    }
    assumptions = read_assumptions(view)
    curve = ask(view.warehouse, find_curves, quarter.end, view.scope, None).get(None)
    name = describe_period(view, quarter).removeprefix("Quarter ")
    worth = Worth(quarter, name, records, assumptions, curve, None)
    if curve is None or worth.mrr is None:
        return worth
    lifetime = compute_lifetime(curve, worth.mrr, assumptions)
    return Worth(quarter, name, records, assumptions, curve, lifetime)


def read_assumptions(view: View) -> Assumptions:
    """Margin, discount rate and horizon that the build was made with."""
    return Assumptions(
        float(str(view.settings["gross_margin"])),
        float(str(view.settings["discount_rate_yearly"])),
        int(str(view.settings["ltv_horizon_months"])),
    )


def show_heading(worth: Worth, view: View) -> None:
    """The page, whose numbers it shows, the value with its interval, and what it rests on."""
    value = worth.number("ltv_km")
    show_page_title("Lifetime value", view)
    st.text(
        f"Quarter {worth.name}, the newest that is over. {describe_scope(view)}. "
        f"Data as of {view.as_of}."
    )
    message = describe_lifetime(value, worth.lifetime, view.currency)
    st.markdown(f"**{plain_markdown(message)}**")
    show_mark(describe(view, "ltv_km", "quarter", worth.quarter.start))
    used = worth.assumptions
    months = f"{worth.lifetime.months} months counted, " if worth.lifetime else ""
    st.text(
        f"{100 * used.gross_margin:g} % gross margin, {100 * used.discount_yearly:g} % discount a "
        f"year, {months}{used.horizon_months} at most. Before acquisition cost; nothing is projected "
        "beyond what was observed."
    )
    record = find_record(worth.records["ltv_km"], worth.quarter.start)
    if value is None:
        why = f"No value: {describe_reason(record.reason if record else None)}."
        st.info(f"{why} {describe_nobody(view)}".rstrip())
    elif worth.lifetime is not None:
        words = "95 % interval: chance in who stayed only; not of margin, MRR, discount or horizon."
        st.caption(f"{worth.lifetime.reason.capitalize()}." if worth.lifetime.reason else words)


@st.fragment
def show_trend(worth: Worth, view: View, reach: float) -> None:
    """Both values by quarter; no verdict, since the history grows. reach ends the axis."""
    points = to_points(worth.records["ltv_km"], worth.quarter.start)
    if not any(point.value is not None for point in points):
        st.caption("No lifetime value in any quarter so far.")
        return
    chart = remember_chart(view, _chart_trend, reach, worth, view, points, reach)
    show_chart(chart, "lifetime_trend", view)


def _chart_trend(worth: Worth, view: View, points: Sequence[Point], reach: float) -> Chart:
    n = f"n = {worth.curve.spells:,} stays; " if worth.curve else ""
    chart = build_trend(
        view, read_metrics()["ltv_km"], points, "quarter",
        title="The value rises because the history grows: no trend to read into it",
        label=f"Lifetime value; {n}dash-dotted: if the churn of the last 13 weeks stays",
        height=300,
    )  # fmt: skip
    simple = [
        each for each in worth.records["ltv_simple"] if each.period_start <= worth.quarter.start
    ]
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


def show_parts(worth: Worth, view: View) -> float:
    """Lifetime value by the values of one dimension, each with its own curve.

    Returns the end of the axis, which the trend shares.
    """
    reach = ROOM * (worth.highest or 1.0)
    dimensions = view.dimensions
    if not dimensions:
        return reach
    by = choose(st.selectbox, "Value by", dimensions, "by", dimensions[0]) or dimensions[0]
    parts = remember(view.warehouse, _find_parts, (view.key, by), worth, view, by)
    if not parts:
        st.caption(f"No customer has a {by}.")
        return reach
    highs = [each.lifetime.high for each in parts if each.lifetime and each.lifetime.high]
    reach = ROOM * max([worth.highest, *highs, *(each.value or 0.0 for each in parts)])
    _show_part_values(parts, by, worth.name, view, reach)
    return reach


@st.fragment
def _show_part_values(
    parts: Sequence[Part], by: str, quarter: str, view: View, reach: float
) -> None:
    chart = remember_chart(
        view, build_parts_chart, by, parts, by, quarter, view.currency, view.mode, reach
    )
    show_chart(chart, "parts", view)
    with st.expander("The same as a table, with constant retention and counts"):
        show_table(
            list_part_rows(parts, by, view.currency), f"lifetime_by_{by}", f"Lifetime value by {by}"
        )


def show_tiers(worth: Worth, view: View) -> None:
    """What customers of each tier pay, and why there is no lifetime value by tier."""
    st.markdown("**By tier: what a customer pays**")
    shares, money = [
        evaluate_metric(view.warehouse, name, "quarter", view.scope, None, worth.quarter.start)
        for name in ("adv_share", "adv_mrr")
    ]
    rows = list_tier_rows(shares, money, TIER_LABELS, worth.assumptions.gross_margin, view.currency)
    show_table(rows, "lifetime_tiers", "MRR and margin of a customer by tier")
    st.caption(f"Tiers as of the last Sunday of {worth.name}. {NO_TIER_LIFETIME}")


def show_assumptions(worth: Worth, view: View) -> None:
    """The assumption sheet: read from the settings that the build was made with."""
    st.markdown("**Assumption sheet**")
    metrics = read_metrics()
    months = worth.lifetime.months if worth.lifetime else None
    rows = list_assumptions(
        worth.assumptions, months, worth.mrr, int(worth.number("cust_active") or 0), view.currency,
        (metrics["ltv_km"].version, metrics["ltv_simple"].version),
    )  # fmt: skip
    show_table(rows, "assumptions", "Assumptions of lifetime value")
    st.caption(
        "Margin, discount rate and horizon are set in settings.toml; build again after a change."
    )


def show_variations(worth: Worth, view: View) -> None:
    """The value under other assumptions."""
    if worth.curve is None or worth.mrr is None:
        return
    variations = remember(
        view.warehouse, list_variations, view.key, worth.curve, worth.mrr, worth.assumptions
    )
    st.markdown(f"**{plain_markdown(describe_variations(variations, view.currency))}**")
    show_table(
        list_variation_rows(variations, view.currency),
        "variations",
        "Lifetime value under other assumptions",
    )


def show_costs(worth: Worth, view: View) -> None:
    """CAC, LTV to CAC and payback, or why there are none."""
    title = st.empty()
    title.markdown("**Lifetime value to acquisition cost (LTV to CAC), and payback**")
    tables = read_missing_costs(view)
    if tables:
        st.text(describe_missing_tables(tables))
        return
    if view.chosen:
        st.text(
            "Costs are those of the whole company, so there is no CAC for a part of it: remove the filters."
        )
        return
    spending = ask(view.warehouse, find_spending, worth.quarter.start, worth.quarter.end)
    margin = None if worth.mrr is None else worth.mrr * worth.assumptions.gross_margin
    rows = list_cost_rows(
        spending, int(worth.number("cust_new") or 0), worth.number("ltv_km"), margin,
        worth.number("churn_logo_13w"), view.currency,
    )  # fmt: skip
    title.markdown(f"**{plain_markdown(describe_costs(rows))}**")
    show_table(rows, "costs", "Acquisition cost, LTV to CAC and payback")
    st.caption(describe_spending(spending, worth.name))


def read_missing_costs(view: View) -> list[str]:
    """['costs'] where the export has none."""
    return ask(view.warehouse, _find_missing_costs)


def _find_missing_costs(cursor: object) -> list[str]:
    sql = "select table_name from table_status where not is_present and table_name = 'costs'"
    return [name for (name,) in cursor.execute(sql).fetchall()]  # type: ignore[attr-defined]


def _find_parts(worth: Worth, view: View, by: str) -> list[Part]:
    """One part a value of the dimension, the largest value first."""
    start = worth.quarter.start
    found = {
        name: evaluate_metric(view.warehouse, name, "quarter", view.scope, by, start)
        for name in ("ltv_km", "ltv_simple", "mrr", "cust_active")
    }
    curves = ask(view.warehouse, find_curves, worth.quarter.end, view.scope, by)
    parts: list[Part] = []
    for record in found["ltv_km"]:
        customers = find_number(found["cust_active"], record)
        curve, mrr = (
            curves.get(record.breakdown),
            _each(find_number(found["mrr"], record), customers),
        )
        lifetime = None
        if curve is not None and mrr is not None:
            lifetime = compute_lifetime(curve, mrr, worth.assumptions)
        parts.append(
            Part(
                record.breakdown or "unknown",
                lifetime,
                None if record.value is None else float(record.value),
                find_number(found["ltv_simple"], record),
                int(customers or 0),
                describe_reason(record.reason) or (lifetime.reason if lifetime else ""),
            )
        )
    return sorted(parts, key=lambda part: -(part.value or 0))


def _each(total: float | None, count: float | None) -> float | None:
    return None if total is None or not count else total / count
