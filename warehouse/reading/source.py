"""A source's folder: source.toml, which says what its files are, and one SELECT for each contract table."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import duckdb

from warehouse.contract import load_contract
from warehouse.errors import StandingError
from warehouse.reading.read import RawFile

# What a company keeps by hand, in the columns of the contract, whatever its CRM.
COMPANY_FILES = (
    "exchange_rates", "targets", "events", "finance_totals", "control_totals", "survey_invitations",
)  # fmt: skip


@dataclass(frozen=True)
class ColumnsAsRows:
    """Columns of a file that become rows: the view `raw_<name>` has one for each cell that is not empty.

    The named groups of `header` and the columns in `keep` are its columns, beside `value`.
    """

    name: str
    header: re.Pattern[str]
    keep: tuple[str, ...]
    dates: frozenset[str] = frozenset()
    instants: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.header.groupindex, *self.keep, "value")

    @property
    def cell_name(self) -> str:
        """What tells its cells from those of the table's own columns."""
        return f"columns_as_rows.{self.name}"


@dataclass(frozen=True)
class RawTable:
    """The files of one kind: they become the view `raw_<name>` and feed one contract table.

    A file is one of them by its stem (`stems`) or where it has all headers of one set of `identified_by`. `headers`
    says which headers may carry a column; a column without an entry is its own header. `instants` are moments in UTC,
    read in the business time zone; `dates` and `amounts` are texts whose form is found over the whole column. A file
    that `is_extra` adds to the rows of others, and is by itself no sign that the export has the table. `without` holds
    a sentence for the report of a build whose file lacks a column. `has_machine_numbers`: a program wrote the amounts,
    and a point in them is always the decimal mark.
    """

    name: str
    feeds: str
    stems: tuple[str, ...] = ()
    identified_by: tuple[tuple[str, ...], ...] = ()
    is_needed: bool = False
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    instants: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    has_footer: bool = False
    is_extra: bool = False
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    date_formats: dict[str, str] = field(default_factory=dict[str, str])
    decimal_marks: dict[str, str] = field(default_factory=dict[str, str])
    columns_as_rows: tuple[ColumnsAsRows, ...] = ()
    without: dict[str, str] = field(default_factory=dict[str, str])
    has_machine_numbers: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.needed, *self.optional)

    def headers_of(self, column: str) -> tuple[str, ...]:
        """The headers that may carry a column, the likeliest first."""
        return self.headers.get(column, (column,))

    def position(self, raw: RawFile, column: str) -> int | None:
        """Where a column stands in a file: under the first of its headers that the file has."""
        places = (raw.position(header) for header in self.headers_of(column))
        return next((place for place in places if place is not None), None)


@dataclass(frozen=True)
class Source:
    """A CRM or a user's own mapping: what identifies it, its files, and the SELECT of each contract table."""

    name: str
    signatures: tuple[tuple[str, frozenset[str]], ...]
    tables: tuple[RawTable, ...]
    selects: dict[str, str]
    folder: Path | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is a user's own mapping, and none that comes with the product."""
        shipped = Path(__file__).resolve().parents[1]
        return self.folder is not None and shipped not in self.folder.resolve().parents

    def matches(self, files: Iterable[RawFile]) -> bool:
        """Whether one of the files has the columns, and the name if there is one, of one of the signatures."""
        return any(
            (not stem or raw.file.stem == stem) and columns <= lower(raw.header)
            for raw in files
            for stem, columns in self.signatures
        )

    def path_of(self, table: str) -> str:
        """The file that holds the SELECT of a table, for messages."""
        return str(self.folder / f"{table}.sql") if self.folder else f"{table}.sql"


def lower(names: Iterable[str]) -> frozenset[str]:
    """Names to be compared in any case."""
    return frozenset(name.strip().lower() for name in names)


