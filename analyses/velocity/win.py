"""The win rate by every definition, with what each one counts and which way it errs."""

from collections.abc import Mapping, Sequence
from datetime import date

from analyses.formats import format_range, format_value, to_float
from analyses.grounds import BY_VALUE, describe_amounts
from analyses.velocity.rows import format_record
from analyses.velocity.snapshot import METRICS
from analyses.velocity.variants import CREATED_RATE
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.intervals import compute_difference
from metrics.periods import YEAR

BY_COUNT = METRICS["win_rate"]
IN_TIME = "vel_win_cif"
WITHIN = "180"  # days, a member of IN_TIME
RATES = (BY_COUNT, BY_VALUE, CREATED_RATE, IN_TIME)
NAMES = {
    BY_COUNT: ("of closed deals, by count", "optimistic where lost deals are left open"),
    BY_VALUE: ("of closed deals, by value", "ruled by the largest deals"),
    CREATED_RATE: ("of created deals, old enough", "months behind; open deals count as not won"),
    IN_TIME: (
        f"of created deals, within {WITHIN} days (Aalen-Johansen)",
        "open deals count as long as seen; over all history, so it moves slowly",
    ),
}


def list_win_rows(
    records: Mapping[str, Sequence[Record]], week: date, currency: str, minimum: float
) -> list[dict[str, str]]:
    """One row a definition at the end of a week: rate, interval, both counts, and its bias.

    Of fewer than `minimum` deals the counts and the interval stand alone.
    Source: metrics.md 2.2. A rate of money has no interval: no count stands behind it. Where all
    lost deals, or all won ones, lack an amount it is no rate.
    """
    rows: list[dict[str, str]] = []
    for metric in RATES:
        name, bias = NAMES[metric]
        record = find_record(records[metric], week, WITHIN if metric == IN_TIME else None)
        row = {
            "win rate": name,
            "share": format_record(record),
            "95 % interval": "",
            "won of": "",
        }
        if record is not None:
            if record.low is not None and record.high is not None:
                if float(record.denominator or 0) < minimum:
                    row["share"] = "too few for a rate"
                row["95 % interval"] = format_range(record.low, record.high, "percent")
            row["won of"] = _counts(record, currency if metric == BY_VALUE else None)
        closed = find_record(records[BY_COUNT], week)
        if metric == BY_VALUE and (nothing := describe_amounts(record, closed)):
            row["share"], bias = "n/a", nothing
        rows.append({**row, "mind": bias})
    return rows


def describe_win(records: Mapping[str, Sequence[Record]], week: date, minimum: float) -> str:
    """The message: 'Won: 31.1 % of the deals that closed, 26.4 % of those created'."""
    closed, created = (find_record(records[name], week) for name in (BY_COUNT, CREATED_RATE))
    if closed is None or closed.value is None or not closed.denominator:
        return "No deal closed in 91 days: no win rate"
    if float(closed.denominator) < minimum:
        return f"Won: {closed.numerator:,} of {closed.denominator:,} deals that closed"
    told = f"Won: {format_value(to_float(closed.value), 'percent')} of the deals that closed"
    if created is None or created.value is None or float(created.denominator or 0) < minimum:
        return told
    return f"{told}, {format_value(to_float(created.value), 'percent')} of those created"


def describe_year(records: Sequence[Record], week: date, minimum: float) -> str:
    """'Win rate 31.1 %, 11.1 pp more than a year before (95 % interval 3.8 to 17.8 pp)'.

    The two windows of 91 days share no deal, so Newcombe's interval of the difference holds. Below
    the smallest denominator the counts stand alone.
    """
    now, before = (find_record(records, each) for each in (week, week - YEAR))
    if now is None or now.value is None or not now.denominator:
        return "Win rate n/a"
    won, closed = float(now.numerator or 0), float(now.denominator)
    told = f"Win rate {format_value(to_float(now.value), 'percent')}"
    if closed < minimum:
        interval = format_range(now.low, now.high, "percent")
        return f"Win rate: {won:,.0f} of {closed:,.0f} closed deals won, 95 % interval {interval}"
    if before is None or before.value is None or float(before.denominator or 0) < minimum:
        return f"{told}: {won:,.0f} of {closed:,.0f} closed deals won"
    change = compute_difference(
        won, closed, float(before.numerator or 0), float(before.denominator or 0)
    )
    if change.value is None or not change.is_distinguishable:
        return f"{told}, not distinguishable from a year before"
    size = format_value(abs(change.value), "percent", is_change=True).lstrip("+")
    low, high = sorted(abs(each or 0.0) for each in (change.low, change.high))
    bounds = format_range(low, high, "percent").removesuffix(" %")
    more = "more" if change.value > 0 else "less"
    return f"{told}, {size} {more} than a year before (95 % interval {bounds} pp)"


def _counts(record: Record, currency: str | None) -> str:
    if record.denominator is None:
        return ""
    if record.metric == IN_TIME:
        # The share is no quotient of the two.
        return f"{record.denominator:,} deals"
    unit = "count" if currency is None else "currency"
    top, bottom = (
        format_value(to_float(each), unit, currency or "")
        for each in (record.numerator, record.denominator)
    )
    return f"{top} of {bottom}"
