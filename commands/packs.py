"""`packs`: the board packs that were frozen."""

import argparse
from dataclasses import asdict

from commands.output import write
from commands.parser import Commands, add_format, add_warehouse
from ledger.packs import COLUMNS, list_packs

TEXT = "List the board packs that were frozen, the newest first."


def add(commands: Commands) -> None:
    command = commands.add("packs", run, TEXT)
    add_warehouse(command)
    add_format(command)


def run(given: argparse.Namespace) -> None:
    write([asdict(each) for each in list_packs(given.warehouse)], COLUMNS, given.format)
