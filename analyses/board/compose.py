"""A board pack from a build and from what people wrote: everything in it is computed here, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from analyses.board.churn import make_churn
from analyses.board.definitions import list_definitions, make_definitions
from analyses.board.document import Approval, Cell, Note, Pack, Slide
from analyses.board.facts import Facts, Reported
from analyses.board.headlines import make_headlines
from analyses.board.largest import make_largest
from analyses.board.lifetime import make_assumptions, make_lifetime
from analyses.board.movement import make_movement
from analyses.board.mrr import make_mrr
from analyses.board.numbers import group_totals, read_numbers
from analyses.board.quarter import label_quarter, list_trailing, read_first_month
from analyses.board.restated import list_restated_slides
from analyses.board.signoff import list_note_slides, make_signoff
from analyses.board.speaker import describe_source
from analyses.board.spread import make_spread
from analyses.board.trailing import make_trailing
from analyses.board.velocity import make_velocity
from analyses.board.worth import find_worth
from analyses.budget.case import Case
from analyses.budget.kept import Kept, list_kept_slides
from analyses.budget.slides import list_case_slides
from analyses.formats import to_float
from analyses.weekly import find_record
from ledger.builds import to_utc
from ledger.restated import Restatement
from metrics.basis import find_basis, reads_terms
from metrics.engine import Record, missing_tables
from metrics.periods import Period, format_date, label_period
from metrics.registry import Metric, load_metrics

QUARTERS = 9
# Slides of customers and their terms, whose cells are no numbers of a metric.
OF_TERMS = ("movement", "largest")
UNNAMED = "a person not named"
INFERRED = "Terms are inferred from won deals: slides whose numbers rest on them say so"
# In the order in which a board reads them; then the cases, what was written, and the appendix.
SLIDES = (
    make_headlines, make_churn, make_mrr, make_velocity, make_spread, make_movement, make_largest, make_lifetime,
    make_trailing,
)  # fmt: skip
APPENDIX = (make_assumptions,)


@dataclass(frozen=True)
class Asked:
    """What is frozen, by whom and when (UTC), and what the ledger adds to it.

    quarter: a closed one. earlier: the packs before, as `find_earlier` gives them.
    """

    quarter: Period
    title: str
    name: str
    by: str
    at: datetime
    build_id: str
    source_hash: str
    notes: Sequence[Note] = ()
    approvals: Sequence[Approval] = ()
    cases: Sequence[Case] = ()
    kept: Sequence[Kept] = ()
    restatements: Sequence[Restatement] = ()
    reported: Reported = field(default_factory=Reported)
    earlier: Sequence[Pack] = ()


def compose_pack(cursor: duckdb.DuckDBPyConnection, asked: Asked) -> Pack:
    """The pack of a closed quarter."""
    info = _read_info(cursor)
    settings = dict(cursor.execute("select key, value from setting_values order by key").fetchall())
    quarters = list_trailing(cursor, asked.quarter, QUARTERS)
    metrics = load_metrics()
    numbers = read_numbers(cursor, metrics, quarters)
    facts = _find_facts(cursor, asked, quarters, metrics, numbers)
    definitions = list_definitions(metrics)
    slides = [_make_title(facts, asked), *(make(facts) for make in SLIDES)]
    slides += list_restated_slides(facts)
    slides += [slide for case in asked.cases for slide in list_case_slides(case, facts.currency)]
    first_month = read_first_month(cursor)
    slides += list_kept_slides(asked.kept, asked.quarter.start, facts.currency, first_month)
    slides = [_mark_basis(facts, slide) for slide in slides]
    slides += [make_signoff(facts), *list_note_slides(facts)]
    slides += [make(facts) for make in APPENDIX]
    slides.append(make_definitions(definitions, _list_shown(slides), metrics))
    return Pack(
        name=asked.name,
        title=asked.title,
        quarter=label_quarter(quarters[-1].start, read_first_month(cursor)),
        quarter_start=quarters[-1].start,
        quarter_end=quarters[-1].end,
        frozen_at=asked.at,
        frozen_by=asked.by,
        build_id=asked.build_id,
        as_of=info["as_of"],
        known_at=to_utc(info["known_at"]),
        currency=info["reporting_currency"],
        code_version=info["code_version"],
        source_hash=asked.source_hash,
        basis=facts.basis,
        previous=asked.earlier[0].name if asked.earlier else None,
        settings={key: str(value) for key, value in settings.items()},
        numbers=numbers,
        definitions=definitions,
        slides=tuple(sorted(slides, key=lambda each: each.is_appendix)),
        notes=tuple(each for each in asked.notes if _is_within(each, quarters)),
        approvals=tuple(asked.approvals),
        cases=tuple(asked.cases),
    )


def _find_facts(
    cursor: duckdb.DuckDBPyConnection,
    asked: Asked,
    quarters: Sequence[Period],
    metrics: Mapping[str, Metric],
    numbers: Sequence[Record],
) -> Facts:
    info, first_month = _read_info(cursor), read_first_month(cursor)
    records = group_totals(numbers)
    mrr, customers = (
        find_record(records[name], quarters[-1].start) for name in ("mrr", "cust_active")
    )
    row = cursor.execute("select minimum_denominator from settings").fetchone()
    return Facts(
        cursor=cursor,
        quarters=quarters,
        names=[label_period("quarter", each.start, first_month) for each in quarters],
        weeks=_find_weeks(cursor, quarters[-1]),
        metrics=metrics,
        records=records,
        currency=info["reporting_currency"],
        minimum=float(row[0]) if row else 0.0,
        as_of=info["as_of"],
        build_id=asked.build_id,
        source_name=info["source_name"],
        targets=_read_targets(cursor),
        missing=_find_missing(cursor, metrics),
        basis=find_basis(cursor),
        worth=find_worth(
            cursor, quarters[-1], to_float(mrr.value) if mrr else None,
            int(customers.value or 0) if customers else 0,
        ),
        notes=asked.notes,
        approvals=asked.approvals,
        restatements=asked.restatements,
        reported=asked.reported,
        earlier=asked.earlier,
    )  # fmt: skip


def _is_within(note: Note, quarters: Sequence[Period]) -> bool:
    """Whether it stands beside a number of the pack's quarters, of whatever grain."""
    return quarters[0].start <= note.period_start < quarters[-1].end


