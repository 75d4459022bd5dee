"""One look for every figure: colours, tiers, and the frame of a chart.

Actual is solid and dark, the prior year lighter, a plan outlined, an open period hatched. Colour
means good or bad by the metric's direction and never stands without a sign; the pair (blue,
orange) and the tiers' palette survive colour blindness and print.
"""

from dataclasses import dataclass
from html import escape
from typing import Any, Literal

Figure = dict[str, Any]
Mode = Literal["light", "dark"]

TIER_LABELS = {
    "advocate": "Advocate",
    "loyal": "Loyal",
    "neutral": "Neutral",
    "dissatisfied": "Dissatisfied",
    "actively_dissatisfied": "Actively dissatisfied",
}
PLOTLY_CONFIG = {"displayModeBar": False, "showSendToCloud": False, "scrollZoom": False}


@dataclass(frozen=True)
class Palette:
    """Colours of one mode; contrast against its background is 4.5 : 1 for ink and muted."""

    ink: str
    muted: str
    grid: str
    band: str
    actual: str
    prior: str
    good: str
    bad: str
    tiers: dict[str, str]


PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        ink="#1B2733",
        muted="#5A6875",
        grid="#E3E8EC",
        band="rgba(90,104,117,0.14)",
        actual="#22384D",
        prior="#8FA3B5",
        good="#0B6FA4",
        bad="#C2410C",
        tiers={
            "advocate": "#0B4F7A",
            "loyal": "#5AA5D1",
            "neutral": "#CBD2D8",
            "dissatisfied": "#EE9A5E",
            "actively_dissatisfied": "#B83E0B",
        },
    ),
    "dark": Palette(
        ink="#E6EBF0",
        muted="#A3B0BC",
        grid="#2B3743",
        band="rgba(163,176,188,0.20)",
        actual="#DCE6EE",
        prior="#71869A",
        good="#56B4E9",
        bad="#F28E4B",
        tiers={
            "advocate": "#A9DBF7",
            "loyal": "#4F9FCC",
            "neutral": "#55626F",
            "dissatisfied": "#CF7A3F",
            "actively_dissatisfied": "#FFC499",
        },
    ),
}


def frame(
    mode: Mode, height: int, margin: tuple[int, int, int, int] = (8, 8, 8, 8)
) -> dict[str, Any]:
    """Layout of a figure; margin is left, right, top, bottom in pixels.

    The background is left to the page, so that print and a changed theme stay readable. The title
    is the page's, as text: Plotly would cut it off on a narrow screen.
    """
    palette = PALETTES[mode]
    left, right, top, bottom = margin
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": palette.ink, "size": 12},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"showgrid": False, "zeroline": False, "fixedrange": True},
        "yaxis": {
            "gridcolor": palette.grid,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"color": palette.muted},
        },
    }
    return layout


def actual_line(palette: Palette) -> dict[str, Any]:
    """What happened: solid and dark."""
    return {"color": palette.actual, "width": 2}


def prior_line(palette: Palette) -> dict[str, Any]:
    """The year before: lighter and thinner."""
    return {"color": palette.prior, "width": 1.5}


def plan_line(palette: Palette) -> dict[str, Any]:
    """What was planned: an outline, no body of its own."""
    return {"color": palette.ink, "width": 1, "dash": "dot"}


def hatched_bar(color: str) -> dict[str, Any]:
    """Marker of a bar that is not over, expected, or without evidence."""
    return {
        "color": "rgba(0,0,0,0)",
        "line": {"color": color, "width": 1},
        "pattern": {"shape": "/", "fgcolor": color, "size": 6, "solidity": 0.3},
    }


def annotate(text: str, **place: Any) -> dict[str, Any]:
    """A label without an arrow; place holds x, y, xref and so on."""
    return {"text": plain(text), "showarrow": False, **place}


def plain(text: str) -> str:
    """Text that Plotly shows as it is: it would read <b> and <a href> as markup."""
    return escape(text, quote=False)


def news_color(palette: Palette, change: float, good: str) -> str:
    """Colour of a change by the direction that is good for the metric; grey where there is none."""
    if change == 0 or good == "none":
        return palette.muted
    return palette.good if (change > 0) == (good == "up") else palette.bad
