"""The slides of a pack: a sheet for each that has a table or a chart, and one with all their words."""

from collections.abc import Sequence

from analyses.board.document import Cell, Chart, Series, Slide, Table
from exports.workbook.book import Book, Sheet
from exports.workbook.charts import draw_chart

LINE_LETTERS = 34  # a longer text of a table is wrapped
TEXT_WIDTH = 100


def add_slide(book: Book, slide: Slide) -> None:
    """The data of a slide's table and chart, beneath its message; nothing where it has neither, or where the
    definitions have their own sheet."""
    if slide.table is None and slide.chart is None:
        return
    if slide.table and slide.table.name == "definitions":  # the sheet of definitions holds more
        return
    name = slide.table.name if slide.table else slide.key
    sheet = book.add_sheet(name.replace("_", " ").capitalize(), slide.title)
    sheet.title(slide.title, slide.subtitle)
    row = 3
    if slide.table:
        row = _write_table(sheet, slide.table, row) + 1
    if slide.chart:
        row = _write_chart(sheet, slide.chart, row) + 1
    for line in slide.lines:
        sheet.text(row, 0, line, "spread")
        row += 1
    sheet.finish()


def add_deck(book: Book, slides: Sequence[Slide]) -> None:
    """Every slide's words in their order, and every number that they state, as a number."""
    sheet = book.add_sheet(
        "Slides", "The words of every slide, its speaker notes, and the numbers that they state"
    )
    heads = (
        "slide",
        "part",
        "text",
        "number",
        "unit",
        "metric",
        "period start",
        "member or breakdown",
        "part of it",
    )
    sheet.heads(0, heads, numbers=(3,), indented=True)
    row = 1
    for place, slide in enumerate(slides, start=1):
        texts = [("title", slide.title), ("subtitle", slide.subtitle)]
        texts += [("line", line) for line in slide.lines]
        texts += [("speaker note", note) for note in slide.notes]
        for part, text in texts:
            if text:
                sheet.number(row, 0, place, "count")
                sheet.text(row, 1, part, "bold indented" if part == "title" else "indented")
                sheet.text(row, 2, text, "wrapped indented")
                row += 1
        for cell in slide.told:
            sheet.number(row, 0, place, "count")
            sheet.text(row, 1, "number stated", "indented")
            _write_told(sheet, row, cell)
            row += 1
    sheet.widths[2] = TEXT_WIDTH
    sheet.finish(TEXT_WIDTH)
    sheet.worksheet.freeze_panes(1, 0)
    sheet.worksheet.repeat_rows(0)


def _write_told(sheet: Sheet, row: int, cell: Cell) -> None:
    sheet.write(row, 3, cell)
    sheet.text(row, 4, cell.unit, "indented")
    origin = cell.origin
    if origin is not None:
        sheet.text(row, 5, origin.metric)
        sheet.day(row, 6, origin.period_start)
        sheet.text(row, 7, origin.member or origin.breakdown or "", "indented")
        sheet.text(row, 8, origin.part)


def _write_table(sheet: Sheet, table: Table, row: int) -> int:
    """The table from `row` on; the row after it."""
    sheet.text(row, 0, table.title, "section")
    numeric = [
        place
        for place in range(len(table.headings))
        if any(line[place].number is not None for line in table.rows)
    ]
    sheet.heads(row + 1, table.headings, numeric, indented=True)
    for at, line in enumerate(table.rows, start=row + 2):
        for column, cell in enumerate(line):
            sheet.write(at, column, cell, _choose_style(cell, column, column in numeric))
    sheet.worksheet.freeze_panes(row + 2, 1)
    return row + 2 + len(table.rows)


def _choose_style(cell: Cell, column: int, is_number: bool) -> str:
    """A text beside numbers keeps away from them, a long one is wrapped."""
    words = [cell.tone or ("muted" if cell.value is None else "")]
    if isinstance(cell.value, str) or cell.value is None:
        size = len(cell.value or cell.reason or "")
        words += ["right"] if is_number else ["indented"] * (column > 0)
        words += ["wrapped"] * (size > LINE_LETTERS)
    return " ".join(filter(None, words))


def _write_chart(sheet: Sheet, chart: Chart, row: int) -> int:
    """What the chart draws, a line a category, and the chart beneath; the row after both. A missing number is an
    empty cell with its reason beside the line: Excel would draw a text as 0."""
    columns = [column for series in chart.series for column in _list_columns(series)]
    sheet.heads(row, ["", *(head for head, _ in columns)], numbers=range(1, len(columns) + 1))
    for place, category in enumerate(chart.categories):
        sheet.text(row + 1 + place, 0, category)
        reasons: list[str] = []
        for column, (head, cells) in enumerate(columns, start=1):
            if cells[place].value is not None:
                sheet.write(row + 1 + place, column, cells[place])
            elif reason := cells[place].reason:
                reasons.append(f"{head}: n/a ({reason})")
        if reasons:
            sheet.text(row + 1 + place, len(columns) + 1, "; ".join(reasons), "aside")
    return draw_chart(sheet, chart, row)


def _list_columns(series: Series) -> list[tuple[str, Sequence[Cell]]]:
    """Heading and cells of a series: its values, and their bounds where it has some."""
    unit = series.cells[0].unit if series.cells else "text"
    name = f"{series.name} (only lifts the columns)" if series.role == "hidden" else series.name
    columns: list[tuple[str, Sequence[Cell]]] = [(name, series.cells)]
    for bound, values in (("low", series.low), ("high", series.high)):
        if values:
            columns.append((f"{series.name}, 95 % {bound}", [Cell(each, unit) for each in values]))
    return columns
