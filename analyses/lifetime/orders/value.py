"""Expected orders, P(alive) and the value of the next 52 weeks, in total and by group."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np

from analyses.lifetime.bg_nbd import (
    BgNbd,
    Histories,
    compute_alive,
    expect_if_alive,
    expect_orders,
)
from analyses.lifetime.gamma_gamma import GammaGamma, expect_spend
from analyses.lifetime.likelihood import Numbers
from analyses.lifetime.orders.future import find_error
from analyses.lifetime.orders.model import FOLDER, OrderModel, set_until, to_histories
from metrics.intervals import Z_95
from metrics.scope import Scope, check_chosen, set_variables

WEEKS = 52
WEEKS_A_YEAR = 52.1775
TIER = "tier"


@dataclass(frozen=True)
class GroupValue:
    """One group of customers with an order; member '' is all of the scope.

    alive: how many are expected to be there still. orders: repeat orders expected in 52 weeks. value:
    their margin, discounted, of the whole group, None where spend does not stand. low and high: 95 %
    by the likelihood of both fits, of the expectation and not of what single customers will do.
    """

    member: str
    customers: int
    alive: float
    orders: float
    orders_low: float
    orders_high: float
    value: float | None
    low: float | None
    high: float | None

    @property
    def each(self) -> float | None:
        """Value of one customer."""
        return None if self.value is None else self.value / self.customers


def find_group_values(
    cursor: duckdb.DuckDBPyConnection, model: OrderModel, discount_yearly: float,
    scope: Scope, by: str | None, with_value: bool = True,
) -> list[GroupValue]:  # fmt: skip
    """Value of each value of a dimension, of each tier (by = tier), or of all (None).

    CLV_52w = margin x E[M | x, z] x sum over k = 1 .. 52 of (E[Y(k)] - E[Y(k - 1)]) / (1 + d_w)^k,
    d_w = (1 + d)^(1 / 52.1775) - 1: residual, before acquisition cost, without what was bought so
    far. with_value: False where the spend or its backtest fails. Empty where the model does not
    stand. Raises StandingError for an unknown dimension.
    """
    if model.buying is None or model.counts is None:
        return []
    breakdown = None if by == TIER else by
    check_chosen(cursor, [breakdown] if breakdown else [])
    set_until(cursor, model.until)
    set_variables(cursor, "week", scope, breakdown)
    week_start = find_last_week(model.until)
    cursor.execute(
        (FOLDER / "groups.sql").read_text(encoding="utf-8"),
        {"by_tier": by == TIER, "week_start": week_start},
    )
    rows = cursor.fetchall()
    if not rows:
        return []
    return _value_groups(model if with_value else replace(model, spend=None), discount_yearly, rows)


def _value_groups(
    model: OrderModel, discount_yearly: float, rows: list[tuple[object, ...]]
) -> list[GroupValue]:
    buying, counts = model.buying, model.counts
    if buying is None or counts is None:
        raise ValueError("no fit to value by")
    members, where = np.unique([str(row[0]) for row in rows], return_inverse=True)
    repeats, recency, age, paid, customers, margin, margin_amount = np.array(
        [row[1:] for row in rows], dtype=float
    ).T
    histories = to_histories(repeats, recency, age, customers)

    def add(each: Numbers) -> Numbers:
        return np.bincount(where, weights=each, minlength=len(members)).astype(np.float64)

    def add_orders(parameters: Numbers) -> Numbers:
        return add(customers * expect_orders(BgNbd(*parameters.tolist()), histories, WEEKS))

    alive = add(customers * compute_alive(buying, histories))
    orders = add_orders(np.array(counts.parameters))
    order_error = find_error(counts, add_orders)
    values = lows = highs = [None] * len(members)
    paying, spend = model.paying, model.spend
    if paying is not None and spend is not None:
        discounted = discount_orders(buying, histories, discount_yearly)

        def add_values(spending: GammaGamma, ahead: Numbers) -> Numbers:
            # Expected spend is linear in what was spent, so sums by history are enough.
            nothing_spent = expect_spend(spending, paid, 0.0)
            a_unit_spent = expect_spend(spending, paid, 1.0) - nothing_spent
            return add(ahead * (margin * nothing_spent + margin_amount * a_unit_spent))

        value = add_values(paying, discounted)
        # To the sums of the next 52 weeks the discount is a common factor, hardly one of the fit.
        count_error = find_error(
            counts,
            lambda parameters: add_values(
                paying, expect_orders(BgNbd(*parameters.tolist()), histories, WEEKS)
            ),
        )
        spend_error = find_error(
            spend, lambda parameters: add_values(GammaGamma(*parameters.tolist()), discounted)
        )
        factor = np.exp(Z_95 * np.hypot(count_error, spend_error))
        values, lows, highs = value.tolist(), (value / factor).tolist(), (value * factor).tolist()
    order_factor = np.exp(Z_95 * order_error)
    counted = add(customers)
    return [
        GroupValue(
            str(member), int(counted[number]), float(alive[number]), float(orders[number]),
            float(orders[number] / order_factor[number]),
            float(orders[number] * order_factor[number]),
            values[number], lows[number], highs[number],
        )
        for number, member in enumerate(members)
    ]  # fmt: skip


def discount_orders(model: BgNbd, histories: Histories, discount_yearly: float) -> Numbers:
    """Repeat orders of the next 52 weeks, each worth 1 / (1 + d_w)^k at the end of its week k."""
    weekly = (1 + discount_yearly) ** (1 / WEEKS_A_YEAR)
    total, before = np.zeros_like(histories.age), np.zeros_like(histories.age)
    for week in range(1, WEEKS + 1):
        until = expect_if_alive(model, histories.repeats, histories.age, float(week))
        total += (until - before) / weekly**week
        before = until
    return total * compute_alive(model, histories)


def find_last_week(until: date) -> date:
    """Monday of the last week that is over before this day."""
    last = until - timedelta(days=7)
    return last - timedelta(days=last.weekday())
