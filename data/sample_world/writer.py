"""Writes CSV as the weekly export does: every value quoted, LF line ends, UTF-8 without a mark.

The world says everything as rows of Salesforce's objects; a layout says how another CRM would write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, TextIO, TypeAlias

from data.sample_world.layout import OBJECTS, PLAIN_FILES

# Rows held before they are written; large enough that the file calls cost nothing.
BUFFER_ROWS = 5_000
# One row in so many was entered twice by mistake, and one of the two was deleted.
DELETED_TWIN_EVERY = 229
NEVER_DELETED = frozenset({"User", "Usage__c", "Cost__c", "Campaign"})
ID_BASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

Row: TypeAlias = Mapping[str, str]
# A file by name, and the cells of one of its rows.
FileRow: TypeAlias = tuple[str, Sequence[str]]


class Layout(Protocol):
    """How another CRM writes the company: its files with their headers, and the rows of each object's row."""

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """The header of each file by its name without .csv."""
        ...

    def translate(self, name: str, row: Row) -> Iterable[FileRow]:
        """Return the rows that a row of a Salesforce object becomes; quotes inside are doubled already."""
        ...

    def finish(self) -> Iterable[FileRow]:
        """Return the rows that were held back."""
        ...


def record_id(prefix: str, number: int) -> str:
    """Return an 18-character id: prefix, two letters of the org, ten digits, Salesforce's checksum.

    The checksum marks the capitals of each five characters; digits have none, so only the first
    five count.
    """
    head = prefix + "Wx"
    capitals = sum(1 << place for place, letter in enumerate(head) if letter.isupper())
    return f"{head}{number:010d}{ID_BASE[capitals]}AA"


def quoted(text: str) -> str:
    """Double the quotes of a free text; `CsvFile.write` puts the outer ones."""
    return text.replace('"', '""')


class CsvFile:
    """A file of the export, open while the company is made."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Open the file and write its header."""
        self._buffer: list[str] = []
        self._file = open_text(path)
        self.write([quoted(column) for column in columns])

    def write(self, row: Sequence[str]) -> None:
        """Write one row, whose quotes are doubled already."""
        self._buffer.append('"' + '","'.join(row) + '"\n')
        if len(self._buffer) >= BUFFER_ROWS:
            self._flush()

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write lines that are quoted already."""
        self._flush()
        self._file.writelines(lines)

    def close(self) -> None:
        """Write what is held and close the file."""
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        self._file.write("".join(self._buffer))
        self._buffer.clear()


class Translated:
    """Where the rows of one object go in another CRM's layout."""

    def __init__(self, name: str, layout: Layout, files: Mapping[str, CsvFile]) -> None:
        """Keep the layout and its open files."""
        self._name = name
        self._columns = OBJECTS[name][1].split(",")
        self._layout = layout
        self._files = files

    def write(self, row: Sequence[str]) -> None:
        """Write what one row becomes."""
        cells = dict(zip(self._columns, row, strict=True))
        for file, translated in self._layout.translate(self._name, cells):
            self._files[file].write(translated)

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write what lines that are quoted already become; none of their cells holds a quote."""
        for line in lines:
            self.write(line[1:-2].split('","'))


class Table:
    """One object of the world: it gives ids, and hands its rows on."""

    def __init__(self, name: str, target: CsvFile | Translated) -> None:
        """Keep where the rows go."""
        prefix, header = OBJECTS[name]
        columns = header.split(",")
        self.prefix = prefix
        self.rows = 0
        self._next_number = 1
        self._deleted_at = columns.index("IsDeleted") if "IsDeleted" in columns else -1
        self._has_twins = name not in NEVER_DELETED
        self._target = target

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
        self._target.write(row)
        self.rows += 1
        if self._has_twins and self.rows % DELETED_TWIN_EVERY == 0:
            twin = list(row)
            twin[0] = self.new_id()
            twin[self._deleted_at] = "1"
            self._target.write(twin)
            self.rows += 1

    def add_lines(self, lines: Iterable[str], count: int) -> None:
        """Write lines that are quoted already."""
        self._target.write_lines(lines)
        self.rows += count


class Export:
    """The folder of the export with all its files open."""

    def __init__(self, out: Path, layout: Layout | None = None) -> None:
        """Make the folder and open every file: an object each, or those of another CRM's layout."""
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._layout = layout
        if layout is None:
            self._files = {
                name: CsvFile(out / f"{name}.csv", header.split(","))
                for name, (_, header) in OBJECTS.items()
            }
            self._tables = {name: Table(name, self._files[name]) for name in OBJECTS}
        else:
            self._files = {
                name: CsvFile(out / f"{name}.csv", columns)
                for name, columns in layout.files.items()
            }
            self._tables = {
                name: Table(name, Translated(name, layout, self._files)) for name in OBJECTS
            }

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
        """Write what was held back and close every file."""
        for file, row in self._layout.finish() if self._layout else ():
            self._files[file].write(row)
        for opened in self._files.values():
            opened.close()

    def write_plain(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """Write a file of the company's own, in the columns of the contract."""
        with open_text(self._out / f"{name}.csv") as file:
            file.write('"' + '","'.join(PLAIN_FILES[name].split(",")) + '"\n')
            file.writelines('"' + '","'.join(row) + '"\n' for row in rows)

    def row_counts(self) -> dict[str, int]:
        """Return the rows of each object."""
        return {name: table.rows for name, table in self._tables.items()}


def open_text(path: Path) -> TextIO:
    """Open a file for LF line ends and UTF-8, whatever the platform's habit."""
    return path.open("w", encoding="utf-8", newline="\n")
