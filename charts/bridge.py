"""The movement bridge: opening and closing as bars from zero, between them what moved."""

from typing import Any

from analyses.bridge import Bridge, describe_bridge, describe_identity, round_to_sum
from analyses.formats import format_value
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, frame, news_color

ROW_HEIGHT = 30
STOCKS = [0.0, 0.34]  # share of the width for opening and closing, the rest for the movements
MOVES = [0.42, 1.0]


def chart_bridge(bridge: Bridge, period: str, mode: Mode = "light") -> Chart:
    """The bridge of one period; its marks carry the keys of the lines as customdata."""
    what = "Customers" if bridge.unit == "count" else f"MRR, {bridge.currency or 'money'} a month"
    title = describe_bridge(bridge)
    return Chart(
        title=title,
        subtitle=f"{what}, {period}; {_size(bridge)} at its start. Left: the stock; right, on a "
        "larger scale: what moved it",
        figure=plot_bridge(bridge, mode),
        alt=f"{title}. {describe_identity(bridge)}.",
        rows=[
            {
                "step": line.label,
                "amount": amount,
                "share_of_opening": _share(bridge, float(amount)),
            }
            for line, amount in zip(bridge.lines, bridge.amounts, strict=True)
        ],
        metric="cust_active" if bridge.unit == "count" else "mrr",
    )


def plot_bridge(bridge: Bridge, mode: Mode = "light") -> Figure:
    """Rows from opening to closing; stocks and movements each have a scale that begins at zero.

    A week's movements are a hundredth of the stock: on one scale they would be hairlines.
    """
    palette = PALETTES[mode]
    layout = frame(mode, ROW_HEIGHT * len(bridge.lines) + 24, margin=(78, 8, 4, 8))
    hidden = {"showticklabels": False, "showgrid": False, "fixedrange": True, "zeroline": False}
    layout["xaxis"] = {
        **hidden,
        "domain": STOCKS,
        "range": [0, 1.9 * max(_stocks(bridge), default=1)],
    }
    layout["xaxis2"] = {
        **hidden, "domain": MOVES, "range": _reach(bridge), "zeroline": True, "zerolinecolor": palette.grid
    }  # fmt: skip
    layout["yaxis"] |= {
        "autorange": "reversed", "categoryorder": "array",
        "categoryarray": [line.label for line in bridge.lines], "showgrid": False, "fixedrange": True,
        "tickfont": {"color": palette.ink}, "ticks": "",
    }  # fmt: skip
    layout["bargap"] = 0.35
    return {"data": [_stock_bars(bridge, palette), _move_bars(bridge, palette)], "layout": layout}


def _stock_bars(bridge: Bridge, palette: Palette) -> dict[str, Any]:
    ends = (bridge.lines[0], bridge.lines[-1])
    shown = round_to_sum(bridge.amounts)
    values = [float(bridge.opening), float(bridge.closing)]
    return {
        **_bars([line.label for line in ends], values, palette),
        "name": "stock",
        "marker": {"color": palette.actual},
        "text": [format_value(value, bridge.unit) for value in (shown[0], shown[-1])],
        "customdata": [line.key for line in ends],
    }


def _move_bars(bridge: Bridge, palette: Palette) -> dict[str, Any]:
    """Each movement begins where the one before ended; the last bar is the net, from zero.

    The words are rounded as in describe_identity, which stands below.
    """
    shown = round_to_sum(bridge.amounts)
    values = [float(amount) for _, amount in bridge.movements]
    net = float(bridge.closing - bridge.opening)
    starts = [sum(values[:place]) for place in range(len(values))]
    words = [format_value(value, bridge.unit, is_change=True) for value in shown[1:-1]]
    told = format_value(shown[-1] - shown[0], bridge.unit, is_change=True)
    return {
        **_bars([line.label for line in bridge.lines[1:]], [*values, net], palette),
        "base": [*starts, 0.0],
        "xaxis": "x2",
        "name": "movement",
        "marker": {
            "color": [news_color(palette, value, "up") for value in values] + [palette.prior]
        },
        "text": [*words, f"net {told}"],
        "customdata": [line.key for line in bridge.lines[1:]],
    }


def _bars(labels: list[str], values: list[float], palette: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "x": values,
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": palette.ink},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _stocks(bridge: Bridge) -> list[float]:
    return [value for value in (float(bridge.opening), float(bridge.closing)) if value > 0]


def _reach(bridge: Bridge) -> list[float]:
    """The range of the movements, with room for the words beyond the bars."""
    ends, total = [0.0], 0.0
    for _, amount in bridge.movements:
        total += float(amount)
        ends.append(total)
    room = 0.45 * ((max(ends) - min(ends)) or 1.0)
    return [min(ends) - room, max(ends) + room]


def _size(bridge: Bridge) -> str:
    return f"n = {format_value(float(bridge.opening), 'count')} {bridge.currency}".rstrip()


def _share(bridge: Bridge, amount: float) -> float | None:
    return amount / float(bridge.opening) if bridge.opening else None
