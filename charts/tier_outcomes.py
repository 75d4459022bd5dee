"""Churn by tier, each rate with its interval."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_of, format_range, format_value
from analyses.tier_outcomes import Outcome
from charts.chart import Chart
from charts.theme import PALETTES, TIER_LABELS, Mode, annotate, frame

LABELS = {**TIER_LABELS, "none": "No tier yet"}
CAUTION = "An association, not an effect: whoever is moved to another tier need not stay longer."


def build_outcome_chart(
    rows: Sequence[Outcome],
    title: str,
    quarters: str,
    currency: str,
    minimum: float,
    mode: Mode = "light",
) -> Chart:
    """A point and its 95 % interval for each tier; below the minimum of customers counts only."""
    palette = PALETTES[mode]
    drawn = [row for row in rows if row.churn is not None]
    labels = [LABELS[row.tier] for row in drawn]
    layout = frame(mode, 44 + 34 * len(drawn), margin=(122, 92, 8, 30))
    layout["xaxis"] |= {
        "rangemode": "tozero", "tickformat": ".0~%", "nticks": 5, "showgrid": True,
        "gridcolor": palette.grid, "tickfont": {"color": palette.muted},
    }  # fmt: skip
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "type": "category",
        "tickfont": {"color": palette.ink, "size": 12},
    }  # fmt: skip
    layout["annotations"] = [
        annotate(
            _rate(row, minimum), xref="paper", x=1, xanchor="left", xshift=6, y=label,
            font={"size": 12},
        )
        for row, label in zip(drawn, labels, strict=True)
    ]  # fmt: skip
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": "lost in a quarter",
        "y": labels,
        "x": [row.churn if row.opening >= minimum else None for row in drawn],
        "marker": {"color": [_color(row, palette.tiers, palette.muted) for row in drawn],
                   "size": 11, "line": {"color": palette.ink, "width": 1}},
        "error_x": {
            "type": "data", "symmetric": False, "color": palette.ink, "thickness": 1.5, "width": 4,
            "array": [(row.high or 0) - (row.churn or 0) for row in drawn],
            "arrayminus": [(row.churn or 0) - (row.low or 0) for row in drawn],
        },
        "text": [_words(row) for row in drawn],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }  # fmt: skip
    texts = "; ".join(f"{LABELS[row.tier]} {_words(row)}" for row in drawn)
    lost, opening = sum(row.lost for row in rows), sum(row.opening for row in rows)
    return Chart(
        title,
        f"Customers lost in a quarter, percent of those in the tier at its start, {quarters}; "
        f"n = {lost:,} lost of {opening:,} customer-quarters; bars: 95 % interval. {CAUTION}",
        {"data": [trace], "layout": layout},
        f"{title}. {texts}.",
        to_rows(rows, currency, minimum),
        "churn_tier",
    )


def _color(row: Outcome, tiers: dict[str, str], other: str) -> str:
    return tiers.get(row.tier, other)


def _rate(row: Outcome, minimum: float) -> str:
    if row.opening < minimum:
        return f"{row.lost:,} of {row.opening:,}"
    return f"{format_value(row.churn, 'percent')}, n = {row.opening:,}"


def _words(row: Outcome) -> str:
    return (
        f"{row.lost:,} of {row.opening:,} lost, {format_value(row.churn, 'percent')} "
        f"({format_range(row.low, row.high, 'percent')})"
    )


def to_rows(rows: Sequence[Outcome], currency: str, minimum: float) -> list[dict[str, Any]]:
    """Churn, retention and money of each tier in words; a rate of few customers is not given."""
    return [
        {
            "tier": LABELS[row.tier],
            "customers": row.customers,
            "mrr_each": format_value(row.mrr_each, "currency", currency),
            "churn": _enough(row.churn, row.opening, minimum),
            "lost_of": format_of(row.lost, row.opening) if row.opening else "n/a",
            "interval": format_range(row.low, row.high, "percent") if row.opening else "n/a",
            "grr": _enough(row.grr, row.customers_then, minimum),
            "nrr": _enough(row.nrr, row.customers_then, minimum),
            "customers_then": row.customers_then,
        }
        for row in rows
    ]


def _enough(rate: float | None, base: int | None, minimum: float) -> str:
    if rate is None:
        return "n/a"
    return format_value(rate, "percent") if base is None or base >= minimum else "too few"
