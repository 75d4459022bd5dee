"""The presentation as it is shown: everything inside its slide, by keyboard alone, and on paper."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analyses.board.document import Cell, Slide, Table
from exports.presentation import to_presentation
from exports.shown import list_pages
from tests.browser.test_accessibility import find_serious
from tests.packs import make_pack

pytestmark = pytest.mark.browser

TEXT = "Many words of a definition that a board will read once, if that " * 3
ROWS = tuple((Cell(f"number {row}"), Cell(TEXT), Cell(TEXT)) for row in range(12))
NOTE = (
    Cell("Churn"),
    Cell("First line.\nSecond line. " + TEXT * 10),
    Cell("Ada Meyer, 22 Nov 2026"),
)
PACK = replace(
    make_pack(),
    slides=(
        *make_pack().slides,
        Slide("long", "table", "Long", table=Table("long", "Long", ("number", "a", "b"), ROWS)),
        Slide(
            "said", "table", "Said", table=Table("said", "Said", ("number", "note", "by"), (NOTE,))
        ),
    ),
)
SHOWN = "document.querySelector('.slide.now').id"
# What stands outside of the slide or of its body, or is laid over another part.
OUTSIDE = """() => {
    const slide = document.querySelector('.slide.now'), body = slide.querySelector('.body');
    const frame = slide.getBoundingClientRect();
    const parts = [...slide.querySelectorAll('header, .body, footer')].map(each => each.getBoundingClientRect());
    const apart = parts.every((each, at) => at === 0 || each.top >= parts[at - 1].bottom - 1);
    const inside = parts.every(each => each.left >= frame.left && each.right <= frame.right + 1
        && each.top >= frame.top && each.bottom <= frame.bottom + 1);
    return [apart, inside, body.scrollHeight <= body.clientHeight + 1, body.scrollWidth <= body.clientWidth + 1];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file: Path = tmp_path_factory.mktemp("presentation") / "board.html"
    file.write_text(to_presentation(PACK), encoding="utf-8")
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto(file.as_uri())
    yield page
    page.context.close()


def test_every_slide_holds_what_is_on_it_and_axe_finds_nothing(page: Page) -> None:
    many = len(list_pages(PACK, None))
    for number in range(1, many + 1):
        assert page.evaluate(SHOWN) == str(number)
        assert page.evaluate(OUTSIDE) == [True] * 4, f"slide {number}"
        if number in (2, 3):
            assert find_serious(page) == []
        page.keyboard.press("ArrowRight")
    assert page.evaluate(SHOWN) == str(many)
    assert page.url.endswith(f"#{many}")


def test_a_long_note_keeps_its_lines_and_leaves_room_for_who_wrote_it(page: Page) -> None:
    place = [each.key for each in list_pages(PACK, None)].index("said")
    page.evaluate("place => show(place)", place)
    row = page.locator(".slide.now tbody tr")
    assert row.locator("td").first.inner_text().startswith("First line.\nSecond line.")
    author = row.locator("td").last
    assert (
        author.evaluate(
            "each => { const range = document.createRange(); range.selectNodeContents(each);"
            " return new Set([...range.getClientRects()].map(rect => rect.top)).size; }"
        )
        <= 2
    )


def test_keys_go_to_the_first_slide_and_show_the_notes(page: Page) -> None:
    page.keyboard.press("Home")
    assert page.evaluate(SHOWN) == "1"
    page.keyboard.press(" ")
    page.keyboard.press("PageDown")
    assert page.evaluate(SHOWN) == "3"
    notes, slide = page.locator(".slide.now aside"), page.locator(".slide.now")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible()
    beside, shown = notes.bounding_box(), slide.bounding_box()
    assert beside
    assert shown
    assert beside["x"] >= shown["x"] + shown["width"] - 1
    assert beside["y"] == 0
    assert beside["height"] <= 720
    assert page.evaluate(OUTSIDE) == [True] * 4
    assert "Source: CRM export." in notes.inner_text()
    page.keyboard.press("n")
    assert "Churn rose to 3.0\u00a0%" in page.locator("#said").inner_text()


def test_on_paper_each_slide_is_a_page(page: Page) -> None:
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(list_pages(PACK, None))


def test_on_a_phone_a_slide_scrolls_down_and_never_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("Home")
    for _ in list_pages(PACK, None):
        slide = page.locator(".slide.now")
        assert slide.evaluate("each => each.scrollWidth") <= 390
        body = slide.locator(".body")
        is_wide = body.evaluate("each => each.scrollWidth > each.clientWidth + 1")
        is_said = body.evaluate("each => getComputedStyle(each, '::before').content !== 'none'")
        assert is_said == is_wide
        page.keyboard.press("ArrowRight")
