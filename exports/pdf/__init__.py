"""The board pack as PDF, by Typst: no browser, no network, tagged for screen readers (PDF/UA-1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analyses.board.document import Pack, Today
from exports.shown import Page, Text, list_pages, say_foot
from exports.typeset import typeset

FOLDER = Path(__file__).parent
# Pixels of a chart; each line of text beneath it takes from its height.
WIDTH, HEIGHT, LINE, LEAST = 1180, 500, 26, 250
# Letters that a column is held to be wide, at least, and up to which a text stands in one line; beyond it the
# width grows as the root of the letters.
NARROW, SHORT, BREAKING = 5, 20, 2.5
# Points across a slide; em a letter of DejaVu Sans.
ACROSS, LETTER = 884, 0.62
# Points of a table that is read with ease; letters of the space between columns.
EASY, MARGIN = 12, 2
# How much larger a headline's number is set.
LARGE = 1.25


def pack_to_pdf(pack: Pack, today: Today | None = None) -> bytes:
    """The pack as slides of 16:9. The same pack gives the same bytes, save for letters DejaVu lacks."""
    data = {
        "title": f"{pack.title}, {pack.quarter}",
        "author": pack.frozen_by,
        "foot": say_foot(pack),
        "pages": [_to_page(page, pack.currency) for page in list_pages(pack, today)],
    }
    return typeset(FOLDER / "deck.typ", {"data": json.dumps(data)}, pack.frozen_at)


def _to_page(page: Page, currency: str) -> dict[str, Any]:
    from exports.drawing import draw_svg

    chart = table = None
    if page.chart:
        written = sum(1 + len(line) // 110 for line in page.lines)
        height = max(LEAST, HEIGHT - LINE * written)
        chart = {
            "svg": draw_svg(page.chart, currency, WIDTH, height),
            "alt": page.chart.alt or page.title,
        }
    if page.table:
        texts = [[_keep(cell) for cell in row.cells] for row in page.table.rows]
        headings = [each.text for each in page.table.headings]
        weights = _weigh(headings, texts)
        if page.layout == "headlines":
            weights[1] *= LARGE
        most = _limit_size(weights, [headings, *texts])
        table = asdict(page.table) | {"weights": weights, "most": most}
    kept = {name: getattr(page, name) for name in ("layout", "part", "title", "subtitle", "lines")}
    return kept | {"chart": chart, "table": table}


def _keep(cell: Text) -> str:
    """The text of a cell; a number does not break."""
    return (
        cell.text.replace(" ", "\u00a0") if cell.is_number and "(" not in cell.text else cell.text
    )


def _weigh(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """How wide each column is to be, in parts: as its longest text, of which more than SHORT letters
    break, and so that its longest word fits at EASY points."""
    columns = list(zip(headings, *rows, strict=True))
    longest = [max(len(text) for text in column) for column in columns]
    weights = [
        max(NARROW, MARGIN + min(each, SHORT) + BREAKING * max(0, each - SHORT) ** 0.5)
        for each in longest
    ]
    share = sum(weights) * LETTER * EASY / ACROSS
    return [
        max(weight, share * max(_measure_word(text) for text in column))
        for weight, column in zip(weights, columns, strict=True)
    ]


def _limit_size(weights: Sequence[float], rows: Sequence[Sequence[str]]) -> float:
    """The points at which every word still fits into its column, on a slide."""
    part = ACROSS / sum(weights) / LETTER
    return min(
        part * weight / _measure_word(text)
        for row in rows
        for weight, text in zip(weights, row, strict=True)
    )


def _measure_word(text: str) -> int:
    """Letters of the longest word, and of the space beside it."""
    return MARGIN + max(len(word) for word in text.split(" "))
