"""A metric over time, with its normal range, the year before, its target and events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from typing import Any

from analyses.formats import format_range, format_value
from analyses.sentences import RULES
from analyses.signals import Limits, Point
from analyses.weekly import Interval
from charts.chart import Chart
from charts.events import Event, event_lines, event_numbers
from charts.theme import (
    PALETTES,
    Figure,
    Mode,
    Palette,
    actual_line,
    annotate,
    frame,
    hatched_bar,
    plain,
    plan_line,
    prior_line,
)

LAST_INTERVAL = "95 % interval"
GAP = 4  # pixels between a line's end and its label
MARKS = {1: "circle-open", 2: "diamond-open", 3: "square-open"}
NAMES = {1: "ring", 2: "diamond", 3: "square"}
ROUNDING = 1e-6


@dataclass(frozen=True)
class Trend:
    """What a trend shows. title is the message; subtitle says what, unit, period and n.

    limits, rules (of the weeks that were signals), prior_year and targets have one entry a point (None =
    gap) or none at all. A period
    that is not over is drawn hatched from its first day to the day after its last. scale is the
    lowest and highest value of all charts of the metric on a page, which then compare at sight.
    intervals bound the values with 95 % confidence, one a point. minimum: of fewer than so many
    the last value is labelled by its counts.
    """

    title: str
    subtitle: str
    unit: str
    points: Sequence[Point]
    currency: str = ""
    limits: Sequence[Limits | None] = ()
    rules: Sequence[int | None] = ()
    prior_year: Sequence[float | None] = ()
    targets: Sequence[float | None] = ()
    events: Sequence[Event] = ()
    not_over: tuple[date, date] | None = None
    scale: tuple[float, float] | None = None
    intervals: Sequence[Interval | None] = ()
    minimum: float = 0.0

    @property
    def target(self) -> float | None:
        """The target of the last point that has one."""
        return next((value for value in reversed(self.targets) if value is not None), None)


def plot_trend(trend: Trend, mode: Mode = "light", height: int = 260) -> Figure:
    """Line of the actual values over the prior year's, with the normal range as a band."""
    palette = PALETTES[mode]
    days = [point.period_start for point in trend.points]
    traces = [*_band(trend, days, palette)]
    if any(value is not None for value in trend.prior_year):
        traces.append(_line(trend, days, trend.prior_year, "a year before", prior_line(palette)))
    if trend.target is not None:
        line = plan_line(palette) | {"shape": "hv"}
        traces.append(_line(trend, days, trend.targets, "target", line))
    actual = [point.value for point in trend.points]
    traces.append(_line(trend, days, actual, "actual", actual_line(palette)))
    traces.extend(_last_interval(trend, palette))
    traces.extend(_signals(trend, palette))
    layout = frame(mode, height, margin=(52, _right_margin(trend), 20 if trend.events else 8, 28))
    layout["yaxis"] |= {
        "tickformat": _tick_format(trend),
        "rangemode": "tozero",
        "nticks": 5,
    }
    if not any(value for trace in traces for value in trace["y"]):
        layout["yaxis"] |= {"range": [0, 1], "tickvals": [0]}
    if trend.scale is not None:
        layout["yaxis"]["range"] = [min(0.0, 1.05 * trend.scale[0]), 1.05 * trend.scale[1] or 1.0]
    layout["shapes"], layout["annotations"] = _marks(trend, palette)
    if trend.not_over:
        traces.append(_hatch(trend.not_over, palette))
        layout["yaxis2"] = {"overlaying": "y", "range": [0, 1], "visible": False}
    return {"data": traces, "layout": layout}


def _tick_format(trend: Trend) -> str:
    """SI prefixes for large numbers; of small ones they would say 500m for a half."""
    if trend.unit == "percent":
        return ".1~%"
    return "~s" if max((abs(p.value or 0.0) for p in trend.points), default=0.0) >= 10 else ",.4~f"


def _right_margin(trend: Trend) -> int:
    """Room for the longest label behind the last value, 6.5 pixels a letter."""
    texts = [tell_value(trend, _last(trend))]
    if trend.target is not None:
        texts.append(f"target {format_value(trend.target, trend.unit, trend.currency)}")
    return 12 + round(6.5 * max(len(text) for text in texts))


def chart_trend(trend: Trend, metric: str, mode: Mode = "light", height: int = 260) -> Chart:
    """The trend with its words and rows."""
    return Chart(
        trend.title, trend.subtitle, plot_trend(trend, mode, height), describe_trend(trend),
        to_trend_rows(trend), metric,
    )  # fmt: skip


def to_trend_rows(trend: Trend) -> list[dict[str, Any]]:
    """One row a period, newest first; columns that are empty throughout are left out.

    Shares are in percent, and a heading says so and names the currency. A quotient stands with its
    numerator and denominator, another value with its n.
    """
    points, limits, intervals = trend.points, trend.limits, trend.intervals
    numbers: dict[str, Sequence[float | None]] = {
        "value": [point.value for point in points],
        "interval_low": [each[0] if each else None for each in intervals],
        "interval_high": [each[1] if each else None for each in intervals],
        "year_before": trend.prior_year,
        "target": trend.targets,
        "centre": [each.center if each else None for each in limits],
        "normal_low": [each.lower if each else None for each in limits],
        "normal_high": [each.upper if each else None for each in limits],
    }
    unit = {"percent": ", %", "currency": f", {trend.currency}"}.get(trend.unit, "").rstrip(", ")
    columns: dict[str, Sequence[Any]] = {"period": [point.period_start for point in points]}
    for name, values in numbers.items():
        if name == "value" or any(value is not None for value in values):
            columns[name + unit] = [_to_cell(value, trend.unit) for value in values]
        if name == "value":
            columns |= _sizes(points)
    if any(trend.rules):
        columns["signal"] = [rule and f"rule {rule}: {RULES[rule]}" for rule in trend.rules]
    return [
        {name: values[place] for name, values in columns.items()} for place in range(len(points))
    ][::-1]


