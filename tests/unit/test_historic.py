"""Historic lifetime value by hand: metrics.md 3.2 and its edge cases."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from analyses.lifetime.historic import Cohort, find_cohorts, find_weighted
from metrics.scope import Scope
from tests.tiny import Rows, build_tiny, term

UNTIL = dt.date(2026, 1, 1)
A_DAY = "30.436875"  # MRR of 1 a day


def order(customer: str, day: str, amount: object, **more: Any) -> dict[str, Any]:
    on = dt.date.fromisoformat(day)
    return {"customer_id": customer, "ordered_on": on, "amount": Decimal(str(amount)), **more}


def cohorts(
    terms: Rows, orders: Rows, until: dt.date = UNTIL, scope: Scope = Scope()
) -> tuple[Cohort, ...]:
    tables = {"subscriptions": terms, "orders": orders}
    with closing(build_tiny(tables, "2026-03-31")) as connection:
        return find_cohorts(connection, until, scope)


TERMS = [term("a", "2025-01-06", "2025-04-07", A_DAY)]
ORDERS = [
    order("b", "2025-02-01", 100), order("b", "2025-02-10", -20),
    order("b", "2025-08-01", 50, margin=Decimal(7)), order("b", "2026-01-01", 1000),
]  # fmt: skip


def test_margin_of_terms_and_orders_by_age() -> None:
    """91 days at 0.80 and orders of 80 in margin, 16 refunded, over two who were acquired; the one who
    left stays in the denominator. Nothing of the boundary's day or later is known."""
    (found,) = cohorts(TERMS, ORDERS)
    assert (found.start, found.customers) == (dt.date(2025, 1, 1), 2)
    first = (0.8 * 91 + 80 - 16) / 2
    assert found.margins == pytest.approx([first, first + 7 / 2, first + 7 / 2])


def test_an_age_not_reached_by_all_is_missing() -> None:
    """b was acquired on 1 February 2025 and is 365 days old on 1 February 2026."""
    (before,) = cohorts(TERMS, ORDERS, dt.date(2026, 1, 30))
    (after,) = cohorts(TERMS, ORDERS, dt.date(2026, 1, 31))
    assert (before.at(52), len(before.margins)) == (None, 3)
    assert after.at(52) == pytest.approx((0.8 * 91 + 80 - 16 + 7 + 800) / 2)
    assert (after.at(0), after.at(65)) == (None, None)


def test_a_price_that_changes_counts_from_its_day() -> None:
    (found,) = cohorts(
        [term("a", "2025-01-06", "2025-02-05", A_DAY), term("a", "2025-02-05", None, "60.87375")],
        [],
    )
    assert found.margins[:2] == pytest.approx([0.8 * (30 + 2 * 61), 0.8 * (30 + 2 * 152)])


def test_who_only_got_money_back_was_never_acquired() -> None:
    assert cohorts([], [order("a", "2025-02-01", -5)]) == ()
    (found,) = cohorts([], [order("a", "2025-02-01", 0)])
    assert found.margins == (0.0, 0.0, 0.0)


def test_cohorts_of_one_age_are_weighted_by_their_customers() -> None:
    old, young = Cohort(UNTIL, 10, (1.0, 2.0)), Cohort(UNTIL, 30, (5.0,))
    assert find_weighted([old, young], 13) == (4.0, 40)
    assert find_weighted([old, young], 26) == (2.0, 10)
    assert find_weighted([old, young], 39) is None
