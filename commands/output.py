"""What the commands print: rows in one of the formats, and words on standard error."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from exports import tables


def write(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], kind: str, right: Sequence[str] = ()
) -> None:
    """Write rows to standard output in one of the formats of --format."""
    if kind == "json":
        sys.stdout.write(tables.to_json(rows, columns))
    elif kind == "csv":
        sys.stdout.write(tables.to_csv(rows, columns))
    else:
        sys.stdout.write(tables.to_text(rows, columns, right))


def warn(message: object) -> None:
    """Say something beside the answer, so on standard error and at once."""
    print(tables.clean(str(message)), file=sys.stderr, flush=True)
