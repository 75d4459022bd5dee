"""Where the columns and rows of a table stand: as wide as their words ask for, split where they are too long."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.board.document import Layout, Table
from analyses.board.writing import write_cell
from exports.deck.fit import LINE, count_lines, measure, shorten
from exports.deck.template import EMU, Box, Frame
from exports.deck.text import clean

SIDE, ABOVE = 5.0, 3.5  # margins within a cell, in points
# What a table may be higher, and a word wider, than counted: PowerPoint may have another font.
HIGHER, WIDER, BOLD = 1.04, 1.04, 1.1
LEAD = 1.35  # the number itself among what is said of it, on the slide of headlines
SIZES: dict[Layout, tuple[float, ...]] = {
    "headlines": (16, 15, 14, 13, 12, 11),
    "matrix": (20, 18, 16, 14, 13, 12, 11),
}
OTHERS, APPENDIX = (16, 15, 14, 13, 12, 11, 10.5), (12, 11, 10)


@dataclass(frozen=True)
class Words:
    """The texts of a table before they have a place."""

    frame: Frame
    table: Table
    layout: Layout
    headings: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]

    def size_of(self, column: int, size: float) -> float:
        """The size of a column's cells where that of the table is this, both in points."""
        return size * LEAD if self.layout == "headlines" and column == 1 else size


@dataclass(frozen=True)
class Grid:
    """A table as it will stand: texts, and sizes and places in points. shortened: what was cut, in full."""

    words: Words
    rows: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    shortened: tuple[str, ...] = ()


def lay_out(
    frame: Frame, table: Table, layout: Layout, currency: str, box: Box, *, is_appendix: bool, more: int
) -> list[Grid]:  # fmt: skip
    """The table in the box at the largest size at which it fits, else split over several at the least.

    more: the room in EMU that a further slide has beyond that of the first.
    """
    words = Words(
        frame, table, layout,
        tuple(clean(each) for each in table.headings),
        tuple(tuple(clean(write_cell(cell, currency)) for cell in row) for row in table.rows),
    )  # fmt: skip
    width, height = box.width / EMU, box.height / EMU / HIGHER
    sizes = APPENDIX if is_appendix else SIZES.get(layout, OTHERS)
    for size in sizes:
        grid = _measure(words, size, width, height)
        if sum(grid.heights) <= height and not grid.shortened:
            return [grid]
    # A row may take what a slide of its own would have.
    whole = height + more / EMU / HIGHER
    return _split(_measure(words, sizes[-1], width, whole), height, whole)


def _measure(words: Words, size: float, width: float, height: float) -> Grid:
    widths = _find_widths(words, size, width)
    top = _height(words, words.headings, size, widths, is_heading=True)
    stretch = words.frame.stretch * WIDER
    shortened: list[str] = []
    kept: list[tuple[str, ...]] = []
    for row in words.texts:
        cut: list[str] = []
        for column, text in enumerate(row):
            each = words.size_of(column, size)
            room = max(1, int((height - top - 2 * ABOVE) / (LINE * each)))
            cut.append(shorten(text, each, widths[column] - 2 * SIDE, room, stretch))
        shortened += [text for text, short in zip(row, cut, strict=True) if text != short]
        kept.append(tuple(cut))
    heights = (top, *(_height(words, row, size, widths) for row in kept))
    rows = tuple(range(len(kept)))
    return Grid(words, rows, tuple(kept), size, tuple(widths), heights, tuple(shortened))


def _height(
    words: Words, texts: Sequence[str], size: float, widths: Sequence[float], *, is_heading: bool = False
) -> float:  # fmt: skip
    highest = 0.0
    for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
        each = size if is_heading else words.size_of(column, size)
        stretch = words.frame.stretch * (BOLD if is_heading or not column else WIDER)
        highest = max(highest, count_lines(text, each, width - 2 * SIDE, stretch) * LINE * each)
    return highest + 2 * ABOVE


def _find_widths(words: Words, size: float, width: float) -> list[float]:
    """Each column its longest word, then of what is left more where the texts are longer."""
    asked = [_ask(words, column, size) for column in range(len(words.headings))]
    least = [min(low, width * 0.3) + 2 * SIDE for low, _ in asked]
    most = [high + 2 * SIDE for _, high in asked]
    if words.layout == "matrix":
        first = min(most[0], width * 0.35)
        return [first, *[(width - first) / max(1, len(most) - 1)] * (len(most) - 1)]
    if sum(most) <= width:
        spare = min(width, sum(most) * 1.6) / sum(most)
        return [each * spare for each in most]
    if sum(least) >= width:
        return [each * width / sum(least) for each in least]
    # Less than in proportion: a long text may take more lines, a short one is better not broken at all.
    wish = [
        max(0.0, min(high, width * 0.6) - low) ** 0.75
        for high, low in zip(most, least, strict=True)
    ]
    left = width - sum(least)
    return [low + left * each / sum(wish) for low, each in zip(least, wish, strict=True)]


def _ask(words: Words, column: int, size: float) -> tuple[float, float]:
    """The widest word of a column, a number being one, and its widest text."""
    stretch = words.frame.stretch * BOLD
    heading = words.headings[column]
    low = max((measure(each, size, stretch) for each in heading.split()), default=0.0)
    high = measure(heading, size, stretch)
    own = words.size_of(column, size)
    for texts, cells in zip(words.texts, words.table.rows, strict=True):
        text, cell = texts[column], cells[column]
        is_number = cell.value is not None and cell.unit != "text"
        parts = [text] if is_number else text.split()
        low = max([low, *(measure(each, own, stretch) for each in parts)])
        high = max(high, measure(text, own, stretch))
    return low, high


def _split(grid: Grid, height: float, whole: float) -> list[Grid]:
    """Rows as they fill slide after slide, each beneath the headings; the first slide has less room."""
    parts: list[list[int]] = [[]]
    used, room = grid.heights[0], height
    for row, needed in enumerate(grid.heights[1:]):
        if used + needed > room and (parts[-1] or room < whole):
            parts.append([])
            used, room = grid.heights[0], whole
        parts[-1].append(row)
        used += needed
    return [_take(grid, rows) for rows in parts]


def _take(grid: Grid, rows: list[int]) -> Grid:
    heights = (grid.heights[0], *(grid.heights[each + 1] for each in rows))
    texts = tuple(grid.texts[each] for each in rows)
    return Grid(grid.words, tuple(rows), texts, grid.size, grid.widths, heights, grid.shortened)
