"""What became of the customers of each tier: churn, retention and money. Associations, not effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analyses.formats import to_float
from analyses.review import AGAINST_US, FOR_US
from analyses.tier_spread import TierStock, format_share
from analyses.weekly import TIERS
from metrics.engine import Record
from metrics.intervals import compute_wilson

MEMBERS = (*TIERS, "none")


@dataclass(frozen=True)
class Outcome:
    """One tier. churn is lost / opening over customer-quarters; a rate without a base is None.

    customers_then: how many were in the tier when the retention window began, None where unknown.
    mrr_each is the MRR per customer of now, None without one.
    """

    tier: str
    lost: int
    opening: int
    low: float | None
    high: float | None
    grr: float | None
    nrr: float | None
    customers_then: int | None
    customers: int
    mrr_each: float | None

    @property
    def churn(self) -> float | None:
        """Lost per customer and quarter."""
        return self.lost / self.opening if self.opening else None


def pool_churn(records: Sequence[Record], starts: Sequence[date]) -> dict[str, tuple[int, int]]:
    """Member -> lost and opening of churn_tier, summed over the periods that start on these days."""
    pooled: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.period_start in starts and record.member is not None:
            lost, opening = pooled.get(record.member, (0, 0))
            pooled[record.member] = (
                lost + int(record.numerator or 0),
                opening + int(record.denominator or 0),
            )
    return pooled


def compute_outcomes(
    churn: dict[str, tuple[int, int]],
    grr: Sequence[Record],
    nrr: Sequence[Record],
    opening_then: Sequence[Record],
    stocks: Sequence[TierStock],
) -> list[Outcome]:
    """One row a tier, and one for those without a tier where there were any.

    grr, nrr: of one period; opening_then: churn_tier of the week that opens on the first day of
    their window, whose denominators count the customers; stocks: of the shown week.
    """
    kept, net = ({r.member: to_float(r.value) for r in records} for records in (grr, nrr))
    then = {r.member: r.denominator for r in opening_then}
    now = {stock.tier: stock for stock in stocks}
    rows: list[Outcome] = []
    for tier in MEMBERS:
        lost, opening = churn.get(tier, (0, 0))
        stock = now.get(tier)
        customers = stock.customers if stock else 0
        each = float(stock.mrr) / customers if stock and customers else None
        counted = then.get(tier)
        if tier == "none" and not opening and not counted:
            continue
        low, high = compute_wilson(lost, opening)
        rows.append(
            Outcome(
                tier, lost, opening, low, high, kept.get(tier), net.get(tier),
                None if counted is None else int(counted), customers, each,
            )
        )  # fmt: skip
    return rows


def describe_outcome_message(rows: Sequence[Outcome], minimum: float) -> str:
    """Whether those against us left more often than those for us; never why."""
    sides = [_pool(rows, side) for side in (AGAINST_US, FOR_US)]
    if any(opening < minimum for _, opening in sides):
        return "Too few customers to compare churn by tier"
    (against, for_us) = (lost / opening for lost, opening in sides)
    (low, high), (floor, ceiling) = (compute_wilson(*side) for side in sides)
    rates = (
        f"{format_share(against)} of those against us left in a quarter, "
        f"{format_share(for_us)} of those for us"
    )
    if (low or 0) <= (ceiling or 0) and (floor or 0) <= (high or 0):
        return f"Churn does not differ clearly by tier: {rates}"
    return rates


def _pool(rows: Sequence[Outcome], tiers: Sequence[str]) -> tuple[int, int]:
    """Lost and opening of several tiers together."""
    chosen = [row for row in rows if row.tier in tiers]
    return sum(row.lost for row in chosen), sum(row.opening for row in chosen)
