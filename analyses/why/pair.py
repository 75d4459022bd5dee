"""The two periods of a change, and the numbers of both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

import duckdb

from analyses.changes import AGAINST, find_earlier
from analyses.why.exact import Ends
from analyses.why.headlines import Source
from metrics.engine import Record, evaluate
from metrics.periods import Period, label_period, list_periods, select_periods
from metrics.registry import Metric, load_metrics
from metrics.scope import Scope
from warehouse.errors import StandingError

MOST_AT_ONCE = 60
# All records of a metric, asked by its id, grain, scope and dimension.
Read = Callable[[str, str, Scope, str | None], Sequence[Record]]


@dataclass(frozen=True)
class Pair:
    """The period that is explained, and the one that it is held against.

    first_month of the fiscal year names quarters and years.
    """

    before: Period
    after: Period
    scope: Scope = Scope()
    back: int = 2  # closed periods from the first of the two to the newest
    first_month: int = 1

    @property
    def grain(self) -> str:
        """The grain of both."""
        return self.after.grain

    def name(self, period: Period) -> str:
        """'the week of 11 Nov 2024', 'Q3 FY2025'."""
        name = label_period(self.grain, period.start, self.first_month)
        return f"the week of {name}" if self.grain == "week" else name


def find_pair(
    cursor: duckdb.DuckDBPyConnection, grain: str, period: date | None, against: str, scope: Scope
) -> Pair:
    """The period (default: the last closed one) and the one before it, or a year before: 364 days
    by week, else the same one of the year before.

    Raises StandingError where either is not there or the period is not over.
    """
    periods = list_periods(cursor, grain)
    chosen = select_periods(periods, period, last=1)
    if not chosen:
        raise StandingError("The data has no period that is over.")
    after = chosen[0]
    if not after.is_closed:
        raise StandingError(f"The {grain} of {after.start} is not over yet; ask for one before it.")
    if against not in AGAINST:
        raise StandingError(f"A change is against {' or '.join(AGAINST)}, not {against!r}.")
    earlier = find_earlier(periods, after.start, against)
    if earlier is None:
        raise StandingError(
            f"The data begins on {periods[0].start}: the {grain} of {after.start} has none to be held against."
        )
    closed = [each for each in periods if each.is_closed and each.start >= earlier.start]
    months = cursor.execute("select fiscal_year_first_month from settings").fetchone()
    assert months is not None, "a build has one row of settings"
    return Pair(earlier, after, scope, len(closed), int(months[0]))


class Numbers:
    """The records of both periods, of all and by a dimension, each metric asked for once.

    read: who has them already, as the cache of the pages, which keeps every period of a build.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        pair: Pair,
        dimension: str | None,
        read: Read | None = None,
    ) -> None:
        self._cursor = cursor
        self._read = read
        self._pair = pair
        self.dimension = dimension
        self._kept: dict[tuple[str, str | None], dict[tuple[date, str | None], Record]] = {}

    def records(self, metric: str, value: str | None = None) -> tuple[Record | None, Record | None]:
        """Before and after, of all customers or of one value of the dimension."""
        found = self._find(metric, self.dimension if value is not None else None)
        pair = self._pair
        return found.get((pair.before.start, value)), found.get((pair.after.start, value))

    def sliced(self, metric: str) -> list[Record]:
        """The records of both periods by the dimension, in order of time."""
        return list(self._find(metric, self.dimension).values())

    def metric(self, name: str) -> Metric:
        """The definition of a metric."""
        return read_metrics()[name]

    def ends(self, source: Source, value: str | None = None) -> Ends:
        """A source at both ends; 0 where it has no number, as a slice without deals has no wins."""
        before, after = (
            Fraction(getattr(each, source.part) or 0) if each else Fraction(0)
            for each in self.records(source.metric, value)
        )
        return Ends(before, after)

    def values(self, metrics: Sequence[str]) -> list[str]:
        """The values of the dimension that have a record of any of the metrics, in order."""
        named = {key[1] for metric in metrics for key in self._find(metric, self.dimension)}
        return sorted(name for name in named if name is not None)

    def _find(self, metric: str, dimension: str | None) -> Mapping[tuple[date, str | None], Record]:
        key = (metric, dimension)
        if key not in self._kept:
            starts = (self._pair.before.start, self._pair.after.start)
            read = self._read or self._evaluate
            self._kept[key] = {
                (record.period_start, record.breakdown): record
                for record in read(metric, self._pair.grain, self._pair.scope, dimension)
                if record.period_start in starts
            }
        return self._kept[key]

    def _evaluate(
        self, metric: str, grain: str, scope: Scope, dimension: str | None
    ) -> list[Record]:
        # A query costs more than the records of a year that it brings along.
        pair = self._pair
        asked: list[tuple[date | None, int | None]] = [(None, pair.back)]
        if pair.back > MOST_AT_ONCE:
            asked = [(pair.before.start, None), (pair.after.start, None)]
        return [
            record
            for period, last in asked
            for record in evaluate(
                self._cursor, read_metrics()[metric], grain=grain, scope=scope, breakdown=dimension,
                period=period, last=last,
            )
        ]  # fmt: skip


@cache
def read_metrics() -> dict[str, Metric]:
    """The definitions; they change with the code."""
    return load_metrics()


def describe_before(pair: Pair) -> str:
    """'the week before', or 'the week of 11 Nov 2024': what the change is held against."""
    if pair.before.end == pair.after.start:
        return f"the {pair.grain} before"
    return pair.name(pair.before)
