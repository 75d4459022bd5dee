"""A backtest: what came as a line, the forecasts and the naive ones as marks."""

from datetime import timedelta
from typing import Any

from analyses.forecast.backtest import Track
from analyses.forecast.steps import STEP
from analyses.forecast.tables import list_trial_rows
from analyses.forecast.words import describe_backtest, name_series
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, actual_line, frame

DAY = timedelta(days=1)
HEIGHT = 250


def chart_backtest(track: Track, currency: str, mode: Mode = "light") -> Chart:
    """What came as a line; what had been forecast for that day, with its interval; the naive forecast."""
    title = describe_backtest(track, currency)
    return Chart(
        title,
        f"{name_series(track.series)} 13 weeks after each origin, by that day; line: what came; ring: "
        f"forecast with its 95 % interval; cross: naive forecast; n = {len(track.trials)} windows",
        plot_backtest(track, mode),
        f"{title}.",
        list_trial_rows(track),
    )


def plot_backtest(track: Track, mode: Mode) -> Figure:
    """Three marks a day; the axis from zero."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(46, 8, 14, 26))
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5, "tickformat": "~s"}
    layout["xaxis"] |= {"tickfont": {"color": palette.muted}, "tickformat": "%b %y", "nticks": 6}
    days = [trial.origin + STEP - DAY for trial in track.trials]
    ends = [trial.high - trial.value for trial in track.trials]
    starts = [trial.value - trial.low for trial in track.trials]

    def mark(name: str, values: list[float], **more: Any) -> dict[str, Any]:
        hover = f"%{{x|%-d %b %Y}}: %{{y:,.0f}} ({name})<extra></extra>"
        return {
            "type": "scatter",
            "name": name,
            "x": days,
            "y": values,
            "hovertemplate": hover,
            **more,
        }

    traces = [
        mark(
            "forecast", [trial.value for trial in track.trials], mode="markers",
            marker={"symbol": "circle-open", "size": 9, "color": palette.actual, "line": {"width": 2}},
            error_y={
                "type": "data", "symmetric": False, "array": ends, "arrayminus": starts,
                "color": palette.prior, "thickness": 1.5, "width": 4,
            },
        ),
        mark(
            "naive", [trial.naive for trial in track.trials], mode="markers",
            marker={"symbol": "x-thin-open", "size": 8, "color": palette.muted, "line": {"width": 1.5}},
        ),
        mark(
            "what came", [trial.actual or 0.0 for trial in track.trials], mode="lines",
            line=actual_line(palette),
        ),
    ]  # fmt: skip
    return {"data": traces, "layout": layout}
