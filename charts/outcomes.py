"""What becomes of deals by the days since they were created: won, lost, still open."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from analyses.formats import format_range, format_value
from analyses.outcomes import Outcomes, Step, find_median_days, find_outcome
from analyses.survival import FEWEST_AT_RISK
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame

SAMPLED = (30, 60, 90, 120, 180, 270, 365)
HALF_A_YEAR = 180
LONGEST = 365


def build_outcomes_chart(
    curves: Outcomes, until: str, mode: Mode = "light", minimum: float = 0
) -> Chart:
    """The three shares by day, which sum to 100 %. until: the day up to which was looked. Of fewer
    than `minimum` deals no share stands without its band."""
    title = describe_outcomes(curves, minimum)
    subtitle = (
        f"Share of new-business deals by days since they were created, as known on {until}; n = "
        f"{curves.deals:,}: {curves.won:,} won, {curves.lost:,} lost, {curves.still_open:,} open, which "
        "count as long as they were seen (Aalen-Johansen); grey: 95 % band of won"
    )
    rows = list_outcome_rows(curves)
    has_few = curves.deals < minimum
    if has_few:
        rows = [{**row, "won": "too few", "lost": "too few", "open": "too few"} for row in rows]
    told = "; ".join(
        f"{row['days']} days: {row['95 % interval']} won"
        if has_few
        else f"{row['days']} days: {row['won']} won, {row['lost']} lost"
        for row in rows
    )
    return Chart(
        title,
        subtitle,
        plot_outcomes(curves, mode, has_shares=not has_few),
        f"{title}. After {told}." if told else f"{title}.",
        rows,
        "vel_win_cif",
    )


def describe_outcomes(curves: Outcomes, minimum: float = 0) -> str:
    """'26 % are won within 180 days (24.7-27.6 %); half are decided within 78 days'; of fewer than
    `minimum` deals the counts and the band."""
    step = find_outcome(curves, HALF_A_YEAR)
    if curves.deals < minimum:
        counts = f"{curves.won:,} of {curves.deals:,} deals were won so far"
        band = f": {_band(step)} within {HALF_A_YEAR} days" if step else ""
        return f"{counts}, too few for a share{band}"
    if step is None:
        return f"No deal has been seen for {HALF_A_YEAR} days: no share won by then"
    told = f"{format_value(step.won, 'percent')} are won within {HALF_A_YEAR} days ({_band(step)})"
    median = find_median_days(curves)
    if median is None:
        return f"{told}; fewer than half are decided"
    return f"{told}; half are decided, won or lost, within {median:,.0f} days"


def list_outcome_rows(curves: Outcomes) -> list[dict[str, Any]]:
    """One row at 30, 60, ... 365 days, as far as deals were seen; the three shares sum to 100 %."""
    found = [(days, find_outcome(curves, days)) for days in SAMPLED]
    return [
        {
            "days": days,
            "won": format_value(step.won, "percent"),
            "95 % interval": _band(step),
            "lost": format_value(step.lost, "percent"),
            "open": format_value(step.open, "percent"),
            "still open just before": step.at_risk,
        }
        for days, step in found
        if step is not None
    ]


def list_cohort_rows(
    cohorts: Sequence[Outcomes], names: Sequence[str], until: date, minimum: float
) -> list[dict[str, Any]]:
    """One row a created cohort, the newest first: won so far, and what the curve makes of it; of
    fewer than `minimum` deals the counts and the band alone.

    until: the boundary up to which was looked, exclusive. A cohort whose oldest deal is too young
    has no share within 180 days, even where the last deal in sight was decided.
    """
    rows: list[dict[str, Any]] = []
    for curves, name in reversed(list(zip(cohorts, names, strict=True))):
        is_old = curves.cohort is None or until - curves.cohort >= timedelta(days=HALF_A_YEAR)
        step = find_outcome(curves, HALF_A_YEAR) if is_old else None
        has_few = curves.deals < minimum
        rows.append(
            {
                "created": name,
                "deals": curves.deals,
                "won": curves.won,
                "lost": curves.lost,
                "still open": curves.still_open,
                "won of created so far": "too few"
                if has_few
                else format_value(curves.won / curves.deals, "percent"),
                f"won within {HALF_A_YEAR} days": "n/a: not seen so long"
                if step is None
                else f"too few: {_band(step)}"
                if has_few
                else f"{format_value(step.won, 'percent')} ({_band(step)})",
                "half decided within": _median(curves),
            }
        )
    return rows


def _median(curves: Outcomes) -> str:
    days = find_median_days(curves)
    if days is None:
        return "n/a: fewer than half are"
    step = find_outcome(curves, days)
    if step is None or step.at_risk < FEWEST_AT_RISK:
        return f"n/a: fewer than {FEWEST_AT_RISK} seen so long"
    return f"{days:,.0f} days"


def plot_outcomes(curves: Outcomes, mode: Mode = "light", has_shares: bool = True) -> Figure:
    """Step lines on one axis from 0 to 100 %, labelled at their ends, with the shares or without."""
    palette = PALETTES[mode]
    steps = [step for step in curves.shown if step.days <= LONGEST]
    layout = frame(mode, 260, margin=(44, 84, 8, 36))
    layout["yaxis"] |= {"range": [0, 1.01], "tickformat": ".0%", "nticks": 6}
    last = steps[-1].days if steps else LONGEST
    layout["xaxis"] |= {
        "title": {"text": "days since created", "font": {"color": palette.muted}},
        "dtick": 60, "range": [0, last], "tickfont": {"color": palette.muted},
    }  # fmt: skip
    lines: list[tuple[str, dict[str, Any]]] = [
        ("lost", {"color": palette.muted, "width": 1.6, "dash": "dashdot"}),
        ("open", {"color": palette.prior, "width": 1.6, "dash": "dot"}),
        ("won", {"color": palette.actual, "width": 2.4}),
    ]
    traces = [*_edges(steps, palette), *(_line(steps, name, line) for name, line in lines)]
    if steps:
        layout["annotations"] = _labels(steps[-1], palette, has_shares)
    return {"data": traces, "layout": layout}


def _line(steps: Sequence[Step], name: str, line: dict[str, Any]) -> dict[str, Any]:
    values = [getattr(step, name) for step in steps]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [step.days for step in steps],
        "y": values,
        "line": {**line, "shape": "hv"},
        "text": [format_value(value, "percent") for value in values],
        "hovertemplate": f"{name}: %{{text}} after %{{x}} days<extra></extra>",
    }


def _edges(steps: Sequence[Step], palette: Palette) -> list[dict[str, Any]]:
    known = [step for step in steps if step.low is not None]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": [step.days for step in known],
        "line": {"width": 0, "color": palette.band, "shape": "hv"},
        "hoverinfo": "skip",
    }
    return [
        {**edge, "y": [step.low for step in known], "name": "band, low"},
        {
            **edge,
            "y": [step.high for step in known],
            "name": "band, high",
            "fill": "tonexty",
            "fillcolor": palette.band,
        },
    ]


def _labels(last: Step, palette: Palette, has_shares: bool) -> list[dict[str, Any]]:
    named = [("won", palette.ink), ("lost", palette.muted), ("open", palette.muted)]
    ends: list[tuple[float, str, str]] = []
    for name, color in named:
        share: float = getattr(last, name)
        ends.append(
            (share, f"{name} {format_value(share, 'percent')}" if has_shares else name, color)
        )
    labels: list[dict[str, Any]] = []
    height = -1.0
    for share, words, color in sorted(ends):
        height = max(share, height + 0.08)  # a line of text is 0.08 of the axis
        font = {"color": color, "size": 11}
        labels.append(annotate(words, x=last.days, y=height, xanchor="left", xshift=6, font=font))
    return labels


def _band(step: Step) -> str:
    return "" if step.low is None else format_range(step.low, step.high, "percent")
