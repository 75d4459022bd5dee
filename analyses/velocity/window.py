"""Sales velocity over 26 weeks, for those who won too few deals in 13."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

from analyses.decomposition import Drivers
from analyses.formats import format_range, format_value
from analyses.velocity.snapshot import FEWEST_WINS, WINDOW_DAYS, Snapshot, earlier, take_snapshot
from metrics.engine import Record
from metrics.intervals import compute_wilson

WEEKS = 2 * WINDOW_DAYS // 7


@dataclass(frozen=True)
class WideWindow:
    """Drivers over the 182 days to the end of a week; speed in currency per day, None where a
    driver has no value."""

    won: int
    closed: int
    drivers: Drivers

    @property
    def speed(self) -> float | None:
        """N x D x W / L."""
        return None if self.drivers.missing() else prod(self.drivers.factors().values())


def compute_wide_window(records: Mapping[str, Sequence[Record]], week: date) -> WideWindow | None:
    """Two windows of 91 days that do not overlap, added up; None before the data has both.

    Numerators and denominators are added, never the ratios. Source: metrics.md 2.1, "widen to 26
    weeks when fewer than 5 wins".
    """
    windows = [take_snapshot(records, day) for day in (week, earlier(week, WEEKS // 2))]
    if any(each.velocity is None for each in windows):
        return None
    won, closed = _add(windows, "win_rate")
    now = windows[0].values
    return WideWindow(
        int(won),
        int(closed),
        Drivers(
            now.open_deals,
            _divide(*_add(windows, "average_deal")),
            _divide(won, closed),
            _divide(*_add(windows, "cycle_days")),
        ),
    )


def describe_wide_window(wide: WideWindow | None, currency: str) -> str:
    """One line under the velocity of 13 weeks, under a name of its own."""
    name = f"{WEEKS}-week velocity"
    if wide is None:
        return f"{name} n/a: the data does not reach so far back."
    won = f"{wide.won:,} won of {wide.closed:,} closed"
    if wide.speed is None:
        return f"{name} n/a: {won}."
    drivers = wide.drivers
    rate = format_value(drivers.win_rate, "percent")
    low, high = compute_wilson(wide.won, wide.closed)
    few = ", still a guess" if wide.won < FEWEST_WINS else ""
    return (
        f"{name}, for comparison: {format_value(wide.speed, 'currency_per_day', currency)} ({won}"
        f"{few}). Average won deal {format_value(drivers.average_deal, 'currency', currency)}, win "
        f"rate {rate} (95 % interval {format_range(low, high, 'percent')}), cycle "
        f"{format_value(drivers.cycle_days, 'days')}; the open deals are those of today."
    )


def _add(windows: Sequence[Snapshot], driver: str) -> tuple[float, float]:
    """Numerator and denominator of both windows; a window without a win holds neither."""
    found = [each.drivers[driver] for each in windows]
    return (
        sum(float(each.numerator or 0) for each in found if each),
        sum(float(each.denominator or 0) for each in found if each),
    )


def _divide(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None
