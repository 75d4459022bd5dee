"""`brief`: the weekly review as a file for those who do not open the dashboard."""

import argparse
from pathlib import Path

from commands.briefed import read_brief
from commands.packed import write_file
from commands.parser import Commands, add_warehouse, add_week
from exports.brief import to_brief

TEXT = "Write the weekly review as one HTML file that prints to two pages."


def add(commands: Commands) -> None:
    command = commands.add("brief", run, TEXT)
    add_warehouse(command)
    add_week(command)
    command.add_argument(
        "--out", type=Path, metavar="FILE", required=True, help="file to write, such as brief.html"
    )


def run(given: argparse.Namespace) -> None:
    brief = read_brief(given.warehouse, given.week)
    write_file(given.out, to_brief(brief).encode())
