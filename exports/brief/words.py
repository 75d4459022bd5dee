"""What page, e-mail and message of a brief share: its texts, and the engine that escapes them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analyses.board.document import Cell, Note, Table
from analyses.board.writing import mark_name, write_cell, write_time
from analyses.brief import Brief, Meaning
from analyses.weekly import Card
from analyses.why.pair import read_metrics
from charts.sparkline import describe_sparkline
from exports.brief.sparkline import PERIODS
from metrics.periods import format_date

FOLDER = Path(__file__).parent
TEXT_COLUMNS = ("tier", "this week", "customer", "why", "last talk", "owner")


def render(template: str, **values: Any) -> str:
    """A template of this folder with these values, each escaped unless it is Markup."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Any:
    # Not at the top: the server starts without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def to_table(table: Table, currency: str) -> dict[str, Any]:
    """Title, headings with whether numbers stand beneath them, and cells with text, tone and classes."""
    return {
        "title": table.title,
        "headings": [{"text": each, "is_number": each not in TEXT_COLUMNS} for each in table.headings],
        "rows": [
            [_to_text(cell, heading, currency) for cell, heading in zip(row, table.headings, strict=True)]
            for row in table.rows
        ],
    }  # fmt: skip


def describe_line(card: Card) -> str:
    """What the line of a card shows, for those who do not see it."""
    points, limits = card.points[-PERIODS:], card.limits[-PERIODS:]
    return describe_sparkline(card.label, points, limits, card.unit, card.currency)


def _to_text(cell: Cell, heading: str, currency: str) -> dict[str, str]:
    # Why a number is missing may be long, and breaks where it must.
    kind = "" if heading in TEXT_COLUMNS else "number" if cell.value is not None else "missing"
    return {
        "text": write_cell(cell, currency),
        "tone": cell.tone,
        "classes": " ".join(filter(None, (kind, cell.tone))),
    }


def list_notes(brief: Brief) -> list[dict[str, str]]:
    """Each note with its head: 'Action on Customer churn rate, Ada, 3 Oct 2026, 09:30 UTC:'."""
    return [{"head": _head(note), "text": note.text} for note in brief.notes]


def _head(note: Note) -> str:
    metrics = read_metrics()
    label = metrics[note.metric].label if note.metric in metrics else note.metric
    return f"{note.kind.capitalize()} on {label}, {mark_name(note.author)}, {write_time(note.written_at)}:"


def say_scope(brief: Brief) -> str:
    """'All customers. Data as of 15 Nov 2026.'"""
    made = brief.made
    as_of = f" Data as of {format_date(made.as_of)}." if made.as_of else ""
    basis = f" Customers and revenue rest on {made.basis}." if made.basis else ""
    return f"{made.scope}.{as_of}{basis}"


def say_foot(brief: Brief) -> str:
    """Which week of which build it is."""
    return f"{brief.name}, build {brief.made.build_id}."


def split_meanings(brief: Brief) -> tuple[dict[str, str], Sequence[Meaning]]:
    """The definitions of the cards' own numbers by metric, and all others."""
    own = {figure.card.metric for figure in brief.figures}
    of_cards = {each.metric: each.definition for each in brief.meanings if each.metric in own}
    return of_cards, [each for each in brief.meanings if each.metric not in own]
