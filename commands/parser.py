"""What the commands share of reading their options."""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from warehouse.errors import StandingError
from warehouse.home import given_folder

FORMATS = ("table", "json", "csv")


class Parser(argparse.ArgumentParser):
    """Answers wrong use with one sentence in place of the usage text."""

    def error(self, message: str) -> NoReturn:
        raise StandingError(f"{message[0].upper()}{message[1:]}; see `python {self.prog} --help`.")


class Commands:
    """The commands of one program, each added by its own file."""

    def __init__(self, parser: Parser) -> None:
        self._added = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(self, name: str, run: Callable[[argparse.Namespace], None], text: str) -> Parser:
        """Add a command that answers by `run`; its options are added to what this returns."""
        command = self._added.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command


def add_warehouse(command: Parser) -> None:
    """Add --warehouse, for a command that reads or writes one."""
    command.add_argument(
        "--warehouse", type=Path, metavar="DIR",
        default=given_folder(),
        help="folder of the built warehouse (default: %(default)s)",
    )  # fmt: skip


def add_periods(command: Parser) -> Any:
    """Add --grain and --period; return the group of options that exclude --period."""
    command.add_argument("--grain", default="week", help="week, month, quarter or year")
    group = command.add_mutually_exclusive_group()
    group.add_argument("--period", type=read_date, metavar="DATE", help="first day of a period")
    return group


def add_quarter(command: Parser) -> None:
    """Add --period, for a command that looks back from the end of a quarter."""
    command.add_argument(
        "--period", type=read_date, metavar="DATE",
        help="first day of a closed quarter; the last by default",
    )  # fmt: skip


def add_week(command: Parser) -> None:
    """Add --week, for a command that shows one closed week."""
    command.add_argument(
        "--week", type=read_week, metavar="WEEK",
        help="a closed week, as 2026-W46 or its Monday; the last by default",
    )  # fmt: skip


def add_format(command: Parser) -> None:
    command.add_argument("--format", choices=FORMATS, default="table")


def read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not a date, write it like 2026-11-09"
        raise argparse.ArgumentTypeError(message) from error


def read_week(text: str) -> date:
    """The Monday of an ISO week (2026-W46), or the day itself."""
    try:
        return (
            datetime.strptime(f"{text}-1", "%G-W%V-%u").date() if "W" in text else read_date(text)
        )
    except (ValueError, argparse.ArgumentTypeError) as error:
        message = f"{text!r} is no week, write it like 2026-W46 or as its Monday, 2026-11-09"
        raise argparse.ArgumentTypeError(message) from error
