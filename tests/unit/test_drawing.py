"""Charts as pictures: every value in sight, the same bytes each time, names never markup."""

import xml.etree.ElementTree as ElementTree
from typing import Literal

import pytest

from analyses.board.document import Cell, Chart, Series
from charts.theme import PALETTES
from exports.drawing import draw_svg
from tests.packs import HOSTILE, make_pack

BRIDGE = next(slide.chart for slide in make_pack().slides if slide.key == "bridge")
KINDS: list[Literal["columns", "stacked", "lines", "bars"]] = [
    "columns",
    "stacked",
    "lines",
    "bars",
]


def make_chart(kind: Literal["columns", "stacked", "lines", "bars"], name: str = "Q1") -> Chart:
    cells = tuple(Cell(value, "percent") for value in (0.25, None, 0.75))
    series = (Series("share", cells, low=(0.2, None, 0.7), high=(0.3, None, 0.8)),)
    return Chart(kind, "percent", (name, "Q2", "Q3"), series, "Said of it")


def read_texts(svg: str) -> list[str]:
    return [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_says_its_values_and_what_it_is(kind: Literal["columns", "lines"]) -> None:
    svg = draw_svg(make_chart(kind), "EUR", 600, 300)
    assert "75.0 %" in read_texts(svg)
    assert {"Q1", "Q2", "Q3"} <= set(read_texts(svg))
    assert ElementTree.fromstring(svg).attrib["aria-label"] == "Said of it"


def test_a_missing_value_is_no_column_of_height_0() -> None:
    assert "n/a" in read_texts(draw_svg(make_chart("columns"), "EUR", 600, 300))


def test_the_same_chart_gives_the_same_bytes() -> None:
    chart = make_chart("lines")
    assert draw_svg(chart, "EUR", 600, 300) == draw_svg(chart, "EUR", 600, 300)


def test_the_step_of_a_bridge_carries_its_sign_and_its_base_is_not_drawn() -> None:
    assert BRIDGE is not None
    texts = read_texts(draw_svg(BRIDGE, "EUR", 600, 300))
    assert {"EUR 1,000", "+EUR 100", "-EUR 200", "EUR 900"} <= set(texts)
    assert "base" not in texts


def test_a_thin_part_of_a_column_has_its_value_too() -> None:
    """50 of 1,200 customers on a slide's chart."""
    series = tuple(Series(f"of {many}", (Cell(many, "count"),)) for many in (50, 1150))
    chart = Chart("stacked", "count", ("Q1",), series, "Said of it")
    assert {"50", "1,150"} <= set(read_texts(draw_svg(chart, "EUR", 1180, 460)))


def test_an_interval_is_seen_on_a_bar_and_beyond_it() -> None:
    for kind in ("columns", "bars"):
        svg = draw_svg(make_chart(kind), "EUR", 600, 300)
        strokes = {each.attrib.get("stroke") for each in ElementTree.fromstring(svg).iter()}
        assert {"#ffffff", PALETTES["light"].ink.lower()} <= strokes


def test_names_are_neither_markup_nor_formulas() -> None:
    """Also of dollars, which matplotlib would read as mathematics, and letters that its font lacks."""
    for name in (HOSTILE, r"$\frac{1}{$", "株式会社", "نیم\u200cفاصله", "A\u00a0B", "bell\x07"):
        svg = draw_svg(make_chart("columns", name), "EUR", 900, 300)
        assert name.replace("\x07", " ") in read_texts(svg)
        assert "script" not in {each.tag for each in ElementTree.fromstring(svg).iter()}


def test_an_svg_needs_nothing_of_the_page_around_it() -> None:
    """No inline style, which a page's policy may forbid, and no address outside of itself."""
    svg = draw_svg(make_chart("columns"), "EUR", 600, 300)
    assert "style" not in svg
    assert all(link.startswith("#") for link in find_links(svg))


def find_links(svg: str) -> list[str]:
    named = "{http://www.w3.org/1999/xlink}href"
    return [
        each.attrib[named] for each in ElementTree.fromstring(svg).iter() if named in each.attrib
    ]
