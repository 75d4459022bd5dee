"""The model of orders with its backtest, which decides whether anything is expected of customers at all."""

from dataclasses import dataclass
from datetime import date

import duckdb

from analyses.lifetime.orders.backtest import Backtest, run_backtest
from analyses.lifetime.orders.model import OrderModel, fit_orders
from analyses.lifetime.orders.value import GroupValue, find_group_values
from metrics.scope import Scope


@dataclass(frozen=True)
class Orders:
    """Both at the same boundary. Nothing is expected of customers where a fit or its backtest fails.

    earlier: the backtest of the 52 weeks before those held out, which decides nothing.
    """

    model: OrderModel
    backtest: Backtest
    earlier: Backtest

    @property
    def reason(self) -> str:
        """Why no order is expected; empty where the model stands."""
        return self.model.reason or self.backtest.reason

    @property
    def value_reason(self) -> str:
        """Why there is no value; empty where there is one."""
        return self.reason or self.model.spend_reason or self.backtest.amount_reason


def find_orders(cursor: duckdb.DuckDBPyConnection, until: date) -> Orders:
    """Fit the company's orders before this day, and those of 52 and 104 weeks before."""
    backtest = run_backtest(cursor, until)
    earlier = run_backtest(cursor, backtest.origin)
    return Orders(fit_orders(cursor, until), backtest, earlier)


def find_values(
    cursor: duckdb.DuckDBPyConnection, orders: Orders, discount_yearly: float, scope: Scope,
    by: str | None,
) -> list[GroupValue]:  # fmt: skip
    """find_group_values where the model stands, else none; without a value where that has a reason."""
    if orders.reason:
        return []
    return find_group_values(
        cursor, orders.model, discount_yearly, scope, by, with_value=not orders.value_reason
    )
