"""Find an account by its name or id, without sending every account to the browser."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

QUERY = Path(__file__).with_suffix(".sql")
MOST_HITS = 50


@dataclass(frozen=True)
class Hit:
    """An account that can be chosen. mrr is in the reporting currency, 0 where it is not active."""

    customer_id: str
    customer_name: str
    mrr: Decimal


def find_accounts(cursor: duckdb.DuckDBPyConnection, words: str, week: date) -> tuple[Hit, ...]:
    """At most MOST_HITS accounts whose name or id holds the words, the largest MRR first."""
    values = {"words": words.strip(), "week": week, "limit": MOST_HITS}
    cursor.execute(QUERY.read_text(encoding="utf-8"), values)
    return tuple(Hit(*row) for row in cursor.fetchall())


def count_accounts(cursor: duckdb.DuckDBPyConnection) -> int:
    """All accounts of the export, staff and partners included."""
    row = cursor.execute("select count(*) from customers").fetchone()
    return int(row[0]) if row else 0
