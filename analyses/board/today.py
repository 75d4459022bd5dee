"""What the numbers of a pack would be today: the same metrics of the same quarters, on the build that is published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import duckdb

from analyses.board.document import Cell, Origin, Pack, Slide, Table, Today
from analyses.board.names import HEADLINES
from analyses.board.numbers import read_numbers
from analyses.board.restated import UNKNOWN, is_other, key_of, rank_change, reads_alike, subtract
from analyses.formats import format_value
from analyses.restated import describe_causes
from ledger.builds import hash_definition
from ledger.restated import Restatement
from metrics.engine import Record
from metrics.periods import format_date, label_period, list_periods
from metrics.registry import Metric, load_metrics

HEADINGS = ("number", "quarter", "in this pack", "now", "change", "why")
MOST = 14
GONE = "gone"


def compute_today(
    pack: Pack,
    cursor: duckdb.DuckDBPyConnection,
    build_id: str,
    restatements: Iterable[Restatement] = (),
) -> Today:
    """Every number of the pack by its definition of today, and a slide of those that differ.

    A number that no longer is (its metric, segment or quarter is gone) has no value and the reason
    "gone". restatements: what the ledger knows of quarters in total, for the causes.
    """
    metrics = load_metrics()
    starts = {record.period_start for record in pack.numbers}
    quarters = [
        each for each in list_periods(cursor, "quarter") if each.start in starts and each.is_closed
    ]
    found = read_numbers(cursor, metrics, quarters) if quarters else ()
    known = {key_of(each): each for each in found}
    numbers = tuple(known.get(key_of(each)) or _mark_gone(each) for each in pack.numbers)
    pairs = [
        (then, now) for then, now in zip(pack.numbers, numbers, strict=True) if is_other(then, now)
    ]
    row = cursor.execute("select as_of from build_info").fetchone()
    as_of = row[0] if row else pack.as_of
    causes = _Causes(pack, metrics, restatements)
    slide = _make_slide(pack, pairs, causes, build_id, as_of, _list_settings(pack, cursor))
    return Today(build_id, as_of, numbers, slide, len(pairs))


class _Causes:
    """Why a number differs: its definition, else what the ledger says of it since the pack."""

    def __init__(
        self, pack: Pack, metrics: Mapping[str, Metric], restatements: Iterable[Restatement]
    ) -> None:
        self.labels = {each.metric: each.label for each in pack.definitions}
        self.first_month = int(pack.settings.get("fiscal_year_first_month", "1"))
        hashes = {name: hash_definition(metric) for name, metric in metrics.items()}
        self.redefined = {
            each.metric: f"definition changed (version {each.version} to {metrics[each.metric].version})"
            for each in pack.definitions
            if each.metric in hashes and each.hash != hashes[each.metric]
        }
        self.restated = {
            (each.metric, each.period_start, each.member): each
            for each in restatements
            if each.restated_at > pack.frozen_at
        }

    def find(self, then: Record, now: Record) -> str:
        """In words, with the steps of the ledger where they begin at what the pack holds."""
        if now.reason == GONE:
            return "no longer in the data"
        if then.metric in self.redefined:
            return self.redefined[then.metric]
        restated = self.restated.get((then.metric, then.period_start, then.member))
        return describe_causes(restated) if restated else UNKNOWN


def _make_slide(
    pack: Pack,
    pairs: Sequence[tuple[Record, Record]],
    causes: _Causes,
    build_id: str,
    as_of: date,
    settings: Sequence[str],
) -> Slide:
    totals = sorted(
        (pair for pair in pairs if pair[0].dimension is None), key=lambda pair: _rank(pack, *pair)
    )
    counts = (
        Cell(len(pack.numbers), "count"),
        Cell(len(pairs), "count"),
        Cell(len(totals), "count"),
    )
    told = list(counts)
    subtitle = (
        f"Pack {pack.name}: build {pack.build_id}, as of {format_date(pack.as_of)};"
        f" now: build {build_id}, as of {format_date(as_of)}"
    )
    title = f"All {len(pack.numbers):,} numbers of this pack are the same today"
    if pairs:
        title = f"{len(pairs):,} of the {len(pack.numbers):,} numbers of this pack would be others today"
    if totals and totals[0][0].metric in HEADLINES:
        title += f": {_describe_first(pack, totals[0], causes, told)}"
    rest = len(totals) - MOST
    lines = [
        f"Shown are {min(MOST, len(totals)):,} of {len(totals):,} in total, headlines first; the other"
        f" {len(pairs) - len(totals):,} are by dimension." if totals else "",
        f"Settings that are others now: {'; '.join(settings)}." if settings else "",
    ]  # fmt: skip
    told += [Cell(min(MOST, len(totals)), "count"), Cell(len(pairs) - len(totals), "count")]
    rows = tuple(_row(pack, *pair, causes) for pair in (totals[:MOST] if rest > 0 else totals))
    table = Table("today", "What these numbers would be now", HEADINGS, rows) if rows else None
    return Slide(
        "today", "table" if table else "text", title, subtitle, tuple(line for line in lines if line),
        table=table, told=tuple(told), notes=(subtitle, "The numbers of the pack itself are not changed."),
    )  # fmt: skip


def _describe_first(
    pack: Pack, pair: tuple[Record, Record], causes: _Causes, told: list[Cell]
) -> str:
    """'customer churn of Q3 2026 3.4 % in place of 3.1 %'."""
    then, now = pair
    told += [Cell(each.value, each.unit) for each in pair]
    old, new = (
        format_value(None if each.value is None else float(each.value), each.unit, pack.currency)
        for each in pair
    )
    name = label_period("quarter", then.period_start, causes.first_month)
    return f"{HEADLINES[now.metric]} of {name} {new} in place of {old}"


def _row(pack: Pack, then: Record, now: Record, causes: _Causes) -> tuple[Cell, ...]:
    member = f", {then.member.replace('_', ' ')}" if then.member else ""
    change = subtract(then.value, now.value)
    origin = Origin(now.metric, now.grain, now.period_start, member=now.member)
    return (
        Cell(f"{causes.labels.get(then.metric, then.metric)}{member}"),
        Cell(label_period("quarter", then.period_start, causes.first_month)),
        Cell(then.value, then.unit, reason=None if then.value is not None else "not known then"),
        Cell(
            now.value, now.unit, reason=None if now.value is not None else "none now",
            origin=None if now.reason == GONE else origin,
        ),
        Cell(change, then.unit, is_change=True, reason=None if change is not None else "one is missing"),
        Cell(causes.find(then, now)),
    )  # fmt: skip


def _list_settings(pack: Pack, cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """'gross_margin 0.8, now 0.75': those that the published build was made with and the pack was not."""
    now = dict(cursor.execute("select key, value from setting_values order by key").fetchall())
    return [
        f"{key} {pack.settings.get(key) or 'empty'}, now {value or 'empty'}"
        for key, value in now.items()
        if pack.settings.get(key, "") != str(value)
    ]


def _rank(pack: Pack, then: Record, now: Record) -> tuple[bool, int, int, int]:
    is_alike = reads_alike(then.value, now.value, then.unit, pack.currency)
    return rank_change(then.metric, then.period_start, is_alike)


def _mark_gone(record: Record) -> Record:
    return replace(
        record, value=None, numerator=None, denominator=None, low=None, high=None, reason=GONE
    )
