"""The command line: build, map, show, explain, customers, check. Thin: the layers below answer.

Exit status 0; 1 where a check failed; 2 for wrong use or input that cannot be used.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from analyses.formats import format_range, format_value
from analyses.restated import describe_causes, describe_restated
from exports import definitions, tables
from ledger.as_known import Asked, recall
from ledger.freeze import freeze
from ledger.restated import Key, NotFrozen, Restatement, read_restated
from metrics.basis import basis_of
from metrics.customers import COLUMNS as CUSTOMER_COLUMNS
from metrics.customers import list_customers
from metrics.engine import COLUMNS, Record, evaluate, missing_tables
from metrics.freshness import describe_silence, find_silences, silences_of
from metrics.periods import list_periods
from metrics.reasons import REASONS
from metrics.registry import Metric, find_metric, load_metrics
from warehouse.bridges import describe_bridges
from warehouse.build import build
from warehouse.check import describe_verdict, run_checks
from warehouse.errors import CheckFailed, StandingError
from warehouse.home import HOME, given_folder, shown_folder, target_folder
from warehouse.loads import known_on
from warehouse.mapping.draft import write_mapping
from warehouse.mapping.guess import guess
from warehouse.mapping.look import look_at
from warehouse.mapping.summary import build_command, describe, refuse_without_customers
from warehouse.publish import open_published, published_build_id, unreadable
from warehouse.settings import load_settings

DAY = timedelta(days=1)
MAP = "Look at an unknown export, guess what is what, and write a draft mapping."
SHOWN = ("metric", "period_start", "breakdown", "member", "value", "counts", "interval", "note")


class Parser(argparse.ArgumentParser):
    """Answers wrong use with one sentence in place of the usage text."""

    def error(self, message: str) -> NoReturn:
        raise StandingError(f"{message[0].upper()}{message[1:]}; see `python {self.prog} --help`.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # The same bytes on every system: UTF-8, and line ends as we write them.
            stream.reconfigure(encoding="utf-8", newline="")
    try:
        given = make_parser().parse_args(arguments)
        settle_warehouse(given)
        given.run(given)
        sys.stdout.flush()
    except CheckFailed as error:
        return fail(error, 1)
    except StandingError as error:
        return fail(error, 2)
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return fail("Stopped.", 130)
    return 0


def fail(message: object, status: int) -> int:
    print(tables.clean(str(message)), file=sys.stderr)
    return status


def settle_warehouse(given: argparse.Namespace) -> None:
    """Keep the sample apart: built by its path it has its own folder, and it is read while nothing else is there."""
    if given.command == "map":
        return
    if given.command == "build" and given.exports:
        if given.warehouse == HOME:
            given.warehouse = target_folder(given.exports)
    else:
        given.warehouse = shown_folder(given.warehouse)


def make_parser() -> Parser:
    parser = Parser(prog="cli.py", description="Where your company stands with its customers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], None], text: str) -> Parser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument(
            "--warehouse", type=Path, metavar="DIR",
            default=given_folder(),
            help="folder of the built warehouse (default: %(default)s)",
        )  # fmt: skip
        return command

    command = add("build", run_build, "Read an export and publish its warehouse.")
    command.add_argument(
        "exports", type=Path, nargs="?", metavar="EXPORTS",
        help="folder or ZIP of CSV files; without it the newest loads are built again",
    )  # fmt: skip
    command.add_argument(
        "--delta", action="store_true", help="the export holds only what changed since the last"
    )
    command.add_argument(
        "--known-on",
        type=read_date,
        metavar="DATE",
        help="the day of an export that is loaded late",
    )
    command.add_argument("--as-of", type=read_date, metavar="DATE", help="last complete day")
    command.add_argument("--source", type=Path, metavar="FOLDER", help="a mapping of your own")
    command.add_argument("--settings", type=Path, metavar="FILE", help="instead of settings.toml")

    command = commands.add_parser("map", help=MAP, description=MAP)
    command.set_defaults(run=run_map)
    command.add_argument("exports", type=Path, metavar="EXPORTS", help="folder or ZIP of files")
    command.add_argument(
        "--out", type=Path, metavar="FOLDER", required=True, help="new folder for the mapping"
    )

    command = add(
        "show", run_show, "Show metrics of the last closed period, or of those asked for."
    )
    command.add_argument("metrics", nargs="*", metavar="METRIC", help="ids; all when left out")
    add_periods(command).add_argument("--last", type=int, metavar="N", help="last N closed periods")
    command.add_argument("--by", metavar="DIMENSION", help="break down, for example by segment")
    command.add_argument(
        "--as-known-on", type=read_date, metavar="DATE",
        help="as it was reported by the end of that day, whatever became known since",
    )  # fmt: skip
    add_format(command)

    command = add("explain", run_explain, "Say how a metric is defined and computed.")
    command.add_argument("metric", metavar="METRIC")

    command = add("customers", run_customers, "List the customers behind the tiers of a period.")
    command.add_argument(
        "--tier", metavar="TIER", help="only those of one tier; or new, reactivated, churned"
    )
    command.add_argument("--moved", action="store_true", help="only those whose tier changed")
    add_periods(command)
    add_format(command)

    add("check", run_check, "Check the promises of the published data.")
    return parser


def add_periods(command: Parser) -> Any:
    """Add --grain and --period; return the group of options that exclude --period."""
    command.add_argument("--grain", default="week", help="week, month, quarter or year")
    group = command.add_mutually_exclusive_group()
    group.add_argument("--period", type=read_date, metavar="DATE", help="first day of a period")
    return group


def add_format(command: Parser) -> None:
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")


def read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not a date, write it like 2026-11-09"
        raise argparse.ArgumentTypeError(message) from error


def run_build(given: argparse.Namespace) -> None:
    def progress(message: str) -> None:
        print(tables.clean(message), file=sys.stderr, flush=True)

    settings = load_settings(given.settings)
    if not given.exports and (given.delta or given.known_on or given.source):
        raise StandingError(
            "--delta, --known-on and --source say what an export is: give EXPORTS too."
        )
    missed = published_build_id(given.warehouse)
    report = build(
        given.exports, given.warehouse, settings, given.as_of, progress,
        source=given.source, is_delta=given.delta,
        known_at=known_on(given.known_on, settings.time_zone) if given.known_on else None,
    )  # fmt: skip
    sys.stdout.write(tables.clean(report.to_text()) + "\n")
    with read_published(given.warehouse) as connection:
        for line in off_lines(connection):
            print(line)
    sys.stdout.flush()
    frozen = freeze(given.warehouse, progress, missed=missed)
    print(
        f"Frozen in the ledger: {frozen.numbers:,} new or changed numbers of closed periods,"
        f" {frozen.restatements:,} of them restated."
    )


def off_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Which metrics are off for want of which table, one line a table."""
    off: dict[str, list[str]] = {}
    for metric in load_metrics().values():
        for table in missing_tables(connection.cursor(), metric):
            off.setdefault(table, []).append(metric.id)
    return [f"Off without {table}: {', '.join(names)}" for table, names in sorted(off.items())]


