"""Won deals that sales velocity cannot take as they are: how many, and what is done with them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("deal_quality.sql")


@dataclass(frozen=True)
class DealQuality:
    """Of the new business won in 91 days: how many have no amount above 0, were won on the day
    they were created, or are closed before it."""

    won: int
    without_amount: int
    on_first_day: int
    before_created: int


def find_deal_quality(cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope) -> DealQuality:
    """The counts for the window that ends at a boundary, exclusive. Source: metrics.md 2.1."""
    set_variables(cursor, "week", scope)
    row = cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until}).fetchone()
    assert row is not None, "a count has a row"
    return DealQuality(*row)


def describe_deal_quality(found: DealQuality) -> str:
    """'Of 90 won deals: 2 without an amount (...), ...'; empty where all can be taken as they are."""
    remarks = [
        (found.without_amount, "without an amount (in the win rate, not in the average deal)"),
        (found.on_first_day, "won on the day of creation (the cycle counts one day)"),
        (found.before_created, "closed before the creation (in the win rate, not in the cycle)"),
    ]
    told = [f"{count:,} {words}" for count, words in remarks if count]
    return f"Of {found.won:,} won deals: {', '.join(told)}." if told else ""
