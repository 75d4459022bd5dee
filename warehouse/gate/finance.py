"""The ledger's revenue of a quarter (finance_totals.csv) against ours, as a bridge that sums.

MRR is not recognised revenue. What can be compared is the MRR accrued by day, so that
  revenue + not explained = accrued + orders - credits,
with the orders and the credits of the quarter, where the export has them.
"""

from pathlib import Path

import duckdb

FILE = Path(__file__).parent / "finance_bridge.sql"


def reconcile_finance(connection: duckdb.DuckDBPyConnection) -> None:
    """Create finance_bridge, one row a line of finance_totals; `problem` says where nothing can be compared."""
    sql = FILE.read_text(encoding="utf-8")
    connection.execute(f"create table finance_bridge as\n{sql}")
