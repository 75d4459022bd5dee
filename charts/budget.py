"""A budget case drawn: which assumption moves it, how its draws spread, and what came of its promise."""

from collections.abc import Sequence
from math import floor
from typing import Any

from analyses.budget.actual import Actual, why_unmeasured
from analyses.budget.tables import list_bar_rows, list_quarter_rows, write_ends
from analyses.budget.uncertainty import Bar, list_bars
from analyses.budget.words import (
    METHOD,
    TORNADO,
    Answer,
    describe_actual,
    describe_return,
    write_years,
)
from analyses.formats import format_range, format_value
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, annotate, frame, plain
from metrics.periods import label_period

ROW = 52
HEIGHT = 250
BINS = 40
MOST_BARS = 8


def chart_tornado(answer: Answer, mode: Mode = "light") -> Chart:
    """By how much the NPV moves with each assumption alone, the one that moves it most on top."""
    case, bars = answer.case, list_bars(answer.case)
    first = bars[0]
    title = (
        f"It hangs most on {first.name}"
        if first.width
        else "No assumption is a range, so nothing moves the NPV"
    )
    counted = sum(each.counted for each in case.programmes)
    unit = f", {case.currency}" if case.currency else ""
    shown = bars[:MOST_BARS]
    more = "" if len(bars) == len(shown) else "; the least of them are in the table alone"
    said = "; ".join(f"{bar.name} {write_ends(bar, case.currency)}" for bar in shown[:3])
    return Chart(
        title,
        f"Change of NPV in {write_years(case.years)}{unit}. {TORNADO} n = {counted:,} customers{more}.",
        plot_tornado(shown, answer.outcome.npv, case.currency, mode),
        f"{title}. NPV at both ends: {said}.",
        list_bar_rows(answer, bars),
    )


def plot_tornado(bars: Sequence[Bar], npv: float, currency: str, mode: Mode) -> Figure:
    """Bars from the NPV at the base of all, each beneath its name; blue where it rises, orange where it falls."""
    palette = PALETTES[mode]
    layout = frame(mode, ROW * len(bars) + 50, margin=(2, 12, 20, 26))
    layout["barmode"] = "overlay"
    layout["bargap"] = 0.74
    layout["xaxis"] |= {
        "nticks": 5, "tickformat": "~s", "tickfont": {"color": palette.muted}, "showgrid": True,
        "gridcolor": palette.grid,
    }  # fmt: skip
    labels = [plain(bar.name) for bar in bars]
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "showticklabels": False,
        "categoryorder": "array", "categoryarray": labels,
    }  # fmt: skip
    # On two lines, so that both fit on a narrow screen.
    layout["annotations"] = [
        annotate(
            words, xref="paper", x=0, y=label, xanchor="left", yshift=shift,
            font={"color": color, "size": 12},
        )
        for bar, label in zip(bars, labels, strict=True)
        for words, shift, color in (
            (bar.name, 33, palette.ink), (write_ends(bar, currency), 18, palette.muted)
        )
    ]  # fmt: skip
    ends = {
        "low": [bar.at_low - npv for bar in bars],
        "high": [bar.at_high - npv for bar in bars],
    }
    traces = [
        {
            "type": "bar", "orientation": "h", "name": f"at its {end} end", "y": labels, "x": moved,
            "marker": {"color": [palette.bad if each < 0 else palette.good for each in moved]},
            "text": [str(format_value(each, "currency", currency, is_change=True)) for each in moved],
            "textposition": "none",
            "hovertemplate": f"%{{y}} at its {end} end: %{{text}}<extra></extra>",
        }
        for end, moved in ends.items()
    ]  # fmt: skip
    return {"data": traces, "layout": layout}


def chart_spread(answer: Answer, mode: Mode = "light") -> Chart:
    """All draws of the NPV, those below 0 in the colour of bad."""
    case, spread = answer.case, answer.spread
    bounds = format_range(spread.low, spread.high, "currency", case.currency)
    share = format_value(spread.loss_share, "percent")
    below = f"Below 0 in {share} of draws" if spread.loss_share else "Below 0 in none of the draws"
    title = f"{below}; nine of ten lie in {bounds}"
    counted = sum(each.counted for each in case.programmes)
    return Chart(
        title,
        f"How many draws end at which NPV in {write_years(case.years)}. {METHOD} n = {counted:,} customers.",
        plot_spread(answer, mode),
        f"{title}. {describe_return(answer)}.",
        [
            {
                "draws": name,
                "NPV": format_value(value, "currency", case.currency),
            }
            for name, value in (
                ("low end of nine in ten", spread.low),
                ("median", spread.median),
                ("mean", spread.mean),
                ("high end of nine in ten", spread.high),
            )
        ],
    )


