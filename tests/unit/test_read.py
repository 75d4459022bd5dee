"""A CSV file into texts: each record on its line, and every bad one kept."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.reading.files import ExportFile, scan_file
from warehouse.reading.read import RawFile, count_rows, load_rows, read_header
from warehouse.reading.records import MAX_RECORD_CHARACTERS


def read(tmp_path: Path, data: bytes) -> tuple[RawFile, list[Any], list[Any]]:
    """Return the file, its loaded rows with their lines, and its rejected rows."""
    path = tmp_path / "Account.csv"
    path.write_bytes(data)
    workspace = tmp_path / "work"
    workspace.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as scratch")
        connection.execute(
            "create table rejected_rows (file varchar, line bigint, table_name varchar,"
            " column_name varchar, reason varchar, row_text varchar)"
        )
        raw = read_header(scan_file(ExportFile("Account.csv", path), workspace), 0)
        if raw.file.problem:
            return raw, [], []
        raw = load_rows(connection, raw, range(len(raw.header)), "customers", workspace)
        loaded = connection.execute(
            f"select source_line, * exclude (source_line) from {raw.table}"
        ).fetchall()
        rejected = connection.execute("select line, reason, row_text from rejected_rows").fetchall()
        assert len(loaded) == raw.rows
        assert len(rejected) == raw.rejected
    return raw, loaded, rejected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, delimiter: str) -> None:
    data = '"a, ;b"|Name\n1|"x,y;z"\n'.replace("|", delimiter).encode()
    raw, loaded, rejected = read(tmp_path, data)
    assert (raw.delimiter, raw.header) == (delimiter, ("a, ;b", "Name"))
    assert (loaded, rejected) == ([(2, "1", "x,y;z")], [])


def test_headers_may_hold_anything(tmp_path: Path) -> None:
    raw, loaded, _ = read(tmp_path, b'"a""; drop table x; --","a",,"<b>"\n1,2,3,4\n')
    assert raw.header == ('a"; drop table x; --', "a", "", "<b>")
    assert loaded == [(2, "1", "2", "3", "4")]


def test_a_plain_file_takes_the_fast_way(tmp_path: Path) -> None:
    raw, loaded, _ = read(tmp_path, b'"Id","Name"\n"1","A ""B"" C"\n"2",""\n\n\n')
    assert not raw.has_lines
    assert loaded == [(2, "1", 'A "B" C'), (3, "2", None)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\nId,Name\n1,a\n", [(3, "1", "a")]),
        (b'"Id\nof it",Name\n1,a\n', [(3, "1", "a")]),
        (b'"Id"\n\n"1"\n', [(3, "1")]),
    ],
)
def test_what_duckdb_takes_for_a_row_and_is_none(
    tmp_path: Path, data: bytes, expected: list[Any]
) -> None:
    """A header that is not the first line alone; a blank line where there is one column."""
    raw, loaded, rejected = read(tmp_path, data)
    assert (loaded, rejected) == (expected, [])
    with duckdb.connect() as connection:
        assert count_rows(connection, raw) == len(expected)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("inner", ["\n", "\r\n"])
def test_line_ends_inside_quotes_and_blank_lines_shift_the_lines(
    tmp_path: Path, end: str, inner: str
) -> None:
    text = end.join(["Id,Name", f'1,"x{inner}y"', "", "2,z", ""])
    _, loaded, rejected = read(tmp_path, text.encode())
    assert loaded == [(2, "1", f"x{inner}y"), (5, "2", "z")]
    assert rejected == []


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    _, loaded, rejected = read(tmp_path, b"Id,Name\r\n1,a\n2,b\r\n")
    assert (loaded, rejected) == ([(2, "1", "a"), (3, "2", "b")], [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('"2"', "1 cells where the header has 2"),
        ('"2","b","c"', "3 cells where the header has 2"),
        ('"2","b"c"', "the quotes do not match"),
        ('"2","b', "a quote is opened and never closed; the file may have been cut here"),
        ('"2","b\0"', "the line holds a NUL byte"),
    ],
)
@pytest.mark.parametrize("is_last", [True, False])
def test_a_bad_row_is_kept_whole_and_costs_no_other(
    tmp_path: Path, bad: str, reason: str, is_last: bool
) -> None:
    lines = ['"Id","Name"', '"1","a"', *['"0","z"'] * 20, bad] + (
        [] if is_last else ['"3","c"', ""]
    )
    _, loaded, rejected = read(tmp_path, "\n".join(lines).encode())
    assert loaded[0] == (2, "1", "a")
    assert loaded[-1] == ((22, "0", "z") if is_last else (24, "3", "c"))
    assert len(loaded) == (21 if is_last else 22)
    assert [(line, text) for line, _, text in rejected] == [(23, bad)]
    assert rejected[0][1].startswith(reason)


def test_a_file_cut_inside_a_character(tmp_path: Path) -> None:
    _, loaded, rejected = read(tmp_path, '"Id","Name"\n"1","a"\n"2","bü'.encode()[:-1])
    assert loaded == [(2, "1", "a")]
    assert rejected[0][0] == 3


def test_a_quote_in_the_middle_of_a_bare_cell_is_a_character(tmp_path: Path) -> None:
    _, loaded, rejected = read(tmp_path, b'Id,Name\n1,19" rack\n\n2,b\n')
    assert (loaded, rejected) == ([(2, "1", '19" rack'), (4, "2", "b")], [])


def test_empty_cells_after_the_last_column_are_nothing(tmp_path: Path) -> None:
    _, loaded, rejected = read(tmp_path, b"Id,Name\n1,a,,\n\n2,b\n")
    assert (loaded, rejected) == ([(2, "1", "a"), (4, "2", "b")], [])


def test_a_line_of_100_mb_is_one_rejected_row(tmp_path: Path) -> None:
    line = b'"2","' + b"x" * 100_000_000 + b'"'
    _, loaded, rejected = read(tmp_path, b'"Id","Name"\n"1","a"\n' + line + b'\n"3","c"\n')
    assert loaded == [(2, "1", "a"), (4, "3", "c")]
    assert [(number, reason) for number, reason, _ in rejected] == [
        (3, "the line is longer than 4,000,000 characters")
    ]
    assert len(rejected[0][2]) == len(line)


def test_a_line_between_the_limits_of_both_readers_arrives(tmp_path: Path) -> None:
    long = "x" * (MAX_RECORD_CHARACTERS - 100)
    _, loaded, rejected = read(tmp_path, f'"Id","Name"\n"1","{long}"\n"2","b"\n'.encode())
    assert [len(name) for _, _, name in loaded] == [len(long), 1]
    assert rejected == []


def test_many_rejected_rows_are_kept_in_batches(tmp_path: Path) -> None:
    _, loaded, rejected = read(tmp_path, b"Id,Name\n" + b"1\n" * 2_500 + b"2,b\n")
    assert len(loaded) == 1
    assert [line for line, *_ in rejected] == list(range(2, 2_502))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b'"Id","Name\n', "The header line cannot be read: a quote is opened and never closed"),
    ],
)
def test_a_file_without_a_header_is_said_so(tmp_path: Path, data: bytes, problem: str) -> None:
    raw, _, _ = read(tmp_path, data)
    assert raw.file.problem.startswith(problem)


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    raw, loaded, _ = read(tmp_path, b'"Id","Na\nme"\n1,a\n')
    assert raw.header == ("Id", "Na\nme")
    assert loaded == [(3, "1", "a")]


@pytest.mark.parametrize(
    ("data", "rows"), [(b'a,b\n1,"x\ny"\n2\n3,c\n', 3), (b"a,b\n", 0), (b"a,b\n1,\xff\n", 1)]
)
def test_rows_are_counted_without_loading(tmp_path: Path, data: bytes, rows: int) -> None:
    path = tmp_path / "Other.csv"
    path.write_bytes(data)
    with duckdb.connect() as connection:
        raw = read_header(scan_file(ExportFile("Other.csv", path), tmp_path), 0)
        assert count_rows(connection, raw) == rows
