"""Customers and money by tier: now, over two years, and by a dimension."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Literal

import duckdb

from analyses.formats import format_value
from analyses.review import AGAINST_US, FOR_US
from analyses.weekly import TIERS
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("tier_spread.sql")
WEEKS = 104
MEASURES = ("customers", "mrr")
Measure = Literal["customers", "mrr"]


@dataclass(frozen=True)
class TierStock:
    """One tier at the end of one week's Sunday; without_evidence is the part of it that is R5b."""

    week: date
    breakdown: str | None
    tier: str
    customers: int
    mrr: Decimal
    customers_without_evidence: int
    mrr_without_evidence: Decimal

    def amount(self, measure: Measure) -> float:
        """Customers, or their MRR."""
        return float(self.customers if measure == "customers" else self.mrr)

    def silent(self, measure: Measure) -> float:
        """What of the amount is without evidence."""
        return float(
            self.customers_without_evidence if measure == "customers" else self.mrr_without_evidence
        )


@dataclass(frozen=True)
class SpreadRow:
    """A tier now. share is of the whole, None without one; a change is None where no week was."""

    tier: str
    amount: float
    silent: float
    share: float | None
    change_1w: float | None
    change_13w: float | None

    @property
    def good(self) -> str:
        """Which way is good: up, down or none."""
        return "up" if self.tier in FOR_US else "down" if self.tier in AGAINST_US else "none"


@dataclass(frozen=True)
class Spread:
    """A week, or a value of a dimension, spread over the tiers; customers is n for every measure."""

    name: str
    customers: int
    amounts: dict[str, float]

    @property
    def total(self) -> float:
        """What the shares are of."""
        return sum(self.amounts.values())

    def share(self, tier: str) -> float:
        """Share of a tier; 0 of nothing."""
        return self.amounts[tier] / self.total if self.total else 0.0


def find_tier_stocks(
    cursor: duckdb.DuckDBPyConnection,
    week: date,
    scope: Scope,
    breakdown: str | None = None,
    weeks: int = WEEKS,
) -> tuple[TierStock, ...]:
    """The stocks of so many weeks up to one, named by its Monday, by a dimension or in total."""
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"week": week, "weeks": weeks})
    return tuple(TierStock(*row) for row in cursor.fetchall())


def compute_spread_rows(
    stocks: Sequence[TierStock], week: date, measure: Measure
) -> list[SpreadRow]:
    """Five rows, best tier first; none where the week has no customer."""
    by_place = {(stock.week, stock.tier): stock for stock in stocks}
    now = [by_place[week, tier] for tier in TIERS if (week, tier) in by_place]
    total = sum(stock.amount(measure) for stock in now)
    if not sum(stock.customers for stock in now):
        return []

    def change(stock: TierStock, weeks: int) -> float | None:
        earlier = by_place.get((week - timedelta(weeks=weeks), stock.tier))
        return None if earlier is None else stock.amount(measure) - earlier.amount(measure)

    return [
        SpreadRow(
            stock.tier,
            stock.amount(measure),
            stock.silent(measure),
            stock.amount(measure) / total if total else None,
            change(stock, 1),
            change(stock, 13),
        )
        for stock in now
    ]


def compute_history(stocks: Sequence[TierStock], measure: Measure) -> list[tuple[date, Spread]]:
    """Every week that has customers, oldest first."""
    by_week = groupby(sorted(stocks, key=lambda stock: stock.week), key=lambda stock: stock.week)
    spreads = [(week, _spread(week.isoformat(), list(each), measure)) for week, each in by_week]
    return [(week, spread) for week, spread in spreads if spread.customers]


def compute_by_value(stocks: Sequence[TierStock], measure: Measure) -> list[Spread]:
    """One spread for each value of the dimension that has customers, most customers first."""
    values = sorted({stock.breakdown or "" for stock in stocks})
    spreads = [
        _spread(value, [s for s in stocks if (s.breakdown or "") == value], measure)
        for value in values
    ]
    return sorted((s for s in spreads if s.customers), key=lambda s: (-s.customers, s.name))


