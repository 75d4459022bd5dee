"""Terms inferred from won opportunities: deal by deal, from the text of the decision alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.reference.implementation.tables import Record

LAST = 31 * 12 * 9999 + 31 * 12 - 1  # 31 December 9999


@dataclass
class Deal:
    """A won opportunity on its way to a term; days are counted as 31 x month + day."""

    customer_id: str
    kind: str | None
    day: int
    length: int
    is_dated: bool
    mrr: Decimal
    start: int = 0
    end: int = 0


def count(day: dt.date) -> int:
    """31 x months + days."""
    return 31 * (12 * day.year + day.month - 1) + day.day - 1


def to_day(counted: int) -> dt.date:
    """The day, or the last of its month where the month is too short."""
    months, days = divmod(min(counted, LAST), 31)
    year, month = divmod(months, 12)
    for day in range(days + 1, 0, -1):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError(counted)


def to_deal(row: Record, assumed: int) -> Deal | None:
    """The deal of an opportunity, None where it is none that could be a term."""
    amount = row["amount"]
    day = row.get("term_starts_on") or row["closed_on"]
    is_won = row["is_closed"] and row["is_won"]
    if not is_won or not row["customer_id"] or not amount or amount <= 0 or not day:
        return None
    end = row.get("term_ends_on")
    end = end if end and end > day else None
    months = row.get("term_months") or assumed
    length = 31 * months
    if end:
        months = max(1, round((end - day).days / 30.436875))
        length = count(end) - count(day)
    is_dated = bool(row.get("term_starts_on") or end)
    mrr = (Decimal(amount) / months).quantize(Decimal("0.000001"))
    return Deal(row["customer_id"], row["kind"], count(day), length, is_dated, mrr)


def infer_terms(opportunities: Sequence[Record], assumed: int) -> list[dict[str, Any]]:
    """Rows of `subscriptions`."""
    by_customer: defaultdict[str, list[Deal]] = defaultdict(list)
    for row in opportunities:
        deal = to_deal(row, assumed)
        if deal:
            by_customer[deal.customer_id].append(deal)
    placed = [deal for deals in by_customer.values() for deal in place(deals)]
    return [
        {
            "customer_id": deal.customer_id,
            "started_on": to_day(deal.start),
            "ended_on": to_day(deal.end),
            "mrr": deal.mrr,
            "is_trial": False,
            "change_reason": None,
        }
        for deal in placed
        if to_day(deal.start) < to_day(deal.end)
    ]


def place(deals: list[Deal]) -> list[Deal]:
    """One customer's deals, each with its start and end."""
    line_end: int | None = None
    last: tuple[int, int] | None = None
    done: list[Deal] = []
    for day in sorted({deal.day for deal in deals}):
        today = [deal for deal in deals if deal.day == day]
        line = [deal for deal in today if not is_on_top(deal, last)]
        renewing = [deal for deal in line if deal.kind != "new"]
        begins = max(day, line_end or day)
        if any(deal.is_dated for deal in renewing):
            begins, line_end = day, None
        for deal in line:
            deal.start = day if deal.is_dated else begins
            deal.end = deal.start + deal.length
            line_end = max(line_end or deal.end, deal.end)
        for deal in today:
            if deal not in line:
                deal.start, deal.end = day, day + deal.length
                if deal.kind == "expansion" and not deal.is_dated and (line_end or 0) > day:
                    deal.end = line_end or 0
        if renewing:
            for deal in done:
                deal.end = deal.end if deal.is_dated else min(deal.end, begins)
        done += today
        purchases = [deal.length for deal in today if deal.kind != "expansion"]
        last = (day, max(purchases)) if purchases else last
    return done


def is_on_top(deal: Deal, last: tuple[int, int] | None) -> bool:
    """Whether a deal is added to what runs, and not the next term itself."""
    if deal.kind == "expansion":
        return True
    if last is None or deal.kind == "renewal":
        return False
    since = deal.day - last[0]
    return since < last[1] if deal.kind == "new" else 2 * since < last[1]
