"""What came after customers rose, against others alike: quarter of a year by quarter of a year."""

from analyses.formats import format_value
from analyses.number_text import NumberText
from analyses.tier_value.effect import BLOCK_WEEKS, Effect, Matched
from analyses.tier_value.words import describe_money, why_no_claim
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, frame
from metrics.intervals import Difference

HEIGHT = 300


def build_effect_chart(
    effect: Effect, matched: Matched, currency: str, assumed: str, mode: Mode = "light"
) -> Chart:
    """Margin of each 13 weeks, of those who rose less others alike, against the 13 weeks before."""
    points = list_points(matched)
    title = describe_effect(effect, matched, currency)
    words = [f"{name}: {describe_money(found, currency)}" for name, found in points]
    return Chart(
        title,
        f"Margin of a customer in 13 weeks, {currency}, by weeks from the rise: who rose after an act less "
        f"others alike, against the 13 weeks before; n = {matched.customers:,} who rose, "
        f"{matched.others:,} others; line: 95 % interval",
        plot_points(points, mode),
        ". ".join([title, *words]),
        [
            {"weeks from the rise": name, "difference": found.value, "low": found.low, "high": found.high,
             "assumptions": assumed}
            for name, found in points
        ],
    )  # fmt: skip


def describe_effect(effect: Effect, matched: Matched, currency: str) -> str:
    """What the comparison shows, never stronger than its interval and its check."""
    if why_no_claim(effect, currency):
        return "Who rose and others alike cannot be compared: no gain is claimed"
    weeks = f"in {effect.weeks} weeks"
    if not matched.gain.is_distinguishable:
        return f"Who rose after an act earns us no clearly other margin {weeks} than others alike"
    size = format_value(abs(matched.gain.value or 0), "currency", currency)
    word = "more" if (matched.gain.value or 0) > 0 else "less"
    return f"Who rose after an act earns us {size} {word} {weeks} than others alike"


def list_points(matched: Matched) -> list[tuple[str, Difference]]:
    """Each 13 weeks by name: the first of the two before stands as far below the second as the
    trend rose; the second is what the others are compared with, so 0."""
    trend = matched.trend
    first = Difference(
        None if trend.value is None else -trend.value,
        None if trend.high is None else -trend.high,
        None if trend.low is None else -trend.low,
    )
    after = [
        (_name_weeks(BLOCK_WEEKS * number + 1, BLOCK_WEEKS * (number + 1)), found)
        for number, found in enumerate(matched.steps)
    ]
    base = _name_weeks(-BLOCK_WEEKS, -1), Difference(0.0, 0.0, 0.0)
    return [(_name_weeks(-2 * BLOCK_WEEKS, -BLOCK_WEEKS - 1), first), base, *after]


def _name_weeks(first: int, last: int) -> NumberText:
    return NumberText(f"{first} to {last}", first=first, last=last)


def plot_points(points: list[tuple[str, Difference]], mode: Mode = "light") -> Figure:
    """Dots with their intervals about the line of no difference; the rise is a dotted line."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(8, 12, 8, 34))
    layout["yaxis"] |= {"tickformat": "~s", "nticks": 6, "automargin": True}
    layout["xaxis"] |= {"type": "category", "tickfont": {"color": palette.muted, "size": 11}}
    line = {"color": palette.ink, "width": 1}
    layout["shapes"] = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": line},
        {"type": "line", "yref": "paper", "x0": 1.5, "x1": 1.5, "y0": 0, "y1": 1, "line": line | {"dash": "dot"}},
    ]  # fmt: skip
    found = [each for _, each in points]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "difference",
        "x": [name for name, _ in points],
        "y": [each.value for each in found],
        "marker": {"color": palette.actual, "size": 9},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(each.value, each.high) for each in found],
            "arrayminus": [_reach(each.low, each.value) for each in found],
            "color": palette.prior,
            "thickness": 2.5,
            "width": 4,
        },
        "hovertemplate": "weeks %{x}: %{y:,.0f}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def _reach(low: float | None, high: float | None) -> float:
    return 0.0 if low is None or high is None else high - low
