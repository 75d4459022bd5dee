"""The command line; each command is a file of `commands`.

Exit status 0; 1 where a check failed; 2 for wrong use or input that cannot be used.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from commands.output import warn
from commands.parser import Commands, Parser
from warehouse.errors import CheckFailed, StandingError
from warehouse.home import HOME, shown_folder, target_folder

# Files of `commands`, in the order of `--help`.
COMMANDS = (
    "build",
    "map",
    "show",
    "signals",
    "lifetime",
    "orders",
    "tier_value",
    "why",
    "forecast",
    "freeze",
    "packs",
    "deck",
    "present",
    "pdf",
    "workbook",
    "budget",
    "explain",
    "customers",
    "note",
    "approve",
    "brief",
    "check",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # The same bytes on every system: UTF-8, and line ends as we write them.
            stream.reconfigure(encoding="utf-8", newline="")
    try:
        asked = sys.argv[1:] if arguments is None else arguments
        given = make_parser(asked).parse_args(asked)
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
    warn(message)
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


def make_parser(asked: Sequence[str]) -> Parser:
    """With the one command that is asked for, since all of them take a second to load; else with all."""
    parser = Parser(prog="cli.py", description="Where your company stands with its customers.")
    commands = Commands(parser)
    first = asked[0].replace("-", "_") if asked else ""
    for name in (first,) if first in COMMANDS else COMMANDS:
        import_module(f"commands.{name}").add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
