"""What a new customer costs, and after how long it is paid back."""

import streamlit as st

from analyses.acquisition import find_spending
from analyses.lifetime.costs import (
    describe_costs,
    describe_spending,
    list_cost_rows,
)
from ui.cache import ask
from ui.definitions import describe_missing_tables
from ui.filters import View, plain_markdown
from ui.lifetime.worth import Worth
from ui.tables import show_table


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
