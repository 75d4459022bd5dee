"""The brief as a PDF of two sheets of A4, without a browser: tagged, with its title and its language."""

import json
import re
from datetime import datetime, time
from typing import Any, cast

from analyses.brief import Brief, Figure
from exports.brief.sparkline import draw_sparkline
from exports.brief.words import (
    FOLDER,
    describe_line,
    list_notes,
    say_foot,
    say_scope,
    split_meanings,
    to_table,
)
from exports.typeset import typeset

LONG_WORD = re.compile(r"\S{19,}")
PIECE = re.compile(r".{8}(?=.)")


def to_pdf(brief: Brief) -> bytes:
    """The same words as the HTML page. The same brief gives the same bytes, save for letters DejaVu lacks."""
    data = json.dumps(_break_words(_to_data(brief)))
    moment = datetime.combine(brief.made.as_of or brief.week, time())
    return typeset(FOLDER / "page.typ", {"brief": data}, moment)


def _to_data(brief: Brief) -> dict[str, Any]:
    of_cards, others = split_meanings(brief)
    return {
        "title": brief.title,
        "name": brief.name,
        "headline": brief.headline,
        "scope": say_scope(brief),
        "foot": say_foot(brief),
        "remarks": brief.made.remarks,
        "sentences": brief.sentences,
        "cards": [_to_card(each, of_cards[each.card.metric]) for each in brief.figures],
        "tiers": to_table(brief.tiers, brief.currency),
        "movement": to_table(brief.movement, brief.currency),
        "base": brief.base,
        "names": to_table(brief.names, brief.currency),
        "notes": list_notes(brief),
        "more_notes": brief.more_notes,
        "meanings": [{"label": each.label, "definition": each.definition} for each in others],
    }


def _break_words(data: Any) -> Any:
    """The same with invisible places to break in words that no column could hold."""
    if isinstance(data, str):
        return LONG_WORD.sub(
            lambda word: PIECE.sub(lambda piece: f"{piece[0]}\u200b", word[0]), data
        )
    if isinstance(data, dict):
        values = cast("dict[str, Any]", data)
        return {
            key: each if key == "drawing" else _break_words(each) for key, each in values.items()
        }
    if isinstance(data, list | tuple):
        return [_break_words(each) for each in cast("list[Any]", data)]
    return data


def _to_card(figure: Figure, meaning: str) -> dict[str, Any]:
    card = figure.card
    return {
        "label": card.label, "value": figure.value, "change": figure.change, "tone": figure.tone,
        "compared": figure.compared, "drawing": draw_sparkline(card), "alt": describe_line(card),
        "verdict": figure.verdict, "verdict_tone": figure.verdict_tone, "ground": figure.ground,
        "facts": figure.facts, "meaning": meaning,
    }  # fmt: skip
