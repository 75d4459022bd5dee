"""The board pack as PDF, by Typst: no browser, no network, tagged for screen readers (PDF/UA-1)."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from analyses.board.document import Pack, Today
from exports.shown import Page, Text, list_pages, say_foot
from exports.typeset import typeset
from exports.widths import limit_size, weigh

FOLDER = Path(__file__).parent
# Pixels of a chart, and of those that a line of its title and one beneath it take from its height.
WIDTH, HEIGHT, TITLE, LINE, LEAST = 1180, 590, 32, 24, 250
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
        titles = 1 + len(page.title) // 62
        height = max(LEAST, HEIGHT - TITLE * titles - LINE * written)
        chart = {
            "svg": draw_svg(page.chart, currency, WIDTH, height),
            "alt": page.chart.alt or page.title,
        }
    if page.table:
        rows = [
            replace(row, cells=tuple(replace(cell, text=_keep(cell)) for cell in row.cells))
            for row in page.table.rows
        ]
        texts = [[cell.text for cell in row.cells] for row in rows]
        headings = [each.text for each in page.table.headings]
        weights = weigh(headings, texts)
        if page.layout == "headlines":
            weights[1] *= LARGE
        most = limit_size(weights, [headings, *texts])
        table = asdict(replace(page.table, rows=tuple(rows))) | {"weights": weights, "most": most}
    kept = {name: getattr(page, name) for name in ("layout", "part", "title", "subtitle", "lines")}
    return kept | {"chart": chart, "table": table}


def _keep(cell: Text) -> str:
    """The text of a cell; a number breaks nowhere but before what it is counted by ('points', '/ day')."""
    if not cell.is_number or "(" in cell.text:
        return cell.text
    # No line breaks before a slash (Unicode's annex 14, rule LB13) but after a space of no width.
    text = cell.text.replace(" ", "\u00a0").replace("\u00a0/", " \u200b/")
    return text.replace("\u00a0points", " points")
