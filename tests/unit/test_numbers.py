"""A download holds numbers where the page shows short words."""

import csv
import io
import pickle

from analyses.formats import format_band, format_of, format_range, format_value
from analyses.number_text import NumberText
from exports.numbers import to_numbers
from exports.tables import to_csv


def test_a_figure_becomes_a_column_a_part_in_full_digits() -> None:
    rows = [
        {"tier": "Loyal", "value": format_band(24112.31, 14533.4, 33610.2, "currency", "EUR"), "moves": 3},
        {"tier": "None", "value": "n/a", "moves": 4},
    ]  # fmt: skip
    assert rows[0]["value"] == "EUR 24.1 k (EUR 14.5 k to 33.6 k)"
    assert to_numbers(rows) == [
        {"tier": "Loyal", "value (EUR)": 24112.31, "value low (EUR)": 14533.4,
         "value high (EUR)": 33610.2, "moves": 3},
        {"tier": "None", "value (EUR)": None, "value low (EUR)": None,
         "value high (EUR)": None, "moves": 4},
    ]  # fmt: skip


def test_units_that_differ_by_row_stand_in_a_column_of_their_own() -> None:
    rows = [
        {"number": "MRR", "now": format_value(2_650_000.5, "currency", "EUR"),
         "95 % interval": format_range(2_600_000, 2_700_000, "currency", "EUR")},
        {"number": "Retained", "now": format_value(0.9123, "percent"),
         "95 % interval": format_range(None, 0.95, "percent")},
        {"number": "Lost", "now": format_value(57, "count"), "95 % interval": ""},
    ]  # fmt: skip
    assert [list(row.values()) for row in to_numbers(rows)] == [
        ["MRR", 2_650_000.5, 2_600_000, 2_700_000, "EUR"],
        ["Retained", 0.9123, 0.0, 0.95, "share"],
        ["Lost", 57, None, None, ""],
    ]
    assert list(to_numbers(rows)[0]) == [
        "number", "now", "95 % interval low", "95 % interval high", "unit",
    ]  # fmt: skip


def test_counts_are_two_numbers_and_words_beside_figures_are_kept() -> None:
    few = NumberText("too few (40-60 %)", "share", value=None, low=0.4, high=0.6, note="too few")
    rows = [{"kept": format_of(1373, 1404), "share": few}, {"kept": "nobody", "share": "n/a"}]
    assert rows[0]["kept"] == "1,373 of 1,404"
    assert to_numbers(rows) == [
        {"kept": 1373, "kept out of": 1404, "kept note": None, "share": None,
         "share low": 0.4, "share high": 0.6, "share note": "too few"},
        {"kept": None, "kept out of": None, "kept note": "nobody", "share": None,
         "share low": None, "share high": None, "share note": None},
    ]  # fmt: skip


def test_a_negative_number_is_never_quoted_and_a_customers_formula_always_is() -> None:
    rows = to_numbers(
        [{"name": "=1+1", "change": format_value(-4010.25, "currency", "EUR", is_change=True)}]
    )
    written = to_csv(rows, list(rows[0]))
    assert list(csv.reader(io.StringIO(written))) == [
        ["name", "change (EUR)"],
        ["'=1+1", "-4010.25"],
    ]


def test_rows_without_figures_stay_as_they_are_and_figures_survive_a_copy() -> None:
    rows = [{"a": 1, "b": "x", "c": None}]
    assert to_numbers(rows) == rows
    figure = format_value(0.5, "percent")
    assert pickle.loads(pickle.dumps(figure)).parts == figure.parts == {"value": 0.5}
