"""What the parts of the page share, the message at its top, and its two charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from analyses.forecast.backtest import Outlook, find_outlook
from analyses.forecast.words import describe_errors, describe_outlook, describe_short, last_day
from charts.forecast import chart_lost, chart_mrr
from metrics.periods import Period, format_date
from ui.address import keep, take_click
from ui.basis import show_page_title
from ui.cache import ask, evaluate_metric, read_missing
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_scope, period_of, plain_markdown
from ui.nobody import describe_nobody

TITLE = "Next 13 weeks"
SHOWN_WEEKS = 52
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ahead:
    """The newest closed week, and what follows from it."""

    week: Period
    outlook: Outlook


def load_ahead(view: View) -> Ahead | None:
    """None, with the reason on the page, where there are no terms or too few weeks."""
    missing = read_missing(view.warehouse).get("mrr")
    week = period_of(view, "week")
    show_page_title(TITLE, view)
    if missing or week is None:
        st.info(describe_missing_tables(missing) if missing else "No week is over yet.")
        return None
    outlook = ask(view.warehouse, find_outlook, week.end, view.scope)
    if not outlook.tracks:
        st.info(f"{describe_short(outlook)} {describe_nobody(view)}".rstrip())
        return None
    return Ahead(week, outlook)


def show_heading(ahead: Ahead, view: View) -> None:
    """From when to when, and the message."""
    outlook = ahead.outlook
    st.text(
        f"{format_date(outlook.origin)} to {last_day(outlook.target)}, from what was known on "
        f"{last_day(outlook.origin)}. {describe_scope(view)}. Data as of {view.as_of}."
    )
    st.markdown(f"**{plain_markdown(describe_outlook(outlook, view.currency, view.minimum))}**")
    told = describe_errors(outlook, view.currency)
    st.caption(f"In brackets: 95 % intervals. {told}".rstrip())


def show_lost(ahead: Ahead, view: View) -> None:
    """Customers lost in windows of 13 weeks, and in the one ahead; a click on a bar lists who left."""
    chart = remember_chart(
        view, chart_lost, None, ahead.outlook, view.currency, view.mode, view.minimum
    )
    clicked = show_chart(chart, "forecast_lost", view, selection=True)
    for start in take_click(clicked, "forecast_lost"):
        keep("ahead", start)
        keep("part", None)


def show_mrr(ahead: Ahead, view: View) -> None:
    """MRR of the last year, and in 13 weeks."""
    weeks = _find_weeks(view, ahead.week.start)
    chart = remember_chart(
        view, chart_mrr, None, weeks, ahead.outlook, view.currency, view.mode, view.minimum
    )
    show_chart(chart, "forecast_mrr", view)


def _find_weeks(view: View, last: date) -> Sequence[tuple[date, float]]:
    """MRR at the end of each week, by its Sunday."""
    records = evaluate_metric(view.warehouse, "mrr", "week", view.scope)
    found = [
        (each.period_start + 6 * DAY, float(each.value))
        for each in records
        if each.value is not None and each.period_start <= last
    ]
    return found[-SHOWN_WEEKS:]
