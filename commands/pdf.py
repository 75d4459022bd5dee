"""`pdf`: a board pack, or the brief of a week, as PDF."""

import argparse

from commands.briefed import read_brief
from commands.packed import add_pack, read_given, write_file
from commands.parser import Commands, add_week
from exports.pdf import brief_to_pdf, pack_to_pdf
from warehouse.errors import StandingError

TEXT = "Write a board pack as PDF, or with --brief the weekly review: no browser, no network."


def add(commands: Commands) -> None:
    command = commands.add("pdf", run, TEXT)
    add_pack(command)
    command.add_argument("--brief", action="store_true", help="the brief of a week instead")
    add_week(command)


def run(given: argparse.Namespace) -> None:
    if given.week and given.pack:
        raise StandingError("--week is of the brief and --pack of a pack: give one of them.")
    if given.brief or given.week:
        brief = read_brief(given.warehouse, given.week)
        write_file(given.out, brief_to_pdf(brief))
        print(f"Wrote the brief of {brief.name} to {given.out}.")
        return
    pack, today = read_given(given)
    write_file(given.out, pack_to_pdf(pack, today))
    print(f"Wrote the pack {pack.name} to {given.out}.")
