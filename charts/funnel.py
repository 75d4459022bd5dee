"""The stage funnel: of those who entered a stage, the share that got further."""

from analyses.formats import format_range, format_value
from analyses.stages import Funnel, Stage, describe_funnel, describe_stay, list_funnel_rows
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import Mode


def build_funnel_chart(funnel: Funnel, minimum: float, mode: Mode = "light") -> Chart:
    """One bar a stage in their order, 0 to 100 %; a click returns the stage's name."""
    title = describe_funnel(funnel, minimum)
    bars = [
        IntervalBar(each.name, each.name, each.share, each.low, each.high, _words(each, minimum))
        for each in funnel.stages
    ]
    return Chart(
        title,
        "Deals that got further, percent of those that entered the stage, with 95 % interval; "
        f"n = {', '.join(f'{each.entered:,}' for each in funnel.stages)}; days: median time in it",
        plot_interval_bars(bars, ".0%", mode, highest=1.02),
        f"{title}. " + ". ".join(f"{each.label}: {each.words}" for each in bars) + ".",
        list_funnel_rows(funnel),
    )


def _words(stage: Stage, minimum: float) -> str:
    """'74 % (890 of 1,211), 34 days'; counts and interval where the base is too small."""
    if not stage.entered:
        return "n/a: none entered it"
    counts = f"{stage.passed:,} of {stage.entered:,}"
    if stage.entered < minimum:
        return f"{counts} ({format_range(stage.low, stage.high, 'percent')})"
    stay = "" if stage.median_days is None else f", {describe_stay(stage)}"
    return f"{format_value(stage.share, 'percent')} ({counts}){stay}"