def _sizes(points: Sequence[Point]) -> dict[str, Sequence[float | None]]:
    """Numerator and denominator where each value is their quotient (or 100 times it), else n."""
    below = [point.denominator for point in points]
    known = [
        (point.value, point.numerator / point.denominator)
        for point in points
        if point.value is not None and point.numerator is not None and point.denominator
    ]
    for scale in (1, 100):
        if known and all(isclose(v, scale * q, rel_tol=ROUNDING) for v, q in known):
            return {"numerator": [point.numerator for point in points], "denominator": below}
    return {"n": below}


def _to_cell(value: float | None, unit: str) -> float | str | None:
    """In percent and in whole cents; small rates in words, since a table has three decimals."""
    if value is None:
        return None
    if unit == "per_week":
        return f"{value:.6f}"
    return round(100 * value, 4) if unit == "percent" else round(value, 4)


def describe_marks(rules: Sequence[int | None]) -> str:
    """'; ring: signal, outside of the normal range' of the rules that are drawn, or nothing."""
    return "".join(
        f"; {NAMES[rule]}: signal, {text}" for rule, text in RULES.items() if rule in rules
    )


def describe_trend(trend: Trend) -> str:
    """Text alternative: the message, the subtitle and the last value."""
    last = _last(trend)
    if last is None:
        return f"{trend.title}. {trend.subtitle}. No values."
    value = tell_value(trend, last)
    return f"{trend.title}. {trend.subtitle}. Last value {value} on {last.period_start}."


def tell_value(trend: Trend, point: Point | None) -> str:
    """A value as it stands in words: '31.1 %', and of too few '5 of 12'; 'n/a' without one."""
    if point is None or point.value is None:
        return "n/a"
    if point.numerator is not None and (point.denominator or trend.minimum) < trend.minimum:
        return f"{point.numerator:,.0f} of {point.denominator:,.0f}"
    return format_value(point.value, trend.unit, trend.currency)


def _last(trend: Trend) -> Point | None:
    return next((p for p in reversed(trend.points) if p.value is not None), None)


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


def _hatch(span: tuple[date, date], palette: Palette) -> dict[str, Any]:
    """A period that is not over: hatched over the whole height, since it has no value yet."""
    start, end = span
    return {
        "type": "bar",
        "name": "not over yet",
        "x": [start + (end - start) / 2],
        "y": [1],
        "width": [(end - start).days * 86_400_000],
        "yaxis": "y2",
        "marker": hatched_bar(palette.prior),
        "hovertemplate": "not over yet<extra></extra>",
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


def _last_interval(trend: Trend, palette: Palette) -> list[dict[str, Any]]:
    """A bar over the interval of the last value; of the others the table tells it."""
    last = trend.points[-1] if trend.points else None
    bounds = trend.intervals[-1] if trend.intervals else None
    if last is None or last.value is None or bounds is None:
        return []
    low, high = bounds
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": LAST_INTERVAL,
            "x": [last.period_start],
            "y": [last.value],
            "marker": {"size": 5, "color": palette.actual},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [high - last.value],
                "arrayminus": [last.value - low],
                "color": palette.actual,
                "thickness": 1.2,
                "width": 3,
            },
            "hovertemplate": f"95 % {format_range(low, high, trend.unit)}<extra></extra>",
        }
    ]


def _signals(trend: Trend, palette: Palette) -> list[dict[str, Any]]:
    """A mark around each value that was a signal: a ring, or of rules 2 and 3 a diamond and a square."""
    found = [(point, rule) for point, rule in zip(trend.points, trend.rules, strict=False) if rule]
    if not found:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "signal",
            "x": [point.period_start for point, _ in found],
            "y": [point.value for point, _ in found],
            "marker": {
                "symbol": [MARKS[rule] for _, rule in found],
                "size": 9,
                "color": palette.actual,
                "line": {"width": 2},
            },
            "text": [f"signal, rule {rule}: {RULES[rule]}" for _, rule in found],
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def _marks(trend: Trend, palette: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and labels of the events, the last value and the target."""
    shapes = event_lines(trend.events, palette)
    labels = event_numbers(trend.events, palette)
    muted: dict[str, Any] = {"font": {"color": palette.muted, "size": 11}}
    last = _last(trend)
    # The labels of the target and of the last value part where they would meet.
    apart = 1 if last is None or (trend.target or 0) >= (last.value or 0) else -1
    if last is not None:
        text = tell_value(trend, last)
        labels.append(annotate(text, y=last.value, **_place_last(trend, apart)))
    if trend.target is not None:
        text = f"target {format_value(trend.target, trend.unit, trend.currency)}"
        labels.append(
            annotate(
                text,
                xref="paper",
                x=1,
                y=trend.target,
                xanchor="left",
                xshift=GAP,
                yshift=8 * apart,
                **muted,
            )
        )
    return shapes, labels


def _place_last(trend: Trend, apart: int) -> dict[str, Any]:
    """Right of the last value; before what is not over, whose hatch would cross the label, beyond the
    line on the side to which it moves."""
    if not trend.not_over:
        shift = 0 if trend.target is None else -8 * apart
        return {"xref": "paper", "x": 1, "xanchor": "left", "xshift": GAP, "yshift": shift}
    last, *before = [p for p in reversed(trend.points) if p.value is not None]
    is_fall = bool(before) and (before[0].value or 0.0) > (last.value or 0.0)
    return {"x": last.period_start, "xanchor": "right", "yshift": -12 if is_fall else 12}
