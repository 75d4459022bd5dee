"""How old the newest row of each table is, and whether the table is silent for longer than it ever was."""

import duckdb

from warehouse.contract import Table, load_contract
from warehouse.identifiers import quote_identifier, quote_text

# A habit is known after half a year (a programme that takes on customers for some weeks is none), and is weekly where
# three weeks of four have a row.
FEWEST_WEEKS = 26
WEEKLY_SHARE = 0.75


def measure_freshness(connection: duckdb.DuckDBPyConnection) -> None:
    """Create table_freshness (table_name, newest_on, age_days, longest_gap_days, is_stale) of a built warehouse.

    One row for each table of the export that has a date. age_days: from its newest row (of those up to the as-of date)
    to the as-of date. longest_gap_days: the longest time between two days with rows in the 52 weeks up to the newest;
    null where the table does not move every week. is_stale: the last closed week holds nothing, and the silence is
    longer than that.
    """
    connection.execute(
        "create table table_freshness (table_name varchar, newest_on date, age_days bigint,"
        " longest_gap_days bigint, is_stale boolean)"
    )
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from table_status where is_present"
        ).fetchall()
    }
    for table in load_contract().values():
        if table.dated_by and table.name in present:
            connection.execute(_sql(table), {"share": WEEKLY_SHARE, "weeks": FEWEST_WEEKS})


def _sql(table: Table) -> str:
    day = f"cast({quote_identifier(table.dated_by or '')} as date)"
    return f"""
        insert into table_freshness
        with days as (
            select distinct {day} as day
            from {quote_identifier(table.name)}
            where {day} <= (select as_of from build_info)
        ),
        gaps as (
            select day, date_diff('day', lag(day) over (order by day), day) as gap
            from days
            where day > (select max(day) - 364 from days)
        ),
        habit as (
            select
                max(day) as newest_on,
                max(gap) as longest_gap,
                count(distinct date_trunc('week', day)) as weeks,
                date_diff('day', date_trunc('week', min(day)), max(day)) // 7 + 1 as span
            from gaps
        ),
        aged as (
            select
                newest_on,
                date_diff('day', newest_on, (select as_of from build_info)) as age_days,
                case when span >= $weeks and weeks >= $share * span then longest_gap end as longest_gap_days
            from habit
        )
        select
            {quote_text(table.name)},
            newest_on,
            age_days,
            longest_gap_days,
            coalesce(age_days > longest_gap_days, false) and coalesce(
                newest_on < (select max(period_start) from periods where grain = 'week' and is_closed),
                false
            )
        from aged
    """
