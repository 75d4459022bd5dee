"""Tables in memory with the columns of the scoped views, from rows or from ASCII tables."""

from collections.abc import Iterable, Mapping

import duckdb

from metrics.registry import Example
from warehouse.identifiers import quote_identifier

KEYS = {
    "grain": "varchar",
    "period_start": "date",
    "period_end": "date",
    "is_closed": "boolean",
    "breakdown": "varchar",
}
COUNT, MONEY, FLAG = "bigint", "decimal(38, 6)", "boolean"
VIEWS: dict[str, dict[str, str]] = {
    "customer_periods": KEYS
    | dict.fromkeys(
        (
            "opening_customers", "closing_customers", "lost_customers", "new_customers",
            "reactivated_customers", "churn_events", "new_events", "reactivation_events",
            "lost_customers_13w", "opening_customers_13w",
        ),
        COUNT,
    )
    | dict.fromkeys(
        (
            "opening_mrr", "closing_mrr", "new_mrr", "reactivation_mrr", "expansion_mrr",
            "contraction_mrr", "churned_mrr", "retention_opening_mrr", "retention_kept_mrr",
            "retention_closing_mrr",
        ),
        MONEY,
    )
    | {"has_13w": FLAG, "has_retention": FLAG},
    "opportunity_periods": KEYS
    | dict.fromkeys(
        (
            "open_opportunities", "won", "lost", "won_with_amount", "won_cycle_days",
            "won_with_cycle", "window_days", "period_won", "period_lost",
        ),
        COUNT,
    )
    | dict.fromkeys(("won_amount", "lost_amount", "period_won_amount"), MONEY),
    "tier_periods": KEYS
    | {"tier": "varchar", "mrr": MONEY, "opening_mrr": MONEY}
    | dict.fromkeys(("customers", "customers_without_evidence", "opening_customers"), COUNT),
    "movement_periods": KEYS
    | dict.fromkeys(
        (
            "opening_customers", "moved_up", "moved_down", "expired_up", "expired_down",
            "entered_new", "entered_reactivated", "left_churned",
        ),
        COUNT,
    ),
    "survey_periods": KEYS
    | dict.fromkeys(
        (
            "nps_promoters", "nps_passives", "nps_detractors", "csat_satisfied", "csat_answers",
            "ces_answers",
        ),
        COUNT,
    )
    | {"ces_sum": MONEY},
    "survival_spells": {
        "breakdown": "varchar", "started_on": "date", "ended_on": "date", "spells": COUNT,
    },
    "scoped_periods": {name: kind for name, kind in KEYS.items() if name != "breakdown"},
    "settings": {
        "gross_margin": "double", "discount_rate_yearly": "double", "ltv_horizon_months": COUNT,
        "dimensions": "varchar[]",
    },
}  # fmt: skip


def read_ascii(table: str) -> list[dict[str, str | None]]:
    """Rows of an ASCII table with a header line; an empty cell is None."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [
        {name: cell or None for name, cell in zip(lines[0], line, strict=True)}
        for line in lines[1:]
    ]


def fill(
    connection: duckdb.DuckDBPyConnection, view: str, rows: Iterable[Mapping[str, object]]
) -> None:
    """Create a table with the columns of a view; columns that a row leaves out are null."""
    columns = VIEWS[view]
    name = quote_identifier(view)
    declared = ", ".join(f"{quote_identifier(key)} {kind}" for key, kind in columns.items())
    connection.execute(f"create table {name} ({declared})")
    for row in rows:
        assert set(row) <= set(columns), f"{view} has no column {set(row) - set(columns)}"
        values = {"grain": "week", "is_closed": True, **row}
        cells = [values.get(column) for column in columns]
        connection.execute(f"insert into {name} values ({', '.join('?' * len(cells))})", cells)


def make_warehouse(
    tables: Mapping[str, Iterable[Mapping[str, object]]],
) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory that holds these views, and the tables that the engine itself reads.

    Its periods are those of the views; all contract tables are present.
    """
    connection = duckdb.connect()
    rows = {view: list(each) for view, each in tables.items()}
    for view, each in rows.items():
        fill(connection, view, each)
    if "settings" not in rows:
        fill(connection, "settings", [{"dimensions": ["segment", "region"]}])
    connection.execute("create table table_status (table_name varchar, is_present boolean)")
    connection.execute(
        "create table periods"
        " (grain varchar, period_start date, period_end date, is_closed boolean)"
    )
    periods = {
        (row.get("grain") or "week", row["period_start"], row.get("is_closed", True))
        for each in rows.values()
        for row in each
        if row.get("period_start")
    }
    for grain, start, is_closed in sorted(periods, key=str):
        connection.execute(
            "insert into periods select ?, ?::date, ?::date + to_days("
            "{'week': 7, 'month': 30, 'quarter': 91, 'year': 365}[?]), ?",
            [grain, start, start, grain, is_closed],
        )
    return connection


def make_example(example: Example) -> duckdb.DuckDBPyConnection:
    """The warehouse of a metric's worked example."""
    return make_warehouse({view: read_ascii(text) for view, text in example.tables})
