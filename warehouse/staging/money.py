"""The as-of date, and every amount in one currency at the rates of its fiscal year."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from warehouse.contract import Table
from warehouse.errors import CheckFailed, NoAsOfError, StandingError
from warehouse.identifiers import quote_identifier
from warehouse.settings import Settings
from warehouse.staging.cast import BOOKS, linked_columns, staged
from warehouse.staging.link import DUPLICATE
from warehouse.staging.rates import MissingRates

LARGEST_REJECTED_MRR_SHARE = 0.01
# Of a table's rows with an amount, those of a currency without a rate that are slips of the hand and no currency in
# use; one row always may be.
STRAY_SHARE = 0.001


def choose_as_of(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    as_of: date | None,
    settings: Settings,
    born_on: Mapping[str, str],
    known_on: date,
) -> tuple[date, str]:
    """Return the last day for which the data is complete, and the rule that says so.

    `born_on` names the column by table that stands in for an empty modified_at, up to the day `known_on`.
    """
    if as_of:
        return as_of, "the as-of date was given"
    newest: date | None = None
    for table in tables:
        born = quote_identifier(born_on[table.name]) if table.name in born_on else "null"
        found = connection.execute(
            f"""
            select cast(max(coalesce(modified_at, if({born} < $known_on + interval 1 day, {born}, null))) as date)
            from {staged(table)}
            where status is null
            """,
            {"known_on": known_on},
        ).fetchone()
        if found and found[0]:
            newest = max(newest or found[0], found[0])
    if newest is None:
        counted = " union all ".join(
            f"(select 1 as one from {staged(table)} limit 1)" for table in tables
        )
        if not connection.execute(f"select 1 from ({counted}) limit 1").fetchone():
            raise StandingError(
                "No file of the export has a row that could be read: export the rows, not the headers alone."
            )
        raise NoAsOfError(
            "No row of the export says when it was created or modified: give the last complete day with --as-of."
        )
    what = "row" if born_on else "change"
    return newest - timedelta(days=1), (
        f"the as-of date is the day before the newest {what} in the export ({newest}, {settings.time_zone})"
    )


def fiscal_year(day: date, first_month: int) -> int:
    """Return the fiscal year of a day: it is named by the calendar year in which it ends."""
    return day.year + (first_month > 1 and day.month >= first_month)


def choose_currency(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], as_of: date, settings: Settings
) -> tuple[str, str]:
    """Return the reporting currency ('' where the export names none) and the rule that chose it.

    Raises MissingRates where nothing tells it.
    """
    if settings.reporting_currency:
        return settings.reporting_currency, "the reporting currency is that of the settings"
    named = " union ".join(
        f"select currency from {staged(table)} where status is null and currency is not null"
        for table in tables
        if table.has_currency
    )
    currencies = sorted(code for (code,) in connection.execute(named).fetchall())
    rated = connection.execute(
        "select currency, bool_or(rate = 1) from exchange_rates where status is null group by currency"
    ).fetchall()
    ones = [code for code, is_one in rated if is_one]
    if len(ones) == 1:
        return ones[0], "the reporting currency is that whose exchange rate is 1"
    if not currencies:
        return "", "the export names no currency"
    if len(currencies) == 1:
        return currencies[0], "the reporting currency is the only one of the export"
    unrated = set(currencies) - {code for code, _ in rated}
    year = fiscal_year(as_of, settings.fiscal_year_first_month)
    empty = _empty_rates(connection)
    # A line without its rate is no rate, and yet says that its currency is another.
    unnamed = unrated - set(empty)
    for own in (unrated, unnamed):
        if len(own) == 1:
            return own.pop(), "the reporting currency is the only one without an exchange rate"
    if unrated and not unnamed:
        raise StandingError(
            f"{_say_empty(empty, unrated)}Fill in what one unit is worth in the reporting currency, drop the line of"
            " that currency itself, and build again."
        )
    raise MissingRates(
        f"{_say_empty(empty, unrated)}The export has amounts in {', '.join(currencies)}: set"
        " reporting_currency in settings.toml, and give the rates of the others in exchange_rates.csv.",
        _known_rates(connection),
        sorted(unrated),
        year,
        is_own_among_them=True,
    )


def refuse_unknown_currencies(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    currency: str,
    as_of: date,
    settings: Settings,
) -> None:
    """Create scratch.rates (currency, rate) for the fiscal year of the as-of date; reject amounts without one.

    Raises MissingRates where a currency is in use (more than a stray row) and has none.
    """
    year = fiscal_year(as_of, settings.fiscal_year_first_month)
    connection.execute(
        "create table scratch.rates as"
        " select currency, rate from exchange_rates"
        " where status is null and fiscal_year = $year and currency <> $currency"
        " union all select $currency, 1",
        {"year": year, "currency": currency},
    )
    _refuse_currencies_in_use(connection, tables, year)
    for table in tables:
        if table.has_currency:
            amounts = _amounts(table)
            connection.execute(
                f"""
                update {staged(table)}
                set
                    status = 'rejected',
                    problem_column = 'currency',
                    reason = 'no exchange rate for ' || currency || ' in fiscal year {year}:'
                        || ' add a line to exchange_rates.csv'
                where status is null
                    and coalesce({amounts}) is not null
                    and currency is not null
                    and currency not in (select currency from scratch.rates)
                """
            )


def _refuse_currencies_in_use(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], year: int
) -> None:
    amounts = " union all ".join(
        f"select '{table.name}' as table_name, currency from {staged(table)}"
        f" where status is null and currency is not null and coalesce({_amounts(table)}) is not null"
        for table in tables
        if table.has_currency
    )
    found = connection.execute(
        f"""
        with amounts as ({amounts}),
        counted as (
            select table_name, currency, count(*) as rows, sum(count(*)) over (partition by table_name) as all_rows
            from amounts
            group by table_name, currency
        )
        select
            currency,
            cast(sum(rows) as bigint) as row_count,
            bool_or(rows > greatest(1, $share * all_rows)) as is_used
        from counted
        where currency not in (select currency from scratch.rates)
        group by currency
        order by row_count desc, currency
        """,
        {"share": STRAY_SHARE},
    ).fetchall()
    if any(is_used for *_, is_used in found):
        named = ", ".join(
            f"{code} ({rows:,} {'row' if rows == 1 else 'rows'})" for code, rows, _ in found
        )
        missing = {code for code, *_ in found}
        empty = _empty_rates(connection, year)
        if missing <= set(empty):
            raise StandingError(
                f"{_say_empty(empty, missing)}Fill in what one unit is worth in the reporting currency, and build"
                f" again: the export has amounts in {named}."
            )
        raise MissingRates(
            f"{_say_empty(empty, missing)}The export has amounts in {named} without an exchange rate for"
            f" fiscal year {year}:"
            " what cannot be converted is never summed.",
            _known_rates(connection),
            sorted(code for code, *_ in found),
            year,
        )


def _empty_rates(
    connection: duckdb.DuckDBPyConnection, year: int | None = None
) -> dict[str, tuple[int, str, int]]:
    """The fiscal year, file and line of the lines without a rate, by currency; of one fiscal year where it is given."""
    rows = connection.execute(
        "select currency, fiscal_year, source_file, source_line from exchange_rates"
        " where status = 'rejected' and problem_column = 'rate' and ends_with(reason, 'is missing')"
        " and currency is not null and fiscal_year = coalesce($year, fiscal_year)"
        " order by currency, fiscal_year",
        {"year": year},
    ).fetchall()
    return {code: (its_year, file, line) for code, its_year, file, line in rows}


def _say_empty(empty: dict[str, tuple[int, str, int]], missing: Collection[str]) -> str:
    said = [
        f"the rate of {code} for {year} is empty in {file}, line {line}"
        for code, (year, file, line) in empty.items()
        if code in missing
    ]
    return f"{'; '.join(said)[:1].upper()}{'; '.join(said)[1:]}. " if said else ""


def _amounts(table: Table) -> str:
    return ", ".join(quote_identifier(column.name) for column in table.money)


def _known_rates(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """The lines that the export has: currency, fiscal year, rate as text."""
    return connection.execute(
        "select currency, fiscal_year, rtrim(rtrim(cast(rate as varchar), '0'), '.') from exchange_rates"
        " where status is null order by currency, fiscal_year"
    ).fetchall()


def finish(connection: duckdb.DuckDBPyConnection, table: Table, currency: str) -> None:
    """Leave a contract table with its accepted rows alone, and their money in the reporting currency."""
    if table.money:
        _convert(connection, table, currency)
        return
    connection.execute(f"delete from {staged(table)} where status is not null")
    for book in (*BOOKS, *(f"merged_{column.name}" for column in linked_columns(table))):
        connection.execute(f"alter table {staged(table)} drop column {book}")


def _convert(connection: duckdb.DuckDBPyConnection, table: Table, currency: str) -> None:
    columns: list[str] = []
    originals: list[str] = []
    for column in table.columns:
        name = quote_identifier(column.name)
        if column in table.money:
            rate = "coalesce(rates.rate, 1)" if table.has_currency else "1"
            columns.append(f"cast(staged.{name} * {rate} as decimal(18, 6)) as {name}")
            originals.append(f"staged.{name} as {quote_identifier(f'{column.name}_original')}")
        elif column.name == "currency" and table.has_currency:
            columns.append("coalesce(staged.currency, nullif($currency, '')) as currency")
        else:
            columns.append(f"staged.{name}")
    join = (
        "left join scratch.rates as rates on staged.currency = rates.currency"
        if table.has_currency
        else ""
    )
    connection.execute(
        f"insert into {quote_identifier(table.name)} select {', '.join([*columns, *originals])},"
        " staged.source_file, staged.source_line, staged.load_id"
        f" from {staged(table)} as staged {join} where staged.status is null order by staged.rowid",
        {"currency": currency} if table.has_currency else {},
    )


def _sum_unrated(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, Decimal, str]]:
    """Each currency without a rate, the MRR of its rejected rows in it, and what is missing."""
    return connection.execute(
        """
        select currency, sum(abs(mrr)), coalesce(
                min(split_part(reason, ':', 1)) filter (where starts_with(reason, 'no exchange rate')),
                'no exchange rate'
            )
        from scratch.staged_subscriptions
        where status = 'rejected' and mrr <> 0 and not starts_with(reason, ?)
            and currency not in (select currency from scratch.rates)
        group by currency
        order by currency
        """,
        [DUPLICATE],
    ).fetchall()


def check_mrr(connection: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Note the MRR that rejections remove; raise CheckFailed above 1 % of all.

    An amount in a currency without a rate is added to no other: each such currency alone, at its face value, may be
    1 % of what has a rate. A duplicate removes nothing: its first row stays.
    """
    found = connection.execute(
        """
        select
            count(*) filter (where status = 'rejected'),
            coalesce(sum(abs(mrr) * coalesce(rate, 1)) filter (where status = 'rejected' and is_rated), 0),
            coalesce(sum(abs(mrr) * coalesce(rate, 1)) filter (where is_rated), 0)
        from (
            select terms.*, rates.rate, terms.currency is null or rates.rate is not null as is_rated
            from scratch.staged_subscriptions as terms
            left join scratch.rates as rates on terms.currency = rates.currency
        )
        where status is null or (status = 'rejected' and not starts_with(reason, ?))
        """,
        [DUPLICATE],
    ).fetchone()
    rows, removed, total = found if found else (0, 0, 0)
    if not rows:
        return
    share = float(removed / total) if total else 0.0
    message = (
        f"Rejected subscriptions hold {removed:,.2f} of {total:,.2f}{f' {currency}' if currency else ''}"
        f" of monthly revenue, summed over all terms ({share:.1%})."
    )
    unrated = _sum_unrated(connection)
    if unrated:
        sums = ", ".join(f"{amount:,.2f} {code} ({reason})" for code, amount, reason in unrated)
        said = f"Rejected subscriptions hold amounts that cannot be converted: {sums}."
        message = f"{said} {message}" if removed else said
        share = max(share, *(float(amount / total) if total else 1.0 for _, amount, _ in unrated))
    connection.execute(
        "insert into load_notes values ('warning', 'subscriptions', null, 'mrr', ?, ?)",
        [message, rows],
    )
    if share > LARGEST_REJECTED_MRR_SHARE:
        first = connection.execute(
            "select file, line, reason from rejected_rows"
            " where table_name = 'subscriptions' and not starts_with(reason, ?) order by file, line",
            [DUPLICATE],
        ).fetchone()
        example = f" The first is line {first[1]} of {first[0]}: {first[2]}." if first else ""
        raise CheckFailed(f"{message} That is more than 1 %: mend the export.{example}")
