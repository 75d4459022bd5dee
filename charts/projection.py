"""Survival to the horizon: observed solid, projected dashed, with the band of both."""

from typing import Any

from analyses.formats import format_range, format_value
from analyses.lifetime.projection import Projection
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame, prior_line

HEIGHT = 320
LONG = 72  # months, beyond which a mark a year is too many for a phone
Point = tuple[int, float, float, float]


def build_projection_chart(found: Projection, until: str, mode: Mode = "light") -> Chart:
    """The curve of a projection that has one, claimed or of the what if; until: the last day known."""
    months, last = found.months, found.curve[-1]
    title = describe_curve(found)
    condition = ", if all renew alike" if found.alike else ""
    subtitle = (
        f"Share still customers by months since their start; n = {found.stays:,} stays of known age, "
        f"{found.ended:,} ended, up to {until}; dashed: projected from month {months} on{condition}; grey: 95 % band"
    )
    return Chart(
        title,
        subtitle,
        plot_projection(found, mode),
        f"{title}. Observed until month {months}, projected until month {last[0]}.",
        [
            {
                "months": month,
                "still_customers": survival,
                "low": low,
                "high": high,
                "is_projected": month > months,
            }
            for month, survival, low, high in found.curve
        ],
    )


def describe_curve(found: Projection) -> str:
    """'63 % stay 33 months; 45 % (40-49 %) would stay 60, if all renewed alike'."""
    at, last = found.curve[min(found.months, len(found.curve) - 1)], found.curve[-1]
    seen = f"{format_value(at[1], 'percent')} stay {at[0]} months"
    if last[0] <= found.months:
        return f"{seen} ({format_range(at[2], at[3], 'percent')}), all of it observed"
    share = f"{format_value(last[1], 'percent')} ({format_range(last[2], last[3], 'percent')})"
    if found.alike:
        return f"{seen}; if all renewed alike, {share} would stay {last[0]}"
    return f"{seen}; {share} are projected to stay {last[0]}"


def plot_projection(found: Projection, mode: Mode = "light") -> Figure:
    """Band, observed line, dashed line, and where what was observed ends."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(44, 12, 10, 44))
    layout["yaxis"] |= {"range": [0, 1.02], "tickformat": ".0%"}
    layout["xaxis"] |= {
        "title": {"text": "months since the start", "font": {"color": palette.muted}},
        "range": [0, 1.02 * found.curve[-1][0]], "dtick": 12 if found.curve[-1][0] <= LONG else 24,
        "tickfont": {"color": palette.muted},
    }  # fmt: skip
    if found.curve[-1][0] > found.months:
        layout["shapes"] = [
            {
                "type": "line", "yref": "paper", "x0": found.months, "x1": found.months, "y0": 0, "y1": 1,
                "line": {"color": palette.ink, "width": 1, "dash": "dot"},
            }
        ]  # fmt: skip
        layout["annotations"] = [
            annotate(
                text, x=found.months, y=0, yref="paper", xanchor=side, yanchor="bottom", xshift=shift,
                font={"color": palette.muted, "size": 11},
            )
            for text, side, shift in (("observed", "right", -6), ("projected", "left", 6))
        ]  # fmt: skip
    seen = [point for point in found.curve if point[0] <= found.months]
    beyond = [point for point in found.curve if point[0] >= found.months]
    return {
        "data": [
            *_band(found.curve, palette),
            _line(seen, "observed", {"color": palette.actual, "width": 2.4, "shape": "hv"}),
            _line(
                beyond,
                "projected",
                {**prior_line(palette), "color": palette.actual, "dash": "dash", "shape": "hv"},
            ),
        ],
        "layout": layout,
    }


def _line(points: list[Point], name: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": name, "line": line,
        "x": [point[0] for point in points],
        "y": [point[1] for point in points],
        "text": [
            f"{format_value(point[1], 'percent')} ({format_range(point[2], point[3], 'percent')})"
            for point in points
        ],
        "hovertemplate": f"{name}: %{{text}} after %{{x}} months<extra></extra>",
    }  # fmt: skip


def _band(points: tuple[Point, ...], palette: Palette) -> list[dict[str, Any]]:
    edge: dict[str, Any] = {
        "type": "scatter", "mode": "lines", "x": [point[0] for point in points],
        "line": {"width": 0, "color": palette.band, "shape": "hv"}, "hoverinfo": "skip",
    }  # fmt: skip
    return [
        {**edge, "y": [point[2] for point in points], "name": "band, low"},
        {
            **edge, "y": [point[3] for point in points], "name": "band, high", "fill": "tonexty",
            "fillcolor": palette.band,
        },
    ]  # fmt: skip
