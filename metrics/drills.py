"""Drills: the rows behind a number. One file in drills/ says which rows, and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from metrics.names import nearest
from metrics.periods import list_periods, select_periods
from metrics.registry import split_header
from metrics.scope import Scope, check_chosen, set_variables
from warehouse.errors import StandingError

FOLDER = Path(__file__).parent / "drills"
DETAILS = Path(__file__).with_name("customer_details.sql")
ENTITIES = ("customer", "deal", "answer", "cost")
# An input is a number of the metric's formula, as the open deals are of sales velocity.
PARTS = ("value", "numerator", "denominator", "input")
KEYS = {
    "customer": "customer_id",
    "deal": "opportunity_id",
    "answer": "response_id",
    "cost": "month",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Explains:
    """A number that the rows add up to: `total` is rows, or the measure that is summed.

    member: the chosen value that is the record's member ("" for a metric of one number).
    chosen: what else must be chosen for the rows to be those of the metric.
    """

    metric: str
    part: str
    total: str
    member: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Drill:
    """One file of drills/. measures: the columns that are summed, with their units; the first
    orders the rows. chosen: by what the rows can be narrowed, such as a tier."""

    id: str
    label: str
    definition: str
    entity: str
    measures: Mapping[str, str]
    chosen: tuple[str, ...]
    tables: tuple[str, ...]
    explains: tuple[Explains, ...]
    sql: str
    file_hash: str


@dataclass(frozen=True)
class Span:
    """From the state at `start` to that at `end`; tiers from the Sunday of opening_week to that of
    closing_week, which are Mondays. grain names how periods are cut."""

    grain: str
    start: date
    end: date
    opening_week: date
    closing_week: date


@dataclass(frozen=True)
class DrillRows:
    """The first rows, and what all of them come to: how many rows, and the sum of each measure."""

    rows: list[Row]
    count: int
    totals: dict[str, Decimal | float]


def load_drills(folder: Path = FOLDER) -> dict[str, Drill]:
    """All drills by id. Raises StandingError for a file whose header is not complete."""
    return {path.stem: _read_drill(path) for path in sorted(folder.glob("*.sql"))}


def find_drills(drills: Mapping[str, Drill], metric: str) -> list[Drill]:
    """The drills that explain a metric, those of its value or numerator first, and of several
    those whose every row counts one."""
    found = sorted(
        (PARTS.index(each.part), each.total != "rows", drill.id)
        for drill in drills.values()
        for each in drill.explains
        if each.metric == metric
    )
    return [drills[name] for name in dict.fromkeys(name for _, _, name in found)]


def span_of(cursor: duckdb.DuckDBPyConnection, grain: str, period: date | None = None) -> Span:
    """The span of a closed period, by default of the last closed one.

    Raises StandingError for an unknown grain or period, and for one that is not over.
    """
    chosen = select_periods(list_periods(cursor, grain), period, last=1)
    if not chosen:
        raise StandingError("The data has no period that is over.")
    if not chosen[0].is_closed:
        raise StandingError(
            f"The {grain} of {chosen[0].start} is not over yet; ask for one before it."
        )
    row = cursor.execute(
        "select grain, period_start, period_end, opening_week, closing_week from periods"
        " where grain = ? and period_start = ?",
        [grain, chosen[0].start],
    ).fetchone()
    assert row is not None, "select_periods returns periods of this table"
    return Span(*row)


def span_between(opening_week: date, closing_week: date) -> Span:
    """From the Sunday of one week to that of another, both named by their Mondays."""
    week = timedelta(days=7)
    return Span("week", opening_week + week, closing_week + week, opening_week, closing_week)


def list_rows(
    cursor: duckdb.DuckDBPyConnection,
    drill: Drill,
    span: Span,
    scope: Scope = Scope(),
    limit: int | None = None,
    **chosen: str,
) -> DrillRows:
    """The rows behind a number, largest first; the totals are those of all rows whatever the limit.

    Rows of customers come with name, tier, previous tier, rule, evidence, owner and next renewal at
    the end of the span; what is not chosen is not narrowed. Raises StandingError where the export
    lacks a table that the drill needs, or the drill has no choice of that name.
    """
    for name in chosen:
        if name not in drill.chosen:
            raise StandingError(f"{drill.id}: nothing is chosen by {name!r}.")
    _check_tables(cursor, drill)
    check_chosen(cursor, scope.used())
    set_drill(cursor, drill, span, scope, **chosen)
    sums = "".join(f", sum({measure}) as {measure}" for measure in drill.measures)
    totals = _fetch(cursor, f"select count(*) as drilled{sums} from (\n{drill.sql}\n) as drilled")[
        0
    ]
    count = totals.pop("drilled")
    return DrillRows(
        [] if limit == 0 else _fetch(cursor, _rows_sql(drill), {"limit": limit}),
        count,
        {name: value or 0 for name, value in totals.items()},
    )


def set_drill(
    cursor: duckdb.DuckDBPyConnection, drill: Drill, span: Span, scope: Scope, **chosen: str
) -> None:
    """Set what the drill's SQL reads; what is not chosen is not narrowed."""
    set_variables(cursor, span.grain, scope)
    for name in ("period_start", "period_end", "opening_week", "closing_week"):
        value = getattr(span, name.removeprefix("period_"))
        cursor.execute(f"set variable {name} = cast(? as date)", [value])
    for name in drill.chosen:
        cursor.execute(f"set variable {name} = cast(? as varchar)", [chosen.get(name)])


