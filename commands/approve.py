"""`approve`: a name beneath a number of a period, which drops when the number changes."""

import argparse
from dataclasses import asdict

import duckdb

from analyses.signed import describe_state
from commands.note import add_number
from commands.output import warn, write
from commands.parser import Commands, add_format, add_warehouse
from commands.published import find_closed, open_build
from ledger.approvals import approve, list_approvals, withdraw_approval
from metrics.registry import find_metric, load_metrics
from warehouse.errors import StandingError
from warehouse.publish import Warehouse

TEXT = "Approve a number of a period by your name; without --by, list who approved what."
COLUMNS = ("metric", "grain", "period_start", "name", "approved_at", "state")


def add(commands: Commands) -> None:
    command = commands.add("approve", run, TEXT)
    add_warehouse(command)
    command.add_argument("metric", nargs="?", metavar="METRIC", help="id of the number")
    add_number(command)
    command.add_argument("--withdraw", action="store_true", help="take your approval back")
    add_format(command)


def run(given: argparse.Namespace) -> None:
    if given.metric is None and (given.by or given.withdraw):
        raise StandingError("Say which number: `python cli.py approve METRIC --by NAME`.")
    with open_build(given.warehouse) as opened:
        if given.by or given.withdraw:
            _write(given, opened)
        else:
            _list(given, opened.connection)


def _write(given: argparse.Namespace, opened: Warehouse) -> None:
    metric = find_metric(load_metrics(), given.metric)
    period = find_closed(opened.connection, given.grain or "week", given.period)
    number = f"{metric.id}, {period.grain} {period.start}"
    name = given.by or ""
    if given.withdraw:
        withdraw_approval(given.warehouse, metric.id, period.grain, period.start, name)
        warn(f"The approval of {number} is withdrawn.")
        return
    approve(
        given.warehouse, opened.cursor(), opened.build_id, metric, period.grain, period.start, name
    )
    warn(f"{number} is approved, for as long as the number stays as it is.")


def _list(given: argparse.Namespace, connection: duckdb.DuckDBPyConnection) -> None:
    metrics = load_metrics()
    name = find_metric(metrics, given.metric).id if given.metric else None
    found = list_approvals(
        given.warehouse, connection.cursor(), metrics, name, given.grain, given.period
    )
    rows = [{**asdict(each), "state": describe_state(each)} for each in found]
    write(rows, COLUMNS, given.format)
