"""What a board pack holds: numbers, definitions, slides and what people wrote, all of one moment.

Every file for the board is drawn from this document and from nothing else, so that a pack made again
a year later has the same numbers. A number keeps its full digits; how it is written is for those who draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from analyses.budget.case import Case
from metrics.engine import Record

Value = int | float | Decimal | str | date | None
# How a series is drawn: "hidden" lifts the columns above it (a bridge), a tier has its own colour.
Role = Literal[
    "actual", "prior", "target", "forecast", "good", "bad", "total", "hidden",
    "advocate", "loyal", "neutral", "dissatisfied", "actively_dissatisfied",
]  # fmt: skip
Layout = Literal["title", "headlines", "chart", "table", "matrix", "text"]


@dataclass(frozen=True)
class Origin:
    """Which number of `show` a cell is; part is the field of the record that it holds."""

    metric: str
    grain: str
    period_start: date
    dimension: str | None = None
    breakdown: str | None = None
    member: str | None = None
    part: Literal["value", "numerator", "denominator", "low", "high"] = "value"


@dataclass(frozen=True)
class Cell:
    """One value: a number in full digits with its unit, a date, or a text (unit "text").

    unit is one of a metric's (a percent is a share from 0 to 1). is_change: a difference, written with
    its sign. reason says in words why a number is missing. tone is good or bad where the metric's
    direction says so. remark is what it comes to in a word, written after the number. origin is
    None for what is no single number of a metric.
    """

    value: Value
    unit: str = "text"
    is_change: bool = False
    reason: str | None = None
    tone: Literal["good", "bad", ""] = ""
    origin: Origin | None = None
    remark: str = ""

    @property
    def number(self) -> float | None:
        """Its number; None for a text, a date, and where it is missing."""
        return float(self.value) if isinstance(self.value, int | float | Decimal) else None


@dataclass(frozen=True)
class Table:
    """Rows of cells beneath their headings; name is unique in the pack (a sheet of the workbook).

    Cells of a column may differ in unit. In a matrix the first cell of a row is its heading.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Series:
    """One series of a chart: a cell a category; low and high, where there are any, bound its values."""

    name: str
    cells: tuple[Cell, ...]
    role: Role = "actual"
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()

    @property
    def values(self) -> list[float | None]:
        """The numbers of its cells."""
        return [cell.number for cell in self.cells]


@dataclass(frozen=True)
class Chart:
    """alt is the message of the chart in words, for those who do not see it.

    floor: where the value axis begins, where that is above 0 (a bridge whose movements are small beside
    its totals); the slide says so.
    """

    kind: Literal["columns", "stacked", "lines", "bars"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    floor: float | None = None

    @property
    def shown(self) -> tuple[Series, ...]:
        """The series that are seen."""
        return tuple(series for series in self.series if series.role != "hidden")

    @property
    def is_bridge(self) -> bool:
        """Whether parts stand on a hidden one."""
        return len(self.shown) < len(self.series)


@dataclass(frozen=True)
class Slide:
    """One message. title says it; subtitle says what, unit, period and n; lines stand beneath the chart.

    told are the numbers that title, subtitle and lines state, in any order. notes are for the speaker:
    definition, n, interval, source, as-of. key is unique in the pack.
    """

    key: str
    layout: Layout
    title: str
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    told: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    is_appendix: bool = False


@dataclass(frozen=True)
class Definition:
    """A metric as it was defined when the pack was frozen; hash is that of the ledger."""

    metric: str
    label: str
    definition: str
    formula: str
    unit: str
    good: str
    owner: str
    source: str
    caveat: str
    interval: str
    version: int
    hash: str
    sql: str


@dataclass(frozen=True)
class Note:
    """What somebody wrote beside a number and period; written_at is UTC."""

    metric: str
    grain: str
    period_start: date
    kind: Literal["comment", "action", "decision"]
    author: str
    written_at: datetime
    text: str


@dataclass(frozen=True)
class Approval:
    """Somebody's name beneath a number of a period.

    is_dropped: the number no longer is what was approved, which was `was` (None for several members);
    changed_on is the day on which the ledger knows another, if it does.
    """

    metric: str
    grain: str
    period_start: date
    name: str
    approved_at: datetime
    is_dropped: bool = False
    changed_on: date | None = None
    was: float | None = None


@dataclass(frozen=True)
class Pack:
    """A frozen pack. quarter_start and quarter_end bound its quarter, half-open; times are UTC.

    numbers: every metric of the trailing nine quarters in total, and of its quarter by each dimension.
    settings: those of the build. previous: name of the pack before. basis: "inferred terms" or None.
    """

    name: str
    title: str
    quarter: str
    quarter_start: date
    quarter_end: date
    frozen_at: datetime
    frozen_by: str
    build_id: str
    as_of: date
    known_at: datetime
    currency: str
    code_version: str
    source_hash: str
    basis: str | None
    previous: str | None
    settings: Mapping[str, str]
    numbers: tuple[Record, ...]
    definitions: tuple[Definition, ...]
    slides: tuple[Slide, ...]
    notes: tuple[Note, ...] = ()
    approvals: tuple[Approval, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Today:
    """What a pack's numbers would be now: numbers in the pack's order, and a slide that compares them."""

    build_id: str
    as_of: date
    numbers: tuple[Record, ...]
    slide: Slide
    changed: int = field(default=0)
