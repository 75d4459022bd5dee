"""Deals with and without a customer's help: counts, shares, and a difference only where it can be told."""

import datetime as dt
from decimal import Decimal

from analyses.velocity.aided import (
    CYCLE,
    RATE,
    VALUE,
    WARNING,
    WON,
    describe_aided,
    list_aided_rows,
)
from metrics.engine import Number, Record
from metrics.intervals import compute_wilson

WEEK = dt.date(2026, 1, 5)
Records = dict[str, list[Record]]


def record(metric: str, member: str, top: Number | None, bottom: Number | None = None) -> Record:
    """As the engine returns it; without a denominator the first number is the value."""
    unit = {WON: "count", VALUE: "percent", RATE: "percent", CYCLE: "days"}[metric]
    if bottom is None:
        return Record(
            metric, "week", WEEK, None, None, member, top, None, None, None, None, unit, None
        )
    low, high = compute_wilson(float(top or 0), float(bottom)) if metric == RATE else (None, None)
    value = float(top or 0) / float(bottom) if bottom else None
    reason = None if bottom else "no_denominator"
    return Record(
        metric, "week", WEEK, None, None, member, value, top, bottom, low, high, unit, reason
    )


def world(aided: tuple[int, int, int, int], unaided: tuple[int, int, int, int]) -> Records:
    """Won, closed, amount won and days of the won, aided and not."""
    both = {"aided": aided, "unaided": unaided}
    amount = aided[2] + unaided[2]
    return {
        WON: [record(WON, name, each[0]) for name, each in both.items()],
        VALUE: [record(VALUE, name, Decimal(each[2]), Decimal(amount)) for name, each in both.items()],
        RATE: [record(RATE, name, each[0], each[1]) for name, each in both.items()],
        CYCLE: [record(CYCLE, name, each[3], each[0]) for name, each in both.items()],
    }  # fmt: skip


def test_aided_beside_unaided() -> None:
    """56 of 70 against 48 of 80: +20 points, Newcombe 5.2 to 33.4 (metrics.md 1.6)."""
    records = world((56, 70, 600_000, 2800), (48, 80, 400_000, 4800))
    won, value, rate, cycle = list_aided_rows(records, WEEK, "EUR", 20)
    assert (won["aided"], won["unaided"]) == ("56", "48")
    assert won["compare"] == "53.8 % of the won are aided"
    assert (value["aided"], value["unaided"]) == ("EUR 600 k", "EUR 400 k")
    assert value["compare"] == "60.0 % of the value is aided"
    assert rate["aided"].startswith("80.0 % (")
    assert rate["aided"].endswith("; 56 of 70)")
    assert rate["compare"] == "+20.0 pp (95 % interval 5.2-33.4 pp)"
    assert (cycle["aided"], cycle["unaided"]) == ("50.0 days (56 won)", "100 days (48 won)")
    assert describe_aided(records, WEEK, "EUR") == (
        "Customers helped with 56 of 104 deals won, EUR 600 k of EUR 1.00 M (60.0 %)"
    )
    assert WARNING.startswith("Association, not effect.")


def test_too_few_or_too_alike_is_said() -> None:
    few = list_aided_rows(world((3, 5, 90_000, 180), (48, 80, 400_000, 4800)), WEEK, "EUR", 20)
    assert few[2]["aided"] == "3 of 5 (23.1-88.2 %)"
    assert few[2]["compare"] == "too few closed to compare"
    alike = list_aided_rows(world((50, 80, 1, 80), (48, 80, 1, 80)), WEEK, "EUR", 20)
    assert alike[2]["compare"] == "not distinguishable"


def test_without_help_or_deals_the_message_says_so() -> None:
    nobody = world((0, 0, 0, 0), (3, 5, 90_000, 180))
    assert describe_aided(nobody, WEEK, "EUR") == (
        "No deal won in 91 days has a customer's help linked to it"
    )
    rows = list_aided_rows(nobody, WEEK, "EUR", 20)
    assert rows[2]["aided"] == rows[3]["aided"] == "n/a: nothing to divide by in this period"
    nothing = world((0, 0, 0, 0), (0, 0, 0, 0))
    assert describe_aided(nothing, WEEK, "EUR") == "No deal was won in 91 days"
    assert list_aided_rows(nothing, WEEK, "EUR", 20)[1]["compare"] == ""
    before: Records = {name: [] for name in nothing}
    assert describe_aided(before, WEEK, "EUR") == "Deals with a customer's help: n/a"
    assert list_aided_rows(before, WEEK, "", 20)[0]["aided"] == "n/a: no data so far back"
