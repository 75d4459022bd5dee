"""The churn page's lower parts: how long customers stay, which of them leave and why, by quarter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analyses.bridge import METRICS as BRIDGE_METRICS
from analyses.churn import METRICS, Rate, compute_rates
from analyses.formats import format_value
from analyses.quarters import QuarterRow, choose_quarters, compute_quarter_rows, label_quarter
from analyses.reasons import DRILL, Reason, find_reasons, span_back
from analyses.survival import FEWEST_AT_RISK, find_first_day, find_survival
from charts.intervals import chart_intervals
from charts.reasons import chart_reasons
from charts.survival import chart_survival
from charts.theme import TIER_LABELS
from metrics.drills import Span
from metrics.periods import label_period
from ui.address import carry_click, choose
from ui.cache import ask, evaluate_metric, read_periods, remember
from ui.charts import remember_chart, show_chart
from ui.churn import Churn, read_records
from ui.drill import STATES, read_span, show_drill
from ui.filters import View
from ui.tables import ROW_HEIGHT, show_download, to_arrow

WINDOWS = {"13 weeks": 13, "52 weeks": 52, "period": 0}
COHORTS = ("year", "quarter")
TIER = "tier"
TIERS = (*TIER_LABELS, "none")
COLUMNS = {
    "after_12_months": st.column_config.NumberColumn("after 12 months", format="percent"),
    "low": st.column_config.NumberColumn("95 %, low", format="percent"),
    "high": st.column_config.NumberColumn("95 %, high", format="percent"),
    "median_months": st.column_config.NumberColumn("median, months", format="%.1f"),
    "mean_of_first_12_months": st.column_config.NumberColumn(
        "mean months of the first 12", format="%.1f"
    ),
    "watched_months": st.column_config.NumberColumn("watched, months", format="%.0f"),
}
SHARES = {
    name: st.column_config.NumberColumn(name, format="percent") for name in ("churn", "low", "high")
}


@st.fragment
def show_survival(churn: Churn) -> None:
    """How long customers stay, of all and by the cohort in which they started."""
    view = churn.view
    cohort = choose(st.segmented_control, "Cohorts by start", COHORTS, "cohort", COHORTS[0])
    cohort = cohort or COHORTS[0]
    curves = ask(view.warehouse, find_survival, churn.period.end, cohort, view.scope)
    if not curves or not curves[0].shown:
        st.caption(f"How long customers stay is drawn from {FEWEST_AT_RISK} of them on.")
        return
    names = [
        "All" if curve.cohort is None else label_period(cohort, curve.cohort, view.first_month)
        for curve in curves
    ]
    until = _day(churn.period.end - timedelta(days=1))
    chart = remember_chart(
        view, chart_survival, cohort, curves, names, until, view.mode, _describe_first_day(view)
    )
    show_chart(chart, "survival", view, columns=COLUMNS)


@st.fragment
def show_losses(churn: Churn) -> None:
    """Churn by group and the reasons for leaving, over one window; both open the customers."""
    view = churn.view
    with st.container(horizontal=True):
        weeks = _choose_window(churn)
        by = _choose_by(view)
    grain, start, end = span_back(churn.period.grain, churn.period.start, churn.period.end, weeks)
    when = f"the {weeks} weeks to {_day(end - timedelta(days=1))}" if weeks else churn.name
    rates, whole = remember(
        view.warehouse, _read_rates, (view.key, by, weeks), churn, by, grain, start, end
    )
    reasons = ask(view.warehouse, find_reasons, grain, start, end, view.scope)
    left, right = st.columns(2, gap="medium")
    clicked_group: list[Any] = []
    clicked_reason: list[Any] = []
    with left:
        clicked_group = _show_rates(churn, by, rates, whole, when, weeks)
    with right:
        if reasons:
            chart = remember_chart(
                view, chart_reasons, weeks, reasons, when, view.currency, view.mode
            )
            clicked_reason = show_chart(chart, "reasons", view, selection=True)
        else:
            st.caption(f"No customer was lost in {when}.")
    group, reason = _choose_losses(by, rates, clicked_group, reasons, clicked_reason)
    if group or reason:
        span = _find_span(view, churn, grain, start, end)
        chosen = {"reason": reason} if reason else {}
        if group and by == TIER:
            chosen[TIER] = group
        scope = replace(view.scope, **{by: (group,)}) if group and by != TIER else view.scope
        show_drill(view, DRILL, "losses", span, scope, **chosen)


@st.fragment
def show_quarters(churn: Churn) -> None:
    """Nine quarters, a row a number; a cell opens its customers."""
    view = churn.view
    first_month = view.first_month
    until = view.week.end if view.week else churn.period.end
    quarters = choose_quarters(
        [each for each in read_periods(view.warehouse, "quarter") if each.start < until]
    )
    records = read_records(view, (*METRICS, *BRIDGE_METRICS), "quarter")
    rows = remember(view.warehouse, compute_quarter_rows, view.key, records, quarters)
    names = [label_quarter(quarter, first_month) for quarter in quarters]
    st.markdown("**Trailing nine quarters**")
    st.text(
        f"Customers, MRR in {view.currency or 'one currency'}; rates in percent of the opening."
    )
    clicked = _show_quarter_table(rows, names)
    numbers = [dict(zip(["number", *names], _raw(row), strict=True)) for row in rows]
    show_download(numbers, "quarters")
    lines = {row.label: row.line for row in rows if row.line is not None}
    closed = {name: each for name, each in zip(names, quarters, strict=True) if each.is_closed}
    carry_click([row for row, _ in clicked if row in lines], "quarters_row", "line")
    carry_click([name for _, name in clicked if name in closed], "quarters_column", "quarter")
    with st.container(horizontal=True):
        label = _choose("Customers behind", list(lines), "line", "Choose a number, or a cell above")
        name = _choose("in", list(closed), "quarter", "Choose a quarter")
    line = lines.get(label or "")
    if line is not None and name:
        kind = {"kind": line.kind} if line.kind else {}
        span = read_span(view, closed[name])
        show_drill(view, line.drill, "quarter_rows", span, view.scope, **kind)


def _choose(label: str, options: Sequence[str], key: str, placeholder: str) -> str | None:
    """One of the options or none, kept in the address."""
    offered = st.session_state.get(f"{key}_offered", options)
    if offered != options and st.query_params.get(key) not in (None, *options):
        # What another window or dimension had and this one has not is no unknown value of a link.
        del st.query_params[key]
    st.session_state[f"{key}_offered"] = options
    return choose(st.selectbox, label, options, key, placeholder=placeholder)


def _choose_window(churn: Churn) -> int:
    window = choose(
        st.segmented_control, "Over the last", list(WINDOWS), "window", "13 weeks",
        format_func=lambda each: each if WINDOWS[each] else f"this {churn.period.grain}",
        help=f"This {churn.period.grain}: {churn.name}.",
    )  # fmt: skip
    return WINDOWS[window or "13 weeks"]


def _choose_by(view: View) -> str:
    options = [*view.dimensions, TIER]
    return choose(st.segmented_control, "Churn by", options, "by", options[0]) or options[0]


def _read_rates(
    churn: Churn, by: str, grain: str, start: date, end: date
) -> tuple[list[Rate], Rate | None]:
    view = churn.view
    starts = [
        each.start
        for each in read_periods(view.warehouse, grain)
        if start <= each.start and each.end <= end
    ]
    minimum = view.minimum
    whole = compute_rates(
        evaluate_metric(view.warehouse, "churn_logo", grain, view.scope), starts, minimum
    )
    if by == TIER:
        records = evaluate_metric(view.warehouse, "churn_tier", grain, view.scope)
        rates = compute_rates(records, starts, minimum, TIERS)
    else:
        records = evaluate_metric(view.warehouse, "churn_logo", grain, view.scope, by)
        rates = compute_rates(records, starts, minimum)
    return rates, next(iter(whole), None)


def _show_rates(
    churn: Churn, by: str, rates: Sequence[Rate], whole: Rate | None, when: str, weeks: int
) -> list[Any]:
    if not rates:
        st.caption(f"No customers to compare by {by}.")
        return []
    labels = {name: STATES.get(name, "Without a tier") for name in TIERS} if by == TIER else {}
    base = "customer_weeks" if weeks else "customers_at_start"
    chart = remember_chart(
        churn.view, chart_intervals, (by, weeks),
        rates, whole, by, f"{'a week, pooled over ' if weeks else ''}{when}",
        "churn_tier" if by == TIER else "churn_logo", churn.view.mode, base, labels,
    )  # fmt: skip
    return show_chart(chart, f"churn_by_{by}", churn.view, selection=True, columns=SHARES)


def _choose_losses(
    by: str,
    rates: Sequence[Rate],
    clicked_group: Sequence[Any],
    reasons: Sequence[Reason],
    clicked_reason: Sequence[Any],
) -> tuple[str | None, str | None]:
    """The group and the reason whose customers are listed."""
    carry_click(clicked_group, f"churn_by_{by}", "group")
    carry_click(clicked_reason, "reasons", "reason")
    with st.container(horizontal=True):
        group = _choose(
            f"Lost customers of {by}", [rate.name for rate in rates if rate.lost], "group",
            "Choose, or click on a dot above",
        )  # fmt: skip
        reason = _choose(
            "with the reason", [each.reason for each in reasons], "reason",
            "Choose, or click on a bar above",
        )  # fmt: skip
    return group, reason


def _find_span(view: View, churn: Churn, grain: str, start: date, end: date) -> Span:
    """The period's own span, or that of the window's weeks."""
    span = read_span(view, churn.period)
    if (grain, start, end) == (span.grain, span.start, span.end):
        return span
    week = timedelta(days=7)
    return Span(grain, start, end, start - week, end - week)


def _show_quarter_table(rows: Sequence[QuarterRow], names: Sequence[str]) -> list[tuple[str, str]]:
    """Draw the table; the row and the quarter of the cell that was clicked."""
    shown = [dict(zip(["number", *names], _words(row), strict=True)) for row in rows]
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(name, alignment="right") for name in names
    }
    columns["number"] = st.column_config.TextColumn("", pinned=True, width=155)
    state = st.dataframe(
        to_arrow(shown), hide_index=True, key="quarters", alt="Trailing nine quarters",
        column_config=columns, row_height=ROW_HEIGHT, height="content",
        on_select="rerun", selection_mode="single-cell",
    )  # fmt: skip
    return [(rows[place].label, column) for place, column in state.selection.cells]


def _words(row: QuarterRow) -> list[str]:
    """The row as it is read; a quarter that is not over says so in every cell it cannot fill."""
    cells = [
        "not over" if cell.is_open and cell.value is None else format_value(cell.value, row.unit)
        for cell in row.cells
    ]
    return [row.label, *cells]


def _raw(row: QuarterRow) -> list[Any]:
    return [row.label, *(cell.value for cell in row.cells)]


def _describe_first_day(view: View) -> str:
    day, spells = ask(view.warehouse, find_first_day, view.scope)
    if day is None or spells < 2:
        return ""
    return f"; {spells:,} begin on {_day(day)}, the data's first day, and may be older"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
