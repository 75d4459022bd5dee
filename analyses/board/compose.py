"""A board pack from a build and from what people wrote: everything in it is computed here, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from analyses.board.churn import make_churn
from analyses.board.definitions import list_definitions, make_definitions
from analyses.board.document import Approval, Cell, Note, Pack, Slide
from analyses.board.facts import Facts
from analyses.board.headlines import make_headlines
from analyses.board.numbers import group_totals, read_numbers
from analyses.board.quarter import label_quarter, list_trailing, read_first_month
from analyses.budget.case import Case
from ledger.builds import to_utc
from metrics.basis import find_basis
from metrics.engine import missing_tables
from metrics.periods import Period, format_date, label_period
from metrics.registry import Metric, load_metrics

QUARTERS = 9
SLIDES = (make_headlines, make_churn)


@dataclass(frozen=True)
class Asked:
    """What is frozen, by whom and when (UTC), and what the ledger adds to it.

    quarter: a closed one. previous: the pack before.
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
    previous: Pack | None = None


def compose_pack(cursor: duckdb.DuckDBPyConnection, asked: Asked) -> Pack:
    """The pack of a closed quarter."""
    info = _read_info(cursor)
    settings = dict(cursor.execute("select key, value from setting_values order by key").fetchall())
    first_month = read_first_month(cursor)
    quarters = list_trailing(cursor, asked.quarter, QUARTERS)
    metrics = load_metrics()
    numbers = read_numbers(cursor, metrics, quarters)
    facts = Facts(
        cursor=cursor,
        quarters=quarters,
        names=[label_period("quarter", each.start, first_month) for each in quarters],
        metrics=metrics,
        records=group_totals(numbers),
        sliced=[each for each in numbers if each.dimension is not None],
        currency=info["reporting_currency"],
        minimum=float(settings["minimum_denominator"]),
        first_month=first_month,
        as_of=info["as_of"],
        build_id=asked.build_id,
        source_name=info["source_name"],
        targets=_read_targets(cursor),
        missing=_find_missing(cursor, metrics),
        notes=asked.notes,
        previous=asked.previous,
    )
    definitions = list_definitions(metrics)
    slides = [_make_title(facts, asked), *(make(facts) for make in SLIDES)]
    slides.append(make_definitions(definitions, _list_shown(slides)))
    return Pack(
        name=asked.name,
        title=asked.title,
        quarter=label_quarter(quarters[-1].start, first_month),
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
        basis=find_basis(cursor),
        previous=asked.previous.name if asked.previous else None,
        settings={key: str(value) for key, value in settings.items()},
        numbers=numbers,
        definitions=definitions,
        slides=tuple(slides),
        notes=tuple(asked.notes),
        approvals=tuple(asked.approvals),
        cases=tuple(asked.cases),
    )


def _make_title(facts: Facts, asked: Asked) -> Slide:
    quarter = facts.quarter
    lines = (
        f"{format_date(quarter.start)} to the day before {format_date(quarter.end)}",
        f"As of {format_date(facts.as_of)}, frozen {format_date(asked.at.date())} by {asked.by}",
    )
    return Slide("title", "title", asked.title, facts.name, lines)


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
    return {name: missing_tables(cursor, metric) for name, metric in metrics.items()}
