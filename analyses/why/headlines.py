"""The headlines that can be taken apart: of which factors each is the product, and which rows are behind them."""

from dataclasses import dataclass
from typing import Literal

from metrics.names import nearest
from warehouse.errors import StandingError


@dataclass(frozen=True)
class Source:
    """A number by period and slice, and the drill whose rows add up to it.

    total is `rows`, or the measure of the drill that is summed.
    """

    metric: str
    part: Literal["value", "numerator", "denominator"]
    drill: str = ""
    total: str = "rows"


@dataclass(frozen=True)
class Factor:
    """One factor of a headline: a sum, or with `per` a quotient of two.

    base is what a sum grows with where its customers behave as before; is_inverse: it divides.
    """

    key: str
    label: str
    amount: Source
    per: Source | None = None
    base: Source | None = None
    is_inverse: bool = False


@dataclass(frozen=True)
class Headline:
    """A number of the weekly page. metric and part hold it; factors multiply to it.

    scale: what the product is multiplied by to be in the unit (100 for points). rest names a factor
    that is one for all customers and no slice's own. counted is the n of a slice, of noun. order:
    the accounts that matter most are those of the largest effect, or, where each counts one, of
    the most money.
    """

    key: str
    label: str
    metric: str
    part: Literal["value", "numerator"]
    unit: str
    good: str
    factors: tuple[Factor, ...]
    counted: Source
    noun: str = "customers"
    grain: str = "week"
    scale: int = 1
    rest: str = ""
    order: Literal["effect", "money"] = "effect"


CUSTOMERS = Source("churn_logo", "denominator", "opening_customers")
TIERED = Source("adv_net", "denominator", "tier_customers")
MOVED = Source("flow_net", "denominator", "opening_tier_customers")
CLOSED = Source("vel_win_count", "denominator", "closed_deals")
ACTIVE = Source("cust_active", "value", "active_customers")

HEADLINES = {
    each.key: each
    for each in (
        Headline(
            "churn", "Customer churn", "churn_logo", "value", "percent", "down",
            (Factor("churn", "Churn", Source("churn_logo", "numerator", "lost_customers"), CUSTOMERS),),
            CUSTOMERS, order="money",
        ),
        Headline(
            "revenue_lost", "Revenue lost", "churn_rev_gross", "numerator", "currency", "down",
            (
                Factor(
                    "lost", "MRR lost", Source("churn_rev_gross", "numerator", "lost_revenue", "amount"),
                    base=Source("churn_rev_gross", "denominator"),
                ),
            ),
            CUSTOMERS,
        ),
        Headline(
            "velocity", "Sales velocity", "vel_pipeline", "value", "currency_per_day", "up",
            (
                Factor("open_deals", "Open deals (N)", Source("vel_open", "value", "open_deals")),
                Factor(
                    "average_deal", "Average won deal (D)",
                    Source("vel_deal", "numerator", "won_deals", "amount"),
                    Source("vel_deal", "denominator", "won_deals", "has_amount"),
                ),
                Factor("win_rate", "Win rate (W)", Source("vel_win_count", "numerator", "won_deals"), CLOSED),
                Factor(
                    "cycle_days", "Cycle of won deals (L)",
                    Source("vel_cycle", "numerator", "won_deals", "cycle_days"),
                    Source("vel_cycle", "denominator", "won_deals", "has_cycle"),
                    is_inverse=True,
                ),
            ),
            CLOSED, noun="closed deals",
        ),
        Headline(
            "lifetime_value", "Lifetime value", "ltv_km", "value", "currency", "up",
            (Factor("mrr", "MRR per customer", Source("mrr", "value", "active_customers", "mrr"), ACTIVE),),
            ACTIVE, grain="quarter", rest="How long customers stay: one curve for all",
        ),
        Headline(
            "advocacy", "Net advocacy", "adv_net", "value", "points", "up",
            (Factor("net", "For us less against us", Source("adv_net", "numerator", "net_advocacy", "net"), TIERED),),
            TIERED, scale=100, order="money",
        ),
        Headline(
            "movement", "Net movement", "flow_net", "numerator", "count", "up",
            (Factor("net", "Moved up less down", Source("flow_net", "numerator", "moved_net", "net"), base=MOVED),),
            MOVED, order="money",
        ),
        Headline(
            "won", "Won value", "vel_won", "value", "currency", "up",
            (Factor("won", "Won value", Source("vel_won", "value", "period_won_deals", "amount")),),
            CLOSED, noun="closed deals",
        ),
    )
}  # fmt: skip


def find_headline(key: str) -> Headline:
    """The headline of a key. Raises StandingError naming those that are near."""
    found = HEADLINES.get(key.replace("-", "_"))
    if found is None:
        raise StandingError(f"There is no headline {key!r}; {nearest(key, HEADLINES)}.")
    return found
