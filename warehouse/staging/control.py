"""Totals that a CRM report gives (control_totals.csv) against what was loaded, as a bridge that sums.

A CRM report leaves out what is deleted or merged into another record. So, for each line of the sheet,
  control total + deleted + merged + not explained = what the export holds, and
  what the export holds - rejected - deleted - merged - set aside - staff - unlinked + by rule = ours.
`not_explained` is what the export has more (negative: less) than the report, `staff` what is of staff and partners,
`by_rule` what else the product's definitions add. `hint` says what a difference is equal to, where it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.contract import Table, load_contract
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.staging.cast import staged

# Report and export are made hours apart.
TOLERANCE = 0.005
# Accepted without a customer, their rows are in no metric by customer.
MAY_BE_UNLINKED = ("cases", "survey_responses", "activities")
RUNNING = (
    "rows.mrr > 0 and not coalesce(rows.is_trial, false) and rows.started_on <= lines.on_day"
    " and (rows.ended_on is null or rows.ended_on > lines.on_day)"
)
SPELL_RUNS = (
    "rows.valid_from <= lines.on_day and (rows.valid_to is null or rows.valid_to > lines.on_day)"
)
WON = "rows.is_closed and rows.is_won"
# Some reports count what was deleted or merged: the difference is then exactly these records.
AMOUNT = "if({0} = round({0}), format('{{:,}}', cast({0} as bigint)), format('{{:,.2f}}', cast({0} as double)))"
DELETED = f"if(deleted > 0, {AMOUNT.format('deleted')} || ' deleted', null)"
MERGED = f"if(merged > 0, {AMOUNT.format('merged')} || ' merged', null)"
HINT = f"""
    'equals the ' || case
        when problem is not null or not_explained >= 0 then null
        when -not_explained = deleted + merged then concat_ws(' and ', {DELETED}, {MERGED})
        when -not_explained = deleted then {DELETED}
        when -not_explained = merged then {MERGED}
    end || ': does the report of the CRM count them?'
