"""The movement of each week, from the metrics: up, down, by expiry, entries and exits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.engine import Number, Record

# The part of a record that counts customers: a rate's numerator, a count's value.
PARTS = {
    "flow_up": "numerator",
    "flow_down": "numerator",
    "flow_expired": "numerator",
    "cust_new": "value",
    "cust_react": "value",
    "cust_lost": "value",
}
SHOWN_WEEKS = 26


@dataclass(frozen=True)
class WeekMoves:
    """Customers who moved in one week; opening is all at its start."""

    week: date
    opening: int
    up: int
    down: int
    expired: int
    new: int
    reactivated: int
    churned: int

    @property
    def net(self) -> int:
        """Up less down, on evidence."""
        return self.up - self.down


def compute_weeks(
    records: Mapping[str, Sequence[Record]], until: date, shown: int = SHOWN_WEEKS
) -> list[WeekMoves]:
    """The last weeks up to one, oldest first; without those that began with no customer."""
    counts = {
        name: {
            record.period_start: getattr(record, part)
            for record in records[name]
            if record.reason is None
        }
        for name, part in PARTS.items()
    }
    openings: dict[date, Number | None] = {
        record.period_start: record.denominator for record in records["flow_up"]
    }
    weeks = [week for week in counts["flow_up"] if week <= until and openings[week]]
    return [
        WeekMoves(
            week, int(openings[week] or 0), *(int(counts[name].get(week) or 0) for name in PARTS)
        )
        for week in sorted(weeks)[-shown:]
    ]
