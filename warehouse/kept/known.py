"""What a load leaves for those after it: its customers with their MRR, and the books of its files."""

from decimal import Decimal
from pathlib import Path

import duckdb

from warehouse.errors import StandingError
from warehouse.identifiers import quote_text
from warehouse.kept.inputs import Inputs
from warehouse.kept.loads import BookedFile, Load

FIRST_IDS = 5


def write_customers(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write customer_id and mrr (of the as-of date, in the reporting currency) of all accepted customers."""
    connection.execute(f"""
        copy (
            select customers.customer_id, coalesce(sum(running.mrr), 0) as mrr
            from customers
            left join (
                select subscriptions.customer_id, subscriptions.mrr
                from subscriptions
                cross join build_info
                where not coalesce(subscriptions.is_trial, false)
                    and subscriptions.started_on <= build_info.as_of
                    and (subscriptions.ended_on is null or subscriptions.ended_on > build_info.as_of)
            ) as running on customers.customer_id = running.customer_id
            group by customers.customer_id
            order by customers.customer_id
        ) to {quote_text(str(target))} (format parquet, compression zstd)
    """)


def read_books(connection: duckdb.DuckDBPyConnection, load: Load) -> list[BookedFile]:
    """The books of a load's own files, under the names that they have in it."""
    rows = connection.execute(
        "select file, table_name, rows_in, accepted from load_files"
        " where load_id = ? and not is_derived order by file, table_name",
        [load.load_id],
    ).fetchall()
    return [BookedFile(*row) for row in rows]


def write_loads(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Fill `loads` and `previous_files`, and the remarks of the loads in use."""
    for load in inputs.loads:
        connection.execute(
            "insert into loads values (?, ?, ?, ?)",
            [load.load_id, load.known_at, load.is_delta, len(load.files)],
        )
    if previous := inputs.previous:
        for booked in previous.books:
            connection.execute(
                "insert into previous_files values (?, ?, ?, ?, ?)",
                [
                    booked.file,
                    booked.table_name,
                    booked.rows_in,
                    booked.accepted,
                    previous.known_at,
                ],
            )
    for load in inputs.state:
        if load.remark:
            connection.execute(
                "insert into load_notes values ('warning', null, null, null, ?, null)",
                [load.remark],
            )


def refuse_another_company(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, warehouse: Path
) -> None:
    """Raise StandingError where a new full export has no customer, and no file, of the load before it.

    The same file under a mended mapping may well name its customers anew: that is the same company.
    """
    newest, before, path = inputs.loads[-1], inputs.before, inputs.customers_before
    if newest.is_delta or before is None or path is None or not path.exists():
        return
    if {kept.sha256 for kept in newest.files} & {kept.sha256 for kept in before.files}:
        return
    found = connection.execute(f"""
        select
            count(*),
            count(customers.customer_id),
            (select count(*) from customers)
        from read_parquet({quote_text(str(path))}) as earlier
        left join customers on earlier.customer_id = customers.customer_id
    """).fetchone()
    if found and found[0] and found[2] and not found[1]:
        raise StandingError(
            f"This export shares no customer with what is kept in {warehouse}: its {found[2]:,} customers are none of"
            f" the {found[0]:,} of {before.load_id}, built from {before.made_from}. A warehouse holds one company: for"
            f" another one give `--warehouse OTHER`, or delete {warehouse} to begin anew."
        )


def note_missing_customers(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, currency: str
) -> None:
    """Warn of customers that the load before the newest full one had, and that no row of this state names.

    For staged customers, the deleted and rejected ones among them: these are accounted for otherwise.
    """
    before = inputs.before
    if before is None or inputs.customers_before is None or not inputs.customers_before.exists():
        return
    found = connection.execute(
        f"""
        with missing as (
            select earlier.customer_id, earlier.mrr
            from read_parquet({quote_text(str(inputs.customers_before))}) as earlier
            anti join customers on earlier.customer_id = customers.customer_id
        )
        select
            count(*),
            coalesce(sum(mrr), 0),
            list_sort(list(customer_id))[1:{FIRST_IDS}]
        from missing
        """
    ).fetchone()
    if not found or not found[0]:
        return
    number: int = found[0]
    mrr: Decimal = found[1]
    first: list[str] = found[2]
    money = f"{mrr:,.2f}{f' {currency}' if currency else ''}"
    who = f"{number:,} customers" if number > 1 else "1 customer"
    more = ", …" if number > len(first) else ""
    connection.execute(
        "insert into load_notes values ('warning', 'customers', null, 'customer_id', ?, ?)",
        [
            f"{who} of the load before ({before.load_id}, known {before.known_at:%Y-%m-%d}) with {money} of monthly"
            f" revenue {'are' if number > 1 else 'is'} missing from this full export and in no number, as if never"
            f" there: {', '.join(first)}{more}. Find out whether the export left them out; where it holds only what"
            " changed, build it with --delta.",
            number,
        ],
    )
