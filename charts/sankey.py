"""Customers who went from tier to tier between two Sundays, as bands from left to right."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from analyses.flows import (
    EXIT,
    FROM_STATES,
    TO_STATES,
    Amount,
    Flow,
    Measure,
    compute_balances,
    compute_gross,
)
from analyses.formats import format_value
from charts.chart import Chart
from charts.theme import PALETTES, TIER_LABELS, Figure, Mode, Palette, annotate, frame
from metrics.periods import format_date

STATE_LABELS = {
    **TIER_LABELS,
    "new": "New",
    "reactivated": "Won back",
    EXIT: "Lost",
}
# Two lines of a label are 26 px high: with this between two bars no label covers the next.
GAP = 30
SIDE = 112
EDGE = 14
HEIGHT = 420
SUNDAY = timedelta(days=6)


def chart_flows(
    flows: Sequence[Flow],
    weeks: tuple[date, date],
    measure: Measure,
    currency: str,
    mode: Mode = "light",
) -> Chart:
    """The movement from the Sunday of one week to that of another (their Mondays)."""
    gross = compute_gross(flows, measure)
    unit = "count" if measure == "customers" else "currency"
    down, came, left = (
        format_value(float(amount), unit, currency)
        for amount in (gross.down, gross.new + gross.reactivated, gross.churned)
    )
    up = _amount(gross.up, measure, currency)
    title = f"{up} moved up on evidence, {down} down; {came} came, {left} left"
    before, after = (f"Sunday {format_date(week + SUNDAY)}" for week in weeks)
    counts = compute_balances(flows, "customers")[-1]
    subtitle = (
        f"{'Customers' if measure == 'customers' else f'MRR in {currency}'.removesuffix(' in ')} by tier on {before}, "
        f"left, and on {after}, right; n = {counts.opening:,} customers before, "
        f"{counts.closing:,} after. Grey bands stayed; the others have the colour of where they end."
    )
    if measure == "revenue":
        subtitle += " A band is as wide as the MRR at the end, that of the lost at the start."
    alt = f"{title}. {describe_flows(flows, measure, currency)}"
    figure = plot_sankey(flows, measure, currency, mode)
    return Chart(title, subtitle, figure, alt, to_rows(flows), "flow_net")


def to_rows(flows: Sequence[Flow]) -> list[dict[str, Any]]:
    """One row a pair of states, in the order of the picture."""
    ordered = sorted(
        flows, key=lambda each: (FROM_STATES.index(each.from_state), TO_STATES.index(each.to_state))
    )
    return [
        {
            "from": STATE_LABELS[flow.from_state],
            "to": STATE_LABELS[flow.to_state],
            "customers": flow.customers,
            "of_these_by_expiry": flow.expired_customers,
            "mrr_before": flow.opening_mrr,
            "mrr_after": flow.closing_mrr,
        }
        for flow in ordered
    ]


def plot_sankey(
    flows: Sequence[Flow], measure: Measure, currency: str, mode: Mode = "light"
) -> Figure:
    """Left the states before, right those after, each side in one fixed order.

    Bars stand where this says, not where Plotly would put them; labels stand outside, so that they
    are readable at 390 px too. They give what stood in a tier before and after, to the cent.
    """
    palette = PALETTES[mode]
    *tiers, total = compute_balances(flows, measure)
    opening = {str(each.tier): each.opening for each in tiers}
    opening |= {"new": total.new, "reactivated": total.reactivated}
    closing = {str(each.tier): each.closing for each in tiers} | {EXIT: total.churned}
    drawn = [flow for flow in flows if flow.amount(measure) > 0]
    sides = [
        {state: _total(drawn, "from_state", state, measure) for state in FROM_STATES},
        {state: _total(drawn, "to_state", state, measure) for state in TO_STATES},
    ]
    sides = [{state: amount for state, amount in side.items() if amount} for side in sides]
    centres = compute_centres(sides)
    nodes = [(place, state) for place, side in enumerate(sides) for state in side]
    layout = frame(mode, HEIGHT, margin=(SIDE, SIDE, EDGE, EDGE))
    layout["xaxis"] |= {"visible": False}
    layout["yaxis"] |= {"visible": False}
    layout["annotations"] = [
        _label(place, state, centres[place][state], (opening, closing)[place], measure, currency)
        for place, state in nodes
    ]
    trace = {
        "type": "sankey",
        "arrangement": "fixed",
        "name": measure,
        "node": {
            "x": [(0.001, 0.999)[place] for place, _ in nodes],
            "y": [centres[place][state] for place, state in nodes],
            # The trace's own labels would lie on the bands.
            "label": ["" for _ in nodes],
            "color": [palette.tiers.get(state, palette.muted) for _, state in nodes],
            "pad": GAP,
            "thickness": 14,
            "line": {"width": 0},
            "hoverinfo": "skip",
        },
        "link": _links(drawn, nodes, measure, currency, palette),
    }
    return {"data": [trace], "layout": layout}


def compute_centres(sides: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Where the middle of each bar stands, from 0 at the top to 1, with the same gap between bars."""
    height = HEIGHT - 2 * EDGE
    room = [(height - GAP * (len(side) - 1)) / sum(side.values()) for side in sides if side]
    scale = min(room, default=0.0)
    centres: list[dict[str, float]] = []
    for side in sides:
        top = 0.0
        places: dict[str, float] = {}
        for state, amount in side.items():
            places[state] = (top + amount * scale / 2) / height
            top += amount * scale + GAP
        centres.append(places)
    return centres


