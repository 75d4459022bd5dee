"""Why rows of a table's files are not in it, where no row of `rejected_rows` says so."""

import duckdb

from warehouse.contract import Table
from warehouse.staging.cast import staged
from warehouse.staging.link import DUPLICATE


def note_left_out(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Note, for each file and reason, how many rows are set aside or dropped.

    The sentence holds the count, so row_count stays empty.
    """
    connection.execute(
        f"""
        insert into load_notes
        select
            'info', $table_name, source_file, null,
            format('{{:,}}', count(*)) || if(count(*) = 1, ' row of ', ' rows of ') || source_file
            || if(count(*) = 1, ' is ', ' are ') || if(status = 'deleted', 'dropped', 'set aside') || ': '
            || if(count(*) = 1, reason, regexp_replace(reason, '^its ', 'their ')) || '.',
            null
        from {staged(table)}
        where status in ('deleted', 'set_aside')
        group by source_file, status, reason
        order by source_file, status, reason
        """,
        {"table_name": table.name},
    )


def note_repeated_files(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Note every file of which each key stands already in another: the same export lies in the folder twice."""
    connection.execute(
        f"""
        insert into load_notes
        select
            'warning', $table_name, source_file, null,
            'Every key of ' || source_file || ' stands already in another file:'
            || ' the folder seems to hold the same export twice; take one of them away.',
            null
        from {staged(table)}
        where status is null or status = 'rejected'
        group by source_file
        having bool_and(status is not null and starts_with(reason, $duplicate))
        order by source_file
        """,
        {"table_name": table.name, "duplicate": DUPLICATE},
    )


def note_open_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Warn of cases that are open for longer than an open case counts: they seem never to be closed.

    Expects the filled table of cases, the settings and build_info.
    """
    connection.execute("""
        insert into load_notes
        with forgotten as (
            select
                count(*) as cases,
                any_value(settings.open_case_window_days) as days,
                max(date_diff('day', cast(cases.opened_at as date), build_info.as_of)) as oldest_days
            from cases
            cross join settings
            cross join build_info
            where
                cast(cases.opened_at as date) + settings.open_case_window_days <= build_info.as_of
                and coalesce(cast(cases.closed_at as date) > build_info.as_of, true)
        )
        select
            'warning', 'cases', null, 'closed_at',
            format('{:,}', cases)
            || if(cases = 1, ' case has', ' cases have')
            || format(' been open for longer than {} days', days)
            || if(cases = 1, format(' ({:,} days)', oldest_days), format(', the oldest for {:,} days', oldest_days))
            || ': never closed, they no longer count for a tier. Close in the CRM what is done.',
            null
        from forgotten
        where cases > 0
    """)


def note_unmarked_complaints(connection: duckdb.DuckDBPyConnection) -> None:
    """Say which lines of the mapping to edit where no case can be a complaint: nobody could look angry then.

    Expects the filled table of cases, mapping_places and mapped_columns. An escalation, ever, is a sign that cases
    can be told apart; a column of that name behind the kind is an answer even where it says no of every case.
    """
    connection.execute("""
        insert into load_notes
        with voices as (
            select count(*) as cases, count(*) filter (where kind = 'complaint' or is_escalated) as loud
            from cases
        ),
        marks as (
            select count(*) as marks
            from mapped_columns
            where table_name = 'cases' and column_name = 'kind' and header ilike '%complain%'
        ),
        places as (
            select
                coalesce('line ' || line || ' of ' || file, file) as place,
                coalesce(' and line ' || declared_line || ' of ' || declared_in, '') as declared
            from mapping_places
            where table_name = 'cases' and column_name = 'kind'
        )
        select
            'warning', 'cases', null, 'kind',
            'No field of the cases marks a complaint and none is escalated, so nobody can look angry:'
            || coalesce(' name the field in ' || place || declared, ' say complaint in the column kind of cases.csv')
            || '.',
            null
        from voices
        cross join marks
        left join places on true
        where cases > 0 and loud = 0 and marks = 0
    """)
