"""A small board pack, made by hand, with a slide of each layout: what those who draw packs are tested with; and the
sample's, with much written in it."""

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from analyses.board.document import (
    Approval,
    Cell,
    Chart,
    Definition,
    Note,
    Origin,
    Pack,
    Series,
    Slide,
    Table,
)
from analyses.budget.case import Assumption, Case, Programme, Range
from metrics.engine import Record
from warehouse.publish import open_published

QUARTER = date(2026, 7, 1)
BEFORE = date(2026, 4, 1)
# A name as a customer may have typed it, which no file may take for a formula or for markup.
HOSTILE = '=HYPERLINK("http://x.example")<script>alert(1)</script>&'


def make_record(value: float | None, period: date = QUARTER, metric: str = "churn_logo") -> Record:
    """A number of a quarter, of 100 customers."""
    counts = (None, None) if value is None else (round(value * 100), 100)
    return Record(
        metric,
        "quarter",
        period,
        None,
        None,
        None,
        value,
        *counts,
        None,
        None,
        "percent",
        "no_denominator" if value is None else None,
    )


def make_cell(value: float | None, period: date = QUARTER) -> Cell:
    """The same as a cell."""
    reason = "nobody at the start" if value is None else None
    return Cell(value, "percent", reason=reason, origin=Origin("churn_logo", "quarter", period))


def make_case() -> Case:
    """The worked case of metrics.md 8.1: 60 moved, 900 a year, half of it lasting, 60,000 at 10 %."""

    def assume(low: float, base: float, high: float, source: str = "a guess") -> Assumption:
        return Assumption(Range(low, base, high), "assumption", source)

    programme = Programme(
        key="win_back",
        name="Win back the actively dissatisfied",
        pool=120,
        reached=100,
        counted=100,
        cost=assume(50_000, 60_000, 75_000),
        effect=assume(0.4, 0.6, 0.8),
        margin=assume(600, 900, 1200),
        persistence=assume(0.3, 0.5, 0.7),
        counterfactual="what they would have done anyway, assumed",
    )
    return Case("Win-back 2027", "EUR", 60_000, 3, assume(0.08, 0.10, 0.14), (programme,))


