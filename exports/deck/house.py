"""Our own theme: python-pptx's empty file made 16:9, in the colours of the pages, in Arial.

Arial, because every computer has it or a font of its widths.
"""

import re
from collections.abc import Mapping
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from charts.theme import PALETTES
from exports.deck.xml import parse_element

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, INNER = Inches(0.6), Inches(12.133)
FONT = "Arial"
# Left, top, width, height of the placeholders, by type.
MASTER = {
    "title": (LEFT, Inches(0.42), INNER, Inches(0.86)),
    "body": (LEFT, Inches(1.4), INNER, Inches(5.4)),
    "ftr": (LEFT, Inches(7.0), Inches(10.8), Inches(0.3)),
    "sldNum": (Inches(11.733), Inches(7.0), Inches(1.0), Inches(0.3)),
}
COVER = {
    "ctrTitle": (Inches(1.1), Inches(2.0), Inches(11.2), Inches(1.7)),
    "subTitle": (Inches(1.1), Inches(3.95), Inches(11.2), Inches(2.2)),
}
# The layouts that are kept, by type: the first is that of the cover, the second of all other slides.
KEPT = ("title", "titleOnly")


def make_house() -> Any:
    """A presentation without slides, of our own look."""
    made: Any = Presentation()
    made.slide_width, made.slide_height = WIDTH, HEIGHT
    master = made.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _paint(theme.blob.decode("utf-8")).encode("utf-8")
    for layout in list(made.slide_layouts):
        if layout.element.get("type") not in KEPT:
            made.slide_layouts.remove(layout)
    for shape in [
        *master.placeholders,
        *(s for each in made.slide_layouts for s in each.placeholders),
    ]:
        if _kind(shape) == "dt":
            shape.element.getparent().remove(shape.element)
    cover = made.slide_layouts[0]
    _place(master, MASTER)
    _place(cover, COVER)
    _write_styles(master, cover)
    _decorate(master, cover)
    return made


def _paint(theme: str) -> str:
    """The theme with our colours and font; accents in the order in which a chart takes them."""
    palette = PALETTES["light"]
    colors = {
        "dk1": palette.ink, "lt1": "#FFFFFF", "dk2": palette.muted, "lt2": "#F3F5F7",
        "accent1": palette.actual, "accent2": palette.prior, "accent3": palette.good,
        "accent4": palette.tiers["dissatisfied"], "accent5": palette.tiers["loyal"], "accent6": palette.bad,
        "hlink": palette.good, "folHlink": palette.muted,
    }  # fmt: skip
    for name, color in colors.items():
        theme = re.sub(
            rf"(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{color[1:]}"/>\2', theme
        )
    theme = theme.replace('name="Office Theme"', 'name="Standing"')
    theme = theme.replace('Scheme name="Office"', 'Scheme name="Standing"')
    return theme.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{FONT}"/>')


def _kind(shape: Any) -> str:
    return shape.element.xpath(".//p:nvPr/p:ph/@type")[0]


def _place(sheet: Any, places: Mapping[str, tuple[int, ...]]) -> None:
    for shape in sheet.placeholders:
        place = places.get(_kind(shape))
        if place:
            shape.left, shape.top, shape.width, shape.height = place


def _write_styles(master: Any, cover: Any) -> None:
    """Titles to the left and heavy, standing on their subtitle; nothing indented by the frame of its text."""
    (title,) = master.element.xpath("p:txStyles/p:titleStyle/a:lvl1pPr")
    title.set("algn", "l")
    style = title.find(qn("a:defRPr"))
    style.set("sz", "2600")
    style.set("b", "1")
    for shape in [*master.placeholders, *cover.placeholders]:
        (body,) = shape.element.xpath(".//a:bodyPr")
        for side in ("lIns", "rIns"):
            body.set(side, "0")
    for shape in master.placeholders:
        kind = _kind(shape)
        (body,) = shape.element.xpath(".//a:bodyPr")
        if kind == "title":
            body.set("anchor", "b")
        for each in shape.element.xpath(".//a:lstStyle/a:lvl1pPr"):
            each.set("algn", "r" if kind == "sldNum" else "l")
            each.find(qn("a:defRPr")).set("sz", "900")
    for shape in cover.placeholders:
        kind = _kind(shape)
        for each in shape.element.xpath(".//a:lstStyle/a:lvl1pPr"):
            each.set("algn", "l")
            if kind == "subTitle":
                each.find(qn("a:defRPr")).set("sz", "1800")
        if kind == "ctrTitle":
            (body,) = shape.element.xpath(".//a:bodyPr")
            body.set("anchor", "b")
            (styles,) = shape.element.xpath(".//a:lstStyle")
            styles.append(_title_size(styles))


def _title_size(styles: Any) -> Any:
    paragraph = styles.makeelement(qn("a:lvl1pPr"), {})
    paragraph.append(paragraph.makeelement(qn("a:defRPr"), {"sz": "4000"}))
    return paragraph


def _decorate(master: Any, cover: Any) -> None:
    """A short bar above each title, and a band down the cover."""
    _add_bar(master, LEFT, 0, Inches(0.9), Inches(0.09))
    cover.element.set("showMasterSp", "0")
    _add_bar(cover, 0, 0, Inches(0.35), HEIGHT)


def _add_bar(sheet: Any, left: int, top: int, width: int, height: int) -> None:
    bar = parse_element(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="99" name="Bar"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    # Behind whatever else stands there: after the two elements that each tree of shapes begins with.
    sheet.shapes._spTree.insert(2, bar)
