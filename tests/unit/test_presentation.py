"""The presentation: one file that loads nothing, with every number of the pack, and names that stay names."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

from analyses.board.document import Cell, Pack, Slide, Table, Today
from analyses.board.writing import mark_name, write_cell
from exports.presentation import to_presentation
from exports.shown import MOST, list_pages, to_page
from tests.packs import HOSTILE, make_pack


class Reader(HTMLParser):
    """Tags with their attributes, and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).replace("\u00a0", " ").split())


def list_cells(pack: Pack) -> list[Cell]:
    """Every cell that the pack shows or states."""
    return [
        cell
        for slide in pack.slides
        for cell in (
            *slide.told,
            *(cell for row in (slide.table.rows if slide.table else ()) for cell in row),
            *(
                cell
                for series in (slide.chart.series if slide.chart else ())
                for cell in series.cells
                if series.role != "hidden" and cell.value is not None
            ),
        )
    ]


def test_every_number_of_the_pack_can_be_read() -> None:
    pack = make_pack()
    text = Reader(to_presentation(pack)).text
    assert [each for each in list_cells(pack) if write_cell(each, "EUR") not in text] == []
    for slide in pack.slides:
        assert all(said in text for said in (slide.title, *slide.lines, *slide.notes))


def test_what_a_customer_is_called_is_no_markup() -> None:
    pack = replace(make_pack(), title=HOSTILE)
    page = Reader(to_presentation(pack))
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert HOSTILE in page.text


def test_nothing_is_loaded_and_only_its_own_script_runs() -> None:
    html = to_presentation(make_pack())
    page = Reader(html)
    addresses = [
        value
        for _, given in page.tags
        for name, value in given.items()
        if name in ("src", "href", "xlink:href", "srcset", "action", "data") and value
    ]
    assert all(each.startswith("#") for each in addresses)
    assert not any(
        "style" in given or any(n.startswith("on") for n in given) for _, given in page.tags
    )
    policy = next(given["content"] for _, given in page.tags if given.get("http-equiv") is not None)
    assert policy is not None
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        found = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert found
        digest = b64encode(sha256(found[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert to_presentation(make_pack()) == to_presentation(make_pack())


def test_a_long_table_goes_on_with_its_headings() -> None:
    rows = tuple((Cell(f"customer {number}"), Cell(number, "count")) for number in range(2 * MOST))
    slide = Slide("long", "table", "Many", table=Table("long", "Long", ("customer", "n"), rows))
    pages = list_pages(replace(make_pack(), slides=(slide,)), None)
    assert [page.title for page in pages] == ["Many (1 of 2)", "Many (2 of 2)"]
    assert [row.cells[0].text for page in pages if page.table for row in page.table.rows] == [
        f"customer {number}" for number in range(2 * MOST)
    ]


def test_letters_that_only_join_or_part_stay() -> None:
    """A terminal may not have them; a page may, and names in Persian and Hindi need them."""
    name = "نیم\u200cفاصله A\u00a0B \x1b"
    slide = Slide("named", "table", name, table=Table("named", name, (name,), ((Cell(name),),)))
    page = to_page(slide, "EUR")
    assert page.table is not None
    cell = page.table.rows[0].cells[0].text
    assert {page.title, page.table.title, cell.strip("\u2068\u2069")} == {name[:-1] + " "}


def test_what_is_written_from_right_to_left_moves_nothing_beside_it() -> None:
    """A browser would show '22 ,name Nov 2026' otherwise (seen in Chromium, Typst and LibreOffice)."""
    name = "\u05d3\u05e0\u05d4"
    assert mark_name("Ada") == "Ada"
    by = Cell(f"{mark_name(name)}, 22 Nov 2026")
    table = Table("t", "T", ("note", "by"), ((Cell(f"{name}\n5 {name}"), by),))
    page = to_page(Slide("t", "table", "T", table=table), "EUR")
    assert page.table
    written, signed = (cell.text for cell in page.table.rows[0].cells)
    assert written == f"\u2068{name}\u2069\n\u20685 {name}\u2069"
    # Its first letter that has a direction is the mark, so the date stays to the right of the name.
    assert signed == f"\u2068\u200e{name}\u200e, 22 Nov 2026\u2069"


def test_what_it_would_be_now_stands_before_the_appendix() -> None:
    pack = make_pack()
    now = Slide("today", "text", "What these numbers would be now")
    today = Today(pack.build_id, pack.as_of, pack.numbers, now, 1)
    pages = list_pages(pack, today)
    assert [page.part for page in pages][-2:] == ["Now", "Appendix"]
    assert pages[-2].title == now.title
    assert list_pages(pack, replace(today, changed=0)) == list_pages(pack, None)


def test_a_newer_build_that_changes_nothing_is_a_line_beneath_who_approved() -> None:
    signoff = Slide("signoff", "text", "Nobody has approved")
    pack = replace(make_pack(), slides=(signoff, *make_pack().slides))
    now = Slide("today", "text", "All 936 numbers of this pack are the same today")
    today = Today("000002-b", pack.as_of, pack.numbers, now, 0)
    pages = list_pages(pack, today)
    assert not [page for page in pages if page.part == "Now"]
    assert pages[0].lines[0].startswith(f"{now.title} (build 000002-b, as of ")
    # Other settings are told on a slide of their own.
    told = replace(now, lines=("Settings that are others now: gross_margin 0.8, now 0.75.",))
    assert [page.part for page in list_pages(pack, replace(today, slide=told))].count("Now") == 1
