"""Sales velocity: what drove its change, and what stands beside its trend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyses.decomposition import Decomposition
from analyses.formats import format_range, format_value
from analyses.velocity.snapshot import LABELS
from analyses.velocity.words import describe_parts
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame, news_color, plain
from charts.trend import GAP, LAST_INTERVAL
from metrics.engine import Record

ROW_HEIGHT = 44
METHODS = {
    "lmdi": "parts by logarithmic mean",
    "shapley": "parts by Shapley value, since a driver is zero",
}


def build_change_chart(
    change: Decomposition,
    before: str,
    after: str,
    moves: Mapping[str, str],
    size: str,
    currency: str,
    mode: Mode = "light",
    cautions: Mapping[str, str] | None = None,
    has_few: bool = False,
) -> Chart:
    """From the velocity of one week to that of another by driver; a click returns the driver.

    moves: by driver, its value at both weeks in words; cautions and has_few as describe_velocity.
    """
    difference = change.after - change.before
    title = describe_parts(change, currency, cautions, has_few) or "No driver of velocity moved"
    steps = [before, *(LABELS[name] for name in change.parts), "Change", after]
    amounts = [change.before, *change.parts.values(), difference, change.after]
    return Chart(
        title,
        f"Sales velocity, {currency or 'money'} per day, {before} to {after}, by driver; {size}; "
        f"{METHODS[change.method]}, which add up to the cent",
        plot_change(change, before, after, moves, currency, mode),
        f"{title}. "
        + "; ".join(f"{step} {amount:,.2f}" for step, amount in zip(steps, amounts, strict=True))
        + ".",
        [
            {"step": step, f"{currency} per day".strip(): amount, "driver": told}
            for step, amount, told in zip(
                steps, amounts, ["", *(moves[name] for name in change.parts), "", ""], strict=True
            )
        ],
        "vel_pipeline",
    )


def plot_change(
    change: Decomposition,
    before: str,
    after: str,
    moves: Mapping[str, str],
    currency: str,
    mode: Mode = "light",
) -> Figure:
    """A waterfall of rows on one scale from zero, each beneath its words: so both fit on a narrow
    screen. Each part begins where the one before ended."""
    palette = PALETTES[mode]
    parts = [float(part) for part in change.parts.values()]
    old, new = float(change.before), float(change.after)
    starts = [old + sum(parts[:place]) for place in range(len(parts))]
    rows = [
        _Row(before, 0.0, old, format_value(old, "currency", currency), palette.prior),
        *(
            _Row(
                f"{LABELS[name]}: {moves[name]}", start, part,
                format_value(part, "currency", currency, is_change=True),
                news_color(palette, part, "up"), name,
            )
            for name, start, part in zip(change.parts, starts, parts, strict=True)
        ),
        _Row(after, 0.0, new, format_value(new, "currency", currency), palette.actual),
    ]  # fmt: skip
    return {"data": [_waterfall(rows)], "layout": _rows_layout(rows, palette, mode)}


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
    # The band holds the last interval too: no interval is marked twice.
    lines = [trace for trace in chart.figure["data"] if trace["name"] != LAST_INTERVAL]
    data = [*band, *lines]
    return replace(chart, figure={**chart.figure, "data": data}, rows=rows)


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
    place = {
        "xref": "paper",
        "x": 1,
        "y": last,
        "xanchor": "left",
        "xshift": GAP,
        "yshift": shift,
        "font": font,
    }
    return [annotate(line["name"], **place)]


@dataclass(frozen=True)
class _Row:
    """One bar from start to start + size, its words on the left and right above it; key is what a
    click returns."""

    label: str
    start: float
    size: float
    amount: str
    color: str
    key: str = ""


def _waterfall(rows: Sequence[_Row]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": "velocity",
        "y": [plain(row.label) for row in rows],
        "base": [row.start for row in rows],
        "x": [row.size for row in rows],
        "marker": {"color": [row.color for row in rows]},
        "text": [row.amount for row in rows],
        "textposition": "none",
        "customdata": [row.key for row in rows],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _rows_layout(rows: Sequence[_Row], palette: Palette, mode: Mode) -> dict[str, Any]:
    layout = frame(mode, ROW_HEIGHT * len(rows) + 12, margin=(2, 2, 8, 4))
    reach = max(max(row.start, row.start + row.size) for row in rows) or 1.0
    floor = min(0.0, *(row.start + row.size for row in rows))
    layout["xaxis"] |= {
        "range": [1.02 * floor, 1.02 * reach], "showticklabels": False,
        "zeroline": True, "zerolinecolor": palette.muted,
    }  # fmt: skip
    layout["yaxis"] |= {"autorange": "reversed", "showgrid": False, "showticklabels": False}
    layout["bargap"] = 0.66
    font = {"color": palette.ink, "size": 12}
    layout["annotations"] = [
        annotate(
            words, xref="paper", x=place, xanchor=anchor, y=plain(row.label), yshift=15, font=font
        )
        for row in rows
        for words, place, anchor in ((row.label, 0, "left"), (row.amount, 1, "right"))
    ]
    return layout


def _range(bounds: tuple[float | None, float | None]) -> str:
    return "" if bounds[0] is None else format_range(*bounds, "percent")


def _number(record: Record) -> float | None:
    return None if record.value is None else float(record.value)
