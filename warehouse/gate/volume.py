"""The files of this load against those of the load before: what shrank, and what is gone."""

import duckdb

from warehouse.settings import Settings


def compare_files(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Create file_changes (file, table_name, known_at, rows_before, rows_now, is_retired) of previous and loaded files.

    Files are matched by their name, in any case and whatever ZIP they lie in. Of names that only one of the loads has,
    as names with a date in them, all files of one table count together. A delta is compared with nothing.
    """
    connection.execute(
        """
        create or replace table file_changes as
        with newest as (
            select load_id from loads
            where load_id = (select load_id from build_info) and not is_delta
        ),
        before as (
            select
                lower(regexp_extract(file, '[^/]*$')) as name, table_name,
                min(file) as file, sum(rows_in) as rows_in, max(known_at) as known_at
            from previous_files
            cross join newest
            where table_name is not null
            group by name, table_name
        ),
        now as (
            select lower(regexp_extract(file, '[^/]*$')) as name, table_name, sum(rows_in) as rows_in
            from load_files
            inner join newest on load_files.load_id = newest.load_id
            where table_name is not null and not is_derived
            group by name, table_name
        ),
        paired as (
            select
                coalesce(before.name, now.name) as name,
                coalesce(before.table_name, now.table_name) as table_name,
                case when before.name = now.name then now.name end as pair,
                before.file, before.known_at,
                before.rows_in as rows_before,
                now.rows_in as rows_now
            from before
            full outer join now on before.name = now.name and before.table_name = now.table_name
        )
        select
            string_agg(file, ', ' order by file) as file,
            table_name,
            max(known_at) as known_at,
            cast(coalesce(sum(rows_before), 0) as bigint) as rows_before,
            cast(coalesce(sum(rows_now), 0) as bigint) as rows_now,
            bool_and(list_contains($retired, name)) filter (where rows_before > 0) as is_retired
        from paired
        group by table_name, pair
        having count(file) > 0
        """,
        {"retired": [name.lower() for name in settings.retired_files]},
    )
