"""`map`: draft a mapping of an unknown export."""

import argparse
from contextlib import closing
from pathlib import Path

from commands.parser import Commands
from exports import tables
from warehouse.mapping.draft import write_mapping
from warehouse.mapping.guess import guess
from warehouse.mapping.look import look_at
from warehouse.mapping.summary import describe, refuse_without_customers

TEXT = "Look at an unknown export, guess what is what, and write a draft mapping."


def add(commands: Commands) -> None:
    command = commands.add("map", run, TEXT)
    command.add_argument("exports", type=Path, metavar="EXPORTS", help="folder or ZIP of files")
    command.add_argument(
        "--out", type=Path, metavar="FOLDER", required=True, help="new folder for the mapping"
    )


def run(given: argparse.Namespace) -> None:
    with closing(look_at(given.exports)) as look:
        mapping = guess(look)
        print(tables.clean(describe(look, mapping)))
        refuse_without_customers(mapping)
    written = write_mapping(mapping, given.out)
    names = ", ".join(path.name for path in written)
    print(tables.clean(f"Written to {given.out}: {names}. Read it, answer its questions, then:"))
    print(tables.clean(f'python cli.py build "{given.exports}" --source "{given.out}"'))
