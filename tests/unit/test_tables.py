"""Rows as CSV, JSON and text: what a spreadsheet, a program and a terminal may safely read."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from exports.tables import clean, to_csv, to_json, to_text
from ui.tables import column_settings, to_arrow


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_in_a_text_is_disarmed(start: str) -> None:
    text = to_csv([{"name": f"{start}cmd|' /C calc'!A0"}], ["name"])
    assert next(csv.reader(io.StringIO(text.split("\r\n", 1)[1], newline="")))[0].startswith(
        f"'{start}"
    )


def test_a_formula_in_a_column_name_is_disarmed() -> None:
    assert to_csv([], ["=1+1"]) == "'=1+1\r\n"


def test_our_own_negative_numbers_stay_numbers() -> None:
    row = {"a": -1, "b": -0.5, "c": Decimal("-0.000001"), "d": True, "e": None}
    assert to_csv([row], list(row)) == "a,b,c,d,e\r\n-1,-0.5,-0.000001,true,\r\n"


def test_csv_survives_quotes_separators_and_line_breaks() -> None:
    names = ['He said "no"', "a;b,c", "two\nlines", "<script>alert(1)</script>", "'; drop table x"]
    text = to_csv([{"name": name} for name in names], ["name"])
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))] == ["name", *names]


def test_json_has_exactly_the_columns_and_plain_values() -> None:
    row = {
        "day": date(2026, 11, 9), "mrr": Decimal("12.500000"), "count": 3, "share": 0.1,
        "none": None, "name": "Zoë \u001b[2J \u009b", "other": 1,
    }  # fmt: skip
    columns = [name for name in row if name != "other"]
    text = to_json([row], columns)
    assert text.isascii()
    assert "\u001b" not in text
    assert json.loads(text) == [
        {
            "day": "2026-11-09",
            "mrr": 12.5,
            "count": 3,
            "share": 0.1,
            "none": None,
            "name": row["name"],
        }
    ]
    assert list(json.loads(text)[0]) == columns
    assert json.loads(to_json([], columns)) == []


def test_text_is_aligned_and_leaves_empty_columns_out() -> None:
    rows = [
        {"customer_id": "1", "member": None, "value": "9 %"},
        {"customer_id": "longer", "member": None, "value": "10.5 %"},
    ]
    assert to_text(rows, ["customer_id", "member", "value"], right=["value"]).splitlines() == [
        "customer id   value",
        "1               9 %",
        "longer       10.5 %",
    ]
    assert to_text([], ["customer_id"]) == "customer id\n"


def test_a_name_cannot_steer_the_terminal() -> None:
    assert clean("a\u001b[2Jb\u009b\rc\nd é") == "a?[2Jb??c\nd é"
    assert "\u001b" not in to_text([{"name": "\u001b[31m"}], ["name"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([6.8, 485.9, 28.02], "%,.2f"),
        ([1.5, None, 20.0], "%,.1f"),
        ([7.0], "%,.0f"),
        ([0.0191], "%,.4f"),
    ],
)
def test_numbers_of_one_column_have_the_same_decimals(values: list[float | None], expected: str):
    table = to_arrow([{"amount": value} for value in values])
    assert column_settings(table, None)["amount"]["type_config"]["format"] == expected
