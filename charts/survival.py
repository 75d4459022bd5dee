"""Kaplan-Meier curves: the share still customers by months since their start."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_range, format_value, to_float
from analyses.survival import (
    FEWEST_AT_RISK,
    Curve,
    compute_restricted_mean,
    find_median,
    find_step,
    find_survival_at,
)
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame
from metrics.engine import Record

WEEK_METRICS = ("ret_km", "ret_rmst")
MOST_COHORTS = 5  # with all spells and the band within seven hues
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
YEAR = 12.0


def chart_survival(
    curves: Sequence[Curve],
    names: Sequence[str],
    until: str,
    mode: Mode = "light",
    note: str = "",
    what: str = "",
) -> Chart:
    """All spells with their band, and the groups that can be drawn: the newest cohorts, else the
    largest groups.

    names: one a curve. until: the day up to which was looked; note: what else a reader must know;
    what: names the groups ('segment'), "" where they are cohorts by start.
    """
    whole = curves[0]
    title = describe_groups(curves, names, what) if what else describe_survival(whole)
    late = f"; {whole.late:,} began before the data and count from then on" if whole.late else ""
    sizes = f" ({_describe_sizes(curves, names)})" if what else ""
    subtitle = (
        f"Share still customers by months since their start, up to {until}; n = {whole.spells:,} stays{sizes}, "
        f"{whole.ended:,} ended{late}; grey: 95 % band of all; curves end where fewer than "
        f"{FEWEST_AT_RISK} remain{note}"
    )
    return Chart(
        title, subtitle, plot_survival(curves, names, mode, is_by_size=bool(what)),
        f"{title}. {subtitle}.", build_survival_rows(curves, names),
    )  # fmt: skip


def describe_survival(curve: Curve) -> str:
    """The message: '84 % are still customers after 12 months (82-86 %)'."""
    step = find_step(curve, YEAR)
    if curve.shown_until < YEAR or step is None:
        return "Too few customers watched for 12 months to say how many stay"
    share = format_value(step.survival, "percent")
    if step.low is None or step.high is None:
        return f"{share} are still customers after 12 months"
    band = format_range(step.low, step.high, "percent")
    return f"{share} are still customers after 12 months ({band})"


def describe_groups(curves: Sequence[Curve], names: Sequence[str], what: str) -> str:
    """The message: '84 % are still customers after 12 months (82-86 %); more of enterprise (90 %)'.

    A group is named where its whole band at 12 months lies on one side of the curve of all.
    """
    whole = curves[0]
    step = find_step(whole, YEAR)
    told = describe_survival(whole)
    if whole.shown_until < YEAR or step is None:
        return told
    more, fewer = list[str](), list[str]()
    for curve, name in zip(curves[1:], names[1:], strict=True):
        own = find_step(curve, YEAR) if curve.shown_until >= YEAR else None
        if own is None or own.low is None or own.high is None:
            continue
        words = f"{name} ({format_value(own.survival, 'percent')})"
        if own.low > step.survival:
            more.append(words)
        elif own.high < step.survival:
            fewer.append(words)
    apart = [
        f"{side} of {' and '.join(words)}"
        for side, words in (("more", more), ("fewer", fewer))
        if words
    ]
    return f"{told}; {', '.join(apart) or f'no {what} differs by more than its band'}"


def _describe_sizes(curves: Sequence[Curve], names: Sequence[str]) -> str:
    pairs = sorted(zip(curves[1:], names[1:], strict=True), key=lambda pair: -pair[0].spells)
    return ", ".join(f"{name} {curve.spells:,}" for curve, name in pairs)


def describe_weeks(records: Sequence[Record]) -> str:
    """'97.1 % stay 13 weeks, 89.0 % stay 52 weeks; on average 49.2 of the first 52 weeks'.

    Only as far as anybody was watched: beyond that the mean holds the curve level. "" without a value.
    """
    shares = [each for each in records if each.metric == "ret_km" and each.value is not None]
    seen = {each.member for each in shares}
    means = [
        each
        for each in records
        if each.metric == "ret_rmst" and each.value is not None and each.member in seen
    ]
    stays = [
        f"{format_value(to_float(each.value), 'percent')} stay {each.member} weeks"
        for each in shares
    ]
    spent = [f"{float(each.value or 0):.1f} of the first {each.member} weeks" for each in means]
    return "; ".join(
        filter(None, [", ".join(stays), f"on average {', '.join(spent)}" if spent else ""])
    )


def build_week_rows(records: Sequence[Record]) -> list[dict[str, Any]]:
    """The metrics' records as rows: what, weeks, value as it is read, its interval and its reason."""
    return [
        {
            "metric": each.metric,
            "weeks": each.member,
            "value": format_value(to_float(each.value), each.unit),
            "interval": "" if each.high is None else format_range(each.low, each.high, each.unit),
            "at_risk": each.denominator,
            "reason": each.reason or "",
        }
        for each in records
    ]


