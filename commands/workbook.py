"""`workbook`: a board pack as an XLSX file, its numbers as numbers and its budget cases as live formulas."""

import argparse

from commands.packed import add_pack, read_given, write_file
from commands.parser import Commands

TEXT = "Write a board pack as a workbook (XLSX): every number with its definition, budget cases as formulas."


def add(commands: Commands) -> None:
    add_pack(commands.add("workbook", run, TEXT), ".xlsx")


def run(given: argparse.Namespace) -> None:
    # A fifth of a second to import, which no other command need wait for.
    from exports.workbook import to_workbook

    pack, today = read_given(given)
    write_file(given.out, to_workbook(pack, today))
    print(f"Wrote {given.out}: the pack {pack.name}, {len(pack.numbers):,} numbers.")
