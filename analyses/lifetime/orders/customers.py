"""The customers behind the value of orders: who is likely still there, and worth how much."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from analyses.lifetime.bg_nbd import compute_alive, expect_orders
from analyses.lifetime.orders.model import FOLDER, find_histories, set_until
from analyses.lifetime.orders.report import Orders
from analyses.lifetime.orders.value import WEEKS, discount_orders
from metrics.scope import Scope, set_variables

NO_REPEAT = "no repeat order: spend is that of all customers"


@dataclass(frozen=True)
class OrderCustomer:
    """One customer; alive is a share, orders and value are of the next 52 weeks.

    spend: of a next order; value: its discounted margin; both None where spend does not stand.
    """

    customer_id: str
    customer_name: str | None
    repeats: int
    last_on: date
    amount: Decimal
    alive: float
    orders: float
    spend: float | None
    value: float | None

    @property
    def note(self) -> str:
        """What the value lacks; empty where the customer has ordered again."""
        return "" if self.repeats or self.value is None else NO_REPEAT


def find_order_customers(
    cursor: duckdb.DuckDBPyConnection, orders: Orders, discount_yearly: float, scope: Scope,
    most: int,
) -> list[OrderCustomer]:  # fmt: skip
    """The customers of the scope to bring the most, or to order the most where there is no value.

    Histories are scored, not customers: there are ten times fewer. Empty where nothing is expected.
    """
    buying = orders.model.buying
    if buying is None or orders.reason:
        return []
    set_until(cursor, orders.model.until)
    set_variables(cursor, "week", scope)
    histories = find_histories(cursor)
    paying = None if orders.value_reason else orders.model.paying
    cursor.execute(
        (FOLDER / "customers.sql").read_text(encoding="utf-8"),
        {
            "repeats": histories.repeats.astype(int).tolist(),
            "recency_days": (7 * histories.recency).round().astype(int).tolist(),
            "age_days": (7 * histories.age).round().astype(int).tolist(),
            "alive": compute_alive(buying, histories).tolist(),
            "orders": expect_orders(buying, histories, WEEKS).tolist(),
            "discounted": discount_orders(buying, histories, discount_yearly).tolist(),
            "p": paying.p if paying else None,
            "q": paying.q if paying else None,
            "v": paying.v if paying else None,
            "most": most,
        },
    )
    return [OrderCustomer(*row) for row in cursor.fetchall()]
