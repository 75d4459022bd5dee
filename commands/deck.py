"""`deck`: a board pack as a PowerPoint file."""

import argparse
from pathlib import Path

from commands.packed import add_pack, read_given, write_file
from commands.parser import Commands
from exports.deck import to_deck
from warehouse.errors import StandingError

TEXT = "Write a board pack as a PowerPoint file with native charts and speaker notes."


def add(commands: Commands) -> None:
    command = commands.add("deck", run, TEXT)
    add_pack(command, ".pptx")
    command.add_argument(
        "--template", type=Path, metavar="FILE",
        help="the company's own .pptx or .potx, whose layouts, colours and fonts are used",
    )  # fmt: skip


def run(given: argparse.Namespace) -> None:
    pack, today = read_given(given)
    write_file(given.out, to_deck(pack, today, _read_template(given.template)))
    print(f"Wrote the pack {pack.name} to {given.out}.")


def _read_template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise StandingError(f"The template {path} cannot be read ({error.strerror}).") from None
