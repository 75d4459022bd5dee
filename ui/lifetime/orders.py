"""Customers who order without a contract: what they will bring, who they are, and how it was tested."""

from typing import Any

import streamlit as st

from analyses.lifetime.assumptions import read_assumptions
from analyses.lifetime.orders.customers import find_order_customers
from analyses.lifetime.orders.model import NO_ORDERS
from analyses.lifetime.orders.report import Orders, find_orders, find_values
from analyses.lifetime.orders.tables import list_class_rows, list_customer_rows
from analyses.lifetime.orders.value import TIER
from analyses.lifetime.orders.words import (
    INTERVAL,
    describe_backtests,
    describe_bias,
    describe_bought,
    describe_fit,
    describe_mean,
    describe_order_assumptions,
    describe_orders,
)
from charts.orders import build_group_chart, build_tracking_chart
from metrics.periods import Period
from ui.address import choose
from ui.cache import ask, remember
from ui.charts import remember_chart, show_chart
from ui.filters import View, describe_period, period_of, plain_markdown
from ui.lifetime.worth import Worth
from ui.links import ACCOUNT, show_link
from ui.tables import ROW_HEIGHT, column_settings, show_download, show_table, to_arrow

MOST_CUSTOMERS = 1000
HIDDEN: dict[str, Any] = {"assumptions": None}  # a download says them


def has_orders(view: View) -> bool:
    """Whether anybody has ordered before the end of the newest closed quarter."""
    quarter = period_of(view, "quarter")
    return quarter is not None and ask_orders(view, quarter).reason != NO_ORDERS


def ask_orders(view: View, quarter: Period) -> Orders:
    """The company's model at the end of the quarter, fitted once a build."""
    return ask(view.warehouse, find_orders, quarter.end)


def show_orders(_: Worth | None, view: View) -> None:
    """The message, its grounds, value by group beside the backtest, and the customers behind it."""
    quarter = period_of(view, "quarter")
    if quarter is None:
        return
    orders = ask_orders(view, quarter)
    assumptions = read_assumptions(view.settings)
    values = ask(view.warehouse, find_values, orders, assumptions.discount_yearly, view.scope, None)
    everyone = next(iter(values), None)
    told = (describe_orders(orders, everyone, view.currency), describe_bias(orders))
    st.markdown(f"**{plain_markdown('. '.join(filter(None, told)))}**")
    if orders.reason == NO_ORDERS:
        return
    said = describe_order_assumptions(assumptions)
    mean = describe_mean(everyone, view.currency)
    st.text(
        f"At the end of {describe_period(view, quarter)}. {said[:1].upper()}{said[1:]}. {INTERVAL}."
        f"{f' {mean}.' if mean else ''}"
    )
    by_group, tested = st.columns(2, gap="medium")
    with by_group:
        _show_groups(orders, assumptions.discount_yearly, quarter, view)
    with tested:
        _show_backtest(orders, view)
    _show_customers(orders, assumptions.discount_yearly, view)
    st.caption(f"{describe_bought(orders.model.bought)} {describe_fit(orders.model)}.")


@st.fragment
def _show_groups(orders: Orders, discount: float, quarter: Period, view: View) -> None:
    if orders.value_reason:
        st.text(f"No value by group: {orders.value_reason}.")
        return
    options = [*view.dimensions, TIER]
    by = choose(st.selectbox, "Orders by", options, "orders_by", options[0]) or options[0]
    groups = ask(view.warehouse, find_values, orders, discount, view.scope, by)
    if not groups:
        st.caption("No customer of this scope has ordered.")
        return
    name = describe_period(view, quarter)
    chart = remember_chart(
        view, build_group_chart, (by, "orders"), groups, by, name, view.currency, view.mode,
        _describe_assumptions(view),
    )  # fmt: skip
    show_chart(chart, "order_groups", view, columns=HIDDEN)
    if by == TIER:
        st.caption("A tier is for customers with paid terms: who only orders has none.")


@st.fragment
def _show_backtest(orders: Orders, view: View) -> None:
    if not orders.backtest.tracks:
        st.markdown(f"**{plain_markdown(f'No backtest: {orders.backtest.reason}')}**")
        return
    chart = remember_chart(
        view,
        build_tracking_chart,
        "orders",
        orders.backtest,
        view.mode,
        _describe_assumptions(view),
    )
    show_chart(chart, "order_tracking", view, columns=HIDDEN)
    st.caption(describe_backtests(orders, view.currency))
    with st.expander("By the repeat orders that they had made before"):
        show_table(
            list_class_rows(orders.backtest), "order_classes", "Held-out orders by orders before",
            assumed=_describe_assumptions(view),
        )  # fmt: skip


@st.fragment
def _show_customers(orders: Orders, discount: float, view: View) -> None:
    """The customers to bring the most; a chosen one links to its account."""
    found = ask(view.warehouse, find_order_customers, orders, discount, view.scope, MOST_CUSTOMERS)
    if not found:
        return
    most = "the most margin" if found[0].value is not None else "the most orders"
    st.markdown(f"**The customers to bring {most} in 52 weeks, by P(alive) and what they bought**")
    table = remember(view.warehouse, list_customer_rows, (view.key, orders.model.until), found)
    shown = to_arrow([{**row, "p_alive": 100 * row["p_alive"]} for row in table])
    columns = _name_columns(view, any(row["note"] for row in table))
    state = st.dataframe(
        shown, hide_index=True, key="order_customers", alt="Customers by expected margin of orders",
        column_config=column_settings(shown, columns), row_height=ROW_HEIGHT, height=320,
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        for place in state.selection.rows:
            row = table[place]
            label = f"Open the orders of {plain_markdown(str(row['customer']))}"
            show_link(label, ACCOUNT, customer=str(row["customer_id"]), records="orders")
        show_download(table, "order_customers", assumed=_describe_assumptions(view))
        if len(found) == MOST_CUSTOMERS:
            st.caption(f"The first {MOST_CUSTOMERS:,}; `cli.py orders --customers N` has more.")


def _name_columns(view: View, is_noted: bool) -> dict[str, Any]:
    """Money in whole units of the currency, which its heading names; no column of empty notes."""
    money = {
        "value_52w": "margin in 52 weeks",
        "spend_an_order": "spend an order",
        "bought_so_far": "bought so far",
    }
    return {
        "customer_id": None,
        "p_alive": st.column_config.NumberColumn("P(alive)", format="%.1f %%"),
        "orders_52w": st.column_config.NumberColumn("orders in 52 weeks", format="%.1f"),
        **{
            name: st.column_config.NumberColumn(
                f"{heading} {view.currency}".strip(), format="%,.0f"
            )
            for name, heading in money.items()
        },
        **({} if is_noted else {"note": None}),
    }


def _describe_assumptions(view: View) -> str:
    return describe_order_assumptions(read_assumptions(view.settings))
