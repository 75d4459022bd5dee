"""The company's template: its layouts, colours and fonts are used, its slides are not, and a broken one is said."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analyses.board.document import Pack, Slide
from exports.deck import to_deck
from tests.packs import make_pack
from tests.unit.test_deck import find_chart, find_slide, read, texts_of, titles_of
from warehouse.errors import StandingError


def make_template(*, is_wide: bool = True, font: str = "Georgia") -> bytes:
    """A company's file: two slides of its own, a custom show, sections, its colours and fonts."""
    made: Any = Presentation()
    if not is_wide:
        made.slide_width = Inches(10)
    for _ in range(2):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text_frame.text = "A slide of the company's"
    master = made.slide_master
    for shape in [
        *master.placeholders,
        *(s for each in made.slide_layouts for s in each.placeholders),
    ]:
        if is_wide and shape.element.xpath(".//a:xfrm"):
            shape.left, shape.width = int(shape.left * 4 / 3), int(shape.width * 4 / 3)
    if is_wide:
        made.slide_width = Inches(13.333)
    theme = next(each for each in master.part.rels.values() if each.reltype.endswith("/theme"))
    blob = theme.target_part.blob.replace(b'"Calibri"', f'"{font}"'.encode())
    theme.target_part._blob = blob.replace(b"4F81BD", b"7A1FA2")
    sections = made.part._element.makeelement(qn("p:extLst"), {})
    made.part._element.append(sections)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_potx(template: bytes, kind: bytes = b"presentationml.template.main") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, given.read(name).replace(b"presentationml.presentation.main", kind))
    return out.getvalue()


@pytest.mark.parametrize("is_wide", [True, False])
def test_the_companys_template_is_used_without_its_slides(is_wide: bool) -> None:
    pack = make_pack()
    deck = read(to_deck(pack, None, make_template(is_wide=is_wide)))
    titles = titles_of(deck)
    assert titles == [each.title for each in pack.slides[:-1]] + ["Appendix", pack.slides[-1].title]
    assert {each.slide_layout.name for each in deck.slides} == {"Title Slide", "Title Only"}
    assert not deck.part._element.findall(qn("p:extLst"))
    fonts = [
        name for each in deck.slides for name in each.part._element.xpath(".//a:latin/@typeface")
    ]
    assert fonts == []
    actual = find_chart(find_slide(deck, "Churn rose to 3.0 %, from 2.0 %")).plots[0].series[0]
    assert actual._element.xpath("c:spPr//a:schemeClr/@val") == ["accent1"]


def test_a_potx_is_a_template_too() -> None:
    assert to_deck(make_pack(), None, as_potx(make_template())) == to_deck(
        make_pack(), None, make_template()
    )


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (b"", "must be a PowerPoint file"),
        (b"PK not a file", "must be a PowerPoint file"),
        (as_potx(make_template(), b"presentation.macroEnabled.main"), "holds macros"),
    ],
)
def test_a_broken_template_is_said(template: bytes, message: str) -> None:
    with pytest.raises(StandingError, match=message):
        to_deck(make_pack(), None, template)


def test_a_template_without_a_layout_for_messages_is_said() -> None:
    made: Any = Presentation()
    for layout in list(made.slide_layouts)[1:]:
        made.slide_layouts.remove(layout)
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(StandingError, match="no layout with a title"):
        to_deck(make_pack(), None, out.getvalue())


def change_template(change: Callable[[Any], object]) -> bytes:
    """A company's file that somebody changed."""
    made = read(make_template())
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_layout_without_a_footer_gets_the_origin_and_the_number_all_the_same() -> None:
    def change(made: Any) -> None:
        layout = made.slide_layouts.get_by_name("Title Only")
        for shape in list(layout.placeholders)[1:]:
            shape.element.getparent().remove(shape.element)

    slides = read(to_deck(make_pack(), None, change_template(change))).slides
    assert "As of 4 Oct 2026   |   Pack 2026q3   |   2" in texts_of(slides[1])


def test_a_title_that_holds_one_line_makes_room_for_the_message() -> None:
    def change(made: Any) -> None:
        made.slide_master.placeholders[0].height = Pt(30)

    title = (
        "A message that says rather more than a title of a single line could ever say of a quarter"
    )
    slides = (Slide("long", "text", title, lines=("A line.",)),)
    deck = read(to_deck(replace(make_pack(), slides=slides), None, change_template(change)))
    assert titles_of(deck) == [title]
    shape, text = deck.slides[0].shapes.title, deck.slides[0].shapes[1]
    assert Pt(50) < shape.height <= text.top - shape.top


def test_the_properties_of_a_template_of_libreoffice_are_not_there_twice() -> None:
    """It names the relation to them in another way (officedocument for package)."""
    out = io.BytesIO()
    given, name = zipfile.ZipFile(io.BytesIO(make_template())), "_rels/.rels"
    with given, zipfile.ZipFile(out, "w") as made:
        for each in given.namelist():
            content = given.read(each)
            if each == name:
                content = content.replace(
                    b"schemas.openxmlformats.org/package/2006/relationships/metadata",
                    b"schemas.openxmlformats.org/officedocument/2006/relationships/metadata",
                )
            made.writestr(each, content)
    names = zipfile.ZipFile(io.BytesIO(to_deck(make_pack(), None, out.getvalue()))).namelist()
    assert len(names) == len(set(names))


# Nothing leaves its slide, and nothing lies upon another.


@pytest.mark.parametrize("template", [None, make_template(), make_template(is_wide=False)])
def test_no_shape_leaves_its_slide_or_lies_on_another(template: bytes | None) -> None:
    deck = read(to_deck(crowd(make_pack()), None, template))
    for slide in deck.slides:
        boxes = [
            (each.name, each.left, each.top, each.left + each.width, each.top + each.height)
            for each in slide.shapes
        ]
        for name, left, top, right, bottom in boxes:
            assert left >= 0, name
            assert top >= 0, name
            assert right <= deck.slide_width, name
            assert bottom <= deck.slide_height, name
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert not overlap(one, other), (slide.shapes.title.text_frame.text, one, other)


def overlap(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """More than a point in both directions."""
    slack = Pt(1)
    across = min(one[3], other[3]) - max(one[1], other[1])
    down = min(one[4], other[4]) - max(one[2], other[2])
    return across > slack and down > slack


def crowd(pack: Pack) -> Pack:
    """The same pack with much to say on every slide."""
    long = "A message that says rather more than a title should, with 3.0 % and EUR 41.3 k in it, twice over"
    lines = tuple(f"Line {each}: " + "words and more words " * 8 for each in range(9))
    slides = tuple(
        replace(each, title=long, subtitle=long * 2, lines=lines)
        if each.layout not in ("title", "text")
        else each
        for each in pack.slides
    )
    return replace(pack, slides=slides)
