"""The weekly review: cards, tier rows and movement from the records of a week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from analyses.formats import format_range, format_value, to_float
from analyses.sentences import Finding
from analyses.signals import (
    Chart,
    Limits,
    Point,
    Verdict,
    compute_limits,
    compute_verdicts,
)
from metrics.engine import Record
from metrics.intervals import compute_difference, compute_poisson, compute_wilson
from metrics.periods import YEAR, has_week_53, label_iso_week, label_period

TIERS = ("advocate", "loyal", "neutral", "dissatisfied", "actively_dissatisfied")
WEEK = timedelta(days=7)
# Whose targets are of a week: no other period is held against them as they are.
TARGETS_OF_A_WEEK = ("churn_logo",)

Interval = tuple[float, float]


def find_last_week(end: date) -> date:
    """The Monday of the week whose Sunday is the last before a boundary."""
    return end - WEEK - timedelta(days=end.weekday())


@dataclass(frozen=True)
class Comparison:
    """What a value is held against: a target, else the same week a year ago.

    low and high bound the change with 95 % confidence, where the value is a share of customers.
    """

    name: Literal["target", "a year ago"]
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_indistinct(self) -> bool:
        """Whether chance alone may have made the change: its interval holds 0."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


@dataclass(frozen=True)
class Card:
    """One number of the review with what it takes to read it.

    points end with the shown period; limits and rules (of the weeks that were signals) have one entry
    a point or none. text stands for the
    value where that is not one number; size is n in words, beneath a second line. judge is the
    weekly flow that gives the verdict where the number itself is a stock or a trailing window.
    low and high bound the value with 95 % confidence. reason says in words why it is missing.
    others are the metrics of its second line; is_metric tells whether points hold the metric's own
    value (not its numerator), so that its targets are theirs.
    """

    key: str
    label: str
    metric: str
    unit: str
    good: str
    currency: str
    points: Sequence[Point]
    limits: Sequence[Limits | None] = ()
    rules: Sequence[int | None] = ()
    verdict: Verdict | None = None
    judge: Finding | None = None
    size: str = ""
    beneath: str = ""
    text: str = ""
    comparison: Comparison | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    has_few: bool = False
    others: tuple[str, ...] = ()
    is_metric: bool = True

    @property
    def value(self) -> float | None:
        """The value of the shown period."""
        return self.points[-1].value if self.points else None

    @property
    def change(self) -> float | None:
        """Value less comparison; None where either is missing or there are too few to compare."""
        if self.value is None or self.comparison is None or self.has_few:
            return None
        return self.value - self.comparison.value


@dataclass(frozen=True)
class TierRow:
    """One tier at the end of a week; a change is None where there is no earlier week."""

    tier: str
    customers: int
    mrr: float | None
    change_1w: int | None
    change_13w: int | None
    good: str


@dataclass(frozen=True)
class MovementRow:
    """One kind of movement. count is a magnitude; sign is 1 for a gain, -1 for a loss.

    drill names the rows behind the count.
    sign 0 is for moves that only happened because old evidence ran out: neither gain nor loss.
    """

    label: str
    count: int | None
    sign: int
    good: str
    drill: str = ""


def to_points(
    records: Sequence[Record], until: date, field: str = "value", member: str | None = None
) -> list[Point]:
    """Points of one member up to and including a period, money as float.

    field is the record's field that becomes the value: 'numerator' for the count behind a rate.
    """
    return [
        Point(
            record.period_start,
            to_float(getattr(record, field)),
            to_float(record.numerator),
            to_float(record.denominator),
        )
        for record in records
        if record.period_start <= until and record.member == member
    ]


def find_record(
    records: Sequence[Record], period: date, member: str | None = None
) -> Record | None:
    """The record of one period and member, if any."""
    found = (r for r in records if r.period_start == period and r.member == member)
    return next(found, None)


def with_denominators(points: Sequence[Point], others: Sequence[Point]) -> list[Point]:
    """Points whose denominator is that of another series' same period, for counts of customers."""
    bases = {point.period_start: point.denominator for point in others}
    return [replace(point, denominator=bases.get(point.period_start)) for point in points]


def with_bases(points: Sequence[Point], others: Sequence[Point]) -> list[Point]:
    """Points that know how many there were of what they come from: another series' denominators."""
    bases = {point.period_start: point.denominator for point in others}
    return [replace(point, base=bases.get(point.period_start)) for point in points]


def compute_card(
    card: Card,
    chart: Chart | None,
    minimum: float,
    target: float | None = None,
    resets: Sequence[date] = (),
) -> Card:
    """The card with limits, verdict, comparison and whether its base is too small.

    chart None is for stocks and trailing windows, which have no limits of their own.
    """
    few = bool(card.points) and (card.points[-1].denominator or minimum) < minimum
    card = replace(card, comparison=_compare(card, target), has_few=few)
    if chart is None:
        return card
    verdicts = compute_verdicts(card.points, chart, minimum, resets)
    return replace(
        card,
        limits=compute_limits(card.points, chart, resets),
        rules=[verdict.rule for verdict in verdicts],
        verdict=verdicts[-1] if verdicts else Verdict("no_value"),
    )


def to_finding(card: Card, because: str = "") -> Finding | None:
    """The card as something to say; None where it has no verdict of its own."""
    if card.verdict is None:
        return None
    return Finding(
        card.label, card.value, card.unit, card.good, card.verdict, card.currency, card.size,
        because, card.reason, card.text,
    )  # fmt: skip


