"""The numbers that `show` found, as fields for JSON and CSV and as lines of its table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analyses.changes import Change, describe_doubt, format_change
from analyses.formats import format_range, format_value
from analyses.grounds import Grounds
from analyses.restated import describe_causes, describe_restated
from ledger.restated import Key, Restatement
from metrics.engine import Record
from metrics.reasons import REASONS
from metrics.registry import Metric

SHOWN = (
    "metric", "period_start", "breakdown", "member", "value", "counts", "interval", "change", "note",
)  # fmt: skip
ASSUMED = "assumptions"
CHANGED = ("against", "change", "change_low", "change_high", "change_reason")
# Units of numbers over customers, deals or answers.
COUNTED = ("percent", "points", "per_week", "weeks")
# A cost belongs to a month, so by week there is no number of one.
MONTHLY = "costs are by month: add --grain month, quarter or year"
WORDS = {"percent": "of", "per_week": "in"}


@dataclass(frozen=True)
class Answer:
    """changes: one a record, none where none was asked for. grounds: what counts the customers and
    deals behind the records. assumed: on which assumptions a metric's numbers rest, by its id."""

    metrics: Sequence[Metric]
    records: Sequence[Record]
    currency: str
    grounds: Grounds
    changes: Sequence[Change]
    restated: Mapping[Key, Restatement] | None
    assumed: Mapping[str, str]


def to_fields(answer: Answer) -> Iterator[dict[str, Any]]:
    """Records by the names of their fields, for JSON and CSV."""
    for place, record in enumerate(answer.records):
        fields = record.to_dict()
        if answer.changes:
            change = answer.changes[place]
            named = (change.against, change.value, change.low, change.high, change.reason)
            fields |= dict(zip(CHANGED, named, strict=True))
        if answer.assumed:
            fields[ASSUMED] = answer.assumed.get(record.metric)
        yield fields


def to_rows(answer: Answer) -> Iterator[dict[str, Any]]:
    """Records as lines of the table: value with its unit or why there is none, counts, notes."""
    metrics = {metric.id: metric for metric in answer.metrics}
    for place, record in enumerate(answer.records):
        change = answer.changes[place] if answer.changes else None
        row = to_row(record, answer.currency)
        row["change"] = format_change(change, record.unit, answer.currency) if change else None
        metric = metrics[record.metric]
        few = answer.grounds.describe(metric, record)
        is_told = record.value is None or answer.grounds.has_few(metric, record)
        doubt = describe_doubt(change) if change and not is_told else ""
        key = (record.metric, record.breakdown, record.member, record.period_start)
        found = (answer.restated or {}).get(key)
        told = (
            f"{describe_restated(found, answer.currency)} ({describe_causes(found)})"
            if found
            else ""
        )
        grains = MONTHLY if record.grain == "week" and "costs" in metric.tables else ""
        row["note"] = "; ".join(filter(None, (row["note"], grains, few, doubt, told)))
        yield row


def to_row(record: Record, currency: str) -> dict[str, Any]:
    """A record as a line of the table: the value with its unit, or the reason why there is none."""
    row = record.to_dict()
    value = None if record.value is None else float(record.value)
    row["value"] = format_value(value, record.unit, currency)
    row["counts"] = count(record)
    has_range = record.low is not None and record.high is not None
    row["interval"] = (
        format_range(record.low, record.high, record.unit, currency) if has_range else None
    )
    row["note"] = "; ".join(filter(None, (REASONS.get(record.reason or ""), record.basis)))
    return row


def count(record: Record) -> str | None:
    """'9 of 472', '9 in 472.0' for a rate of weeks, 'n = 472' where the number is no share of
    counts; None for money."""
    base = record.denominator
    if base is None or isinstance(base, Decimal) or record.unit not in COUNTED:
        return None
    of = f"{base:,}" if isinstance(base, int) else f"{base:,.1f}"
    if record.unit not in WORDS or record.numerator is None:
        return f"n = {of}"
    return (
        f"{record.numerator:,} {WORDS[record.unit]} {of}"
        if isinstance(record.numerator, int)
        else None
    )
