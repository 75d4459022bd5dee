"""The rows of one customer: terms, movements of MRR, cases, answers, conversations and so on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path(__file__).with_name("records")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """A table of the account page: the file of its query, the contract table behind it and, where
    its rows are records of the CRM, a link to each."""

    name: str
    title: str
    table: str
    is_linked: bool = True


SECTIONS = (
    Section("terms", "Terms", "subscriptions"),
    Section("cases", "Cases", "cases"),
    Section("answers", "Survey answers", "survey_responses"),
    Section("conversations", "Conversations", "activities"),
    Section("advocacy", "Acts of advocacy", "advocacy_events"),
    Section("opportunities", "Opportunities and renewals", "opportunities"),
    Section("orders", "Orders", "orders"),
    Section("usage", "Usage", "usage", is_linked=False),
    Section("payments", "Late payments and credits", "billing_events"),
)


def find_records(cursor: duckdb.DuckDBPyConnection, name: str, customer_id: str) -> Rows:
    """The rows of a section, or of 'movements' (of MRR), newest first."""
    query = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    cursor.execute(query, {"customer_id": customer_id})
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def find_present_tables(cursor: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The contract tables that the export has."""
    cursor.execute("select table_name from table_status where is_present")
    return frozenset(str(row[0]) for row in cursor.fetchall())
