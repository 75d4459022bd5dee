"""How often customers order and how much, fitted to all orders of the company before a boundary."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from analyses.lifetime.bg_nbd import BgNbd, Histories, fit_bg_nbd
from analyses.lifetime.gamma_gamma import GammaGamma, Spend, compute_correlation, fit_gamma_gamma
from analyses.lifetime.likelihood import Fit, Numbers

FOLDER = Path(__file__).parent
FEWEST_CUSTOMERS = 100
FEWEST_REPEATERS = 20
WEEK_DAYS = 7
NO_ORDERS = "no order yet"


@dataclass(frozen=True)
class Bought:
    """Counts of the orders behind a fit: of customers and their days with an order.

    refunds: days whose amounts sum to less than 0, which are no orders; free: those that sum to 0.
    """

    first_on: date | None
    customers: int
    repeaters: int
    repeats: int
    refunds: int
    free: int


@dataclass(frozen=True)
class OrderModel:
    """Both fits at a boundary; a fit is None, or has a reason, where it does not stand.

    correlation: of repeat orders with what one costs, None without a repeat order that costs.
    """

    until: date
    bought: Bought
    counts: Fit | None
    spend: Fit | None
    correlation: float | None
    reason: str = ""
    spend_reason: str = ""

    @property
    def buying(self) -> BgNbd | None:
        """How often they order; None where that does not stand."""
        return None if self.reason or self.counts is None else BgNbd(*self.counts.parameters)

    @property
    def paying(self) -> GammaGamma | None:
        """How much they spend an order; None where that does not stand."""
        stands = not self.reason and not self.spend_reason and self.spend is not None
        return GammaGamma(*self.spend.parameters) if stands and self.spend else None


def fit_orders(cursor: duckdb.DuckDBPyConnection, until: date) -> OrderModel:
    """The model of the company's orders before this day, whatever the scope: one model, so that a
    segment's value is the same alone and among others."""
    set_until(cursor, until)
    histories = find_histories(cursor)
    bought = _count(cursor, until, histories)
    model = OrderModel(until, bought, None, None, None)
    if reason := _why_too_few(bought):
        return replace(model, reason=reason, spend_reason=reason)
    counts = fit_bg_nbd(histories)
    spend = find_spend(cursor)
    if spend.customers.sum() < FEWEST_REPEATERS:
        few = f"fewer than {FEWEST_REPEATERS} customers have a repeat order that cost something"
        return replace(model, counts=counts, reason=counts.reason, spend_reason=few)
    fitted = fit_gamma_gamma(spend)
    return replace(
        model, counts=counts, spend=fitted, correlation=compute_correlation(spend),
        reason=counts.reason, spend_reason=fitted.reason,
    )  # fmt: skip


def set_until(cursor: duckdb.DuckDBPyConnection, until: date) -> None:
    """Let the view order_histories end before this day, as long as the cursor lives."""
    cursor.execute("set variable orders_until = ?::date", [until])


def find_histories(cursor: duckdb.DuckDBPyConnection) -> Histories:
    """All different histories, in weeks, before the day of set_until."""
    rows = ask_numbers(cursor, "histories.sql", 4)
    return to_histories(*rows)


def to_histories(
    repeats: Numbers, recency_days: Numbers, age_days: Numbers, customers: Numbers
) -> Histories:
    """Histories from counts and days, as SQL gives them."""
    return Histories(repeats, recency_days / WEEK_DAYS, age_days / WEEK_DAYS, customers)


def find_spend(cursor: duckdb.DuckDBPyConnection) -> Spend:
    """What repeat orders cost, before the day of set_until."""
    return Spend(*ask_numbers(cursor, "spend.sql", 3))


def ask_numbers(
    cursor: duckdb.DuckDBPyConnection, name: str, columns: int, **values: object
) -> Numbers:
    """The answer to a query of this folder, one array a column."""
    cursor.execute((FOLDER / name).read_text(encoding="utf-8"), values)
    return np.array(cursor.fetchall(), dtype=float).reshape(-1, columns).T


def _count(cursor: duckdb.DuckDBPyConnection, until: date, histories: Histories) -> Bought:
    cursor.execute((FOLDER / "days.sql").read_text(encoding="utf-8"), {"until": until})
    first_on, refunds, free = cursor.fetchall()[0]
    again = histories.repeats > 0
    return Bought(
        first_on,
        int(histories.customers.sum()),
        int(histories.customers[again].sum()),
        int(np.dot(histories.customers, histories.repeats)),
        refunds,
        free,
    )


def _why_too_few(bought: Bought) -> str:
    if not bought.customers:
        return NO_ORDERS
    if bought.customers < FEWEST_CUSTOMERS:
        return (
            f"only {bought.customers:,} customers have ordered, the model wants {FEWEST_CUSTOMERS}"
        )
    if bought.repeaters < FEWEST_REPEATERS:
        return (
            f"only {bought.repeaters:,} customers have ordered again, the model wants "
            f"{FEWEST_REPEATERS}"
        )
    return ""
