"""Hypothesis strategies: cells, tables and the bytes of files, most of them nearly right."""

from typing import TypeAlias

from hypothesis import strategies as st

Table: TypeAlias = list[list[str]]
# Quoting, delimiter, line end and encoding.
Style: TypeAlias = tuple[str, str, str, str]

MARKS = ["", "\r", "\n", "\r\n", "\0", '"', '""', "'", ",", ";", "\t", "|", "\\", " ", "\ufeff", "\x1b", "\x1a",
         "\x85", "\u2028", "\x1f", "\x1e"]  # fmt: skip
TEXTS = ["é", "Ünï", "日本", "🙂", "e\u0301", "=1+1", "<b>", "$1", "#N/A", "null", "Total", "000", '"x', 'x"y"',
         "a\nb", "a\r\nb", 'a,"b"', "001A", "Grand Totals (3 records)"]  # fmt: skip
NUMBERS = ["0", "-0", "1", "100.00", "-5", "1e3", "1E400", "1,234.50", "1.234,50", "NaN", "inf", "٣", "0x10", "9" * 40,
           "17850.0", "$1,234", "58.8k", ".5", "1.", "1 000", "+1", "--1"]  # fmt: skip
DATES = ["2026-11-15", "2026-11-15 08:30:00", "2026-11-15T08:30:00.000Z", "2026-02-30", "0000-00-00", "9999-12-31",
         "10000-01-01", "1899-12-31", "01/02/2026", "31/12/2025", "12/31/2025", "31.12.2025", "46000", "20261115",
         "2026-11-15T25:00:00", "2026-11-15 08:30:00+99", "-2026-01-01", "today", "1900-01-01", "2999-01-01",
         "2026-11-15T08:30:00.123456789Z", "02/24/26 02:18 AM"]  # fmt: skip
HEADERS = ["Id", "Name", "IsDeleted", "CreatedDate", "name", ""]
BOOLEANS = ["0", "1", "true", "FALSE", "yes", "no", "2", "t"]
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "utf-32",
]
ENDS = ["\n", "\r\n", "\r", "\n\n", "\n\r"]
DELIMITERS = [",", ";", "\t", "|", ":"]
# Bytes that no text holds, or only in company.
BYTES = [b"\0", b"\xff", b"\x80", b"\x81", b"\xc3", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"\r", b"\n",
         b",", b"PK\x03\x04", b"\x1a", b"\x00\x00", b" ", b'" ', b' "', b'" "', b'"  ""']  # fmt: skip

# A draw costs Hypothesis more than reading ten files.
VARIANTS = 32

odd_cells = st.one_of(
    st.sampled_from(MARKS),
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from(DATES),
    st.sampled_from(BOOLEANS),
    st.text(max_size=6),
    st.builds("".join, st.lists(st.sampled_from(MARKS + TEXTS), max_size=3)),
)
plain_cells = st.sampled_from(["a", "b", "", "Acme", "1", "2026-11-15", "001A"])


def write_cell(cell: str, style: str) -> str:
    """A cell quoted always, where it must be, or never."""
    must = any(mark in cell for mark in '",;\t|\r\n')
    if style == "never" or (style == "needed" and not must):
        return cell
    return '"' + cell.replace('"', '""') + '"'


@st.composite
def written_as(draw: st.DrawFn) -> Style:
    """How a file is written, usually in the usual way."""
    return (
        draw(_mostly("always", ["needed", "never"])),
        draw(_mostly(",", DELIMITERS)),
        draw(_mostly("\n", ENDS)),
        draw(_mostly("utf-8", ENCODINGS)),
    )


def write_table(table: Table, style: str, delimiter: str, end: str, encoding: str) -> bytes:
    """The bytes of a table's file."""
    lines = [delimiter.join(write_cell(cell, style) for cell in row) for row in table]
    return "".join(line + end for line in lines).encode(encoding, errors="replace")


def _mostly(usual: str, others: list[str]) -> st.SearchStrategy[str]:
    """The usual in three of four cases: of an input that is odd in every way only the first refusal is tested."""
    return st.one_of(st.just(usual), st.just(usual), st.just(usual), st.sampled_from(others))


def edit(data: bytes, code: bytes) -> bytes:
    """The bytes with some cut off, put in, replaced, left out or repeated, as the four bytes of a code say.

    A code costs Hypothesis one draw where the edit's parts would cost five. Zeros change nothing.
    """
    kind, at, length, odd = code
    place = at * (len(data) + 1) // 256
    marks = BYTES[odd % len(BYTES)]
    end = place + 1 + length % 16
    edits = {
        1: data[:place],
        2: data[:place] + marks + data[place:],
        3: data[:place] + bytes([odd]) + data[place + 1 :],
        4: data[:place] + data[end:],
        5: data[:end] + data[place:],
    }
    return edits.get(kind % 8, data)


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 4))
    cells = st.one_of(plain_cells, plain_cells, plain_cells, odd_cells)
    full = st.lists(cells, min_size=width, max_size=width)
    ragged = st.lists(cells, max_size=width + 1)
    header = st.lists(st.sampled_from(HEADERS), min_size=width, max_size=width)
    return [
        draw(st.one_of(header, full)),
        *draw(st.lists(st.one_of(full, full, full, ragged), max_size=5)),
    ]


@st.composite
def reader_inputs(draw: st.DrawFn) -> list[bytes]:
    """A file, and some edits of it: most inputs differ in one thing from one that is right."""
    data = draw(
        st.one_of(
            *[st.builds(lambda table, way: write_table(table, *way), _tables(), written_as())] * 9,
            st.binary(max_size=60),
        )
    )
    codes = draw(st.binary(min_size=4 * VARIANTS, max_size=4 * VARIANTS))
    whole = [codes[at : at + 4] for at in range(0, len(codes), 4)]
    return list(dict.fromkeys([data, *(edit(data, code) for code in whole)]))
