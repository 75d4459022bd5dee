"""Expected orders, P(alive) and the value of the next 52 weeks, in total and by group."""

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt

from analyses.lifetime.bg_nbd import (
    BgNbd,
    Histories,
    compute_alive,
    expect_if_alive,
    expect_orders,
)
from analyses.lifetime.gamma_gamma import GammaGamma, expect_spend
from analyses.lifetime.likelihood import Numbers
from analyses.lifetime.orders.future import (
    MOST_CUSTOMERS,
    Variances,
    find_error,
    predict,
    vary_sampled,
)
from analyses.lifetime.orders.model import (
    FOLDER,
    OrderModel,
    ask_numbers,
    set_until,
    to_histories,
)
from analyses.weekly import find_last_week
from metrics.intervals import Z_95
from metrics.scope import Scope, check_chosen, set_variables

WEEKS = 52
WEEKS_A_YEAR = 52.1775
TIER = "tier"
DRAWS = 100_000  # of a customer's future, for each group


@dataclass(frozen=True)
class GroupValue:
    """One group of customers with an order; member '' is all of the scope.

    alive: how many are expected to be there still. orders: repeat orders expected in 52 weeks. value:
    their margin, discounted, of the whole group, None where spend does not stand. low and high: 95 %
    of what will come, which holds the fits and the chance of the customers; mean_low and mean_high:
    of the expectation alone, by the likelihood of both fits.
    """

    member: str
    customers: int
    alive: float
    orders: float
    orders_low: float
    orders_high: float
    orders_mean_low: float
    orders_mean_high: float
    value: float | None
    low: float | None
    high: float | None
    mean_low: float | None
    mean_high: float | None

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
    placed = (FOLDER / "placed.sql").read_text(encoding="utf-8")
    cursor.execute(
        f"create or replace temp table placed_customers as\n{placed}",
        {"by_tier": by == TIER, "week_start": week_start},
    )
    cursor.execute((FOLDER / "groups.sql").read_text(encoding="utf-8"))
    rows = cursor.fetchall()
    if not rows:
        return []
    if not with_value:
        model = replace(model, spend=None, spend_reason=model.spend_reason or "not asked for")
    return _value_groups(cursor, model, discount_yearly, rows)


@dataclass(frozen=True)
class _Sums:
    """Histories with the group of each, and what is summed over a group of them."""

    members: list[str]
    where: npt.NDArray[np.intp]
    histories: Histories
    paid: Numbers
    margin: Numbers
    margin_amount: Numbers

    def add(self, each: Numbers) -> Numbers:
        """The sum of one number a history, by group."""
        summed = np.bincount(self.where, weights=each, minlength=len(self.members))
        return summed.astype(np.float64)

    def expect(self, parameters: Numbers) -> Numbers:
        """Orders of the next 52 weeks of one customer of each history."""
        return expect_orders(BgNbd(*parameters.tolist()), self.histories, WEEKS)

    def add_orders(self, parameters: Numbers) -> Numbers:
        return self.add(self.histories.customers * self.expect(parameters))

    def add_values(self, spending: GammaGamma, ahead: Numbers) -> Numbers:
        """Margin of so many orders: expected spend is linear in what was spent, so sums are enough."""
        nothing_spent = expect_spend(spending, self.paid, 0.0)
        a_unit_spent = expect_spend(spending, self.paid, 1.0) - nothing_spent
        return self.add(ahead * (self.margin * nothing_spent + self.margin_amount * a_unit_spent))


