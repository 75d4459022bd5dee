"""A metric over time, with its normal range, the year before, its target and events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analyses.formats import format_value
from analyses.signals import Limits, Point
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame, plain


@dataclass(frozen=True)
class Trend:
    """What a trend shows. title is the message; subtitle says what, unit, period and n.

    limits and prior_year have one entry a point (None = gap) or none at all.
    """

    title: str
    subtitle: str
    unit: str
    points: Sequence[Point]
    currency: str = ""
    limits: Sequence[Limits | None] = ()
    prior_year: Sequence[float | None] = ()
    target: float | None = None
    events: Sequence[tuple[date, str]] = ()


def plot_trend(trend: Trend, mode: Mode = "light", height: int = 260) -> Figure:
    """Line of the actual values over the prior year's, with the normal range as a band."""
    palette = PALETTES[mode]
    days = [point.period_start for point in trend.points]
    traces = [*_band(trend, days, palette)]
    if any(value is not None for value in trend.prior_year):
        line = {"color": palette.prior, "width": 1.5}
        traces.append(_line(trend, days, trend.prior_year, "a year before", line))
    actual = [point.value for point in trend.points]
    traces.append(_line(trend, days, actual, "actual", {"color": palette.actual, "width": 2}))
    traces.extend(_signals(trend, palette))
    layout = frame(
        mode, height, trend.title, trend.subtitle, margin=(52, 76, 20 if trend.events else 8, 28)
    )
    layout["yaxis"] |= {
        "tickformat": {"percent": ".1~%"}.get(trend.unit, "~s"),
        "rangemode": "tozero",
        "nticks": 5,
    }
    layout["shapes"], layout["annotations"] = _marks(trend, palette)
    return {"data": traces, "layout": layout}


def describe_trend(trend: Trend) -> str:
    """Text alternative: the message, the subtitle and the last value."""
    last = next((p for p in reversed(trend.points) if p.value is not None), None)
    if last is None:
        return f"{trend.title}. {trend.subtitle}. No values."
    value = format_value(last.value, trend.unit, trend.currency)
    return f"{trend.title}. {trend.subtitle}. Last value {value} on {last.period_start}."


def _line(
    trend: Trend,
    days: Sequence[date],
    values: Sequence[float | None],
    name: str,
    line: dict[str, Any],
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(days),
        "y": list(values),
        "line": line,
        "connectgaps": False,
        "text": [format_value(value, trend.unit, trend.currency) for value in values],
        "hovertemplate": f"%{{x|%-d %b %Y}}: %{{text}} ({plain(name)})<extra></extra>",
    }


def _band(trend: Trend, days: Sequence[date], palette: Palette) -> list[dict[str, Any]]:
    """Lower edge, then upper edge filled down to it."""
    if not any(trend.limits):
        return []
    lower = [None if each is None else each.lower or 0.0 for each in trend.limits]
    upper = [None if each is None else each.upper for each in trend.limits]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": list(days),
        "line": {"width": 0, "color": palette.band},
        "hoverinfo": "skip",
    }
    return [
        {**edge, "y": lower, "name": "normal range, low"},
        {
            **edge,
            "y": upper,
            "name": "normal range, high",
            "fill": "tonexty",
            "fillcolor": palette.band,
        },
    ]


def _signals(trend: Trend, palette: Palette) -> list[dict[str, Any]]:
    """A ring around each value outside of its limits."""
    outside = [
        point
        for point, limits in zip(trend.points, trend.limits, strict=False)
        if is_outside(point.value, limits)
    ]
    if not outside:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "outside of the normal range",
            "x": [point.period_start for point in outside],
            "y": [point.value for point in outside],
            "marker": {
                "symbol": "circle-open",
                "size": 9,
                "color": palette.actual,
                "line": {"width": 2},
            },
            "hoverinfo": "skip",
        }
    ]


def is_outside(value: float | None, limits: Limits | None) -> bool:
    """Rule 1: whether a value lies beyond a limit that it can cross."""
    if value is None or limits is None:
        return False
    above = limits.upper is not None and value > limits.upper
    return above or (limits.lower is not None and value < limits.lower)


def _marks(trend: Trend, palette: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and labels of the last value, the target and the events."""
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    muted: dict[str, Any] = {"font": {"color": palette.muted, "size": 11}}
    last = next((p for p in reversed(trend.points) if p.value is not None), None)
    # The labels of the target and of the last value part where they would meet.
    apart = 1 if last is None or (trend.target or 0) >= (last.value or 0) else -1
    if last is not None:
        text = format_value(last.value, trend.unit, trend.currency)
        shift = 0 if trend.target is None else -8 * apart
        labels.append(annotate(text, xref="paper", x=1, y=last.value, xanchor="left", yshift=shift))
    if trend.target is not None:
        shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": trend.target,
                "y1": trend.target,
                "line": {"color": palette.ink, "width": 1, "dash": "dot"},
            }
        )
        text = f"target {format_value(trend.target, trend.unit, trend.currency)}"
        labels.append(
            annotate(
                text, xref="paper", x=1, y=trend.target, xanchor="left", yshift=8 * apart, **muted
            )
        )
    for day, label in trend.events:
        shapes.append(
            {
                "type": "line",
                "yref": "paper",
                "x0": day,
                "x1": day,
                "y0": 0,
                "y1": 1,
                "line": {"color": palette.muted, "width": 1, "dash": "dash"},
            }
        )
        labels.append(
            annotate(label, yref="paper", x=day, y=1, xanchor="left", yanchor="bottom", **muted)
        )
    return shapes, labels
