"""The churn page's losses: which customers leave, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analyses.churn import Rate, compute_rates
from analyses.reasons import DRILL, Reason, describe_will, find_reasons, span_back
from charts.intervals import chart_intervals
from charts.reasons import chart_reasons
from charts.theme import TIER_LABELS
from metrics.drills import Span
from metrics.periods import format_date
from ui.address import carry_click, choose
from ui.cache import ask, evaluate_metric, read_periods, remember
from ui.charts import remember_chart, show_chart
from ui.churn.headline import Churn, choose_rows
from ui.drill import STATES, read_span, show_drill
from ui.filters import View

WINDOWS = {"13 weeks": 13, "52 weeks": 52, "period": 0}
TIER = "tier"
TIERS = (*TIER_LABELS, "none")
SHARES = {
    name: st.column_config.NumberColumn(name, format="percent") for name in ("churn", "low", "high")
}


@st.fragment
def show_losses(churn: Churn) -> None:
    """Churn by group and the reasons for leaving, over one window; both open the customers."""
    view = churn.view
    with st.container(horizontal=True):
        weeks = _choose_window(churn)
        by = _choose_by(view)
    grain, start, end = span_back(churn.period.grain, churn.period.start, churn.period.end, weeks)
    when = f"the {weeks} weeks to {format_date(end - timedelta(days=1))}" if weeks else churn.name
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
            st.caption(describe_will(reasons))
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
        group = choose_rows(
            f"Lost customers of {by}", [rate.name for rate in rates if rate.lost], "group",
            "Choose, or click on a dot above",
        )  # fmt: skip
        reason = choose_rows(
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
