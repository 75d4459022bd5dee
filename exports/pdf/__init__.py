"""Board pack and brief as PDF, by Typst: no browser, no network, tagged for screen readers (PDF/UA-1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from analyses.board.document import Pack, Table, Today
from analyses.brief import Brief, Figure
from charts.sparkline import describe_sparkline
from exports.brief.sparkline import PERIODS, draw_sparkline
from exports.brief.words import (
    list_headings,
    list_notes,
    list_rows,
    say_foot,
    say_scope,
    split_meanings,
)
from exports.shown import Page, Text, list_pages
from exports.shown import say_foot as say_pack_foot

FOLDER = Path(__file__).parent
# Pixels of a chart; each line of text beneath it takes from its height.
WIDTH, HEIGHT, LINE, LEAST = 1180, 500, 26, 250
# Letters that a column is held to be wide, at least, and up to which a text stands in one line.
NARROW, SHORT = 5, 30
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
        "foot": say_pack_foot(pack),
        "pages": [_to_page(page, pack.currency) for page in list_pages(pack, today)],
    }
    return _compile("deck.typ", data, pack.frozen_at)


def brief_to_pdf(brief: Brief) -> bytes:
    """The brief as two pages of A4; its time is the end of the day as of which its numbers are."""
    of_cards, others = split_meanings(brief)
    data = {
        "title": f"{brief.title} ({brief.name})",
        "headline": brief.headline,
        "scope": say_scope(brief),
        "foot": say_foot(brief),
        "remarks": brief.made.remarks,
        "sentences": brief.sentences,
        "cards": [_to_card(each, of_cards[each.card.metric]) for each in brief.figures],
        **{
            name: _to_table(table, brief.currency)
            for name, table in (
                ("tiers", brief.tiers), ("movement", brief.movement), ("names", brief.names),
            )
        },
        "base": brief.base,
        "notes": list_notes(brief),
        "more_notes": brief.more_notes,
        "meanings": [asdict(each) for each in others],
    }  # fmt: skip
    return _compile("brief.typ", data, datetime.combine(brief.made.as_of or brief.week, time.min))


def _compile(template: str, data: dict[str, Any], moment: datetime) -> bytes:
    # Not at the top: the server starts without them.
    import matplotlib
    import typst

    # Its DejaVu is the font that charts are measured with; other fonts only lend letters that it lacks.
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.compile(
        (FOLDER / template).read_bytes(),
        sys_inputs={"data": json.dumps(data)},
        font_paths=typst.Fonts(font_paths=[str(fonts)]),
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(moment.replace(tzinfo=UTC).timestamp()),
    )


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


def _to_card(figure: Figure, meaning: str) -> dict[str, Any]:
    card = figure.card
    names = ("value", "change", "tone", "compared", "facts", "verdict", "verdict_tone", "ground")
    alt = describe_sparkline(
        card.label, card.points[-PERIODS:], card.limits[-PERIODS:], card.unit, card.currency
    )
    return {name: getattr(figure, name) for name in names} | {
        "label": card.label, "drawing": draw_sparkline(card), "alt": alt, "meaning": meaning,
    }  # fmt: skip


def _to_table(table: Table, currency: str) -> dict[str, Any]:
    headings, rows = list_headings(table), list_rows(table, currency)
    weights = _weigh(table.headings, [[cell["text"] for cell in row] for row in rows])
    return {"title": table.title, "headings": headings, "rows": rows, "weights": weights}


def _weigh(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """How wide each column is to be, in parts: as its longest text, of which more than SHORT letters
    break, and so that its longest word fits at EASY points."""
    columns = list(zip(headings, *rows, strict=True))
    longest = [max(len(text) for text in column) for column in columns]
    weights = [max(NARROW, min(each, SHORT) + 4 * max(0, each - SHORT) ** 0.5) for each in longest]
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
