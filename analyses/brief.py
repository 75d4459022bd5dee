"""The brief: the weekly review for those who do not open the dashboard, as words, cards and tables.

The page of the brief, its e-mail, its short message and its PDF are drawn from this document and from
nothing else. What customers and colleagues wrote is cut to lengths with which it fits on two pages of A4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analyses.board.document import Cell, Note, Origin, Table
from analyses.brief_kept import Kept, choose_notes, describe_reported
from analyses.card_text import (
    Tone,
    describe_delta,
    describe_ground,
    describe_value,
    find_finding,
    find_news,
    find_tone,
    head_finding,
    list_facts,
)
from analyses.formats import format_value
from analyses.lifetime.assumptions import describe_assumed, read_assumptions
from analyses.lifetime.tables import describe_short
from analyses.names import Name, format_day
from analyses.review import (
    Review,
    compute_cards,
    compute_movement_rows,
    compute_review_sentences,
    compute_tier_rows,
    describe_base,
    describe_moves,
    describe_spread,
)
from analyses.sentences import QUIET, Finding
from analyses.weekly import (
    Card,
    MovementRow,
    TierRow,
    describe_comparison_briefly,
    describe_interval,
    find_record,
)
from analyses.why.pair import read_metrics
from ledger.given import tidy_line
from metrics.periods import Period, describe_week, label_iso_week
from warehouse.gate.check import list_broken, read_results

MOST_NOTES = 5
MOST_REMARKS = 3
LONGEST = {
    "sentence": 260,
    "customer": 48,
    "reason": 80,
    "talk": 24,
    "owner": 28,
    "note": 200,
    "author": 30,
    "remark": 160,
    "scope": 120,
    "fact": 100,
}
# What the numbers of each card are, to be found again: metric, part of its record.
TOLD: Mapping[str, tuple[tuple[str, str], ...]] = {
    "churn": (("churn_logo", "value"), ("churn_logo", "numerator"), ("churn_logo", "denominator")),
    "revenue_lost": (("churn_rev_gross", "numerator"), ("churn_rev_gross", "value"), ("ret_nrr", "value")),
    "velocity": (("vel_pipeline", "value"), ("vel_won", "value"), ("vel_open", "value"),
                 ("vel_win_count", "numerator"), ("vel_win_count", "denominator")),
    "lifetime_value": (),
    "advocacy": (("adv_net", "value"),),
    "movement": (("flow_net", "numerator"), ("flow_up", "numerator"), ("flow_down", "numerator"),
                 ("flow_expired", "numerator")),
}  # fmt: skip
# Every metric that the brief states, in the order in which it states them.
DEFINED = (
    "churn_logo", "churn_rev_gross", "ret_nrr", "vel_pipeline", "vel_open", "vel_win_count", "vel_won",
    "ltv_km", "ltv_simple", "adv_net", "adv_share", "adv_mrr", "flow_net", "flow_up", "flow_down",
    "flow_expired", "cust_new", "cust_react", "cust_lost",
)  # fmt: skip
MOVES = {
    "moved_up": "flow_up",
    "moved_down": "flow_down",
    "expired_moves": "flow_expired",
    "new_customers": "cust_new",
    "reactivated_customers": "cust_react",
    "lost_customers": "cust_lost",
}


@dataclass(frozen=True)
class Figure:
    """A card in words. change and compared: 'the change' and what it is held against; verdict and
    ground: what the week's flow says, and on what it rests; told: the numbers that the words state.

    card holds the weeks to draw, with their normal range.
    """

    card: Card
    value: str
    change: str
    tone: Tone
    compared: str
    facts: tuple[str, ...]
    verdict: str
    verdict_tone: Tone
    ground: str
    told: tuple[Cell, ...]


@dataclass(frozen=True)
class Meaning:
    """What a metric that the brief states means, with what it is computed with."""

    metric: str
    label: str
    definition: str


@dataclass(frozen=True)
class Made:
    """Of which build and scope a brief is. basis: "inferred terms" or None; remarks: what to know first."""

    build_id: str
    as_of: date | None
    basis: str | None
    scope: str = "All customers"
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brief:
    """A week in two pages. name is its ISO week, headline its message; base: customers at the start.

    sentences: at most five; notes: the newest first, of which more_notes are left out.
    """

    name: str
    week: date
    title: str
    headline: str
    currency: str
    made: Made
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    tiers: Table
    movement: Table
    base: str
    names: Table
    notes: tuple[Note, ...]
    more_notes: int
    meanings: tuple[Meaning, ...]


def compose_brief(
    review: Review,
    week: Period,
    made: Made,
    names: Sequence[Name],
    kept: Kept,
    settings: Mapping[str, object],
) -> Brief:
    """The brief of a closed week. settings: the row that the build was made with."""
    cards = compute_cards(review)
    told = compute_review_sentences(review, cards)
    newest = choose_notes(kept, cards)
    return Brief(
        name=label_iso_week(week.start),
        week=week.start,
        title=f"Weekly review of {describe_week(week)}",
        headline=_say_headline(cards, told),
        currency=review.currency,
        made=_cut_made(made, kept.problem),
        sentences=tuple(cut(each, "sentence") for each in told if each != QUIET),
        figures=tuple(_to_figure(card, review, kept) for card in cards),
        tiers=_list_tiers(compute_tier_rows(review), review),
        movement=_list_movement(compute_movement_rows(review), review),
        base=describe_base(review.record("flow_net")),
        names=_list_names(names, review),
        notes=tuple(_cut_note(each) for each in newest[:MOST_NOTES]),
        more_notes=max(0, len(newest) - MOST_NOTES),
        meanings=tuple(_list_meanings(settings)),
    )


def list_remarks(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """What the build found doubtful and says on every page, such as a table with nothing new."""
    broken = [each for each in list_broken(read_results(cursor)) if each.is_on_every_page]
    return [_to_sentence(each.examples[0]) for each in broken if each.examples]


def cut(text: str, kind: str) -> str:
    """The text on one line and no longer than its kind may be, with an ellipsis where it was cut."""
    line = tidy_line(text)
    most = LONGEST[kind]
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _to_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def _cut_made(made: Made, problem: str) -> Made:
    remarks = [cut(each, "remark") for each in made.remarks[:MOST_REMARKS]]
    if len(made.remarks) > MOST_REMARKS:
        remarks.append(f"{len(made.remarks) - MOST_REMARKS} more: see Data health.")
    if problem:
        remarks.append(problem)
    return Made(made.build_id, made.as_of, made.basis, cut(made.scope, "scope"), tuple(remarks))


def _cut_note(note: Note) -> Note:
    return Note(
        note.metric, note.grain, note.period_start, note.kind, cut(note.author, "author"),
        note.written_at, cut(note.text, "note"),
    )  # fmt: skip


def _say_headline(cards: Sequence[Card], told: Sequence[str]) -> str:
    """'Signal in net movement (+9)', that nothing left its range, or that there is no verdict."""
    found = {
        f"{each.label.lower()} ({_say_value(each)})": each
        for card in cards
        for each in (find_finding(card),)
        if each is not None and each.verdict.kind == "signal"
    }
    if found:
        *first, last = found
        named = f"{', '.join(first)} and {last}" if first else last
        return f"Signal in {named}"
    is_quiet = QUIET in told
    return QUIET.removesuffix(".") if is_quiet else "No signal this week; too few for most verdicts"


def _say_value(finding: Finding) -> str:
    return finding.text or format_value(finding.value, finding.unit, finding.currency)


def _to_figure(card: Card, review: Review, kept: Kept) -> Figure:
    finding = find_finding(card)
    ground = describe_ground(finding, card.judge is None) if finding else ""
    facts = [describe_reported(kept, card), *_list_facts(card, review)]
    is_compared = card.comparison is not None and card.value is not None
    return Figure(
        card=card,
        value=describe_value(card),
        change=describe_delta(card),
        tone=find_tone(card),
        compared=describe_comparison_briefly(card) if is_compared else "",
        facts=tuple(cut(fact, "fact") for fact in facts if fact not in ("", ground)),
        verdict=head_finding(finding) if finding else "no verdict",
        verdict_tone=find_news(finding),
        ground=ground,
        told=tuple(_list_told(card, review)),
    )


def _list_facts(card: Card, review: Review) -> list[str]:
    """What stands beneath a value; beneath a lifetime value its interval, months and n, since its
    assumptions stand with its definition."""
    found = review.lifetime
    if card.key != "lifetime_value" or card.value is None or found is None:
        return list_facts(card)
    counted = f"{found.months} months counted, n = {found.spells:,} stays, {found.ended:,} ended"
    facts = (describe_short(found), describe_interval(card) or found.reason, counted, card.beneath)
    return [fact for fact in facts if fact]


def _list_told(card: Card, review: Review) -> list[Cell]:
    """The numbers of a card; none where it has no value."""
    if card.value is None:
        return []
    if card.key == "lifetime_value":
        methods = ("ltv_km",) if review.floor else ("ltv_km", "ltv_simple")
        quarter = card.points[-1].period_start
        found = [find_record(review.quarters[metric], quarter) for metric in methods]
        return [_to_cell(each, "value", "currency") for each in found if each]
    cells: list[Cell] = []
    for metric, part in TOLD[card.key]:
        record = review.record(metric)
        if record is not None and getattr(record, part) is not None:
            is_count = part == "denominator" or metric != "churn_rev_gross"
            unit = record.unit if part == "value" else "count" if is_count else "currency"
            is_net = (metric, part) == ("flow_net", "numerator")
            cells.append(_to_cell(record, part, unit, is_net))
    return cells


def _to_cell(record: Any, part: Any, unit: str, is_change: bool = False, reason: str = "") -> Cell:
    """A part of a record that `show` prints."""
    if record is None:
        return Cell(None, unit, reason=reason or "no data")
    origin = Origin(
        record.metric, record.grain, record.period_start, record.dimension, record.breakdown,
        record.member, part,
    )  # fmt: skip
    return Cell(getattr(record, part), unit, is_change, reason or None, origin=origin)


def _list_tiers(rows: Sequence[TierRow], review: Review) -> Table:
    """Five tiers, best first; no rows where the week has none."""
    title = describe_spread(rows, review.record("adv_coverage"))
    headings = ("tier", "customers", "MRR a month", "in 1 week", "in 13 weeks")
    return Table("tiers", title, headings, tuple(_to_tier_cells(row, review) for row in rows))


def _to_tier_cells(row: TierRow, review: Review) -> tuple[Cell, ...]:
    return (
        Cell(row.tier.replace("_", " ").capitalize()),
        _to_cell(review.record("adv_share", row.tier), "numerator", "count"),
        _to_cell(review.record("adv_mrr", row.tier), "value", "currency"),
        *(_to_change(change, row.good) for change in (row.change_1w, row.change_13w)),
    )


def _to_change(change: int | None, good: str) -> Cell:
    if change is None:
        return Cell(None, "count", reason="too early")
    if change == 0 or good == "none":
        return Cell(change, "count", is_change=True)
    tone = "good" if (change > 0) == (good == "up") else "bad"
    return Cell(change, "count", is_change=True, tone=tone)


def _list_movement(rows: Sequence[MovementRow], review: Review) -> Table:
    """Moves between tiers, then entries and exits."""
    cells = [(Cell(row.label), _to_move(row, review)) for row in rows]
    return Table("movement", describe_moves(review), ("this week", "customers"), tuple(cells))


def _to_move(row: MovementRow, review: Review) -> Cell:
    record = review.record(MOVES[row.drill])
    part = "value" if record is not None and record.unit == "count" else "numerator"
    return _to_cell(record, part, "count")


def _list_names(names: Sequence[Name], review: Review) -> Table:
    """Five customers to talk to, one by each rule."""
    rows = [
        (
            Cell(cut(name.customer_name, "customer")),
            Cell(cut(name.reason, "reason")),
            Cell(cut(_say_talk(name, review.week), "talk")),
            Cell(name.mrr, "currency"),
            Cell(cut(name.owner_name, "owner") if name.owner_name else "nobody"),
        )
        for name in names
    ]
    headings = ("customer", "why", "last talk", "MRR a month", "owner")
    return Table("names", "Five names for today", headings, tuple(rows))


def _say_talk(name: Name, week: date) -> str:
    if name.spoken_on is None:
        return "none on record"
    return f"{format_day(name.spoken_on, week)}, {name.spoken_kind}"


def _list_meanings(settings: Mapping[str, object]) -> list[Meaning]:
    used = read_assumptions(settings)
    metrics = [read_metrics()[name] for name in DEFINED]
    meanings: list[Meaning] = []
    for metric in metrics:
        assumed = describe_assumed(metric, used)
        text = f"{metric.definition} Computed with {assumed}." if assumed else metric.definition
        meanings.append(Meaning(metric.id, metric.label, text))
    return meanings
