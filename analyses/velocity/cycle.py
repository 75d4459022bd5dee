"""How long a deal takes: the mean that velocity uses, beside those that leave out fewer deals."""

from collections.abc import Mapping, Sequence
from datetime import date

from analyses.formats import format_value, to_float
from analyses.outcomes import Outcomes, find_median_days
from analyses.velocity.rows import format_record
from analyses.velocity.snapshot import METRICS, WINDOW_DAYS
from analyses.velocity.variants import CYCLE_ALL
from analyses.weekly import find_record
from metrics.engine import Record

MEAN_WON = METRICS["cycle_days"]


def list_cycle_rows(
    records: Mapping[str, Sequence[Record]], week: date, curves: Outcomes | None
) -> list[dict[str, str]]:
    """Mean of the won (L), mean of all closed, and the median of all with open deals cut off.

    curves: those of all deals created so far, None without any. Source: metrics.md 2.1 and 2.3.
    """
    won, closed = (find_record(records[name], week) for name in (MEAN_WON, CYCLE_ALL))
    return [
        {
            "cycle": "mean of the won (L of velocity)",
            "days": format_record(won),
            "n": _size(won, "won"),
            "of which deals": f"won in {WINDOW_DAYS} days; those that are still open, and slow, are not in it",
        },
        {
            "cycle": "mean of all closed",
            "days": format_record(closed),
            "n": _size(closed, "closed"),
            "of which deals": f"won or lost in {WINDOW_DAYS} days; those that are still open are not in it",
        },
        {
            "cycle": "median of all (Kaplan-Meier)",
            "days": _median(curves),
            "n": f"{curves.deals:,} created, {curves.still_open:,} open" if curves else "",
            "of which deals": "all created so far, until won or lost; open ones count as long as seen",
        },
    ]


def describe_cycle(
    records: Mapping[str, Sequence[Record]], week: date, curves: Outcomes | None
) -> str:
    """'The won took 63.6 days, all closed 90.7; half of all are decided within 78 days'."""
    won, closed = (find_record(records[name], week) for name in (MEAN_WON, CYCLE_ALL))
    told: list[str] = []
    if won is not None and won.value is not None:
        told.append(f"the won took {format_value(to_float(won.value), 'days')}")
    if closed is not None and closed.value is not None:
        told.append(f"all closed {format_value(to_float(closed.value), 'days')}")
    median = find_median_days(curves) if curves else None
    if median is not None:
        told.append(f"half of all are decided within {median:,.0f} days")
    joined = ", ".join(told) or "no deal has closed yet: no cycle"
    return f"{joined[0].upper()}{joined[1:]}"


def describe_flow(records: Mapping[str, Sequence[Record]], week: date) -> str:
    """Little's law with this week's numbers; empty where one is missing.

    Open deals / mean time of all deals in the pipeline = closings per day, where nothing changes.
    Source: metrics.md 2.1; Little 1961.
    """
    still, cycle, rate = (
        find_record(records[name], week)
        for name in (METRICS["open_deals"], CYCLE_ALL, METRICS["win_rate"])
    )
    if not (still and still.value and cycle and cycle.value and rate and rate.denominator):
        return ""
    expected = float(still.value) / float(cycle.value)
    actual = float(rate.denominator) / WINDOW_DAYS
    return (
        f"Little's law: {still.value:,} open / {format_value(to_float(cycle.value), 'days')} of all closed = "
        f"{expected:,.2f} closings a day, if nothing changes; {actual:,.2f} a day closed."
    )


def _size(record: Record | None, noun: str) -> str:
    return "" if record is None or not record.denominator else f"{record.denominator:,} {noun}"


def _median(curves: Outcomes | None) -> str:
    if curves is None:
        return "n/a: no deal created yet"
    median = find_median_days(curves)
    return "n/a: fewer than half are decided" if median is None else f"{median:,.0f} days"
