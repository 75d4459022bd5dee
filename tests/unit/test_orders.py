"""Orders without a contract, by hand on tiny companies and against worlds whose parameters are known."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pytest

from analyses.lifetime.bg_nbd import Histories, fit_bg_nbd
from analyses.lifetime.orders.backtest import run_backtest
from analyses.lifetime.orders.customers import find_order_customers
from analyses.lifetime.orders.model import fit_orders, set_until
from analyses.lifetime.orders.report import find_orders, find_values
from analyses.lifetime.orders.value import TIER, find_group_values
from metrics.scope import Scope
from tests.tiny import build_tiny, term

UNTIL = dt.date(2026, 7, 1)
HISTORIES = """
select customer_id, repeats, recency_days, age_days, paid_repeats, cast(repeat_amount as double)
from order_histories order by customer_id
"""


def order(customer: str, day: str, amount: object = 10, **more: Any) -> dict[str, Any]:
    return {
        "customer_id": customer, "ordered_on": dt.date.fromisoformat(day),
        "amount": Decimal(str(amount)), **more,
    }  # fmt: skip


def histories(orders: Sequence[dict[str, Any]], until: dt.date) -> list[tuple[Any, ...]]:
    with closing(build_tiny({"orders": orders}, "2026-09-30")) as connection:
        set_until(connection, until)
        return connection.execute(HISTORIES).fetchall()


def test_a_history_by_hand() -> None:
    """Orders of a day are one; the first is no repeat; age ends with the last day before the
    boundary; later orders are unknown."""
    found = histories(
        [
            order("a", "2026-01-05", 100), order("a", "2026-01-05", 5), order("a", "2026-02-02", 20),
            order("a", "2026-02-09", 30), order("a", "2026-07-01", 1000), order("b", "2026-06-30"),
            order("c", "2026-07-01"),
        ],
        UNTIL,
    )  # fmt: skip
    assert found == [("a", 2, 35, 176, 2, 50.0), ("b", 0, 0, 0, 0, 0.0)]


def test_refunds_are_no_orders_and_free_days_teach_no_spend() -> None:
    found = histories(
        [
            order("a", "2026-01-05"), order("a", "2026-01-06", -10), order("a", "2026-01-07", 0),
            order("a", "2026-01-08", 30), order("a", "2026-01-08", -5), order("b", "2026-01-05", -1),
        ],
        UNTIL,
    )  # fmt: skip
    assert found == [("a", 2, 3, 176, 1, 25.0)]
    with closing(
        build_tiny(
            {"orders": [order("a", "2026-01-05", -1), order("a", "2026-01-06", 0)]}, "2026-06-30"
        )
    ) as connection:
        bought = fit_orders(connection, UNTIL).bought
    assert (bought.customers, bought.refunds, bought.free) == (1, 1, 1)


def test_too_few_orders_have_a_reason() -> None:
    with closing(build_tiny({"orders": [order("a", "2026-01-05")]}, "2026-06-30")) as connection:
        model = fit_orders(connection, UNTIL)
        assert "only 1 customers have ordered" in model.reason
        assert model.buying is None
        assert find_group_values(connection, model, 0.1, Scope(), None) == []
        backtest = run_backtest(connection, UNTIL)
        assert "less than 65 weeks" in backtest.reason
    with closing(
        build_tiny({"subscriptions": [term("a", "2026-01-05")]}, "2026-06-30")
    ) as connection:
        assert fit_orders(connection, UNTIL).reason == "no order yet"


def draw_histories(size: int, seed: int) -> list[tuple[float, list[float], list[float]]]:
    """First day and, of each customer, days and amounts of orders, from BG/NBD (r .6, alpha 8 weeks,
    a .8, b 2.5) and Gamma-Gamma (p 6, q 4, v 150)."""
    random = np.random.default_rng(seed)
    drawn: list[tuple[float, list[float], list[float]]] = []
    for _ in range(size):
        first = float(random.integers(0, 700))
        rate, gone = random.gamma(0.6, 1 / 8), random.beta(0.8, 2.5)
        scale = random.gamma(4, 1 / 150)
        day, days = 0.0, [0.0]
        while day < 1096 - first:
            day += random.exponential(7 / rate)
            days.append(day)
            if random.random() < gone:
                break
        days = [each for each in days if each < 1096 - first]
        drawn.append((first, days, [float(random.gamma(6) / scale) for _ in days]))
    return drawn


def connect_world(size: int, seed: int) -> duckdb.DuckDBPyConnection:
    """The tables that the analysis reads, filled at once: a row at a time would take minutes."""
    connection = build_tiny(
        {
            "orders": [order("0", "2023-07-03")],
            "customers": [{"customer_id": "0", "segment": "smb"}],
        },
        "2026-06-30",
    )
    start = dt.date(2023, 7, 1)
    rows = [
        (str(number), start + dt.timedelta(days=int(first + day)), round(amount, 2))
        for number, (first, days, amounts) in enumerate(draw_histories(size, seed))
        for day, amount in zip(days, amounts, strict=True)
    ]
    connection.execute("delete from fct_orders")
    customer, day, amount = (list(column) for column in zip(*rows, strict=True))
    connection.execute(
        "insert into fct_orders select customer, 1, day, sum(cast(amount as decimal(38, 6))), null, count(*) "
        "from (select unnest(?::varchar[]) as customer, unnest(?::date[]) as day, unnest(?::double[]) as amount) "
        "group by all",
        [customer, day, amount],
    )
    connection.execute(
        "insert into fct_customers select customer.* replace (cast(number as varchar) as customer_id) "
        "from fct_customers as customer, range(1, ?) as numbers(number)",
        [size],
    )
    return connection


@pytest.fixture(scope="module")
def world() -> Any:
    with closing(connect_world(3000, 7)) as connection:
        yield connection


def test_known_parameters_are_recovered(world: duckdb.DuckDBPyConnection) -> None:
    model = fit_orders(world, UNTIL)
    assert not model.reason
    assert not model.spend_reason
    assert model.counts is not None
    assert model.spend is not None
    for fit, truth in ((model.counts, (0.6, 8, 0.8, 2.5)), (model.spend, (6, 4, 150))):
        errors = np.sqrt(np.diag(fit.covariance))
        off = np.abs(np.log(fit.parameters) - np.log(truth)) / errors
        assert off.max() < 3
        assert errors.max() < 0.6


def test_a_known_world_passes_its_backtest(world: duckdb.DuckDBPyConnection) -> None:
    backtest = run_backtest(world, UNTIL)
    assert backtest.reason == ""
    assert backtest.amount_reason == ""
    for held in (backtest.orders, backtest.amount):
        assert held is not None
        assert held.low < held.actual < held.high
        assert held.error is not None
        assert abs(held.error) < abs(held.naive / held.actual - 1)
    assert backtest.orders is not None
    assert sum(each.actual for each in backtest.classes) == backtest.orders.actual
    assert sum(each.expected for each in backtest.classes) == pytest.approx(
        backtest.orders.expected
    )
    assert sum(each.customers for each in backtest.classes) == backtest.customers
    before = backtest.tracks[-53]
    assert before.week == -1
    assert backtest.tracks[-1].actual - before.actual == backtest.orders.actual


def test_the_naive_forecast_of_a_short_history_stands_for_as_many_weeks(
    world: duckdb.DuckDBPyConnection,
) -> None:
    """From 1 July 2023 to the origin of 2 October 2024 is more than a year; to 3 April 2024 39.6 weeks."""
    later, earlier = (
        run_backtest(world, origin + dt.timedelta(weeks=52)).orders
        for origin in (dt.date(2024, 10, 2), dt.date(2024, 4, 3))
    )
    assert later is not None
    assert earlier is not None
    counted = world.execute(
        "select count(*) from (select customer_id, ordered_on, min(ordered_on) over (partition by customer_id) "
        "as first_on from fct_orders) where ordered_on > first_on and ordered_on < date '2024-04-03'"
    ).fetchall()[0][0]
    first = world.execute("select min(ordered_on) from fct_orders").fetchall()[0][0]
    assert earlier.naive == pytest.approx(counted * 364 / (dt.date(2024, 4, 3) - first).days)
    assert later.naive == int(later.naive)


def test_a_backtest_knows_nothing_later(world: duckdb.DuckDBPyConnection) -> None:
    """What it expected is the same when nothing at all comes after the origin; then it has missed."""
    before = run_backtest(world, UNTIL)
    with closing(connect_world(3000, 7)) as connection:
        connection.execute("delete from fct_orders where ordered_on >= date '2025-07-02'")
        after = run_backtest(connection, UNTIL)
    assert before.orders is not None
    assert after.orders is not None
    assert after.orders.expected == before.orders.expected
    assert after.orders.actual == 0
    assert "the backtest missed" in after.reason


def test_groups_add_up_and_the_interval_holds_the_value(world: duckdb.DuckDBPyConnection) -> None:
    model = fit_orders(world, UNTIL)
    (everyone,) = find_group_values(world, model, 0.1, Scope(), None)
    segments = find_group_values(world, model, 0.1, Scope(), "segment")
    tiers = find_group_values(world, model, 0.1, Scope(), TIER)
    assert [each.member for each in (*segments, *tiers)] == ["smb", "none"]
    assert segments[0].value == everyone.value
    assert everyone.value is not None
    assert everyone.low is not None
    assert everyone.high is not None
    assert everyone.low < everyone.value < everyone.high
    assert everyone.orders_low < everyone.orders_mean_low < everyone.orders
    assert everyone.orders < everyone.orders_mean_high < everyone.orders_high
    assert everyone.mean_low is not None
    assert everyone.mean_high is not None
    assert everyone.low < everyone.mean_low < everyone.mean_high < everyone.high
    assert replace(segments[0], member="") == everyone
    assert 0 < everyone.alive < everyone.customers == model.bought.customers
    # 80 % margin on an average order of about 300, less the discount.
    assert everyone.value / (0.8 * everyone.orders) == pytest.approx(300, rel=0.1)
    assert find_group_values(world, model, 0.1, Scope(segment=("other",)), None) == []
    dearer = find_group_values(world, model, 0.3, Scope(), None)[0]
    assert dearer.value is not None
    assert dearer.value < everyone.value
    assert dearer.orders == everyone.orders


def test_the_interval_holds_what_came_of_a_year_ago(world: duckdb.DuckDBPyConnection) -> None:
    """At the origin of the backtest it is the backtest's own, and holds the orders that came."""
    backtest = run_backtest(world, UNTIL)
    assert backtest.orders is not None
    model = fit_orders(world, backtest.origin)
    (everyone,) = find_group_values(world, model, 0.0, Scope(), None)
    assert everyone.orders == pytest.approx(backtest.orders.expected)
    assert everyone.orders_low == pytest.approx(backtest.orders.low, rel=0.01)
    assert everyone.orders_low < backtest.orders.actual < everyone.orders_high
    assert backtest.amount is not None
    # the margin is 80 % of revenue
    assert everyone.value == pytest.approx(0.8 * backtest.amount.expected)
    assert everyone.high == pytest.approx(0.8 * backtest.amount.high, rel=0.02)


