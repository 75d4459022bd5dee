"""What the churn page says at its top, and churn by group, from the engine's records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from analyses.formats import format_range, format_value, to_float
from analyses.review import Review, churn_card, revenue_card
from analyses.sentences import compute_sentence, describe_reason
from analyses.signals import Point
from analyses.weekly import (
    Card,
    Comparison,
    compare_shares,
    compute_card,
    describe_comparison,
    to_finding,
)
from metrics.engine import Record
from metrics.intervals import compute_wilson
from metrics.periods import find_year_before

METRICS = ("churn_logo", "churn_rev_gross", "ret_grr", "ret_nrr")
RETENTION = (
    ("ret_grr", "Gross retention (GRR), a year"),
    ("ret_nrr", "Net retention (NRR), a year"),
)


@dataclass(frozen=True)
class Rate:
    """Churn of one group: lost of base, pooled over periods, with its 95 % Wilson interval.

    value is None without a base; has_few: too few to compare, so counts and interval only.
    """

    name: str
    lost: int
    base: int
    value: float | None
    low: float | None
    high: float | None
    has_few: bool

    def compare(self, other: float) -> Literal["above", "below"] | None:
        """The side of another rate on which the whole interval lies."""
        if self.has_few or self.low is None or self.high is None:
            return None
        return "above" if self.low > other else "below" if self.high < other else None


def compute_churn_cards(review: Review, grain: str) -> list[Card]:
    """Customer churn, gross MRR churn, GRR and NRR of the period that review.week begins.

    Only a week has a verdict: its own for churn, that of the revenue lost in it for the rates of
    money, whose windows share most of their data from week to week.
    """
    churn = churn_card(review)
    if grain != "week":
        # Its target is one of a week.
        churn = replace(churn, verdict=None, limits=(), rules=(), comparison=None, is_metric=False)
    judge = to_finding(revenue_card(review)) if grain == "week" else None
    opening, year_before = review.points("churn_logo"), _customers_year_before(review, grain)
    money = [_money_card(review, "churn_rev_gross", "Gross MRR churn", "down", opening)]
    money += [_money_card(review, metric, label, "up", year_before) for metric, label in RETENTION]
    cards = [churn, *(replace(card, judge=judge) for card in money)]
    return [_with_year_before(card, grain) for card in cards]


def describe_churn(card: Card, period: str) -> str:
    """The message of the page: churn with its size, and its verdict or the year before."""
    finding = to_finding(card)
    if finding is not None:
        return compute_sentence(finding)
    if card.value is None:
        return f"Customer churn in {period}: n/a, {card.reason or 'no data'}."
    value = format_value(card.value, card.unit)
    compared = ""
    if card.has_few:
        compared = ": too few customers to compare"
    elif card.comparison is not None:
        compared = f": {format_value(card.comparison.value, card.unit)} {card.comparison.name}"
    return f"Customer churn {value} ({card.size}) in {period}{compared}."


def describe_history(card: Card, last: int) -> str:
    """The message of a trend: how many weeks were signals, or the value and its comparison."""
    pairs = list(zip(card.points, card.limits, strict=False))[-last:]
    judged = sum(limits is not None and point.value is not None for point, limits in pairs)
    if judged:
        rules = [rule for rule in card.rules[-last:] if rule]
        outside, were = rules.count(1), "was a signal" if len(rules) == 1 else "were signals"
        told = f": {outside:,} outside the normal range, {len(rules) - outside:,} by several weeks on one side"
        return f"{len(rules):,} of {judged:,} weeks {were}{told if rules else ''}"
    value = f"{card.label} {format_value(card.value, card.unit)}"
    if card.value is None and card.reason:
        return f"{value}: {card.reason}"
    return f"{value}, {describe_comparison(card)}" if card.comparison else value


def compute_rates(
    records: Sequence[Record], starts: Sequence[date], minimum: float, names: Sequence[str] = ()
) -> list[Rate]:
    """Churn by breakdown, or by member, pooled over the periods that begin on `starts`.

    A pooled rate is the sum of numerators over the sum of denominators. In the order of names where
    given; else the highest first, groups with too few customers after the others.
    """
    sums: dict[str, tuple[int, int]] = {}
    wanted = set(starts)
    for record in records:
        if record.period_start in wanted and record.numerator is not None:
            name = record.member or record.breakdown or ""
            lost, base = sums.get(name, (0, 0))
            sums[name] = (lost + int(record.numerator), base + int(record.denominator or 0))
    rates = [_rate(name, lost, base, minimum) for name, (lost, base) in sums.items() if base]
    if names:
        return sorted(rates, key=lambda rate: names.index(rate.name))
    return sorted(rates, key=lambda rate: (rate.has_few, -(rate.value or 0.0), rate.name))


def describe_rates(rates: Sequence[Rate], whole: Rate | None, what: str) -> str:
    """The message: which groups differ from all by more than their interval, or that none does."""
    if whole is None or whole.value is None or not rates:
        return f"No customers to compare by {what}"
    everyone = format_value(whole.value, "percent")
    apart = [(rate, rate.compare(whole.value)) for rate in rates]
    told = [
        f"{rate.name} {format_value(rate.value, 'percent')}"
        for side in ("above", "below")
        for rate, where in apart
        if where == side
    ]
    if not told:
        return f"No {what} differs from the {everyone} of all by more than its interval"
    return f"Churn differs by {what}: {', '.join(told[:3])}, against {everyone} of all"


def describe_rate(rate: Rate) -> str:
    """'0.6 % (0.4-0.9 %), 19 of 3,140', or the counts alone below the minimum."""
    counts = f"{rate.lost:,} of {rate.base:,}"
    if rate.has_few or rate.value is None:
        return counts
    interval = format_range(rate.low, rate.high, "percent")
    return f"{format_value(rate.value, 'percent')} ({interval}), {counts}"


def _rate(name: str, lost: int, base: int, minimum: float) -> Rate:
    low, high = compute_wilson(lost, base)
    return Rate(name, lost, base, lost / base if base else None, low, high, base < minimum)


def _money_card(
    review: Review, metric: str, label: str, good: str, customers: Sequence[Point]
) -> Card:
    """The card of a rate of money; customers: the points whose denominators are those behind it."""
    record = review.record(metric)
    size = ""
    if record is not None and record.value is not None:
        part, whole = (
            format_value(float(amount or 0), "currency", review.currency)
            for amount in (record.numerator, record.denominator)
        )
        size = f"{part} of {whole}"
    card = Card(
        metric, label, metric, "percent", good, review.currency,
        _with_customers(review.points(metric), customers), size=size,
        reason=describe_reason(record.reason, review.missing.get(metric, ())) if record else None,
    )  # fmt: skip
    return compute_card(card, None, review.minimum, review.target(metric))


def _customers_year_before(review: Review, grain: str) -> list[Point]:
    """Per period the customers of a year before its end, the base of GRR and NRR."""
    closings = {
        record.period_start: to_float(record.value) for record in review.records["cust_active"]
    }
    return [
        replace(point, denominator=closings.get(find_year_before(grain, point.period_start)))
        for point in review.points("ret_grr")
    ]


def _with_customers(points: Sequence[Point], customers: Sequence[Point]) -> list[Point]:
    bases = {point.period_start: point.denominator for point in customers}
    return [replace(point, denominator=bases.get(point.period_start)) for point in points]


def _with_year_before(card: Card, grain: str) -> Card:
    """The comparison with the year before, where no target stands: 364 days fit weeks only."""
    if grain == "week" or not card.points:
        return card
    if card.comparison is not None and card.comparison.name == "target":
        return card
    last = card.points[-1]
    points = {point.period_start: point for point in card.points}
    before = points.get(find_year_before(grain, last.period_start))
    if before is None or before.value is None:
        return replace(card, comparison=None)
    if card.low is None:
        return replace(card, comparison=Comparison("a year ago", before.value))
    return replace(card, comparison=compare_shares(last, before))
