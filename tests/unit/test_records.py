"""Splitting a text into records: what a person who writes a file by hand may write."""

import io

import pytest

from warehouse.reading.records import read_records


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"a" ,"b"  ', ["a", "b"]),
        ('a, "b, c" ,d', ["a", "b, c", "d"]),
        ("a , b", ["a ", " b"]),
        ('"He said ""no"" to","x, "', ['He said "no" to', "x, "]),
        ('"a" "b",c', ["a b", "c"]),
        ('x "y" z,c', ['x "y" z', "c"]),
        ('"a\nb" ,"c"', ["a\nb", "c"]),
    ],
)
def test_blanks_around_a_quoted_cell_are_passed_over(text: str, cells: list[str]) -> None:
    (record,) = read_records(io.StringIO(text + "\n", newline=""), ",", len(cells))
    assert (record.cells, record.problem) == (cells, "")


def test_words_after_a_closing_quote_are_a_damaged_row() -> None:
    (record,) = read_records(io.StringIO('"a" b,c\n', newline=""), ",", 2)
    assert "the quotes do not match" in record.problem
