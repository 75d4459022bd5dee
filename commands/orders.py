"""`orders`: what customers without a contract will order and bring, with the fit and its backtest."""

import argparse
from typing import Any

from analyses.formats import format_value
from analyses.lifetime.assumptions import find_assumptions
from analyses.lifetime.orders.backtest import Backtest
from analyses.lifetime.orders.customers import find_order_customers
from analyses.lifetime.orders.report import Orders, find_orders, find_values
from analyses.lifetime.orders.tables import GROUP_COLUMNS, list_customer_rows, list_group_rows
from analyses.lifetime.orders.value import TIER, GroupValue
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
from commands.output import write
from commands.parser import Commands, add_format, add_quarter, add_warehouse
from commands.published import find_closed, read_published, read_settings
from exports import tables
from metrics.scope import Scope

TEXT = "Say what customers without a contract will order and bring in 52 weeks, and how that was tested."
MONEY = ("value_52w", "value_low", "value_high", "value_each")
HELD = ("expected", "low", "high", "came", "naive")
TESTED = (
    "backtest_from", *(f"backtest_{name}" for name in HELD), *(f"backtest_revenue_{name}" for name in HELD),
    "backtest_missed",
)  # fmt: skip
GROUNDS = (
    "until", "r", "alpha_weeks", "a", "b", "log_likelihood", "p", "q", "v", "spend_log_likelihood",
    "correlation", *TESTED, *(f"earlier_{name}" for name in TESTED), "assumptions", "reason",
)  # fmt: skip
COLUMNS = ("by", "group", *GROUP_COLUMNS, *GROUNDS)
CUSTOMER_COLUMNS = (
    "customer_id", "customer", "p_alive", "orders_52w", "spend_an_order", "value_52w",
    "orders_so_far", "bought_so_far", "last_order", "note", "assumptions",
)  # fmt: skip


def add(commands: Commands) -> None:
    command = commands.add("orders", run, TEXT)
    add_warehouse(command)
    command.add_argument(
        "--by", metavar="DIMENSION", help=f"by the values of a dimension too, or by {TIER}"
    )
    command.add_argument(
        "--customers",
        type=read_count,
        metavar="N",
        help="the N customers to bring the most, instead",
    )
    add_quarter(command)
    add_format(command)


def read_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of customers, write it like 20")
    return int(text)


def run(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        cursor = connection.cursor()
        quarter = find_closed(connection, "quarter", given.period)
        orders = find_orders(cursor, quarter.end)
        assumptions = find_assumptions(cursor)
        said = describe_order_assumptions(assumptions)
        discount = assumptions.discount_yearly
        currency = read_settings(connection)["reporting_currency"]
        if given.customers is not None:
            found = find_order_customers(cursor, orders, discount, Scope(), given.customers)
            rows = [{**row, "assumptions": said} for row in list_customer_rows(found)]
            everyone = find_values(cursor, orders, discount, Scope(), None)
            show_customers(rows, orders, everyone, currency, given.format)
            return
        groups = {
            by: find_values(cursor, orders, discount, Scope(), by) for by in dict.fromkeys((None, given.by))
        }  # fmt: skip
    if given.format != "table":
        write(to_rows(orders, groups, said), COLUMNS, given.format)
        return
    show_groups(orders, groups, said, currency)


def show_groups(
    orders: Orders, groups: dict[str | None, list[GroupValue]], said: str, currency: str
) -> None:
    everyone = next(iter(groups[None]), None)
    bias = describe_bias(orders)
    print(
        tables.clean(f"{describe_orders(orders, everyone, currency)}.{f' {bias}.' if bias else ''}")
    )
    for by, found in groups.items():
        rows = [
            {
                name: format_value(value, "currency", currency) if name in MONEY else value
                for name, value in row.items()
            }
            for row in list_group_rows(found, by)
        ]
        if rows:
            print()
            shown = tuple(name for name in rows[0] if "_mean_" not in name)
            write(rows, shown, "table", right=GROUP_COLUMNS[:-1])
    print()
    for line in (
        describe_bought(orders.model.bought),
        describe_fit(orders.model),
        describe_backtests(orders, currency),
        INTERVAL if everyone else "",
        describe_mean(everyone, currency),
        said,
    ):
        if line:
            print(tables.clean(line))


def show_customers(
    rows: list[dict[str, Any]], orders: Orders, groups: list[GroupValue], currency: str, kind: str
) -> None:
    if kind != "table":
        write(rows, CUSTOMER_COLUMNS, kind)
        return
    print(tables.clean(f"{describe_orders(orders, next(iter(groups), None), currency)}."))
    if rows:
        shown = CUSTOMER_COLUMNS[1:-1]
        write(rows, shown, "table", right=shown[1:7])
        print(tables.clean(rows[0]["assumptions"]))


def to_rows(
    orders: Orders, groups: dict[str | None, list[GroupValue]], said: str
) -> list[dict[str, Any]]:
    """One row a group, each with the fit, the backtest and the assumptions; one with the reason alone
    where nothing is expected."""
    model = orders.model
    counts = model.counts.parameters if model.buying and model.counts else (None,) * 4
    spend = model.spend.parameters if model.paying and model.spend else (None,) * 3
    grounds = dict(
        zip(
            GROUNDS,
            (
                model.until, *counts, model.counts.log_likelihood if model.counts else None,
                *spend, model.spend.log_likelihood if model.spend else None, model.correlation,
                *_list_tested(orders.backtest), *_list_tested(orders.earlier), said, orders.value_reason or None,
            ),
            strict=True,
        )
    )  # fmt: skip
    rows = [
        {**row, "by": by, "group": row[by or "group"], **grounds}
        for by, found in groups.items()
        for row in list_group_rows(found, by)
    ]
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    return rows or [{**empty, "group": "all", **grounds}]


def _list_tested(backtest: Backtest) -> tuple[object, ...]:
    """The cells of TESTED: repeat orders, then revenue; empty where there was no test."""
    sums = [
        (held.expected, held.low, held.high, held.actual, held.naive) if held else (None,) * len(HELD)
        for held in (backtest.orders, backtest.amount)
    ]  # fmt: skip
    return (backtest.origin, *sums[0], *sums[1], backtest.reason or backtest.amount_reason or None)
