"""Velocity in words: what it is, what changed between two weeks, and why one has no value."""

from collections.abc import Mapping, Sequence

from analyses.decomposition import Decomposition
from analyses.formats import format_value
from analyses.sentences import describe_reason
from analyses.velocity.snapshot import (
    CAUSES,
    FEW,
    FEWEST_WINS,
    LABELS,
    WINDOW_DAYS,
    Snapshot,
)
from metrics.periods import label_period


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
    value = format_value(now.speed, "currency_per_day", currency)
    if now.speed is None:
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


def _bracket(name: str, cautions: Mapping[str, str] | None) -> str:
    caution = (cautions or {}).get(name)
    return f" ({caution})" if caution else ""


def _ago(weeks: int) -> str:
    return f"{weeks} weeks earlier"
