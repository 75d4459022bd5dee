"""The spread over the tiers week by week."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from analyses.tier_spread import TIERS, Measure, Spread, format_share
from charts.chart import Chart
from charts.theme import PALETTES, TIER_LABELS, Mode, annotate, frame, plain
from metrics.periods import format_date

LABEL_GAP = 0.07  # of the height: what a line of text needs


def build_history_chart(
    history: Sequence[tuple[date, Spread]],
    measure: Measure,
    title: str,
    events: Sequence[tuple[date, str]] = (),
    mode: Mode = "light",
) -> Chart:
    """Bands that add up to 100 % in the tiers' order, each labelled where it ends."""
    palette = PALETTES[mode]
    # Texts, not dates: Plotly's encoder takes most of a rerun for 520 dates.
    days = [day.isoformat() for day, _ in history]
    layout = frame(mode, 280, margin=(36, 156, 22 if events else 8, 24))
    layout["yaxis"] |= {
        "range": [0, 1], "tickformat": ".0%", "showgrid": False, "nticks": 5,
    }  # fmt: skip
    layout["hovermode"] = "x unified"
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": TIER_LABELS[tier],
            "stackgroup": "tiers",
            "x": days,
            "y": [spread.share(tier) for _, spread in history],
            "line": {"width": 0.5, "color": palette.tiers[tier]},
            "fillcolor": palette.tiers[tier],
            "hovertemplate": f"{TIER_LABELS[tier]} %{{y:.1%}}<extra></extra>",
        }
        for tier in reversed(TIERS)
    ]
    annotations = _labels(history[-1][1])
    shapes: list[dict[str, Any]] = []
    for number, (day, label) in enumerate(events, start=1):
        shapes.append({
            "type": "line", "yref": "paper", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1,
            "line": {"color": palette.ink, "width": 1, "dash": "dash"},
        })  # fmt: skip
        annotations.append(annotate(
            str(number), yref="paper", x=day.isoformat(), y=1, yanchor="bottom", hovertext=plain(label),
            font={"color": palette.muted, "size": 11},
        ))  # fmt: skip
    layout |= {"annotations": annotations, "shapes": shapes}
    unit = "customers" if measure == "customers" else "MRR"
    notes = "".join(
        f" {number}: {label} ({format_date(day)})."
        for number, (day, label) in enumerate(events, start=1)
    )
    first, last = history[0], history[-1]
    changes = ", ".join(
        f"{TIER_LABELS[t].lower()} from {format_share(first[1].share(t))} to "
        f"{format_share(last[1].share(t))}"
        for t in TIERS
    )
    return Chart(
        title,
        f"Share of {unit} in each tier, percent, at the end of each of {len(history)} weeks; "
        f"n = {last[1].customers:,} in the last.{notes}",
        {"data": traces, "layout": layout},
        f"{title}. In {len(history)} weeks: {changes}.",
        [
            {"week": day, "customers": spread.customers}
            | {tier: spread.share(tier) for tier in TIERS}
            for day, spread in reversed(history)
        ],
        "adv_share" if measure == "customers" else "adv_mrr",
    )


def _labels(last: Spread) -> list[dict[str, Any]]:
    """Names at the middle of their bands at the right, moved apart where they would touch."""
    middles: list[float] = []
    floor = 0.0
    for tier in reversed(TIERS):
        middles.append(floor + last.share(tier) / 2)
        floor += last.share(tier)
    places = spread_apart(middles, LABEL_GAP)
    return [
        annotate(
            f"{TIER_LABELS[tier]} {format_share(last.share(tier))}",
            xref="paper", x=1, xanchor="left", xshift=4, y=place, font={"size": 11},
        )
        for tier, place in zip(reversed(TIERS), places, strict=True)
    ]  # fmt: skip


def spread_apart(places: Sequence[float], gap: float) -> list[float]:
    """The same ascending places from 0 to 1, at least a gap apart, moved as little as it takes."""
    apart: list[float] = []
    for place in places:
        apart.append(max(place, apart[-1] + gap) if apart else max(place, gap / 2))
    ceiling = 1 - gap / 2
    for number in range(len(apart) - 1, -1, -1):
        apart[number] = min(apart[number], ceiling)
        ceiling = apart[number] - gap
    return apart
