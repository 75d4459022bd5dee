"""The tables of lifetime value: its message, its parts, and the tiers."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.formats import format_range, format_value
from analyses.lifetime.assumptions import format_months
from analyses.lifetime.floor import Floor, describe_floor
from analyses.lifetime.margins import AS_STARTED, Start
from analyses.lifetime.observed import Lifetime
from analyses.number_text import NumberText
from analyses.weekly import find_record
from metrics.engine import Record


@dataclass(frozen=True)
class Part:
    """Lifetime value of one value of a dimension: by survival with its interval, by constant
    retention, with the number of customers today; a value of None has a reason. floor: of constant
    retention, where nobody was lost."""

    name: str
    lifetime: Lifetime | None
    value: float | None
    simple: float | None
    customers: int
    reason: str
    floor: Floor | None = None


def list_part_rows(parts: Sequence[Part], dimension: str, currency: str) -> list[dict[str, object]]:
    """One row a value of the dimension."""
    return [
        {
            dimension: part.name,
            "by survival": format_value(part.value, "currency", currency),
            "95 % interval": describe_bounds(part.lifetime, currency),
            "months counted": part.lifetime.months if part.lifetime else None,
            "stays": part.lifetime.spells if part.lifetime else None,
            "ended": part.lifetime.ended if part.lifetime else None,
            "constant retention": NumberText(
                describe_floor(part.floor, currency),
                currency,
                low=part.floor.value,
                note="at least",
            )
            if part.floor
            else format_value(part.simple, "currency", currency),
            "customers": part.customers,
            "remark": "; ".join(
                each for each in (describe_short(part.lifetime), part.reason) if each
            ),
        }
        for part in parts
    ]


def describe_lifetime(value: float | None, lifetime: Lifetime | None, currency: str) -> str:
    """'A new customer at today's average MRR is worth EUR 41.1 k in margin within 34 months', or that so few
    months are no lifetime."""
    if value is None or lifetime is None:
        return "Lifetime value n/a"
    bounds = describe_bounds(lifetime, currency)
    worth = f"{format_value(value, 'currency', currency)} in margin"
    interval = f" ({bounds})" if bounds else ""
    months = format_months(lifetime.months)
    if lifetime.is_short:
        return (
            f"Too short to be a lifetime value: in the {months} observed a new customer at today's average "
            f"MRR brings {worth}{interval}"
        )
    return f"A new customer at today's average MRR is worth {worth} within {months}{interval}"


def describe_short(lifetime: Lifetime | None) -> str:
    """'too short to be a lifetime value: 3 months observed', or nothing where it is long enough."""
    if lifetime is None or not lifetime.is_short:
        return ""
    return f"too short to be a lifetime value: {format_months(lifetime.months)} observed"


def describe_started(start: Start, lifetime: Lifetime, currency: str) -> str:
    """'At what new ones pay it is EUR 28.1 k (EUR 18.5 k to 37.6 k): the 71 new customers of the
    period started with EUR 1,449 a month on average.'"""
    bounds = describe_bounds(lifetime, currency)
    worth = format_value(lifetime.value, "currency", currency)
    return (
        f"{AS_STARTED.capitalize()} it is {worth}{f' ({bounds})' if bounds else ''}: "
        f"{start.describe(currency)}."
    )


def describe_bounds(lifetime: Lifetime | None, currency: str) -> str:
    """'EUR 40.4 k to 41.9 k', or nothing."""
    if lifetime is None or lifetime.low is None:
        return ""
    return format_range(lifetime.low, lifetime.high, "currency", currency)


def find_number(records: Sequence[Record], record: Record | None) -> float | None:
    """The value of the record of the same period and breakdown in another metric's records."""
    if record is None:
        return None
    same = [each for each in records if each.breakdown == record.breakdown]
    found = find_record(same, record.period_start)
    return None if found is None or found.value is None else float(found.value)
