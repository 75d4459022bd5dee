"""Where nobody was lost in 13 weeks, constant retention is the least it can be, and said so."""

import datetime as dt

import pytest

from analyses.lifetime.floor import Floor, compute_floor, describe_floor, find_floors
from analyses.lifetime.tables import Part, list_part_rows
from commands.lacking import floor_lines
from metrics.intervals import compute_beta
from metrics.scope import Scope
from tests.tiny import build_tiny, records, term

QUARTER = dt.date(2025, 10, 1)


def test_by_hand() -> None:
    """Jeffreys of 0 of 20 ends at 0.1166 (metrics.md 1.5): r = 0.8834 ^ (365.2425 / 84)."""
    assert compute_beta(0.5, 20.5)[1] == pytest.approx(0.1166, abs=5e-5)
    retained = (1 - compute_beta(0.5, 20.5)[1]) ** (365.2425 / 84)
    assert retained == pytest.approx(0.5833, abs=5e-4)
    assert compute_floor(100, 20, 0.01) == pytest.approx(100 * retained / (1.01 - retained))
    assert compute_floor(100, 20, 0.0) == pytest.approx(100 * retained / (1 - retained))
    assert compute_floor(100, 2000, 0.01) > compute_floor(100, 20, 0.01)


def test_only_what_rests_on_no_loss_has_a_floor() -> None:
    terms = [
        term("stays", "2025-01-01"),
        term("small", "2025-01-01"),
        term("left", "2025-01-01", "2025-11-03"),
    ]
    customers = [
        {"customer_id": "stays", "segment": "large"}, {"customer_id": "small", "segment": "small"},
        {"customer_id": "left", "segment": "small"},
    ]  # fmt: skip
    connection = build_tiny(
        {"subscriptions": terms, "customers": customers}, "2026-01-04",
        dimensions=["segment"], gross_margin=0.5,
    )  # fmt: skip
    whole = find_floors(connection.cursor(), "quarter", Scope(), None)
    assert (QUARTER, None) not in whole
    assert (dt.date(2025, 7, 1), None) in whole
    parts = find_floors(connection.cursor(), "quarter", Scope(), "segment")
    assert (QUARTER, "small") not in parts
    floor = parts[QUARTER, "large"]
    assert floor.weeks == 13
    assert floor.value == pytest.approx(compute_floor(50, 13, 1.1 ** (1 / 12) - 1))
    shown = records(connection, "ltv_simple", "quarter", breakdown="segment", period=QUARTER)
    (line,) = floor_lines(connection, shown, "segment", "EUR")
    assert line.startswith("Note: ltv_simple of 2025-10-01 large is no estimate: at least EUR ")
    assert line.endswith("nobody was lost in 13 customer-weeks.")
    value = next(each.value for each in shown if each.breakdown == "large")
    assert floor.value < float(value or 0)
    assert floor_lines(connection, [], None, "EUR") == []


def test_the_table_says_the_floor_in_place_of_the_value() -> None:
    part = Part("large", None, None, 9_000_000.0, 4, "too short", Floor(52, 41_200.0))
    (row,) = list_part_rows([part], "segment", "EUR")
    assert row["constant retention"] == describe_floor(Floor(52, 41_200.0), "EUR")
    assert "at least EUR 41.2 k: nobody was lost in 52 customer-weeks" in str(
        row["constant retention"]
    )
