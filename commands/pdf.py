"""`pdf`: a board pack as PDF."""

import argparse

from commands.packed import add_pack, read_given, write_file
from commands.parser import Commands
from exports.pdf import pack_to_pdf

TEXT = "Write a board pack as PDF, without a browser or a network."


def add(commands: Commands) -> None:
    add_pack(commands.add("pdf", run, TEXT), ".pdf")


def run(given: argparse.Namespace) -> None:
    pack, today = read_given(given)
    write_file(given.out, pack_to_pdf(pack, today))
    print(f"Wrote the pack {pack.name} to {given.out}.")
