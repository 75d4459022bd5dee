"""The slide of the ten largest customers: what they pay, how they stand to us, and when they renew next."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.review import AGAINST_US
from metrics.periods import format_date

QUERY = Path(__file__).with_name("largest.sql")
MOST = 10
# What a board may still do something about before it meets again.
SOON = timedelta(days=91)
HEADINGS = ("customer", "MRR", "share of MRR", "tier", "next renewal")


def make_largest(facts: Facts) -> Slide:
    """MRR and tier as at the end of the quarter, the next renewal as of the pack's as-of date."""
    notes = list_notes(facts, ("mrr", "adv_share"))
    rows = _read(facts)
    if not rows:
        return Slide(
            "largest", "text", "Largest customers n/a: nobody pays", facts.name, notes=notes
        )
    telling = Telling(facts)
    total, paid = rows[0]["total"], sum(row["mrr"] for row in rows)
    count = telling.amount(len(rows), "count")
    title = (
        f"The {count} largest customers pay {telling.amount(float(paid / total), 'percent')} of MRR,"
        f" the largest {telling.amount(float(rows[0]['mrr'] / total), 'percent')};"
    )
    against = [row for row in rows if row["tier"] in AGAINST_US]
    title = (
        f"{title} {telling.amount(len(against), 'count') if against else 'none'} of them against us"
    )
    lines = _tell(telling, rows, against)
    table = Table(
        "largest_customers",
        "Ten largest customers",
        HEADINGS,
        tuple(_to_cells(facts, row) for row in rows),
    )
    subtitle = (
        f"MRR and tier at the end of {facts.name}, of {telling.amount(rows[0]['customers'], 'count')} customers;"
        f" next renewal as of {format_date(facts.as_of)}"
    )
    return Slide(
        "largest",
        "table",
        title,
        subtitle,
        tuple(lines),
        table=table,
        told=telling.told,
        notes=notes,
    )


def _tell(
    telling: Telling, rows: Sequence[dict[str, Any]], against: Sequence[dict[str, Any]]
) -> list[str]:
    """What is at risk, what renews soon, and who of them is against us."""
    as_of = telling.facts.as_of
    soon = [row for row in rows if row["renews_on"] and row["renews_on"] <= as_of + SOON]
    at_risk, due = (sum(row["mrr"] for row in chosen) for chosen in (against, soon))
    lines = [f"Against us: MRR {telling.amount(at_risk, 'currency')}."] if against else []
    lines.append(
        f"{telling.amount(len(soon), 'count')} renew within 13 weeks of {format_date(as_of)}:"
        f" MRR {telling.amount(due, 'currency')}."
    )
    named = [row for row in soon if row in against]
    return lines + [
        f"{row['customer']} ({row['tier'].replace('_', ' ')}) renews on {format_date(row['renews_on'])}."
        for row in named
    ]


def _read(facts: Facts) -> Sequence[dict[str, Any]]:
    chosen = {
        "until": facts.quarter.end, "week": facts.weeks[1], "as_of": facts.as_of, "most": MOST,
    }  # fmt: skip
    facts.cursor.execute(QUERY.read_text(encoding="utf-8"), chosen)
    names = [column[0] for column in facts.cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in facts.cursor.fetchall()]


def _to_cells(facts: Facts, row: dict[str, Any]) -> tuple[Cell, ...]:
    tier = (row["tier"] or "").replace("_", " ")
    silent = row["evidence_status"] not in (None, "evidence")
    return (
        Cell(row["customer"]),
        Cell(row["mrr"], "currency"),
        Cell(float(row["mrr"] / row["total"]), "percent"),
        Cell(
            f"{tier}, no evidence" if silent else tier,
            tone="bad" if row["tier"] in AGAINST_US else "",
        )
        if tier
        else Cell(None, reason="no tier"),
        _renewal(row),
    )


def _renewal(row: dict[str, Any]) -> Cell:
    left: date | None = row["ended_on"]
    if not row["running"]:
        return Cell(None, reason=f"left {format_date(left)}" if left else "no term", tone="bad")
    if row["leaves_on"] is not None and row["renews_on"] is None:
        return Cell(None, reason=f"cancelled, leaves {format_date(row['leaves_on'])}", tone="bad")
    if row["renews_on"] is None:
        return Cell(None, reason="no date in the data")
    return Cell(row["renews_on"], "date")