"""


@dataclass(frozen=True)
class Measure:
    """What a line counts: rows of a table under a condition, their customers, or the sum of a column.

    day: the column that the line's dates limit. fact: what the product shows, where that is not the table itself, with
    its condition.
    """

    table: str
    condition: str = "true"
    amount: str = ""
    is_by_customer: bool = False
    day: str | None = None
    fact: str = ""
    fact_condition: str = ""

    def meets(self, condition: str) -> str:
        """SQL: whether `rows` belongs to the line `lines`."""
        if not self.day:
            return condition
        day = f"cast(rows.{quote_identifier(self.day)} as date)"
        return (
            f"{condition} and (lines.is_undated or {day} between coalesce(lines.starts_on, {day})"
            f" and coalesce(lines.ends_on, {day}))"
        )


MEASURES = {
    "open_opportunities": Measure(
        "opportunities", "not rows.is_closed",
        fact="fct_opportunities", fact_condition="not rows.is_closed",
    ),
    "won_opportunities": Measure(
        "opportunities", WON, day="closed_on", fact="fct_opportunities", fact_condition="rows.is_won"
    ),
    "won_amount": Measure(
        "opportunities", WON, "amount", day="closed_on",
        fact="fct_opportunities", fact_condition="rows.is_won",
    ),
    "active_customers": Measure(
        "subscriptions", RUNNING, is_by_customer=True,
        fact="fct_activity_spells", fact_condition=SPELL_RUNS,
    ),
    "mrr": Measure(
        "subscriptions", RUNNING, "mrr", fact="fct_mrr_spells", fact_condition=SPELL_RUNS
    ),
}  # fmt: skip


def find_measure(name: str) -> Measure | None:
    """One of MEASURES, or the rows of a table of the contract."""
    table = load_contract().get(name)
    return Measure(name, day=table.dated_by) if table else MEASURES.get(name)


def keep_left_out(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], as_of: date
) -> None:
    """Create control_lines, the sheet, and control_parts: what of each line is not accepted, by state.

    To be called while the staged rows are there. Amounts in other currencies count at their rate.
    """
    connection.execute(
        "create table control_lines as select name, measure, value as control_total, starts_on, ends_on,"
        " coalesce(tolerance, $tolerance) as tolerance, coalesce(ends_on, $as_of) as on_day,"
        " starts_on is null and ends_on is null as is_undated"
        " from control_totals where status is null",
        {"tolerance": TOLERANCE, "as_of": as_of},
    )
    connection.execute(
        "create table control_parts (name varchar, state varchar, amount decimal(38, 6))"
    )
    by_name = {table.name: table for table in tables}
    for name, measure in _list_measures(connection).items():
        if measure.table in by_name:
            _keep(connection, name, measure, by_name[measure.table])


def _keep(connection: duckdb.DuckDBPyConnection, name: str, measure: Measure, table: Table) -> None:
    set_aside = "merged" if table.name == "customers" else "set_aside"
    worth, rates = "1", ""
    if measure.amount:
        worth = f"own.{quote_identifier(measure.amount)} * coalesce(rates.rate, 1)"
        rates = "left join scratch.rates as rates on own.currency = rates.currency"
    rows = f"""
        select
            own.*, {worth} as worth,
            case own.status when 'set_aside' then '{set_aside}' else coalesce(own.status, 'accepted') end as state
        from {staged(table)} as own {rates}
    """
    if measure.is_by_customer:
        # of an account with several terms, the best
        rows = f"""
            select lines.name, min(rows.state) as state, 1 as worth
            from control_lines as lines inner join ({rows}) as rows on {measure.meets(measure.condition)}
            where lines.measure = $measure and rows.customer_id is not null
            group by lines.name, rows.customer_id
        """
        _add(
            connection,
            name,
            f"select name, state, count(*) from ({rows}) where state <> 'accepted' group by all",
        )
        return
    _add(
        connection,
        name,
        f"select lines.name, rows.state, sum(rows.worth) from control_lines as lines inner join ({rows}) as rows"
        f" on {measure.meets(measure.condition)}"
        " where lines.measure = $measure and rows.state <> 'accepted' group by all",
    )
    if name == table.name:
        # Rows that are no rows, as one cut short, never had a value.
        _add(
            connection,
            name,
            "select lines.name, 'rejected', (select coalesce(sum(rejected), 0) from load_files"
            f" where table_name = $measure) - (select count(*) from {staged(table)} where status = 'rejected')"
            " from control_lines as lines where lines.measure = $measure and lines.is_undated",
        )


def reconcile_controls(connection: duckdb.DuckDBPyConnection) -> None:
    """Create control_bridge, one row a line of the sheet, from the facts and what keep_left_out kept."""
    for name, measure in _list_measures(connection).items():
        _add_accepted(connection, name, measure)
    problems = " ".join(
        f"when lines.measure = {quote_text(name)} and not lines.is_undated then"
        f" 'the rows of {name} have no date: leave starts_on and ends_on empty'"
        for name, measure in _list_measures(connection).items()
        if measure.day is None and "on_day" not in measure.condition
    )
    known = ", ".join(quote_text(name) for name in (*load_contract(), *MEASURES))
    connection.execute(f"""
        create table control_bridge as
        with parts as (
            select
                name,
                {
        ", ".join(
            f"coalesce(sum(amount) filter (where state = '{state}'), 0) as {state}"
            for state in (
                "accepted",
                "rejected",
                "deleted",
                "merged",
                "set_aside",
                "staff",
                "unlinked",
                "ours",
            )
        )
    }
            from control_parts
            group by name
        ),
        bridges as (
        select
            lines.name, lines.measure, lines.starts_on, lines.ends_on, lines.tolerance, lines.control_total,
            coalesce(parts.deleted, 0) as deleted,
            coalesce(parts.merged, 0) as merged,
            coalesce(parts.accepted + parts.rejected + parts.set_aside, 0) - lines.control_total as not_explained,
            coalesce(parts.rejected, 0) as rejected,
            coalesce(parts.set_aside, 0) as set_aside,
            coalesce(parts.staff, 0) as staff,
            coalesce(parts.unlinked, 0) as unlinked,
            coalesce(parts.ours - (parts.accepted - parts.staff - parts.unlinked), 0) as by_rule,
            coalesce(parts.ours, 0) as ours,
            case
                when lines.measure not in ({known})
                    then 'its measure is neither a table nor one of {", ".join(MEASURES)}'
                {problems}
            end as problem
        from control_lines as lines
        left join parts on lines.name = parts.name
        )
        select *, {HINT} as hint
        from bridges
        order by name
    """)
    connection.execute("drop table control_parts")
    connection.execute("drop table control_lines")


def _add_accepted(connection: duckdb.DuckDBPyConnection, name: str, measure: Measure) -> None:
    """Add the parts accepted, staff, unlinked and ours."""
    amount = f"sum(rows.{quote_identifier(measure.amount)})" if measure.amount else "count(*)"
    if measure.is_by_customer:
        amount = "count(distinct rows.customer_id)"

    def add(state: str, relation: str, condition: str) -> None:
        _add(
            connection,
            name,
            f"select lines.name, '{state}', {amount} from control_lines as lines"
            f" inner join {relation} as rows on {measure.meets(condition)}"
            " where lines.measure = $measure group by lines.name",
        )

    table = quote_identifier(measure.table)
    add("accepted", table, measure.condition)
    if measure.fact:
        staff = f"(select own.* from {table} as own inner join customers using (customer_id) where is_staff_or_partner)"
        add("staff", staff, measure.condition)
        add("ours", measure.fact, measure.fact_condition)
    elif name in MAY_BE_UNLINKED:
        add("unlinked", table, "rows.customer_id is null")
        add("ours", table, "rows.customer_id is not null")
    else:
        add("ours", table, measure.condition)


def _list_measures(connection: duckdb.DuckDBPyConnection) -> dict[str, Measure]:
    """The measures that the sheet names, the unknown ones left out."""
    named = connection.execute(
        "select distinct measure from control_lines order by measure"
    ).fetchall()
    found = {name: find_measure(name) for (name,) in named}
    return {name: measure for name, measure in found.items() if measure}


def _add(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    connection.execute(f"insert into control_parts {sql}", {"measure": name})
