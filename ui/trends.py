"""A metric over time as a chart: with the year before, its targets, the events and what is not over."""

from collections.abc import Sequence
from datetime import date

from analyses.formats import format_range, format_value
from analyses.signals import Limits, Point
from analyses.weekly import TARGETS_OF_A_WEEK, choose_target, find_intervals
from charts.chart import Chart
from charts.events import Event, name_events
from charts.trend import Trend, chart_trend, describe_marks
from metrics.periods import find_year_before, label_iso_week, label_period
from metrics.registry import Metric
from ui.cache import read_events, read_periods, read_targets
from ui.definitions import describe_unit
from ui.filters import View

SHOWN_PERIODS = {"week": 104, "month": 36, "quarter": 12, "year": 10}


def build_trend(
    view: View,
    metric: Metric,
    points: Sequence[Point],
    grain: str,
    *,
    title: str = "",
    label: str = "",
    unit: str = "",
    limits: Sequence[Limits | None] = (),
    rules: Sequence[int | None] = (),
    has_targets: bool = True,
    height: int = 260,
    scale: tuple[float, float] | None = None,
) -> Chart:
    """The chart of a metric's points, which end with the last period that is over.

    title is the message, by default the label with the last value; unit is the metric's unless the
    points are its numerators; limits and rules, where the series may have them, one a point; scale, where the
    page has several charts of the metric, the lowest and highest value of them all.
    """
    shown = points[-SHOWN_PERIODS[grain] :]
    before = {point.period_start: point.value for point in points}
    last = shown[-1]
    unit, label = unit or metric.unit, label or metric.label
    size = f", n = {format_value(last.denominator, 'count')}" if last.denominator else ""
    intervals = find_intervals(metric.interval, shown) if unit == metric.unit else []
    if intervals and (bounds := intervals[-1]):
        size += f", 95 % {format_range(*bounds, unit)}"
    first_month = view.first_month
    prior_year = [before.get(find_year_before(grain, point.period_start)) for point in shown]
    lighter = "; lighter: a year before" if any(v is not None for v in prior_year) else ""
    events = _events(view, metric.id, grain, shown[0].period_start, last.period_start)
    trend = Trend(
        title or f"{label}: {format_value(last.value, unit, view.currency)}",
        f"{label}, {describe_unit(unit, view.currency)}, by {grain} to "
        f"{label_period(grain, last.period_start, first_month)}{_iso_week(grain, last.period_start)}"
        f"{size}{lighter}{describe_marks(rules[-len(shown) :])}"
        f"{name_events(events)}",
        unit,
        shown,
        view.currency,
        limits[-len(shown) :],
        rules[-len(shown) :],
        prior_year,
        [_target(view, metric.id, point.period_start) for point in shown]
        if has_targets and (grain == "week" or metric.id not in TARGETS_OF_A_WEEK)
        else (),
        events,
        _not_over(view, grain, last.period_start),
        scale,
        intervals,
        # Counts stand for a rate of too few only where the rate is one of counts.
        view.minimum if any(intervals) else 0.0,
    )
    return chart_trend(trend, metric.id, view.mode, height)


def _events(view: View, metric: str, grain: str, first: date, last: date) -> list[Event]:
    """Those from the first period to the last, which may lie in the past."""
    ends = {each.start: each.end for each in read_periods(view.warehouse, grain)}
    return [event for event in read_events(view.warehouse, metric, first) if event[0] < ends[last]]


def _target(view: View, metric: str, period: date) -> float | None:
    return choose_target(read_targets(view.warehouse), metric, period, view.chosen)


def _iso_week(grain: str, start: date) -> str:
    """' (2026-W53)', and that few years have one; a year before is 364 days, so by Mondays."""
    if grain != "week":
        return ""
    name = label_iso_week(start)
    return f" ({name}, of a year with 53 weeks)" if name.endswith("W53") else f" ({name})"


def _not_over(view: View, grain: str, last: date) -> tuple[date, date] | None:
    """The open period right after the last one that is drawn."""
    following = [each for each in read_periods(view.warehouse, grain) if each.start > last]
    if not following or following[0].is_closed:
        return None
    return following[0].start, following[0].end
