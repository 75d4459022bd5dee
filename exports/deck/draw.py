"""The slides of a deck, drawn one after the other from a pack."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from analyses.board.document import Pack, Slide, Today
from analyses.board.writing import write_time
from exports.deck.charts import add_chart
from exports.deck.headlines import Board, add_board
from exports.deck.pages import Page, paginate
from exports.deck.tables import add_table
from exports.deck.template import Frame, find_title, kind_of, open_frame
from exports.deck.text import (
    Paragraph,
    add_box,
    align_of_title,
    fill_placeholder,
    write_footer,
    write_title,
)
from exports.deck.tidy import tidy
from exports.ordered import order_slides
from exports.xml import to_xml_text
from metrics.periods import format_date

# The first date that a ZIP file can have, so that equal packs are equal files.
EPOCH = (1980, 1, 1, 0, 0, 0)
FOOTERS = ("ftr", "sldNum", "dt")


def draw_deck(pack: Pack, today: Today | None, template: bytes | None) -> bytes:
    """See `exports.deck.to_deck`."""
    frame = open_frame(template)
    for slide in map(tidy, list_slides(pack, today)):
        if slide.layout == "title":
            _draw_cover(frame, pack, slide)
        else:
            _draw_message(frame, pack, slide)
    _sign(frame.presentation, pack)
    out = io.BytesIO()
    frame.presentation.save(out)
    return _without_times(out.getvalue())


def list_slides(pack: Pack, today: Today | None) -> list[Slide]:
    """All slides, with a leaf before the appendix."""
    ordered = order_slides(pack, today)
    appendix = [each for each, part in ordered if part == "Appendix"]
    leaf = [Slide("appendix", "title", "Appendix", pack.title)] if appendix else []
    return [*(each for each, part in ordered if part != "Appendix"), *leaf, *appendix]


def _draw_message(frame: Frame, pack: Pack, slide: Slide) -> None:
    pages = paginate(frame, slide, pack.currency)
    for number, page in enumerate(pages, 1):
        title = slide.title if len(pages) == 1 else f"{slide.title} ({number} of {len(pages)})"
        made = _begin(frame, frame.content, title)
        for shape in list(made.placeholders):
            if kind_of(shape) != "title":
                shape.element.getparent().remove(shape.element)
        _draw_page(frame, pack, slide, page, made)
        _write_footer(frame, pack, made)
        _write_notes(made, [*slide.notes, *(f"In full: {each}" for each in page.notes)])


def _draw_page(frame: Frame, pack: Pack, slide: Slide, page: Page, made: Any) -> None:
    if page.subtitle:
        words = page.subtitle
        texts = [Paragraph(each, words.size, "muted") for each in words.lines]
        add_box(frame, made, words.box, texts, "Subtitle", align_of_title(frame))
    if page.chart:
        box, chart = page.chart
        add_chart(frame, made, box, chart, slide.title, pack.frozen_at)
    if page.grid:
        box, grid = page.grid
        if isinstance(grid, Board):
            add_board(frame, made, box, grid)
        else:
            add_table(frame, made, box, grid)
    if page.words:
        words = page.words
        is_list = len(words.lines) > 1
        texts = [Paragraph(each, words.size, has_bullet=is_list) for each in words.lines]
        add_box(frame, made, words.box, texts, "Text")


def _draw_cover(frame: Frame, pack: Pack, slide: Slide) -> None:
    made = _begin(frame, frame.cover, slide.title)
    texts = [each for each in (slide.subtitle, *slide.lines) if each]
    title = find_title(made)
    holders = [
        each for each in made.placeholders if title is None or each.element is not title.element
    ]
    for shape in [each for each in holders if kind_of(each) not in FOOTERS]:
        if texts:
            fill_placeholder(frame, shape, texts)
            texts = []
        else:
            shape.element.getparent().remove(shape.element)
    _write_notes(made, slide.notes)


def _begin(frame: Frame, layout: Any, title: str) -> Any:
    made = frame.presentation.slides.add_slide(layout)
    write_title(frame, made, title)
    return made


def _write_footer(frame: Frame, pack: Pack, made: Any) -> None:
    as_of, frozen = f"As of {format_date(pack.as_of)}", f"frozen {write_time(pack.frozen_at)}"
    texts = (
        f"{to_xml_text(pack.title)}   |   {as_of}   |   Pack {pack.name}, {frozen}",
        f"{as_of}   |   Pack {pack.name}, {frozen}",
        f"{as_of}   |   Pack {pack.name}",
        pack.name,
    )
    write_footer(frame, made, texts)


def _write_notes(made: Any, notes: Sequence[str]) -> None:
    if notes:
        made.notes_slide.notes_text_frame.text = "\n".join(notes)


def _sign(made: Any, pack: Pack) -> None:
    """The file's own properties: of the pack, not of the moment at which it was drawn."""
    properties = made.core_properties
    properties.title, properties.author = to_xml_text(pack.title), to_xml_text(pack.frozen_by)
    properties.last_modified_by = to_xml_text(pack.frozen_by)
    properties.created = properties.modified = pack.frozen_at
    properties.subject = f"Pack {pack.name}, build {pack.build_id}"
    properties.comments = properties.keywords = properties.category = ""
    properties.language = "en-GB"
    properties.revision = 1


def _without_times(deck: bytes) -> bytes:
    """The same file with one date on each of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(deck)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, given.read(name))
    return out.getvalue()
