"""Where the columns and rows of a table stand: as wide as their words ask for, split where they are too long."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses.board.document import Layout, Table
from analyses.board.writing import write_cell
from exports.deck.fit import LINE, Font, count_lines, measure, part_text, shorten
from exports.deck.template import EMU, Box, Frame
from exports.deck.units import say_unit_once

SIDE = 6.0  # margin beside the words of a cell, in points
ABOVE = 0.25  # above and below them, in sizes of the font
HEADING = 4  # lines that a heading may take
SHARES = tuple(each / 50 for each in range(25, 50))  # of the room of a slide, tried for even ones
HIGHER = 1.04  # what a table may be higher than counted: PowerPoint may have another font
MATRIX, OTHERS, APPENDIX = (
    (20, 18, 16, 14, 13, 12, 11),
    (16, 15, 14, 13, 12, 11),
    (12, 11),
)


@dataclass(frozen=True)
class Words:
    """The texts of a table before they have a place."""

    frame: Frame
    table: Table
    layout: Layout
    headings: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]

    def font_of(self, column: int) -> Font:
        """That of a column's cells; headings are bold too."""
        return self.frame.font if column else self.frame.bold


@dataclass(frozen=True)
class Grid:
    """A table as it will stand: texts, and sizes and places in points.

    is_broken: a word is wider than its column. rows: which of the table's, one that goes on named again.
    """

    words: Words
    headings: tuple[str, ...]
    rows: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    is_broken: bool = False


def lay_out(
    frame: Frame, table: Table, layout: Layout, currency: str, box: Box, *, is_appendix: bool, more: int
) -> list[Grid]:  # fmt: skip
    """The table in the box at the largest size at which it fits, else split over several at the least.

    more: the room in EMU that a further slide has beyond that of the first.
    """
    words = Words(
        frame, table, layout,
        table.headings,
        tuple(tuple(write_cell(cell, currency) for cell in row) for row in table.rows),
    )  # fmt: skip
    width, height = box.width / EMU, box.height / EMU / HIGHER
    sizes = APPENDIX if is_appendix else MATRIX if layout == "matrix" else OTHERS
    # A number is better not broken into two lines, if that can be had by a smaller size.
    # or by a unit that its row says once.
    ways = [(words, True), (say_units_once(words), True), (words, False)]
    for said, has_whole_numbers in ways:
        for size in sizes:
            grid = _measure(said, size, width, has_whole_numbers)
            if sum(grid.heights) <= height and not grid.is_broken:
                return [grid]
    # A row may take what a slide of its own would have.
    whole = height + more / EMU / HIGHER
    grids = [_measure(said, sizes[-1], width, is_whole) for said, is_whole in ways]
    least = next((each for each in grids if not each.is_broken), grids[-1])
    # Those that it takes at the least size may have room for a larger one.
    larger = (_measure(least.words, size, width, ways[grids.index(least)][1]) for size in sizes)
    tries = [each for each in larger if not each.is_broken or least.is_broken]
    split = [_split(_divide(each, whole - each.heights[0]), height, whole) for each in tries]
    return min(split, key=len)


def say_units_once(words: Words) -> Words:
    """The same with a unit that all numbers of a row have beside the row's name."""
    return replace(words, texts=tuple(map(say_unit_once, words.texts)))


def _measure(words: Words, size: float, width: float, has_whole_numbers: bool) -> Grid:
    widths, is_broken = _find_widths(words, size, width, has_whole_numbers)
    bold = words.frame.bold
    headings = tuple(
        shorten(text, size, each - 2 * SIDE, HEADING, bold)
        for text, each in zip(words.headings, widths, strict=True)
    )
    top = _height([bold] * len(widths), headings, size, widths)
    fonts = [words.font_of(column) for column in range(len(widths))]
    heights = (top, *(_height(fonts, row, size, widths) for row in words.texts))
    rows = tuple(range(len(words.texts)))
    return Grid(words, headings, rows, words.texts, size, tuple(widths), heights, is_broken)


def _height(
    fonts: Sequence[Font], texts: Sequence[str], size: float, widths: Sequence[float]
) -> float:
    lines = max(
        count_lines(text, size, width - 2 * SIDE, font)
        for text, width, font in zip(texts, widths, fonts, strict=True)
    )
    return (lines * LINE + 2 * ABOVE) * size


