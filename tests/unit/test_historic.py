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


TERMS = [
    term("a", "2025-01-06", "2025-04-07", A_DAY), term("b", "2025-03-03", "2025-03-13", A_DAY),
    term("d", "2025-07-01", "2025-07-11", A_DAY),
]  # fmt: skip
ORDERS = [
    order("a", "2025-03-01", 100), order("a", "2025-03-10", -20),
    order("c", "2025-02-01", 50, margin=Decimal(7)), order("d", "2025-02-01", 10),
    order("c", "2026-01-01", 1000),
]  # fmt: skip


def test_margin_of_terms_and_orders_by_age() -> None:
    """91 and 10 days at 0.80 and orders of 80 in margin, 16 refunded, over two acquired by a contract, who
    both left and stay in the denominator; an order's own margin is taken as it is; who ordered
    before the first paid day was acquired by the order. The boundary's day is not known yet."""
    contracts, orders = cohorts(TERMS, ORDERS)
    assert (contracts.acquired_by, contracts.start, contracts.customers) == (
        "contract", dt.date(2025, 1, 1), 2,
    )  # fmt: skip
    assert contracts.margins == pytest.approx([(0.8 * 101 + 80 - 16) / 2] * 3)
    assert (orders.acquired_by, orders.customers) == ("order", 2)
    assert orders.margins == pytest.approx([(7 + 8) / 2, (7 + 8 + 8) / 2, (7 + 8 + 8) / 2])


def test_an_age_not_reached_by_all_is_missing() -> None:
    """b was acquired on 3 March 2025 and is 364 days old on 2 March 2026."""
    before, after = (cohorts(TERMS, ORDERS, dt.date(2026, 3, day))[0] for day in (1, 2))
    assert (before.at(52), len(before.margins)) == (None, 3)
    assert after.at(52) == pytest.approx((0.8 * 101 + 80 - 16) / 2)
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
    old, young = Cohort("order", UNTIL, 10, (1.0, 2.0)), Cohort("order", UNTIL, 30, (5.0,))
    assert find_weighted([old, young], 13) == (4.0, 40)
    assert find_weighted([old, young], 26) == (2.0, 10)
    assert find_weighted([old, young], 39) is None
