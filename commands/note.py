"""`note`: what people write beside a number of a period: add, list, withdraw."""

import argparse
from dataclasses import asdict

from commands.output import warn, write
from commands.parser import Commands, Parser, add_format, add_warehouse, read_date
from commands.published import find_closed, read_published
from ledger.notes import KINDS, NoteRow, add_note, list_notes, withdraw_note
from metrics.periods import list_periods, select_periods
from metrics.registry import find_metric, load_metrics
from warehouse.errors import StandingError

TEXT = "Write a note beside a number of a period; without a text, list the notes."
COLUMNS = tuple(NoteRow.__dataclass_fields__)


def add(commands: Commands) -> None:
    command = commands.add("note", run, TEXT)
    add_warehouse(command)
    command.add_argument("metric", nargs="?", metavar="METRIC", help="id of the number")
    command.add_argument("text", nargs="?", metavar="TEXT", help="what to write beside it")
    command.add_argument("--kind", choices=KINDS, default=KINDS[0], help="default: %(default)s")
    add_number(command)
    command.add_argument(
        "--withdraw", type=int, metavar="NOTE", help="take back the note of this number"
    )
    add_format(command)


def add_number(command: Parser) -> None:
    """Add the period of a number, and the name of who writes."""
    command.add_argument("--grain", help="week (when writing, the default), month, quarter or year")
    command.add_argument(
        "--period", type=read_date, metavar="DATE",
        help="first day of the period; when writing, the last closed one by default",
    )  # fmt: skip
    command.add_argument("--by", metavar="NAME", help="your name")


def run(given: argparse.Namespace) -> None:
    if given.withdraw is not None:
        withdraw_note(given.warehouse, given.withdraw, given.by or "")
        warn(f"Note {given.withdraw} is withdrawn.")
    elif given.text is not None:
        _add(given)
    else:
        _list(given)


def _add(given: argparse.Namespace) -> None:
    metric = find_metric(load_metrics(), given.metric)
    grain = given.grain or "week"
    with read_published(given.warehouse) as connection:
        if given.period is None:
            period = find_closed(connection, grain, None)
        else:
            # A note may stand beside a period that is still open.
            (period,) = select_periods(list_periods(connection.cursor(), grain), given.period)
    start = period.start
    number = add_note(
        given.warehouse, metric.id, grain, start, given.kind, given.by or "", given.text
    )
    is_open = "" if period.is_closed else f" The {grain} is not over: its number may still change."
    warn(f"Note {number} stands beside {metric.id}, {grain} {start}.{is_open}")


def _list(given: argparse.Namespace) -> None:
    if given.by or given.kind != KINDS[0]:
        raise StandingError(
            "There is nothing to write: give METRIC and TEXT, or leave out --by and --kind."
        )
    name = find_metric(load_metrics(), given.metric).id if given.metric else None
    notes = list_notes(given.warehouse, name, given.grain, given.period)
    rows = [asdict(each) for each in notes]
    if given.format == "table":
        rows = [{**row, "text": " ".join(row["text"].split())} for row in rows]
    write(rows, COLUMNS, given.format)
