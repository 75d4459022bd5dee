"""A workbook under construction: its sheets, how each kind of value is written, and its names."""

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any, cast

from analyses.board.document import Cell, Pack
from charts.theme import PALETTES
from exports.workbook.formula import Formula, Single, Value
from exports.xml import to_xml_text

FONT = "Calibri"
COLOURS = PALETTES["light"]
# Blue on yellow is what may be changed: the convention of those who build models.
INPUT = {"bg_color": "#FFF8D6", "font_color": "#0000C0", "border": 1, "border_color": COLOURS.prior}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "title_muted": {"font_color": COLOURS.muted},
    # A text that runs on over the empty cells beside it, and widens no column.
    "spread": {},
    "muted_spread": {"font_color": COLOURS.muted},
    "aside": {"font_color": COLOURS.muted, "align": "left", "indent": 1},
    "section": {"bold": True, "font_size": 12, "bottom": 1, "bottom_color": COLOURS.prior},
    "head": {"bold": True, "bg_color": COLOURS.grid, "text_wrap": True, "valign": "top"},
    "number_head": {
        "bold": True, "bg_color": COLOURS.grid, "text_wrap": True, "valign": "top", "align": "right",
    },
    "muted": {"font_color": COLOURS.muted},
    "wrapped": {"text_wrap": True},
    "right": {"align": "right"},
    "indented": {"align": "left", "indent": 1},
    "bold": {"bold": True},
    "answer": {"bold": True, "bg_color": "#E8F1F8"},
    "input": INPUT,
    "good": {"font_color": COLOURS.good},
    "bad": {"font_color": COLOURS.bad},
    "link": {"font_color": COLOURS.good, "underline": 1},
}  # fmt: skip
# Texts that widen no column: they run on over the empty cells beside them.
NARROW = {"title", "title_muted", "spread", "muted_spread", "aside", "section"}
LINE_HEIGHT, TALLEST = 15, 400  # points
LONGEST_TEXT = 32_767  # characters of a cell
LONGEST_SHEET = 31  # characters of a sheet's name
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900, so days before are a day off.
ADVANCE = 1.15  # width of the widest common letter, in those of a digit


