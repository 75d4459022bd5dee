"""The tables of lifetime value: its message, its parts, and the tiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyses.formats import format_range, format_value
from analyses.lifetime.assumptions import format_months
from analyses.lifetime.observed import Lifetime
from analyses.weekly import find_record
from metrics.engine import Record

NO_TIER_LIFETIME = (
    "No lifetime value by tier: customers change tier, and today's MRR of a tier times everybody's "
    "survival would hide the very difference. What can be said is what those of each tier pay."
)


@dataclass(frozen=True)
class Part:
    """Lifetime value of one value of a dimension: by survival with its interval, by constant
    retention, with the number of customers today; a value of None has a reason."""

    name: str
    lifetime: Lifetime | None
    value: float | None
    simple: float | None
    customers: int
    reason: str


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
            "constant retention": format_value(part.simple, "currency", currency),
            "customers": part.customers,
            "remark": part.reason,
        }
        for part in parts
    ]


def list_tier_rows(
    shares: Sequence[Record], money: Sequence[Record], labels: Mapping[str, str],
    gross_margin: float, currency: str,
) -> list[dict[str, object]]:  # fmt: skip
    """One row a tier at the end of the quarter: customers, MRR and margin of one a month.

    shares, money: the records of adv_share and adv_mrr of one period.
    """
    rows: list[dict[str, object]] = []
    for tier, label in labels.items():
        counts = [each for each in shares if each.member == tier and each.numerator is not None]
        sums = [each for each in money if each.member == tier and each.value is not None]
        if not counts or not sums:
            continue
        customers, mrr = int(counts[0].numerator or 0), float(sums[0].value or 0)
        each_pays = mrr / customers if customers else None
        margin = None if each_pays is None else gross_margin * each_pays
        rows.append(
            {
                "tier": label,
                "customers": customers,
                "MRR of one": format_value(each_pays, "currency", currency),
                "margin of one a month": format_value(margin, "currency", currency),
            }
        )
    return rows


def describe_lifetime(value: float | None, lifetime: Lifetime | None, currency: str) -> str:
    """'A new customer at today's average MRR is worth EUR 41.1 k in margin within 34 months'."""
    if value is None or lifetime is None:
        return "Lifetime value n/a"
    bounds = describe_bounds(lifetime, currency)
    return (
        f"A new customer at today's average MRR is worth {format_value(value, 'currency', currency)} in margin within "
        f"{format_months(lifetime.months)}{f' ({bounds})' if bounds else ''}"
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