def make_pack() -> Pack:
    """A pack of 2026Q3 with two quarters of one metric."""
    table = Table(
        "largest_customers",
        "Ten largest customers",
        ("customer", "MRR", "share", "next renewal"),
        (
            (
                Cell(HOSTILE),
                Cell(Decimal("41250.50"), "currency"),
                Cell(0.125, "percent"),
                Cell(date(2027, 1, 31)),
            ),
            (
                Cell("Beta Ltd"),
                Cell(Decimal("9000"), "currency"),
                Cell(0.027, "percent"),
                Cell(None, "text", reason="no term"),
            ),
        ),
    )
    matrix = Table(
        "movement",
        "Movement between tiers",
        ("from", "loyal", "neutral"),
        (
            (Cell("loyal"), Cell(30, "count"), Cell(2, "count", tone="bad")),
            (Cell("neutral"), Cell(5, "count", tone="good"), Cell(60, "count")),
        ),
    )
    headlines = Table(
        "headlines",
        "Headline numbers",
        (
            "number",
            "2026Q3",
            "95 % interval",
            "target",
            "2026Q2",
            "as last reported",
            "owner",
            "action",
            "decision asked",
        ),
        (
            (
                Cell("Customer churn rate"),
                make_cell(0.03),
                Cell("1.0-8.5 %"),
                Cell(0.02, "percent"),
                make_cell(0.02, BEFORE),
                Cell(None, "percent", reason="no pack before"),
                Cell("Customer success"),
                Cell("Called all at risk"),
                Cell("Approve two more people"),
            ),
        ),
    )
    chart = Chart(
        "columns",
        "percent",
        ("2026Q2", "2026Q3"),
        (
            Series(
                "churn",
                (make_cell(0.02, BEFORE), make_cell(0.03)),
                low=(0.006, 0.01),
                high=(0.07, 0.085),
            ),
        ),
        "Customer churn by quarter: 2.0 %, then 3.0 %.",
    )
    bridge = Chart(
        "stacked",
        "currency",
        ("opening", "new", "churned", "closing"),
        (
            Series("base", tuple(Cell(value, "currency") for value in (0, 1000, 900, 0)), "hidden"),
            Series(
                "total",
                tuple(Cell(value, "currency") for value in (1000, None, None, 900)),
                "total",
            ),
            Series(
                "up", tuple(Cell(value, "currency") for value in (None, 100, None, None)), "good"
            ),
            Series(
                "down", tuple(Cell(value, "currency") for value in (None, None, 200, None)), "bad"
            ),
        ),
        "MRR opened at 1,000 and closed at 900.",
    )
    slides = (
        Slide("title", "title", "Board pack 2026Q3", "As of 4 Oct 2026"),
        Slide(
            "headlines",
            "headlines",
            "Churn rose to 3.0 %",
            "Five numbers",
            table=headlines,
            told=(make_cell(0.03),),
        ),
        Slide(
            "churn",
            "chart",
            "Churn rose to 3.0 %, from 2.0 %",
            "Customers lost as a share of those at the start, n = 100",
            ("3 of 100 left.",),
            chart,
            told=(make_cell(0.03), make_cell(0.02, BEFORE), Cell(3, "count"), Cell(100, "count")),
            notes=(
                "Customer churn rate: customers lost as a share of those at the start.",
                "n = 100.",
                "Source: CRM export.",
            ),
        ),
        Slide("bridge", "chart", "MRR fell", "EUR", chart=bridge),
        Slide("movement", "matrix", "More rose than fell", "Customers", table=matrix),
        Slide("largest", "table", "One customer pays an eighth", "EUR a month", table=table),
        Slide(
            "assumptions",
            "text",
            "What lifetime value rests on",
            lines=("Gross margin 80 %.", HOSTILE),
            is_appendix=True,
        ),
    )
    definition = Definition(
        "churn_logo",
        "Customer churn rate",
        "Customers lost as a share of those at the start.",
        "lost / opening",
        "percent",
        "down",
        "Customer success",
        "ChartMogul",
        "none",
        "95 %, Wilson score",
        1,
        "abc",
        "select 1",
    )
    written = datetime(2026, 10, 3, 9, 30)
    return Pack(
        name="2026q3",
        title="Board pack 2026Q3",
        quarter="2026Q3",
        quarter_start=QUARTER,
        quarter_end=date(2026, 10, 1),
        frozen_at=datetime(2026, 10, 4, 8),
        frozen_by="Ada",
        build_id="build",
        as_of=date(2026, 10, 4),
        known_at=datetime(2026, 10, 4, 7),
        currency="EUR",
        code_version="1",
        source_hash="hash",
        basis=None,
        previous=None,
        settings={"gross_margin": "0.8"},
        numbers=(make_record(0.02, BEFORE), make_record(0.03)),
        definitions=(definition,),
        slides=slides,
        notes=(
            Note("churn_logo", "quarter", QUARTER, "action", "Ada", written, "Called all at risk"),
        ),
        approvals=(Approval("churn_logo", "quarter", QUARTER, "Grace", written),),
        cases=(make_case(),),
    )


def compose_sample(warehouse: Path) -> Pack:
    """The pack of the sample's third quarter, with long notes beside its headlines and a budget case."""
    from analyses.board.compose import Asked, compose_pack
    from analyses.board.quarter import find_quarter

    text = "Every customer whose renewal falls before March was called; 41 of 58 agreed to a plan. "
    with closing(open_published(warehouse)) as published:
        cursor = published.cursor()
        quarter = find_quarter(cursor, "2026Q3")
        written = datetime(2026, 11, 20, 9)
        notes = [
            Note(name, "quarter", quarter.start, kind, "Grace Hopper", written, HOSTILE + text * 3)
            for name in ("churn_logo", "ret_nrr", "vel_pipeline")
            for kind in ("action", "decision", "comment")
        ]
        at = datetime(2026, 11, 22)
        asked = Asked(quarter, "Board", "2026q3", "Ada", at, "b", "h", notes, cases=[make_case()])
        return compose_pack(cursor, asked)
