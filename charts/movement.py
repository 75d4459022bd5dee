"""The week's movement between tiers, and in and out of the customer base."""

from collections.abc import Sequence

from analyses.formats import format_value
from analyses.weekly import MovementRow
from charts.theme import PALETTES, Figure, Mode, annotate, frame, news_color


def plot_movement(rows: Sequence[MovementRow], mode: Mode = "light") -> Figure:
    """Bars to the right for gains, to the left for losses; hatched where there is neither."""
    palette = PALETTES[mode]
    values = [(row.sign or 1) * (row.count or 0) for row in rows]
    reach = max([abs(value) for value in values] or [0]) or 1
    layout = frame(mode, 150, margin=(100, 2, 4, 2))
    layout["xaxis"] |= {
        "visible": False,
        "range": [-1.7 * reach, 1.7 * reach],
        "zeroline": True,
        "zerolinecolor": palette.muted,
    }
    layout["yaxis"] |= {
        "autorange": "reversed",
        "showgrid": False,
        "tickfont": {"color": palette.ink, "size": 11},
    }
    layout["bargap"] = 0.3
    layout["shapes"] = [
        {
            "type": "line",
            "yref": "paper",
            "x0": 0,
            "x1": 0,
            "y0": 0,
            "y1": 1,
            "line": {"color": palette.muted, "width": 1},
        }
    ]
    layout["annotations"] = [
        annotate(
            _text(row),
            x=value,
            y=row.label,
            xanchor="left" if row.sign >= 0 else "right",
            xshift=5 * (row.sign or 1),
        )
        for row, value in zip(rows, values, strict=True)
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": "customers",
        "customdata": [row.drill for row in rows],
        "y": [row.label for row in rows],
        "x": values,
        "marker": {
            "color": [
                palette.muted if row.sign == 0 else news_color(palette, 1, row.good) for row in rows
            ],
            "pattern": {"shape": ["/" if row.sign == 0 else "" for row in rows]},
        },
        "hovertemplate": "%{y}: %{x:+,}<extra></extra>",
    }
    return {"data": [bars], "layout": layout}


def describe_movement(rows: Sequence[MovementRow]) -> str:
    """Text alternative: every kind with its count."""
    return "Movement: " + ", ".join(f"{row.label} {_text(row)}" for row in rows) + "."


def _text(row: MovementRow) -> str:
    if row.count is None:
        return "n/a"
    return format_value((row.sign or 1) * row.count, "count", is_change=row.sign != 0)
