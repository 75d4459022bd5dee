"""`show`: the numbers of a period, each with its counts, its interval and what restated it."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from analyses.formats import format_range, format_value
from analyses.restated import describe_causes, describe_restated
from commands.lacking import missing_lines, silence_lines
from commands.output import warn, write
from commands.parser import Commands, add_format, add_periods, add_warehouse, read_date
from commands.published import read_published, read_settings
from ledger.as_known import Asked, recall
from ledger.restated import Key, NotFrozen, Restatement, read_restated
from metrics.engine import COLUMNS, Record, evaluate
from metrics.reasons import REASONS
from metrics.registry import find_metric, load_metrics
from warehouse.errors import StandingError
from warehouse.publish import published_build_id

TEXT = "Show metrics of the last closed period, or of those asked for."
SHOWN = ("metric", "period_start", "breakdown", "member", "value", "counts", "interval", "note")


def add(commands: Commands) -> None:
    command = commands.add("show", run, TEXT)
    add_warehouse(command)
    command.add_argument("metrics", nargs="*", metavar="METRIC", help="ids; all when left out")
    add_periods(command).add_argument("--last", type=int, metavar="N", help="last N closed periods")
    command.add_argument("--by", metavar="DIMENSION", help="break down, for example by segment")
    command.add_argument(
        "--as-known-on", type=read_date, metavar="DATE",
        help="as it was reported by the end of that day, whatever became known since",
    )  # fmt: skip
    add_format(command)


def run(given: argparse.Namespace) -> None:
    metrics = load_metrics()
    names = dict.fromkeys(given.metrics or metrics)
    chosen = [find_metric(metrics, name) for name in names]
    last = 1 if given.last is None and given.period is None else given.last
    if given.as_known_on:
        asked = Asked(chosen, given.grain, given.by, given.period, last)
        known = recall(given.warehouse, given.as_known_on, asked)
        warn(known.origin)
        show_records(known.records, known.currency, given.format)
        return
    with read_published(given.warehouse) as connection:
        records = [
            record
            for metric in chosen
            for record in evaluate(
                connection.cursor(), metric, grain=given.grain, breakdown=given.by,
                period=given.period, last=last,
            )
        ]  # fmt: skip
        if given.format != "table":
            show_records(records, "", given.format)
            return
        currency = read_settings(connection)["reporting_currency"]
        restated = find_restated(given)
        show_records(records, currency, "table", restated)
        for line in missing_lines(connection, chosen) + silence_lines(connection, chosen, records):
            print(line)


def show_records(
    records: Sequence[Record],
    currency: str,
    kind: str,
    restated: Mapping[Key, Restatement] | None = None,
) -> None:
    """Write records in one of the formats of --format; a table says what was restated."""
    if kind != "table":
        write([record.to_dict() for record in records], COLUMNS, kind)
        return
    rows = [to_row(record, currency) for record in records]
    for record, row in zip(records, rows, strict=True):
        key = (record.metric, record.breakdown, record.member, record.period_start)
        if found := (restated or {}).get(key):
            told = f"{describe_restated(found, currency)} ({describe_causes(found)})"
            row["note"] = "; ".join(filter(None, (row["note"], told)))
    write(rows, SHOWN, "table", right=("value", "counts", "interval"))


def find_restated(given: argparse.Namespace) -> Mapping[Key, Restatement]:
    """What was restated of a slice; a ledger that cannot be read is said and stops nothing."""
    try:
        build_id = published_build_id(given.warehouse) or ""
        return read_restated(given.warehouse, build_id, given.grain, given.by)
    except NotFrozen:
        return {}
    except StandingError as error:
        warn(error)
        return {}


def to_row(record: Record, currency: str) -> dict[str, Any]:
    """A record as a line of the table: the value with its unit, or the reason why there is none."""
    row = record.to_dict()
    value = None if record.value is None else float(record.value)
    row["value"] = format_value(value, record.unit, currency)
    is_share = record.unit == "percent" and isinstance(record.numerator, int)
    row["counts"] = f"{record.numerator:,} of {record.denominator:,}" if is_share else None
    has_range = record.low is not None and record.high is not None
    row["interval"] = format_range(record.low, record.high, record.unit) if has_range else None
    row["note"] = "; ".join(filter(None, (REASONS.get(record.reason or ""), record.basis)))
    return row
