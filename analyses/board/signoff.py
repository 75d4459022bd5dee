"""The slides of who approved which number of the quarter, and of what people wrote beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from analyses.board.document import Approval, Cell, Note, Slide, Table
from analyses.board.facts import Facts
from analyses.board.names import HEADLINES
from analyses.board.restated import describe_none
from analyses.board.speaker import describe_source
from analyses.board.telling import Telling
from analyses.board.writing import mark_name
from metrics.periods import format_date

APPROVED = ("number", "value", "approved by")
OTHERS = "Other numbers that were approved"
WRITTEN = ("number", "kind", "note", "by")
Written = TypeVar("Written", Note, Approval)


def make_signoff(facts: Facts) -> Slide:
    """Who approved which number: the headlines, and every other that somebody approved."""
    telling = Telling(facts)
    signed = of_quarter(facts, facts.approvals)
    standing = {each.metric for each in signed if not each.is_dropped}
    count = telling.amount(sum(metric in standing for metric in HEADLINES), "count")
    of = telling.amount(len(HEADLINES), "count")
    title = f"{count} of {of} headline numbers of {facts.name} are approved"
    if dropped := sum(each.is_dropped for each in signed):
        were = "approval" if dropped == 1 else "approvals"
        title += f"; {telling.amount(dropped, 'count')} {were} dropped since the number changed"
    names = {each.metric: list[str]() for each in signed}
    for each in signed:
        names[each.metric].append(_describe_signed(telling, each))
    rows = [_to_signed(facts, metric, names) for metric in HEADLINES]
    others = [metric for metric in names if metric not in HEADLINES]
    if others:
        rows.append((Cell(OTHERS), Cell(""), Cell("")))
        rows += [_to_signed(facts, metric, names) for metric in others]
    table = Table("approvals", "Approved by", APPROVED, tuple(rows))
    none = describe_none(telling)
    return Slide(
        "signoff", "table", title, "An approval drops when its number changes",
        (none,) if none else (), table=table,
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
    # The ledger gives the newest first, and two of one second keep the order in which they were written.
    oldest_first = reversed(found)
    return sorted(oldest_first, key=lambda each: (places[each.metric], _moment(each)))


def _moment(each: Note | Approval) -> datetime:
    return each.written_at if isinstance(each, Note) else each.approved_at


def _to_cells(facts: Facts, note: Note) -> tuple[Cell, ...]:
    by = f"{mark_name(note.author)}, {format_date(note.written_at.date())}"
    return Cell(facts.metrics[note.metric].label), Cell(note.kind), Cell(note.text), Cell(by)


def _to_signed(facts: Facts, name: str, names: Mapping[str, Sequence[str]]) -> tuple[Cell, ...]:
    metric = facts.metrics[name]
    value = Cell("see the workbook") if metric.members else facts.cell(name)
    return Cell(metric.label), value, Cell("; ".join(names.get(name, ["nobody yet"])))


def _describe_signed(telling: Telling, each: Approval) -> str:
    """'Ada on 3 Oct 2026', 'Ada, dropped 22 Nov 2026: was 3.1 %'; a change too small for these digits says so."""
    name = mark_name(each.name)
    if not each.is_dropped:
        return f"{name} on {format_date(each.approved_at.date())}"
    when = f" {format_date(each.changed_on)}" if each.changed_on else ""
    told = f"{name}, dropped{when}"
    if each.was is None:
        return told
    was = telling.amount(each.was, telling.facts.metrics[each.metric].unit)
    if was == telling.number(each.metric):
        return f"{told}: changed by less than is shown"
    return f"{told}: was {was}"
