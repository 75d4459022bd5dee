"""Writes CSV as the weekly export does: every value quoted, LF line ends, UTF-8 without a mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from data.sample_world.layout import OBJECTS, PLAIN_FILES

# Rows held before they are written; large enough that the file calls cost nothing.
BUFFER_ROWS = 5_000
# One row in so many was entered twice by mistake, and one of the two was deleted.
DELETED_TWIN_EVERY = 229
NEVER_DELETED = frozenset({"User", "Usage__c", "Cost__c", "Campaign"})
ID_BASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(prefix: str, number: int) -> str:
    """Return an 18-character id: prefix, two letters of the org, ten digits, Salesforce's checksum.

    The checksum marks the capitals of each five characters; digits have none, so only the first
    five count.
    """
    head = prefix + "Wx"
    capitals = sum(1 << place for place, letter in enumerate(head) if letter.isupper())
    return f"{head}{number:010d}{ID_BASE[capitals]}AA"


def quoted(text: str) -> str:
    """Double the quotes of a free text; `Table.add` puts the outer ones."""
    return text.replace('"', '""')


class Table:
    """One file of the export, open while the company is made."""

    def __init__(self, out: Path, name: str) -> None:
        """Open the file and write its header."""
        prefix, header = OBJECTS[name]
        columns = header.split(",")
        self.prefix = prefix
        self.rows = 0
        self._next_number = 1
        self._deleted_at = columns.index("IsDeleted") if "IsDeleted" in columns else -1
        self._has_twins = name not in NEVER_DELETED
        self._buffer: list[str] = []
        self._file = open_text(out / f"{name}.csv")
        self._file.write('"' + '","'.join(columns) + '"\n')

    def new_id(self) -> str:
        """Return an id that this file has not used."""
        number = self._next_number
        self._next_number += 1
        return record_id(self.prefix, number)

    def last_number(self) -> int:
        """Return the number in the id that was given last."""
        return self._next_number - 1

    def add(self, row: Sequence[str]) -> None:
        """Write one row, id first, and now and then its deleted twin."""
        self._buffer.append('"' + '","'.join(row) + '"\n')
        self.rows += 1
        if self._has_twins and self.rows % DELETED_TWIN_EVERY == 0:
            twin = list(row)
            twin[0] = self.new_id()
            twin[self._deleted_at] = "1"
            self._buffer.append('"' + '","'.join(twin) + '"\n')
            self.rows += 1
        if len(self._buffer) >= BUFFER_ROWS:
            self.flush()

    def add_lines(self, lines: Iterable[str], count: int) -> None:
        """Write lines that are quoted already."""
        self._file.writelines(lines)
        self.rows += count

    def flush(self) -> None:
        """Hand the held rows to the file."""
        self._file.write("".join(self._buffer))
        self._buffer.clear()

    def close(self) -> None:
        """Write what is held and close the file."""
        self.flush()
        self._file.close()


class Export:
    """The folder of the export with all its files open."""

    def __init__(self, out: Path) -> None:
        """Make the folder and open every file of an object."""
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._tables = {name: Table(out, name) for name in OBJECTS}

    def __getitem__(self, name: str) -> Table:
        """Return the file of an object."""
        return self._tables[name]

    def __enter__(self) -> Export:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every file."""
        for table in self._tables.values():
            table.close()

    def write_plain(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """Write a file of the company's own, in the columns of the contract."""
        with open_text(self._out / f"{name}.csv") as file:
            file.write('"' + '","'.join(PLAIN_FILES[name].split(",")) + '"\n')
            file.writelines('"' + '","'.join(row) + '"\n' for row in rows)

    def row_counts(self) -> dict[str, int]:
        """Return the rows of each object's file."""
        return {name: table.rows for name, table in self._tables.items()}


def open_text(path: Path) -> TextIO:
    """Open a file for LF line ends and UTF-8, whatever the platform's habit."""
    return path.open("w", encoding="utf-8", newline="\n")
