"""The tables of orders: by group, by customer, and of the backtest; raw numbers, for files and commands too."""

from collections.abc import Sequence
from typing import Any

from analyses.lifetime.historic import STEP_WEEKS, Cohort
from analyses.lifetime.orders.backtest import MOST_REPEATS, Backtest
from analyses.lifetime.orders.customers import OrderCustomer
from analyses.lifetime.orders.value import GroupValue
from analyses.number_text import NumberText

FEWEST = 20  # customers under which a group is no ground to compare
FEW = f"fewer than {FEWEST} customers"
GROUP_COLUMNS = (
    "customers", "expected_alive", "orders_52w", "orders_low", "orders_high",
    "value_52w", "value_low", "value_high", "value_each", "orders_mean_low", "orders_mean_high",
    "value_mean_low", "value_mean_high", "note",
)  # fmt: skip


def list_group_rows(groups: Sequence[GroupValue], by: str | None) -> list[dict[str, Any]]:
    """One row a group, the largest value first; counts to a tenth, money to the cent.

    low and high hold what will come, mean_low and mean_high what is expected.
    """
    ordered = sorted(groups, key=lambda each: (-(each.value or 0.0), -each.orders))
    return [
        {
            by or "group": each.member or "all",
            **dict(zip(GROUP_COLUMNS, _numbers(each), strict=True)),
        }
        for each in ordered
    ]


def _numbers(group: GroupValue) -> tuple[int | float | str | None, ...]:
    counts = (group.alive, group.orders, group.orders_low, group.orders_high)
    money = (group.value, group.low, group.high, group.each)
    means = (group.orders_mean_low, group.orders_mean_high)
    return (
        group.customers,
        *(round(each, 1) for each in counts),
        *(None if each is None else round(each, 2) for each in money),
        *(round(each, 1) for each in means),
        *(None if each is None else round(each, 2) for each in (group.mean_low, group.mean_high)),
        FEW if group.customers < FEWEST else "",
    )


def list_customer_rows(customers: Sequence[OrderCustomer]) -> list[dict[str, Any]]:
    """One row a customer, in the order given."""
    return [
        {
            "customer": each.customer_name or each.customer_id,
            "p_alive": round(each.alive, 4),
            "value_52w": None if each.value is None else round(each.value, 2),
            "orders_52w": round(each.orders, 2),
            "spend_an_order": None if each.spend is None else round(each.spend, 2),
            "orders_so_far": each.repeats + 1,
            "bought_so_far": each.amount,
            "last_order": each.last_on,
            "note": each.note,
            "customer_id": each.customer_id,
        }
        for each in customers
    ]


def list_class_rows(backtest: Backtest) -> list[dict[str, Any]]:
    """Held-out orders by the repeat orders that the customers had made before."""
    return [
        {
            "repeat_orders_before": _name_class(each.repeats),
            "customers": each.customers,
            "expected": round(each.expected, 1),
            "came": each.actual,
            "expected_each": round(each.expected / each.customers, 3),
            "came_each": round(each.actual / each.customers, 3),
        }
        for each in backtest.classes
    ]  # fmt: skip


def _name_class(repeats: int) -> NumberText:
    if repeats == MOST_REPEATS:
        return NumberText(f"{repeats} or more", value=repeats, note="or more")
    return NumberText(str(repeats), value=repeats)


def list_cohort_rows(cohorts: Sequence[Cohort]) -> list[dict[str, Any]]:
    """One row a quarter of acquisition: cumulative margin of one customer at each age; None: not reached."""
    longest = max((len(each.margins) for each in cohorts), default=0)
    ages = [STEP_WEEKS * (number + 1) for number in range(longest)]
    return [
        {
            "acquired_by": each.acquired_by,
            "quarter_from": each.start,
            "customers": each.customers,
            **{f"week_{age}": None if (value := each.at(age)) is None else round(value, 2) for age in ages},
        }
        for each in cohorts
    ]  # fmt: skip
