"""`present`: a board pack as one HTML file that is shown full screen."""

import argparse

from commands.packed import add_pack, read_given, write_file
from commands.parser import Commands
from exports.presentation import to_presentation

TEXT = "Write a board pack as one HTML file, shown full screen without a server or a network."


def add(commands: Commands) -> None:
    add_pack(commands.add("present", run, TEXT), ".html", ".htm")


def run(given: argparse.Namespace) -> None:
    pack, today = read_given(given)
    write_file(given.out, to_presentation(pack, today).encode())
    print(f"Wrote the pack {pack.name} to {given.out}.")
