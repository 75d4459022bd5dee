"""A CSV file into a table of texts: every row loaded, or kept with the reason why not."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import duckdb

from warehouse.errors import StandingError
from warehouse.files import ExportFile

# What is longer is no record of a CRM.
MAX_RECORD_CHARACTERS = 4_000_000
DELIMITERS = (",", ";", "\t", "|")
REJECT_BATCH = 1_000


@dataclass(frozen=True)
class RawFile:
    """A file in the scratch database: table `scratch.file_<number>`, columns c0, c1, ... and, where `has_lines`,
    source_line; without it a record is one physical line and the first stands on line 2."""

    file: ExportFile
    number: int
    delimiter: str
    header: tuple[str, ...]
    rows: int = 0
    rejected: int = 0
    has_lines: bool = False

    @property
    def table(self) -> str:
        return f"scratch.file_{self.number}"

    @property
    def line(self) -> str:
        """The SQL expression of the physical line on which a record starts."""
        return "source_line" if self.has_lines else "rowid + 2"

    @property
    def text(self) -> str:
        """The SQL expression of a record's whole text, every cell quoted."""
        cells = (
            f"'\"' || replace(coalesce(c{n}, ''), '\"', '\"\"') || '\"'"
            for n, _ in enumerate(self.header)
        )
        return f"concat_ws('{self.delimiter}', {', '.join(cells)})"


def read_header(file: ExportFile, number: int) -> RawFile:
    """Return a scanned file's delimiter and header; its `problem` says where there is none."""
    with file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        first = opened.readline(MAX_RECORD_CHARACTERS)
        unquoted = re.sub(r'"(?:[^"]|"")*"?', "", first)
        delimiter = max(DELIMITERS, key=unquoted.count)
        opened.seek(0)
        record = next(_read_records(opened, delimiter), None)
    if record is None:
        file = replace(file, problem="The file is empty.")
    elif record.problem:
        file = replace(file, problem=f"The header line cannot be read: {record.problem}.")
    header = tuple(cell.strip() for cell in record.cells) if record else ()
    return RawFile(file, number, delimiter, header)


def load_rows(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, table_name: str, workspace: Path
) -> RawFile:
    """Load a file's records as texts; what cannot be read goes to `rejected_rows`.

    DuckDB's parallel reader is taken at its word only where it raises nothing and gives exactly one row for each
    physical line after the header, counted beforehand; otherwise the file is split into records here.
    """
    file = raw.file
    if not (file.has_mixed_line_ends or file.has_nul or file.has_long_line):
        try:
            # Not a longer max_line_size than the 2 MB of the default: it widens the buffers, and then the row
            # groups are all written twice (8 s became 13 s on 1.9 GB).
            rows = _create_table(connection, raw, file.path, "strict_mode = true")
        except duckdb.Error:
            rows = -1
        if rows == file.lines - 1:
            return replace(raw, rows=rows)
    return _load_record_by_record(connection, raw, table_name, workspace)


def count_rows(connection: duckdb.DuckDBPyConnection, raw: RawFile) -> int:
    """Count the records of a file that no table uses, without loading them; DuckDB's count is taken as in load_rows."""
    reader, parameters = _reader(raw, raw.file.path, "strict_mode = true")
    try:
        counted = connection.execute(f"select count(*) from {reader}", parameters).fetchone()
    except duckdb.Error:
        counted = None
    if counted and counted[0] == raw.file.lines - 1:
        return raw.file.lines - 1
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        return sum(1 for _ in _read_records(opened, raw.delimiter)) - 1


def _create_table(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, path: Path, options: str
) -> int:
    reader, parameters = _reader(raw, path, options)
    connection.execute(f"drop table if exists {raw.table}")
    connection.execute(f"create table {raw.table} as select * from {reader}", parameters)
    counted = connection.execute(f"select count(*) from {raw.table}").fetchone()
    return counted[0] if counted else 0


def _reader(raw: RawFile, path: Path, options: str) -> tuple[str, dict[str, str]]:
    """Return a call of DuckDB's reader in which nothing is left to its guess, and the call's parameters."""
    names = [f"c{number}" for number, _ in enumerate(raw.header)]
    names += ["source_line"] if raw.has_lines else []
    columns = ", ".join(f"'{name}': 'varchar'" for name in names)
    call = (
        f"read_csv($path, auto_detect = false, columns = {{{columns}}}, delim = $delimiter,"
        " quote = '\"', escape = '\"', nullstr = '', header = false, skip = 1, null_padding = false,"
        f" {options})"
    )
    return call, {"path": str(path), "delimiter": "," if raw.has_lines else raw.delimiter}