def run_map(given: argparse.Namespace) -> None:
    with closing(look_at(given.exports)) as look:
        mapping = guess(look)
        print(tables.clean(describe(look, mapping)))
        refuse_without_customers(mapping)
    written = write_mapping(mapping, given.out)
    names = ", ".join(path.name for path in written)
    print(tables.clean(f"Written to {given.out}: {names}. Read it, answer its questions, then:"))
    print(tables.clean(build_command(given.exports, given.out)))


@contextmanager
def read_published(warehouse: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """The published build; what is wrong with it is said on standard error."""
    opened = open_published(warehouse)
    with closing(opened.connection) as connection:
        if opened.problem:
            print(tables.clean(opened.problem), file=sys.stderr)
        try:
            yield connection
        except duckdb.Error as error:
            raise unreadable(opened.path, error) from None


def run_show(given: argparse.Namespace) -> None:
    metrics = load_metrics()
    names = dict.fromkeys(given.metrics or metrics)
    chosen = [find_metric(metrics, name) for name in names]
    last = 1 if given.last is None and given.period is None else given.last
    if given.as_known_on:
        asked = Asked(chosen, given.grain, given.by, given.period, last)
        known = recall(given.warehouse, given.as_known_on, asked)
        print(tables.clean(known.origin), file=sys.stderr)
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
        print(tables.clean(str(error)), file=sys.stderr)
        return {}


def run_explain(given: argparse.Namespace) -> None:
    metric = find_metric(load_metrics(), given.metric)
    settings, basis = None, None
    # A definition can be read before anything is built.
    with suppress(StandingError), read_published(given.warehouse) as connection:
        settings, basis = read_settings(connection), basis_of(connection.cursor(), metric)
    sys.stdout.write(definitions.to_text(metric, settings, basis))


def run_customers(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        rows = list_customers(
            connection.cursor(), tier=given.tier, moved=given.moved, period=given.period,
            grain=given.grain,
        )  # fmt: skip
    if given.format == "table":
        rows = [
            {**row, "mrr": None if row["mrr"] is None else f"{row['mrr']:,.2f}"} for row in rows
        ]
    write(rows, CUSTOMER_COLUMNS, given.format, right=("mrr",))


def run_check(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        results = run_checks(connection.cursor())
        bridges = describe_bridges(connection.cursor())
    for line in [*(result.to_text() for result in results), *bridges, describe_verdict(results)]:
        print(tables.clean(line))
    broken = [each.name for each in results if each.is_broken and each.severity == "error"]
    if broken:
        raise CheckFailed(f"{len(broken)} of {len(results)} checks failed: {', '.join(broken)}.")


def write(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], kind: str, right: Sequence[str] = ()
) -> None:
    """Write rows to standard output in one of the formats of --format."""
    if kind == "json":
        sys.stdout.write(tables.to_json(rows, columns))
    elif kind == "csv":
        sys.stdout.write(tables.to_csv(rows, columns))
    else:
        sys.stdout.write(tables.to_text(rows, columns, right))


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


def missing_lines(connection: duckdb.DuckDBPyConnection, metrics: Sequence[Metric]) -> list[str]:
    """What to do about tables that the export lacks, one line a table."""
    absent = {name for metric in metrics for name in missing_tables(connection.cursor(), metric)}
    return [
        f"This export has no {name}: add it, or map it in warehouse/sources/<crm>/{name}.sql."
        for name in sorted(absent)
    ]


def silence_lines(
    connection: duckdb.DuckDBPyConnection, metrics: Sequence[Metric], records: Sequence[Record]
) -> list[str]:
    """Which of the shown numbers need a table that has gone silent, one line a table."""
    if not records:
        return []
    newest = max(records, key=lambda record: record.period_start)
    periods = list_periods(connection.cursor(), newest.grain)
    last_day = next(each.end for each in periods if each.start == newest.period_start) - DAY
    silences = find_silences(connection.cursor())
    lines: list[str] = []
    for silence in silences:
        reading = [each.id for each in metrics if silences_of([silence], each, last_day)]
        if reading:
            named = ", ".join(reading[:3]) + (
                f" and {len(reading) - 3} more" if len(reading) > 3 else ""
            )
            lines.append(
                f"Beware: {describe_silence(silence)} ({silence.age_days} days, longer than ever in"
                f" the year before): {named} may be too low."
            )
    return lines


def read_settings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The settings that the build used, the currency that it settled on among them."""
    rows = connection.cursor().execute(
        "select key, value from setting_values"
        " union all select 'reporting_currency', reporting_currency from build_info"
    )
    return dict(rows.fetchall())


if __name__ == "__main__":
    sys.exit(main())
