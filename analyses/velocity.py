"""Sales velocity and its four drivers at one week, and in words what changed between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from analyses.decomposition import Decomposition, Drivers
from analyses.formats import format_range, format_value, to_float
from analyses.sentences import describe_reason
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.means import Sample, compute_mean_interval
from metrics.periods import label_period

WINDOW_DAYS = 91
FEWEST_WINS = 5  # under which the deal size and cycle of the 91 days are a guess
FEW = f"fewer than {FEWEST_WINS} wins at one end: too few to say what drove the change"
VELOCITY = "vel_pipeline"
METRICS = {
    "open_deals": "vel_open",
    "average_deal": "vel_deal",
    "win_rate": "vel_win_count",
    "cycle_days": "vel_cycle",
}
LABELS = {
    "open_deals": "Open deals (N)",
    "average_deal": "Average won deal (D)",
    "win_rate": "Win rate (W)",
    "cycle_days": "Cycle of won deals (L)",
}
# What a part of the change means: above 0, below 0.
CAUSES = {
    "open_deals": ("more open deals", "fewer open deals"),
    "average_deal": ("larger won deals", "smaller won deals"),
    "win_rate": ("a higher win rate", "a lower win rate"),
    "cycle_days": ("a shorter cycle", "a longer cycle"),
}
# The drill that holds the deals behind each driver.
DRILLS = {
    "open_deals": "open_deals",
    "average_deal": "won_deals",
    "win_rate": "closed_deals",
    "cycle_days": "won_deals",
}


@dataclass(frozen=True)
class Snapshot:
    """Velocity and drivers at the end of one week, None where the data has no such week.

    samples: the won deals behind the average deal and the cycle, where they were read.
    """

    week: date
    velocity: Record | None
    drivers: Mapping[str, Record | None]
    samples: Mapping[str, Sample] = field(default_factory=dict[str, Sample])

    @property
    def values(self) -> Drivers:
        """The drivers as numbers."""
        return Drivers(**{name: _number(record) for name, record in self.drivers.items()})

    @property
    def wins(self) -> int | None:
        """Deals won in the window; None where that is not known."""
        record = self.drivers["win_rate"]
        if record is None or record.denominator is None:
            return None
        return int(record.numerator or 0)

    @property
    def lacks_cycle(self) -> bool:
        """Whether every deal won in the window was closed before it was created."""
        cycle = self.drivers["cycle_days"]
        return bool(self.wins) and cycle is not None and cycle.denominator == 0

    @property
    def has_few_wins(self) -> bool:
        """Whether deal size and cycle rest on fewer than five wins."""
        return self.wins is not None and self.wins < FEWEST_WINS


def take_snapshot(
    records: Mapping[str, Sequence[Record]],
    week: date,
    breakdown: str | None = None,
    samples: Mapping[str, Sample] | None = None,
) -> Snapshot:
    """The week's numbers out of those of VELOCITY and METRICS by metric id."""

    def find(metric: str) -> Record | None:
        of_value = [each for each in records[metric] if each.breakdown == breakdown]
        return find_record(of_value, week)

    drivers = {name: find(metric) for name, metric in METRICS.items()}
    return Snapshot(week, find(VELOCITY), drivers, samples or {})


def earlier(week: date, weeks: int) -> date:
    """The Monday so many weeks before."""
    return week - timedelta(weeks=weeks)


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
        row = {"driver": label, "now": _value(now, name, currency, minimum), "n": _size(now, name)}
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
            told = [_size(each, name).removesuffix(" closed") for each in (before, now)]
            moves[name] = f"{told[0]} to {told[1]} closed"
            continue
        ends = [each.drivers[name] for each in (before, now)]
        told = [format_value(_number(each), each.unit if each else "", currency) for each in ends]
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
        for name, each in sorted(found.items(), key=lambda pair: (-(_speed(pair[1]) or 0), pair[0]))
    ]


def describe_fastest(rows: Sequence[Mapping[str, str]], dimension: str) -> str:
    """'Fastest: enterprise, EUR 11.1 k / day with 57 open deals'; rows of list_segment_rows."""
    first = rows[0] if rows else {"velocity": "n/a"}
    if not any(digit in first["velocity"] for digit in "123456789"):
        return f"No {dimension.replace('_', ' ')} has a velocity above 0"
    return f"Fastest: {first[dimension]}, {first['velocity']} with {first['open deals']} open deals"


def describe_velocity(
    now: Snapshot,
    change: Decomposition | None,
    weeks: int,
    currency: str,
    cautions: Mapping[str, str] | None = None,
    has_few: bool = False,
) -> str:
    """'Sales velocity EUR 20.2 k / day, EUR 2,310 / day less than 13 weeks earlier: mostly smaller
    won deals (chance alone may have made it)'.

    cautions: by driver what to mind of its change. has_few: fewer than five wins at either end, so
    that no driver is named.
    """
    value = format_value(_speed(now), "currency_per_day", currency)
    if _speed(now) is None:
        return f"Sales velocity n/a: {describe_absence(now)}"
    if change is None:
        return f"Sales velocity {value}"
    difference = float(change.after - change.before)
    if round(difference) == 0:
        return f"Sales velocity {value}, as {_ago(weeks)}"
    size = format_value(abs(difference), "currency_per_day", currency)
    than = f"{size} {'more' if difference > 0 else 'less'} than {_ago(weeks)}"
    if has_few:
        return f"Sales velocity {value}, {than}; {FEW}"
    return f"Sales velocity {value}, {than}: {describe_cause(change, cautions)}"


def describe_cause(change: Decomposition, cautions: Mapping[str, str] | None = None) -> str:
    """'mostly smaller won deals': the driver with the largest part in the change's direction, and
    what to mind of it in brackets."""
    name, cause = find_leading(change)
    return f"mostly {cause}{_bracket(name, cautions)}"


