"""Acquisition cost, LTV to CAC and payback: the worked numbers of 3.10, and the months they take."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.acquisition import (
    Spending,
    compute_cac,
    compute_churned_payback,
    compute_payback,
    find_spending,
)
from analyses.lifetime.costs import (
    compute_retained,
    describe_costs,
    describe_spending,
    list_cost_rows,
)
from tests.tiny import build_tiny

QUARTER = (dt.date(2026, 4, 1), dt.date(2026, 7, 1))


def test_as_worked() -> None:
    """120,000 / 40 = 3,000; 250 x 80 % = 200 a month: 15 months, with 2 % churn a month 18."""
    cac = compute_cac(120_000, 40)
    assert cac == 3000
    assert compute_payback(3000, 250 * 0.8) == 15
    assert compute_churned_payback(3000, 200, 0.98) == 18
    # 17 months recover 2,906.78, 18 recover 3,048.65
    assert compute_churned_payback(2906.78, 200, 0.98) == 17
    assert compute_churned_payback(3048.66, 200, 0.98) == 19


def test_undefined_is_missing() -> None:
    assert compute_cac(120_000, 0) is None
    assert compute_payback(3000, 0) is None
    assert compute_churned_payback(3000, 0, 0.98) is None
    # 200 / 0.02 = 10,000 is never passed
    assert compute_churned_payback(10_000, 200, 0.98) is None


def test_payback_at_its_edges() -> None:
    assert compute_churned_payback(3000, 200, 1) == 15
    assert compute_churned_payback(100, 200, 0) == 1
    assert compute_churned_payback(0, 200, 0.9) == 1
    assert compute_churned_payback(200, 200, 0.5) == 1
    assert compute_churned_payback(300, 200, 0.5) == 2


@given(st.floats(1, 1e5), st.floats(1, 1e4), st.floats(0.5, 0.999))
def test_payback_is_the_smallest_month(cac: float, margin: float, retained: float) -> None:
    found = compute_churned_payback(cac, margin, retained)

    def recovered(months: int) -> float:
        return margin * (1 - retained**months) / (1 - retained)

    if found is None:
        assert recovered(100_000) <= cac * (1 + 1e-9)
    else:
        assert recovered(found) >= cac * (1 - 1e-6)
        assert found == 1 or recovered(found - 1) <= cac * (1 + 1e-6)


def spend(costs: list[tuple[str, str, int]], cycles: list[int], **kind: Any) -> Spending:
    """What find_spending says of the second quarter of 2026."""
    tables: dict[str, Any] = {
        "costs": [
            {"month": dt.date.fromisoformat(month), "purpose": purpose, "amount": Decimal(amount)}
            for month, purpose, amount in costs
        ],
        "opportunities": [
            {
                "stage": "Won",
                "created_on": dt.date(2026, 6, 20) - dt.timedelta(days=days),
                "closed_on": dt.date(2026, 6, 20),
                "is_closed": True,
                "is_won": True,
                "kind": "new",
                **kind,
            }
            for days in cycles
        ],
    }
    with closing(build_tiny(tables, "2026-07-05")) as connection:
        return find_spending(connection.cursor(), *QUARTER)


COSTS = [
    ("2026-01-01", "acquisition", 7000),
    ("2026-02-01", "acquisition", 100),
    ("2026-03-01", "acquisition", 200),
    ("2026-03-01", "acquisition", 50),
    ("2026-03-01", "retention", 9000),
    ("2026-04-01", "acquisition", 400),
    ("2026-05-01", "acquisition", 800),
    ("2026-06-01", "acquisition", 1600),
]


def test_costs_lag_by_the_median_cycle() -> None:
    """Median 61 days, two months: February to April; other purposes are left out."""
    found = spend(COSTS, [10, 61, 200])
    assert (found.cycle_days, found.lag_months) == (61, 2)
    assert (found.first, found.last) == (dt.date(2026, 2, 1), dt.date(2026, 4, 1))
    assert (found.amount, found.missing) == (Decimal(750), ())
    assert describe_spending(found, "Q2 2026").startswith(
        "Blended: all costs with the purpose acquisition of Feb 2026 to Apr 2026 (2 months earlier, "
        "since the median won deal took 61 days)"
    )


def test_without_wins_there_is_no_lag() -> None:
    for found in (spend(COSTS, []), spend(COSTS, [61], kind="renewal")):
        assert (found.cycle_days, found.lag_months, found.amount) == (None, 0, Decimal(2800))
    assert "no lag, since no deal was won in 364 days" in describe_spending(found, "Q2 2026")


def test_a_month_without_cost_is_no_zero() -> None:
    found = spend(COSTS[:-1], [])
    assert (found.amount, found.missing) == (None, (dt.date(2026, 6, 1),))
    rows = list_cost_rows(found, 40, 10_000.0, 200.0, 0.01, "EUR")
    assert [row["value"] for row in rows] == ["n/a"] * 4
    assert {row["from"] for row in rows} == {"no acquisition cost in the export for Jun 2026"}


def spent(amount: int | None = 120_000) -> Spending:
    cost = None if amount is None else Decimal(amount)
    return Spending(QUARTER[0], dt.date(2026, 6, 1), cost, (), 57.0, 0)


def test_cost_rows_as_worked() -> None:
    weekly = 1 - 0.98 ** (84 / 365.2425)
    assert compute_retained(weekly) == pytest.approx(0.98)
    rows = list_cost_rows(spent(), 40, 10_000.0, 200.0, weekly, "EUR")
    assert [row["value"] for row in rows] == ["EUR 3,000", "3.3", "15.0 months", "18 months"]
    assert rows[0]["from"] == "EUR 120 k / 40 new customers"
    assert describe_costs(rows) == (
        "A new customer costs EUR 3,000: worth 3.3 times that, paid back in 18 months"
    )


def test_cost_rows_say_what_is_missing() -> None:
    nobody = list_cost_rows(spent(), 0, 10_000.0, 200.0, 0.01, "EUR")
    assert {row["from"] for row in nobody} == {"no new customer in the quarter"}
    never = list_cost_rows(spent(), 10, None, 200.0, 0.02, "EUR")
    assert (never[1]["value"], never[1]["from"]) == ("n/a", "no lifetime value")
    assert never[3]["value"] == "never"
    assert describe_costs(never) == "A new customer costs EUR 12.0 k: paid back never"
    assert describe_costs(nobody).endswith(": n/a")
    without = list_cost_rows(spent(), 10, 1.0, 200.0, None, "EUR")
    assert (without[3]["value"], without[3]["from"]) == ("n/a", "no churn of 13 weeks")
    empty = list_cost_rows(spent(), 10, 1.0, None, 0.01, "EUR")
    assert [row["value"] for row in empty[2:]] == ["n/a", "n/a"]
    assert "no customer" in empty[2]["from"] == empty[3]["from"]
    free = list_cost_rows(spent(0), 10, 1.0, 200.0, 0.01, "EUR")
    assert [row["value"] for row in free] == ["EUR 0", "n/a", "0.0 months", "1 month"]
