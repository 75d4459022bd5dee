"""Where the columns and rows of a table stand: as wide as their words ask for, split where they are too long."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses.board.document import Layout, Table
from analyses.board.writing import write_cell
from exports.deck.fit import LINE, Font, count_lines, measure, shorten
from exports.deck.template import EMU, Box, Frame

SIDE = 6.0  # margin beside the words of a cell, in points
ABOVE = 0.25  # above and below them, in sizes of the font
HEADING = 4  # lines that a heading may take
HIGHER = 1.04  # what a table may be higher than counted: PowerPoint may have another font
MATRIX, OTHERS, APPENDIX = (
    (20, 18, 16, 14, 13, 12, 11),
    (16, 15, 14, 13, 12, 11, 10.5),
    (12, 11, 10),
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

    is_broken: a word is wider than its column. shortened: what was cut, in full.
    """

    words: Words
    headings: tuple[str, ...]
    rows: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    is_broken: bool = False
    shortened: tuple[str, ...] = ()


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
    for has_whole_numbers in (True, False):
        for size in sizes:
            grid = _measure(words, size, width, height, has_whole_numbers)
            if sum(grid.heights) <= height and not grid.shortened and not grid.is_broken:
                return [grid]
    # A row may take what a slide of its own would have.
    whole = height + more / EMU / HIGHER
    grid = _measure(words, sizes[-1], width, whole, True)
    return _split(
        _measure(words, sizes[-1], width, whole, False) if grid.is_broken else grid, height, whole
    )


def _measure(
    words: Words, size: float, width: float, height: float, has_whole_numbers: bool
) -> Grid:
    widths, is_broken = _find_widths(words, size, width, has_whole_numbers)
    bold = words.frame.bold
    headings = tuple(
        shorten(text, size, each - 2 * SIDE, HEADING, bold)
        for text, each in zip(words.headings, widths, strict=True)
    )
    top = _height([bold] * len(widths), headings, size, widths)
    room = max(1, int((height - top - 2 * ABOVE * size) / (LINE * size)))
    fonts = [words.font_of(column) for column in range(len(widths))]
    shortened: list[str] = []
    kept: list[tuple[str, ...]] = []
    for row in words.texts:
        cut = tuple(
            shorten(text, size, each - 2 * SIDE, room, font)
            for text, each, font in zip(row, widths, fonts, strict=True)
        )
        shortened += [text for text, short in zip(row, cut, strict=True) if text != short]
        kept.append(cut)
    heights = (top, *(_height(fonts, row, size, widths) for row in kept))
    rows = tuple(range(len(kept)))
    return Grid(
        words,
        headings,
        rows,
        tuple(kept),
        size,
        tuple(widths),
        heights,
        is_broken,
        tuple(shortened),
    )


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
        return widths, any(low > each for low, each in zip(least, widths, strict=True))
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
        max(0.0, min(high, width * 0.6) - low) ** 0.75
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
    return replace(grid, rows=tuple(rows), texts=texts, heights=heights)
