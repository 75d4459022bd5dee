"""The file that a deck is drawn in: our own, or the company's with its masters, layouts, colours and fonts."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from charts.theme import PALETTES, Palette
from exports.deck.fit import Font
from exports.deck.house import make_house
from warehouse.errors import StandingError

# A template (.potx) is a presentation that says so of itself in one word.
_POTX = b"presentationml.template.main+xml"
_PPTX = b"presentationml.presentation.main+xml"
_MACROS = b"macroEnabled"
# Fonts as wide as Helvetica or narrower; of another it is not known, and more room is taken.
_NARROW = (
    "aptos", "arial", "calibri", "carlito", "helvetica", "liberation sans", "segoe ui", "times new roman",
    "source sans", "roboto", "inter", "open sans", "lato",
)  # fmt: skip
EMU = 12700  # in a point
INSET = Pt(7.2)
PROPERTIES = "/docProps/core.xml"
TITLE_HEIGHT = Pt(58)  # two lines of 22 points
LEAST_HEIGHT = 0.35  # of a slide's height, beneath its title


@dataclass(frozen=True)
class Box:
    """A place on a slide, in EMU (914,400 an inch)."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def right(self) -> int:
        return self.left + self.width


@dataclass(frozen=True)
class Frame:
    """What a deck is drawn in: layouts, the box below the title, and the colours that carry a meaning.

    title: where titles stand, with room for two lines. area: for all that stands beneath. stretch: how much
    wider the font may be than Helvetica.
    """

    presentation: Any
    cover: Any
    content: Any
    title: Box
    area: Box
    palette: Palette
    stretch: float
    is_own: bool

    @property
    def is_dark(self) -> bool:
        return self.palette is PALETTES["dark"]

    @property
    def font(self) -> Font:
        return Font(self.stretch)

    @property
    def bold(self) -> Font:
        return Font(self.stretch, is_bold=True)


def open_frame(template: bytes | None) -> Frame:
    """Our own look, or that of the template, without its slides.

    Raises StandingError for a file that is no template, holds macros, or has no layout with a title.
    """
    made = make_house() if template is None else _open(template)
    _drop_slides(made)
    layouts = [each for master in made.slide_masters for each in master.slide_layouts]
    content = _find_content(made, layouts)
    if content is None:
        raise StandingError(
            "The template has no layout with a title and room beneath it: add one, such as Title Only."
        )
    cover = _find_cover(layouts) or content
    colors = _read_colors(content.slide_master)
    palette = PALETTES["dark" if _is_dark(colors.get("bg1", "FFFFFF")) else "light"]
    stretch = 1.02 if template is None else _find_stretch(content.slide_master)
    title, area = find_title_box(content), find_area(made, content)
    return Frame(made, cover, content, title, area, palette, stretch, template is None)


