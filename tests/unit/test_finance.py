"""The ledger's revenue of a quarter against the MRR accrued by day, orders and credits."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.tiny import Rows, build_tiny, rows_of, term
from warehouse.gate.finance import reconcile_finance


def reconcile(
    revenue: dict[str, int], first_month: int = 1, **tables: Rows
) -> list[tuple[Any, ...]]:
    """(not explained, orders, credits, accrued, problem) of each quarter, the amounts to the cent."""
    totals = [
        {"period_start": date.fromisoformat(day), "revenue": Decimal(amount)}
        for day, amount in revenue.items()
    ]
    connection = build_tiny(
        {**tables, "finance_totals": totals}, "2026-11-15", fiscal_year_first_month=first_month
    )
    reconcile_finance(connection)
    return rows_of(
        connection,
        "select round(not_explained, 2), orders, credits, round(accrued, 2), problem from finance_bridge",
    )


def test_a_term_that_runs_all_quarter_counts_its_mrr_three_times() -> None:
    terms = [term("A", "2026-01-01", mrr=100), term("B", "2026-04-16", "2026-06-11", mrr=30)]
    # B: 15 of 30 days of April, all of May, 10 of 30 days of June
    found = reconcile({"2026-04-01": 350}, subscriptions=terms)
    assert found == [(Decimal("5"), 0, 0, Decimal("355"), None)]


def test_orders_and_credits_of_the_quarter_are_steps_of_the_bridge() -> None:
    orders = [
        {"customer_id": "A", "ordered_on": date(2026, 6, 30), "amount": Decimal(40)},
        {"customer_id": "A", "ordered_on": date(2026, 7, 1), "amount": Decimal(1)},
    ]
    credits = [
        {
            "customer_id": "A",
            "occurred_on": date(2026, 4, 1),
            "kind": "credit",
            "amount": Decimal(-15),
        },
        {
            "customer_id": "A",
            "occurred_on": date(2026, 4, 1),
            "kind": "late_payment",
            "amount": Decimal(9),
        },
    ]
    terms = [term("A", "2026-01-01", mrr=100)]
    found = reconcile(
        {"2026-04-01": 325}, subscriptions=terms, orders=orders, billing_events=credits
    )
    assert found == [(0, 40, 15, 300, None)]


def test_a_quarter_is_fiscal_and_over_and_within_the_data() -> None:
    terms = [term("A", "2026-01-01", mrr=100)]
    revenue = {"2025-11-01": 1, "2026-02-01": 300, "2026-04-01": 1, "2026-11-01": 1}
    assert [row[-1] for row in reconcile(revenue, 2, subscriptions=terms)] == [
        "the first paid term begins later",
        None,
        "no fiscal quarter of the data begins on this day",
        "the quarter is not over",
    ]


def test_without_a_term_there_is_nothing_to_compare() -> None:
    deals = [{"created_on": date(2026, 1, 5), "stage": "Won", "is_closed": False, "is_won": False}]
    ((*_, problem),) = reconcile({"2026-04-01": 300}, opportunities=deals)
    assert problem == "the export has no paid term"