def test_customers_add_up_to_the_value(world: duckdb.DuckDBPyConnection) -> None:
    orders = find_orders(world, UNTIL)
    assert orders.value_reason == ""
    (everyone,) = find_values(world, orders, 0.1, Scope(), None)
    customers = find_order_customers(world, orders, 0.1, Scope(), 10_000)
    assert len(customers) == everyone.customers
    assert sum(each.value or 0 for each in customers) == pytest.approx(everyone.value)
    assert sum(each.orders for each in customers) == pytest.approx(everyone.orders)
    assert sum(each.alive for each in customers) == pytest.approx(everyone.alive)
    values = [each.value or 0 for each in customers]
    assert values == sorted(values, reverse=True)
    assert find_order_customers(world, orders, 0.1, Scope(), 3) == customers[:3]
    assert find_order_customers(world, orders, 0.1, Scope(segment=("other",)), 3) == []
    once = next(each for each in customers if not each.repeats)
    assert orders.model.paying is not None
    assert once.spend == pytest.approx(orders.model.paying.mean)
    assert once.alive == 1
    assert "no repeat order" in once.note


def test_a_model_that_missed_expects_nothing(world: duckdb.DuckDBPyConnection) -> None:
    orders = find_orders(world, UNTIL)
    missed = replace(orders, backtest=replace(orders.backtest, reason="it missed"))
    assert missed.value_reason == "it missed"
    assert find_values(world, missed, 0.1, Scope(), None) == []
    assert find_order_customers(world, missed, 0.1, Scope(), 3) == []
    poor = replace(orders, backtest=replace(orders.backtest, amount_reason="spend missed"))
    (everyone,) = find_values(world, poor, 0.1, Scope(), None)
    assert (everyone.value, everyone.each, everyone.low) == (None, None, None)
    assert everyone.orders > 0
    first = find_order_customers(world, poor, 0.1, Scope(), 1)[0]
    assert (first.value, first.spend, first.note) == (None, None, "")


def test_the_order_of_rows_changes_no_digit() -> None:
    ages = np.arange(1.0, 151.0)
    repeats = np.floor(ages / 15)
    given = Histories(repeats, ages * 0.6 * (repeats > 0), ages, np.full_like(ages, 3.0))
    turned = Histories(
        *(each[::-1].copy() for each in (given.repeats, given.recency, given.age, given.customers))
    )
    assert fit_bg_nbd(turned).parameters == pytest.approx(fit_bg_nbd(given).parameters, rel=1e-6)
