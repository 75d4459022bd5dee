"""Four definitions of velocity beside each other, and the identity that ties two of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from analyses.velocity.snapshot import METRICS, VELOCITY, earlier
from analyses.velocity.variants import (
    CLOSED,
    CREATED,
    CREATED_RATE,
    CYCLE_ALL,
    NEEDED,
    REALISED,
    describe_identity,
    describe_variants,
    list_cycle_row,
    list_variant_rows,
    list_variants,
)
from metrics.engine import Record
from metrics.intervals import compute_wilson

WEEK = dt.date(2026, 1, 5)
UNITS = {"vel_open": "count", "vel_deal": "currency", "vel_win_count": "percent",
         "vel_cycle": "days", CREATED_RATE: "percent", CYCLE_ALL: "days"}  # fmt: skip
# 20k in 30 days, 30k in 60, 40k in 90 won, 25k and 45k lost, 8 open (metrics.md 2.1): V1 2,400, V2
# 1,500; and 91,000 in place of 90,000 per 91 days would be realised 1,000.
WORKED: Mapping[str, tuple[float | None, float | None, float | None]] = {
    VELOCITY: (2400, None, None),
    CLOSED: (1500, None, None),
    CREATED: (1800, None, None),
    REALISED: (90_000 / 91, 90_000, 91),
    "vel_open": (8, None, None),
    "vel_deal": (30_000, 90_000, 3),
    "vel_win_count": (0.6, 3, 5),
    "vel_cycle": (60, 180, 3),
    CREATED_RATE: (0.03, 3, 100),
    CYCLE_ALL: (80, 400, 5),
}


def of_week(**changed: tuple[float | None, float | None, float | None]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for name in NEEDED:
        value, top, bottom = {**WORKED, **changed}[name]
        is_rate = UNITS.get(name) == "percent" and bottom
        low, high = compute_wilson(top or 0, bottom) if is_rate and bottom else (None, None)
        fields: dict[str, Any] = {"low": low, "high": high}
        reason = "no_wins" if value is None else None
        unit = UNITS.get(name, "currency_per_day")
        found[name] = [
            Record(
                name,
                "week",
                WEEK,
                None,
                None,
                None,
                value,
                top,
                bottom,
                **fields,
                unit=unit,
                reason=reason,
            )
        ]
    return found


def test_the_definitions_side_by_side() -> None:
    variants = list_variants(of_week(), WEEK, 182, "EUR")
    rows = list_variant_rows(variants, "EUR")
    assert [row["per day"] for row in rows] == [
        "EUR 2,400 / day", "EUR 1,500 / day", "EUR 1,800 / day", "EUR 989 / day",
    ]  # fmt: skip
    assert [row["deals"] for row in rows] == ["8 open", "5 closed", "182 created", "3 won"]
    assert [row["/ time"] for row in rows] == ["60.0 days", "60.0 days", "91 days", "91 days"]
    assert [row["x win rate"] for row in rows[::2]] == [
        "60.0 % (23.1-88.2 %), 3 of 5 closed", "3.0 % (1.0-8.5 %), 3 of 100 created",
    ]  # fmt: skip
    assert describe_variants(variants, "EUR") == "4 definitions, from EUR 989 to EUR 2,400 / day"


def test_a_win_rate_of_few_deals_is_counts_and_interval() -> None:
    rows = list_variant_rows(list_variants(of_week(), WEEK, 182, "EUR", 20), "EUR")
    assert rows[0]["x win rate"] == "3 of 5 closed (23.1-88.2 %)"
    assert rows[2]["x win rate"].startswith("3.0 % (")


def test_the_identity_of_closed_deals_is_shown() -> None:
    """90,000 / 60 = 1,500."""
    told = describe_identity(of_week(), WEEK, "EUR")
    assert told.startswith("V2 = won value / cycle: EUR 90.0 k / 60.0 days = EUR 1,500 / day.")
    assert "without an amount" not in told


def test_a_won_deal_without_an_amount_is_named_in_the_identity() -> None:
    """Two of three have an amount, 45,000 each: three count 135,000, and V2 is 2,250."""
    records = of_week(vel_closed=(2250, None, None), vel_deal=(45_000, 90_000, 2))
    assert describe_identity(records, WEEK, "EUR").startswith(
        "V2 = won value / cycle: EUR 135 k (1 without an amount at the average) / 60.0 days"
    )


def test_without_a_win_nothing_is_claimed() -> None:
    nothing = (None, None, None)
    records = of_week(
        vel_pipeline=(0, None, None), vel_closed=(0, None, None), vel_created=nothing,
        vel_deal=nothing, vel_cycle=nothing, vel_win_count=(0, 0, 2), vel_realised=(0, 0, 91),
        vel_win_created=nothing,
    )  # fmt: skip
    variants = list_variants(records, WEEK, 4, "EUR")
    rows = list_variant_rows(variants, "EUR")
    assert rows[2]["per day"] == "n/a: no won opportunity in the window"
    assert rows[0]["x won deal"] == "n/a"
    assert describe_identity(records, WEEK, "EUR") == ""
    assert describe_variants(variants[2:3], "EUR").startswith("Other definitions")


def test_the_cycle_of_all_closed_stands_beside_l() -> None:
    weeks = {"now": WEEK, "a year ago": earlier(WEEK, 52)}
    row = list_cycle_row(of_week(), weeks, "EUR")
    assert (row["now"], row["n"]) == ("80.0 days", "5 closed")
    assert (row["a year ago"], row["n a year ago"]) == ("n/a: no data so far back", "")
    assert set(METRICS.values()) <= set(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_every_record_may_be_missing(name: str) -> None:
    records = {**of_week(), name: []}
    rows = list_variant_rows(list_variants(records, WEEK, 0, "EUR"), "EUR")
    assert len(rows) == 4
