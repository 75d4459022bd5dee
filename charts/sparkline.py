"""The last weeks of a number, small enough for a card, over its normal range."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_value
from analyses.signals import Limits, Point, is_outside
from charts.theme import PALETTES, Figure, Mode, frame


def plot_sparkline(
    points: Sequence[Point],
    limits: Sequence[Limits | None] = (),
    mode: Mode = "light",
    is_signal: bool = False,
) -> Figure:
    """A line without axes; the band is the normal range, the dot the last value, a diamond a signal."""
    palette = PALETTES[mode]
    days = [point.period_start for point in points]
    # Streamlit draws no chart under 150 pixels and cuts off what a narrow card cannot hold: in a
    # window of 1366 pixels the last 21, which must not be the last weeks.
    layout = frame(mode, 30, margin=(2, 28, 4, 4))
    layout["xaxis"] |= {"visible": False}
    layout["yaxis"] |= {"visible": False}
    layout["hovermode"] = False
    traces: list[dict[str, Any]] = []
    if any(limits):
        lower = [None if each is None else each.lower or 0.0 for each in limits]
        upper = [None if each is None else each.upper for each in limits]
        edge = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip"}
        line = {"width": 0, "color": palette.band}
        traces.append({**edge, "y": lower, "line": line, "name": "low"})
        fill = {"fill": "tonexty", "fillcolor": palette.band}
        traces.append({**edge, **fill, "y": upper, "line": line, "name": "high"})
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "actual",
            "x": days,
            "y": [point.value for point in points],
            "line": {"color": palette.actual, "width": 1.6},
        }
    )
    if points and points[-1].value is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "last",
                "x": [days[-1]],
                "y": [points[-1].value],
                "marker": {
                    "size": 9 if is_signal else 6,
                    "symbol": "diamond" if is_signal else "circle",
                    "color": palette.actual,
                },
            }
        )
    return {"data": traces, "layout": layout}


def describe_sparkline(
    label: str, points: Sequence[Point], limits: Sequence[Limits | None], unit: str, currency: str
) -> str:
    """Text alternative: between what the values lay, the last one, and how many were outside."""
    values = [point.value for point in points if point.value is not None]
    if not values:
        return f"{label}: no values."
    low, high, last = (
        format_value(value, unit, currency) for value in (min(values), max(values), values[-1])
    )
    outside = sum(
        is_outside(point.value, each) for point, each in zip(points, limits, strict=False)
    )
    beyond = f", {outside} outside of the normal range" if any(limits) else ""
    return f"{label}: {len(values)} values from {low} to {high}{beyond}; the last is {last}."
