"""What the slides of a pack are computed from: the numbers of its quarters, and how a cell is made of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from analyses.board.document import Cell, Note, Origin, Pack
from analyses.formats import format_range, format_value, to_float
from analyses.sentences import describe_reason
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.periods import Period
from metrics.registry import Metric

Part = Literal["value", "numerator", "denominator", "low", "high"]
Targets = Sequence[tuple[str, date, float, str | None, str | None]]


@dataclass(frozen=True)
class Facts:
    """quarters: up to nine closed ones, oldest first, with their names; the last is the pack's.

    records: those in total, by metric; sliced: those of the quarter by a dimension. missing: by
    metric, the tables that the export lacks. reported: the quarter before as it was last reported,
    by metric, and where that comes from. previous: the pack before.
    """

    cursor: duckdb.DuckDBPyConnection
    quarters: Sequence[Period]
    names: Sequence[str]
    metrics: Mapping[str, Metric]
    records: Mapping[str, Sequence[Record]]
    sliced: Sequence[Record]
    currency: str
    minimum: float
    first_month: int
    as_of: date
    build_id: str
    source_name: str
    targets: Targets
    missing: Mapping[str, Sequence[str]]
    notes: Sequence[Note] = ()
    previous: Pack | None = None

    @property
    def quarter(self) -> Period:
        """The pack's."""
        return self.quarters[-1]

    @property
    def name(self) -> str:
        """Of the pack's quarter: 'Q3 2026'."""
        return self.names[-1]

    @property
    def before(self) -> Period | None:
        """The quarter before; None where the data begins with this one."""
        return self.quarters[-2] if len(self.quarters) > 1 else None

    @property
    def name_before(self) -> str:
        """Of the quarter before, or that there is none."""
        return self.names[-2] if len(self.names) > 1 else "quarter before"

    def record(
        self, metric: str, period: Period | None = None, member: str | None = None
    ) -> Record | None:
        """The number of a quarter (None: the pack's) in total."""
        return find_record(self.records.get(metric, ()), (period or self.quarter).start, member)

    def number(
        self,
        metric: str,
        period: Period | None = None,
        part: Part = "value",
        member: str | None = None,
    ) -> float | None:
        """The same as a float; None where it is missing."""
        record = self.record(metric, period, member)
        return None if record is None else to_float(getattr(record, part))

    def cell(
        self,
        metric: str,
        period: Period | None = None,
        part: Part = "value",
        member: str | None = None,
    ) -> Cell:
        """The same as a cell, with where it comes from, or why it is missing."""
        shown = period or self.quarter
        record = self.record(metric, shown, member)
        unit = part_unit(self.metrics[metric].unit, record, part)
        if record is None:
            return Cell(None, unit, reason="no data so far back")
        value = getattr(record, part)
        origin = Origin(metric, "quarter", shown.start, member=member, part=part)
        if value is None:
            reason = describe_reason(record.reason, self.missing.get(metric, ())) or "none"
            return Cell(None, unit, reason=reason, origin=origin)
        return Cell(value, unit, origin=origin)

    def write(
        self,
        metric: str,
        period: Period | None = None,
        part: Part = "value",
        member: str | None = None,
    ) -> str:
        """The same as a text: 'EUR 18.7 k / day'."""
        cell = self.cell(metric, period, part, member)
        return str(
            format_value(
                to_float(self.number(metric, period, part, member)), cell.unit, self.currency
            )
        )

    def interval(self, metric: str, period: Period | None = None) -> str:
        """The 95 % interval in words, empty without one."""
        record = self.record(metric, period)
        if record is None or record.value is None or record.low is None or record.high is None:
            return ""
        return str(format_range(record.low, record.high, record.unit, self.currency))

    def bounds(self, metric: str, period: Period | None = None) -> tuple[Cell, ...]:
        """The cells of the same, for what a slide tells."""
        if not self.interval(metric, period):
            return ()
        return self.cell(metric, period, "low"), self.cell(metric, period, "high")


def part_unit(unit: str, record: Record | None, part: Part) -> str:
    """The unit of a part of a record: counts are whole numbers, parts of money are money."""
    if part in ("value", "low", "high"):
        return unit
    value = getattr(record, part) if record else None
    return "count" if value is None or isinstance(value, int) else "currency"
