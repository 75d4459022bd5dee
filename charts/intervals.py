"""Rates of groups as dots with their 95 % intervals, over the rate of all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analyses.churn import Rate, describe_rate, describe_rates
from analyses.formats import format_value
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, frame, plain

ROW_HEIGHT = 40


def chart_intervals(
    rates: Sequence[Rate],
    whole: Rate | None,
    what: str,
    period: str,
    metric: str,
    mode: Mode = "light",
    base: str = "customers_at_start",
    labels: Mapping[str, str] | None = None,
) -> Chart:
    """Churn by group. what names the groups ('segment'), base the denominators of the rows.

    labels: what a group is called, where that is not its name; its mark returns the name.
    """
    named = [replace(rate, name=(labels or {}).get(rate.name, rate.name)) for rate in rates]
    title = describe_rates(named, whole, what)
    n = f"; n = {whole.lost:,} lost of {whole.base:,} {base.replace('_', ' ')}" if whole else ""
    return Chart(
        title=title,
        subtitle=f"Customer churn by {what}, {period}{n}; line: 95 % interval, dotted: all",
        figure=plot_intervals(named, [rate.name for rate in rates], whole, mode),
        alt=". ".join([title, *(f"{rate.name}: {describe_rate(rate)}" for rate in named)]),
        rows=[
            {
                what: rate.name,
                "lost": rate.lost,
                base: rate.base,
                "churn": None if rate.has_few else rate.value,
                "low": rate.low,
                "high": rate.high,
            }
            for rate in named
        ],
        metric=metric,
    )


def plot_intervals(
    rates: Sequence[Rate], keys: Sequence[str], whole: Rate | None, mode: Mode = "light"
) -> Figure:
    """One row a group; a group with too few customers shows its counts and interval, no dot."""
    palette = PALETTES[mode]
    layout = frame(mode, ROW_HEIGHT * len(rates) + 40, margin=(8, 8, 4, 26))
    highest = max((rate.high or 0.0 for rate in rates if not rate.has_few), default=0.0)
    highest = max(highest, whole.value or 0.0 if whole else 0.0) or 1.0
    layout["xaxis"] |= {
        "range": [0, 1.04 * highest], "tickformat": ".1~%", "nticks": 5,
        "tickfont": {"color": palette.muted}, "showgrid": True, "gridcolor": palette.grid,
    }  # fmt: skip
    names = [plain(rate.name) for rate in rates]
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "automargin": True, "categoryorder": "array",
        "categoryarray": names, "tickvals": names, "ticktext": [_label(rate) for rate in rates],
        "tickfont": {"color": palette.ink},
    }  # fmt: skip
    layout["shapes"] = _line_of_all(whole, palette)
    return {"data": [_interval(rates, palette), _dots(rates, keys, palette)], "layout": layout}


def _interval(rates: Sequence[Rate], palette: Palette) -> dict[str, Any]:
    """One broken line through the ends of every interval."""
    x: list[float | None] = []
    y: list[str | None] = []
    for rate in rates:
        x += [rate.low, rate.high, None]
        y += [plain(rate.name), plain(rate.name), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "95 % interval",
        "x": x,
        "y": y,
        "line": {"color": palette.prior, "width": 3},
        "hoverinfo": "skip",
    }


def _dots(rates: Sequence[Rate], keys: Sequence[str], palette: Palette) -> dict[str, Any]:
    pairs = [(rate, key) for rate, key in zip(rates, keys, strict=True) if not rate.has_few]
    seen = [rate for rate, _ in pairs]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "churn",
        "x": [rate.value for rate in seen],
        "y": [plain(rate.name) for rate in seen],
        "marker": {"color": palette.actual, "size": 11},
        "text": [describe_rate(rate) for rate in seen],
        "customdata": [key for _, key in pairs],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _label(rate: Rate) -> str:
    """Name and numbers on two lines, to the left: a narrow screen would cut them off elsewhere."""
    counts = f"{rate.lost:,} of {rate.base:,}"
    told = counts if rate.has_few else f"{format_value(rate.value, 'percent')}, {counts}"
    return f"{plain(rate.name)}<br>{told}"


def _line_of_all(whole: Rate | None, palette: Palette) -> list[dict[str, Any]]:
    if whole is None or whole.value is None:
        return []
    line = {"color": palette.ink, "width": 1, "dash": "dot"}
    return [
        {"type": "line", "yref": "paper", "x0": whole.value, "x1": whole.value, "y0": 0, "y1": 1, "line": line}
    ]  # fmt: skip
