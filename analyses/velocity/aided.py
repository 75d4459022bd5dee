"""Deals that a customer's referral, introduction or reference is linked to, beside the others."""

from collections.abc import Mapping, Sequence
from datetime import date

from analyses.formats import format_range, format_value, to_float
from analyses.velocity.rows import format_record
from analyses.velocity.snapshot import WINDOW_DAYS
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.intervals import compute_difference

WON = "vel_aided_won"
VALUE = "vel_aided_value"
RATE = "vel_aided_win"
CYCLE = "vel_aided_cycle"
AIDED_METRICS = (WON, VALUE, RATE, CYCLE)
MEMBERS = ("aided", "unaided")
WARNING = (
    "Association, not effect. Customers are asked to help where a deal already goes well, a deal that "
    "takes long has more time to be helped, and a link that nobody entered counts as unaided: the "
    "difference is not what help is worth."
)
Pair = tuple[Record | None, Record | None]


def list_aided_rows(
    records: Mapping[str, Sequence[Record]], week: date, currency: str, minimum: float
) -> list[dict[str, str]]:
    """Won deals, won value, win rate and cycle, aided beside unaided, and how they differ.

    records: AIDED_METRICS. Only the win rate has a difference with an interval (Newcombe); below
    the smallest denominator none is told.
    """
    won, value, rate, cycle = (_pair(records[name], week) for name in AIDED_METRICS)
    return [
        _row("won deals", [format_record(each, currency) for each in won], _share(won)),
        _row("won value", [_amount(each, currency) for each in value], _value_share(value)),
        _row("win rate", [_rate(each, minimum) for each in rate], _difference(rate, minimum)),
        _row("cycle of won deals", [_cycle(each) for each in cycle], ""),
    ]


def describe_aided(records: Mapping[str, Sequence[Record]], week: date, currency: str) -> str:
    """The message: 'Customers helped with 32 of 90 deals won, EUR 512 k of EUR 1.33 M'."""
    won, value = _pair(records[WON], week), _pair(records[VALUE], week)
    aided, all_won = _sum(won)
    if all_won is None:
        return "Deals with a customer's help: n/a"
    if not all_won:
        return f"No deal was won in {WINDOW_DAYS} days"
    if not aided:
        return f"No deal won in {WINDOW_DAYS} days has a customer's help linked to it"
    told = f"Customers helped with {aided:,.0f} of {all_won:,.0f} deals won"
    of_value = value[0]
    if of_value is None or of_value.value is None:
        return told
    amounts = [
        format_value(to_float(each), "currency", currency)
        for each in (of_value.numerator, of_value.denominator)
    ]
    return f"{told}, {amounts[0]} of {amounts[1]} ({format_value(to_float(of_value.value), 'percent')})"


def _pair(records: Sequence[Record], week: date) -> Pair:
    aided, unaided = (find_record(records, week, member) for member in MEMBERS)
    return aided, unaided


def _row(name: str, cells: Sequence[str], difference: str) -> dict[str, str]:
    return {
        f"in {WINDOW_DAYS} days": name,
        **dict(zip(MEMBERS, cells, strict=True)),
        "compare": difference,
    }


def _sum(won: Pair) -> tuple[float, float | None]:
    """Aided, and all won; None where that is not known."""
    numbers = [None if each is None else to_float(each.value) for each in won]
    if numbers[0] is None or numbers[1] is None:
        return 0, None
    return numbers[0], numbers[0] + numbers[1]


def _share(won: Pair) -> str:
    aided, of = _sum(won)
    return f"{format_value(aided / of, 'percent')} of the won are aided" if of else ""


def _value_share(value: Pair) -> str:
    aided = value[0]
    if aided is None or aided.value is None:
        return ""
    return f"{format_value(to_float(aided.value), 'percent')} of the value is aided"


def _difference(rate: Pair, minimum: float) -> str:
    one, other = rate
    if one is None or other is None:
        return ""
    bases = [float(each.denominator or 0) for each in (one, other)]
    if min(bases) < minimum:
        return "too few closed to compare"
    found = compute_difference(
        float(one.numerator or 0), bases[0], float(other.numerator or 0), bases[1]
    )
    if not found.is_distinguishable:
        return "not distinguishable"
    change = format_value(found.value, "percent", is_change=True)
    bounds = format_range(found.low, found.high, "percent").removesuffix(" %")
    return f"{change} (95 % interval {bounds} pp)"


def _amount(record: Record | None, currency: str) -> str:
    if record is None or record.value is None:
        return format_record(record, currency)
    return format_value(to_float(record.numerator), "currency", currency)


def _rate(record: Record | None, minimum: float) -> str:
    """'41.0 % (28.8-54.5 %; 23 of 56)'; counts and interval alone below the smallest denominator."""
    if record is None or record.value is None or record.denominator is None:
        return format_record(record)
    interval = format_range(record.low, record.high, "percent")
    counts = f"{record.numerator:,} of {record.denominator:,}"
    if float(record.denominator) < minimum:
        return f"{counts} ({interval})"
    return f"{format_record(record)} ({interval}; {counts})"


def _cycle(record: Record | None) -> str:
    told = format_record(record)
    return (
        told if record is None or record.value is None else f"{told} ({record.denominator:,} won)"
    )
