"""Sales velocity: what drove its change, and what stands beside its trend."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analyses.decomposition import Decomposition
from analyses.formats import format_range, format_value
from analyses.velocity import LABELS, describe_cause
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame, news_color, plain
from metrics.engine import Record

ROW_HEIGHT = 32
METHODS = {
    "lmdi": "parts by logarithmic mean",
    "shapley": "parts by Shapley value, since a driver is zero",
}


def build_change_chart(
    change: Decomposition, before: str, after: str, size: str, currency: str, mode: Mode = "light"
) -> Chart:
    """From the velocity of one week to that of another by driver; a click returns the driver."""
    difference = change.after - change.before
    told = format_value(abs(float(difference)), "currency_per_day", currency)
    moved = "rose" if difference > 0 else "fell"
    title = f"Velocity {moved} by {told}: {describe_cause(change)}"
    title = title if difference else "Velocity is what it was; its drivers moved against each other"
    steps = [before, *(LABELS[name] for name in change.parts), "Change", after]
    amounts = [change.before, *change.parts.values(), difference, change.after]
    return Chart(
        title,
        f"Sales velocity, {currency or 'money'} per day, {before} to {after}, by driver; {size}; "
        f"{METHODS[change.method]}, which add up to the cent",
        plot_change(change, before, after, currency, mode),
        f"{title}. "
        + "; ".join(f"{step} {amount:,.2f}" for step, amount in zip(steps, amounts, strict=True))
        + ".",
        [
            {"step": step, f"{currency} per day".strip(): amount}
            for step, amount in zip(steps, amounts, strict=True)
        ],
        "vel_pipeline",
    )


def plot_change(
    change: Decomposition, before: str, after: str, currency: str, mode: Mode = "light"
) -> Figure:
    """A waterfall of rows on one scale from zero: each part begins where the one before ended."""
    palette = PALETTES[mode]
    parts = [float(part) for part in change.parts.values()]
    old, new = float(change.before), float(change.after)
    starts = [old + sum(parts[:place]) for place in range(len(parts))]
    rows = [
        (before, 0.0, old, format_value(old, "currency", currency), palette.prior, ""),
        *(
            (
                LABELS[name], start, part,
                format_value(part, "currency", currency, is_change=True),
                news_color(palette, part, "up"), name,
            )
            for name, start, part in zip(change.parts, starts, parts, strict=True)
        ),
        (after, 0.0, new, format_value(new, "currency", currency), palette.actual, ""),
    ]  # fmt: skip
    return {
        "data": [_waterfall(rows, palette)],
        "layout": _rows_layout(rows, palette, mode),
    }


def add_line(
    chart: Chart, records: Sequence[Record], name: str, currency: str, mode: Mode = "light"
) -> Chart:
    """The trend with another series of the same unit and periods, labelled at its end."""
    palette = PALETTES[mode]
    days = chart.figure["data"][0]["x"]
    values = {record.period_start: _number(record) for record in records}
    shown = [values.get(day) for day in days]
    unit = records[0].unit if records else ""
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(days),
        "y": shown,
        "line": {"color": palette.muted, "width": 1.6, "dash": "dashdot"},
        "text": [format_value(value, unit, currency) for value in shown],
        "hovertemplate": f"%{{x|%-d %b %Y}}: %{{text}} ({plain(name)})<extra></extra>",
    }
    figure = {**chart.figure, "data": [*chart.figure["data"], line]}
    layout = {**chart.figure["layout"]}
    layout["margin"] = {**layout["margin"], "r": 104}
    if "yaxis2" not in layout and days:
        # Else Plotly makes room for the words of an event that begin near the end.
        layout["xaxis"] = {**layout["xaxis"], "range": [days[0], days[-1]]}
    layout["annotations"] = [*layout.get("annotations", ()), *_end_label(chart, line, palette)]
    figure["layout"] = layout
    rows = [{**row, name: values.get(row["period"])} for row in chart.rows]
    return replace(chart, figure=figure, rows=rows)


def add_interval(chart: Chart, records: Sequence[Record], mode: Mode = "light") -> Chart:
    """The trend of a rate over the band of its 95 % intervals."""
    palette = PALETTES[mode]
    days = chart.figure["data"][0]["x"]
    found = {record.period_start: (record.low, record.high) for record in records}
    bounds = [found.get(day, (None, None)) for day in days]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": list(days),
        "line": {"width": 0, "color": palette.band},
        "hoverinfo": "skip",
    }
    band = [
        {**edge, "y": [low for low, _ in bounds], "name": "interval, low"},
        {
            **edge,
            "y": [high for _, high in bounds],
            "name": "interval, high",
            "fill": "tonexty",
            "fillcolor": palette.band,
        },
    ]
    rows = [
        {**row, "95 % interval": _range(found.get(row["period"], (None, None)))}
        for row in chart.rows
    ]
    return replace(
        chart, figure={**chart.figure, "data": [*band, *chart.figure["data"]]}, rows=rows
    )


def _end_label(chart: Chart, line: dict[str, Any], palette: Palette) -> list[dict[str, Any]]:
    """The line's name at its last value, moved off the label of the actual where they would meet."""
    ends = [trace["y"][-1] for trace in chart.figure["data"] if trace["name"] == "actual"]
    last, actual = line["y"][-1], ends[0] if ends else None
    if last is None:
        return []
    highest = max(value for value in (*line["y"], actual) if value is not None)
    is_near = actual is not None and abs(last - actual) < 0.12 * highest
    shift = 0 if not is_near else 14 if last > actual else -14
    font = {"color": palette.muted, "size": 11}
    place = {"xref": "paper", "x": 1, "y": last, "xanchor": "left", "yshift": shift, "font": font}
    return [annotate(line["name"], **place)]


def _waterfall(rows: Sequence[tuple[Any, ...]], palette: Palette) -> dict[str, Any]:
    labels, starts, sizes, words, colors, keys = zip(*rows, strict=True)
    return {
        "type": "bar",
        "orientation": "h",
        "name": "velocity",
        "y": list(labels),
        "base": list(starts),
        "x": list(sizes),
        "marker": {"color": list(colors)},
        "text": list(words),
        "textposition": "none",
        "customdata": list(keys),
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _rows_layout(rows: Sequence[tuple[Any, ...]], palette: Palette, mode: Mode) -> dict[str, Any]:
    """Words stand in a column on the right, so that no bar runs into them."""
    layout = frame(mode, ROW_HEIGHT * len(rows) + 8, margin=(8, 8, 4, 4))
    reach = max(max(start, start + size) for _, start, size, *_ in rows) or 1.0
    floor = min(0.0, *(start + size for _, start, size, *_ in rows))
    layout["xaxis"] |= {
        "range": [1.02 * floor, 1.02 * reach], "domain": [0, 0.74], "showticklabels": False,
        "zeroline": True, "zerolinecolor": palette.muted,
    }  # fmt: skip
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "automargin": True,
        "tickfont": {"color": palette.ink},
    }  # fmt: skip
    layout["bargap"] = 0.35
    layout["annotations"] = [
        annotate(words, xref="paper", x=1, y=label, xanchor="right", font={"color": palette.ink})
        for label, _, _, words, *_ in rows
    ]
    return layout


def _range(bounds: tuple[float | None, float | None]) -> str:
    return "" if bounds[0] is None else format_range(*bounds, "percent")


def _number(record: Record) -> float | None:
    return None if record.value is None else float(record.value)