def describe_flows(flows: Sequence[Flow], measure: Measure, currency: str) -> str:
    """Text alternative: every band but the stays, the widest first."""
    moves = [flow for flow in flows if flow.from_state != flow.to_state]
    moves.sort(key=lambda flow: flow.amount(measure), reverse=True)
    parts = [describe_flow(flow, measure, currency) for flow in moves]
    return f"Who moved, the most first: {'; '.join(parts)}." if parts else "Nobody moved."


def describe_flow(flow: Flow, measure: Measure, currency: str) -> str:
    """'Neutral to Loyal: 7 customers'."""
    ends = f"{STATE_LABELS[flow.from_state]} to {STATE_LABELS[flow.to_state]}"
    return f"{ends}: {_amount(flow.amount(measure), measure, currency)}"


def _amount(amount: Any, measure: Measure, currency: str) -> str:
    if measure == "revenue":
        return f"{format_value(float(amount), 'currency', currency)} MRR"
    return f"{amount:,} {'customer' if amount == 1 else 'customers'}"


def _total(flows: Sequence[Flow], end: str, state: str, measure: Measure) -> float:
    return float(sum(flow.amount(measure) for flow in flows if getattr(flow, end) == state))


def _label(
    place: int,
    state: str,
    centre: float,
    amounts: Mapping[str, Amount],
    measure: Measure,
    currency: str,
) -> dict[str, Any]:
    unit = "count" if measure == "customers" else "currency"
    amount = format_value(float(amounts[state]), unit, currency)
    label = annotate(
        STATE_LABELS[state], xref="paper", yref="paper", x=(0, 1)[place], y=1 - centre,
        yanchor="middle", xanchor=("right", "left")[place], align=("right", "left")[place],
        xshift=(-6, 6)[place], font={"size": 11},
    )  # fmt: skip
    return label | {"text": f"{label['text']}<br><b>{amount}</b>"}


def _links(
    flows: Sequence[Flow],
    nodes: Sequence[tuple[int, str]],
    measure: Measure,
    currency: str,
    palette: Palette,
) -> dict[str, Any]:
    # No line: then Plotly draws a band below a pixel one pixel wide in its own colour.
    return {
        "source": [nodes.index((0, flow.from_state)) for flow in flows],
        "target": [nodes.index((1, flow.to_state)) for flow in flows],
        "value": [float(flow.amount(measure)) for flow in flows],
        "color": [_color(flow, palette) for flow in flows],
        "customdata": [describe_flow(flow, measure, currency) for flow in flows],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _color(flow: Flow, palette: Palette) -> str:
    """Stays are the muted ground; a move has the colour of where it ends."""
    if flow.rungs == 0:
        return palette.band
    return _fade(palette.tiers.get(flow.to_state, palette.muted), 0.7)


def _fade(color: str, opacity: float) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
