"""What a mapping says, before it is written: for each file its table, for each column where it comes from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.contract import Column, Table, load_contract
from warehouse.mapping.words import plain
from warehouse.reading.source import COMPANY_FILES

# Columns that any SELECT may give beside those of its table.
BOOK_COLUMNS = (
    Column("is_deleted", "boolean", description="The CRM says that the record is deleted."),
    Column("set_aside", "text", description="A named rule by which the row counts nowhere."),
    Column("modified_at", "timestamp", description="Moments from which the as-of date follows."),
)
# Keys that no other table points to: the line of the file will do where a file has none.
LINE_KEYS = {
    "subscription_id", "order_id", "case_id", "response_id", "need_id", "event_id", "activity_id", "ask_id",
    "invitation_id",
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """Where a column comes from. `reading` says how its cells are read:

    as_is; id (Zoho's prefix and braces taken off); guid (likewise, in lower case); words (`words`: a cell's word and
    what it means); yearly (a twelfth); day_after (the last day paid for becomes the first day after it); when_closed
    (only of a deal that is over); constant (`text`); line (the line of the file); moments (the latest of several
    headers).
    """

    column: str
    headers: tuple[str, ...] = ()
    reading: str = "as_is"
    words: tuple[tuple[str, str], ...] = ()
    text: str = ""
    doubt: str = ""

    @property
    def header(self) -> str:
        return self.headers[0] if self.headers else ""


@dataclass(frozen=True)
class MappedFile:
    """A file that feeds a table. `name` is the raw table's, `stems` the files' names without ending.

    `date_formats` and `decimal_marks` settle how a header's cells are read; `ambiguous` are headers of dates whose day
    and month nothing tells apart, and `unmarked` of numbers whose decimal mark nothing shows, each with an example.
    """

    name: str
    stems: tuple[str, ...]
    table: str
    columns: tuple[Filled, ...]
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    date_formats: tuple[tuple[str, str], ...] = ()
    decimal_marks: tuple[tuple[str, str], ...] = ()
    ambiguous: tuple[tuple[str, str], ...] = ()
    unmarked: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()

    def find(self, column: str) -> Filled | None:
        """Return where a column comes from, None where nothing fills it."""
        return next((each for each in self.columns if each.column == column), None)

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that is read, each once."""
        return tuple(dict.fromkeys(header for each in self.columns for header in each.headers))

    @property
    def missing(self) -> tuple[Column, ...]:
        """The needed columns that nothing fills."""
        return tuple(
            column
            for column in load_contract()[self.table].columns
            if column.is_needed and self.find(column.name) is None
        )


@dataclass(frozen=True)
class Mapping:
    """A mapping of an export: its files, and the names of those that no table uses, each with the reason.

    Where no file lists customers, `derived_from` is the raw table whose customer_id says who they are.
    """

    name: str
    files: tuple[MappedFile, ...]
    unused: tuple[tuple[str, str], ...] = ()
    derived_from: str = ""

    def feeding(self, table: str) -> tuple[MappedFile, ...]:
        return tuple(file for file in self.files if file.table == table)


def mappable_tables() -> dict[str, Table]:
    """The contract's tables that a mapping may fill; the company's own plain files need none."""
    return {name: table for name, table in load_contract().items() if name not in COMPANY_FILES}


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns that a SELECT of a table may give, the needed ones first."""
    own = load_contract()[table].columns
    return (
        *(column for column in own if column.is_needed),
        *(column for column in own if not column.is_needed),
        *BOOK_COLUMNS,
    )


def to_name(stem: str, taken: Iterable[str]) -> str:
    """A name for a raw table: the stem of its file in lower-case letters, digits and underscores, and not taken."""
    bare = re.sub(r"[^a-z0-9]+", "_", plain(stem)).strip("_")[:40] or "file"
    bare = bare if bare[0].isalpha() else f"file_{bare}"
    name, number = bare, 2
    while name in taken:
        name, number = f"{bare}_{number}", number + 1
    return name
