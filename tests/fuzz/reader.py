"""One input through the reader, and all that must hold of it."""

import re
from pathlib import Path
from unittest.mock import patch

import duckdb

from tests.fuzz.kinds import to_kind
from tests.fuzz.tally import Box, Trial
from warehouse.errors import StandingError
from warehouse.reading.files import ExportFile, scan_file
from warehouse.reading.read import RawFile, count_rows, load_rows, read_header, read_texts
from warehouse.reading.records import Record, read_records

NAME = "Account.csv"
LINE_END = re.compile("\r\n|\r|\n")
# Of a size that an input of some bytes crosses, in the middle of a line end and of a character.
SMALL_CHUNK = 3


class Reader:
    """A scratch database and a folder in which one input after another is read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._workspace = folder / "work"
        self._workspace.mkdir()
        # Threads cost more than they save on an input of a few lines.
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("attach ':memory:' as scratch")
        self._connection.execute(
            "create table rejected_rows (file varchar, line bigint, table_name varchar,"
            " column_name varchar, reason varchar, row_text varchar)"
        )

    def close(self) -> None:
        self._connection.close()

    def check(self, data: bytes) -> str:
        """Read a file of these bytes and return what came of it.

        Raises AssertionError where a record is lost or read in two ways, and whatever else the reader raises.
        """
        self._path.write_bytes(data)
        try:
            return self._read()
        except StandingError as error:
            return f"refused: {to_kind(error)}"
        finally:
            for leftover in self._workspace.iterdir():
                leftover.unlink()

    def _read(self) -> str:
        file = scan_file(ExportFile(NAME, self._path), self._workspace)
        self._check_chunks(file)
        if file.problem:
            return f"refused: {to_kind(file.problem)}"
        header = read_header(file, 0)
        if header.file.problem:
            return f"refused: {to_kind(header.file.problem)}"
        places = range(len(header.header))
        raw = load_rows(self._connection, header, places, "customers", self._workspace)
        try:
            records = self._check_rows(raw)
        finally:
            self._connection.execute("delete from rejected_rows")
        check_lines(raw, records)
        counted = count_rows(self._connection, header)
        assert counted == len(records), f"{counted} rows counted, {len(records)} read"
        return "read record by record" if raw.has_lines else "read by DuckDB"

    def _check_chunks(self, file: ExportFile) -> None:
        """Where the chunks end changes nothing."""
        with patch("warehouse.reading.files.CHUNK_BYTES", SMALL_CHUNK):
            again = scan_file(ExportFile(NAME, self._path), self._workspace)
        facts = [
            (each.problem, each.encoding, each.lines, each.has_mixed_line_ends, each.has_nul)
            for each in (file, again)
        ]
        assert facts[0] == facts[1], (
            f"in chunks of {SMALL_CHUNK} bytes: {facts[1]}, else {facts[0]}"
        )

    def _check_rows(self, raw: RawFile) -> list[Record]:
        """Whichever way was taken, the table holds what the record-by-record parser accepts."""
        with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
            records = list(read_records(opened, raw.delimiter, len(raw.header)))[1:]
        names = ", ".join(f"c{number}" for number, _ in enumerate(raw.header))
        loaded = self._connection.execute(
            f"select source_line as line, {names} from {raw.table} order by line"
        ).fetchall()
        accepted = [
            (record.line, *(cell or None for cell in record.cells))
            for record in records
            if not record.problem
        ]
        if not raw.has_lines:
            assert (raw.rows, raw.rejected) == (len(records), 0)
        assert loaded == accepted, f"loaded {loaded}, and the records are {accepted}"
        if not raw.has_lines:
            return records
        rejected = self._connection.execute(
            "select line, reason, row_text from rejected_rows order by line"
        ).fetchall()
        bad = [(record.line, record.problem, record.text) for record in records if record.problem]
        assert rejected == bad, f"rejected {rejected}, and the bad records are {bad}"
        assert (raw.rows, raw.rejected) == (len(accepted), len(bad))
        return records


def reader_trial(folder: Path, target: str, found: Path, box: Box) -> Trial[bytes]:
    """A trial of the reader, whose inputs fall into bytes."""

    def keep(data: bytes, path: Path) -> None:
        path.with_suffix(".csv").write_bytes(data)

    return Trial(
        target,
        Reader(folder).check,
        split=lambda data: [data[at : at + 1] for at in range(len(data))],
        join=lambda _, parts: b"".join(parts),
        keep=keep,
        found=found,
        box=box,
    )


def check_lines(raw: RawFile, records: list[Record]) -> None:
    """Every physical line that is not blank stands in exactly one record, the header's included."""
    with raw.file.path.open(encoding="utf-8", errors="replace", newline="") as opened:
        lines = [line.rstrip("\r\n") for line in opened]
    covered: list[int] = []
    texts = list(read_texts(raw))
    for number, text in texts:
        parts = LINE_END.split(text)
        assert parts == lines[number - 1 : number - 1 + len(parts)], (
            f"line {number} is not {text!r}"
        )
        covered += range(number, number + len(parts))
    filled = [number for number, line in enumerate(lines, start=1) if line]
    kept = [number for number in covered if lines[number - 1]]
    assert kept == filled, f"records cover the lines {kept} of {filled}"
    if raw.has_lines:
        assert [record.line for record in records] == [number for number, _ in texts[1:]]
