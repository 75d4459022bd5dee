"""The brief as one HTML file that loads nothing and prints to two sheets of A4."""

from typing import Any

from analyses.board.document import Table
from analyses.brief import Brief, Figure
from exports.brief.sparkline import draw_sparkline
from exports.brief.words import (
    FOLDER,
    describe_line,
    list_notes,
    render,
    say_foot,
    say_scope,
    split_meanings,
    to_table,
)

# Letters of one sheet from which on it is set smaller; either size then fits with the widest letters.
FIRST, SECOND = 1100, 900


def to_brief(brief: Brief) -> str:
    """The whole page. Texts of customers and colleagues are escaped; no script runs, nothing is loaded."""
    from markupsafe import Markup

    of_cards, others = split_meanings(brief)

    def table(content: Table, absence: str) -> Markup:
        shown = to_table(content, brief.currency)
        return Markup(render("table.html.jinja", **shown, absence=absence))

    notes = list_notes(brief)
    first = [
        *brief.sentences,
        *brief.made.remarks,
        *(f for each in brief.figures for f in each.facts),
    ]
    second = [note["head"] + note["text"] for note in notes]
    second += [str(cell.value) for row in brief.names.rows for cell in row]

    return render(
        "page.html.jinja",
        brief=brief,
        style=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),
        scope=say_scope(brief),
        foot=say_foot(brief),
        cards=[_to_card(each, of_cards[each.card.metric]) for each in brief.figures],
        notes=notes,
        is_first_dense=len("".join(first)) > FIRST,
        is_second_dense=len("".join(second)) > SECOND,
        meanings=others,
        table=table,
    )


def _to_card(figure: Figure, meaning: str) -> dict[str, Any]:
    from markupsafe import Markup

    card = figure.card
    return {
        "figure": figure,
        "label": card.label,
        "drawing": Markup(draw_sparkline(card)),
        "alt": describe_line(card),
        "meaning": meaning,
    }
