"""`show`: the numbers of a period, each with counts, interval, change and what restated it."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from analyses.changes import AGAINST, compute_changes
from analyses.grounds import collect_grounds, list_counting
from analyses.lifetime.assumptions import Assumptions, describe_assumed, find_assumptions
from commands.lacking import floor_lines, missing_lines, silence_lines, start_lines, tenure_lines
from commands.output import warn, write
from commands.parser import Commands, add_format, add_periods, add_warehouse, read_date
from commands.published import read_published, read_settings
from commands.shown import ASSUMED, CHANGED, SHOWN, Answer, to_fields, to_rows
from ledger.as_known import Asked, recall
from ledger.restated import Key, NotFrozen, Restatement, read_restated
from metrics.engine import COLUMNS, Record, evaluate
from metrics.periods import list_periods
from metrics.registry import Metric, find_metric, load_metrics
from warehouse.errors import StandingError
from warehouse.publish import published_build_id

OTHER = "those of the settings of then, which differ from those of now"
TEXT = "Show metrics of the last closed period, or of those asked for."


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
    command.add_argument(
        "--against", choices=AGAINST,
        help="add the change since the period before, or since the same a year before",
    )  # fmt: skip
    add_format(command)


def run(given: argparse.Namespace) -> None:
    metrics = load_metrics()
    names = dict.fromkeys(given.metrics or metrics)
    chosen = [find_metric(metrics, name) for name in names]
    with read_published(given.warehouse) as connection:
        answer = find_answer(given, connection, chosen)
        if given.format != "table":
            changed = CHANGED if given.against else ()
            columns = (*COLUMNS, *changed, *((ASSUMED,) if answer.assumed else ()))
            write(list(to_fields(answer)), columns, given.format)
            return
        right = ("value", "counts", "interval", "change")
        write(list(to_rows(answer)), SHOWN, "table", right=right)
        for line in group_assumed(answer.assumed):
            print(line)
        if not given.as_known_on:
            lines = silence_lines(connection, chosen, answer.records)
            lines += tenure_lines(connection, chosen, answer.records)
            lines += floor_lines(connection, answer.records, given.by, answer.currency)
            lines += start_lines(connection, answer.records, given.by, answer.currency)
            for line in missing_lines(connection, chosen) + lines:
                print(line)


def find_answer(
    given: argparse.Namespace, connection: duckdb.DuckDBPyConnection, chosen: Sequence[Metric]
) -> Answer:
    """The records asked for, with what the options add to them."""
    settings = read_settings(connection)
    minimum = float(settings["minimum_denominator"])
    catalogue = load_metrics()
    names = [metric.id for metric in chosen]
    every = [*chosen, *(catalogue[name] for name in list_counting(names))]
    last = 1 if given.last is None and given.period is None else given.last
    assumptions: Assumptions | None = find_assumptions(connection.cursor())
    if given.as_known_on:
        asked = Asked(every, given.grain, given.by, given.period, last)
        known = recall(given.warehouse, given.as_known_on, asked)
        warn(known.origin)
        found, currency = known.records, known.currency
        assumptions = None if known.has_own_settings else assumptions
    else:
        found = ask(given, connection, every, period=given.period, last=last)
        currency = settings["reporting_currency"]
    records = [record for record in found if record.metric in names]
    grounds, changes = collect_grounds(found, minimum), []
    if given.against:
        before = find_earlier_records(given, connection, every)
        changes = compute_changes(
            catalogue, records, before, list_periods(connection.cursor(), given.grain),
            given.against, collect_grounds([*before, *found], minimum),
        )  # fmt: skip
    is_now = given.format == "table" and not given.as_known_on
    restated = find_restated(given) if is_now else None
    assumed = find_assumed(chosen, assumptions)
    return Answer(chosen, records, currency, grounds, changes, restated, assumed)


def find_assumed(chosen: Sequence[Metric], assumptions: Assumptions | None) -> dict[str, str]:
    """The assumptions of each metric that rests on some, by its id."""
    now = assumptions or Assumptions(0, 0, 0)
    found = {metric.id: describe_assumed(metric, now) for metric in chosen}
    return {name: text if assumptions else OTHER for name, text in found.items() if text}


def group_assumed(assumed: Mapping[str, str]) -> list[str]:
    """'Assumptions of ltv_km: ...', one line a text."""
    names: dict[str, list[str]] = {}
    for name, text in assumed.items():
        names.setdefault(text, []).append(name)
    return [f"Assumptions of {', '.join(each)}: {text}." for text, each in names.items()]


def ask(
    given: argparse.Namespace,
    connection: duckdb.DuckDBPyConnection,
    chosen: Sequence[Metric],
    **periods: Any,
) -> list[Record]:
    """The records of the published build."""
    return [
        record
        for metric in chosen
        for record in evaluate(
            connection.cursor(), metric, grain=given.grain, breakdown=given.by, **periods
        )
    ]


def find_earlier_records(
    given: argparse.Namespace, connection: duckdb.DuckDBPyConnection, chosen: Sequence[Metric]
) -> list[Record]:
    """Those that may be compared with: all closed periods, as they are known or were known."""
    if given.as_known_on:
        every = Asked(chosen, given.grain, given.by, None, None)
        return recall(given.warehouse, given.as_known_on, every).records
    return ask(given, connection, chosen)


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
