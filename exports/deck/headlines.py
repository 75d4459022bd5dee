"""The slide of headlines: a number in large, what it is held against, and beneath it what was done and is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pptx.enum.text import MSO_ANCHOR

from analyses.board.document import Cell, Table
from analyses.board.writing import write_cell
from exports.deck.fit import LINE, Font, count_lines, measure, shorten
from exports.deck.grid import ABOVE, HIGHER, SIDE
from exports.deck.tables import begin_table, underline, write_in_cell
from exports.deck.template import EMU, Box, Frame
from exports.deck.text import Paragraph

# number, value, interval, target, the quarter before, as last reported; then owner, action, decision asked.
COLUMNS, ACROSS = 9, 6
OWNER, ACTION, DECISION = 6, 7, 8
WIDTHS = (0.22, 0.17, 0.2, 0.15, 0.13, 0.13)
# On a slide of 4:3, or in a wide font: amounts are better not broken.
NARROW, NARROW_WIDTHS = 650, (0.18, 0.18, 0.17, 0.15, 0.16, 0.16)
SIZES = (15, 14, 13, 12, 11)
MOST = 40  # lines of the least size on a slide
REST = "In full in the speaker notes."
MISSING = "n/a"
LEADS = (1.4, 1.2, 1.0)  # the number itself, in sizes of what is said of it


@dataclass(frozen=True)
class Board:
    """The table as it will stand, in points. heights: of the headings, then of two rows a number."""

    table: Table
    texts: tuple[tuple[str, ...], ...]
    size: float
    lead: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    shortened: tuple[str, ...] = ()


def lay_out_boards(frame: Frame, table: Table, currency: str, box: Box) -> list[Board]:
    """All numbers on one slide, at the largest size at which they fit, else spread over several.

    Only a text that does not fit on a slide of its own is cut, and says so. None where the table is not one of
    headlines.
    """
    if len(table.headings) != COLUMNS or not table.rows:
        return []
    said = list_missing(table)
    texts = [
        tuple(
            MISSING if column in said else text
            for column, text in enumerate(write_cell(cell, currency) for cell in cells)
        )
        for cells in table.rows
    ]
    width, height = box.width / EMU, box.height / EMU / HIGHER
    sizes = [size for size in SIZES if _is_whole(frame, table, texts, size, width)] or SIZES[-1:]
    tries = [(slides, size, 0) for slides in range(1, len(texts) + 1) for size in sizes]
    tries += [(len(texts), SIZES[-1], lines) for lines in range(MOST, 1, -1)]
    for slides, size, lines in tries:
        bounds = [-(-place * len(texts) // slides) for place in range(slides + 1)]
        boards = [
            _measure(
                frame,
                replace(table, rows=table.rows[first:last]),
                texts[first:last],
                size,
                width,
                lines,
            )
            for first, last in pairwise(bounds)
        ]
        if all(sum(each.heights) <= height for each in boards):
            return boards
    return []


def _is_whole(
    frame: Frame, table: Table, texts: Sequence[tuple[str, ...]], size: float, width: float
) -> bool:
    """Whether no word of the columns is wider than its column, so that it would be broken."""
    rooms = [each * width - 2 * SIDE for each in _widths(frame, width)]
    asked = [
        (table.headings[:ACROSS], size, frame.bold),
        *((row[:1], size, frame.bold) for row in texts),
    ]
    asked += [(row[:ACROSS], size, frame.font) for row in texts]
    return all(
        measure(word, size, font) <= room
        for row, size, font in asked
        for text, room in zip(row, rooms, strict=False)
        for word in text.split()
    )


def list_missing(table: Table) -> dict[int, str]:
    """The columns of which every number is missing for one reason: it is said once, beside the slide's subtitle."""
    reasons = {
        column: {row[column].reason for row in table.rows if row[column].value is None}
        for column in range(2, min(ACROSS, len(table.headings)))
        if table.rows and all(row[column].value is None for row in table.rows)
    }
    return {
        column: f"{table.headings[column]}: {MISSING} ({next(iter(found))})"
        for column, found in reasons.items()
        if len(found) == 1 and found != {None}
    }


