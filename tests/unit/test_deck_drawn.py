"""The sample's deck as LibreOffice draws it: nothing leaves a slide, nothing lies on another, every word is there."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pptx import Presentation

from analyses.board.document import Pack
from exports.deck import to_deck
from tests import libreoffice
from tests.unit.test_deck_template import make_template

PAGE = "{http://www.w3.org/1999/xhtml}page"
WORD = "{http://www.w3.org/1999/xhtml}word"


@dataclass(frozen=True)
class Word:
    """A word of a page with its place in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture(scope="module")
def decks(sample_pack: Pack) -> dict[str, bytes]:
    template = make_template()
    return {"own.pptx": to_deck(sample_pack), "company.pptx": to_deck(sample_pack, None, template)}


@pytest.fixture(scope="module")
def drawn(
    decks: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[list[Word]]]:
    """The words of each page of each deck."""
    if not libreoffice.is_there():
        pytest.skip(libreoffice.MISSING)
    made = libreoffice.convert(decks, "pdf", tmp_path_factory.mktemp("drawn"))
    return {f"{each.stem}.pptx": list(read_pages(each)) for each in made}


def read_pages(pdf: Path) -> Iterator[list[Word]]:
    for page in ElementTree.fromstring(libreoffice.read_boxes(pdf)).iter(PAGE):
        width, height = float(page.attrib["width"]), float(page.attrib["height"])
        words = [
            Word(
                each.text or "",
                *(float(each.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax")),
            )
            for each in page.iter(WORD)
        ]
        for each in words:
            assert 0 <= each.left < each.right <= width + 0.5, each
            assert 0 <= each.top < each.bottom <= height + 0.5, each
        yield words


def texts_of(slide: Any) -> Iterator[str]:
    """Each paragraph and cell of a slide; the number of the slide is no number of the pack."""
    for shape in slide.shapes:
        if shape.has_text_frame and shape._element.xpath("not(.//a:fld)"):
            yield shape.text_frame.text
        elif shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


@pytest.mark.parametrize("name", ["own.pptx", "company.pptx"])
def test_every_word_of_a_slide_is_drawn(
    name: str, decks: dict[str, bytes], drawn: dict[str, list[list[Word]]]
) -> None:
    deck = Presentation(io.BytesIO(decks[name]))
    assert len(deck.slides) == len(drawn[name])
    for slide, words in zip(deck.slides, drawn[name], strict=True):
        seen = "".join(each.text for each in words)
        lost = [word for text in texts_of(slide) for word in text.split() if word not in seen]
        # A word wider than its column is broken.
        assert [each for each in lost if len(each) < 25] == []


@pytest.mark.parametrize("name", ["own.pptx", "company.pptx"])
def test_no_word_lies_on_another(name: str, drawn: dict[str, list[list[Word]]]) -> None:
    for number, words in enumerate(drawn[name], 1):
        ordered = sorted(words, key=lambda each: each.top)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                if other.top >= one.bottom:
                    break
                assert not lie_on(one, other), (number, one, other)


def lie_on(one: Word, other: Word) -> bool:
    """By more than lines of text that stand close have in common."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 1 and down > 0.35 * min(one.bottom - one.top, other.bottom - other.top)
