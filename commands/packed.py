"""What the commands share that make a file of a board pack."""

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from analyses.board.document import Pack, Today
from analyses.board.freeze import read_frozen, read_today
from commands.output import warn
from commands.parser import Parser, add_warehouse
from warehouse.errors import StandingError


def add_pack(command: Parser, *endings: str) -> None:
    """Add --warehouse, --pack and --out, the name of a file that ends in one of the endings."""
    add_warehouse(command)
    command.add_argument("--pack", metavar="NAME", help="name of the pack; the newest by default")
    command.add_argument(
        "--out", type=read_out(*endings), metavar="FILE", required=True,
        help=f"file to write, {' or '.join(endings)}",
    )  # fmt: skip


def read_out(*endings: str) -> Callable[[str], Path]:
    """A reader of the name of a file to write, which has one of the endings or none: under a wrong one another
    program would open the file, and call it broken."""

    def read(text: str) -> Path:
        path = Path(text)
        if path.suffix and path.suffix.lower() not in endings:
            message = (
                f"{text} would not be what its name says, give it a name in {' or '.join(endings)}"
            )
            raise argparse.ArgumentTypeError(message)
        return path

    return read


def read_given(given: argparse.Namespace) -> tuple[Pack, Today | None]:
    """The pack asked for, and what its numbers would be now where a build that can be read is published.

    Raises StandingError where there is no such pack.
    """
    pack = read_frozen(given.warehouse, given.pack)
    try:
        return pack, read_today(given.warehouse, pack)
    except StandingError as error:
        # A frozen pack needs no build: only the comparison does.
        warn(f"What the numbers would be now is left out. {error}")
        return pack, None


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in place of the one that may be there.

    Raises StandingError where it cannot be written.
    """
    if not path.parent.is_dir():
        raise StandingError(f"There is no folder {path.parent}: make it, or name another file.")
    written: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        written = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # What a new file of this user may be read by; mkstemp's is its owner's alone.
        written.chmod(0o666 & ~_umask())
        written.replace(path)
    except OSError as error:
        if written is not None:
            with contextlib.suppress(OSError):
                written.unlink()
        raise StandingError(f"{path} cannot be written ({error.strerror}).") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
