"""Won deals that are not quite right are counted, and the page can say so."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from typing import Any

from analyses.deal_quality import DealQuality, describe_deal_quality, find_deal_quality
from metrics.scope import Scope
from tests.tiny import build_tiny

UNTIL = dt.date(2026, 1, 12)


def won(created: int, closed: int, amount: int | None = 1000, **more: Any) -> dict[str, Any]:
    """New business won so many days before the boundary."""
    return {
        "stage": "Won",
        "created_on": UNTIL - dt.timedelta(days=created),
        "closed_on": UNTIL - dt.timedelta(days=closed),
        "is_closed": True,
        "is_won": True,
        "kind": "new",
        "amount": None if amount is None else Decimal(amount),
        **more,
    }


def find(*rows: dict[str, Any]) -> DealQuality:
    with closing(build_tiny({"opportunities": rows}, "2026-01-11")) as connection:
        return find_deal_quality(connection.cursor(), UNTIL, Scope())


def test_each_flaw_is_counted_and_told() -> None:
    found = find(
        won(60, 20),
        won(60, 20, None),
        won(60, 20, 0),
        won(60, 20, -5),
        won(20, 20),
        won(20, 21),
        won(20, 20, None, is_won=False),
        won(20, 20, None, kind="renewal"),
        won(92, 92, None),
        won(0, 0, None),
    )
    assert found == DealQuality(won=6, without_amount=3, on_first_day=1, before_created=1)
    assert describe_deal_quality(found) == (
        "Of 6 won deals: 3 without an amount (in the win rate, not in the average deal), "
        "1 won on the day of creation (the cycle counts one day), "
        "1 closed before the creation (in the win rate, not in the cycle)."
    )


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert describe_deal_quality(find(won(60, 20))) == ""
    assert describe_deal_quality(find()) == ""