def find_intervals(interval: str, points: Sequence[Point]) -> list[Interval | None]:
    """The 95 % interval of each value of a metric by its kind (wilson, poisson); None without one.

    The points hold the metric's own values and the counts behind them.
    """
    compute = {"wilson": compute_wilson, "poisson": compute_poisson}.get(interval)
    found: list[Interval | None] = []
    for point in points:
        low = high = None
        if compute and point.numerator is not None and point.denominator:
            low, high = compute(point.numerator, point.denominator)
        found.append(None if low is None or high is None else (low, high))
    return found


def describe_weeks(week: date) -> str:
    """'Week 2026-W53, of a year with 53 weeks; a year ago is the week of 29 Dec 2025 (2026-W01).'

    A year ago is 364 days before, so that Mondays meet Mondays, whatever the weeks' numbers.
    """
    name, before = label_iso_week(week), week - YEAR
    long = ", of a year with 53 weeks" if has_week_53(int(name[:4])) else ""
    return (
        f"Week {name}{long}; a year ago is the week of {label_period('week', before)}"
        f" ({label_iso_week(before)}), 364 days before."
    )


def describe_interval(card: Card) -> str:
    """'95 % interval 0.9-3.6 %', or nothing."""
    if card.low is None or card.high is None:
        return ""
    return f"95 % interval {format_range(card.low, card.high, card.unit, card.currency)}"


def describe_comparison(card: Card) -> str:
    """'target 1.5 %', '1.2 % a year ago', or 'no target' where there is neither."""
    if card.comparison is None:
        return "no target"
    value = format_value(card.comparison.value, card.unit, card.currency)
    if card.comparison.name == "target":
        return f"target {value}"
    return f"{value} {card.comparison.name}"


def describe_comparison_briefly(card: Card) -> str:
    """The comparison for the narrow line of a card: '14.0 k last year', 'target 1.5 %'."""
    if card.comparison is None:
        return "no target"
    unit = "currency" if card.unit == "currency_per_day" else card.unit
    value = format_value(card.comparison.value, unit).removesuffix(" points")
    return f"target {value}" if card.comparison.name == "target" else f"{value} last year"


def describe_missing(card: Card) -> str:
    """Why the card has no value; empty where it has one."""
    if card.value is not None:
        return ""
    return card.reason or "no data up to this week"


def choose_target(
    targets: Sequence[tuple[str, date, float, str | None, str | None]],
    metric: str,
    period: date,
    chosen: dict[str, tuple[str, ...]],
) -> float | None:
    """The newest target of a metric that begins on or before the period, not over a year old.

    targets: (metric, period_start, value, dimension, dimension_value). chosen: the dimensions that
    the scope narrows. Only a target of exactly this slice counts: all customers, or one value of
    one dimension.
    """
    slices = [(name, value) for name, values in chosen.items() for value in values]
    if len(slices) > 1:
        return None
    dimension, member = slices[0] if slices else (None, None)
    matching = [
        (start, value)
        for name, start, value, of_dimension, of_value in targets
        if name.replace(".", "_") == metric
        and (of_dimension or None, of_value or None) == (dimension, member)
        and start <= period < start + YEAR + WEEK
    ]
    return max(matching)[1] if matching else None


def choose_resets(metric: str, resets: Sequence[tuple[str | None, date]]) -> list[date]:
    """Days on which a metric's baseline starts anew; an event names it churn.logo or churn_logo."""
    return [day for name, day in resets if name is None or name.replace(".", "_") == metric]


def compare_shares(now: Point, before: Point) -> Comparison | None:
    """Two shares of customers a year apart, with Newcombe's interval of the change.

    None where there was no share; ends of None where one is no share of a whole number.
    """
    if before.value is None:
        return None
    shares = (now.numerator, now.denominator, before.numerator, before.denominator)
    if None in shares:
        return Comparison("a year ago", before.value)
    change = compute_difference(*(each or 0.0 for each in shares))
    return Comparison("a year ago", before.value, change.low, change.high)


def describe_change(card: Card) -> str:
    """'change against target +0.1 to +0.5 pp', or 'not distinguishable from target (-0.3 to +0.5 pp)'.

    Empty without an interval, and for fewer customers than a comparison takes.
    """
    held = card.comparison
    if card.change is None or held is None or held.low is None or held.high is None:
        return ""
    low, high = (format_value(bound, card.unit, is_change=True) for bound in (held.low, held.high))
    interval = f"{low.removesuffix(' pp')} to {high}"
    if held.is_indistinct:
        return f"not distinguishable from {held.name} ({interval})"
    return f"change against {held.name} {interval}"


def _compare(card: Card, target: float | None) -> Comparison | None:
    """The target, else the week 364 days earlier; a quarter has no such week.

    A target is no sample: the interval of the change is that of the value.
    """
    if target is not None:
        if card.low is None or card.high is None:
            return Comparison("target", target)
        return Comparison("target", target, card.low - target, card.high - target)
    points = {point.period_start: point for point in card.points}
    before = points.get(card.points[-1].period_start - YEAR) if card.points else None
    if before is None or before.value is None:
        return None
    if card.low is None:
        return Comparison("a year ago", before.value)
    return compare_shares(card.points[-1], before)
