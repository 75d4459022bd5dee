"""The rows of a drill in both periods, counted and summed by SQL: by a column of it, or of each account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from analyses.why.exact import Ends
from analyses.why.headlines import Source
from analyses.why.pair import Pair
from metrics.drills import Drill, load_drills, set_drill, span_between, span_of
from metrics.scope import set_variables
from warehouse.identifiers import quote_identifier

MOST = 10
MOVES = Path(__file__).with_name("moves.sql")
Term = tuple[Source, str]  # a source, "before" or "after"


@dataclass(frozen=True)
class Account:
    """An account with its sums, by source and end; customer_id is None for a deal without one."""

    customer_id: str | None
    name: str
    sums: Mapping[Term, Fraction]


@dataclass(frozen=True)
class Accounts:
    """The accounts that matter most, and the sums of all, these included."""

    first: tuple[Account, ...]
    count: int
    sums: Mapping[Term, Fraction]


def sum_by(
    cursor: duckdb.DuckDBPyConnection, pair: Pair, drill: str, column: str, total: str
) -> dict[str, tuple[Ends, Ends]]:
    """By value of a drill's column: how many rows have a measure, and its sum, before and after."""
    found: dict[str, dict[str, tuple[Any, Any]]] = {}
    chosen = _drills()[drill]
    for end, period in (("before", pair.before), ("after", pair.after)):
        set_drill(cursor, chosen, span_of(cursor, pair.grain, period.start), pair.scope)
        rows = cursor.execute(
            f"select {quote_identifier(column)}, count({quote_identifier(total)}),"
            f" sum({quote_identifier(total)})"
            f" from (\n{chosen.sql}\n) as drilled group by all"
        ).fetchall()
        for name, count, amount in rows:
            found.setdefault(str(name), {})[end] = (count, amount or 0)
    return {
        name: (
            Ends(*(Fraction(ends.get(end, (0, 0))[0]) for end in ("before", "after"))),
            Ends(*(Fraction(ends.get(end, (0, 0))[1]) for end in ("before", "after"))),
        )
        for name, ends in sorted(found.items())
    }


def count_moves(
    cursor: duckdb.DuckDBPyConnection, pair: Pair, opening: date, closing: date
) -> list[tuple[str, str, int, int]]:
    """(kind, to_state, customers, net) between the Sundays of two weeks, as moves.sql says."""
    set_variables(cursor, "week", pair.scope)
    span = span_between(opening, closing)
    for name in ("opening_week", "closing_week"):
        cursor.execute(f"set variable {name} = cast(? as date)", [getattr(span, name)])
    return cursor.execute(MOVES.read_text(encoding="utf-8")).fetchall()


def find_accounts(
    cursor: duckdb.DuckDBPyConnection,
    pair: Pair,
    terms: Sequence[Term],
    ranks: Mapping[Term, Fraction],
) -> Accounts:
    """The ten accounts whose sums, times their ranks, are furthest from 0, and the sums of all.

    Of equal ones the larger in money comes first; those at 0 are among the others. A deal without a
    customer is an account of its own. The sums are exact; the ranks are not and need not be.
    """
    sums = ", ".join(
        f"coalesce(sum(term_{place}), 0) as term_{place}" for place in range(len(terms))
    )
    _keep_accounts(cursor, pair, terms, sums)
    named = ", ".join(f"why_accounts.term_{place}" for place in range(len(terms)))
    rank = " + ".join(
        f"cast(why_accounts.term_{place} as double) * $rank_{place}" for place in range(len(terms))
    )
    listed = cursor.execute(
        f"select why_accounts.account_id, fct_customers.customer_id, fct_customers.customer_name, {named}"
        " from why_accounts"
        " left join fct_customers on why_accounts.account_id = fct_customers.customer_id"
        f" where abs({rank}) > 0"
        f" order by abs({rank}) desc, why_accounts.money desc nulls last, why_accounts.account_id limit {MOST}",
        {f"rank_{place}": float(ranks.get(term, 0)) for place, term in enumerate(terms)},
    ).fetchall()
    totals = cursor.execute(f"select count(*), {sums} from why_accounts").fetchone()
    assert totals is not None, "a sum without a group is one row"
    return Accounts(
        tuple(
            Account(customer, name or customer or f"Deal {key}", _to_sums(terms, amounts))
            for key, customer, name, *amounts in listed
        ),
        totals[0],
        _to_sums(terms, totals[1:]),
    )


def _keep_accounts(
    cursor: duckdb.DuckDBPyConnection, pair: Pair, terms: Sequence[Term], sums: str
) -> None:
    """The temporary table why_accounts: a row an account, with the sum of each term and its money."""
    tables: dict[tuple[str, str], list[int]] = {}
    for place, (source, end) in enumerate(terms):
        tables.setdefault((source.drill, end), []).append(place)
    for place, (drill, end) in enumerate(tables):
        _keep_rows(cursor, pair, _drills()[drill], end, f"why_rows_{place}")
    selects = [
        ", ".join(
            ["select account_id", "money"]
            + [f"{quote_identifier(terms[each][0].total)} as term_{each}" for each in places]
        )
        + f" from why_rows_{place}"
        for place, places in enumerate(tables.values())
    ]
    cursor.execute(
        f"create or replace temp table why_accounts as select account_id, max(money) as money, {sums}"
        f" from ({' union all by name '.join(selects)}) as kept group by account_id"
    )


def _keep_rows(
    cursor: duckdb.DuckDBPyConnection, pair: Pair, drill: Drill, end: str, table: str
) -> None:
    """A temporary table of the cursor: how many rows each account has, and the sum of each measure."""
    period = pair.after if end == "after" else pair.before
    set_drill(cursor, drill, span_of(cursor, pair.grain, period.start), pair.scope)
    key = "coalesce(customer_id, opportunity_id)" if drill.entity == "deal" else "customer_id"
    sums = [f"coalesce(sum({name}), 0) as {name}" for name in map(quote_identifier, drill.measures)]
    money = quote_identifier(next(iter(drill.measures)))
    cursor.execute(
        f"create or replace temp table {table} as"
        f' select {key} as account_id, count(*) as "rows", {", ".join(sums)}, sum(abs({money})) as money'
        f" from (\n{drill.sql}\n) as drilled group by account_id"
    )


def _to_sums(terms: Sequence[Term], amounts: Sequence[Any]) -> dict[Term, Fraction]:
    return {term: Fraction(amount or 0) for term, amount in zip(terms, amounts, strict=True)}


@cache
def _drills() -> dict[str, Drill]:
    return load_drills()
