"""`freeze`: fix the board pack of a quarter, with its numbers, definitions and what people wrote."""

import argparse

from analyses.board.freeze import Given, freeze_pack
from commands.parser import Commands, add_warehouse

TEXT = "Freeze the board pack of a closed quarter: its values, definitions, SQL and comments."


def add(commands: Commands) -> None:
    command = commands.add("freeze", run, TEXT)
    add_warehouse(command)
    command.add_argument(
        "--quarter", required=True, metavar="QUARTER", help="such as 2026Q3; closed"
    )
    command.add_argument("--title", required=True, help="of the first slide")
    command.add_argument("--name", help="of the pack; that of the quarter when left out")
    command.add_argument("--by", default="", metavar="NAME", help="who freezes it")


def run(given: argparse.Namespace) -> None:
    pack = freeze_pack(given.warehouse, Given(given.quarter, given.title, given.name, given.by))
    print(
        f"Frozen as {pack.name}: {pack.quarter} as of {pack.as_of}, {len(pack.numbers):,} numbers,"
        f" {len(pack.slides)} slides, {len(pack.definitions)} definitions."
    )