def build_survival_rows(curves: Sequence[Curve], names: Sequence[str]) -> list[dict[str, Any]]:
    """One row a group: spells, ended, survival at 12 months, median, mean within 12 months."""
    rows: list[dict[str, Any]] = []
    for curve, name in zip(curves, names, strict=True):
        is_seen = curve.shown_until >= YEAR
        step = find_step(curve, YEAR) if is_seen else None
        median = find_median(curve)
        rows.append(
            {
                "group": name,
                "stays": curve.spells,
                "ended": curve.ended,
                "after_12_months": find_survival_at(curve, YEAR) if is_seen else None,
                "low": step.low if step else None,
                "high": step.high if step else None,
                "median_months": median if median is not None and median <= curve.shown_until else None,
                "mean_of_first_12_months": compute_restricted_mean(curve, YEAR) if is_seen else None,
                "watched_months": curve.shown_until,
            }
        )  # fmt: skip
    return rows


def plot_survival(
    curves: Sequence[Curve],
    names: Sequence[str],
    mode: Mode = "light",
    height: int = 300,
    is_by_size: bool = False,
) -> Figure:
    """Step lines by month, read at each whole month; groups are told apart by dashes and labels, and
    tiers by their own colours."""
    palette = PALETTES[mode]
    drawn = [(curve, name) for curve, name in zip(curves, names, strict=True) if curve.shown]
    whole, groups = drawn[:1], drawn[1:]
    if is_by_size:
        groups = sorted(groups, key=lambda each: each[0].spells)
    cohorts = groups[-MOST_COHORTS:]
    drawn = [*whole, *cohorts]
    layout = frame(mode, height, margin=(44, 84, 8, 36))
    layout["yaxis"] |= {"range": [_floor(drawn), 1.01], "tickformat": ".0%", "nticks": 6}
    layout["xaxis"] |= {
        "title": {"text": "months since the start", "font": {"color": palette.muted}},
        "dtick": 6, "rangemode": "tozero", "tickfont": {"color": palette.muted},
    }  # fmt: skip
    traces = [trace for curve, _ in whole for trace in _band(curve, palette)]
    for place, (curve, name) in enumerate(cohorts):
        color = palette.tiers.get(curve.group or "", palette.prior)
        line = {"color": color, "width": 1.6, "dash": DASHES[place], "shape": "hv"}
        traces.append(_line(curve, name, line))
    traces += [
        _line(curve, name, {"color": palette.actual, "width": 2.4, "shape": "hv"})
        for curve, name in whole
    ]
    # 0.055 of the axis is one line of text.
    line_height = 0.055 * (1.01 - _floor(drawn))
    layout["annotations"] = _labels([*cohorts, *whole], line_height, palette)
    return {"data": traces, "layout": layout}


def _floor(drawn: Sequence[tuple[Curve, str]]) -> float:
    """The ten percent below the lowest end: lines, unlike bars, need no zero to be read."""
    ends = [curve.shown[-1] for curve, _ in drawn]
    lowest = min((end.survival if end.low is None else end.low for end in ends), default=0.0)
    return max(0.0, int(10 * lowest) / 10)


def _months(curve: Curve) -> list[int]:
    first = int(curve.shown[0].time) if curve.late else 0
    return list(range(first, int(curve.shown_until) + 1))


def _line(curve: Curve, name: str, line: dict[str, Any]) -> dict[str, Any]:
    months = _months(curve)
    values = [find_survival_at(curve, month) for month in months]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": months,
        "y": values,
        "line": line,
        "text": [format_value(value, "percent") for value in values],
        "hovertemplate": f"{name}: %{{text}} after %{{x}} months<extra></extra>",
    }


def _band(curve: Curve, palette: Palette) -> list[dict[str, Any]]:
    steps = [(month, find_step(curve, month)) for month in _months(curve)]
    known = [(month, step) for month, step in steps if step is not None and step.low is not None]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": [month for month, _ in known],
        "line": {"width": 0, "color": palette.band, "shape": "hv"},
        "hoverinfo": "skip",
    }
    return [
        {**edge, "y": [step.low for _, step in known], "name": "band, low"},
        {
            **edge,
            "y": [step.high for _, step in known],
            "name": "band, high",
            "fill": "tonexty",
            "fillcolor": palette.band,
        },
    ]


def _labels(
    drawn: Sequence[tuple[Curve, str]], line_height: float, palette: Palette
) -> list[dict[str, Any]]:
    """Names at the ends of the lines, moved apart where they would meet."""
    ends = sorted(
        ((_months(curve)[-1], curve.shown[-1].survival, name) for curve, name in drawn),
        key=lambda end: end[1],
    )
    labels: list[dict[str, Any]] = []
    placed: list[tuple[int, float]] = []
    for month, survival, name in ends:
        taken = [height for other, height in placed if abs(other - month) < 8]
        height = max([survival, *(each + line_height for each in taken)])
        placed.append((month, height))
        font = {"color": palette.ink if name == drawn[-1][1] else palette.muted, "size": 11}
        labels.append(
            annotate(name, x=month, y=height, xanchor="left", xshift=4, yshift=7, font=font)
        )
    return labels
