"""The churn page's part on what is ahead: who has cancelled and is still paid for."""

from datetime import timedelta

import streamlit as st

from analyses.scheduled import DRILL, describe_scheduled, find_scheduled
from charts.scheduled import chart_scheduled
from metrics.periods import format_date
from ui.address import carry_click
from ui.cache import ask
from ui.charts import remember_chart, show_chart
from ui.churn.headline import Churn, choose_rows
from ui.drill import read_span, show_drill

ANY_WEEK = "all weeks"


@st.fragment
def show_scheduled(churn: Churn) -> None:
    """What ends after the period, by week; each week opens its customers."""
    view = churn.view
    span = read_span(view, churn.period)
    scheduled = ask(view.warehouse, find_scheduled, span, view.scope)
    if not scheduled.endings:
        st.markdown(f"**{describe_scheduled(scheduled, view.currency)}**")
        if scheduled.is_known:
            st.text(f"Looked for from {format_date(span.end)} on. {_describe_due(scheduled.due)}")
        else:
            st.text("Map a date of cancellation (cancelled_on) to see what is scheduled to end.")
        return
    chart = remember_chart(
        view, chart_scheduled, "scheduled", scheduled, span.end - timedelta(span.end.weekday()),
        view.currency, view.mode,
    )  # fmt: skip
    clicked = show_chart(chart, "scheduled", view, selection=True)
    st.caption(
        f"A cancellation counts as churn when the paid term ends, not when it is handed in. "
        f"{_describe_due(scheduled.due)}"
    )
    carry_click(clicked, "scheduled", "ending_week")
    weeks = [each.week.isoformat() for each in scheduled.endings]
    chosen = choose_rows(
        "Customers who end in the week of", [ANY_WEEK, *weeks], "ending_week",
        "Choose a week, or click on a bar above",
    )  # fmt: skip
    if chosen:
        narrowed = {} if chosen == ANY_WEEK else {"ending_week": chosen}
        show_drill(view, DRILL, "scheduled_rows", span, view.scope, **narrowed)


def _describe_due(due: int) -> str:
    if not due:
        return "No other term ends by its own dates."
    terms = "1 more term ends" if due == 1 else f"{due:,} more terms end"
    return f"{terms} without a cancellation: renewals that are due, not counted."
