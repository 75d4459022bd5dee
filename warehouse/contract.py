"""The contract (data/contract.toml): the tables and columns that facts rely on."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from warehouse.identifiers import quote_identifier

CONTRACT_FILE = Path(__file__).parent.parent / "data" / "contract.toml"

SQL_TYPES = {
    "id": "varchar",
    "text": "varchar",
    "enum": "varchar",
    "currency": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
    "integer": "integer",
    # Sums of doubles differ in their last digits from run to run, so measures are decimals too.
    "number": "decimal(18, 6)",
    "money": "decimal(18, 6)",
    # A unit of some currencies is worth less than 0.001 of another.
    "rate": "decimal(18, 10)",
}


@dataclass(frozen=True)
class Column:
    """One column: `type` is a key of SQL_TYPES, `values` those of an enum."""

    name: str
    type: str
    is_needed: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str | None = None
    is_lower: bool = False
    adds_up: bool = False
    description: str = ""


@dataclass(frozen=True)
class Rule:
    """A condition over the typed columns that rejects a row, and the reason it gives."""

    condition: str
    reason: str


@dataclass(frozen=True)
class Table:
    """One contract table; `dated_by` is the column that says how fresh it is."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    dated_by: str | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def money(self) -> tuple[Column, ...]:
        """The columns that are converted into the reporting currency."""
        return tuple(column for column in self.columns if column.type == "money")

    @property
    def has_currency(self) -> bool:
        """Whether its rows may say a currency of their own."""
        return any(column.name == "currency" for column in self.columns) and bool(self.money)

    @property
    def schema(self) -> tuple[tuple[str, str], ...]:
        """Name and SQL type of every column of the loaded table, in order."""
        own = [(column.name, SQL_TYPES[column.type]) for column in self.columns]
        originals = [(f"{column.name}_original", SQL_TYPES["money"]) for column in self.money]
        source = [("source_file", "varchar"), ("source_line", "bigint"), ("load_id", "varchar")]
        return (*own, *originals, *source)


@cache
def load_contract() -> dict[str, Table]:
    """Return the contract's tables by name; a table comes after those that it references."""
    declared = tomllib.loads(CONTRACT_FILE.read_text(encoding="utf-8"))
    tables = {name: _read_table(name, fields) for name, fields in declared.items()}
    ordered: dict[str, Table] = {}
    while len(ordered) < len(tables):
        for name, table in tables.items():
            wanted = {column.references for column in table.columns if column.references}
            if name not in ordered and wanted <= ordered.keys():
                ordered[name] = table
    return ordered


def _read_table(name: str, fields: dict[str, Any]) -> Table:
    return Table(
        name=name,
        description=fields["description"],
        columns=tuple(_read_column(column, given) for column, given in fields["columns"].items()),
        key=tuple(fields.get("key", ())),
        dated_by=fields.get("dated_by"),
        rules=tuple(Rule(rule["when"], rule["reason"]) for rule in fields.get("reject_when", ())),
    )


def _read_column(name: str, fields: dict[str, Any]) -> Column:
    return Column(
        name=name,
        type=fields["type"],
        is_needed=fields.get("needed", False),
        values=tuple(fields.get("values", ())),
        minimum=fields.get("min"),
        maximum=fields.get("max"),
        references=fields.get("references"),
        is_lower=fields.get("is_lower", False),
        adds_up=fields.get("adds_up", False),
        description=fields.get("description", ""),
    )


def create_contract_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every contract table that is not there, empty and with the types that a load gives it."""
    for table in load_contract().values():
        columns = ", ".join(f"{quote_identifier(name)} {kind}" for name, kind in table.schema)
        connection.execute(f"create table if not exists {quote_identifier(table.name)} ({columns})")
