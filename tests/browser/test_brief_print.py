"""The brief on paper: two sheets of A4, nothing hidden, with few and with long texts."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from analyses.brief import LONGEST, Brief
from commands.briefed import read_brief
from exports.brief import to_brief
from exports.brief.mail import to_mail
from tests.browser.pages import OpenPage
from tests.unit.test_brief import make_brief

pytestmark = pytest.mark.browser

# What is drawn on each sheet, against the top of the line at its foot.
BOTTOMS = """[...document.querySelectorAll('.page')].map(page => [
    Math.max(...[...page.querySelectorAll('*')].filter(each => !each.closest('.foot'))
        .map(each => each.getBoundingClientRect().bottom)),
    page.querySelector('.foot').getBoundingClientRect().top])"""


def make_longest() -> Brief:
    """Every text as long as it may be, wide letters, all notes and remarks."""
    brief = make_brief("MW " * 90, notes=12, text="Wm " * 200)
    sentence = ("Wide words " * 40)[: LONGEST["sentence"]]
    fact = ("Many facts " * 40)[: LONGEST["fact"]]
    figures = tuple(replace(each, facts=(*each.facts[:2], fact)) for each in brief.figures)
    return replace(brief, sentences=(sentence,) * 5, figures=figures)


def make_middling() -> Brief:
    """As much as is set in the larger size, in wide letters."""
    brief = make_brief("MW " * 4, notes=4, text="Wm " * 10)
    (row, *_), sentence = brief.names.rows, ("Wm " * 80)[:150]
    names = replace(brief.names, rows=(row,) * 5)
    return replace(brief, sentences=(sentence,) * 5, names=names)


def test_the_brief_prints_to_two_sheets(
    sample_warehouse: Path, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    briefs = {
        "sample": read_brief(sample_warehouse, None),
        "first week": read_brief(sample_warehouse, date(2023, 11, 20)),
        "few": make_brief(),
        "middling": make_middling(),
        "long": make_longest(),
        "long words": make_brief("M" * 90, notes=12, text="W" * 900),
    }
    dense = {"long": 2, "long words": 1}
    for name, brief in briefs.items():
        file = tmp_path / f"{name}.html"
        file.write_text(to_brief(brief), encoding="utf-8")
        assert to_brief(brief).count('class="page dense"') == dense.get(name, 0), name
        page.goto(file.as_uri())
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(media="screen")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.set_viewport_size({"width": 695, "height": 1000})
        page.emulate_media(media="print")
        hidden = [(bottom, foot) for bottom, foot in page.evaluate(BOTTOMS) if bottom > foot]
        assert hidden == [], name
        printed = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2, name
    context.close()


def test_axe_finds_nothing_in_page_and_mail(browser: Browser, tmp_path: Path) -> None:
    brief, context = make_brief(), browser.new_context(bypass_csp=True)
    page = context.new_page()
    for name, content in (("page", to_brief(brief)), ("mail", to_mail(brief))):
        file = tmp_path / f"{name}.html"
        file.write_text(content, encoding="utf-8")
        page.goto(file.as_uri())
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
    context.close()


def test_the_button_saves_what_the_command_writes(
    server: str, open_page: OpenPage, sample_warehouse: Path
) -> None:
    page = open_page(server)
    button = page.get_by_role("button", name="Brief")
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "brief-2026-W46.html"
    saved = download.value.path().read_text(encoding="utf-8")
    assert saved == to_brief(read_brief(sample_warehouse, None))
