"""Who gets the brief: recipients.toml names them, the environment holds their addresses."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from warehouse.errors import StandingError
from warehouse.home import ROOT

RECIPIENTS = ROOT / "recipients.toml"
SERVER = "STANDING_SMTP"
KINDS = ("email", "slack", "teams")
KEYS = ("name", "kind", "address")
EXAMPLE = """[[recipient]]
name = "Executive team"
kind = "email"
address = "BRIEF_EXECUTIVES"
"""


@dataclass(frozen=True)
class Recipient:
    """variable: the environment variable that holds the address; it is read when it is needed."""

    name: str
    kind: str
    variable: str

    @property
    def address(self) -> str:
        """The address; empty where the variable is."""
        return os.environ.get(self.variable, "").strip()


def read_recipients(path: Path) -> list[Recipient]:
    """The recipients in the order of the file.

    Raises StandingError, with what to write, for a file that is not there or cannot be used.
    """
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StandingError(f"There is no {path}. Write one such as this:\n{EXAMPLE}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StandingError(f"{path} cannot be read: {error}.") from None
    rows = found.pop("recipient", None)
    if found or not isinstance(rows, list) or not rows:
        raise StandingError(
            f"{path} has no recipients, or more than those. Write it such as this:\n{EXAMPLE}"
        )
    recipients = [_read(path, row) for row in cast("list[object]", rows)]
    names = [each.name for each in recipients]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise StandingError(f"{path} names {twice!r} twice: what was sent is kept by name.")
    return recipients


def _read(path: Path, row: object) -> Recipient:
    given = cast("dict[str, object]", row) if isinstance(row, dict) else {}
    name, kind, variable = (given.get(key) for key in KEYS)
    if set(given) != set(KEYS) or not isinstance(name, str) or not name.strip():
        raise StandingError(f"{path}: each recipient has {', '.join(KEYS)}, no more and no less.")
    if kind not in KINDS:
        raise StandingError(f"{path}: the kind of {name!r} is one of {', '.join(KINDS)}.")
    if not isinstance(variable, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
        raise StandingError(
            f"{path}: the address of {name!r} is the name of an environment variable that holds it,"
            " so that no secret is in a file."
        )
    return Recipient(" ".join(name.split()), str(kind), variable)
