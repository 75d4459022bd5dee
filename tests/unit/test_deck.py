"""The deck, read back: every number of the pack, in native charts and tables, and the company's own template."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analyses.board.document import Cell, Chart, Pack, Slide, Table, Today
from analyses.board.writing import write_cell
from exports.deck import to_deck
from exports.deck.sheets import number_format
from tests.packs import HOSTILE, make_pack
from warehouse.errors import StandingError


def read(deck: bytes) -> Any:
    return Presentation(io.BytesIO(deck))


@cache
def make_deck() -> bytes:
    return to_deck(make_pack())


def untie(text: str) -> str:
    """The same with amounts that a line break may part."""
    return text.replace("\u00a0", " ").replace("\u2212", "-")


def titles_of(deck: Any) -> list[str]:
    return [untie(each.shapes.title.text_frame.text) for each in deck.slides]


def find_slide(deck: Any, title: str) -> Any:
    return deck.slides[titles_of(deck).index(title)]


def find_chart(slide: Any) -> Any:
    (found,) = [each for each in slide.shapes if each.has_chart]
    return found.chart


def texts_of(slide: Any) -> str:
    return untie("\n".join(each.text_frame.text for each in slide.shapes if each.has_text_frame))


def rows_of(slide: Any) -> list[list[str]]:
    (found,) = [each.table for each in slide.shapes if each.has_table]
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_every_number_that_a_slide_states_stands_on_it() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        for cell in slide.told:
            assert write_cell(cell, pack.currency) in texts_of(find_slide(deck, slide.title))


def test_a_table_is_native_and_its_cells_read_as_the_pages_write_them() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        if slide.table and slide.layout != "headlines":
            expected = [[write_cell(each, "EUR") for each in row] for row in slide.table.rows]
            assert rows_of(find_slide(deck, slide.title)) == [[*slide.table.headings], *expected]


def test_headlines_stand_in_two_rows_with_what_was_done_and_is_asked() -> None:
    deck = read(make_deck())
    headings, numbers, words = rows_of(find_slide(deck, "Churn rose to 3.0 %"))
    reported = "as last reported: n/a (no pack before)"
    assert headings == ["number", "2026Q3", "95 % interval", "target", "2026Q2", "as last reported"]
    assert numbers == [
        "Customer churn rate\nCustomer success",
        "3.0 %",
        "1.0-8.5 %",
        "2.0 %",
        "2.0 %",
        "n/a",
    ]
    assert [each for each in words if each] == [
        "Action: Called all at risk", "Decision asked: Approve two more people",
    ]  # fmt: skip
    assert reported in texts_of(find_slide(deck, "Churn rose to 3.0 %"))


def test_the_colour_of_a_headline_is_said_in_words() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    name, value, *rest = slide.table.rows[0]
    table = replace(slide.table, rows=((name, replace(value, tone="bad"), *rest),))
    deck = read(to_deck(replace(pack, slides=(replace(slide, table=table),))))
    assert rows_of(deck.slides[0])[1][3] == "2.0 %: missed"


def test_a_chart_is_native_and_its_sheet_holds_its_numbers_in_full() -> None:
    deck, pack = read(make_deck()), make_pack()
    for slide in pack.slides:
        if slide.chart is None:
            continue
        chart = find_chart(find_slide(deck, slide.title))
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        sheet = book["Sheet1"]
        for column, (series, drawn) in enumerate(
            zip(slide.chart.series, chart.plots[0].series, strict=True), 2
        ):
            values = [
                None if each.value is None else float(str(each.value)) for each in series.cells
            ]
            assert [*drawn.values] == values
            cells = [sheet.cell(row, column).value for row in range(2, 2 + len(values))]
            # A sheet keeps 16 digits.
            assert [each and float(f"{each:.16g}") for each in values] == cells
            assert sheet.cell(1, column).value == series.name


def test_an_interval_is_drawn_from_cells_of_the_sheet() -> None:
    chart = find_chart(find_slide(read(make_deck()), "Churn rose to 3.0 %, from 2.0 %"))
    (bars,) = chart._chartSpace.xpath(".//c:errBars")
    minus = bars.find(qn("c:minus"))
    below = [float(each.text) for each in minus.iter(qn("c:v"))]
    assert below == pytest.approx([0.02 - 0.006, 0.03 - 0.01])
    assert [each.text for each in minus.iter(qn("c:f"))] == ["Sheet1!$E$2:$E$3"]
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    names = [cell.value for cell in book["Sheet1"][1]]
    assert names == [
        None,
        "churn",
        "churn: 95 % low",
        "churn: 95 % high",
        "churn: below",
        "churn: above",
    ]
    assert [book["Sheet1"].cell(row, 5).value for row in (2, 3)] == pytest.approx(below)


def test_what_lifts_a_bridge_is_not_seen() -> None:
    chart = find_chart(find_slide(read(make_deck()), "MRR fell"))
    hidden, *others = chart.plots[0].series
    assert hidden._element.xpath("c:spPr/a:noFill")
    assert not hidden._element.xpath("c:dLbls")
    assert all(each._element.xpath("c:dLbls/c:showVal[@val='1']") for each in others)


@pytest.mark.parametrize(
    ("unit", "values", "code"),
    [
        ("percent", [0.03], "0.0 %"),
        (
            "currency",
            [2_510_000, 56_300],
            '[>=999500]#,##0.00,," M";[>=99950]#,##0," k";#,##0.0," k"',
        ),
        ("currency", [104_000, 1_780], '[>=99950]#,##0," k";[>=9999.5]#,##0.0," k";#,##0'),
        ("currency", [18_700], '[>=9999.5]#,##0.0," k";#,##0'),
        ("currency", [950], "#,##0"),
        ("currency", [-27_200, 900], '#,##0.0," k"'),
        ("months", [3], "0.0"),
    ],
)
def test_a_chart_writes_its_numbers_as_the_pages_do(
    unit: str, values: list[float], code: str
) -> None:
    assert number_format(unit, values) == code


def test_who_does_not_see_a_chart_or_a_table_has_it_in_words() -> None:
    deck, pack = read(make_deck()), make_pack()
    drawn = [
        each._element.xpath(".//p:cNvPr/@descr")[0]
        for slide in deck.slides
        for each in slide.shapes
        if each.has_chart or each.has_table
    ]
    assert all(drawn)
    assert [each.chart.alt for each in pack.slides if each.chart] == [drawn[1], drawn[2]]


def test_the_speaker_has_the_notes_and_each_slide_its_origin_and_number() -> None:
    deck = read(make_deck())
    churn = find_slide(deck, "Churn rose to 3.0 %, from 2.0 %")
    assert churn.notes_slide.notes_text_frame.text.splitlines() == [
        "Customer churn rate: customers lost as a share of those at the start.",
        "n = 100.",
        "Source: CRM export.",
    ]
    assert "As of 4 Oct 2026" in texts_of(churn)
    assert "2026q3, frozen 4 Oct 2026, 08:00 UTC" in texts_of(churn)
    assert churn.shapes._spTree.xpath(".//a:fld[@type='slidenum']")


def test_a_customers_name_is_a_text() -> None:
    deck = read(make_deck())
    assert rows_of(find_slide(deck, "One customer pays an eighth"))[1][0] == HOSTILE
    assert HOSTILE in texts_of(find_slide(deck, "What lifetime value rests on"))
    links = [each for slide in deck.slides for each in slide.part.rels.values() if each.is_external]
    assert links == []


def test_characters_that_no_file_of_office_holds_are_left_out() -> None:
    odd = "a\x00b\ud800c\x1bd\ufffe"
    pack = make_pack()
    slides = tuple(
        replace(
            each,
            title=f"{odd} {each.key}",
            notes=(odd,),
            lines=(odd,),
            table=replace(each.table, headings=(odd, *each.table.headings[1:]))
            if each.table
            else None,
            chart=replace(each.chart, categories=(odd, "2026Q3"), alt=odd)
            if each.chart and each.key == "churn"
            else each.chart,
        )
        for each in pack.slides
    )
    deck = read(to_deck(replace(pack, slides=slides, title=odd, frozen_by=odd)))
    assert "a b c d" in titles_of(deck)[0]
    # What cannot be seen has nothing to draw.
    empty = Chart("columns", "percent", (), (), "nothing")
    assert (
        len(
            read(
                to_deck(replace(pack, slides=(Slide("none", "chart", "None", chart=empty),)))
            ).slides
        )
        == 1
    )


def test_the_same_pack_is_the_same_file() -> None:
    assert to_deck(make_pack()) == make_deck()


def test_a_long_table_goes_on_beneath_its_headings_on_the_next_slide() -> None:
    rows = tuple((Cell(f"customer {each}"), Cell(each, "count")) for each in range(60))
    table = Table("long", "Long", ("customer", "n"), rows)
    slides = (Slide("long", "table", "Sixty", table=table, lines=("A line.",)),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    parts = [rows_of(each) for each in deck.slides]
    assert len(parts) > 1
    assert all(part[0] == ["customer", "n"] for part in parts)
    assert [row for part in parts for row in part[1:]] == [
        [f"customer {n}", str(n)] for n in range(60)
    ]
    assert titles_of(deck)[0] == f"Sixty (1 of {len(parts)})"


def test_a_text_too_long_for_its_cell_is_whole_in_the_notes() -> None:
    text = "word " * 3000
    table = Table("notes", "Notes", ("note",), ((Cell(text.strip()),),))
    slides = (Slide("notes", "table", "Notes", table=table),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    (slide,) = deck.slides
    assert rows_of(slide)[1][0].endswith("word…")
    assert text.strip() in slide.notes_slide.notes_text_frame.text


def test_lines_that_do_not_fit_go_on() -> None:
    lines = tuple(f"{number}: " + "some words " * 30 for number in range(30))
    slides = (Slide("text", "text", "Many", lines=lines),)
    deck = read(to_deck(replace(make_pack(), slides=slides)))
    found = "\n".join(texts_of(each) for each in deck.slides)
    assert all(line in found for line in lines)


def test_what_the_numbers_would_be_now_stands_before_the_appendix() -> None:
    pack = make_pack()
    slide = Slide("now", "text", "What these numbers would be now", lines=("Churn: 3.1 %.",))
    today = Today("another build", pack.as_of, pack.numbers, slide, 1)
    titles = titles_of(read(to_deck(pack, today)))
    assert titles[-3:] == [
        "What these numbers would be now",
        "Appendix",
        "What lifetime value rests on",
    ]
    same = replace(today, build_id=pack.build_id)
    assert to_deck(pack, same) == make_deck()


# The company's template.


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


def test_headlines_too_many_for_a_slide_go_on_on_the_next() -> None:
    pack = make_pack()
    slide = pack.slides[1]
    assert slide.table
    table = replace(slide.table, rows=slide.table.rows * 12)
    deck = read(to_deck(replace(pack, slides=(replace(slide, table=table),))))
    assert len(deck.slides) == 2
    values = [row[1] for each in deck.slides for row in rows_of(each)[1::2]]
    assert values == ["3.0 %"] * 12


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
