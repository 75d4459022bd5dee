"""What stands on each slide of the deck: one message of the pack may take several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses.board.document import Chart, Slide
from exports.deck.fit import LINE, choose_size, height_of, part_text
from exports.deck.grid import HIGHER, Grid, lay_out
from exports.deck.headlines import Board, lay_out_boards, list_missing
from exports.deck.template import EMU, Box, Frame
from exports.deck.text import hold

GAP = int(8 * EMU)
SUBTITLE = 14
# Beneath a chart, a table and the headlines, and alone.
LINES, BENEATH, SMALL, TEXT = (16, 14, 13, 12), (14, 13, 12), (12,), (20, 18, 16, 15, 14)
READABLE = 12  # the least size of headlines that share their slide with lines
BULLET = 16
# What the words beneath a chart or a table may take of the room, and rather than go on on a further slide.
SHARES = (0.36, 0.46, 0.56)


@dataclass(frozen=True)
class Words:
    """Lines in their place; size in points."""

    box: Box
    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True)
class Page:
    """What stands beneath the title of one slide, each in its place. notes: what was too long for it, in full."""

    subtitle: Words | None = None
    chart: tuple[Box, Chart] | None = None
    grid: tuple[Box, Grid | Board] | None = None
    words: Words | None = None
    notes: tuple[str, ...] = ()


def paginate(frame: Frame, slide: Slide, currency: str) -> list[Page]:
    """The pages of a message: its chart, its table in as many parts as it takes, and the lines left over."""
    if slide.layout == "headlines" and slide.table:
        said = [slide.subtitle, *list_missing(slide.table).values()]
        slide = replace(slide, subtitle="; ".join(each for each in said if each))
    slide = replace(
        slide,
        subtitle=hold(slide.subtitle),
        lines=tuple(hold(each) for each in slide.lines),
    )
    subtitle, room = _place_subtitle(frame, slide)
    pages: list[Page] = []
    lines = slide.lines
    if slide.chart:
        placed = [_place_words(frame, room, lines, LINES, share) for share in SHARES]
        above, words, lines = next((each for each in placed if not each[2]), placed[-1])
        pages.append(Page(chart=(above, slide.chart), words=words))
    boards = _place_boards(frame, slide, currency, room, lines)
    if boards:
        pages, lines = boards
    elif slide.table:
        found, lines = _place_table(frame, slide, currency, room, () if pages else lines)
        pages += found
    while lines:
        _, words, left = _place_words(frame, room, lines, TEXT, 1)
        if words is None:
            words, rest = _break(frame, room, lines[0])
            left = (rest, *lines[1:])
        pages.append(Page(words=words))
        lines = left
    return [replace(page, subtitle=subtitle) for page in pages or [Page()]]


def _place_subtitle(frame: Frame, slide: Slide) -> tuple[Words | None, Box]:
    area = frame.area
    if not slide.subtitle:
        return None, area
    height = _height(frame, [slide.subtitle], SUBTITLE, area.width)
    words = Words(Box(area.left, area.top, area.width, height), (slide.subtitle,), SUBTITLE)
    top = area.top + height + GAP
    return words, Box(area.left, top, area.width, area.bottom - top)


def _place_words(
    frame: Frame, room: Box, lines: Sequence[str], sizes: Sequence[float], share: float
) -> tuple[Box, Words | None, tuple[str, ...]]:
    """The room above the lines, those that fit in their share of it, and those that do not."""
    most = int(room.height * share)
    width = room.width - (BULLET * EMU if len(lines) > 1 else 0)
    fit = len(lines)
    size = None
    while fit:
        size = choose_size(lines[:fit], sizes, width / EMU, most / EMU - 3, frame.font)
        if size:
            break
        fit -= 1
    if not size:
        return room, None, tuple(lines)
    height = min(most, _height(frame, lines[:fit], size, width))
    top = room.top if share == 1 else room.bottom - height
    words = Words(Box(room.left, top, room.width, height), tuple(lines[:fit]), size)
    above = Box(room.left, room.top, room.width, room.height - height - GAP)
    return above, words, tuple(lines[fit:])


def _place_boards(
    frame: Frame, slide: Slide, currency: str, room: Box, lines: tuple[str, ...]
) -> tuple[list[Page], tuple[str, ...]] | None:
    """The headlines with the lines beneath them, which go on on a further slide rather than squeeze them; None
    where the slide has none."""
    if slide.layout != "headlines" or not slide.table:
        return None
    above, words, left = _place_words(frame, room, lines, SMALL, SHARES[0])
    boards = lay_out_boards(frame, slide.table, currency, above)
    alone = lay_out_boards(frame, slide.table, currency, room)
    if not boards or not alone:
        return None
    is_small = boards[0].size < READABLE and len(alone) == 1
    if len(boards) > 1 or left or is_small:
        boards, words, left = alone, None, lines
    pages = [Page(grid=(room, each), notes=each.shortened) for each in boards]
    if words:
        top = min(words.box.top, room.top + int(sum(boards[-1].heights) * HIGHER * EMU) + 2 * GAP)
        pages[0] = replace(pages[0], words=replace(words, box=replace(words.box, top=top)))
    else:
        beneath = _place_beneath(frame, room, sum(boards[-1].heights), lines)
        if beneath:
            pages[-1], left = replace(pages[-1], words=beneath), ()
    return pages, left


def _place_table(
    frame: Frame, slide: Slide, currency: str, room: Box, lines: tuple[str, ...]
) -> tuple[list[Page], tuple[str, ...]]:
    """The table with the lines close beneath its first part, smaller where that keeps it whole."""
    tried: list[tuple[Box, Words | None, tuple[str, ...], Sequence[Grid]]] = []
    for size in BENEATH:
        above, words, left = _place_words(frame, room, lines, (size,), SHARES[0])
        grids = _lay_out(frame, slide, currency, above, room.height - above.height)
        tried.append((above, words, left, grids))
        if len(grids) == 1 and not left:
            break
    above, words, left, grids = tried[-1]
    if words and len(grids[0].heights) == 1 and slide.table and slide.table.rows:
        # Not even a row stands above the lines: they go on on a slide of their own.
        above, words, left, grids = room, None, lines, _lay_out(frame, slide, currency, room, 0)
    pages = [Page(grid=(room, each)) for each in grids]
    if words:
        first = int(sum(grids[0].heights) * EMU)
        top = min(words.box.top, above.top + first + 2 * GAP)
        pages[0] = replace(pages[0], words=replace(words, box=replace(words.box, top=top)))
    if len(grids) > 1 and left:
        beneath = _place_beneath(frame, room, sum(grids[-1].heights), left)
        if beneath:
            pages[-1], left = replace(pages[-1], words=beneath), ()
    return pages, left


def _place_beneath(frame: Frame, room: Box, height: float, lines: tuple[str, ...]) -> Words | None:
    """The lines beneath what is so many points high, where there is room for all."""
    top = room.top + int(height * HIGHER * EMU) + GAP
    below = Box(room.left, top, room.width, max(0, room.bottom - top))
    _, words, left = _place_words(frame, below, lines, BENEATH, 1)
    return None if left else words


def _lay_out(frame: Frame, slide: Slide, currency: str, box: Box, more: int) -> Sequence[Grid]:
    assert slide.table
    return lay_out(
        frame, slide.table, slide.layout, currency, box,
        is_appendix=slide.is_appendix, more=more,
    )  # fmt: skip


def _break(frame: Frame, room: Box, line: str) -> tuple[Words, str]:
    """A paragraph that is longer than a slide, as far as it goes, and what is left for the next."""
    size = TEXT[-1]
    most = max(1, int((room.height / EMU - 3) / (LINE * size)))
    text, left = part_text(line, size, room.width / EMU, most, frame.font)
    return Words(room, (text,), size), left


def _height(frame: Frame, texts: Sequence[str], size: float, width: float) -> int:
    return int((height_of(texts, size, width / EMU, frame.font) + 3) * EMU)
