"""Tables of velocity and its drivers: values with n and intervals, at some weeks or by segment."""

from collections.abc import Mapping, Sequence
from datetime import date

from analyses.formats import format_range, format_value, to_float
from analyses.sentences import describe_reason
from analyses.velocity.snapshot import (
    FEWEST_WINS,
    LABELS,
    VELOCITY,
    Snapshot,
    get_record,
    take_snapshot,
    to_number,
)
from metrics.engine import Record
from metrics.means import compute_mean_interval


def format_record(record: Record | None, currency: str = "") -> str:
    """A value with its unit, or 'n/a' with why there is none."""
    if record is None:
        return "n/a: no data so far back"
    if record.value is None:
        return f"n/a: {describe_reason(record.reason)}"
    return format_value(to_float(record.value), record.unit, currency)


def list_driver_rows(
    now: Snapshot, befores: Mapping[str, Snapshot], currency: str, minimum: float
) -> list[dict[str, str]]:
    """One row for velocity and for each driver: its value now with n, and at the other weeks.

    A win rate of fewer than `minimum` closed deals is its interval alone, beside the counts. The
    mean of fewer than five won deals has no interval.
    """
    rows: list[dict[str, str]] = []
    for name in (VELOCITY, *LABELS):
        label = LABELS.get(name, "Sales velocity (N x D x W / L)")
        row: dict[str, str] = {
            "driver": label,
            "now": _value(now, name, currency, minimum),
            "n": _size(now, name),
        }
        for when, before in befores.items():
            row[when] = _value(before, name, currency, minimum)
            row[f"n {when}"] = _size(before, name)
        rows.append(row)
    return rows


def describe_moves(
    before: Snapshot, now: Snapshot, currency: str, minimum: float = 0
) -> dict[str, str]:
    """'295 to 278' for each driver: its value at both weeks, as it stands beside its part.

    A win rate of fewer than `minimum` closed deals at either end stands as its counts.
    """
    moves: dict[str, str] = {}
    for name in LABELS:
        if name == "win_rate" and min(map(_count_closed, (before, now))) < minimum:
            counts = [_size(each, name).removesuffix(" closed") for each in (before, now)]
            moves[name] = f"{counts[0]} to {counts[1]} closed"
            continue
        ends = [each.drivers[name] for each in (before, now)]
        told: list[str] = [
            format_value(to_number(each), each.unit if each else "", currency) for each in ends
        ]
        if name != "open_deals":
            # 'EUR 18.6 k to 14.8 k': the unit once
            told[1] = told[1].removeprefix(f"{currency} ")
            told[0] = told[0].removesuffix(" %").removesuffix(" days")
        moves[name] = f"{told[0]} to {told[1]}"
    return moves


def list_segment_rows(
    records: Mapping[str, Sequence[Record]],
    week: date,
    dimension: str,
    currency: str,
    minimum: float,
) -> list[dict[str, str]]:
    """One row a value of the dimension, the fastest first; records are broken down by it."""
    names = {each.breakdown for each in records[VELOCITY] if each.period_start == week}
    found = {name: take_snapshot(records, week, name) for name in names if name is not None}
    remarks = {name: _remark(each) for name, each in found.items()}
    return [
        {
            dimension: name,
            "velocity": _value(each, VELOCITY, currency, minimum),
            "open deals": _value(each, "open_deals", currency, minimum),
            "average won deal": _value(each, "average_deal", currency, minimum),
            "win rate": _value(each, "win_rate", currency, minimum),
            "won of closed": _size(each, "win_rate"),
            "cycle": _value(each, "cycle_days", currency, minimum),
            **({"remark": remarks[name]} if any(remarks.values()) else {}),
        }
        for name, each in sorted(found.items(), key=lambda pair: (-(pair[1].speed or 0), pair[0]))
    ]


def describe_fastest(rows: Sequence[Mapping[str, str]], dimension: str) -> str:
    """'Fastest: enterprise, EUR 11.1 k / day with 57 open deals'; rows of list_segment_rows."""
    first = rows[0] if rows else {"velocity": "n/a"}
    if not any(digit in first["velocity"] for digit in "123456789"):
        return f"No {dimension.replace('_', ' ')} has a velocity above 0"
    return f"Fastest: {first[dimension]}, {first['velocity']} with {first['open deals']} open deals"


def _value(snapshot: Snapshot, name: str, currency: str, minimum: float) -> str:
    record = get_record(snapshot, name)
    value = format_record(record, currency)
    if record is None or record.value is None:
        lacks_cycle = record and name in (VELOCITY, "cycle_days") and snapshot.lacks_cycle
        return "n/a: closed before created" if lacks_cycle else value
    if name == "win_rate" and record.low is not None and record.high is not None:
        interval = format_range(record.low, record.high, "percent")
        has_few = float(record.denominator or 0) < minimum
        return f"too few: {interval}" if has_few else f"{value} ({interval})"
    low, high = _mean_interval(snapshot, name)
    if low is not None:
        return f"{value} ({format_range(low, high, record.unit, currency)})"
    return value


def _mean_interval(snapshot: Snapshot, name: str) -> tuple[float, float] | tuple[None, None]:
    """Of the average deal or the cycle; (None, None) of fewer than five deals, or of no mean."""
    sample = snapshot.samples.get(name)
    if sample is None or sample.n < FEWEST_WINS:
        return None, None
    return compute_mean_interval(sample)


def _count_closed(snapshot: Snapshot) -> float:
    rate = snapshot.drivers["win_rate"]
    return 0.0 if rate is None else float(rate.denominator or 0)


def _size(snapshot: Snapshot, name: str) -> str:
    record = get_record(snapshot, name)
    if record is None or record.denominator is None:
        return ""
    if name == "win_rate":
        return f"{record.numerator:,} of {record.denominator:,} closed"
    return f"{record.denominator:,} won"


def _remark(snapshot: Snapshot) -> str:
    return f"fewer than {FEWEST_WINS} wins: a guess" if snapshot.has_few_wins else ""
