"""The definitions of customer churn in use, side by side on one period, and what sets them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp

from analyses.formats import to_float
from analyses.signals import Point
from metrics.engine import Record

ANNUAL = "churn_logo_ann"
HAZARD = "churn_hazard"


@dataclass(frozen=True)
class Definition:
    """One way to count. counted and base name what stands above and below the line."""

    key: str
    metric: str
    label: str
    who: str
    counted: str
    base: str
    differs: str


# The order of metrics.md 1.2; the first is the house's own.
DEFINITIONS = (
    Definition(
        "start", "churn_logo", "Lost of the start", "ChartMogul (B2B)",
        "lost", "customers at the start",
        "Only customers of the start who are none at the end: who joins and leaves in between, or "
        "lapses and returns, is not lost.",
    ),
    Definition(
        "all endings", "churn_logo_recurly", "All endings, over start", "Recurly",
        "endings", "customers at the start",
        "Every ending counts, also of customers who joined in the period, and these are not in the "
        "base: the rate rises with acquisition alone.",
    ),
    Definition(
        "start and new", "churn_logo_stripe", "All endings, over start and new", "Stripe",
        "endings", "customers at the start and new ones",
        "Every ending counts, and every new customer is in the base at once: fast growth hides churn.",
    ),
    Definition(
        "daily", "churn_logo_daily", "Sum of daily rates", "ChartMogul (B2C) and Shopify",
        "gone at a day's end", "customers, by day",
        "Each day has its own base, so growth does not distort it; a sum of rates, it can exceed 100 %.",
    ),
    Definition(
        "average base", "churn_logo_average", "All endings, over average base", "telecoms companies",
        "endings", "mean of start and end",
        "Every ending counts over the mean of start and end: half of the growth is in the base.",
    ),
    Definition(
        "exposure", HAZARD, "By time at risk", "actuaries",
        "endings", "customer-weeks",
        "Every ending counts over the time that customers were customers; shown as the chance to leave "
        "within the period, 1 - exp(-rate x weeks).",
    ),
)  # fmt: skip
METRICS = tuple(each.metric for each in DEFINITIONS)


@dataclass(frozen=True)
class Variant:
    """One definition's number of one period, as a share from 0 to 1 (by time at risk: a chance).

    value None has a reason; has_few: too few customers, so counts and interval only.
    """

    definition: Definition
    value: float | None
    counted: float | None
    base: float | None
    low: float | None
    high: float | None
    has_few: bool
    reason: str | None


def compute_variants(
    records: Mapping[str, Record | None], days: int, minimum: float
) -> tuple[Variant, ...]:
    """The six numbers of one period of so many days, in the order of DEFINITIONS.

    records: by metric, the one of the period. The rate a customer-week becomes the chance to leave
    within the period, and so do the ends of its interval. Source: metrics.md 1.2 and 1.7.
    """
    return tuple(
        _variant(each, records.get(each.metric), days / 7, minimum) for each in DEFINITIONS
    )


def describe_variants(variants: tuple[Variant, ...]) -> str:
    """'Customer churn is 0.16 % by the definition of this page, and 0.16 to 0.24 % by the six in use'."""
    own, values = variants[0], [each.value for each in variants if each.value is not None]
    if own.value is None:
        return f"Customer churn has no value in this period: {own.reason or 'no data'}"
    if own.has_few:
        return "Too few customers to compare definitions: counts and intervals only"
    low, high = format_share(min(values)), format_share(max(values))
    if low == high:
        return f"All six definitions of customer churn give {low}"
    return (
        f"Customer churn is {format_share(own.value)} as this page counts it, and "
        f"{low.removesuffix(' %')} to {high} by the six definitions in use"
    )


def describe_variant(variant: Variant) -> str:
    """'0.24 % (0.05-0.70 %), 3 of 1,246', or the counts alone; a chance is no quotient of its counts,
    so by time at risk it is '3.19 % (...), 39 in 15,823.9 customer-weeks, 0.25 % a week'."""
    if variant.value is None:
        return f"n/a, {variant.reason or 'no data'}"
    is_chance = variant.definition.metric == HAZARD
    counts = (
        f"{variant.counted or 0:,.0f} {'in' if is_chance else 'of'} {_write_base(variant.base)}"
    )
    if is_chance:
        counts += " customer-weeks"
    if variant.low is None or variant.high is None:
        interval = ""
    else:
        interval = f" ({100 * variant.low:.2f}-{100 * variant.high:.2f} %)"
    if variant.has_few:
        return f"{counts}{interval}"
    told = f"{format_share(variant.value)}{interval}, {counts}"
    if not is_chance or not variant.base:
        return told
    return f"{told}, {format_share((variant.counted or 0) / variant.base)} a week"


def describe_difference(variant: Variant, own: Variant) -> str:
    """What sets a definition apart, in one sentence, and what that makes here."""
    if variant.definition == own.definition:
        return f"{variant.definition.differs} So count {variant.definition.who} and this page."
    told = f"{variant.definition.differs} So count {variant.definition.who}."
    if variant.value is None or own.value is None or variant.has_few:
        return told
    points = 100 * (variant.value - own.value)
    more = (variant.counted or 0) - (own.counted or 0)
    counted = (
        "as many are counted"
        if more == 0
        else f"{abs(more):,.0f} {'more' if more > 0 else 'fewer'} are counted"
    )
    return (
        f"{told} Here {points:+.2f} pp against the page's own: {counted}, over "
        f"{_write_base(variant.base)} {variant.definition.base} instead of {_write_base(own.base)}."
    )


def describe_annual(record: Record | None, grain: str, minimum: float) -> str:
    """'Annualised 8.1 % (1.0-24.9 %), if this week's rate and mix persisted'.

    "" at year grain, and for fewer customers than a rate takes.
    """
    if record is None or record.value is None or grain == "year":
        return ""
    if record.denominator is not None and record.denominator < minimum:
        return ""
    interval = ""
    if record.low is not None and record.high is not None:
        interval = f" ({100 * record.low:.1f}-{100 * record.high:.1f} %)"
    return (
        f"Annualised {100 * float(record.value):.1f} %{interval}, if this {grain}'s rate and mix persisted: "
        "compounded, not multiplied. Churn differs by tenure (how long they stay), and the mix of tenures moves."
    )


def to_chances(points: Sequence[Point], weeks: Mapping[date, float]) -> list[Point]:
    """Rates a customer-week as the chance to leave within the period; weeks: by its first day."""
    return [
        replace(
            each,
            value=None if each.value is None else 1 - exp(-each.value * weeks[each.period_start]),
        )
        for each in points
    ]


def format_share(value: float) -> str:
    """Two decimals: the definitions differ by hundredths."""
    return f"{100 * value:.2f} %"


def _write_base(base: float | None) -> str:
    value = base or 0.0
    return f"{value:,.1f}".removesuffix(".0")


def _variant(
    definition: Definition, record: Record | None, weeks: float, minimum: float
) -> Variant:
    if record is None or record.value is None:
        reason = None if record is None else record.reason
        return Variant(definition, None, None, None, None, None, False, reason)
    value, low, high = float(record.value), record.low, record.high
    if definition.metric == HAZARD:
        value, low, high = (
            None if each is None else 1 - exp(-each * weeks) for each in (value, low, high)
        )
    base = to_float(record.denominator)
    return Variant(
        definition, value, to_float(record.numerator), base, low, high,
        (base or 0.0) < minimum, None,
    )  # fmt: skip
