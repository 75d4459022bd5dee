"""The slide of what people wrote beside the quarter's numbers, and of who approved which."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from analyses.board.document import Approval, Cell, Note, Slide, Table
from analyses.board.facts import Facts
from analyses.board.speaker import describe_source
from analyses.board.telling import Telling
from metrics.periods import format_date

HEADINGS = ("number", "kind", "note", "by")
Written = TypeVar("Written", Note, Approval)


def make_signoff(facts: Facts) -> Slide:
    """All notes of the quarter, by number, oldest first; approvals beneath them."""
    telling = Telling(facts)
    notes, approvals = of_quarter(facts, facts.notes), of_quarter(facts, facts.approvals)
    approved = {each.metric for each in approvals}
    title = f"No number of {facts.name} is approved yet, and nobody has written beside one"
    if approved or notes:
        title = (
            f"Approved of {facts.name}: {_count(telling, len(approved), 'number')};"
            f" {_count(telling, len(notes), 'note')} beside the quarter's numbers"
        )
    table = Table("notes", "Notes", HEADINGS, tuple(_to_cells(facts, note) for note in notes))
    lines = [f"Approved: {line}" for line in _list_approved(facts, approvals)]
    return Slide(
        "notes", "table" if notes else "text", title, "Notes and sign-off", tuple(lines) or ("Approved by nobody.",),
        table=table if notes else None, told=telling.told, notes=(describe_source(facts),),
    )  # fmt: skip


def of_quarter(facts: Facts, every: Sequence[Written]) -> list[Written]:
    """Those beside numbers of the pack's quarter, in the order of the catalogue."""
    places = {name: place for place, name in enumerate(facts.metrics)}
    found = [
        each
        for each in every
        if (each.grain, each.period_start) == ("quarter", facts.quarter.start)
        and each.metric in places
    ]
    return sorted(found, key=lambda each: (places[each.metric], _moment(each)))


def _moment(each: Note | Approval) -> datetime:
    return each.written_at if isinstance(each, Note) else each.approved_at


def _count(telling: Telling, count: int, noun: str) -> str:
    return f"{telling.amount(count, 'count')} {noun}{'' if count == 1 else 's'}"


def _to_cells(facts: Facts, note: Note) -> tuple[Cell, ...]:
    by = f"{note.author}, {format_date(note.written_at.date())}"
    return Cell(facts.metrics[note.metric].label), Cell(note.kind), Cell(note.text), Cell(by)


def _list_approved(facts: Facts, approvals: Sequence[Approval]) -> list[str]:
    """'Customer churn rate by Ada on 3 Oct 2026, Grace on 4 Oct 2026.'"""
    told: dict[str, list[str]] = {}
    for each in approvals:
        on = f"{each.name} on {format_date(each.approved_at.date())}"
        told.setdefault(each.metric, []).append(on)
    return [f"{facts.metrics[name].label} by {', '.join(names)}." for name, names in told.items()]
