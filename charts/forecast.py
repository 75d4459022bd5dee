"""The 13 weeks ahead: what happened solid, what is expected hatched or dashed, with its interval."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from analyses.forecast.backtest import Outlook, Track, Trial
from analyses.forecast.model import CHURNED, MRR
from analyses.forecast.steps import DUE, STEP, WEEKS
from analyses.forecast.tables import list_series_rows
from analyses.forecast.words import (
    describe_few,
    describe_track,
    format_interval,
    format_series,
    last_day,
    name_series,
)
from analyses.formats import format_range
from analyses.weekly import TIERS
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import (
    PALETTES,
    Figure,
    Mode,
    Palette,
    actual_line,
    annotate,
    frame,
    hatched_bar,
)

DAY = timedelta(days=1)
HEIGHT = 250
BAR_MS = 60 * 86_400_000  # two thirds of 13 weeks
MOST_BARS = 8
Value = tuple[date, float]


def chart_lost(outlook: Outlook, currency: str, mode: Mode = "light", minimum: float = 0) -> Chart:
    """Customers lost in 13 weeks, a bar a window; the one ahead hatched, where there is a forecast."""
    track = outlook.tracks[CHURNED]
    past = [
        (step.end - DAY, float(step.count(lambda flow: flow.has_left)))
        for step in outlook.steps[:-1]
    ][-MOST_BARS:]
    title = _add_few(describe_track(track, currency), track, outlook, minimum)
    n = outlook.steps[-1].customers
    return Chart(
        title,
        f"Customers at the start of {WEEKS} weeks who are none at their end, by last day; n = {n:,} "
        f"customers now{_tell_marks(track, 'hatched')}",
        plot_lost(past, outlook.target - DAY, track, mode),
        _describe(title, track, currency),
        [
            *([] if track.reason else [_to_row(outlook, track.ahead)]),
            *({"last_day": day, "value": lost, "low": None, "high": None, "is": "actual"}
              for day, lost in reversed(past)),
        ],
        "cust_lost",
    )  # fmt: skip


def plot_lost(past: Sequence[Value], last: date, track: Track, mode: Mode) -> Figure:
    """Upright bars from zero with their counts; a mark carries the first day of its window."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(34, 8, 14, 26))
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5}
    layout["xaxis"] |= {"tickfont": {"color": palette.muted}, "tickformat": "%b %y", "nticks": 6}
    traces = [
        {
            "type": "bar", "name": "lost", "x": [day for day, _ in past],
            "y": [lost for _, lost in past], "width": BAR_MS, "marker": {"color": palette.actual},
            "text": [f"{lost:,.0f}" for _, lost in past], "textposition": "auto",
            "customdata": [(day + DAY - STEP).isoformat() for day, _ in past],
            "hovertemplate": "13 weeks to %{x|%-d %b %Y}: %{y:,.0f} lost<extra></extra>",
        }
    ]  # fmt: skip
    if not track.reason:
        ahead = track.ahead
        traces.append(
            {
                "type": "bar", "name": "expected", "x": [last], "y": [ahead.value], "width": BAR_MS,
                "marker": hatched_bar(palette.actual), "error_y": _whisker(ahead, palette),
                "customdata": [DUE],
                "hovertemplate": "13 weeks to %{x|%-d %b %Y}: %{y:,.0f} expected<extra></extra>",
            }
        )  # fmt: skip
        layout["annotations"] = [
            annotate(
                # The whole interval: a number alone at its upper end would be read as that end.
                f"{ahead.value:,.0f} ({format_range(ahead.low, ahead.high, 'count')})", x=last,
                y=ahead.high, xanchor="right", xshift=22, yanchor="bottom",
                font={"color": palette.ink, "size": 12},
            )
        ]  # fmt: skip
    return {"data": traces, "layout": layout}


def chart_mrr(
    weeks: Sequence[Value],
    outlook: Outlook,
    currency: str,
    mode: Mode = "light",
    minimum: float = 0,
) -> Chart:
    """MRR at the end of each week, by its last day, then what is expected with its interval."""
    track = outlook.tracks[MRR]
    title = _add_few(describe_track(track, currency), track, outlook, minimum)
    unit = f", {currency}" if currency else ""
    return Chart(
        title,
        f"MRR at the end of each week{unit}; n = {outlook.steps[-1].customers:,} customers now"
        f"{_tell_marks(track, 'dashed')}",
        plot_mrr(weeks, outlook, track, currency, mode),
        _describe(title, track, currency),
        [
            *([] if track.reason else [_to_row(outlook, track.ahead)]),
            *({"last_day": day, "value": value, "low": None, "high": None, "is": "actual"}
              for day, value in reversed(weeks)),
        ],
        "mrr",
    )  # fmt: skip


