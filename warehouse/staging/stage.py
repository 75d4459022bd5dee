"""Every contract table as staged rows: what a source's SELECTs give, typed and judged."""

from collections.abc import Callable, Collection, Sequence

import duckdb

from warehouse.contract import Table
from warehouse.errors import StandingError
from warehouse.identifiers import quote_text
from warehouse.kept.inputs import Inputs
from warehouse.reading.source import Source, to_sentence
from warehouse.staging.books import add_note
from warehouse.staging.cast import RECORD_SEPARATOR, UNIT_SEPARATOR, staged, staging_sql
from warehouse.staging.link import (
    keep_keys,
    link_merged_customers,
    reject_duplicates,
    set_aside_older,
)
from warehouse.staging.parents import lift_to_ultimate_parents

# What a SELECT may give beside the columns of its table.
ORIGIN = {"source_file", "source_line"}
EXTRA = {*ORIGIN, "is_deleted", "set_aside", "is_derived", "modified_at"}


def stage_tables(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    tables: Sequence[Table],
    inputs: Inputs,
    has_moments: bool,
    progress: Callable[[str], None],
) -> None:
    """Create the staged rows of every table, those with no SELECT empty.

    Raises StandingError, naming the file and the line, for a SELECT that the raw views or the contract do not fit.
    """
    load_id = _load_id(inputs)
    for table in tables:
        progress(f"Reading the values of {table.name}")
        select = source.selects.get(
            table.name, "select '' as source_file, 0 as source_line where false"
        )
        try:
            given = {name for name, *_ in connection.execute(f"describe {select}").fetchall()}
            _check_given(source, table, given)
            rows = staging_sql(table, select, given, load_id, has_moments=has_moments)
            # A join leaves rows in any order; sorted while they are written, they are written once.
            connection.execute(
                f"create table {staged(table)} as select * from ({rows})"
                " order by source_file, source_line, columns(*)"
            )
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
            raise StandingError(
                f"{source.path_of(table.name)} does not fit the files that source.toml declares:"
                f" {to_sentence(error)} Mend the SELECT, or add the column to source.toml."
            ) from None
        except (
            duckdb.ConversionException,
            duckdb.InvalidInputException,
            duckdb.OutOfRangeException,
        ) as error:
            raise StandingError(
                f"{source.path_of(table.name)} stops at a value: {to_sentence(error)} Pass the text on as it is, or"
                " use try_cast: the load says which values cannot be read."
            ) from None
        if len(inputs.state) > 1:
            set_aside_older(connection, table, inputs.state)
        reject_duplicates(connection, table)
        if table.name == "customers":
            link_merged_customers(connection)
            lift_to_ultimate_parents(connection)
        elif table.name in ("opportunities", "campaigns"):
            keep_keys(connection, table)
        _note_unreadable(connection, table)
        if source.is_own and table.name in source.selects:
            _note_unfilled(connection, table, given)


def _note_unfilled(
    connection: duckdb.DuckDBPyConnection, table: Table, given: Collection[str]
) -> None:
    """Say which columns a mapping of one's own leaves empty, so that a forgotten one is seen."""
    if unfilled := [column.name for column in table.columns if column.name not in given]:
        sentence = f"{table.name}.sql of the mapping fills no {', '.join(unfilled)}."
        add_note(connection, "info", table.name, "", sentence)


def _load_id(inputs: Inputs) -> str:
    """The SQL of a row's load: files of older loads bear its id before their names."""
    ids = list(dict.fromkeys(given.load_id for given in inputs.files))
    older = " ".join(
        f"when starts_with(source_file, {quote_text(f'{load_id}/')}) then {quote_text(load_id)}"
        for load_id in ids[:-1]
    )
    return f"case {older} else {quote_text(ids[-1])} end" if older else quote_text(ids[-1])


def _check_given(source: Source, table: Table, given: Collection[str]) -> None:
    path = source.path_of(table.name)
    if missing := sorted(ORIGIN - set(given)):
        raise StandingError(
            f"{path} lacks {' and '.join(missing)}: pass them on from the raw table, so that every row can be"
            " traced to a line of a file."
        )
    needed = {column.name for column in table.columns if column.is_needed}
    if table.name in source.selects and (lacking := sorted(needed - set(given))):
        raise StandingError(
            f"{path} gives no {' and no '.join(lacking)}, and a row of {table.name} needs"
            f' {"it" if len(lacking) == 1 else "them"}: write "<header of the file>" as {lacking[0]},'
            " or take the file and what source.toml says of it away."
        )
    known = {column.name for column in table.columns} | EXTRA
    if unknown := sorted(set(given) - known):
        raise StandingError(
            f"{path} gives {', '.join(unknown)}, which {table.name} has not; it has {', '.join(sorted(known))}."
        )


def _note_unreadable(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Say of every optional column how many values became empty, with one of them."""
    connection.execute(
        f"""
        insert into load_notes
        with parts as (
            select
                source_file, source_line,
                string_split(unnest(string_split(unreadable, {RECORD_SEPARATOR})), {UNIT_SEPARATOR}) as part
            from {staged(table)}
            where status is null and unreadable is not null
        )
        select
            'warning', $table_name, source_file, part[1],
            'Values of ' || part[1] || ' that cannot be read count as empty, as "'
            || arg_min(part[2], source_line) || '" in line ' || min(source_line) || ' of ' || source_file || '.',
            count(*)
        from parts
        group by source_file, part[1]
        order by source_file, part[1]
        """,
        {"table_name": table.name},
    )
