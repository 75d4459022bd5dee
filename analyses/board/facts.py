"""What the slides of a pack are computed from: the numbers of its quarters, and how a cell is made of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import duckdb

from analyses.board.document import Approval, Cell, Note, Origin, Pack
from analyses.board.worth import Worth
from analyses.formats import format_range, to_float
from analyses.grounds import Grounds, collect_grounds
from analyses.sentences import describe_reason
from analyses.weekly import find_record
from ledger.restated import Restatement
from metrics.engine import Record
from metrics.periods import Period
from metrics.registry import Metric

Part = Literal["value", "numerator", "denominator", "low", "high"]
Targets = Sequence[tuple[str, date, float, str | None, str | None]]
LIFETIME = "ltv_km"


@dataclass(frozen=True)
class Reported:
    """The quarter before as it was last reported, by metric; where says from what: 'pack 2026q2'.

    Without records reason says why there are none. own: the quarter itself as an earlier pack of it,
    own_where, told it; nothing where this is the first.
    """

    records: Mapping[str, Record] = field(default_factory=dict[str, Record])
    where: str = ""
    own: Mapping[str, Record] = field(default_factory=dict[str, Record])
    own_where: str = ""
    reason: str = "no pack before"


@dataclass(frozen=True)
class Facts:
    """quarters: up to nine closed ones, oldest first, with their names; the last is the pack's.

    records: those in total, by metric. weeks: the Mondays of the quarter's opening and closing week.
    missing: by metric, the tables that the export lacks. basis: as a record's. restatements: of quarters, in total.
    earlier: as `find_earlier` gives them.
    """

    cursor: duckdb.DuckDBPyConnection
    quarters: Sequence[Period]
    names: Sequence[str]
    weeks: tuple[date, date]
    metrics: Mapping[str, Metric]
    records: Mapping[str, Sequence[Record]]
    currency: str
    minimum: float
    as_of: date
    build_id: str
    source_name: str
    targets: Targets
    missing: Mapping[str, Sequence[str]]
    basis: str | None
    worth: Worth
    notes: Sequence[Note] = ()
    approvals: Sequence[Approval] = ()
    restatements: Sequence[Restatement] = ()
    reported: Reported = field(default_factory=Reported)
    earlier: Sequence[Pack] = ()

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

    @cached_property
    def grounds(self) -> Grounds:
        """What counts the customers and deals behind the numbers."""
        every = (record for records in self.records.values() for record in records)
        return collect_grounds(every, self.minimum)

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

    def bounds(self, metric: str, period: Period | None = None) -> tuple[Cell, ...]:
        """The cells of low and high of the 95 % interval; none without one."""
        record = self.record(metric, period)
        if record is None or record.value is None:
            return ()
        if metric == LIFETIME:
            found = self.worth.lifetime if record.period_start == self.quarter.start else None
            if found is None or found.low is None:
                return ()
            return Cell(found.low, record.unit), Cell(found.high, record.unit)
        if record.low is None or record.high is None:
            return ()
        return self.cell(metric, period, "low"), self.cell(metric, period, "high")

    def interval(self, metric: str, period: Period | None = None) -> str:
        """The 95 % interval in words, empty without one."""
        bounds = self.bounds(metric, period)
        if not bounds:
            return ""
        low, high = (each.number for each in bounds)
        return str(format_range(low, high, self.metrics[metric].unit, self.currency))


def part_unit(unit: str, record: Record | None, part: Part) -> str:
    """The unit of a part of a record: counts are whole numbers, parts of money are money."""
    if part in ("value", "low", "high"):
        return unit
    value = getattr(record, part) if record else None
    return "count" if value is None or isinstance(value, int) else "currency"