def find_leading(change: Decomposition) -> tuple[str, str]:
    """The driver with the largest part in the change's direction, and in words what it did."""
    sign = 1 if change.after >= change.before else -1
    name = max(change.parts, key=lambda each: sign * change.parts[each])
    return name, CAUSES[name][0 if sign > 0 else 1]


def describe_parts(
    change: Decomposition,
    currency: str,
    cautions: Mapping[str, str] | None = None,
    has_few: bool = False,
) -> str:
    """'Smaller won deals took EUR 4,812 / day; a shorter cycle gave EUR 2,491': the largest part on
    each side, that of the change's direction first; cautions and has_few as describe_velocity."""
    is_fall = change.after < change.before
    if has_few and any(change.parts.values()):
        return f"{FEW[:1].upper()}{FEW[1:]}"
    leading = ""
    told: list[str] = []
    for name, part in sorted(change.parts.items(), key=lambda each: -abs(each[1])):
        verb = "took" if part < 0 else "gave"
        if round(part) == 0 or any(verb in each for each in told):
            continue
        amount = format_value(abs(float(part)), "currency_per_day", currency)
        told.append(f"{CAUSES[name][part < 0]} {verb} {amount}")
        if is_fall == (part < 0):
            leading = name
    told.sort(key=lambda each: (" took " in each) != is_fall)
    if len(told) == 2:
        told[1] = told[1].removesuffix(" / day")
    if told and leading:
        told[0] += _bracket(leading, cautions)
    joined = "; ".join(told)
    return f"{joined[:1].upper()}{joined[1:]}"


def describe_absence(snapshot: Snapshot) -> str:
    """Why velocity, or one of its drivers, has no value; empty where all have one."""
    records = {"sales velocity": snapshot.velocity}
    records |= {LABELS[name].lower(): record for name, record in snapshot.drivers.items()}
    if snapshot.lacks_cycle:
        return describe_no_cycle(snapshot)
    for name, record in records.items():
        if record is None:
            return f"the data has no week of {label_period('week', snapshot.week)}"
        if record.value is None:
            return describe_reason(record.reason) or f"no {name}"
    return ""


def describe_no_cycle(snapshot: Snapshot) -> str:
    """As after a migration: the CRM then says of old deals that they were created on its first day."""
    if snapshot.wins == 1:
        return f"the only deal won in {WINDOW_DAYS} days was closed before it was created: no cycle"
    return (
        f"the {snapshot.wins:,} deals won in {WINDOW_DAYS} days were all closed before they were created,"
        " so there is no cycle"
    )


def describe_no_change(now: Snapshot, before: Snapshot) -> str:
    """Why there is no decomposition: which driver is missing at which end."""
    for snapshot in (before, now):
        if snapshot.velocity is None:
            return f"The data has no week of {label_period('week', snapshot.week)}."
        missing = snapshot.values.missing()
        if missing:
            record = snapshot.drivers[missing[0]]
            reason = describe_reason(record.reason if record else None)
            if missing[0] == "cycle_days" and snapshot.lacks_cycle:
                reason = describe_no_cycle(snapshot)
            return (
                f"{LABELS[missing[0]]} has no value in the week of {label_period('week', snapshot.week)}"
                f"{f': {reason}' if reason else ''}."
            )
    return ""


def describe_rules(qualified_stages: Sequence[str]) -> str:
    """The window, the N rule and the W rule, to stand under the number."""
    stages = ", ".join(qualified_stages)
    return (
        f"N: new-business deals open at the week's end in "
        f"{f'the stages {stages}' if stages else 'any open stage'}. "
        f"W: won of all closed in the {WINDOW_DAYS} days to the week's end, by count, with its 95 % "
        "interval. "
        f"D and L: means of the deals won in these {WINDOW_DAYS} days, with mean +/- 1.96 standard "
        f"deviations / sqrt(n) from {FEWEST_WINS} wins on; a deal takes 1 day at least. "
        "Renewals and expansions are in none of them. Amounts of all weeks are converted at the rates "
        "of one fiscal year, so no change is a currency's."
    )


def format_record(record: Record | None, currency: str = "") -> str:
    """A value with its unit, or 'n/a' with why there is none."""
    if record is None:
        return "n/a: no data so far back"
    if record.value is None:
        return f"n/a: {describe_reason(record.reason)}"
    return format_value(to_float(record.value), record.unit, currency)


def has_few_wins(before: Snapshot, now: Snapshot) -> bool:
    """Whether a change between the two rests on fewer than five wins at either end."""
    return before.has_few_wins or now.has_few_wins


def _bracket(name: str, cautions: Mapping[str, str] | None) -> str:
    caution = (cautions or {}).get(name)
    return f" ({caution})" if caution else ""


def _ago(weeks: int) -> str:
    return f"{weeks} weeks earlier"


def _record(snapshot: Snapshot, name: str) -> Record | None:
    return snapshot.velocity if name == VELOCITY else snapshot.drivers[name]


def _value(snapshot: Snapshot, name: str, currency: str, minimum: float) -> str:
    record = _record(snapshot, name)
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
    record = _record(snapshot, name)
    if record is None or record.denominator is None:
        return ""
    if name == "win_rate":
        return f"{record.numerator:,} of {record.denominator:,} closed"
    return f"{record.denominator:,} won"


def _remark(snapshot: Snapshot) -> str:
    return f"fewer than {FEWEST_WINS} wins: a guess" if snapshot.has_few_wins else ""


def _speed(snapshot: Snapshot) -> float | None:
    return _number(snapshot.velocity)


def _number(record: Record | None) -> float | None:
    return to_float(record.value) if record else None
