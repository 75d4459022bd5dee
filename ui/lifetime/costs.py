"""What a new customer costs, and after how long it is paid back."""

import streamlit as st

from analyses.acquisition import describe_spending, find_spending
from analyses.lifetime.costs import (
    METRICS,
    RULES,
    Costs,
    Valued,
    describe_costs,
    list_cost_rows,
    to_valued,
)
from analyses.lifetime.margins import AS_STARTED
from ui.assumed import say_assumptions
from ui.basis import read_basis
from ui.cache import ask, evaluate_metric, read_missing, remember
from ui.definitions import describe_missing_tables
from ui.filters import View, plain_markdown
from ui.lifetime.projected import read_projections
from ui.lifetime.worth import Worth
from ui.tables import show_table

QUARTERS = 4  # whose CAC is said beside that of the quarter


def show_costs(worth: Worth, view: View) -> None:
    """CAC, LTV to CAC and payback, or why there are none."""
    title = st.empty()
    title.markdown("**Lifetime value to acquisition cost (LTV to CAC), and payback**")
    tables = read_missing(view.warehouse).get("eco_cac")
    if tables:
        st.text(describe_missing_tables(tables))
        return
    if view.chosen:
        st.text(
            "Costs are those of the whole company, so there is no CAC for a part of it: remove the filters."
        )
        return
    costs = remember(view.warehouse, _find_costs, view.key, worth, view)
    if costs is None:
        return
    rows = list_cost_rows(costs)
    title.markdown(f"**{plain_markdown(describe_costs(rows, costs.new_customers))}**")
    show_table(
        rows, "costs", "Acquisition cost, LTV to CAC and payback",
        basis=read_basis(view), assumed=say_assumptions(view),
    )  # fmt: skip
    st.caption(describe_spending(costs.spending, worth.name))
    st.caption(RULES)


def _find_costs(worth: Worth, view: View) -> Costs | None:
    start = worth.quarter.start
    spending = ask(view.warehouse, find_spending, "quarter", start)
    if spending is None:
        return None
    records = {
        name: evaluate_metric(view.warehouse, name, "quarter", view.scope, None, start)[0]
        for name in METRICS
    }
    bounds = (None, None) if worth.lifetime is None else (worth.lifetime.low, worth.lifetime.high)
    started = worth.started
    of_new = (
        [Valued(f"observed, {AS_STARTED}", started.value, started.low, started.high)]
        if started
        else []
    )
    projected = read_projections(worth, view, None).get(None)
    values = [
        Valued("observed", worth.number("ltv_km"), *bounds),
        *of_new,
        to_valued("projected", projected),
    ]
    margin = None if worth.mrr is None else worth.mrr * worth.assumptions.gross_margin
    known = evaluate_metric(view.warehouse, "eco_cac", "quarter", view.scope)
    cacs = [
        float(each.value) for each in known if each.period_start <= start and each.value is not None
    ]
    return Costs(
        spending, records, values, margin, worth.number("churn_logo_13w"), view.currency,
        worth.start, cacs[-QUARTERS:],
    )  # fmt: skip