def _open(template: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as file:
            if _MACROS in file.read("[Content_Types].xml"):
                raise StandingError(
                    "The template holds macros: save it without them, as .pptx or .potx."
                )
        return Presentation(io.BytesIO(_as_presentation(template)))
    except StandingError:
        raise
    # Whatever a broken file makes python-pptx or lxml stumble over.
    except Exception as error:
        raise StandingError(
            "The template cannot be read: it must be a PowerPoint file, .pptx or .potx"
            f" ({type(error).__name__})."
        ) from error


def _as_presentation(template: bytes) -> bytes:
    """A .potx as .pptx, which is all that python-pptx opens."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as given, zipfile.ZipFile(out, "w") as made:
        for name in dict.fromkeys(given.namelist()):
            content = given.read(name)
            made.writestr(
                name,
                content.replace(_POTX, _PPTX) if name == "[Content_Types].xml" else content,
            )
    return out.getvalue()


def _drop_slides(made: Any) -> None:
    """Remove slides, and what would point to them: PowerPoint would offer to repair the file."""
    slides = made.slides._sldIdLst
    for each in list(slides):
        made.part.drop_rel(each.rId)
        slides.remove(each)
    root = made.part._element
    for name in ("p:custShowLst", "p:extLst"):
        for each in root.findall(qn(name)):
            root.remove(each)
    for relation in list(made.part.package._rels.values()):
        is_properties = not relation.is_external and relation.target_partname == PROPERTIES
        # LibreOffice names the relation to the file's properties otherwise, and there would be two of them.
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL or (
            is_properties and relation.reltype != RELATIONSHIP_TYPE.CORE_PROPERTIES
        ):
            made.part.package.drop_rel(relation.rId)
    if any(re.match(r"/ppt/slides/", part.partname) for part in made.part.package.iter_parts()):
        raise StandingError(
            "A layout of the template links to one of its slides: remove the link, or the template"
            " cannot be used without that slide."
        )


def _find_content(made: Any, layouts: list[Any]) -> Any | None:
    """The layout with a title and nothing else beneath it, or the one with the least, that leaves the most room."""
    others = ("title", "secHead", "vertTitleAndTx", "picTx")
    fit = [
        each
        for each in layouts
        if find_title(each) is not None
        and each.element.get("type") not in others
        and _has_room(made, find_area(made, each))
    ]
    return min(
        fit,
        key=lambda each: (each.element.get("type") != "titleOnly", len(list(_fillable(each)))),
        default=None,
    )


def _has_room(made: Any, area: Box) -> bool:
    return area.height >= LEAST_HEIGHT * made.slide_height and area.width >= made.slide_width / 2


def _find_cover(layouts: list[Any]) -> Any | None:
    """The layout of a title slide: by its type, else one with a subtitle."""
    by_type = [each for each in layouts if each.element.get("type") == "title"]
    titled = [each for each in layouts if find_title(each) is not None]
    with_subtitle = [each for each in titled if "subTitle" in map(kind_of, each.placeholders)]
    return next(iter([*by_type, *with_subtitle]), None)


def find_title(sheet: Any) -> Any | None:
    """The placeholder of the title of a slide, layout or master."""
    kinds = ("title", "ctrTitle")
    return next((each for each in sheet.placeholders if kind_of(each) in kinds), None)


def kind_of(placeholder: Any) -> str:
    """'title', 'body', 'ftr' and so on; what has no type of its own holds anything ('obj')."""
    (element,) = placeholder.element.xpath(".//p:nvPr/p:ph")
    return element.get("type", "obj")


def _fillable(layout: Any) -> Iterator[Any]:
    given = ("title", "ctrTitle", "ftr", "sldNum", "dt", "hdr")
    return (each for each in layout.placeholders if kind_of(each) not in given)


def find_title_box(layout: Any) -> Box:
    """The place of the layout's title, higher where it holds a single line: a message takes two."""
    title: Any = find_title(layout)
    return Box(title.left, title.top, title.width, max(title.height, TITLE_HEIGHT))


def find_area(made: Any, layout: Any) -> Box:
    """The box beneath the title and above the footer, as wide as the text of the master's body."""
    title: Any = find_title(layout)
    master = layout.slide_master
    body = next((each for each in master.placeholders if kind_of(each) == "body"), None)
    left, right = title.left, title.left + title.width
    bottom = made.slide_height - Inches(0.6)
    if body is not None:
        left, right = body.left, body.left + body.width
        bottom = body.top + body.height
    inset = inset_of(title)
    feet = [each.top for each in layout.placeholders if kind_of(each) in ("ftr", "sldNum", "dt")]
    below = [each for each in feet if each > made.slide_height / 2]
    top = find_title_box(layout).bottom + Inches(0.05)
    bottom = min([bottom, *(each - Inches(0.05) for each in below)])
    return Box(left + inset, top, right - left - 2 * inset, bottom - top)


def inset_of(placeholder: Any) -> int:
    """Room between the edge of a placeholder and its text, its own or that of the one it inherits from."""
    given = placeholder.element.xpath(".//a:bodyPr/@lIns")
    if given:
        return int(given[0])
    base = getattr(placeholder, "_base_placeholder", None)
    return inset_of(base) if base is not None else INSET


def _read_colors(master: Any) -> dict[str, str]:
    """The master's colours by the names that slides use (bg1, tx1, accent1 ...), as RRGGBB."""
    theme = _theme_of(master)
    found: dict[str, str] = {}
    for name, body in re.findall(r"<a:(\w+)>\s*(<a:(?:srgb|sys)Clr[^>]*>)", theme):
        value = re.search(r'lastClr="(\w{6})"', body) or re.search(r'val="(\w{6})"', body)
        if value and name not in found:
            found[name] = value[1]
    (names,) = master.element.xpath("p:clrMap")
    return {name: found[given] for name, given in names.attrib.items() if given in found}


def _theme_of(master: Any) -> str:
    return master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode("utf-8", "replace")


def _is_dark(color: str) -> bool:
    red, green, blue = (int(color[place : place + 2], 16) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110


def _find_stretch(master: Any) -> float:
    fonts = re.findall(r'<a:latin typeface="([^"]*)"', _theme_of(master))[:2]
    return 1.05 if all(each.lower().startswith(_NARROW) for each in fonts) else 1.2
