"""Counts as horizontal bars from zero, with their words at the end of each bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts.theme import PALETTES, Figure, Mode, frame, plain

ROW_HEIGHT = 30


@dataclass(frozen=True)
class Bar:
    """One bar. key is what a click on it returns; is_known False draws it lighter."""

    key: str
    label: str
    value: float
    words: str
    is_known: bool = True


def plot_bars(bars: Sequence[Bar], mode: Mode = "light") -> Figure:
    """Bars in the order given, the first on top."""
    palette = PALETTES[mode]
    layout = frame(mode, ROW_HEIGHT * len(bars) + 24, margin=(8, 8, 4, 8))
    highest = max((bar.value for bar in bars), default=0.0) or 1.0
    layout["xaxis"] |= {"range": [0, 1.7 * highest], "showticklabels": False}
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "automargin": True,
        "tickfont": {"color": palette.ink},
    }  # fmt: skip
    layout["bargap"] = 0.35
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": "count",
        "y": [plain(bar.label) for bar in bars],
        "x": [bar.value for bar in bars],
        "text": [plain(bar.words) for bar in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": palette.ink},
        "marker": {"color": [palette.actual if bar.is_known else palette.prior for bar in bars]},
        "customdata": [bar.key for bar in bars],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}
