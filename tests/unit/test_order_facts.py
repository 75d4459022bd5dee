"""One row per customer and day with orders, by hand."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

from tests.tiny import build_tiny, rows_of


def order(customer: str, day: str, amount: object, margin: object = None) -> dict[str, Any]:
    money = {"amount": Decimal(str(amount))}
    if margin is not None:
        money["margin"] = Decimal(str(margin))
    return {"customer_id": customer, "ordered_on": dt.date.fromisoformat(day), **money}


def test_a_company_that_has_only_orders_has_weeks() -> None:
    orders = [order("A", "2026-01-07", 100), order("A", "2026-01-15", 100)]
    with closing(build_tiny({"orders": orders}, "2026-01-18")) as connection:
        weeks = rows_of(
            connection,
            "select cast(period_start as varchar) from periods where grain = 'week' order by all",
        )
    assert weeks == [("2026-01-05",), ("2026-01-12",)]


def test_orders_before_all_else_begin_no_earlier_period() -> None:
    """No metric is made of orders, so none gets periods before what it counts."""
    tables = {
        "orders": [order("A", "2025-11-03", 100)],
        "subscriptions": [
            {
                "subscription_id": "s",
                "customer_id": "A",
                "started_on": dt.date(2026, 1, 7),
                "mrr": Decimal(100),
            }
        ],
    }
    with closing(build_tiny(tables, "2026-01-18")) as connection:
        first = rows_of(
            connection,
            "select cast(min(period_start) as varchar) from periods where grain = 'week'",
        )
    assert first == [("2026-01-05",)]


def test_orders_of_one_day_are_one_purchase() -> None:
    """A refund counts against its day; a margin that one of them lacks is not known of the day."""
    orders = [
        order("A", "2026-01-05", 100, 40),
        order("A", "2026-01-05", 20.5, 10.25),
        order("A", "2026-01-06", 30, 10),
        order("A", "2026-01-06", 30),
        order("B", "2026-01-05", 80),
        order("B", "2026-01-09", -80),
        order("B", "2026-01-18", 1),
        order("B", "2026-01-19", 1),
        order("staff", "2026-01-05", 999),
    ]
    staff = {"customer_id": "staff", "is_staff_or_partner": True}
    with closing(build_tiny({"customers": [staff], "orders": orders}, "2026-01-18")) as connection:
        found = rows_of(
            connection,
            "select customer_id, cast(ordered_on as varchar), amount, margin, orders from fct_orders order by all",
        )
        slices = rows_of(
            connection, "select slice_id from fct_orders except select slice_id from slices"
        )
    assert found == [
        ("A", "2026-01-05", Decimal("120.5"), Decimal("50.25"), 2),
        ("A", "2026-01-06", Decimal("60"), None, 2),
        ("B", "2026-01-05", Decimal("80"), None, 1),
        ("B", "2026-01-09", Decimal("-80"), None, 1),
        ("B", "2026-01-18", Decimal("1"), None, 1),
    ]
    assert slices == []