def load_source(folder: Path) -> Source:
    """Read a source's folder.

    Raises StandingError, naming the file and what to do, where source.toml or a SELECT will not do.
    """
    path = folder / "source.toml"
    declared = _read_toml(path)
    reader = _Reader(path)
    reader.check_keys("", declared, {"name", "signatures", "has_machine_numbers", "files"})
    files = reader.get("", declared, "files", dict, {})
    if not files:
        raise StandingError(f"{path} declares no file: add a section such as [files.account].")
    signatures = reader.get("", declared, "signatures", list, [])
    is_machine = reader.get("", declared, "has_machine_numbers", bool, False)
    tables = tuple(
        replace(reader.read_table(name, fields), has_machine_numbers=is_machine)
        for name, fields in files.items()
    )
    return Source(
        name=reader.get("", declared, "name", str, folder.name),
        signatures=tuple(reader.read_signature(fields) for fields in signatures),
        tables=tables,
        selects=_read_selects(folder, path, tables),
        folder=folder,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StandingError(
            f"There is no file {path}: give a folder with source.toml and SELECTs."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StandingError(f"{path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise StandingError(f"{path} is not valid TOML: {error}.") from None


def _read_selects(folder: Path, path: Path, tables: Iterable[RawTable]) -> dict[str, str]:
    selects: dict[str, str] = {}
    for file in sorted(folder.glob("*.sql")):
        if file.stem not in load_contract():
            raise StandingError(
                f"{file} fills no table of the contract; the nearest is {_nearest(file.stem, load_contract())}.sql."
            )
        try:
            selects[file.stem] = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise StandingError(f"{file} cannot be read: {error}.") from None
        _refuse_other_statements(file, selects[file.stem])
    for table in tables:
        if table.feeds not in selects:
            raise StandingError(
                f"{path} says that [files.{table.name}] feeds {table.feeds}, and there is no"
                f" {folder / table.feeds}.sql: write the SELECT, or leave the file out."
            )
    return selects


def _refuse_other_statements(file: Path, sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise StandingError(f"{file} cannot be read as SQL: {to_sentence(error)}") from None
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise StandingError(f"{file} must hold one SELECT and no other statement.")


def to_sentence(error: duckdb.Error) -> str:
    """What DuckDB says of an SQL text, in one line that ends with a stop, with the line where it names one."""
    message = str(error)
    line = re.search(r"\n\s*LINE (\d+): ", message)
    text = " ".join(message.split("\n\n")[0].split()).rstrip(".")
    return f"line {line[1]}: {text}." if line else f"{text}."


def _nearest(name: str, known: Iterable[str]) -> str:
    return difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)[0]


class _Reader:
    """Reads the tables of one source.toml, and names it wherever something will not do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check_keys(self, section: str, given: dict[str, Any], known: set[str]) -> None:
        for key in given:
            if key not in known:
                where = f" in [{section}]" if section else ""
                raise StandingError(
                    f'{self._path} has the unknown key "{key}"{where}; the nearest known key is'
                    f' "{_nearest(key, sorted(known))}".'
                )

    def get(self, section: str, given: dict[str, Any], key: str, kind: type, default: Any) -> Any:
        value = given.get(key, default)
        if not isinstance(value, kind):
            words = {list: "a list", dict: "a section", str: "a text", bool: "true or false"}
            where = f" in [{section}]" if section else ""
            raise StandingError(f"{self._path}: {key}{where} must be {words[kind]}.")
        return value

    def texts(self, section: str, given: dict[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        value = given.get(key, ())
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(
            isinstance(item, str) for item in cast("list[object]", items)
        ):
            raise StandingError(f"{self._path}: {key} in [{section}] must be a list of texts.")
        return tuple(cast("list[str]", items))

    def read_signature(self, fields: Any) -> tuple[str, frozenset[str]]:
        if not isinstance(fields, dict):
            raise StandingError(f"{self._path}: signatures must be written as [[signatures]].")
        given = cast("dict[str, Any]", fields)
        self.check_keys("[signatures]", given, {"file", "columns"})
        columns = self.texts("[signatures]", given, "columns")
        if not columns:
            raise StandingError(f"{self._path}: a signature needs columns.")
        return self.get("[signatures]", given, "file", str, "").lower(), lower(columns)

    def read_table(self, name: str, fields: Any) -> RawTable:
        section = f"files.{name}"
        given: dict[str, Any] = self.get(section, {name: fields}, name, dict, {})
        known = {
            "feeds", "file", "identified_by", "is_needed", "needed", "optional", "instants", "dates", "amounts",
            "has_footer", "is_extra", "headers", "date_formats", "decimal_marks", "columns_as_rows", "without",
        }  # fmt: skip
        self.check_keys(section, given, known)
        feeds = self.get(section, given, "feeds", str, "")
        if feeds not in load_contract():
            raise StandingError(
                f'{self._path}: [{section}] feeds "{feeds}", which is no table of the contract; the nearest is'
                f' "{_nearest(feeds, load_contract())}".'
            )
        headers = self._section(section, given, "headers")
        table = RawTable(
            name=name,
            feeds=feeds,
            stems=self.texts(section, given, "file"),
            identified_by=tuple(
                self.texts(section, {"identified_by": headers_of_one}, "identified_by")
                for headers_of_one in self.get(section, given, "identified_by", list, [])
            ),
            is_needed=self.get(section, given, "is_needed", bool, False),
            needed=self.texts(section, given, "needed"),
            optional=self.texts(section, given, "optional"),
            instants=frozenset(self.texts(section, given, "instants")),
            dates=frozenset(self.texts(section, given, "dates")),
            amounts=frozenset(self.texts(section, given, "amounts")),
            has_footer=self.get(section, given, "has_footer", bool, False),
            is_extra=self.get(section, given, "is_extra", bool, False),
            headers={key: self.texts(f"{section}.headers", headers, key) for key in headers},
            date_formats=self._section(section, given, "date_formats", str),
            decimal_marks=self._section(section, given, "decimal_marks", str),
            without=self._section(section, given, "without", str),
            columns_as_rows=tuple(
                self._read_rows(f"{section}.columns_as_rows.{key}", key, rows)
                for key, rows in self._section(section, given, "columns_as_rows", dict).items()
            ),
        )
        self._check_table(section, table)
        return table

    def _section(
        self, section: str, given: dict[str, Any], key: str, kind: type = object
    ) -> dict[str, Any]:
        values = self.get(section, given, key, dict, {})
        for name in values if kind is not object else ():
            self.get(f"{section}.{key}", values, name, kind, None)
        return values

    def _read_rows(self, section: str, name: str, given: dict[str, Any]) -> ColumnsAsRows:
        self.check_keys(section, given, {"header", "keep", "dates", "instants"})
        try:
            header = re.compile(self.get(section, given, "header", str, ""))
        except re.error as error:
            raise StandingError(f"{self._path}: header in [{section}]: {error}.") from None
        if not header.pattern:
            raise StandingError(f"{self._path}: [{section}] needs header, a regular expression.")
        return ColumnsAsRows(
            name,
            header,
            self.texts(section, given, "keep"),
            frozenset(self.texts(section, given, "dates")),
            frozenset(self.texts(section, given, "instants")),
        )

    def _check_table(self, section: str, table: RawTable) -> None:
        if not table.stems and not table.identified_by:
            raise StandingError(f"{self._path}: [{section}] needs file or identified_by.")
        named = {
            "instants": table.instants,
            "dates": table.dates,
            "amounts": table.amounts,
            "headers": table.headers,
            "date_formats": table.date_formats,
            "decimal_marks": table.decimal_marks,
            "without": table.without,
            **{f"columns_as_rows.{rows.name}": rows.keep for rows in table.columns_as_rows},
        }
        for key, names in named.items():
            for name in names:
                if name not in table.columns:
                    raise StandingError(
                        f'{self._path}: {key} in [{section}] names "{name}", which is neither in needed nor in'
                        " optional."
                    )
        for name, mark in table.decimal_marks.items():
            if mark not in (",", "."):
                raise StandingError(
                    f'{self._path}: the decimal mark of {name} in [{section}] must be "," or ".".'
                )
