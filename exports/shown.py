"""The slides of a pack as texts in their places: what the presentation and the PDF show alike."""

from dataclasses import dataclass, replace
from typing import Literal

from analyses.board.document import Cell, Chart, Pack, Slide, Table, Today
from analyses.board.writing import mark_name, reads_leftward, tie, write_cell, write_time
from analyses.formats import format_range
from exports.ordered import order_slides
from exports.xml import to_xml_text
from metrics.periods import format_date

# Columns of the slide of headlines that are sentences: they stand in a row of their own.
SAID = ("owner", "action", "decision asked")
# Lines of a table from which on it is set smaller, and those that a page holds at the smallest.
DENSE = ((17, 2), (11, 1))
MOST = 26
# Letters of a line over all its columns, since words break where they can; and of a cell's.
ACROSS, CELL = 130, 40


@dataclass(frozen=True)
class Text:
    """A cell as it reads."""

    text: str
    tone: Literal["good", "bad", ""] = ""
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table. said: what stands beneath it, across all columns: heading and text."""

    cells: tuple[Text, ...]
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table as it reads; dense, from 0 to 2, says how much smaller it is set."""

    title: str
    headings: tuple[Text, ...]
    rows: tuple[Row, ...]
    dense: int


@dataclass(frozen=True)
class Page:
    """A slide as it reads. data: the numbers of its chart as a table. part: '' or 'Appendix', 'Now'."""

    key: str
    layout: str
    part: str
    title: str
    subtitle: str
    lines: tuple[str, ...]
    chart: Chart | None
    table: Grid | None
    data: Grid | None
    notes: tuple[str, ...]


def list_pages(pack: Pack, today: Today | None) -> tuple[Page, ...]:
    """Every slide in its order, one with a long table as several pages."""
    return tuple(
        page
        for slide, part in order_slides(pack, today)
        for page in split(to_page(slide, pack.currency, part))
    )


def split(page: Page) -> list[Page]:
    """A page whose table is too long for it as several, each with the headings; the first has the rest."""
    if page.table is None or sum(count_lines(row) for row in page.table.rows) <= MOST:
        return [page]
    parts: list[list[Row]] = [[]]
    room = MOST
    for row in page.table.rows:
        if parts[-1] and count_lines(row) > room:
            parts.append([])
            room = MOST
        parts[-1].append(row)
        room -= count_lines(row)
    many = len(parts)
    return [
        replace(
            page,
            key=page.key if number == 1 else f"{page.key}-{number}",
            title=page.title if many == 1 else f"{page.title} ({number} of {many})",
            table=replace(page.table, rows=tuple(rows)),
            lines=page.lines if number == many else (),
            notes=page.notes if number == 1 else (),
        )
        for number, rows in enumerate(parts, 1)
    ]


def count_lines(row: Row) -> int:
    """The lines that a row takes, about."""
    letters = [len(cell.text) for cell in row.cells]
    longest = max(letters, default=0)
    across = -(-sum(letters) // ACROSS)
    return max(1, across, min(-(-longest // CELL), across + 1)) + bool(row.said)


def to_page(slide: Slide, currency: str, part: str = "") -> Page:
    """A slide as texts, without characters that no file can hold."""
    return Page(
        slide.key,
        slide.layout,
        part,
        tie(to_xml_text(slide.title)),
        tie(to_xml_text(slide.subtitle)),
        tuple(tie(to_xml_text(each)) for each in slide.lines),
        slide.chart,
        to_grid(slide.table, currency, slide.layout == "headlines") if slide.table else None,
        to_data(slide.chart, currency) if slide.chart else None,
        tuple(to_xml_text(each) for each in slide.notes),
    )


def to_grid(table: Table, currency: str, is_headlines: bool = False) -> Grid:
    """A table; of headlines, the sentences stand beneath each number."""
    across = [at for at, each in enumerate(table.headings) if not (is_headlines and each in SAID)]
    rows: list[Row] = []
    for cells in table.rows:
        texts = [_isolate(to_xml_text(write_cell(each, currency))) for each in cells]
        rows.append(
            Row(
                tuple(_to_text(cells[at], texts[at]) for at in across),
                tuple(
                    (to_xml_text(table.headings[at]), texts[at])
                    for at in range(len(cells))
                    if at not in across
                ),
            )
        )
    headings = tuple(
        Text(to_xml_text(table.headings[at]), is_number=bool(rows) and _is_mostly(rows, place))
        for place, at in enumerate(across)
    )
    return Grid(to_xml_text(table.title), headings, tuple(rows), _find_density(rows))


def to_data(chart: Chart, currency: str) -> Grid:
    """What a chart draws, a row a category, with the interval where there is one."""
    headings = [Text("")]
    for series in chart.shown:
        headings.append(Text(to_xml_text(series.name), is_number=True))
        if series.low:
            headings.append(Text("95 % interval", is_number=True))
    rows: list[Row] = []
    for at, category in enumerate(chart.categories):
        cells = [Text(to_xml_text(category))]
        for series in chart.shown:
            cell = series.cells[at]
            # A category in which a series has no part is no missing number.
            is_empty = cell.value is None and not cell.reason
            cells.append(Text("" if is_empty else write_cell(cell, currency), cell.tone, True))
            if series.low:
                low, high = series.low[at], series.high[at]
                known = low is not None and high is not None
                text = str(format_range(low, high, cell.unit, currency)) if known else "n/a"
                cells.append(Text(text, is_number=True))
        rows.append(Row(tuple(cells)))
    return Grid("The numbers of the chart", tuple(headings), tuple(rows), 2)


def say_foot(pack: Pack) -> str:
    """What stands at the foot of each page: which pack, of when, on what terms."""
    basis = f", {pack.basis}" if pack.basis else ""
    return to_xml_text(
        f"{pack.name}: as of {format_date(pack.as_of)}, frozen {write_time(pack.frozen_at)}"
        f" by {mark_name(pack.frozen_by)}{basis}"
    )


def _isolate(text: str) -> str:
    """Each line of what people wrote from right to left between isolates (U+2068, U+2069), so that it has
    the direction of its first letter and changes none beside it."""
    if not reads_leftward(text):
        return text
    return "\n".join(f"\u2068{line}\u2069" for line in text.split("\n"))


def _to_text(cell: Cell, text: str) -> Text:
    is_number = not isinstance(cell.value, str) and (cell.unit != "text" or cell.value is None)
    return Text(text, cell.tone, is_number)


def _is_mostly(rows: list[Row], place: int) -> bool:
    return sum(row.cells[place].is_number for row in rows) * 2 > len(rows)


def _find_density(rows: list[Row]) -> int:
    lines = sum(count_lines(row) for row in rows)
    return next((dense for least, dense in DENSE if lines >= least), 0)
