"""Sales velocity and its four drivers at the end of one week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from analyses.decomposition import Drivers
from analyses.formats import to_float
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.means import Sample

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
        return Drivers(**{name: to_number(record) for name, record in self.drivers.items()})

    @property
    def speed(self) -> float | None:
        """Velocity as a number."""
        return to_number(self.velocity)

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


def has_few_wins(before: Snapshot, now: Snapshot) -> bool:
    """Whether a change between the two rests on fewer than five wins at either end."""
    return before.has_few_wins or now.has_few_wins


def to_number(record: Record | None) -> float | None:
    """A record's value; None where there is no record, or it has no value."""
    return to_float(record.value) if record else None


def get_record(snapshot: Snapshot, name: str) -> Record | None:
    """Of VELOCITY or of a driver."""
    return snapshot.velocity if name == VELOCITY else snapshot.drivers[name]
