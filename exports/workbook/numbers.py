"""Every number of a pack, a line each: with its counts, interval, definition, and what it would be now."""

from analyses.board.document import Pack, Today
from analyses.board.restated import is_other, subtract
from analyses.board.today import GONE
from exports.workbook.book import Book, Sheet
from metrics.engine import Number, Record
from metrics.reasons import REASONS

ABOUT = "Every number of the pack as a number, with its definition"
HEADS = (
    "metric", "name", "grain", "period start", "dimension", "breakdown", "member", "value", "unit",
    "numerator", "denominator", "low", "high", "why there is none", "rests on",
)  # fmt: skip
NOW = ("now", "now less then", "why there is none now")
NO_LONGER = "it is no longer in the data"
NUMBERS = (7, 9, 10, 11, 12)
DEFINITION_WIDTH, NAME_WIDTH = 70, 34


def add_numbers(book: Book, pack: Pack, today: Today | None) -> None:
    """The sheet; with today three columns more."""
    sheet = book.add_sheet("Numbers", ABOUT)
    heads = (*HEADS, *(NOW if today else ()), "definition")
    first, last = len(HEADS), len(heads) - 1
    sheet.heads(0, heads, numbers=(*NUMBERS, *((first, first + 1) if today else ())), indented=True)
    known = {each.metric: each for each in pack.definitions}
    for row, record in enumerate(pack.numbers, start=1):
        definition = known.get(record.metric)
        _write_record(sheet, row, record)
        if definition:
            sheet.text(row, 1, definition.label)
            sheet.text(row, last, definition.definition, "spread indented")
        if today:
            _write_now(sheet, row, first, record, today.numbers[row - 1])
    sheet.finish()
    sheet.widen(1, NAME_WIDTH)
    sheet.widen(last, DEFINITION_WIDTH)
    sheet.worksheet.freeze_panes(1, 2)
    sheet.worksheet.autofilter(0, 0, max(1, len(pack.numbers)), len(heads) - 1)
    sheet.print_wide(len(pack.numbers) + 1, last)


def name_unit(unit: str, currency: str) -> str:
    """The unit as a column of plain numbers says it."""
    named = {
        "percent": "share (0 to 1)",
        "currency": currency,
        "currency_per_day": f"{currency} a day",
    }
    return named.get(unit, unit).strip() or unit


def _write_record(sheet: Sheet, row: int, record: Record) -> None:
    unit = record.unit
    counted = "currency" if unit.startswith("currency") else "count"
    sheet.text(row, 0, record.metric)
    sheet.text(row, 2, record.grain)
    sheet.day(row, 3, record.period_start)
    for column, text in enumerate((record.dimension, record.breakdown, record.member), start=4):
        if text is not None:
            sheet.text(row, column, text, "indented")
    sheet.text(row, 8, name_unit(unit, sheet.currency), "indented")
    numbers = (
        (7, record.value, unit), (9, record.numerator, _of(record.numerator, counted)),
        (10, record.denominator, "count"),
        (11, record.low, unit), (12, record.high, unit),
    )  # fmt: skip
    for column, value, each in numbers:
        if value is not None:
            sheet.number(row, column, float(value), each)
    if record.reason:
        sheet.text(row, 13, REASONS.get(record.reason, record.reason), "muted indented")
    if record.basis:
        sheet.text(row, 14, record.basis, "indented")


def _write_now(sheet: Sheet, row: int, column: int, then: Record, now: Record) -> None:
    if now.value is not None:
        sheet.number(row, column, float(now.value), now.unit)
    if now.reason:
        told = NO_LONGER if now.reason == GONE else REASONS.get(now.reason, now.reason)
        sheet.text(row, column + 2, told, "muted indented")
    change = subtract(then.value, now.value)
    if change is not None:
        sheet.number(
            row,
            column + 1,
            change,
            then.unit,
            "bold" if is_other(then, now) else "",
            is_change=True,
        )


def _of(value: Number | None, unit: str) -> str:
    """A numerator is money or a count, or what a formula has above its line: shown plain."""
    return unit if value is None or unit != "count" or float(value).is_integer() else "ratio"
