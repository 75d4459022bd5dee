"""What is said of a number of money that rests on few customers or deals, or on no amounts."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from analyses.changes import compute_change
from analyses.grounds import Grounds, collect_grounds, describe_amounts, list_counting
from metrics.engine import Record
from metrics.registry import load_metrics

METRICS = load_metrics()
NOW, BEFORE = dt.date(2026, 1, 12), dt.date(2026, 1, 5)


def one(
    metric: str,
    numerator: float | Decimal | None = None,
    denominator: float | Decimal | None = None,
    value: float | None = None,
    start: dt.date = NOW,
) -> Record:
    """A record of the slice "large"; its value is the quotient where none is given."""
    if value is None and denominator:
        value = float(numerator or 0) / float(denominator)
    unit = METRICS[metric].unit
    return Record(
        metric, "week", start, "segment", "large", None, value, numerator, denominator, None, None, unit, None
    )  # fmt: skip


def grounds(*records: Record) -> Grounds:
    return collect_grounds(records, 20)


@pytest.mark.parametrize(
    ("metric", "counting"),
    [
        ("ret_grr", one("churn_logo", 1, 12)),
        ("churn_rev_net", one("churn_logo", 0, 12)),
        ("ltv_km", one("cust_active", value=12)),
    ],
)
def test_money_of_few_customers_says_how_many_and_has_no_change(
    metric: str, counting: Record
) -> None:
    now = one(metric, Decimal(80), Decimal(100))
    before = replace(now, period_start=BEFORE)
    few = grounds(counting, replace(counting, period_start=BEFORE))
    assert few.describe(METRICS[metric], now) == "12 customers: too few to compare"
    found = compute_change(METRICS[metric], now, before, few, BEFORE, 7)
    assert (found.value, found.reason) == (None, "too_few")


def test_enough_customers_now_and_few_then_are_too_few_to_compare() -> None:
    now = one("ret_grr", Decimal(80), Decimal(100))
    held = grounds(one("churn_logo", 1, 40), one("churn_logo", 0, 19, start=BEFORE))
    assert held.describe(METRICS["ret_grr"], now) == ""
    before = replace(now, period_start=BEFORE)
    assert compute_change(METRICS["ret_grr"], now, before, held, BEFORE, 7).reason == "too_few"


def test_the_customers_of_another_slice_say_nothing() -> None:
    other = replace(one("churn_logo", 1, 12), breakdown="small")
    assert (
        grounds(other).describe(METRICS["ret_grr"], one("ret_grr", Decimal(8), Decimal(10))) == ""
    )


@pytest.mark.parametrize(("won", "told"), [(4, "a guess: 4 won"), (5, "")])
def test_under_five_wins_the_velocity_is_a_guess(won: int, told: str) -> None:
    held = grounds(one("vel_win_count", won, 60))
    for metric in ("vel_pipeline", "vel_closed", "vel_deal", "vel_cycle"):
        assert held.describe(METRICS[metric], one(metric, value=100.0)) == told


@pytest.mark.parametrize(
    ("amount", "of", "won", "closed", "told"),
    [
        (900, 900, 30, 50, "no lost deal has an amount: it says nothing"),
        (0, 900, 30, 50, "no won deal has an amount: it says nothing"),
        (900, 900, 50, 50, ""),  # nothing was lost: 100 % it is
        (0, 900, 0, 50, ""),  # nothing was won: 0 % it is
        (500, 900, 30, 50, ""),
    ],
)
def test_a_win_rate_by_value_without_amounts_says_so(
    amount: int, of: int, won: int, closed: int, told: str
) -> None:
    """A public CRM export of 1,163 won and 793 lost deals, none of these with an amount: 100 %."""
    by_value, by_count = one("vel_win_value", amount, of), one("vel_win_count", won, closed)
    assert describe_amounts(by_value, by_count) == told
    assert grounds(by_count).describe(METRICS["vel_win_value"], by_value) == told


def test_what_counts_is_asked_for_where_it_is_not_asked_for_already() -> None:
    assert list_counting(["mrr", "churn_logo"]) == []
    assert list_counting(["ret_grr", "ltv_km", "vel_deal"]) == [
        "churn_logo", "cust_active", "vel_win_count",
    ]  # fmt: skip
    assert list_counting(["ret_grr", "churn_logo"]) == []
