"""Words on a slide: in its placeholders, in boxes of their own, in its footer and beneath it."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from analyses.board.writing import tie
from exports.deck.fit import LINE, choose_size, shorten
from exports.deck.template import EMU, Box, Frame, find_title, inset_of, kind_of

Ink = Literal["ink", "muted", "good", "bad"]
FOOTER = (10, 9, 8)
FOOT = 28  # from the edge of the slide to a footer that its layout lacks, in points
TITLE_SIZES = (30, 28, 26, 24, 22, 20, 18, 16)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as it stands in a box or a cell; space: above it, in lines, unless it is the first."""

    text: str
    size: float
    ink: Ink = "ink"
    is_bold: bool = False
    has_bullet: bool = False
    space: float = 0.5


def hold(text: str) -> str:
    """The same with what no line break parts: amounts, a minus and its currency, '(1 of 2)'."""
    text = re.sub(r"(?<!\w)-(?=[A-Z]{3} \d)", "\u2011", text)
    return tie(re.sub(r"\((\d+) of (\d+)\)$", "(\\1\u00a0of\u00a0\\2)", text))


def write_paragraphs(
    frame: Frame, target: Any, paragraphs: Sequence[Paragraph], align: Any = PP_ALIGN.LEFT
) -> None:
    """Write paragraphs into a text frame; the font is the theme's."""
    for position, given in enumerate(paragraphs):
        made = target.paragraphs[0] if position == 0 else target.add_paragraph()
        made.alignment = align
        if position:
            made.space_before = Pt(given.size * LINE * given.space)
        if given.has_bullet:
            _add_bullet(made, given.size)
        run = made.add_run()
        run.text = given.text
        run.font.size = Pt(given.size)
        run.font.bold = given.is_bold
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
        paint(frame, run.font.color, given.ink)


def paint(frame: Frame, color: Any, ink: Ink) -> None:
    """Ink and muted are the theme's; good and bad mean the same in every deck."""
    if ink in ("good", "bad"):
        color.rgb = rgb(getattr(frame.palette, ink))
        return
    if ink == "muted" and frame.is_own:
        color.theme_color = MSO_THEME_COLOR.TEXT_2
        return
    color.theme_color = MSO_THEME_COLOR.TEXT_1
    if ink == "muted":
        color.brightness = -0.25 if frame.is_dark else 0.3


def rgb(color: str) -> RGBColor:
    """'#0B6FA4' for python-pptx."""
    return RGBColor(*(int(color[place : place + 2], 16) for place in (1, 3, 5)))


def _add_bullet(paragraph: Any, size: float) -> None:
    given = paragraph._p.get_or_add_pPr()
    given.set("marL", str(int(size * EMU)))
    given.set("indent", str(-int(size * EMU)))
    bullet = given.makeelement(qn("a:buChar"), {"char": "•"})
    given.append(bullet)


def add_box(
    frame: Frame,
    slide: Any,
    box: Box,
    paragraphs: Sequence[Paragraph],
    name: str,
    align: Any = PP_ALIGN.LEFT,
) -> None:
    """A text box without margins of its own."""
    shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
    shape.name = name
    target = shape.text_frame
    target.word_wrap = True
    target.margin_left = target.margin_right = target.margin_top = target.margin_bottom = 0
    target.vertical_anchor = MSO_ANCHOR.TOP
    write_paragraphs(frame, target, paragraphs, align)


def write_title(frame: Frame, slide: Any, title: str) -> None:
    """The message in the placeholder of the title, smaller where it would not fit; cut at the last."""
    shape = find_title(slide)
    if shape is None:
        return
    if slide.slide_layout is frame.content and shape.height < frame.title.height:
        box = frame.title
        shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height
    text = hold(title)
    width = (shape.width - 2 * inset_of(shape)) / EMU
    height = shape.height / EMU - 4
    own = _own_size(shape)
    sizes = [each for each in TITLE_SIZES if own is None or each < own]
    sizes = [own, *sizes] if own else sizes
    size = choose_size([text], sizes, width, height, frame.bold)
    if size is None:
        size = sizes[-1]
        text = shorten(text, size, width, max(1, int(height / (LINE * size))), frame.bold)
    shape.text_frame.text = text
    run = shape.text_frame.paragraphs[0].runs[0] if text else None
    if run is not None:
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
        if size != own:
            run.font.size = Pt(size)


