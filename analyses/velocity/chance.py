"""Whether chance alone may have moved a driver of sales velocity: one caution a driver, in words."""

from analyses.velocity.snapshot import FEWEST_WINS, WINDOW_DAYS, Snapshot
from metrics.intervals import NO_DIFFERENCE, Difference, compute_difference
from metrics.means import Sample, compute_mean_difference

CHANCE = "chance alone may have made it"
NO_SAMPLE = Sample(0, None, None)


def find_cautions(before: Snapshot, now: Snapshot, days: int | None = None) -> dict[str, str]:
    """By driver what to mind of its change; without those of which nothing need be minded.

    days: between the ends of the two windows, where they are not those of two weeks.
    Welch's interval for deal size and cycle, Newcombe's for the win rate, none where the two windows
    share days. The open deals are counted, all of them, and are no sample.
    """
    shared = WINDOW_DAYS - ((now.week - before.week).days if days is None else days)
    if shared > 0:
        told = f"the two windows share {shared} of {WINDOW_DAYS} days"
        return dict.fromkeys(("average_deal", "win_rate", "cycle_days"), told)
    changes = {name: _compare(name, before, now) for name in ("average_deal", "cycle_days")}
    changes["win_rate"] = compute_difference(*_counts(now), *_counts(before))
    return {name: CHANCE for name, change in changes.items() if not change.is_distinguishable}


def _compare(name: str, before: Snapshot, now: Snapshot) -> Difference:
    old, new = (each.samples.get(name, NO_SAMPLE) for each in (before, now))
    if min(old.n, new.n) < FEWEST_WINS:
        return NO_DIFFERENCE
    return compute_mean_difference(new, old)


def _counts(snapshot: Snapshot) -> tuple[float, float]:
    rate = snapshot.drivers["win_rate"]
    return (
        (0.0, 0.0) if rate is None else (float(rate.numerator or 0), float(rate.denominator or 0))
    )