def plot_mrr(
    weeks: Sequence[Value], outlook: Outlook, track: Track, currency: str, mode: Mode
) -> Figure:
    """The line, and a wedge from its end to the interval: between the two nothing is computed."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(46, 76, 14, 26))
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5, "tickformat": "~s"}
    layout["xaxis"] |= {"tickfont": {"color": palette.muted}, "tickformat": "%b %y", "nticks": 6}
    first_day = weeks[0][0] if weeks else outlook.origin
    layout["xaxis"]["range"] = [first_day, outlook.origin if track.reason else outlook.target]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": "MRR", "x": [day for day, _ in weeks],
            "y": [value for _, value in weeks], "line": actual_line(palette),
            "hovertemplate": "%{x|%-d %b %Y}: %{y:,.0f}<extra></extra>",
        }
    ]  # fmt: skip
    if not track.reason:
        ahead, first, last = track.ahead, outlook.origin - DAY, outlook.target - DAY
        traces += [
            {
                "type": "scatter", "mode": "lines", "name": "95 % interval", "x": [first, last, last, first],
                "y": [ahead.naive, ahead.high, ahead.low, ahead.naive], "fill": "toself",
                "fillcolor": palette.band, "line": {"width": 0, "color": palette.band}, "hoverinfo": "skip",
            },
            {
                "type": "scatter", "mode": "lines", "name": "expected", "x": [first, last],
                "y": [ahead.naive, ahead.value], "line": {**actual_line(palette), "dash": "dash"},
                "hovertemplate": "%{x|%-d %b %Y}: %{y:,.0f} expected<extra></extra>",
            },
        ]  # fmt: skip
        layout["annotations"] = [
            annotate(
                format_series(MRR, ahead.value, currency), x=last, y=ahead.value, xanchor="left",
                xshift=4, font={"color": palette.ink, "size": 12},
            )
        ]  # fmt: skip
    return {"data": traces, "layout": layout}


def chart_tiers(outlook: Outlook, mode: Mode = "light", minimum: float = 0) -> Chart:
    """Customers by tier in 13 weeks, hatched, with the interval; a stroke marks today's."""
    tracks = [outlook.tracks[tier] for tier in TIERS]
    bars = [
        IntervalBar(
            track.series, name_series(track.series),
            None if track.reason else track.ahead.value,
            None if track.reason else track.ahead.low,
            None if track.reason else track.ahead.high,
            _tell_tier(track),
        )
        for track in tracks
    ]  # fmt: skip
    title = _title_tiers(tracks)
    return Chart(
        title,
        f"Customers by tier on {last_day(outlook.target)}, hatched: expected; line: 95 % interval; "
        f"stroke: now; n = {outlook.steps[-1].customers:,} customers now",
        plot_tiers(bars, tracks, mode),
        ". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars)]),
        [row for row in list_series_rows(outlook, "", minimum) if row["number"] in {bar.label for bar in bars}],
    )  # fmt: skip


def _title_tiers(tracks: Sequence[Track]) -> str:
    """The tiers whose interval leaves out today's number, or that there are none."""
    shown = [track for track in tracks if not track.reason]
    moved = [
        track for track in shown if not track.ahead.low <= track.ahead.naive <= track.ahead.high
    ]
    if moved:
        return "; ".join(describe_track(track, "") for track in moved)
    if not shown:
        return "No forecast of any tier: the last value was as close or closer"
    return "No tier is expected to differ from today by more than chance"


def plot_tiers(bars: Sequence[IntervalBar], tracks: Sequence[Track], mode: Mode) -> Figure:
    """Hatched bars with their intervals, and a stroke for today."""
    figure = plot_interval_bars(bars, ",.0f", mode)
    palette = PALETTES[mode]
    figure["data"][0]["marker"] = hatched_bar(palette.actual)
    figure["data"].append(
        {
            "type": "scatter", "mode": "markers", "name": "now",
            "x": [track.ahead.naive for track in tracks], "y": [bar.label for bar in bars],
            "marker": {
                "symbol": "line-ns-open", "size": 12, "color": palette.actual,
                "line": {"width": 3, "color": palette.actual},
            },
            "hovertemplate": "%{y}: %{x:,.0f} now<extra></extra>",
        }
    )  # fmt: skip
    reach = max(max(track.ahead.high, track.ahead.naive) for track in tracks)
    figure["layout"]["xaxis"]["range"] = [0, 1.04 * reach or 1.0]
    return figure


def _add_few(title: str, track: Track, outlook: Outlook, minimum: float) -> str:
    """The title, with the remark of few where a number is shown."""
    few = "" if track.reason else describe_few(outlook, minimum)
    return f"{title}; {few}" if few else title


def _whisker(trial: Trial, palette: Palette) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "array": [trial.high - trial.value],
        "arrayminus": [trial.value - trial.low], "color": palette.ink, "thickness": 1.5, "width": 4,
    }  # fmt: skip


def _tell_marks(track: Track, how: str) -> str:
    if track.reason:
        return ""
    between = "; straight in between" if how == "dashed" else ""
    mark = "band" if how == "dashed" else "line"
    return f"; {how}: expected{between}; {mark}: 95 % interval"


def _tell_tier(track: Track) -> str:
    now = f"{track.ahead.naive:,.0f} now"
    if track.reason:
        return f"{now}, no forecast"
    return f"{track.ahead.value:,.0f} ({format_interval(track, '')}), {now}"


def _describe(title: str, track: Track, currency: str) -> str:
    if track.reason:
        return f"{title}."
    return f"{title}. 95 % interval {format_interval(track, currency)}."


def _to_row(outlook: Outlook, trial: Trial) -> dict[str, Any]:
    return {
        "last_day": outlook.target - DAY, "value": round(trial.value, 2), "low": round(trial.low, 2),
        "high": round(trial.high, 2), "is": "forecast",
    }  # fmt: skip
