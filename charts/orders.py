"""Orders without a contract: value by group, what the model said beside what came, and margin by age."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from analyses.formats import format_range, format_value
from analyses.held_out import format_error
from analyses.lifetime.historic import STEP_WEEKS, Cohort, find_weighted
from analyses.lifetime.orders.backtest import HELD_WEEKS, Backtest
from analyses.lifetime.orders.tables import FEWEST, list_cohort_rows, list_group_rows
from analyses.lifetime.orders.value import WEEKS, GroupValue
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import PALETTES, Figure, Mode, actual_line, annotate, frame, prior_line
from metrics.periods import format_date

YEAR = 52
HEIGHT = 300


def build_group_chart(
    groups: Sequence[GroupValue], by: str, period: str, currency: str, mode: Mode = "light",
    assumed: str = "",
) -> Chart:  # fmt: skip
    """Value of an average customer of each group, the largest first, with its interval.

    assumed: the assumptions, which the rows say. A group of fewer than 20 is never named the first.
    """
    ordered = sorted(groups, key=lambda group: -(group.each or 0.0))
    compared = [place for place, group in enumerate(ordered) if group.customers >= FEWEST]
    bars = [
        IntervalBar(
            group.member, group.member, group.each,
            None if group.low is None else group.low / group.customers,
            None if group.high is None else group.high / group.customers,
            describe_group(group, currency),
        )
        for group in ordered
    ]  # fmt: skip
    title = f"No value of orders by {by}"
    if ordered and ordered[0].each is not None:
        title = f"{ordered[0].member[:1].upper()}{ordered[0].member[1:]}: {bars[0].words}"
        if len(compared) > 1:
            first, second = compared[:2]
            worth = format_value(ordered[first].each, "currency", currency)
            title = (
                f"A customer of {ordered[first].member} brings the most: {worth} in {WEEKS} weeks"
            )
            if (bars[first].low or 0.0) <= (bars[second].high or 0.0):
                title = f"No {by} brings clearly the most: the intervals of the first two overlap"
    counted = sum(group.customers for group in groups)
    return Chart(
        title,
        f"Margin of the next {WEEKS} weeks of a customer who orders{f', {currency}' if currency else ''}, "
        f"by {by}, at the end of {period}; n = {counted:,} customers; line: 95 % interval of what will come",
        plot_interval_bars(bars, "~s", mode),
        f"{title}. " + ". ".join(f"{bar.label}: {bar.words}" for bar in bars) + ".",
        [{**row, "assumptions": assumed} for row in list_group_rows(groups, by)],
    )


def describe_group(group: GroupValue, currency: str) -> str:
    """'EUR 997 (EUR 923 to 1,077), n = 567'."""
    worth = format_value(group.each, "currency", currency)
    if group.low is None or group.high is None:
        return f"{worth}, n = {group.customers:,}"
    bounds = format_range(
        group.low / group.customers, group.high / group.customers, "currency", currency
    )
    few = ", too few to compare" if group.customers < FEWEST else ""
    return f"{worth} ({bounds}), n = {group.customers:,}{few}"


def build_tracking_chart(backtest: Backtest, mode: Mode = "light", assumed: str = "") -> Chart:
    """Cumulative repeat orders as they came, and as a model of before the origin expects them.

    assumed: the assumptions, which the rows say.
    """
    held = backtest.orders
    title = f"No backtest: {backtest.reason}"
    if held is not None:
        error = f", off by {format_error(held.error)}" if held.error is not None else ""
        came = format_value(held.actual, "count")
        title = (
            f"A year ago it would have said {format_value(held.expected, 'count')} repeat orders; "
            f"{came} came{error}"
        )
        if held.has_missed:
            title = (
                f"The backtest missed: {format_value(held.expected, 'count')} expected, {came} came"
            )
    subtitle = (
        f"Repeat orders since the first order, cumulative, of the n = {backtest.customers:,} customers known "
        f"on {format_date(backtest.origin)}; solid: came; dashed: expected by a fit of what was known then"
    )
    return Chart(
        title, subtitle, plot_tracking(backtest, mode), f"{title}. {subtitle}.",
        [
            {
                "week_ends": backtest.origin + timedelta(days=7 * track.week + 6),
                "came": track.actual,
                "expected": round(track.expected, 1),
                "is_held_out": track.week >= 0,
                "assumptions": assumed,
            }
            for track in backtest.tracks
        ],
    )  # fmt: skip


def plot_tracking(backtest: Backtest, mode: Mode = "light") -> Figure:
    """Both lines by week, with a dotted line where the fit ends."""
    palette = PALETTES[mode]
    days = [backtest.origin + timedelta(days=7 * track.week + 6) for track in backtest.tracks]
    came = [track.actual for track in backtest.tracks]
    expected = [round(track.expected, 1) for track in backtest.tracks]
    layout = frame(mode, HEIGHT, margin=(8, 64, 16, 24))
    layout["xaxis"] |= {"type": "date", "nticks": 6}
    layout["yaxis"] |= {"rangemode": "tozero", "tickformat": ",d"}
    layout["shapes"] = [
        {
            "type": "line", "yref": "paper", "x0": backtest.origin, "x1": backtest.origin,
            "y0": 0, "y1": 1, "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        }
    ]  # fmt: skip
    layout["annotations"] = [
        annotate(
            f"{HELD_WEEKS} weeks held out", x=backtest.origin, y=1, yref="paper", xanchor="right",
            yanchor="top", xshift=-4, font={"color": palette.muted, "size": 11},
        ),
        *_label_ends(days[-1:], (("came", came), ("expected", expected)), palette.ink),
    ]  # fmt: skip
    hover = "%{x|%d %b %Y}: %{y:,.0f}<extra></extra>"
    lines = (
        ("expected", expected, {"color": palette.actual, "width": 1.5, "dash": "dash"}),
        ("came", came, actual_line(palette)),
    )
    data = [
        {
            "type": "scatter", "mode": "lines", "name": name, "x": days, "y": values, "line": line,
            "hovertemplate": f"{name} by {hover}",
        }
        for name, values, line in lines
    ]  # fmt: skip
    return {"data": data, "layout": layout}


def _label_ends(
    days: Sequence[Any], lines: Sequence[tuple[str, Sequence[float]]], color: str
) -> list[dict[str, Any]]:
    """Names at the right end of two lines, the higher one's above."""
    ordered = sorted(lines, key=lambda line: -line[1][-1] if line[1] else 0.0)
    return [
        annotate(
            name, x=days[0], y=values[-1], xanchor="left", xshift=4, yshift=shift,
            font={"color": color, "size": 12},
        )
        for (name, values), shift in zip(ordered, (7, -7), strict=True)
        if days
    ]  # fmt: skip