def _spread(name: str, stocks: Sequence[TierStock], measure: Measure) -> Spread:
    amounts = {stock.tier: stock.amount(measure) for stock in stocks}
    return Spread(name, sum(stock.customers for stock in stocks), {t: amounts[t] for t in TIERS})


def describe_spread_message(
    rows: Sequence[SpreadRow], measure: Measure, customers: int, minimum: float
) -> str:
    """'59 % of customers are neutral; 23 % are for us, 18 % against us'.

    Below the minimum of customers: counts. Where most have no evidence, it speaks of those with
    evidence only: silence is not a neutral mind.
    """
    if customers < minimum:
        return f"Few customers: {customers:,} in all; {_amounts(rows, measure)}"
    total = sum(row.amount for row in rows)
    silent = sum(row.silent for row in rows)
    known = total - silent
    is_silent = bool(total) and silent > total / 2
    base = known if is_silent else total
    if not base:
        return f"Nothing is known about any of the {customers:,} customers"
    of = {row.tier: row.amount - (row.silent if is_silent else 0) for row in rows}
    top = max(of, key=lambda tier: of[tier])
    sides = [sum(of[tier] for tier in side) for side in (FOR_US, AGAINST_US)]
    whom = "customers" if measure == "customers" else "MRR"
    first, for_us, against = (format_share(part / base) for part in (of[top], *sides))
    noun = f"{whom} with evidence" if is_silent else whom
    verb = "are" if measure == "customers" else "is"
    return f"{first} of {noun} {verb} {words(top)}; {for_us} for us, {against} against us"


def _amounts(rows: Sequence[SpreadRow], measure: Measure) -> str:
    unit = "count" if measure == "customers" else "currency"
    parts = [f"{words(row.tier)} {format_value(row.amount, unit)}" for row in rows if row.amount]
    return ", ".join(parts)


def describe_history_message(history: Sequence[tuple[date, Spread]], measure: Measure) -> str:
    """'Loyal and advocates rose from 18 % to 23 % of customers in 104 weeks'."""
    if len(history) < 2:
        return "The first week: there is nothing to compare with yet"
    (first_week, first), (last_week, last) = history[0], history[-1]
    before, now = (sum(each.share(tier) for tier in FOR_US) for each in (first, last))
    whom = "customers" if measure == "customers" else "MRR"
    weeks = (last_week - first_week).days // 7
    texts = format_share(before), format_share(now)
    if texts[0] == texts[1]:
        return f"Loyal and advocates are at {texts[1]} of {whom}, the same as {weeks} weeks before"
    verb = "rose" if now > before else "fell"
    return f"Loyal and advocates {verb} from {texts[0]} to {texts[1]} of {whom} in {weeks} weeks"


def describe_value_message(spreads: Sequence[Spread], dimension: str, minimum: float) -> str:
    """Which value of the dimension has the largest share against us, of those with enough."""
    enough = [spread for spread in spreads if spread.customers >= minimum]
    if len(enough) < 2:
        return f"Too few customers to compare by {dimension.replace('_', ' ')}"
    against = {each.name: sum(each.share(tier) for tier in AGAINST_US) for each in enough}
    most, least = (pick(against, key=lambda name: against[name]) for pick in (max, min))
    if format_share(against[most]) == format_share(against[least]):
        return f"{format_share(against[most])} are against us in every {dimension}"
    return (
        f"Most against us: {most}, {format_share(against[most])}; "
        f"least: {least}, {format_share(against[least])}"
    )


def format_share(share: float) -> str:
    """'54 %', with a decimal below 10 %, where it matters."""
    return f"{100 * share:.0f} %" if share >= 0.0995 else format_value(share, "percent")


def words(tier: str) -> str:
    """'actively dissatisfied'."""
    return tier.replace("_", " ")
