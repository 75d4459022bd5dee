"""What was spent: by purpose and channel, against whom it won, and what it cannot say."""

from dataclasses import dataclass

import streamlit as st

from analyses.acquisition import find_spending
from analyses.spend import (
    ECONOMICS,
    METRIC,
    PURPOSES,
    Spend,
    describe_gaps,
    describe_spend,
    find_spend,
    list_economics,
)
from charts.spend import chart_channels, chart_spend
from metrics.periods import Period, label_period
from ui.address import choose, keep, take_click
from ui.assumed import say_assumptions
from ui.basis import describe_inferred, read_basis
from ui.cache import ask, evaluate_metric, read_missing, read_periods
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.drill import read_span, show_drill
from ui.filters import View, describe_period, period_of, plain_markdown
from ui.lifetime.costs import show_costs
from ui.lifetime.worth import find_worth
from ui.tables import show_table

WHOLE = "Costs are those of the whole company, so there is no spend of a part of it: remove the filters."
NONE = (
    "No cost in the export is of the newest quarter that is over, so there is nothing to show yet."
)
CAVEATS = (
    "**First touch, last touch and shares over several touches** are bookkeeping: a rule divides a sale among "
    "channels, and says nothing of what would have happened without one of them.",
    "**Advocacy** is counted too low, since no system sees what customers tell each other in private, and too high, "
    "since buyers who are asked name what they remember.",
    "**A window** shorter than the sales cycle leaves out what began the sale{cycle}.",
    "**What would tell**, best first: customers or accounts held out by lot; a test by region or account; the change "
    "of those reached less the change of comparable others over the same time. So no channel here has a return.",
)


@dataclass(frozen=True)
class Spent:
    """What the page shows, at the newest closed quarter."""

    quarter: Period
    spend: Spend


def load_spent(view: View) -> Spent | None:
    """None, with the reason on the page, where there is nothing to show."""
    quarter = period_of(view, "quarter")
    st.subheader("Spend", anchor=False)
    if quarter is not None:
        st.text(f"{describe_period(view, quarter)}. The whole company. Data as of {view.as_of}.")
    tables = read_missing(view.warehouse).get(METRIC)
    if tables or view.chosen or quarter is None:
        st.info(describe_missing_tables(tables) if tables else WHOLE if view.chosen else NONE)
        return None
    records = evaluate_metric(view.warehouse, METRIC, "quarter")
    spend = ask(view.warehouse, find_spend, records, quarter.start)
    if spend is None:
        st.info(NONE)
        return None
    return Spent(quarter, spend)


@st.fragment
def show_spend(spent: Spent, view: View) -> None:
    """Two charts; a mark opens the costs behind it, which are rows of the export."""
    spend, first_month = spent.spend, view.first_month
    title = describe_spend(spend, view.currency, first_month)
    given = (view.currency, first_month, view.mode)
    by_purpose, by_channel = st.columns([3, 2], gap="medium")
    with by_purpose:
        chart = remember_chart(view, chart_spend, spent.quarter.start, spend, title, *given)
        clicked = show_chart(chart, "spend", view, selection=True)
        if gaps := describe_gaps(spend.gaps):
            st.caption(plain_markdown(gaps))
    with by_channel:
        chart = remember_chart(view, chart_channels, spent.quarter.start, spend, *given)
        channels = show_chart(chart, "channels", view, selection=True)
    for mark in take_click(clicked, "spend"):
        purpose, _, name = str(mark).partition(" ")
        keep("purpose", purpose)
        keep("quarter", name)
        keep("channel", None)
    for mark in take_click(channels, "channels"):
        keep("channel", str(mark))
        keep("purpose", None)
        keep("quarter", None)
    _show_costs_behind(spent, view)


def _show_costs_behind(spent: Spent, view: View) -> None:
    names = {label_period("quarter", each, view.first_month): each for each in spent.spend.quarters}
    newest = list(names)[-1]
    known = sorted({each.name for each in spent.spend.channels})
    with st.container(horizontal=True):
        # Of one width each, so that they stand beneath each other on a narrow screen.
        purpose = choose(
            st.selectbox, "Costs behind", PURPOSES, "purpose", width=300,
            placeholder="Choose a purpose, or a column above",
        )  # fmt: skip
        channel = choose(
            st.selectbox, "of the channel", known, "channel", width=300,
            placeholder="Any, or a bar above",
        )  # fmt: skip
        name = choose(
            st.selectbox, "in", list(reversed(names)), "quarter", newest, width=300
        ) or newest  # fmt: skip
    if not purpose and not channel:
        return
    quarters = {each.start: each for each in read_periods(view.warehouse, "quarter")}
    narrowed = {"purpose": purpose, "channel": channel}
    span = read_span(view, quarters[names[name]])
    chosen = {key: value for key, value in narrowed.items() if value}
    show_drill(view, "costs", "cost_rows", span, view.scope, **chosen)


def show_worth_of_cost(spent: Spent, view: View) -> None:
    """CAC with its lag, LTV to CAC and payback, as on the page of lifetime value."""
    worth = find_worth(view)
    if worth is None:
        st.text("There is no lifetime value to set against the cost: its page says why.")
        return
    _tell_grounds(view)
    show_costs(worth, view)


def show_economics(spent: Spent, view: View) -> None:
    """The same by quarter."""
    records = {name: evaluate_metric(view.warehouse, name, "quarter") for name in ECONOMICS}
    rows = list_economics(records, spent.spend.quarters, view.currency, view.first_month)
    st.markdown("**What new customers cost, are worth and pay back, by quarter**")
    st.text(
        "Blended: acquisition costs taken earlier by the median cycle, over all new customers of the quarter. LTV by "
        "survival at today's average MRR; a young history makes it small, so its quarters are no trend. The interval "
        "of the newest stands in cost and payback."
    )
    _tell_grounds(view)
    show_table(
        rows, "economics", "Acquisition cost, LTV to CAC and payback by quarter",
        basis=read_basis(view), assumed=say_assumptions(view),
    )  # fmt: skip


def _tell_grounds(view: View) -> None:
    """What lifetime value and new customers rest on; spend itself rests on neither."""
    if read_basis(view):
        st.caption(describe_inferred(view))
    st.caption(f"Lifetime value: {say_assumptions(view)}.")


def show_caveats(spent: Spent, view: View) -> None:
    """What spend by channel cannot say (metrics.md 8.2), and what would."""
    spending = ask(view.warehouse, find_spending, "quarter", spent.quarter.start)
    days = None if spending is None else spending.cycle_days
    cycle = f"; here the median won deal took {days:,.0f} days" if days is not None else ""
    st.markdown("**What spend by channel cannot say**")
    st.markdown("\n".join(f"- {each.format(cycle=cycle)}" for each in CAVEATS))
