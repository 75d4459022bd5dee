"""Days of the made-up company, counted from the first Monday of its CRM."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

AS_OF = date(2026, 11, 15)
PRICE_FROM = date(2025, 7, 1)
PRICE_TO = date(2025, 10, 1)
PROGRAMME_FROM = date(2025, 10, 6)
PROGRAMME_CLOSED = date(2026, 3, 1)

# Contracts end, and campaigns begin, outside the weeks that are simulated.
DAYS_BEFORE = 800
DAYS_AFTER = 1300

CLOCK = [
    f"{hour:02d}:{minute:02d}:{second:02d}"
    for hour in range(24)
    for minute in range(60)
    for second in range(60)
]
OPENING_SECOND = 7 * 3600
WORKING_SECONDS = 11 * 3600


@dataclass(frozen=True)
class Calendar:
    """Day 0 is a Monday, `days - 1` the Sunday of the as-of date, `days` the export's run."""

    weeks: int
    start: date = field(init=False)
    days: int = field(init=False)
    _dates: list[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Count back from the as-of date, which no option moves."""
        start = AS_OF - timedelta(days=self.weeks * 7 - 1)
        dates = [
            (start + timedelta(days=day)).isoformat()
            for day in range(-DAYS_BEFORE, self.weeks * 7 + DAYS_AFTER)
        ]
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "days", self.weeks * 7)
        object.__setattr__(self, "_dates", dates)

    @property
    def as_of(self) -> int:
        """Return the day number of the last Sunday."""
        return self.days - 1

    def day(self, on: date) -> int:
        """Return the day number of a date."""
        return (on - self.start).days

    def date(self, day: int) -> date:
        """Return the date of a day number."""
        return self.start + timedelta(days=day)

    def text(self, day: int) -> str:
        """Return `YYYY-MM-DD`."""
        return self._dates[day + DAYS_BEFORE]

    def midnight(self, day: int | None) -> str:
        """Return a date-only field as the weekly export writes it; empty for no date."""
        if day is None:
            return ""
        return self._dates[day + DAYS_BEFORE] + " 00:00:00"

    def moment(self, second: int) -> str:
        """Return a UTC timestamp without zone, from seconds since day 0."""
        day, clock = divmod(second, 86_400)
        return f"{self._dates[day + DAYS_BEFORE]} {CLOCK[clock]}"

    def working_hour(self, day: int, share: float) -> str:
        """Return a moment of a working day, `share` (0 to 1) of the way through it."""
        clock = OPENING_SECOND + int(share * WORKING_SECONDS)
        return f"{self._dates[day + DAYS_BEFORE]} {CLOCK[clock]}"

    def month_starts(self) -> list[date]:
        """Return the first days of the months that the weeks touch."""
        months: list[date] = []
        month = self.start.replace(day=1)
        while month <= AS_OF:
            months.append(month)
            month = (month + timedelta(days=32)).replace(day=1)
        return months
