"""What was spent, by purpose and channel over quarters, and what is not known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from analyses.formats import format_value
from metrics.engine import Record
from metrics.periods import label_period
from metrics.scope import Scope, set_variables

METRIC = "eco_spend"
ECONOMICS = ("eco_cac", "eco_ltvcac", "eco_payback_simple", "eco_payback")
# In the order in which they are drawn, the first at the bottom.
PURPOSES = ("acquisition", "retention", "service", "advocacy")
QUARTERS = 9
NO_CHANNEL = "no channel"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Gap:
    """Months without a cost of a purpose, from the first to the last."""

    purpose: str
    first: date
    last: date


@dataclass(frozen=True)
class Channel:
    """What one channel took for one purpose, by quarter; a quarter without a cost is not in it."""

    name: str
    purpose: str
    amounts: Mapping[date, Decimal]


@dataclass(frozen=True)
class Spend:
    """amounts: by purpose and quarter, None where a month is unknown. costs: how many rows of the
    export, by quarter."""

    quarters: tuple[date, ...]
    amounts: Mapping[str, Mapping[date, Decimal | None]]
    channels: tuple[Channel, ...]
    costs: Mapping[date, int]
    gaps: tuple[Gap, ...]

    def total(self, quarter: date) -> Decimal:
        """The sum of the purposes that are known."""
        return sum((each[quarter] or Decimal(0) for each in self.amounts.values()), Decimal(0))

    def known(self, quarter: date) -> tuple[str, ...]:
        """The purposes whose cost of the quarter is known."""
        return tuple(name for name, each in self.amounts.items() if each[quarter] is not None)


def find_spend(
    cursor: duckdb.DuckDBPyConnection, records: Sequence[Record], last: date
) -> Spend | None:
    """The nine quarters up to the one of `last`, from the first of which anything is known.

    records: those of eco_spend by quarter. None where no quarter has a cost.
    """
    until = [each for each in records if each.period_start <= last]
    starts = sorted({each.period_start for each in until if each.value is not None})[-QUARTERS:]
    if not starts or starts[-1] != last:
        return None
    quarters = sorted({each.period_start for each in until if each.period_start >= starts[0]})
    given = {(each.member, each.period_start): each.value for each in until}
    amounts = {
        purpose: {start: _to_decimal(given.get((purpose, start))) for start in quarters}
        for purpose in PURPOSES
    }
    bounds = {"first": quarters[0], "last": last}
    rows = cursor.execute(_read("spend"), bounds).fetchall()
    set_variables(cursor, "quarter", Scope())
    gaps = cursor.execute(_read("spend_gaps"), bounds).fetchall()
    counts = dict.fromkeys(quarters, 0)
    for start, *_, count in rows:
        counts[start] += count
    return Spend(
        tuple(quarters), amounts, _list_channels(rows), counts, tuple(Gap(*each) for each in gaps)
    )


def _list_channels(rows: Sequence[tuple[date, str, str, Decimal, int]]) -> tuple[Channel, ...]:
    found: dict[tuple[str, str], dict[date, Decimal]] = {}
    for start, purpose, channel, amount, _ in rows:
        found.setdefault((channel or NO_CHANNEL, purpose), {})[start] = amount
    return tuple(Channel(name, purpose, amounts) for (name, purpose), amounts in found.items())


def describe_spend(spend: Spend, currency: str, first_month: int = 1) -> str:
    """'EUR 517 k was spent in Q3 2026, EUR 24.0 k more than in Q2 2026: acquisition EUR 266 k, ..., advocacy
    not known'; the change only where the same purposes are known of both quarters."""
    quarter = spend.quarters[-1]
    name = label_period("quarter", quarter, first_month)
    total = float(spend.total(quarter))
    said = f"{format_value(total, 'currency', currency)} was spent in {name}"
    if len(spend.quarters) > 1:
        before = spend.quarters[-2]
        change = total - float(spend.total(before))
        if spend.known(before) == spend.known(quarter):
            amount = format_value(abs(change), "currency", currency)
            than = label_period("quarter", before, first_month)
            more = "more than" if change > 0 else "less than"
            said += f", {amount} {more} in {than}" if change else f", as much as in {than}"
    parts = [
        f"{purpose} {_write(each[quarter], currency)}" for purpose, each in spend.amounts.items()
    ]
    return f"{said}: {', '.join(parts)}"


def describe_gaps(gaps: Sequence[Gap]) -> str:
    """'The export has no cost for advocacy in Jul 2024 to Sep 2025: unknown, not free.'; empty without any."""
    by_purpose: dict[str, list[str]] = {}
    for each in gaps:
        first, last = (label_period("month", day) for day in (each.first, each.last))
        by_purpose.setdefault(each.purpose, []).append(
            first if first == last else f"{first} to {last}"
        )
    said = [f"for {purpose} in {', '.join(months)}" for purpose, months in by_purpose.items()]
    return f"The export has no cost {'; '.join(said)}: unknown, not free." if said else ""


def list_economics(
    records: Mapping[str, Sequence[Record]],
    quarters: Sequence[date],
    currency: str,
    first_month: int = 1,
) -> list[dict[str, str]]:
    """CAC, LTV to CAC and both paybacks by quarter, the newest first, with the new customers behind them."""
    by_start = {
        name: {each.period_start: each for each in found} for name, found in records.items()
    }
    rows: list[dict[str, str]] = []
    for start in reversed(quarters):
        found = {name: by_start[name].get(start) for name in ECONOMICS}
        cac = found["eco_cac"]
        rows.append(
            {
                "quarter": label_period("quarter", start, first_month),
                "new customers": format_value(_value(cac, "denominator"), "count"),
                "CAC": format_value(_value(cac), "currency", currency),
                "LTV to CAC": format_value(_value(found["eco_ltvcac"]), "ratio"),
                "payback": format_value(_value(found["eco_payback_simple"]), "months"),
                "payback with churn": format_value(_value(found["eco_payback"]), "months"),
            }
        )
    return rows


def _value(record: Record | None, part: str = "value") -> float | None:
    value = None if record is None else getattr(record, part)
    return None if value is None else float(value)


def _write(amount: Decimal | None, currency: str) -> str:
    return "not known" if amount is None else format_value(float(amount), "currency", currency)


def _to_decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