class Exact(float):
    """A number that is written with all its digits: the library writes sixteen, and some need seventeen."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class Book:
    """The workbook of a pack. Sheets are added in the order in which they stand."""

    def __init__(self, out: io.BytesIO, pack: Pack) -> None:
        from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs]

        # Customers' texts stay texts, whatever they begin with; nothing is written but by its own kind.
        options = dict.fromkeys(
            ("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False
        )
        # Any: the library says half of its own types.
        self.workbook: Any = Workbook(out, {"in_memory": True, **options})
        self.currency = pack.currency
        self.footer = (
            f"Pack {to_xml_text(pack.name)}, frozen {pack.frozen_at:%Y-%m-%d %H:%M} UTC".replace(
                "&", "&&"
            )
        )
        self.sheets: dict[str, str] = {}
        self.names: list[tuple[str, str, str]] = []
        self._formats: dict[tuple[str, str], Any] = {}
        self.workbook.set_properties(
            {
                "title": to_xml_text(pack.title),
                "author": to_xml_text(pack.frozen_by),
                "created": pack.frozen_at,
            }
        )
        self.workbook.set_calc_mode("auto")

    def add_sheet(self, name: str, about: str, currency: str | None = None) -> "Sheet":
        """A sheet of that name, shortened and numbered where another has it; about: its line in the contents.

        currency: of its money, that of the pack by default.
        """
        given = re.sub(r"[\[\]:*?/\\']", " ", to_xml_text(name)).strip()[:LONGEST_SHEET] or "Sheet"
        name, place = given, 1
        taken = {each.lower() for each in self.sheets} | {"history"}  # which Excel keeps for itself
        while name.lower() in taken:
            place += 1
            name = f"{given[: LONGEST_SHEET - 1 - len(str(place))]} {place}"
        self.sheets[name] = about
        worksheet = self.workbook.add_worksheet(name)
        return Sheet(self, worksheet, name, self.currency if currency is None else currency)

    def find_format(self, style: str, code: str = "") -> Any:
        """The format of a style, which may be several of STYLES, and a number format, made once."""
        key = (style, code)
        if key not in self._formats:
            look = {"font_name": FONT, "font_size": 11, "valign": "top"}
            for word in style.split():
                look |= STYLES[word]
            self._formats[key] = self.workbook.add_format({**look, "num_format": code or "General"})
        return self._formats[key]

    def close(self) -> None:
        """Write the file."""
        self.workbook.close()


class Sheet:
    """One sheet; rows and columns count from 0. Columns grow with their texts, up to `widest`."""

    def __init__(self, book: Book, worksheet: Any, name: str, currency: str) -> None:
        self.book, self.worksheet, self.name = book, worksheet, name
        # What stands in a number format must be no code of one.
        self.currency = re.sub(r"[^A-Za-z]", "", currency)[:3]
        self.widths: dict[int, float] = {}
        self.wrapped: list[tuple[int, int, int, str]] = []
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        worksheet.set_footer(f"&L&8{book.footer}&C&8&A&R&8Page &P of &N")

    def code_of(self, unit: str, is_change: bool = False, value: object = None) -> str:
        """How Excel writes a number of a unit; a percent is a share from 0 to 1, there as here."""
        money = f"[${self.currency}] #,##0.00" if self.currency else "#,##0.00"
        is_whole = value is None or float(str(value)).is_integer()
        codes = {
            "percent": "0.00%",
            "points": "0.0",
            "count": "#,##0" if is_whole else "#,##0.00",
            "currency": money,
            "currency_per_day": f'{money}" / day"',
            "per_week": "0.0000",
            "ratio": "#,##0.00",
            "factor": "0.0000",
            **{name: f'#,##0.0" {name}"' for name in ("days", "weeks", "months", "years")},
        }
        code = codes.get(unit, "General")
        if (is_change or unit == "points") and code != "General":
            return f"+{code};-{code};{code}"
        return code

    def write(self, row: int, column: int, cell: Cell, style: str = "") -> None:
        """A cell of a pack: a number, a date or a text; n/a with its reason where it has no value."""
        value, style = cell.value, style or cell.tone
        if value is None:
            words = f"n/a ({cell.reason})" if cell.reason else "n/a"
            self.text(row, column, words, style or "muted")
        elif isinstance(value, date):
            self.day(row, column, value, style)
        elif isinstance(value, str):
            self.text(row, column, value, style)
        else:
            self.number(row, column, float(value), cell.unit, style, cell.is_change, cell.remark)

    def text(self, row: int, column: int, text: str, style: str = "") -> None:
        """A text, never a formula nor a link; one too long for a cell is cut."""
        text = to_xml_text(text)[:LONGEST_TEXT]
        self.worksheet.write_string(row, column, text, self.book.find_format(style))
        if "wrapped" in style:
            self.wrapped.append((row, column, column, text))
        elif not set(style.split()) & NARROW:
            self._widen(column, max(map(len, text.split("\n"))))

    def across(self, row: int, column: int, last: int, text: str) -> None:
        """A text over several columns, wrapped."""
        form = self.book.find_format("wrapped indented")
        self.worksheet.merge_range(row, column, row, last, "", form)
        self.worksheet.write_string(row, column, to_xml_text(text)[:LONGEST_TEXT], form)
        self.wrapped.append((row, column, last, text))

    def number(
        self,
        row: int,
        column: int,
        value: float,
        unit: str,
        style: str = "",
        is_change: bool = False,
        remark: str = "",
    ) -> None:
        """A number in full digits, shown by its unit, and with a remark that leaves it a number."""
        code = self.code_of(unit, is_change, value)
        if remark:
            code = ";".join(f'{part}": {remark}"' for part in code.split(";"))
        self.worksheet.write_number(row, column, Exact(value), self.book.find_format(style, code))
        self._widen(column, len(f"{value:,.2f}") + len(re.sub(r"[#,0.;+-]", "", code)) / 2)

    def day(self, row: int, column: int, day: date, style: str = "") -> None:
        """A date; one before Excel's calendar is a text."""
        if day < FIRST_DAY:
            self.text(row, column, day.isoformat(), style)
            return
        form = self.book.find_format(style, "d mmm yyyy")
        self.worksheet.write_number(row, column, (day - FIRST_DAY) / timedelta(days=1) + 61, form)
        self._widen(column, 11)

    def enter(
        self, row: int, column: int, value: float | str, unit: str, name: str, about: str
    ) -> Formula:
        """A cell that may be changed, under a name."""
        if isinstance(value, str):
            self.text(row, column, value, "input")
        else:
            self.number(row, column, value, unit, "input")
        return self.refer(row, column, value, name, about)

    def formula(
        self,
        row: int,
        column: int,
        formula: Formula,
        unit: str = "",
        style: str = "",
        name: str = "",
        about: str = "",
    ) -> Formula:
        """A formula with what it comes to; what others refer to it by, which is its name if it has one."""
        form = self.book.find_format(style, self.code_of(unit))
        value = "" if formula.value is None else formula.value
        # A pack that was read again has floats where one that was made has whole numbers.
        value = float(value) if isinstance(value, int) else value
        self.worksheet.write_formula(row, column, f"={formula.text}", form, value)
        self._widen(column, 12)
        return self.refer(row, column, formula.value, name, about)

    def refer(
        self, row: int, column: int, value: Value, name: str = "", about: str = ""
    ) -> Formula:
        """A reference to a cell with that value; a name is defined for it in the whole workbook."""
        place = f"${letters(column)}${row + 1}"
        if not name:
            return Formula(place, value)
        self.book.workbook.define_name(name, f"='{self.name}'!{place}")
        self.book.names.append((name, f"{self.name}!{place.replace('$', '')}", about))
        return Formula(name, value)

    def span(self, cells: Sequence[Formula]) -> Formula:
        """The range of cells from the first of these to the last, which were written side by side."""
        text = f"{cells[0].text}:{cells[-1].text}"
        return Formula(text, tuple(cast(Single, each.value) for each in cells))

    def title(self, title: str, subtitle: str) -> None:
        """The message of the sheet, and beneath it what, unit and period."""
        self.worksheet.set_row(0, 24)
        self.text(0, 0, title, "title")
        self.text(1, 0, subtitle, "title_muted")

    def heads(
        self, row: int, heads: Sequence[str], numbers: Sequence[int] = (), indented: bool = False
    ) -> None:
        """A line of headings; those of columns of numbers stand right."""
        for column, head in enumerate(heads):
            style = "number_head" if column in numbers else "head"
            style += " indented" if indented and style == "head" and column else ""
            text = to_xml_text(head)[:LONGEST_TEXT]
            self.worksheet.write_string(row, column, text, self.book.find_format(style))
            self._widen(column, max(map(len, head.split()), default=0))
            self.wrapped.append((row, column, column, head))

    def print_wide(self, rows: int, columns: int) -> None:
        """Print so much of it on A3, its first line on every page."""
        self.worksheet.set_paper(8)
        self.worksheet.print_area(0, 0, rows - 1, columns - 1)
        self.worksheet.repeat_rows(0)

    def widen(self, column: int, width: float) -> None:
        """A width of one's own, in digits."""
        self.widths[column] = width
        self.worksheet.set_column(column, column, width)

    def finish(self, widest: float = 44) -> None:
        """Set the columns' widths, none wider than `widest` digits, and the heights of rows whose texts wrap."""
        for column, width in self.widths.items():
            self.widen(column, min(width, widest))
        lines: dict[int, int] = {}
        for row, first, last, text in self.wrapped:
            width = sum(self.widths.get(column, 8) for column in range(first, last + 1))
            letters = max(1.0, width - 1.5)
            needed = sum(ceil(max(1, len(part)) / letters) for part in text.split("\n"))
            lines[row] = max(lines.get(row, 1), needed)
        for row, needed in lines.items():
            self.worksheet.set_row(row, min(TALLEST, LINE_HEIGHT * needed + 1))

    def _widen(self, column: int, letters: float) -> None:
        self.widths[column] = max(self.widths.get(column, 8), ADVANCE * letters + 1.5)


def letters(column: int) -> str:
    """A column as a spreadsheet calls it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
