"""Sales velocity as others define it, beside the headline: which deals each counts, and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyses.formats import format_range, format_value, to_float
from analyses.velocity.rows import format_record
from analyses.velocity.snapshot import METRICS, VELOCITY, WINDOW_DAYS
from analyses.weekly import find_record
from metrics.engine import Record

CLOSED = "vel_closed"
CREATED = "vel_created"
REALISED = "vel_realised"
CREATED_RATE = "vel_win_created"
CYCLE_ALL = "vel_cycle_all"
VARIANTS = (VELOCITY, CLOSED, CREATED, REALISED)
NEEDED = (*VARIANTS, *METRICS.values(), CREATED_RATE, CYCLE_ALL)


@dataclass(frozen=True)
class Variant:
    """One definition: its record, and in words which deals, size, win rate and time it takes."""

    name: str
    record: Record | None
    deals: str
    size: str
    rate: str
    time: str
    meaning: str

    @property
    def value(self) -> float | None:
        """Currency per day."""
        return None if self.record is None else to_float(self.record.value)


def list_variants(
    records: Mapping[str, Sequence[Record]],
    week: date,
    created: int,
    currency: str,
    minimum: float = 0,
) -> list[Variant]:
    """V1, V2, V3 and realised at the end of a week. created: deals created in the 91 days. A win
    rate of fewer than `minimum` deals is its counts and its interval.

    Source: metrics.md 2.1. V1 and V2 differ in N alone; V3 is not divided, since what comes in is
    already per day; realised takes no part from the others and is their control.
    """
    found = {name: find_record(records[name], week) for name in NEEDED}

    def tell(metric: str) -> str:
        record = found[metric]
        return (
            "n/a" if record is None else format_value(to_float(record.value), record.unit, currency)
        )

    size, cycle = (tell(METRICS[name]) for name in ("average_deal", "cycle_days"))
    rate = _tell_rate(found[METRICS["win_rate"]], "closed", minimum)
    won, closed = _counts(found[METRICS["win_rate"]])
    return [
        Variant(
            "V1 open pipeline (headline)", found[VELOCITY],
            f"{tell(METRICS['open_deals'])} open", size, rate, f"/ {cycle}",
            "what the open deals should yield",
        ),
        Variant(
            "V2 closed deals", found[CLOSED], f"{closed:,} closed", size, rate, f"/ {cycle}",
            "what the closed deals came to in their cycle",
        ),
        Variant(
            "V3 created deals", found[CREATED], f"{created:,} created", size,
            _tell_rate(found[CREATED_RATE], "created", minimum), f"/ {WINDOW_DAYS} days",
            "what the deals that come in should yield",
        ),
        Variant(
            "realised", found[REALISED], f"{won:,} won", size if won else "", "",
            f"/ {WINDOW_DAYS} days", "what was won",
        ),
    ]  # fmt: skip


def list_variant_rows(variants: Sequence[Variant], currency: str) -> list[dict[str, str]]:
    """One row a definition: its value and how it comes about."""
    return [
        {
            "definition": each.name,
            "per day": format_record(each.record, currency),
            "deals": each.deals,
            "x won deal": each.size,
            "x win rate": each.rate,
            "/ time": each.time.removeprefix("/ "),
            "says": each.meaning,
        }
        for each in variants
    ]


def describe_variants(variants: Sequence[Variant], currency: str) -> str:
    """The message: '4 definitions, from EUR 14.7 k to EUR 20.9 k / day'."""
    known = [each for each in variants if each.value is not None]
    if len(known) < 2:
        return "Other definitions of velocity have no value this week"
    low, high = (
        format_value(pick(each.value or 0.0 for each in known), "currency_per_day", currency)
        for pick in (min, max)
    )
    if low == high:
        return f"All {len(known)} definitions give {low}"
    return f"{len(known)} definitions, from {low.removesuffix(' / day')} to {high}"


DIFFERENCE = (
    "They differ in which deals they count: those open now (V1), those that closed (V2), those that "
    "came in (V3); realised is what was won, and the control of all three."
)


def describe_identity(records: Mapping[str, Sequence[Record]], week: date, currency: str) -> str:
    """V2 = won value / L, with this week's numbers; empty where V2 has no value above 0.

    Exact where every won deal has an amount: N x D x W is then the won value. Else such a deal
    counts at the average in V2, and the line says so.
    """
    closed, realised, deal, cycle = (
        find_record(records[name], week)
        for name in (CLOSED, REALISED, METRICS["average_deal"], METRICS["cycle_days"])
    )
    won, _ = _counts(find_record(records[METRICS["win_rate"]], week))
    if not (closed and closed.value and realised and deal and deal.value and cycle):
        return ""
    with_amount = int(deal.denominator or 0)
    value = format_value(float(deal.value) * won, "currency", currency)
    days = format_value(to_float(cycle.value), "days")
    per_day = format_value(to_float(closed.value), "currency_per_day", currency)
    counted = (
        "" if with_amount == won else f" ({won - with_amount:,} without an amount at the average)"
    )
    return (
        f"V2 = won value / cycle: {value}{counted} / {days} = {per_day}. Realised is the same won value / "
        f"{WINDOW_DAYS} days, so the two are equal only where the cycle is {WINDOW_DAYS} days long."
    )


def list_cycle_row(
    records: Mapping[str, Sequence[Record]], weeks: Mapping[str, date], currency: str
) -> dict[str, str]:
    """L of all closed deals, won and lost, as a row below the drivers; weeks by their columns,
    'now' first."""
    row = {"driver": "Cycle of all closed deals, beside L"}
    for when, week in weeks.items():
        record = find_record(records[CYCLE_ALL], week)
        size = "" if record is None or not record.denominator else f"{record.denominator:,} closed"
        row[when] = format_record(record, currency)
        row["n" if when == "now" else f"n {when}"] = size
    return row


def _tell_rate(rate: Record | None, noun: str, minimum: float) -> str:
    """'31.1 % (25.9-36.9 %), 90 of 289 closed'; of fewer than `minimum` without the share."""
    if rate is None or rate.value is None or rate.denominator is None:
        return "n/a"
    counts = f"{rate.numerator or 0:,} of {rate.denominator:,} {noun}"
    interval = format_range(rate.low, rate.high, "percent")
    if float(rate.denominator) < minimum:
        return f"{counts} ({interval})"
    return f"{format_value(to_float(rate.value), 'percent')} ({interval}), {counts}"


def _counts(rate: Record | None) -> tuple[int, int]:
    """Won and closed in the window."""
    if rate is None:
        return 0, 0
    return int(rate.numerator or 0), int(rate.denominator or 0)
