"""The bridges of control_totals and finance_totals as sentences, one a line, for the terminal."""

from typing import Any

import duckdb

# Each step with its sign, in the order of the bridge.
CONTROL_STEPS = (
    ("not_explained", 1, "not explained"),
    ("rejected", -1, "rejected"),
    ("set_aside", -1, "set aside"),
    ("staff", -1, "of staff and partners"),
    ("unlinked", -1, "without a customer"),
    ("by_rule", 1, "by rule"),
)
FINANCE_STEPS = (
    ("not_explained", 1, "not explained"),
    ("orders", -1, "orders"),
    ("credits", 1, "credits"),
)


def describe_bridges(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """'Accounts: 3,406 in the CRM = 3,406 here', with the steps between where there are any."""
    lines: list[str] = []
    for row in _rows(cursor, "select * from control_bridge order by name"):
        if row["problem"]:
            lines.append(f"{row['name']}: {row['problem']}")
            continue
        way = _describe(row, "control_total", "in the CRM", CONTROL_STEPS, "ours", "here")
        lines.append(f"{row['name']}: {way}")
    for row in _rows(cursor, "select * from finance_bridge order by period_start"):
        if row["problem"]:
            lines.append(f"Quarter from {row['period_start']}: {row['problem']}")
            continue
        way = _describe(
            row, "revenue", "in the ledger", FINANCE_STEPS, "accrued", "of MRR accrued by day here"
        )
        lines.append(f"Quarter from {row['period_start']}: {way}")
    return lines


def _describe(
    row: dict[str, Any],
    start: str,
    where: str,
    steps: tuple[tuple[str, int, str], ...],
    end: str,
    here: str,
) -> str:
    parts = [f"{_format(row[start])} {where}"]
    for name, sign, words in steps:
        amount = sign * row[name]
        if amount:
            hint = f" ({row['hint']})" if name == "not_explained" and row.get("hint") else ""
            parts.append(f"{'+' if amount > 0 else '-'} {_format(abs(amount))} {words}{hint}")
    return f"{' '.join(parts)} = {_format(row[end])} {here}"


def _format(amount: Any) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = cursor.execute(sql)
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
