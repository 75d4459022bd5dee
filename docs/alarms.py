"""How often each card rings for nothing, and how soon it sees a shift: `make alarms`.

Weeks are drawn from distributions that do not change (or change once, by so many standard
deviations of a week), and judged by the product's own code. Writes the tables of docs/signals.md.
Each row has a seed of its own, so that one can be computed without the others.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import log, pi, sin, sqrt
from pathlib import Path
from statistics import median, quantiles
from zlib import crc32

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyses.signals import Chart, Point, Verdict, compute_verdicts  # noqa: E402  (the path above comes first)

PAGE = ROOT / "docs" / "signals.md"
MONDAY = date(2023, 11, 20)
SERIES = 200
BASELINE, SEASONAL, WEEKS = 26, 104, 156
SHIFTED, SEEN_WITHIN = 52, 52
SHIFTS = (1, 2, 3)
MOVES = 14  # up and down

Chance = np.random.Generator
Draw = Callable[[Chance, Sequence[float]], list[float]]


@dataclass(frozen=True)
class Scene:
    """What one card's weeks are drawn from.

    draw gives a week for each level, 1 being no change. customers: the denominator of a rate.
    bad is the side of bad news; is_added: a shift moves the mean and not the number of events.
    """

    cards: str
    data: str
    draw: Draw
    chart: Chart = "xmr"
    customers: int = 0
    bad: str = "above"
    is_added: bool = False
    window: int = 1

    @property
    def seed(self) -> int:
        """By what the row says, so that rows do not depend on each other."""
        return crc32(f"{self.cards} {self.data}".encode())


def lost_customers(customers: int, weekly: float, spread: float = 0.0) -> Draw:
    """A binomial count; spread is the coefficient of variation of the rate from week to week."""

    def draw(chance: Chance, levels: Sequence[float]) -> list[float]:
        rates = weekly * np.array(levels)
        if spread:
            rates = rates * chance.gamma(spread**-2, spread**2, len(levels))
        return chance.binomial(customers, rates).tolist()

    return draw


def amounts(weekly: float, spread: float) -> Draw:
    """Money of a Poisson number of events, lognormal with this coefficient of variation, mean 1000."""
    sigma = sqrt(log(1 + spread**2))

    def draw(chance: Chance, levels: Sequence[float]) -> list[float]:
        counts = chance.poisson(weekly * np.array(levels))
        return [
            1000 * float(chance.lognormal(-(sigma**2) / 2, sigma, count).sum()) for count in counts
        ]

    return draw


def counts(weekly: float) -> Draw:
    """A Poisson count."""

    def draw(chance: Chance, levels: Sequence[float]) -> list[float]:
        return chance.poisson(weekly * np.array(levels)).tolist()

    return draw


def net_moves(chance: Chance, levels: Sequence[float]) -> list[float]:
    """Eight up and six down a week; the excess of a level over 1, in MOVES, is added to the net."""
    up = 8 + MOVES * (np.array(levels) - 1)
    down = 6 - np.clip(up, None, 0)
    return (chance.poisson(np.clip(up, 0, None)) - chance.poisson(down)).tolist()


SCENES = (
    Scene(
        "Customer churn, lifetime value", "200 customers, 0.3 % a week", lost_customers(200, 0.003),
        "p_prime", 200,
    ),
    Scene(
        "Customer churn, lifetime value", "1,200 customers, 0.3 % a week",
        lost_customers(1200, 0.003), "p_prime", 1200,
    ),
    Scene(
        "Customer churn, lifetime value", "20,000 customers, 0.3 % a week give or take a fifth",
        lost_customers(20_000, 0.003, 0.2), "p_prime", 20_000,
    ),
    Scene("Revenue lost, MRR churn, GRR, NRR", "5 customers a week, lognormal MRR", amounts(5, 1.0)),
    Scene("Sales velocity (won value)", "2 deals a week, lognormal", amounts(2, 0.8), bad="below"),
    Scene("Sales velocity (won value)", "9 deals a week, lognormal", amounts(9, 0.8), bad="below"),
    Scene(
        "Net movement, for us and against us", "8 up and 6 down a week", net_moves, bad="below",
        is_added=True,
    ),
    Scene(
        "Moves up, down and by expiry", "1,200 customers, 0.6 % a week",
        lost_customers(1200, 0.006), "p_prime", 1200, "below",
    ),
    Scene("New and lost customers", "5 a week", counts(5), bad="below"),
    Scene("Customers won back", "1 in three weeks", counts(1 / 3), bad="below"),
)  # fmt: skip
NO_CARD = Scene(
    "None: 13 weeks together, if rules were used", "9 deals a week, lognormal", amounts(9, 0.8),
    window=13,
)  # fmt: skip
SEASONS: dict[str, Callable[[float], float]] = {
    "none": lambda _: 1.0,
    "a wave of 30 % a year": lambda part: 1 + 0.3 * sin(2 * pi * part),
    "the last fifth of a quarter 2.7 times the rest": lambda part: (
        2.0 if (4 * part) % 1 > 0.8 else 0.75
    ),
    "July to August and Christmas half": lambda part: (
        0.5 if 0.55 < part < 0.67 or part > 0.96 or part < 0.02 else 1.09
    ),
}
SEASONAL_SCENES = (SCENES[2], SCENES[5])


def judge(scene: Scene, chance: Chance, levels: Sequence[float]) -> list[Verdict]:
    """The verdict on each week of one drawn series."""
    drawn = scene.draw(chance, levels)
    if scene.window > 1:
        sums = np.convolve(drawn, np.ones(scene.window), "valid")
        drawn = sums.tolist()
    points = [
        Point(week, value / scene.customers, value, scene.customers)
        if scene.customers
        else Point(week, value)
        for week, value in zip(mondays(len(drawn)), drawn, strict=True)
    ]
    return compute_verdicts(points, scene.chart)


def mondays(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=number) for number in range(count)]


def measure_alarms(scene: Scene) -> str:
    """Weeks a year that ring on stable data, by rule, and those of a long step alone."""
    chance = np.random.default_rng(scene.seed)
    rules, jumps, weeks = [0, 0, 0], 0, 0
    for _ in range(SERIES):
        for verdict in islice(judge(scene, chance, [1.0] * WEEKS), BASELINE, None):
            weeks += 1
            if verdict.rule is not None:
                rules[verdict.rule - 1] += 1
            elif verdict.has_jumped:
                jumps += 1
    a_year = [f"{52 * count / weeks:.1f}" for count in (*rules, sum(rules), jumps)]
    return " | ".join(a_year)


def measure_delays(scene: Scene) -> str:
    """Weeks until a shift by 1, 2 and 3 sigma for the worse, then for the better, is seen."""
    chance = np.random.default_rng(scene.seed + 1)
    stable = np.array(scene.draw(chance, [1.0] * 4000))
    mean, sigma = float(stable.mean()), float(stable.std())
    sides = ("above", "below") if scene.bad == "above" else ("below", "above")
    return " | ".join(
        _measure_delay(scene, chance, side, shift * sigma, mean)
        for side in sides
        for shift in SHIFTS
    )


def _measure_delay(scene: Scene, chance: Chance, side: str, change: float, mean: float) -> str:
    sign = 1 if side == "above" else -1
    level = 1 + sign * change / (MOVES if scene.is_added else mean)
    if level < 0 and not scene.is_added:
        return "-"
    weeks: list[int] = []
    for _ in range(SERIES // 2):
        levels = [1.0] * SHIFTED + [level] * SEEN_WITHIN
        later = judge(scene, chance, levels)[SHIFTED:]
        seen = (number for number, each in enumerate(later, 1) if each.side == side)
        weeks.append(next(seen, SEEN_WITHIN + 1))
    late = quantiles(weeks, n=10)[-1]
    often = f"{late:.0f}" if late <= SEEN_WITHIN else f"over {SEEN_WITHIN}"
    return f"{median(weeks):.0f} ({often})"


def measure_seasons(scene: Scene, name: str) -> str:
    """Alarms a year of a series with seasons, before the 104th week and from it on."""
    chance = np.random.default_rng(scene.seed + crc32(name.encode()))
    levels = [
        SEASONS[name]((week.timetuple().tm_yday - 1) / 365.2425) for week in mondays(2 * SEASONAL)
    ]
    mean = sum(levels) / len(levels)
    rung = [0, 0]
    for _ in range(SERIES // 2):
        verdicts = judge(scene, chance, [level / mean for level in levels])
        for place, verdict in enumerate(verdicts):
            if place >= BASELINE and verdict.rule is not None:
                rung[place >= SEASONAL - 1] += 1
    years = (SEASONAL - 1 - BASELINE) / 52, (SEASONAL + 1) / 52
    before, after = (
        f"{2 * count / SERIES / each:.1f}" for count, each in zip(rung, years, strict=True)
    )
    return f"{before} | {after}"


def alarm_row(scene: Scene) -> str:
    return f"| {scene.cards} | {scene.data} | {measure_alarms(scene)} |"


def delay_row(scene: Scene) -> str:
    return f"| {scene.cards} | {scene.data} | {measure_delays(scene)} |"


def season_row(scene: Scene, name: str) -> str:
    return f"| {scene.data} | {name} | {measure_seasons(scene, name)} |"


def make_tables() -> dict[str, str]:
    """The tables of the page, by the name in their mark."""
    return {
        "alarms": "\n".join(map(alarm_row, (*SCENES, NO_CARD))),
        "delays": "\n".join(map(delay_row, SCENES)),
        "seasons": "\n".join(
            season_row(scene, name) for scene in SEASONAL_SCENES for name in SEASONS
        ),
    }


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, rows in make_tables().items():
        print(rows, flush=True)
        marked = rf"(<!-- {name}: [^\n]*-->\n\|[^\n]*\n\|[^\n]*\n)(?:\|[^\n]*\n)*"
        text, count = re.subn(marked, lambda found: f"{found[1]}{rows}\n", text)  # noqa: B023  (used before the next turn)
        if count != 1:
            raise SystemExit(f"{PAGE} has no mark for {name}.")
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
