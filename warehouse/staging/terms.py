"""Paid terms of an export that has none of its own: inferred from won opportunities.

The rules are in docs/decisions.md, 'Where an export has no terms'.
"""

from pathlib import Path

import duckdb

RULES = Path(__file__).parents[1] / "facts" / "inferred_terms.sql"
# What a metric, a page or a file that depends on them says.
INFERRED = "inferred"

WITHOUT = """
    select
        count(*) filter (where customer_id is null),
        count(*) filter (where customer_id is not null and coalesce(amount, 0) <= 0),
        count(*) filter (
            where customer_id is not null and amount > 0 and coalesce(term_starts_on, closed_on) is null
        )
    from opportunities
    where is_closed and is_won
"""
REASONS = ("name no customer", "have no amount above 0", "have no day on which they were won")


def settle_terms(connection: duckdb.DuckDBPyConnection) -> None:
    """Say in build_info whether terms are recorded or inferred, and infer them where no row of the export is one.

    Expects filled contract tables and the load's books. Rows of `subscriptions` that were read and rejected are
    terms of the export's own: they are to be mended, not replaced by guesses.
    """
    has_own = connection.execute(
        "select coalesce(sum(accepted + rejected), 0) from load_files where table_name = 'subscriptions'"
    ).fetchone()
    if has_own and has_own[0]:
        connection.execute("update build_info set terms = 'recorded'")
        return
    columns = [name for name, *_ in connection.execute("describe subscriptions").fetchall()]
    connection.execute(
        f"insert into subscriptions select {', '.join(columns)}"
        f" from (\n{RULES.read_text(encoding='utf-8')}\n) as inferred order by all"
    )
    counted = connection.execute("select count(*) from subscriptions").fetchone()
    made = counted[0] if counted else 0
    if made:
        _book(connection)
    _note(connection, made)


def _book(connection: duckdb.DuckDBPyConnection) -> None:
    """The inferred rows in the books: from which file they were derived, and that the table is there."""
    connection.execute(f"update build_info set terms = '{INFERRED}'")
    connection.execute("""
        insert into load_files by name
        select
            own.file, 'subscriptions' as table_name, count(*) as rows_in, count(*) as accepted,
            0 as rejected, 0 as deleted, 0 as set_aside, own.encoding, own.dialect,
            'Inferred from won opportunities.' as note, true as is_derived
        from subscriptions
        inner join load_files as own on subscriptions.source_file = own.file and not own.is_derived
        group by own.file, own.encoding, own.dialect
        order by own.file
    """)
    connection.execute("""
        update table_status
        set
            is_present = true,
            accepted = (select count(*) from subscriptions),
            newest_on = (
                select max(started_on) from subscriptions where started_on <= (select as_of from build_info)
            )
        where table_name = 'subscriptions'
    """)


def _note(connection: duckdb.DuckDBPyConnection, made: int) -> None:
    """What was inferred from what, and how many won opportunities gave no term and why."""
    months, dated, won = connection.execute("""
        select
            any_value(assumed_term_months),
            count(*) filter (
                where subscription_id is not null
                    and not (term_starts_on is null and term_ends_on is null and term_months is null)
            ),
            count(opportunity_id)
        from settings
        left join opportunities on is_closed and is_won
        left join subscriptions on subscription_id = 'inferred:' || opportunity_id
    """).fetchone() or (0, 0, 0)
    if not won:
        return
    lines = [
        "The export has no terms of its own, and none can be inferred from its won opportunities."
        if not made
        else "The export has no terms of its own, so they are inferred from won opportunities:"
        f" {dated:,} from contract dates or months, {made - dated:,} with {months} assumed months"
        " (assumed_term_months in settings.toml). Every number that depends on them says inferred terms."
    ]
    counts = connection.execute(WITHOUT).fetchone() or (0, 0, 0)
    left_out: dict[str, int] = dict(zip(REASONS, counts, strict=True))
    left_out["were replaced by a contract or a renewal before they began"] = (
        won - made - sum(counts)
    )
    lines += [
        f"{count:,} won opportunities give no term: they {reason}."
        if count > 1
        else f"1 won opportunity gives no term: of those that {reason}."
        for reason, count in left_out.items()
        if count
    ]
    later = connection.execute(
        "select count(*), any_value(as_of) from subscriptions, build_info where started_on > as_of"
    ).fetchone()
    if later and later[0]:
        lines.append(
            f"Inferred terms that begin after the as-of date {later[1]}: {later[0]:,}. They count from their day on;"
            " where the data is complete up to a later day, give it with --as-of."
        )
    lines += _describe_ended(connection)
    connection.executemany(
        "insert into load_notes values (?, 'subscriptions', null, null, ?, null)",
        [["warning", lines[0]], *(["info", line] for line in lines[1:])],
    )


def _describe_ended(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence where no inferred term lasts beyond the as-of date."""
    ended, last, as_of = connection.execute(
        "select count(*), max(ended_on), any_value(as_of) from subscriptions, build_info"
        " having count(*) = count(*) filter (where ended_on <= as_of)"
    ).fetchone() or (0, None, None)
    if not ended:
        return []
    return [
        f"All {ended:,} inferred terms have ended before the as-of date {as_of}, the last on {last}, so nobody is a"
        " customer any more: raise assumed_term_months in settings.toml, or map the table that has the terms."
    ]
