"""An export of no known CRM: accounts and deals, with a mapping of its own, for the quirks of files."""

from datetime import date
from pathlib import Path

import duckdb

from tests.unit.loading import check_accounts
from warehouse.kept.inputs import read_folder
from warehouse.settings import Settings
from warehouse.staging.load import load_export

TOML = """
name = "our own files"

[files.account]
feeds = "customers"
file = "accounts"
needed = ["id"]
optional = ["name", "channel", "is_deleted", "status"]
[files.account.headers]
id = ["id", "(Do Not Modify) Account"]
name = ["name", "Full Name"]
is_deleted = ["IsDeleted", "is_deleted"]

[files.deal]
feeds = "opportunities"
file = "deals"
needed = ["id", "created"]
optional = ["account", "closed", "amount", "amount_again"]
dates = ["created", "closed"]
amounts = ["amount", "amount_again"]
[files.deal.headers]
amount_again = ["amount_1"]
"""
SELECTS = {
    "customers": """
        select
            id as customer_id,
            name as customer_name,
            channel as segment,
            case when lower(trim(status)) = 'deleted' then 'true' else is_deleted end as is_deleted,
            source_file,
            source_line
        from raw_account
    """,
    "opportunities": """
        select
            id as opportunity_id,
            account as customer_id,
            created as created_on,
            'Open' as stage,
            closed is not null as is_closed,
            false as is_won,
            closed as closed_on,
            coalesce(amount, amount_again) as amount,
            source_file,
            source_line
        from raw_deal
    """,
}
ACCOUNTS = b"id,name\n1,Acme\n2,Bolt\n"


def load_own(
    folder: Path, settings: Settings | None = None, toml: str = TOML, **files: bytes
) -> duckdb.DuckDBPyConnection:
    """Load accounts and the given files, by name with `__` for the point, through the mapping."""
    export, source, workspace = folder / "export", folder / "source", folder / "work"
    for each in (export, source, workspace):
        each.mkdir(exist_ok=True)
    for name, data in {"accounts__csv": ACCOUNTS, **files}.items():
        (export / name.replace("__", ".")).write_bytes(data)
    (source / "source.toml").write_text(toml, encoding="utf-8")
    for name, sql in SELECTS.items():
        (source / f"{name}.sql").write_text(sql, encoding="utf-8")
    connection = duckdb.connect()
    inputs = read_folder(export, workspace, source)
    load_export(connection, inputs, settings or Settings(), date(2026, 11, 15), lambda _: None)
    check_accounts(connection)
    return connection
