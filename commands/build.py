"""`build`: read an export, publish its warehouse and freeze what closed."""

import argparse
import sys
from pathlib import Path

import duckdb

from commands.output import warn
from commands.parser import Commands, add_warehouse, read_date
from commands.published import read_published
from exports import tables
from ledger.freeze import freeze
from metrics.engine import missing_tables
from metrics.registry import load_metrics
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.kept.loads import known_on
from warehouse.publish import published_build_id
from warehouse.settings import load_settings


def add(commands: Commands) -> None:
    command = commands.add("build", run, "Read an export and publish its warehouse.")
    add_warehouse(command)
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


def run(given: argparse.Namespace) -> None:
    settings = load_settings(given.settings)
    if not given.exports and (given.delta or given.known_on or given.source):
        raise StandingError(
            "--delta, --known-on and --source say what an export is: give EXPORTS too."
        )
    missed = published_build_id(given.warehouse)
    report = build(
        given.exports, given.warehouse, settings, given.as_of, warn,
        source=given.source, is_delta=given.delta,
        known_at=known_on(given.known_on, settings.time_zone) if given.known_on else None,
    )  # fmt: skip
    sys.stdout.write(tables.clean(report.to_text()) + "\n")
    with read_published(given.warehouse) as connection:
        for line in off_lines(connection):
            print(line)
    sys.stdout.flush()
    frozen = freeze(given.warehouse, warn, missed=missed)
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
