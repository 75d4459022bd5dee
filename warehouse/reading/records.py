"""A text into CSV records, one by one: slower than DuckDB's reader, and never at a loss where it is."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TextIO

# What is longer is no record of a CRM.
MAX_RECORD_CHARACTERS = 4_000_000
QUOTED = r'"[^"]*(?:""[^"]*)*"'
OPEN_QUOTE = "a quote is opened and never closed; the file may have been cut here"


@dataclass(frozen=True)
class Record:
    """The line on which a record starts, its whole text, its cells, and what is wrong with it (else empty).

    `has_end`: a line end follows the text.
    """

    line: int
    text: str
    cells: list[str]
    problem: str = ""
    has_end: bool = True

    @property
    def may_be_cut(self) -> bool:
        """Whether a file of which this is the last record seems to lack its rest."""
        return self.problem == OPEN_QUOTE or bool(self.problem and not self.has_end)


def read_records(opened: TextIO, delimiter: str, width: int | None = None) -> Iterator[Record]:
    """Split a text into records by RFC 4180; a blank line is none, and blanks around a quoted cell are passed over.

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
        if problem == OPEN_QUOTE:
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
                problem = OPEN_QUOTE
            else:
                text = whole
        yield Record(number, text.rstrip("\r\n"), cells, problem, text.endswith(("\r", "\n")))


def _parse(text: str, delimiter: str, width: int | None) -> tuple[list[str], str]:
    """Return a record's cells and an empty problem, or what is wrong with it."""
    if len(text) > MAX_RECORD_CHARACTERS:
        return [], f"the line is longer than {MAX_RECORD_CHARACTERS:,} characters"
    if "\0" in text:
        return [], "the line holds a NUL byte"
    try:
        cells = _split(text, delimiter)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return [], OPEN_QUOTE
        return [], f"the quotes do not match ({error})"
    if width is None:
        return cells, ""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) != width:
        return [], f"{len(cells)} cells where the header has {width}"
    return cells, ""


def _split(text: str, delimiter: str) -> list[str]:
    """Return a record's cells; csv.Error where its quotes do not match."""
    if ' "' in text or '" ' in text:
        text = _padded_cells(delimiter).sub(_without_padding, text)
    return next(csv.reader([text], delimiter=delimiter, strict=True))


@cache
def _padded_cells(delimiter: str) -> re.Pattern[str]:
    """Quoted cells and the blanks around them; after a blank a cell may go on with another quote."""
    edge = re.escape(delimiter)
    return re.compile(
        rf"""(?P<before>^|{edge})[ ]*(?P<cell>{QUOTED}(?:[ ]+{QUOTED})*)[ ]*(?={edge}|\r|\n|$)"""
    )


def _without_padding(found: re.Match[str]) -> str:
    """`"a"  "b" ` is the cell `a  b`, as DuckDB reads it."""
    parts = re.findall(f"({QUOTED})([ ]*)", found["cell"])
    return f'{found["before"]}"{"".join(quoted[1:-1] + blanks for quoted, blanks in parts)}"'


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