def build_cohort_chart(
    cohorts: Sequence[Cohort], acquired_by: str, until: str, currency: str, mode: Mode = "light",
    note: str = "", assumed: str = "",
) -> Chart:  # fmt: skip
    """Cumulative margin of an acquired customer by age: a thin line a quarter, a thick one of all.

    note: what else a reader must know; assumed: the assumptions, which the rows say.
    """
    shown = [each for each in cohorts if each.acquired_by == acquired_by and each.margins]
    title = f"No quarter of customers acquired by {_article(acquired_by)} is {STEP_WEEKS} weeks old"
    at_year = find_weighted(shown, YEAR)
    longest = max((len(each.margins) for each in shown), default=0)
    ages = [STEP_WEEKS * (number + 1) for number in range(longest)]
    for weeks in [YEAR] if at_year else ages[:1]:
        margin, counted = find_weighted(shown, weeks) or (None, 0)
        worth = format_value(margin, "currency", currency)
        title = (
            f"A customer acquired by {_article(acquired_by)} has brought {worth} in margin after {weeks} "
            f"weeks, n = {counted:,}"
        )
    subtitle = (
        f"Cumulative margin per acquired customer{f', {currency}' if currency else ''}, those lost included, "
        f"undiscounted, by weeks since acquisition, up to {until}; thin: a quarter of acquisition, thick: all "
        f"quarters of that age; n = {sum(each.customers for each in shown):,} customers{note}"
    )
    return Chart(
        title, subtitle, plot_cohorts(shown, ages, mode), f"{title}. {subtitle}.",
        [
            {**row, "assumptions": assumed}
            for row in list_cohort_rows([each for each in cohorts if each.acquired_by == acquired_by])
        ],
    )  # fmt: skip


def _article(acquired_by: str) -> str:
    return {"contract": "a contract", "order": "an order"}[acquired_by]


def plot_cohorts(cohorts: Sequence[Cohort], ages: Sequence[int], mode: Mode = "light") -> Figure:
    """The lines of all quarters, from nothing at age 0."""
    palette = PALETTES[mode]
    layout = frame(mode, HEIGHT, margin=(8, 12, 16, 40))
    layout["xaxis"] |= {
        "title": {"text": "weeks since acquisition"}, "dtick": 26, "range": [0, 1.02 * max(ages, default=YEAR)],
    }  # fmt: skip
    layout["yaxis"] |= {"rangemode": "tozero", "tickformat": "~s"}
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "name": f"{cohort.start:%b %Y}",
            "x": [0, *ages[: len(cohort.margins)]], "y": [0, *cohort.margins],
            "line": prior_line(palette) | {"width": 1},
            "hovertemplate": f"acquired from {format_date(cohort.start)}, n = {cohort.customers:,}"
            "<br>%{x} weeks: %{y:,.0f}<extra></extra>",
        }
        for cohort in cohorts
    ]  # fmt: skip
    means = [find_weighted(cohorts, age) for age in ages]
    data.append(
        {
            "type": "scatter", "mode": "lines+markers", "name": "all that old",
            "x": [0, *ages], "y": [0, *(mean[0] if mean else None for mean in means)],
            "line": actual_line(palette), "marker": {"size": 5},
            "customdata": [0, *(mean[1] if mean else 0 for mean in means)],
            "hovertemplate": "all that old, n = %{customdata:,}<br>%{x} weeks: %{y:,.0f}<extra></extra>",
        }
    )  # fmt: skip
    return {"data": data, "layout": layout}
