"""A text for people that carries the numbers it says, for whoever recomputes from a file."""

from typing import Self

VALUE = "value"
NOTE = "note"
# Parts in the unit of the figure; the others (n, out_of, note) are in none.
MEASURED = (VALUE, "low", "high")
Number = float | int | str | None


class NumberText(str):
    """'EUR 24.1 k (EUR 14.5 k to 33.6 k)', which is value 24,112.31, low 14,533.4, high 33,610.2.

    A page and a terminal show the text; exports/numbers.py writes each part into a column of its own.
    unit: as a heading says it: 'EUR', 'share' (0 to 1), 'months', nothing for counts and ratios.
    parts: value, low, high, n, out_of, first, last, and note, which are words that must not be lost.
    """

    unit: str
    parts: dict[str, Number]

    def __new__(cls, text: str, unit: str = "", **parts: Number) -> Self:
        figure = super().__new__(cls, text)
        figure.unit = unit
        figure.parts = parts
        return figure
