"""Why rows of a table's files are not in it, where no row of `rejected_rows` says so."""

import duckdb

from warehouse.cast import staged
from warehouse.contract import Table
from warehouse.link import DUPLICATE


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
