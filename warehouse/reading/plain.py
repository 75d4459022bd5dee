"""Plain files in the contract's own names and columns: a whole export of them, or some beside the files of a CRM."""

from collections.abc import Iterable

from warehouse.contract import SQL_TYPES, Table, load_contract
from warehouse.reading.source import COMPANY_FILES, RawTable, Source

# What a SELECT says of a row beside the columns of its table; a plain file may say it too.
BOOKS = ("is_deleted", "modified_at")
# The dates of a table that say when the row came to be: no row was written before them. A term begins, a deal closes
# and a campaign starts on a day that may lie ahead.
BORN_ON = frozenset(
    (
        "created_on",
        "opened_at",
        "responded_on",
        "occurred_on",
        "assessed_on",
        "ordered_on",
        "entered_at",
    )
)


def load_company_source() -> Source:
    """The company's own files beside those of a CRM."""
    return _read_tables("the company's own files", COMPANY_FILES)


def load_plain_source() -> Source:
    """Every table of the contract as a file of its name with columns of its names, those not needed at will.

    One is recognised by customers.csv with its key, or by subscriptions.csv with all that it needs.
    """
    contract = load_contract()
    source = _read_tables("plain files in the contract's own names", contract)
    signatures = (
        ("customers", frozenset(contract["customers"].key)),
        ("subscriptions", frozenset(_needed(contract["subscriptions"]))),
    )
    return Source(source.name, signatures, source.tables, source.selects)


def find_birth_dates(source: Source) -> dict[str, str]:
    """The columns by table that say when a row of a plain export came to be; none for another export."""
    if source.folder is not None:
        return {}
    return {
        table.name: table.dated_by
        for table in load_contract().values()
        if table.dated_by in BORN_ON and table.name not in COMPANY_FILES
    }


def _read_tables(name: str, tables: Iterable[str]) -> Source:
    contract = load_contract()
    raw = tuple(_read_table(contract[table]) for table in tables)
    return Source(name, (), raw, {table.name: f"select * from raw_{table.name}" for table in raw})


def _read_table(table: Table) -> RawTable:
    optional = [column.name for column in table.columns if not column.is_needed]
    dates = [column.name for column in table.columns if column.type in ("date", "timestamp")]
    amounts = [column.name for column in table.columns if SQL_TYPES[column.type].startswith("dec")]
    return RawTable(
        table.name,
        table.name,
        (table.name,),
        is_needed=table.name == "customers",
        needed=_needed(table),
        optional=(*optional, *BOOKS),
        dates=frozenset([*dates, "modified_at"]),
        amounts=frozenset(amounts),
        has_machine_numbers=True,
    )


def _needed(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.is_needed)
