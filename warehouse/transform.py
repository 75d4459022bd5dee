"""From contract tables to facts, marts and scoped views: one SQL file each, in this order."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from warehouse.identifiers import quote_identifier
from warehouse.settings import Settings, store_settings

FOLDER = Path(__file__).parent

# The order is that of need: each file reads contract tables and the tables named before it.
FACTS = (
    "periods",
    "period_days",
    "period_weeks",
    "customer_dimensions",
    "slices",
    "fct_customers",
    "data_bounds",
    "fct_terms",
    "fct_trials",
    "fct_mrr_steps",
    "fct_mrr_movements",
    "fct_mrr_spells",
    "fct_activity_spells",
    "fct_ended_terms",
    "fct_customer_moves",
    "fct_opportunities",
    "fct_open_spells",
    "fct_orders",
    "fct_answers",
    "fct_usage_drops",
    "fct_evidence",
    "fct_tier_changes",
    "fct_raw_tiers",
    "fct_tier_spells",
    "fct_tiered_steps",
    "fct_retention_spells",
    "fct_tier_moves",
)
MARTS = (
    "mart_customer_changes",
    "mart_opportunity_changes",
    "mart_survey_changes",
    "mart_tier_changes",
    "mart_tier_outcomes",
    "mart_flows",
    "mart_spells",
)
VIEWS = (
    "scoped_slices",
    "scoped_breakdowns",
    "scoped_periods",
    "customer_stocks",
    "customer_periods",
    "weekly_losses",
    "opportunity_periods",
    "created_cohorts",
    "win_times",
    "scoped_companies",
    "cost_periods",
    "spend_periods",
    "survey_periods",
    "newest_tiers",
    "tier_stocks",
    "tier_periods",
    "tier_outcome_periods",
    "flow_periods",
    "movement_periods",
    "survival_spells",
    "survival_steps",
    "survival_multiples",
    "daily_endings",
    "tier_evidence",
    "customer_tiers",
    "customer_flows",
    "recovery_customers",
    "order_histories",
)
# Steps on the way that nothing reads afterwards; fct_tier_changes alone has several rows per event.
SCRATCH = (
    "period_days",
    "period_weeks",
    "fct_tier_changes",
    "fct_raw_tiers",
    "fct_tiered_steps",
    "fct_retention_spells",
)


def build_facts(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    progress: Callable[[str], None] = lambda message: None,
) -> None:
    """Create facts, marts and views over filled contract tables, the rows of each in one order.

    Tables `settings` and `build_info` are made from the arguments where a load has not left them.
    """
    tables = {
        row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()
    }
    if "settings" not in tables:
        store_settings(connection, settings)
    if "build_info" not in tables:
        connection.execute(
            "create table build_info as select cast(? as date) as as_of, cast(null as varchar) as terms",
            [as_of],
        )

    for folder, names in (("facts", FACTS), ("marts", MARTS)):
        progress(f"Deriving {folder}")
        for name in names:
            sql = (FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")
            # Threads leave rows in any order, and the same loads must give the same bytes.
            connection.execute(
                f"create table {quote_identifier(name)} as select * from (\n{sql}\n) order by all"
            )
    for name in VIEWS:
        sql = (FOLDER / "views" / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(f"create view {quote_identifier(name)} as\n{sql}")
    for name in SCRATCH:
        connection.execute(f"drop table {quote_identifier(name)}")
