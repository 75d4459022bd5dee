"""Native tables in the theme's colours, and the shades of a matrix."""

from collections.abc import Sequence
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from analyses.board.document import Cell, Table
from exports.deck.charts import describe
from exports.deck.grid import ABOVE, SIDE, Grid
from exports.deck.template import EMU, Box, Frame
from exports.deck.text import Ink, Paragraph, rgb, write_paragraphs

# PowerPoint's "No Style, No Grid": lines are drawn here, in the theme's colours.
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def add_table(frame: Frame, slide: Any, box: Box, grid: Grid) -> None:
    """Draw a table at the top of a box; a matrix is shaded."""
    table, headings = grid.words.table, grid.headings
    drawn = begin_table(slide, box, table, grid.widths, grid.heights)
    rights = [_is_number(table, column) for column in range(len(headings))]
    for column, text in enumerate(headings):
        cell = drawn.cell(0, column)
        write_in_cell(frame, cell, [Paragraph(text, grid.size, "muted", True)], rights[column])
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM
        underline(frame, cell, 1.25, 0.2)
    for place, (row, texts) in enumerate(zip(grid.rows, grid.texts, strict=True), 1):
        _write_row(frame, grid, drawn, place, table.rows[row], texts, rights)
    if grid.words.layout == "matrix":
        _shade(frame, drawn, [table.rows[row] for row in grid.rows])


def begin_table(
    slide: Any, box: Box, table: Table, widths: Sequence[float], heights: Sequence[float]
) -> Any:
    """An empty table at the top of a box, its columns and rows in points, with its words for who does not see it.

    Of headlines, action and decision are no columns but stand beneath each number.
    """
    across, down = [int(each * EMU) for each in widths], [int(each * EMU) for each in heights]
    shape = slide.shapes.add_table(
        len(down), len(across), box.left, box.top, sum(across), sum(down)
    )
    shape.name = table.title or table.name
    describe(shape, f"Table: {table.title}; columns {', '.join(table.headings[: len(across)])}.")
    shape._element.xpath(".//a:tableStyleId")[0].text = PLAIN_STYLE
    drawn = shape.table
    drawn.horz_banding = False
    for column, width in zip(drawn.columns, across, strict=True):
        column.width = width
    for row, height in zip(drawn.rows, down, strict=True):
        row.height = height
    return drawn


def _write_row(
    frame: Frame, grid: Grid, drawn: Any, place: int, cells: Sequence[Cell], texts: Sequence[str],
    rights: Sequence[bool],
) -> None:  # fmt: skip
    for column, text in enumerate(texts):
        cell = drawn.cell(place, column)
        words = Paragraph(text, grid.size, _ink(grid, cells[column]), column == 0)
        write_in_cell(frame, cell, [words], rights[column])
        if grid.words.layout == "matrix":
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        underline(frame, cell, 0.5, 0.75)


def _is_number(table: Table, column: int) -> bool:
    """A column of numbers stands to the right, whatever words stand for those that are missing."""
    units = [row[column].unit for row in table.rows]
    return sum(unit != "text" for unit in units) * 2 > len(units)


def _ink(grid: Grid, cell: Cell) -> Ink:
    if cell.value is None:
        return "muted"
    return "ink" if grid.words.layout == "matrix" else cell.tone or "ink"


def write_in_cell(
    frame: Frame, cell: Any, paragraphs: Sequence[Paragraph], is_right: bool = False
) -> None:
    """Words at the top of a cell."""
    cell.margin_left = cell.margin_right = Pt(SIDE)
    cell.margin_top = cell.margin_bottom = Pt(ABOVE * paragraphs[0].size)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    cell.text_frame.word_wrap = True
    align = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    write_paragraphs(frame, cell.text_frame, paragraphs, align)


def underline(frame: Frame, cell: Any, width: float, brightness: float) -> None:
    """A line beneath a cell, in the theme's ink; python-pptx has no borders."""
    given = cell._tc.get_or_add_tcPr()
    line = given.makeelement(qn("a:lnB"), {"w": str(int(width * EMU))})
    fill = line.makeelement(qn("a:solidFill"), {})
    color = fill.makeelement(qn("a:schemeClr"), {"val": "tx1"})
    kept = int((1 - brightness) * 100_000)
    if not frame.is_dark:
        color.append(color.makeelement(qn("a:lumMod"), {"val": str(kept)}))
        color.append(color.makeelement(qn("a:lumOff"), {"val": str(100_000 - kept)}))
    else:
        color.append(color.makeelement(qn("a:lumMod"), {"val": str(max(kept, 30_000))}))
    fill.append(color)
    line.append(fill)
    given.insert(0, line)


def _shade(frame: Frame, drawn: Any, rows: Sequence[Sequence[Cell]]) -> None:
    """The more customers a cell has, the deeper: blue for a good move, orange for a bad one, grey for none."""
    counts = [
        (row, column, abs(cell.value), cell.tone)
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells)
        if column and isinstance(cell.value, int | float) and cell.value
    ]
    highest = max((count for _, _, count, tone in counts if tone), default=1)
    for row, column, count, tone in counts:
        fill = drawn.cell(row, column).fill
        fill.solid()
        if not tone:
            fill.fore_color.theme_color = MSO_THEME_COLOR.TEXT_1
            fill.fore_color.brightness = -0.7 if frame.is_dark else 0.9
            continue
        share = 0.12 + 0.38 * count / highest
        ground = "#1B2733" if frame.is_dark else "#FFFFFF"
        fill.fore_color.rgb = rgb(_mix(getattr(frame.palette, tone), ground, share))


def _mix(color: str, ground: str, share: float) -> str:
    parts = [
        round(int(color[at : at + 2], 16) * share + int(ground[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{each:02X}" for each in parts)
