"""Which CRM an export comes from, by its headers; and its files as the raw tables that the source's SELECTs read."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.cast import ISO_MOMENT
from warehouse.contract import load_contract
from warehouse.errors import StandingError
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.read import RawFile

SOURCES = Path(__file__).parent / "sources"
# Plain files of the company's own, in the columns of the contract, beside the files of any CRM.
COMPANY_FILES = ("exchange_rates", "targets", "events", "finance_totals")


@dataclass(frozen=True)
class RawTable:
    """One file of a source: it becomes the view `raw_<name>` and feeds one contract table.

    `instants` are the columns that hold a moment in UTC; they are read in the business time zone.
    """

    name: str
    file: str
    feeds: str
    is_needed: bool
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    instants: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.needed, *self.optional)


@dataclass(frozen=True)
class Source:
    """A CRM: the headers that identify it, its files, and one SELECT for each contract table."""

    name: str
    signatures: tuple[tuple[str, frozenset[str]], ...]
    tables: tuple[RawTable, ...]
    selects: dict[str, str]

    def matches(self, files: Iterable[RawFile]) -> bool:
        """Whether one of the files has the name and the columns of one of the signatures."""
        return any(
            raw.file.stem == stem and columns <= _lower(raw.header)
            for raw in files
            for stem, columns in self.signatures
        )


def load_source(folder: Path) -> Source:
    """Read a source's folder: source.toml and one SELECT a contract table."""
    declared = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    return Source(
        name=declared["name"],
        signatures=tuple(
            (signature["file"].lower(), _lower(signature["columns"]))
            for signature in declared["signatures"]
        ),
        tables=tuple(_read_table(name, fields) for name, fields in declared["files"].items()),
        selects={path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")},
    )


def _read_table(name: str, fields: dict[str, Any]) -> RawTable:
    return RawTable(
        name=name,
        file=fields["file"],
        feeds=fields["feeds"],
        is_needed=fields.get("is_needed", False),
        needed=tuple(fields["needed"]),
        optional=tuple(fields.get("optional", ())),
        instants=frozenset(fields.get("instants", ())),
    )


def load_company_source() -> Source:
    """The company's own files: every column of the contract under its own name."""
    contract = load_contract()
    tables: list[RawTable] = []
    selects: dict[str, str] = {}
    for name in COMPANY_FILES:
        columns = contract[name].columns
        needed = tuple(column.name for column in columns if column.is_needed)
        optional = tuple(column.name for column in columns if not column.is_needed)
        tables.append(RawTable(name, name, name, False, needed, optional, frozenset()))
        selects[name] = f"select * from raw_{name}"
    return Source("the company's own files", (), tuple(tables), selects)


def recognise(files: Sequence[RawFile], export: Path) -> Source:
    """Return the one source whose signature the files bear.

    Raises StandingError, naming the files, where none or more than one does.
    """
    sources = [load_source(path.parent) for path in sorted(SOURCES.glob("*/source.toml"))]
    matching = [source for source in sources if source.matches(files)]
    if len(matching) == 1:
        return matching[0]
    named = [
        f"{raw.file.name} ({raw.file.problem})" if raw.file.problem else raw.file.name
        for raw in files
    ]
    seen = ", ".join(named[:10])
    known = " or ".join(source.name for source in sources)
    if not matching:
        raise StandingError(
            f"{export} is not {known}: none of its files has the name and the columns of one."
            f" It holds {seen}."
        )
    found = " and ".join(source.name for source in matching)
    raise StandingError(f"{export} looks like {found} at once: keep the files of one ({seen}).")


def check_columns(table: RawTable, raw: RawFile) -> None:
    """Raise StandingError where a file lacks a needed column."""
    for column in table.needed:
        if column.lower() not in _lower(raw.header):
            raise StandingError(
                f'{raw.file.name} lacks the needed column "{column}": add it to the export.'
                f" The file has {', '.join(raw.header[:12])}."
            )


def bind_view(
    connection: duckdb.DuckDBPyConnection, table: RawTable, files: Sequence[RawFile], time_zone: str
) -> None:
    """Create the view raw_<name>: the declared columns, null where a file lacks one, and where a row comes from.

    Without a file the view is there and empty, so that the source's SELECTs always bind.
    """
    selects = [_select_file(table, raw, time_zone) for raw in files]
    if not selects:
        empty = [f"cast(null as varchar) as {quote_identifier(name)}" for name in table.columns]
        empty += ["'' as source_file", "cast(0 as bigint) as source_line"]
        selects = [f"select {', '.join(empty)} where false"]
    name = quote_identifier(f"raw_{table.name}")
    connection.execute(f"create temp view {name} as {' union all '.join(selects)}")


def _select_file(table: RawTable, raw: RawFile, time_zone: str) -> str:
    columns: list[str] = []
    for name in table.columns:
        position = raw.position(name)
        cell = "cast(null as varchar)" if position is None else f"c{position}"
        if name in table.instants and position is not None:
            cell = _to_local(cell, time_zone)
        columns.append(f"{cell} as {quote_identifier(name)}")
    columns.append(f"{quote_text(raw.file.name)} as source_file")
    columns.append(f"{raw.line} as source_line")
    return f"select {', '.join(columns)} from {raw.table}"


def _to_local(cell: str, time_zone: str) -> str:
    """A moment as text in the business time zone; a day without a time, or no moment at all, stays as it is."""
    local = f"timezone({quote_text(time_zone)}, try_cast({cell} as timestamptz))"
    is_moment = f"length({cell}) > 10 and regexp_full_match({cell}, {quote_text(ISO_MOMENT)})"
    if time_zone == "UTC":
        # A plain `2026-11-15 08:30:00` in UTC is what it says, and parsing it costs as much as reading it.
        is_moment = f"length({cell}) > 19 and {is_moment}"
    return f"case when {is_moment} then cast({local} as varchar) else {cell} end"


def group_by_stem(files: Iterable[RawFile]) -> dict[str, list[RawFile]]:
    """Files by the name that identifies them; an export in several ZIPs may hold one more than once."""
    grouped: defaultdict[str, list[RawFile]] = defaultdict(list)
    for raw in files:
        grouped[raw.file.stem].append(raw)
    return dict(grouped)


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
