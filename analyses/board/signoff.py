"""The slides of who approved which number of the quarter, and of what people wrote beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from analyses.board.document import Approval, Cell, Note, Slide, Table
from analyses.board.facts import Facts
from analyses.board.names import HEADLINES
from analyses.board.speaker import describe_source
from analyses.board.telling import Telling
from metrics.periods import format_date

APPROVED = ("number", "value", "approved by")
WRITTEN = ("number", "kind", "note", "by")
Written = TypeVar("Written", Note, Approval)


def make_signoff(facts: Facts) -> Slide:
    """Who approved which number: the headlines, and every other that somebody approved."""
    telling = Telling(facts)
    names = _list_names(of_quarter(facts, facts.approvals))
    shown = (*HEADLINES, *(each for each in names if each not in HEADLINES))
    count = telling.amount(sum(metric in names for metric in HEADLINES), "count")
    of = telling.amount(len(HEADLINES), "count")
    title = f"{count} of {of} headline numbers of {facts.name} are approved"
    rows = tuple(
        (
            Cell(facts.metrics[metric].label),
            facts.cell(metric) if not facts.metrics[metric].members else Cell("see the workbook"),
            Cell("; ".join(names.get(metric, ["nobody yet"]))),
        )
        for metric in shown
    )
    table = Table("approvals", "Approved by", APPROVED, rows)
    return Slide(
        "signoff", "table", title, "An approval drops when its number changes", table=table,
        told=telling.told, notes=(describe_source(facts),),
    )  # fmt: skip


def list_note_slides(facts: Facts) -> tuple[Slide, ...]:
    """All notes of the quarter, by number, oldest first; no slide without any."""
    notes = of_quarter(facts, facts.notes)
    if not notes:
        return ()
    telling = Telling(facts)
    metrics = {note.metric for note in notes}
    count, beside = (telling.amount(len(each), "count") for each in (notes, metrics))
    stand = "note stands" if len(notes) == 1 else "notes stand"
    numbers = "number" if len(metrics) == 1 else "numbers"
    title = f"{count} {stand} beside {beside} {numbers} of {facts.name}"
    table = Table("notes", "Notes", WRITTEN, tuple(_to_cells(facts, note) for note in notes))
    slide = Slide(
        "notes", "table", title, "Headlines first; of each number, oldest first", table=table,
        told=telling.told, notes=(describe_source(facts),),
    )  # fmt: skip
    return (slide,)


def of_quarter(facts: Facts, every: Sequence[Written]) -> list[Written]:
    """Those beside numbers of the pack's quarter, headlines first, then in the order of the catalogue."""
    places = {name: place for place, name in enumerate(dict.fromkeys((*HEADLINES, *facts.metrics)))}
    found = [
        each
        for each in every
        if (each.grain, each.period_start) == ("quarter", facts.quarter.start)
        and each.metric in places
    ]
    return sorted(found, key=lambda each: (places[each.metric], _moment(each)))


def _moment(each: Note | Approval) -> datetime:
    return each.written_at if isinstance(each, Note) else each.approved_at


def _to_cells(facts: Facts, note: Note) -> tuple[Cell, ...]:
    by = f"{note.author}, {format_date(note.written_at.date())}"
    return Cell(facts.metrics[note.metric].label), Cell(note.kind), Cell(note.text), Cell(by)


def _list_names(approvals: Sequence[Approval]) -> dict[str, list[str]]:
    """By metric 'Ada on 3 Oct 2026'."""
    told: dict[str, list[str]] = {}
    for each in approvals:
        on = f"{each.name} on {format_date(each.approved_at.date())}"
        told.setdefault(each.metric, []).append(on)
    return told
