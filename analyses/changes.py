"""By how much a number changed, how surely, or why nothing can be said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyses.formats import format_value
from analyses.grounds import Grounds
from metrics.engine import Number, Record
from metrics.intervals import compute_difference, compute_hybrid
from metrics.periods import Period, find_year_before
from metrics.registry import Metric

REASONS = {
    "no_value": "no value now to compare",
    "no_earlier_value": "no value then to compare with",
    "too_few": "too few to compare",
    "overlap": "both windows share days, so the change has no interval",
    "same_customers": "mostly the same customers on both sides, so no interval of the change: see their movement",
    "same_history": "both rest on all history so far, mostly the same, so no interval of the change",
    "money": "money, no number of cases, so no interval of the change",
    "count": "counted in full, so no interval of the change: `signals` says whether it moved",
    "mean": "a mean without an interval, so no interval of the change",
    "no_interval": "one of the two has no interval, so no interval of the change",
}
# What happened in the 91 days to the end of a period, whatever its grain.
TRAILING = (
    "adv_csat", "adv_nps", "churn_logo_13w", "churn_logo_13w_cum", "vel_aided_win", "vel_win_count",
    "vel_win_created",
)  # fmt: skip
# A state at the end of a period, of customers who were mostly there at the end of the other as well.
STATES = ("adv_coverage", "adv_net", "adv_share")
# Over all history up to the end of a period: the earlier sample is part of the later one.
CUMULATIVE = ("eco_ltvcac", "ltv_km", "ret_km", "ret_rmst", "vel_win_cif")
# Why a metric of this unit without an interval has none of its change either.
_BY_UNIT = {"count": "count", "days": "mean", "ratio": "mean", "weeks": "mean", "months": "money"}
TRAILING_DAYS = 91
AGAINST = ("previous", "year")
Key = tuple[str, date, str | None, str | None]


@dataclass(frozen=True)
class Change:
    """A value less the one of the period that begins on `against` (None: the data has no such).

    A change of a percent is a share. low and high bound it with 95 % confidence. reason says why
    the change, or its interval, is missing: one of REASONS.
    """

    against: date | None
    value: Number | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    @property
    def is_indistinct(self) -> bool:
        """Whether chance alone may have made the change: its interval holds 0."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


def find_earlier(periods: Sequence[Period], start: date, against: str) -> Period | None:
    """The period before the one that begins at `start` (previous), or the same one a year before
    (year): 364 days for weeks, else the same date. None where the data has none."""
    if against == "previous":
        return next((each for each in periods if each.end == start), None)
    if not periods:
        return None
    before = find_year_before(periods[0].grain, start)
    return next((each for each in periods if each.start == before), None)


def compute_changes(
    metrics: Mapping[str, Metric],
    shown: Iterable[Record],
    known: Iterable[Record],
    periods: Sequence[Period],
    against: str,
    grounds: Grounds,
) -> list[Change]:
    """The change of each shown record, in order; known holds the records of the earlier periods.

    Shares of counts have Newcombe's interval, other rates that have one of their own the hybrid of
    the two; both are for samples of different people or times, so what compares mostly the same has
    none. Below the minimum there is no change (metrics.md, section 0); grounds: what counts the
    customers behind money, now and then.
    """
    records = list(shown)
    pairs = {
        start: find_earlier(periods, start, against)
        for start in {each.period_start for each in records}
    }
    ends = {each.start: each.end for each in periods}
    before = {_key(record): record for record in known}
    changes: list[Change] = []
    for record in records:
        earlier, end = pairs[record.period_start], ends.get(record.period_start)
        if earlier is None or end is None:
            changes.append(Change(None, reason="no_earlier_value"))
            continue
        old = before.get(_key(record, earlier.start))
        days = (end - earlier.end).days
        changes.append(
            compute_change(metrics[record.metric], record, old, grounds, earlier.start, days)
        )
    return changes


def compute_change(
    metric: Metric, now: Record, before: Record | None, grounds: Grounds, against: date, days: int
) -> Change:
    """The change between two records of one metric, whose periods end `days` apart."""
    if now.value is None:
        return Change(against, reason="no_value")
    if before is None or before.value is None:
        return Change(against, reason="no_earlier_value")
    if grounds.has_few(metric, now) or grounds.has_few(metric, before):
        return Change(against, reason="too_few")
    value = _subtract(now.value, before.value)
    reason = _why_without_interval(metric, days)
    if reason:
        return Change(against, value, reason=reason)
    if metric.interval == "wilson":
        parts = (now.numerator, now.denominator, before.numerator, before.denominator)
        difference = compute_difference(*(float(each or 0) for each in parts))
    elif now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(against, value, reason="no_interval")
    else:
        difference = compute_hybrid(
            (float(now.value), now.low, now.high), (float(before.value), before.low, before.high)
        )
    return Change(against, value, difference.low, difference.high)


def _why_without_interval(metric: Metric, days: int) -> str | None:
    """Why the change of a metric over so many days has no interval; None where it has one."""
    if metric.id in STATES:
        return "same_customers"
    if metric.id in CUMULATIVE:
        return "same_history"
    if metric.interval == "none":
        return _BY_UNIT.get(metric.unit, "money")
    return "overlap" if metric.id in TRAILING and days < TRAILING_DAYS else None


def format_change(change: Change, unit: str, currency: str) -> str:
    """'+0.4 pp (-0.9 to +1.7 pp)'; empty without a change."""
    if change.value is None:
        return ""
    told = format_value(float(change.value), unit, currency, is_change=True)
    if change.low is None or change.high is None:
        return told
    low, high = (
        format_value(each, unit, currency, is_change=True) for each in (change.low, change.high)
    )
    return f"{told} ({low.removesuffix(' pp')} to {high})"


def describe_doubt(change: Change) -> str:
    """Why the change or its interval is missing, or that chance alone may have made it."""
    if change.reason:
        return REASONS[change.reason]
    return "change not distinguishable from chance" if change.is_indistinct else ""


def _key(record: Record, start: date | None = None) -> Key:
    return record.metric, start or record.period_start, record.breakdown, record.member


def _subtract(now: Number, before: Number) -> Number:
    if isinstance(now, float) or isinstance(before, float):
        return float(now) - float(before)
    return now - before