def _find_widths(
    words: Words, size: float, width: float, has_whole_numbers: bool
) -> tuple[list[float], bool]:
    """Each column its longest word, then of what is left more where the texts are longer."""
    asked = [_ask(words, column, size, has_whole_numbers) for column in range(len(words.headings))]
    least = [low + 2 * SIDE for low, _ in asked]
    most = [high + 2 * SIDE for _, high in asked]
    if words.layout == "matrix":
        first = min(most[0], width * 0.35)
        rest = (width - first) / max(1, len(most) - 1)
        widths = [first, *[rest] * (len(most) - 1)]
        if all(low <= each for low, each in zip(least, widths, strict=True)):
            return widths, False
        even = (width - first) / max(1, len(most) - 1) - 2 * SIDE
        if all(_ask(words, each, MATRIX[-1], True)[0] <= even for each in range(1, len(most))):
            return widths, True
        # Columns as wide as each other break a word at any size: each is as wide as its own, and what is left shared.
        spare = (width - sum(least)) / len(least)
        return ([low + spare for low in least], False) if spare >= 0 else (widths, True)
    if sum(most) <= width:
        spare = min(width, sum(most) * 1.6) / sum(most)
        return [each * spare for each in most], False
    if sum(least) > width:
        # A word without an end, such as an address, is broken at a third of the width.
        least = [min(each, width * 0.3) for each in least]
        if sum(least) > width:
            return [each * width / sum(least) for each in least], True
    # Less than in proportion: a long text may take more lines, a short one is better not broken at all.
    wish = [
        max(0.0, min(high, width * 1.2) - low) ** 0.75
        for high, low in zip(most, least, strict=True)
    ]
    left = width - sum(least)
    share = left / sum(wish) if any(wish) else 0
    return [low + share * each for low, each in zip(least, wish, strict=True)], False


def _ask(words: Words, column: int, size: float, has_whole_numbers: bool) -> tuple[float, float]:
    """The widest word of a column, a number being one, and its widest text."""
    heading, font = words.headings[column], words.font_of(column)
    low = max((measure(each, size, words.frame.bold) for each in heading.split()), default=0.0)
    high = measure(heading, size, words.frame.bold)
    for texts, cells in zip(words.texts, words.table.rows, strict=True):
        text, cell = texts[column], cells[column]
        is_number = has_whole_numbers and cell.value is not None and cell.unit != "text"
        parts = [text] if is_number else text.split()
        low = max([low, *(measure(each, size, font) for each in parts)])
        high = max(high, measure(text, size, font))
    # A hair more than the text, since widths are rounded.
    return low + 0.5, high + 0.5


def _divide(grid: Grid, most: float) -> Grid:
    """A row that is higher than a slide goes on in a further one, beneath its name."""
    lines = max(1, int((most / grid.size - 2 * ABOVE) / LINE))
    fonts = [grid.words.font_of(column) for column in range(len(grid.widths))]
    rows: list[int] = []
    kept: list[tuple[str, ...]] = []
    for row, texts in zip(grid.rows, grid.texts, strict=True):
        left = texts
        while True:
            parts = [
                part_text(text, grid.size, width - 2 * SIDE, lines, font)
                for text, width, font in zip(left, grid.widths, fonts, strict=True)
            ]
            rows.append(row)
            kept.append(tuple(part for part, _ in parts))
            left = tuple(rest for _, rest in parts)
            if not any(left):
                break
            if not left[0]:
                left = (f"{texts[0]} (cont.)", *left[1:])
    heights = (_height(fonts, each, grid.size, grid.widths) for each in kept)
    return replace(grid, rows=tuple(rows), texts=tuple(kept), heights=(grid.heights[0], *heights))


def _split(grid: Grid, height: float, whole: float) -> list[Grid]:
    """Rows spread evenly over as few slides as hold them."""
    parts = _fill(grid, height, whole)
    for share in SHARES:
        even = _fill(grid, height * share, whole * share)
        if len(even) == len(parts) and bool(even[0]) == bool(parts[0]):
            parts = even
            break
    return [_take(grid, rows) for rows in parts]


def _fill(grid: Grid, height: float, whole: float) -> list[list[int]]:
    """Rows as they fill slide after slide, each beneath the headings; the first slide has less room."""
    parts: list[list[int]] = [[]]
    used, room = grid.heights[0], height
    for row, needed in enumerate(grid.heights[1:]):
        if used + needed > room and (parts[-1] or room < whole):
            parts.append([])
            used, room = grid.heights[0], whole
        parts[-1].append(row)
        used += needed
    return parts


def _take(grid: Grid, places: list[int]) -> Grid:
    heights = (grid.heights[0], *(grid.heights[each + 1] for each in places))
    texts = tuple(grid.texts[each] for each in places)
    rows = tuple(grid.rows[each] for each in places)
    return replace(grid, rows=rows, texts=texts, heights=heights)
