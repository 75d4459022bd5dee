"""Customers by advocacy tier: five rows with their money and their change."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_value
from analyses.weekly import TierRow
from charts.theme import PALETTES, TIER_LABELS, Figure, Mode, annotate, frame, news_color

# Where the columns of text stand, as shares of the width (right-aligned).
COLUMNS = {"customers": 0.44, "MRR": 0.7, "1 wk": 0.84, "13 wk": 1.0}


def plot_tier_spread(rows: Sequence[TierRow], currency: str, mode: Mode = "light") -> Figure:
    """Bars from zero in the tiers' fixed order and palette, with four columns of text."""
    palette = PALETTES[mode]
    labels = [TIER_LABELS[row.tier] for row in rows]
    layout = frame(mode, 150, margin=(106, 2, 20, 2))
    layout["xaxis"] |= {"domain": [0, 0.22], "visible": False, "rangemode": "tozero"}
    layout["yaxis"] |= {
        "autorange": "reversed",
        "showgrid": False,
        "tickfont": {"color": palette.ink, "size": 11},
    }
    layout["bargap"] = 0.3
    layout["annotations"] = [
        annotate(
            f"{name} {currency}" if name == "MRR" else name,
            **_place(x, 1),
            yref="paper",
            yanchor="bottom",
            font={"color": palette.muted, "size": 11},
        )
        for name, x in COLUMNS.items()
    ]
    for row, label in zip(rows, labels, strict=True):
        layout["annotations"] += _texts(row, label, currency, mode)
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": "customers",
        "y": labels,
        "x": [row.customers for row in rows],
        "marker": {"color": [palette.tiers[row.tier] for row in rows]},
        "customdata": [row.tier for row in rows],
        "hovertemplate": "%{y}: %{x:,} customers<extra></extra>",
    }
    return {"data": [bars], "layout": layout}


def describe_tier_spread(rows: Sequence[TierRow], currency: str) -> str:
    """Text alternative: every tier with its customers and money."""
    parts = [
        f"{TIER_LABELS[row.tier]} {row.customers:,} customers, "
        f"MRR {format_value(row.mrr, 'currency', currency)}"
        for row in rows
    ]
    return "Customers by tier: " + "; ".join(parts) + "."


def _place(x: float, y: float | str) -> dict[str, Any]:
    return {"x": x, "xref": "paper", "xanchor": "right", "y": y}


def _texts(row: TierRow, label: str, currency: str, mode: Mode) -> list[dict[str, Any]]:
    palette = PALETTES[mode]
    texts = [
        (format_value(row.customers, "count"), palette.ink),
        (format_value(row.mrr, "currency"), palette.ink),
    ]
    for change in (row.change_1w, row.change_13w):
        color = news_color(palette, change or 0, row.good)
        texts.append((format_value(change, "count", is_change=True), color))
    return [
        annotate(text, **_place(x, label), font={"color": color, "size": 11})
        for (text, color), x in zip(texts, COLUMNS.values(), strict=True)
    ]