def _load_record_by_record(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, table_name: str, workspace: Path
) -> RawFile:
    copy = workspace / f"records_{raw.number}.csv"
    width = len(raw.header)
    accepted = rejected = 0
    batch: list[_Record] = []
    with (
        raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([*raw.header, "source_line"])
        records = _read_records(opened, raw.delimiter, width)
        next(records)
        for record in records:
            if record.problem:
                rejected += 1
                batch.append(record)
                if len(batch) == REJECT_BATCH:
                    _keep_rejects(connection, raw, table_name, batch)
            else:
                accepted += 1
                writer.writerow([*record.cells, record.line])
    _keep_rejects(connection, raw, table_name, batch)
    raw = replace(raw, rows=accepted, rejected=rejected, has_lines=True)
    # The copy is well formed, yet line ends inside its quotes may fall on the border of two threads.
    rows = _create_table(
        connection, raw, copy, f"parallel = false, max_line_size = {4 * MAX_RECORD_CHARACTERS}"
    )
    copy.unlink()
    if rows != accepted:
        raise StandingError(
            f"{raw.file.name}: {accepted} rows were read and {rows} arrived; export the file again."
        )
    connection.execute(f"alter table {raw.table} alter source_line type bigint")
    return raw


def _keep_rejects(
    connection: duckdb.DuckDBPyConnection,
    raw: RawFile,
    table_name: str,
    batch: list["_Record"],
) -> None:
    connection.execute(
        "insert into rejected_rows select $file, unnest($lines::bigint[]), $table_name, null,"
        " unnest($reasons::varchar[]), unnest($texts::varchar[])",
        {
            "file": raw.file.name,
            "lines": [record.line for record in batch],
            "table_name": table_name,
            "reasons": [record.problem for record in batch],
            "texts": [record.text for record in batch],
        },
    )
    batch.clear()


@dataclass(frozen=True)
class _Record:
    line: int
    text: str
    cells: list[str]
    problem: str = ""


def _read_records(opened: TextIO, delimiter: str, width: int | None = None) -> Iterator[_Record]:
    """Split a text into records by RFC 4180; a blank line is none.

    Where a quote stays open, only the line that opened it is given up and reading goes on with the next: a cut row
    never swallows those after it.
    """
    csv.field_size_limit(MAX_RECORD_CHARACTERS)
    lines = _Lines(opened)
    while line := lines.next():
        number, text = line
        if not text.strip("\r\n"):
            continue
        cells, problem = _parse(text, delimiter, width)
        if problem == _OPEN_QUOTE:
            joined = [line]
            size = len(text)
            has_open_quote = True
            while has_open_quote and size <= MAX_RECORD_CHARACTERS and (following := lines.next()):
                joined.append(following)
                size += len(following[1])
                if following[1].count('"') % 2:
                    has_open_quote = False
            whole = "".join(part for _, part in joined)
            cells, problem = _parse(whole, delimiter, width)
            if problem:
                lines.put_back(joined[1:])
                problem = _OPEN_QUOTE
            else:
                text = whole
        yield _Record(number, text.rstrip("\r\n"), cells, problem)


_OPEN_QUOTE = "a quote is opened and never closed; the file may have been cut here"


def _parse(text: str, delimiter: str, width: int | None) -> tuple[list[str], str]:
    """Return a record's cells and an empty problem, or what is wrong with it."""
    if len(text) > MAX_RECORD_CHARACTERS:
        return [], f"the line is longer than {MAX_RECORD_CHARACTERS:,} characters"
    if "\0" in text:
        return [], "the line holds a NUL byte"
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return [], _OPEN_QUOTE
        return [], f"the quotes do not match ({error})"
    if width is None:
        return cells, ""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) != width:
        return [], f"{len(cells)} cells where the header has {width}"
    return cells, ""


class _Lines:
    """The numbered physical lines of a text, some of which may be put back."""

    def __init__(self, opened: TextIO) -> None:
        self._opened = opened
        self._number = 0
        self._waiting: deque[tuple[int, str]] = deque()

    def next(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        text = self._opened.readline()
        self._number += 1
        return (self._number, text) if text else None

    def put_back(self, lines: list[tuple[int, str]]) -> None:
        self._waiting.extendleft(reversed(lines))