def _measure(
    frame: Frame, table: Table, texts: Sequence[tuple[str, ...]], size: float, width: float, lines: int
) -> Board:  # fmt: skip
    """lines: what an action or a decision may take at most, 0 for as many as it asks for."""
    widths = tuple(each * width for each in _widths(frame, width))
    room = widths[1] - 2 * SIDE
    values = [measure(row[1], size, frame.bold) for row in texts]
    lead = next((each for each in LEADS if each * max(values) <= room), LEADS[-1])
    heights = [_height(table.headings[:ACROSS], widths, size, frame.bold)]
    kept: list[tuple[str, ...]] = []
    shortened: list[str] = []
    for row in texts:
        action, decision = (
            f"{table.headings[each].capitalize()}: {row[each]}" for each in (ACTION, DECISION)
        )
        # What was done stands beneath the value and its interval, what is asked beneath the others.
        done, asked = sum(widths[1:3]), sum(widths[3:])
        cut = (
            _cut(frame, action, size, done - 2 * SIDE, lines),
            _cut(frame, decision, size, asked - 2 * SIDE, lines),
        )
        shortened += [each for each in (action, decision) if each not in cut]
        top = max(
            _height(row[1:2], widths[1:2], size * lead, frame.bold),
            _height(row[2:ACROSS], widths[2:], size, frame.font),
        )
        bottom = _height(cut, (done, asked), size, frame.font) - ABOVE * size
        named = _height(row[:1], widths[:1], size, frame.bold)
        owned = _height(row[OWNER : OWNER + 1], widths[:1], size, frame.font)
        heights += [top, max(bottom, named + owned - 2 * ABOVE * size - top)]
        kept.append((*row[:ACTION], *cut))
    return Board(table, tuple(kept), size, lead, widths, tuple(heights), tuple(shortened))


def _widths(frame: Frame, width: float) -> tuple[float, ...]:
    return NARROW_WIDTHS if width / frame.stretch < NARROW else WIDTHS


def _cut(frame: Frame, text: str, size: float, width: float, lines: int) -> str:
    """The text in so many lines, the last of which says where the rest stands."""
    if not lines or count_lines(text, size, width, frame.font) <= lines:
        return text
    pointer = count_lines(REST, size, width, frame.font)
    return f"{shorten(text, size, width, max(1, lines - pointer), frame.font)}\n{REST}"


def _height(texts: Sequence[str], widths: Sequence[float], size: float, font: Font) -> float:
    lines = max(
        count_lines(text, size, width - 2 * SIDE, font)
        for text, width in zip(texts, widths, strict=True)
    )
    return (lines * LINE + 2 * ABOVE) * size


def add_board(frame: Frame, slide: Any, box: Box, board: Board) -> None:
    """Draw the headlines at the top of a box."""
    drawn = begin_table(slide, box, board.table, board.widths, board.heights)
    for column, text in enumerate(board.table.headings[:ACROSS]):
        cell = drawn.cell(0, column)
        write_in_cell(frame, cell, [Paragraph(text, board.size, "muted", True)])
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM
        underline(frame, cell, 1.25, 0.2)
    for place, (texts, cells) in enumerate(zip(board.texts, board.table.rows, strict=True)):
        _write_number(frame, drawn, 1 + 2 * place, board, texts, cells)


def _write_number(
    frame: Frame, drawn: Any, row: int, board: Board, texts: Sequence[str], cells: Sequence[Cell]
) -> None:
    size, lead = board.size, board.lead
    name = drawn.cell(row, 0)
    name.merge(drawn.cell(row + 1, 0))
    owner = Paragraph(texts[OWNER], size, "muted", space=0)
    write_in_cell(frame, name, [Paragraph(texts[0], size, is_bold=True), owner])
    value = Paragraph(texts[1], size * lead, cells[1].tone or "ink", True)
    write_in_cell(frame, drawn.cell(row, 1), [value])
    for column in range(2, ACROSS):
        ink = "muted" if cells[column].value is None else "ink"
        cell = drawn.cell(row, column)
        write_in_cell(frame, cell, [Paragraph(texts[column], size, ink)])
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    for first, last, column in ((1, 2, ACTION), (3, ACROSS - 1, DECISION)):
        cell = drawn.cell(row + 1, first)
        cell.merge(drawn.cell(row + 1, last))
        write_in_cell(frame, cell, [Paragraph(texts[column], size)])
        cell.margin_top = 0
    for column in range(ACROSS):
        underline(frame, drawn.cell(row + 1, column), 0.5, 0.75)
    underline(frame, name, 0.5, 0.75)
