"""The workbook inside a chart, which PowerPoint opens to edit it: its numbers in full, formatted as they read."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.utility import xl_col_to_name  # pyright: ignore[reportMissingTypeStubs]

from analyses.board.document import Chart, Series
from analyses.formats import TIMES

NAME = "Sheet1"


def number_format(unit: str, values: Sequence[float | None], sign: str = "") -> str:
    """How Excel and PowerPoint write numbers of a unit, as the pages do where a format can; sign stands before."""
    before = f'"{sign}"' if sign else ""
    if unit in ("currency", "currency_per_day"):
        return ";".join(f"{when}{before}{code}" for when, code in _scales(values))
    codes = {"percent": "0.0 %", "count": "#,##0", "points": "+0.0;-0.0;0.0", "per_week": "0.0000"}
    return before + codes.get(unit, "0.0" if unit in TIMES else "#,##0.00")


def _scales(values: Sequence[float | None]) -> list[tuple[str, str]]:
    """Conditions and formats of money: a format has two conditions at most, and none of them knows a size
    below 0, where all are in the scale of the largest."""
    known = [each for each in values if each is not None]
    largest = max((abs(each) for each in known), default=0)
    million, whole, tenths, ones = '#,##0.00,," M"', '#,##0," k"', '#,##0.0," k"', "#,##0"
    if any(each < 0 for each in known):
        return [("", million if largest >= 999_500 else tenths if largest >= 9_999.5 else ones)]
    if largest >= 999_500:
        return [("[>=999500]", million), ("[>=99950]", whole), ("", tenths)]
    if largest >= 99_950:
        return [("[>=99950]", whole), ("[>=9999.5]", tenths), ("", ones)]
    return [("[>=9999.5]", tenths), ("", ones)] if largest >= 9_999.5 else [("", ones)]


def chart_values(chart: Chart) -> list[float | None]:
    """The numbers of all of its series that are seen."""
    return [each for series in chart.shown for each in series.values]


def spread_of(series: Series) -> list[tuple[float | None, float | None]]:
    """How far each interval reaches below and above its value; nothing where there is no interval."""
    if not series.low or not series.high:
        return []
    return [
        (None, None)
        if value is None or low is None or high is None
        else (max(0.0, value - low), max(0.0, high - value))
        for value, low, high in zip(series.values, series.low, series.high, strict=True)
    ]


def to_sheet(chart: Chart, frozen_at: datetime) -> bytes:
    """A sheet of the categories and a column a series, then the bounds and reach of each interval.

    Columns stand where python-pptx refers to them: categories in A, the first series in B.
    """
    out = io.BytesIO()
    # Names of customers are texts, whatever they begin with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(out, options)
    with book:
        book.set_properties({"created": frozen_at})
        sheet = book.add_worksheet(NAME)
        style = book.add_format({"num_format": number_format(chart.unit, chart_values(chart))})
        sheet.write_column(1, 0, chart.categories)
        for column, (name, values) in enumerate(_list_columns(chart), 1):
            sheet.write_string(0, column, name)
            for row, value in enumerate(values, 1):
                if value is not None:
                    sheet.write_number(row, column, value, style)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 40, 16)
    return out.getvalue()


def _list_columns(chart: Chart) -> list[tuple[str, list[float | None]]]:
    columns = [(series.name, series.values) for series in chart.series]
    for series in chart.series:
        spread = spread_of(series)
        if spread:
            columns += [
                (f"{series.name}: 95 % low", list(series.low)),
                (f"{series.name}: 95 % high", list(series.high)),
                (f"{series.name}: below", [below for below, _ in spread]),
                (f"{series.name}: above", [above for _, above in spread]),
            ]
    return columns


def find_spread(chart: Chart, index: int) -> tuple[str, str]:
    """The cells that hold how far the intervals of a series reach below and above, as a formula names them."""
    before = sum(4 for each in chart.series[:index] if spread_of(each))
    first = 1 + len(chart.series) + before
    last_row = len(chart.categories) + 1
    below, above = (xl_col_to_name(first + place, col_abs=True) for place in (2, 3))
    return f"{NAME}!{below}$2:{below}${last_row}", f"{NAME}!{above}$2:{above}${last_row}"
