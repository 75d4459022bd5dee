"""What drove a change of sales velocity inside the values of one dimension, to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analyses.decomposition import DRIVERS, Decomposition, compute_decomposition, round_to_cent
from analyses.formats import format_value
from analyses.velocity.snapshot import (
    CAUSES,
    LABELS,
    VELOCITY,
    Snapshot,
    has_few_wins,
    take_snapshot,
)
from metrics.engine import Record

ZERO = Decimal("0.00")
TOTAL = "sum of the above"
MIX = "shift between them"
WHOLE = "the whole"


@dataclass(frozen=True)
class Part:
    """One line of the change in velocity, in cents of currency per day: parts by driver, and
    `unsplit`, what cannot be given to a driver; together they are `change`.

    before and after are the velocities; both, and the change, are None where either has no value.
    has_few: fewer than five wins at either end, so that no driver is named.
    """

    name: str
    before: Decimal | None
    after: Decimal | None
    parts: Mapping[str, Decimal]
    unsplit: Decimal
    remark: str = ""
    has_few: bool = False

    @property
    def change(self) -> Decimal | None:
        """After less before."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class SegmentChange:
    """The lines of a dimension's values, their total, the mix, and the whole.

    In every column: values = total, total + mix = whole, to the cent.
    """

    values: Sequence[Part]
    total: Part
    mix: Part
    whole: Part


def compute_segment_change(
    records: Mapping[str, Sequence[Record]],
    before: Snapshot,
    after: Snapshot,
    whole: Decomposition | None,
) -> SegmentChange | None:
    """Decompose inside each value, add up, and reconcile with the whole; None without the whole's.

    records: those of VELOCITY and its drivers by one dimension, at both weeks. The velocity of a
    whole is a product of means over all deals and no sum of the velocities of its parts: what the
    sum misses stands as the mix, and holds deals that moved from one value to another. A value
    without a win at either end has a velocity, 0, but neither deal size nor cycle: its change is
    not split. One without any velocity at either end is in the mix alone.
    Source: metrics.md 2.4; Ang 2005, "The LMDI approach to decomposition analysis".
    """
    if whole is None:
        return None
    names = {each.breakdown for each in records[VELOCITY] if each.breakdown is not None}
    found = [
        _part(
            name,
            take_snapshot(records, before.week, name),
            take_snapshot(records, after.week, name),
        )
        for name in names
    ]
    values = sorted(found, key=lambda each: (-abs(each.change or ZERO), each.name))
    counted = [each for each in values if each.change is not None]
    total = Part(
        TOTAL,
        sum((each.before or ZERO for each in counted), ZERO),
        sum((each.after or ZERO for each in counted), ZERO),
        {name: sum((each.parts[name] for each in counted), ZERO) for name in DRIVERS},
        sum((each.unsplit for each in counted), ZERO),
    )
    everything = Part(WHOLE, whole.before, whole.after, whole.parts, ZERO)
    return SegmentChange(values, total, _difference(everything, total), everything)


def list_change_rows(change: SegmentChange, dimension: str) -> list[dict[str, str]]:
    """One row a line, amounts in words with their cents; the columns add up, and so do the rows."""
    lines = [*change.values, change.total, change.mix, change.whole]
    is_split = all(not each.unsplit for each in lines)
    rows: list[dict[str, str]] = []
    for line in lines:
        row = {dimension: line.name, "change": _money(line.change)}
        row |= {LABELS[name]: _money(line.parts.get(name)) for name in DRIVERS}
        if not is_split:
            row["not split"] = _money(line.unsplit if line.change is not None else None)
        row["before"] = format_speed(line.before)
        row["after"] = format_speed(line.after)
        if any(each.remark for each in lines):
            row["remark"] = line.remark
        rows.append(row)
    return rows


def find_most(change: SegmentChange) -> Part:
    """The value, or the shift, that moved velocity the most in the direction of the whole."""
    sign = 1 if (change.whole.change or ZERO) >= 0 else -1
    return max([*change.values, change.mix], key=lambda each: sign * (each.change or ZERO))


def describe_segment_change(
    change: SegmentChange,
    dimension: str,
    currency: str,
    cautions: Mapping[str, str] | None = None,
) -> str:
    """The message: which value moved velocity the most, in the direction of the whole, and why.

    cautions: by driver what to mind of its change in that value.
    """
    sign = 1 if (change.whole.change or ZERO) >= 0 else -1
    most = find_most(change)

    def tell(part: Part) -> str:
        return format_value(float(part.change or 0), "currency_per_day", currency, is_change=True)

    if most is change.mix:
        several = to_plural(dimension)
        inside = f"inside the {several} {tell(change.total)}"
        return f"Mostly deals shifting between {several}: {tell(most)}; {inside}"
    if most.unsplit or not most.change or most.has_few:
        return f"Most of it in {dimension} {most.name}: {tell(most)}"
    name = max(most.parts, key=lambda each: sign * most.parts[each])
    cause = CAUSES[name][0 if sign > 0 else 1]
    caution = (cautions or {}).get(name)
    mind = f" ({caution})" if caution else ""
    return f"Most of it in {dimension} {most.name}: {tell(most)}, mostly {cause}{mind}"


def describe_sum(change: SegmentChange, dimension: str) -> str:
    """'Inside the segments +842.68, shift between them -3,152.87: together -2,310.19, ...'"""
    return (
        f"Inside the {to_plural(dimension)} {_money(change.total.change)}, shift between them "
        f"{_money(change.mix.change)}: together {_money(change.whole.change)}, the change of the "
        "whole; so in every column, to the cent. The shift: velocity of the whole is a product of "
        "means over all deals, no sum of its parts, and moves when deals of one "
        f"{dimension} take the place of those of another."
    )


def format_speed(amount: Decimal | None) -> str:
    """A velocity to the cent, '2,062.14'; 'n/a' without one."""
    return "n/a" if amount is None else f"{amount:,.2f}"


def to_plural(dimension: str) -> str:
    """'industry' -> 'industries'."""
    return f"{dimension[:-1]}ies" if dimension.endswith("y") else f"{dimension}s"


def _part(name: str, before: Snapshot, after: Snapshot) -> Part:
    speeds = [_speed(each) for each in (before, after)]
    old, new = speeds
    nothing = dict.fromkeys(DRIVERS, ZERO)
    if old is None or new is None:
        when = "before" if old is None else "after"
        return Part(name, old, new, {}, ZERO, f"no velocity {when}: counted as a shift")
    found = compute_decomposition(before.values, after.values)
    if found is None:
        when = "before" if before.values.missing() else "after"
        return Part(name, old, new, nothing, new - old, f"no deal won {when}: not split")
    method = "Shapley: a driver is zero" if found.method == "shapley" else ""
    has_few = has_few_wins(before, after)
    return Part(name, found.before, found.after, found.parts, ZERO, method, has_few)


def _difference(one: Part, other: Part) -> Part:
    return Part(
        MIX,
        (one.before or ZERO) - (other.before or ZERO),
        (one.after or ZERO) - (other.after or ZERO),
        {name: one.parts[name] - other.parts[name] for name in DRIVERS},
        one.unsplit - other.unsplit,
    )


def _speed(snapshot: Snapshot) -> Decimal | None:
    record = snapshot.velocity
    return None if record is None or record.value is None else round_to_cent(float(record.value))


def _money(amount: Decimal | None) -> str:
    return "n/a" if amount is None else f"{amount:+,.2f}" if amount else "0.00"