def _own_size(shape: Any) -> float | None:
    """The size that the layout or the master gives a title, in points, where one of them does."""
    layout = shape.part.slide.slide_layout
    holder: Any = find_title(layout)
    given: list[str] = holder.element.xpath(".//a:lstStyle/a:lvl1pPr/a:defRPr/@sz")
    kept: list[str] = layout.slide_master.element.xpath(
        "p:txStyles/p:titleStyle/a:lvl1pPr/a:defRPr/@sz"
    )
    return next((int(each) / 100 for each in [*given, *kept]), None)


def align_of_title(frame: Frame) -> Any:
    """Where the template has its titles: the subtitle beneath stands there too."""
    sheets: list[tuple[Any, str]] = [
        (find_title(frame.content), ".//a:lstStyle/a:lvl1pPr/@algn"),
        (frame.content.slide_master, "p:txStyles/p:titleStyle/a:lvl1pPr/@algn"),
    ]
    given: list[str] = [each for sheet, path in sheets for each in sheet.element.xpath(path)]
    places = {"ctr": PP_ALIGN.CENTER, "r": PP_ALIGN.RIGHT}
    return places.get(next(iter(given), ""), PP_ALIGN.LEFT)


def fill_placeholder(frame: Frame, shape: Any, texts: Sequence[str]) -> None:
    """Texts in a placeholder that holds any, at a size at which they fit."""
    width, height = (shape.width - 2 * inset_of(shape)) / EMU, shape.height / EMU - 8
    size = choose_size(texts, (20, 18, 16, 14, 12), width, height, frame.font) or 12
    shape.text_frame.text = ""
    write_paragraphs(
        frame, shape.text_frame, [Paragraph(each, size, "muted") for each in texts], None
    )


def write_footer(frame: Frame, slide: Any, texts: Sequence[str]) -> None:
    """The first of the texts that fits in the layout's footer, and the slide's number in its place; a layout
    that has neither gets them at the foot of the slide."""
    number = str(len(frame.presentation.slides))
    holders = {kind_of(each): each for each in slide.slide_layout.placeholders}
    if "ftr" in holders:
        shape = _copy(slide, holders["ftr"])
        _fill_footer(frame, shape, holders["ftr"], texts)
    if "sldNum" in holders:
        shape = _copy(slide, holders["sldNum"])
        for each in shape.element.iter(qn("a:t")):
            each.text = number
    area, left = frame.area, not {"ftr", "sldNum"} <= holders.keys()
    if left:
        kept = [texts[-2]] if "ftr" not in holders else []
        kept += [number] if "sldNum" not in holders else []
        top = frame.presentation.slide_height - int(FOOT * EMU)
        box = Box(area.left, top, area.width, int(FOOT * EMU / 2))
        if not _is_taken(slide, box):
            add_box(
                frame, slide, box, [Paragraph("   |   ".join(kept), FOOTER[-1], "muted")], "Footer"
            )


def _is_taken(slide: Any, box: Box) -> bool:
    return any(
        each.left < box.right
        and box.left < each.left + each.width
        and each.top < box.bottom
        and box.top < each.top + each.height
        for each in slide.shapes
    )


def _copy(slide: Any, holder: Any) -> Any:
    """A placeholder of the layout on the slide; python-pptx copies those of a footer not of itself."""
    element = copy.deepcopy(holder.element)
    tree = slide.shapes._spTree
    tree.append(element)
    (name,) = element.xpath(".//p:cNvPr")
    name.set("id", str(max(int(each) for each in tree.xpath("//p:cNvPr/@id")) + 1))
    return next(each for each in slide.shapes if each.element is element)


def _fill_footer(frame: Frame, shape: Any, holder: Any, texts: Sequence[str]) -> None:
    """The longest text that stands in one line, else in as many as the footer holds."""
    width, height = (holder.width - 2 * inset_of(holder)) / EMU, holder.height / EMU
    for room in (min(height, 1.5 * LINE * FOOTER[-1]), height):
        for text in texts:
            size = choose_size([text], FOOTER, width, room, frame.font)
            if size:
                shape.text_frame.text = text
                run = shape.text_frame.paragraphs[0].runs[0]
                run.font.size = Pt(size)
                run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
                return
    shape.element.getparent().remove(shape.element)
