"""Values as horizontal bars from zero, with their 95 % intervals, each under its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.theme import PALETTES, Figure, Mode, annotate, frame, plain

ROW_HEIGHT = 46


@dataclass(frozen=True)
class IntervalBar:
    """One bar. key is what a click on it returns; without an interval low and high are None."""

    key: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    words: str


def plot_interval_bars(
    bars: Sequence[IntervalBar],
    tick_format: str,
    mode: Mode = "light",
    highest: float | None = None,
) -> Figure:
    """Bars in the order given, the first on top, each beneath its label and words: so both fit
    on a narrow screen.

    highest: the end of the axis, by default just beyond the highest interval.
    """
    palette = PALETTES[mode]
    layout = frame(mode, ROW_HEIGHT * len(bars) + 34, margin=(2, 12, 8, 26))
    reach = max([each.high or each.value or 0.0 for each in bars], default=0.0) or 1.0
    layout["xaxis"] |= {
        "range": [0, highest or 1.04 * reach], "nticks": 5, "tickformat": tick_format,
        "tickfont": {"color": palette.muted}, "showgrid": True, "gridcolor": palette.grid,
    }  # fmt: skip
    labels = [plain(each.label) for each in bars]
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "showticklabels": False,
        "categoryorder": "array", "categoryarray": labels,
    }  # fmt: skip
    layout["bargap"] = 0.7
    layout["annotations"] = [
        annotate(
            f"{each.label}: {each.words}", xref="paper", x=0, y=label, xanchor="left", yshift=15,
            font={"color": palette.ink, "size": 12},
        )
        for each, label in zip(bars, labels, strict=True)
    ]  # fmt: skip
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": "value",
        "y": labels,
        "x": [each.value for each in bars],
        "marker": {"color": palette.prior},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [_above(each) for each in bars],
            "arrayminus": [_below(each) for each in bars],
            "color": palette.ink,
            "thickness": 1.5,
            "width": 4,
        },
        "text": [plain(each.words) for each in bars],
        "textposition": "none",
        "customdata": [each.key for each in bars],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def _above(bar: IntervalBar) -> float:
    return 0.0 if bar.value is None or bar.high is None else bar.high - bar.value


def _below(bar: IntervalBar) -> float:
    return 0.0 if bar.value is None or bar.low is None else bar.value - bar.low