def _rows_sql(drill: Drill) -> str:
    first = next(iter(drill.measures), None)
    order = f"abs({first}) desc nulls last, " if first else ""
    # The whole row breaks ties: a customer may have two rows of one size.
    by = f"{order}{KEYS[drill.entity]}"
    drilled = (
        f"with drilled as materialized (\nselect * from (\n{drill.sql}\n) as listed\n"
        f"order by {by}, listed\nlimit $limit\n)\n"
    )
    details = DETAILS.read_text(encoding="utf-8") if drill.entity == "customer" else "from drilled"
    return f"{drilled}select * from (\n{details}\n) as detailed order by {by}, detailed"


def _fetch(
    cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None
) -> list[Row]:
    cursor.execute(sql, dict(values or {}))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _check_tables(cursor: duckdb.DuckDBPyConnection, drill: Drill) -> None:
    rows = cursor.execute(
        "select table_name from table_status where not is_present and list_contains(?, table_name)",
        [list(drill.tables)],
    ).fetchall()
    if rows:
        names = ", ".join(sorted(name for (name,) in rows))
        raise StandingError(
            f"This export has no {names}: add it, or map it in warehouse/sources, and build again."
        )


def _read_drill(path: Path) -> Drill:
    text = path.read_text(encoding="utf-8")
    header, sql = split_header(path.name, text)
    fields = ("label", "definition", "entity", "measures", "chosen", "tables", "explains")
    for name in fields:
        if name not in header:
            raise StandingError(f"{path.name}: the header lacks {name}.")
    for name in header:
        if name not in fields:
            raise StandingError(f"{path.name}: unknown field {name}; {nearest(name, fields)}.")
    explains = tuple(Explains(**each) for each in header["explains"])
    totals = ("rows", *header["measures"])
    if header["entity"] not in ENTITIES or any(
        each.part not in PARTS or each.total not in totals for each in explains
    ):
        raise StandingError(
            f"{path.name}: entity is one of {', '.join(ENTITIES)}, a part one of "
            f"{', '.join(PARTS)}, a total one of {', '.join(totals)}."
        )
    return Drill(
        path.stem, header["label"], header["definition"], header["entity"], header["measures"],
        tuple(header["chosen"]), tuple(header["tables"]), explains, sql,
        sha256(text.encode()).hexdigest(),
    )  # fmt: skip
