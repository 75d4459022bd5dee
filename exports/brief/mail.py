"""The brief as what is sent: an e-mail of tables and inline styles, its plain text, and a short message.

Mail clients load no pictures unasked and know no SVG, so the weeks are bars of text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from analyses.board.writing import write_cell
from analyses.brief import Brief, Figure
from exports.brief.sparkline import write_sparkline
from exports.brief.words import (
    describe_line,
    list_notes,
    render,
    say_foot,
    say_scope,
    split_meanings,
    to_table,
)

# Between the letters of what a chat would make a mention or a link of; it is not seen.
JOINER = "\u2060"
LIKE_LINKS = re.compile(r"@|(?<=:)(?=//)|(?<=\w\.)(?=[^\W\d])")


def to_subject(brief: Brief) -> str:
    """'Signal in net movement (+9): weekly review of 9 to 15 Nov 2026'."""
    return f"{brief.headline}: {brief.title[:1].lower()}{brief.title[1:]}"


def to_mail(brief: Brief) -> str:
    """The HTML of an e-mail, which loads nothing; all texts are escaped."""
    of_cards, others = split_meanings(brief)
    return render(
        "mail.html.jinja",
        brief=brief,
        scope=say_scope(brief),
        foot=say_foot(brief),
        cards=[_to_card(each, of_cards[each.card.metric]) for each in brief.figures],
        tables=[
            to_table(each, brief.currency) for each in (brief.tiers, brief.movement, brief.names)
        ],
        notes=list_notes(brief),
        meanings=others,
    ).lstrip()


def to_text(brief: Brief) -> str:
    """The same as plain text."""
    return "\n".join(_list_lines(brief)) + "\n"


def to_message(brief: Brief) -> str:
    """The sentences and the names, a line each, for a chat: nothing in it becomes a mention or a link."""
    lines = [say_scope(brief), *(f"Beware: {each}" for each in brief.made.remarks)]
    lines += [f"• {each}" for each in brief.sentences]
    if brief.names.rows:
        lines.append(f"{brief.names.title}:")
        lines += [f"• {customer.value}: {why.value}" for customer, why, *_ in brief.names.rows]
    return "\n\n".join(soften(each) for each in lines)


def soften(text: str) -> str:
    """The text with an invisible letter wherever a chat would see a mention, an address or markup."""
    plain = text.replace("<", "‹").replace(">", "›")
    return LIKE_LINKS.sub(lambda found: f"{found[0]}{JOINER}", plain)


def to_hash(brief: Brief) -> str:
    """SHA-256 of what the brief says, whichever build says it."""
    said = to_text(replace(brief, made=replace(brief.made, build_id="")))
    return sha256(said.encode()).hexdigest()


def _to_card(figure: Figure, meaning: str) -> dict[str, Any]:
    card = figure.card
    return {
        "figure": figure,
        "bars": write_sparkline(card),
        "alt": describe_line(card),
        "meaning": meaning,
    }


def _list_lines(brief: Brief) -> Iterator[str]:
    of_cards, others = split_meanings(brief)
    yield from (f"{brief.title} ({brief.name})", brief.headline, say_scope(brief))
    yield from (f"Beware: {each}" for each in brief.made.remarks)
    yield ""
    yield from (f"- {each}" for each in brief.sentences)
    yield from ("", "SIX NUMBERS")
    for each in brief.figures:
        yield from _list_card(each, of_cards[each.card.metric])
    for table in (brief.tiers, brief.movement, brief.names):
        yield from ("", table.title.upper())
        yield " | ".join(table.headings)
        for row in table.rows:
            yield " | ".join(write_cell(cell, brief.currency) for cell in row)
    yield from ("", "NOTES OF THE WEEK")
    yield from (f"- {each['head']} {each['text']}" for each in list_notes(brief))
    if not brief.notes:
        yield "None written."
    if brief.more_notes:
        yield f"{brief.more_notes} more: see Notes and sign-off."
    yield from ("", "WHAT THE NUMBERS MEAN")
    yield from (f"{each.label}: {each.definition}" for each in others)
    yield from ("", say_foot(brief))


def _list_card(figure: Figure, meaning: str) -> Iterator[str]:
    compared = f" ({figure.compared})" if figure.compared else ""
    yield ""
    yield f"{figure.card.label}: {figure.value}  {figure.change}{compared}".rstrip()
    if bars := write_sparkline(figure.card):
        yield bars
    yield f"{figure.verdict} ({figure.ground})" if figure.ground else figure.verdict
    yield from figure.facts
    yield meaning
