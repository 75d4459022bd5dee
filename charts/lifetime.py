"""Lifetime value: the observed survival curve with its horizon, and the values of a dimension."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from analyses.formats import format_value
from analyses.lifetime.assumptions import Assumptions, format_months
from analyses.lifetime.tables import Part, describe_bounds, list_part_rows
from analyses.survival import FEWEST_AT_RISK, Curve, find_step, find_survival_at
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.survival import describe_survival, plot_survival
from charts.theme import PALETTES, Figure, Mode, Palette, annotate

EVERY = 12  # months between two numbers at risk, of a curve of no more than
LONG = 48  # months; else more, so that they do not meet on a phone


def build_curve_chart(
    curve: Curve, assumptions: Assumptions, until: str, mode: Mode = "light"
) -> Chart:
    """The curve that the value is computed from, up to the horizon; nothing is projected."""
    title = describe_survival(curve)
    return Chart(
        title,
        f"Share still customers by months since their start, up to {until}; n = {curve.spells:,} "
        f"stays, {curve.ended:,} ended; grey: 95 % band; ends where fewer than {FEWEST_AT_RISK} "
        "remain; beneath: how many were watched so long",
        plot_curve(curve, assumptions.horizon_months, mode),
        f"{title}. The curve is observed until {curve.shown_until:.0f} months; the horizon is "
        f"{assumptions.horizon_months} months; nothing is projected between.",
        [
            {
                "months": month,
                "still_customers": find_survival_at(curve, month),
                "low": step.low if step else None,
                "high": step.high if step else None,
                "at_risk": count_at_risk(curve, month),
            }
            for month in range(int(curve.shown_until) + 1)
            for step in [find_step(curve, month)]
        ],
        "ltv_km",
    )


def plot_curve(curve: Curve, horizon: int, mode: Mode = "light") -> Figure:
    """The survival chart with room up to the horizon, which a dotted line marks."""
    palette = PALETTES[mode]
    figure = plot_survival([curve], ["observed"], mode, 300)
    layout = figure["layout"]
    end = max(float(horizon), curve.shown_until)
    layout["margin"] |= {"b": 68, "r": 12}
    # The value is the area under the curve, so the curve stands on zero.
    layout["yaxis"] |= {"range": [0, 1.02]}
    layout["xaxis"] |= {
        "range": [0, max(1.03 * end, 1.18 * curve.shown_until)],
        "dtick": 12 if end <= 120 else 60,
    }
    layout["shapes"] = [
        {
            "type": "line", "yref": "paper", "x0": horizon, "x1": horizon, "y0": 0, "y1": 1,
            "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        }
    ]  # fmt: skip
    layout["annotations"] = [
        *layout["annotations"],
        annotate(
            f"horizon, {horizon} months", x=horizon, y=1, yref="paper", xanchor="right",
            yanchor="top", xshift=-4, font={"color": palette.muted, "size": 11},
        ),
        *_at_risk(curve, palette),
    ]  # fmt: skip
    if curve.shown_until < horizon:
        middle = (curve.shown_until + horizon) / 2
        layout["annotations"].append(
            annotate(
                "not observed yet", x=middle, y=0.5, yref="paper",
                font={"color": palette.muted, "size": 11},
            )
        )  # fmt: skip
    return figure


def build_parts_chart(
    parts: Sequence[Part], dimension: str, period: str, currency: str, mode: Mode = "light",
    reach: float | None = None,
) -> Chart:  # fmt: skip
    """One bar a value of the dimension, the largest first, with its interval; reach ends the axis."""
    shown = [part for part in parts if part.value is not None]
    bars = [
        IntervalBar(
            part.name,
            part.name,
            part.value,
            part.lifetime.low if part.lifetime else None,
            part.lifetime.high if part.lifetime else None,
            describe_part(part, currency),
        )
        for part in parts
    ]
    title = _tell_parts(shown, currency) if shown else f"No lifetime value by {dimension}"
    counted = sum(part.lifetime.spells for part in parts if part.lifetime)
    return Chart(
        title,
        f"Lifetime value by survival{f', {currency}' if currency else ''}, by {dimension}, {period}; "
        f"n = {counted:,} stays; line: 95 % interval",
        plot_interval_bars(bars, "~s", mode, reach),
        f"{title}. " + ". ".join(f"{bar.label}: {bar.words}" for bar in bars) + ".",
        list_part_rows(parts, dimension, currency),
        "ltv_km",
    )


def _tell_parts(shown: Sequence[Part], currency: str) -> str:
    """Who is worth the most, or between which two the intervals do not tell."""
    best, *others = sorted(shown, key=lambda part: part.value or 0, reverse=True)
    worth = format_value(best.value, "currency", currency)
    name = f"{best.name[:1].upper()}{best.name[1:]}"
    if best.lifetime and best.lifetime.is_short:
        seen = format_months(best.lifetime.months)
        return f"{name} brings the most in {seen}, too short for a lifetime: {worth} a new customer"
    if not others:
        return f"{name} is worth {worth} a new customer"
    second = others[0]
    low = best.lifetime.low if best.lifetime else None
    high = second.lifetime.high if second.lifetime else None
    if low is None or high is None or low <= high:
        return f"{name} ({worth} a new customer) is not clearly worth more than {second.name}"
    return f"{name} is worth the most: {worth} a new customer"


def with_reach(chart: Chart, reach: float) -> Chart:
    """The trend on an axis from 0 to reach, which is that of the parts beside it."""
    layout = chart.figure["layout"]
    yaxis = {**layout["yaxis"], "range": [0, reach]}
    return replace(chart, figure={**chart.figure, "layout": {**layout, "yaxis": yaxis}})


def describe_part(part: Part, currency: str) -> str:
    """'EUR 144 k (EUR 138 k to 151 k)', or why there is no value."""
    if part.value is None:
        return f"n/a: {part.reason}"
    bounds = describe_bounds(part.lifetime, currency)
    return f"{format_value(part.value, 'currency', currency)}{f' ({bounds})' if bounds else ''}"


def count_at_risk(curve: Curve, month: float) -> int:
    """How many spells were watched for at least so many months."""
    return next((step.at_risk for step in curve.steps if step.time >= month), 0)


def _at_risk(curve: Curve, palette: Palette) -> list[dict[str, object]]:
    """The numbers at risk beneath the axis."""
    return [
        annotate(
            f"n {count_at_risk(curve, month):,}", x=month, y=0, yref="paper", yshift=-60,
            font={"color": palette.muted, "size": 11},
        )
        for month in range(0, int(curve.shown_until) + 1, EVERY * max(1, ceil(curve.shown_until / LONG)))
    ]  # fmt: skip
