"""A CSV file into a table of texts: every row loaded, or kept with the reason why not."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

import duckdb

from warehouse.errors import StandingError
from warehouse.identifiers import quote_text
from warehouse.reading.files import ExportFile
from warehouse.reading.footers import find_footer
from warehouse.reading.records import MAX_RECORD_CHARACTERS, read_records

DELIMITERS = (",", ";", "\t", "|")
REJECT_BATCH = 1_000


@dataclass(frozen=True)
class RawFile:
    """A file in the scratch database: view `scratch.file_<number>`, where column n of the file is c<n>.

    Its source_line is the physical line on which a record starts; without `has_lines` every record is one line and
    the first stands on line 2.
    `footer` counts the rows of a report's footer, which are set aside. `cut_line` is the line of the record in whose
    middle the file ends, 0 where it ends as it should. `has_first_line`: the header is the first line, the whole of
    it and nothing else.
    """

    file: ExportFile
    number: int
    delimiter: str
    header: tuple[str, ...]
    load_id: str = "load_1"
    rows: int = 0
    rejected: int = 0
    footer: int = 0
    has_lines: bool = False
    cut_line: int = 0
    has_first_line: bool = True

    @property
    def table(self) -> str:
        return f"scratch.file_{self.number}"

    def position(self, name: str) -> int | None:
        """Return where a column stands: under its name as it is written, else in any case."""
        wanted = name.strip()
        if wanted in self.header:
            return self.header.index(wanted)
        matching = (n for n, given in enumerate(self.header) if given.lower() == wanted.lower())
        return next(matching, None)


@dataclass(frozen=True)
class Reject:
    """A row that is not accepted: `text` is the whole of it."""

    line: int
    column: str | None
    reason: str
    text: str


def read_header(file: ExportFile, number: int) -> RawFile:
    """Return a scanned file's delimiter and header; its `problem` says where there is none."""
    with file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        first = opened.readline(MAX_RECORD_CHARACTERS)
        unquoted = re.sub(r'"(?:[^"]|"")*"?', "", first)
        delimiter = max(DELIMITERS, key=unquoted.count)
        opened.seek(0)
        record = next(read_records(opened, delimiter), None)
    if record is None:
        file = replace(file, problem="The file is empty.")
    elif record.problem:
        file = replace(file, problem=f"The header line cannot be read: {record.problem}.")
    header = name_columns(record.cells) if record else ()
    has_first_line = bool(record and record.line == 1 and "\n" not in record.text)
    return RawFile(file, number, delimiter, header, has_first_line=has_first_line)


def name_columns(cells: Iterable[str]) -> tuple[str, ...]:
    """Return headers without blanks around them; the second `Name` is `Name_1`, the third `Name_2`.

    That is DuckDB's own rule. A column without a name keeps none.
    """
    stripped = [cell.strip() for cell in cells]
    taken = set(stripped)
    seen: set[str] = set()
    names: list[str] = []
    for name in stripped:
        if name and name in seen:
            numbered = (f"{name}_{number}" for number in count(1))
            name = next(each for each in numbered if each not in taken)
            taken.add(name)
        seen.add(name)
        names.append(name)
    return tuple(names)


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    raw: RawFile,
    positions: Sequence[int],
    table_name: str,
    workspace: Path,
    *,
    has_footer: bool = False,
) -> RawFile:
    """Load the columns at some places of a file's records as texts; what cannot be read goes to `rejected_rows`.

    With `has_footer` the file is a report, whose footer is counted and left out. DuckDB's parallel reader is taken at
    its word only where it raises nothing and gives exactly one row for each physical line after the header, counted
    beforehand; otherwise the file is split into records here.
    """
    if not has_footer and _suits_duckdb(raw):
        try:
            # Not a longer max_line_size than the 2 MB of the default: it widens the buffers, and then the row
            # groups are all written twice (8 s became 13 s on 1.9 GB).
            options = "strict_mode = true"
            rows = _write_rows(connection, raw, raw.file.path, positions, options, workspace)
        except duckdb.Error:
            rows = -1
        if rows == raw.file.lines - 1:
            return replace(raw, rows=rows)
    footer_line = _find_footer_line(raw) if has_footer else 0
    return _load_record_by_record(connection, raw, positions, table_name, workspace, footer_line)


def _find_footer_line(raw: RawFile) -> int:
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        return find_footer(islice(read_records(opened, raw.delimiter), 1, None))


def _suits_duckdb(raw: RawFile) -> bool:
    """Whether DuckDB's reader may be tried.

    It passes one line over as the header, and where there is but one column it takes a blank line for a row.
    """
    file = raw.file
    is_odd = file.has_mixed_line_ends or file.has_nul or file.has_long_line
    return raw.has_first_line and len(raw.header) > 1 and not is_odd


