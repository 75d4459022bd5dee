"""Rows as CSV, JSON or aligned text. A row is a mapping; columns say which keys, in which order."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

Rows = Iterable[Mapping[str, Any]]

# A spreadsheet takes a cell that begins so for a formula and may run it.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(rows: Rows, columns: Sequence[str]) -> str:
    """CSV after RFC 4180, with a header line; numbers are plain, a missing value is an empty cell.

    A text that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_to_cell(name) for name in columns])
    writer.writerows([_to_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def to_json(rows: Rows, columns: Sequence[str]) -> str:
    """A JSON array of objects with exactly these keys; decimals become numbers, dates ISO texts.

    Only ASCII, so that no control character of a name reaches a terminal.
    """
    objects = [{name: _to_json_value(row[name]) for name in columns} for row in rows]
    return json.dumps(objects, indent=2, allow_nan=False) + "\n"


def to_text(rows: Rows, columns: Sequence[str], right: Sequence[str] = ()) -> str:
    """Aligned text for a terminal: a header line, then one line a row; None is an empty cell.

    Columns named in `right` are aligned there. Columns without any text are left out.
    """
    cells = [{name: clean(_to_cell(row[name], safe=False)) for name in columns} for row in rows]
    shown = [name for name in columns if not cells or any(each[name] for each in cells)]
    lines = [{name: name.replace("_", " ") for name in shown}, *cells]
    widths = {name: max(len(each[name]) for each in lines) for name in shown}
    return "".join(
        "  ".join(
            each[name].rjust(widths[name]) if name in right else each[name].ljust(widths[name])
            for name in shown
        ).rstrip()
        + "\n"
        for each in lines
    )


def clean(text: str) -> str:
    """A text without characters that steer a terminal; its line breaks stay."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in text)


def _to_cell(value: object, safe: bool = True) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    if safe and isinstance(value, str) and text.startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


def _to_json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