def plot_spread(answer: Answer, mode: Mode) -> Figure:
    """Upright bars from zero, of one width, with an edge at 0."""
    palette, counts, width = PALETTES[mode], *_count_bins(answer)
    layout = frame(mode, HEIGHT, margin=(40, 12, 24, 26))
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 4}
    layout["xaxis"] |= {"tickformat": "~s", "nticks": 6, "tickfont": {"color": palette.muted}}
    layout["bargap"] = 0.04
    npv = answer.outcome.npv
    layout["shapes"] = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": npv, "x1": npv,
         "line": {"color": palette.ink, "width": 1}}
    ]  # fmt: skip
    layout["annotations"] = [
        annotate(
            "every range at its base", yref="paper", y=1, yanchor="bottom", x=npv,
            font={"color": palette.ink, "size": 12},
        )
    ]  # fmt: skip
    trace = {
        "type": "bar", "name": "draws", "x": [(start + 0.5) * width for start in counts],
        "y": list(counts.values()), "width": width,
        "marker": {"color": [palette.bad if start < 0 else palette.good for start in counts]},
        "hovertemplate": "%{y:,} draws about %{x:,.0f}<extra></extra>",
    }  # fmt: skip
    return {"data": [trace], "layout": layout}


def chart_promise(actual: Actual, currency: str, first_month: int, mode: Mode = "light") -> Chart:
    """Margin promised of each quarter, outlined, and what the treated brought beyond the holdout."""
    line = actual.line
    title = describe_actual(actual, currency, first_month)
    unit = f", {currency}" if currency else ""
    return Chart(
        title,
        f"Margin of a quarter{unit}: promised (outlined), and what those treated brought beyond as many "
        f"held out, with 95 % interval; n = {line.customers:,} customers promised",
        plot_promise(actual, first_month, mode),
        f"{title}.",
        list_quarter_rows(actual, currency, first_month),
    )


def plot_promise(actual: Actual, first_month: int, mode: Mode) -> Figure:
    """An outlined bar a quarter, and a point with its interval where something was measured."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(48, 8, 14, 26))
    layout["yaxis"] |= {
        "rangemode": "tozero", "nticks": 5, "tickformat": "~s", "zeroline": True,
        "zerolinecolor": palette.grid,
    }  # fmt: skip
    layout["xaxis"] |= {"tickfont": {"color": palette.muted}, "type": "category"}
    names = [label_period("quarter", each.promise.start, first_month) for each in actual.quarters]
    promised = [each.promise.gain.base for each in actual.quarters]
    measured = [
        (name, each.compared.total)
        for name, each in zip(names, actual.quarters, strict=True)
        if not why_unmeasured(each, actual.line.match) and each.compared.total.value is not None
    ]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar", "name": "promised", "x": names, "y": promised,
            "marker": {"color": "rgba(0,0,0,0)", "line": {"color": palette.ink, "width": 1}},
            "hovertemplate": "%{x}: %{y:,.0f} promised<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "name": "actual", "x": [name for name, _ in measured],
            "y": [found.value for _, found in measured],
            "marker": {"color": palette.actual, "size": 9},
            "error_y": {
                "type": "data", "symmetric": False, "color": palette.actual, "thickness": 1.5,
                "array": [(found.high or 0) - (found.value or 0) for _, found in measured],
                "arrayminus": [(found.value or 0) - (found.low or 0) for _, found in measured],
            },
            "hovertemplate": "%{x}: %{y:,.0f}<extra></extra>",
        },
    ]  # fmt: skip
    return {"data": traces, "layout": layout}


def _count_bins(answer: Answer) -> tuple[dict[int, int], float]:
    """How many draws fall into each bin, numbered from the one that begins at 0, and a bin's width."""
    npvs = answer.spread.npvs
    width = float(npvs[-1] - npvs[0]) / BINS or max(abs(float(npvs[0])), 1.0) / BINS
    counts: dict[int, int] = {}
    for npv in npvs:
        place = floor(npv / width)
        counts[place] = counts.get(place, 0) + 1
    return counts, width