def count_rows(connection: duckdb.DuckDBPyConnection, raw: RawFile) -> int:
    """Count the records of a file that no table uses; DuckDB's count is trusted as in load_rows."""
    if _suits_duckdb(raw):
        reader, parameters = _reader(raw, raw.file.path, "strict_mode = true")
        try:
            counted = connection.execute(f"select count(*) from {reader}", parameters).fetchone()
        except duckdb.Error:
            counted = None
        if counted and counted[0] == raw.file.lines - 1:
            return raw.file.lines - 1
    return sum(1 for _ in read_texts(replace(raw, has_lines=True))) - 1


def read_texts(raw: RawFile) -> Iterator[tuple[int, str]]:
    """Yield the line and the whole text of every record of a loaded file, the header included."""
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        if raw.has_lines:
            for record in read_records(opened, raw.delimiter, len(raw.header)):
                yield record.line, record.text
        else:
            for line, text in enumerate(opened, start=1):
                yield line, text.rstrip("\r\n")


def keep_rejects(
    connection: duckdb.DuckDBPyConnection, file: str, table_name: str, rejects: Iterable[Reject]
) -> int:
    """Write rows to `rejected_rows`; return how many."""
    remaining = iter(rejects)
    kept = 0
    while batch := list(islice(remaining, REJECT_BATCH)):
        kept += len(batch)
        connection.execute(
            "insert into rejected_rows select $file, unnest($lines::bigint[]), $table_name,"
            " unnest($columns::varchar[]), unnest($reasons::varchar[]), unnest($texts::varchar[])",
            {
                "file": file,
                "table_name": table_name,
                "lines": [reject.line for reject in batch],
                "columns": [reject.column for reject in batch],
                "reasons": [reject.reason for reject in batch],
                "texts": [reject.text for reject in batch],
            },
        )
    return kept


def _write_rows(
    connection: duckdb.DuckDBPyConnection,
    raw: RawFile,
    path: Path,
    positions: Sequence[int],
    options: str,
    workspace: Path,
) -> int:
    """Write the columns of a file as Parquet and bind its view; return the number of rows.

    Parquet costs less to write than a table (3.3 s against 4.8 s for 16 million rows), and can be kept.
    """
    # A column that nobody reads costs more to store than to skip (Id and Name of 16 million rows: a third of the
    # time), and DuckDB counts the cells of a row all the same.
    names = _columns(positions)
    names += ["cast(source_line as bigint) as source_line"] if raw.has_lines else []
    reader, parameters = _reader(raw, path, options)
    target = rows_path(workspace, raw)
    connection.execute(
        f"copy (select {', '.join(names)} from {reader}) to {quote_text(str(target))}"
        " (format parquet, compression zstd)",
        parameters,
    )
    bind_rows(connection, raw, positions, target)
    counted = connection.execute(f"select count(*) from {raw.table}").fetchone()
    return counted[0] if counted else 0


def rows_path(workspace: Path, raw: RawFile) -> Path:
    """Where the rows of a file are written."""
    return workspace / f"rows_{raw.number}.parquet"


def bind_rows(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, positions: Sequence[int], rows: Path
) -> None:
    """Create the view of a file over rows that are written."""
    line = "source_line" if raw.has_lines else "file_row_number + 2 as source_line"
    connection.execute(
        f"create or replace view {raw.table} as select {', '.join([*_columns(positions), line])}"
        f" from read_parquet({quote_text(str(rows))}, file_row_number = true)"
    )


def _columns(positions: Sequence[int]) -> list[str]:
    # A file needs a column, even where nobody reads one.
    return [f"c{position}" for position in positions or (0,)]


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
    connection: duckdb.DuckDBPyConnection,
    raw: RawFile,
    positions: Sequence[int],
    table_name: str,
    workspace: Path,
    footer_line: int,
) -> RawFile:
    copy = workspace / f"records_{raw.number}.csv"
    accepted = footer = cut_line = 0

    def split() -> Iterator[Reject]:
        """Write the good records, each with its line, and yield the others."""
        nonlocal accepted, footer, cut_line
        with (
            raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(["a line to be skipped"])
            records = read_records(opened, raw.delimiter, len(raw.header))
            for record in islice(records, 1, None):
                if footer_line and record.line >= footer_line:
                    footer += 1
                    continue
                cut_line = record.line if record.may_be_cut else 0
                if record.problem:
                    yield Reject(record.line, None, record.problem, record.text)
                else:
                    accepted += 1
                    writer.writerow([*record.cells, record.line])

    rejected = keep_rejects(connection, raw.file.name, table_name, split())
    raw = replace(raw, rejected=rejected, footer=footer, has_lines=True, cut_line=cut_line)
    # The copy is well formed, yet line ends inside its quotes may fall on the border of two threads.
    options = f"parallel = false, max_line_size = {4 * MAX_RECORD_CHARACTERS}"
    rows = _write_rows(connection, raw, copy, positions, options, workspace)
    copy.unlink()
    if rows != accepted:
        raise StandingError(
            f"{raw.file.name}: {accepted} rows were read and {rows} arrived; export the file again."
        )
    return replace(raw, rows=rows)