def _find_weeks(cursor: duckdb.DuckDBPyConnection, quarter: Period) -> tuple[date, date]:
    """The weeks whose Sundays are the last before the quarter and the last in it."""
    row = cursor.execute(
        "select opening_week, closing_week from periods where grain = 'quarter' and period_start = ?",
        [quarter.start],
    ).fetchone()
    return (row[0], row[1]) if row else (quarter.start, quarter.start)


def _make_title(facts: Facts, asked: Asked) -> Slide:
    quarter = facts.quarter
    by = f" by {asked.by}" if asked.by != UNNAMED else ""
    lines = (
        f"{format_date(quarter.start)} to {format_date(quarter.end - timedelta(days=1))}",
        f"As of {format_date(facts.as_of)}, frozen {format_date(asked.at.date())}{by}",
        *([INFERRED] if facts.basis else []),
    )
    info = _read_info(facts.cursor)
    notes = (
        describe_source(facts),
        f"Code version {info['code_version']}; hash of the export's files {asked.source_hash}.",
    )
    return Slide("title", "title", asked.title, facts.name, lines, notes=notes)


def _mark_basis(facts: Facts, slide: Slide) -> Slide:
    """'; inferred terms' beneath the title of a slide that shows a number which rests on them."""
    shown = {cell.origin.metric for cell in list_cells(slide) if cell.origin}
    shown |= {"mrr"} if slide.key in OF_TERMS else set()
    if not facts.basis or not any(reads_terms(facts.metrics[name].tables) for name in shown):
        return slide
    return replace(slide, subtitle=f"{slide.subtitle}; {facts.basis}")


def _list_shown(slides: Sequence[Slide]) -> set[str]:
    """The metrics of every number that the slides show."""
    return {cell.origin.metric for slide in slides for cell in list_cells(slide) if cell.origin}


def list_cells(slide: Slide) -> list[Cell]:
    """Every number of a slide: of its chart, its table and its words."""
    cells = list(slide.told)
    if slide.chart:
        cells += [cell for series in slide.chart.series for cell in series.cells]
    if slide.table:
        cells += [cell for row in slide.table.rows for cell in row]
    return cells


def _read_info(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    cursor.execute("select * from build_info")
    names = [column[0] for column in cursor.description or []]
    return dict(zip(names, cursor.fetchone() or (), strict=True))


def _read_targets(
    cursor: duckdb.DuckDBPyConnection,
) -> list[tuple[str, date, float, str | None, str | None]]:
    rows = cursor.execute(
        "select metric, period_start, value, dimension, dimension_value from targets order by all"
    ).fetchall()
    return [(name, start, float(value), *of) for name, start, value, *of in rows]


def _find_missing(
    cursor: duckdb.DuckDBPyConnection, metrics: Mapping[str, Metric]
) -> dict[str, Sequence[str]]:
    found = {name: missing_tables(cursor, metric) for name, metric in metrics.items()}
    return {name: tables for name, tables in found.items() if tables}