def _value_groups(
    cursor: duckdb.DuckDBPyConnection, model: OrderModel, discount_yearly: float,
    rows: list[tuple[object, ...]],
) -> list[GroupValue]:  # fmt: skip
    buying, counts = model.buying, model.counts
    if buying is None or counts is None:
        raise ValueError("no fit to value by")
    members, where = np.unique([str(row[0]) for row in rows], return_inverse=True)
    columns = np.array([row[1:] for row in rows], dtype=float).T
    repeats, recency, age, paid, customers, margin, margin_amount = columns
    histories = to_histories(repeats, recency, age, customers)
    sums = _Sums(members.tolist(), where, histories, paid, margin, margin_amount)
    alive = sums.add(customers * compute_alive(buying, histories))
    orders = sums.add_orders(np.array(counts.parameters))
    error = find_error(counts, sums.add_orders)
    counted = sums.add(customers)
    spent = _expect_values(model, discount_yearly, sums)
    found: list[GroupValue] = []
    for number, member in enumerate(sums.members):
        value, value_error, discounted = (float(each[number]) for each in spent)
        chance = _vary_group(cursor, model, member, int(counted[number]), discounted)
        found.append(
            GroupValue(
                member, int(counted[number]), float(alive[number]),
                *_surround(float(orders[number]), float(error[number]), chance.orders),
                *(_surround(value, value_error, chance.amount) if model.paying else (None,) * 5),
            )
        )  # fmt: skip
    return found


def _vary_group(
    cursor: duckdb.DuckDBPyConnection, model: OrderModel, member: str, customers: int, discounted: float
) -> Variances:  # fmt: skip
    """What chance makes of a group's customers, whichever groups stand beside it: its own draws."""
    sampled = ask_numbers(cursor, "some_placed.sql", 6, member=member, most=MOST_CUSTOMERS)
    return vary_sampled(model, sampled[:5], discounted * sampled[5], customers, WEEKS, DRAWS)


def _surround(
    expected: float, error: float, variance: float
) -> tuple[float, float, float, float, float]:
    """A sum, the interval of what will come of it, and that of the expectation alone."""
    factor = float(np.exp(Z_95 * error))
    return expected, *predict(expected, error, variance), expected / factor, expected * factor


def _expect_values(
    model: OrderModel, discount_yearly: float, sums: _Sums
) -> tuple[Numbers, Numbers, Numbers]:
    """By group: value, the standard error of its log, and what the discount leaves of one unit; all 0
    where spend does not stand."""
    buying, counts, paying, spend = model.buying, model.counts, model.paying, model.spend
    if buying is None or counts is None or paying is None or spend is None:
        nothing = np.zeros(len(sums.members))
        return nothing, nothing, nothing
    discounted = discount_orders(buying, sums.histories, discount_yearly)
    value = sums.add_values(paying, discounted)
    undiscounted = sums.add_values(paying, sums.expect(np.array(counts.parameters)))
    # To the sums of the next 52 weeks the discount is a common factor, hardly one of the fit.
    count_error = find_error(
        counts, lambda parameters: sums.add_values(paying, sums.expect(parameters))
    )
    spend_error = find_error(
        spend, lambda parameters: sums.add_values(GammaGamma(*parameters.tolist()), discounted)
    )
    kept = np.divide(value, undiscounted, out=np.ones_like(value), where=undiscounted > 0)
    return value, np.hypot(count_error, spend_error), kept


def discount_orders(model: BgNbd, histories: Histories, discount_yearly: float) -> Numbers:
    """Repeat orders of the next 52 weeks of one customer of each history, each worth 1 / (1 + d_w)^k at
    the end of its week k: sum of (E[Y(k)] - E[Y(k - 1)]) / (1 + d_w)^k, d_w = (1 + d)^(1 / 52.1775) - 1.

    discount_yearly: d, a share; at 0 it is E[Y(52)]. Source: metrics.md 3.9."""
    weekly = (1 + discount_yearly) ** (1 / WEEKS_A_YEAR)
    total, before = np.zeros_like(histories.age), np.zeros_like(histories.age)
    for week in range(1, WEEKS + 1):
        until = expect_if_alive(model, histories.repeats, histories.age, float(week))
        total += (until - before) / weekly**week
        before = until
    return total * compute_alive(model, histories)
