"""The movement of the last weeks: bars up and down from zero, and the net of each week."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from analyses.moves import WeekMoves
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, Palette, annotate, frame
from metrics.periods import format_date

Bar = tuple[str, str, Callable[[WeekMoves], int]]
Event = tuple[date, str]


def chart_moves(
    weeks: Sequence[WeekMoves], mode: Mode = "light", events: Sequence[Event] = ()
) -> Chart:
    """Moves between tiers on evidence, week by week; those by expiry are in the rows only."""
    palette = PALETTES[mode]
    up, down = sum(each.up for each in weeks), sum(each.down for each in weeks)
    title = f"{up:,} moved up and {down:,} down in {_weeks(weeks)}: net {up - down:+,}"
    bars: list[Bar] = [
        ("up", palette.good, lambda each: each.up),
        ("down", palette.bad, lambda each: -each.down),
    ]
    figure = _plot(weeks, bars, lambda each: each.net, mode, events)
    subtitle = f"Customers a week who moved between tiers on evidence; dots are the net. {_describe(weeks)}"
    alt = _alt(title, weeks, lambda each: each.net)
    return Chart(title, subtitle, figure, alt, to_rows(weeks), "flow_net")


def chart_entries(
    weeks: Sequence[WeekMoves], mode: Mode = "light", events: Sequence[Event] = ()
) -> Chart:
    """Customers who came and went, week by week."""
    palette = PALETTES[mode]
    came = sum(each.new + each.reactivated for each in weeks)
    back = sum(each.reactivated for each in weeks)
    lost = sum(each.churned for each in weeks)
    title = (
        f"{came:,} customers came, {back:,} of them won back, and {lost:,} left in "
        f"{_weeks(weeks)}: net {came - lost:+,}"
    )
    bars: list[Bar] = [
        ("new", palette.good, lambda each: each.new),
        ("won back", palette.prior, lambda each: each.reactivated),
        ("lost", palette.bad, lambda each: -each.churned),
    ]
    figure = _plot(weeks, bars, _net_entries, mode, events)
    subtitle = (
        f"Customers a week who came (grey: won back) and who left; dots are the net. "
        f"{_describe(weeks)}"
    )
    alt = _alt(title, weeks, _net_entries)
    return Chart(title, subtitle, figure, alt, to_rows(weeks), "cust_lost")


def to_rows(weeks: Sequence[WeekMoves]) -> list[dict[str, Any]]:
    """One row a week, the newest first."""
    return [
        {
            "week_of_monday": each.week,
            "customers_at_start": each.opening,
            "up": each.up,
            "down": each.down,
            "net": each.net,
            "by_expiry": each.expired,
            "new": each.new,
            "won_back": each.reactivated,
            "lost": each.churned,
        }
        for each in reversed(weeks)
    ]


def reach_of(weeks: Sequence[WeekMoves]) -> int:
    """The longest bar: both charts have its scale, so that their bars can be compared."""
    tops = (max(each.up, each.new + each.reactivated, each.down, each.churned) for each in weeks)
    return max(tops, default=0) or 1


def _net_entries(week: WeekMoves) -> int:
    return week.new + week.reactivated - week.churned


def _weeks(weeks: Sequence[WeekMoves]) -> str:
    return f"{len(weeks)} weeks" if len(weeks) != 1 else "one week"


def _describe(weeks: Sequence[WeekMoves]) -> str:
    first, last = weeks[0], weeks[-1]
    return (
        f"Weeks of {format_date(first.week)} to {format_date(last.week)}; "
        f"n = {last.opening:,} at the start of the last."
    )


def _alt(title: str, weeks: Sequence[WeekMoves], net: Callable[[WeekMoves], int]) -> str:
    return f"{title}. Last week: net {net(weeks[-1]):+,}."


def _plot(
    weeks: Sequence[WeekMoves],
    bars: Sequence[Bar],
    net: Callable[[WeekMoves], int],
    mode: Mode,
    events: Sequence[Event],
) -> Figure:
    palette = PALETTES[mode]
    days = [each.week for each in weeks]
    reach = 1.1 * reach_of(weeks)
    layout = frame(mode, 240, margin=(34, 62, 20 if events else 8, 28))
    layout["barmode"] = "relative"
    layout["bargap"] = 0.25
    layout["xaxis"] |= {"type": "date", "tickformat": "%-d %b\n%Y", "nticks": 7}
    layout["yaxis"] |= {
        "range": [-reach, reach],
        "zeroline": True,
        "zerolinecolor": palette.muted,
        "nticks": 5,
        "tickformat": ",d",
    }
    layout["shapes"] = [_event_line(day, palette) for day, _ in events]
    layout["annotations"] = [
        *(_event_label(day, label, palette) for day, label in events),
        *(
            # The lighter grey of the bar is too pale for text.
            _name(name, palette.muted if color == palette.prior else color, height * reach)
            for (name, color, _), height in zip(bars, _heights(bars), strict=True)
        ),
    ]
    traces = [
        _bar(name, color, days, [amount(each) for each in weeks]) for name, color, amount in bars
    ]
    traces.append(_dots(days, [net(each) for each in weeks], palette))
    return {"data": traces, "layout": layout}


def _heights(bars: Sequence[Bar]) -> Sequence[float]:
    """Where the names of the bars stand beside them, as a share of the axis."""
    return (0.35, -0.35) if len(bars) == 2 else (0.35, 0.7, -0.35)


def _name(name: str, color: str, height: float) -> dict[str, Any]:
    return annotate(
        name.capitalize(), xref="paper", x=1, y=height, xanchor="left", xshift=4,
        font={"color": color, "size": 12},
    )  # fmt: skip


def _bar(name: str, color: str, days: Sequence[date], amounts: Sequence[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(days),
        "y": list(amounts),
        "customdata": [abs(amount) for amount in amounts],
        "marker": {"color": color},
        "hovertemplate": f"week of %{{x|%-d %b %Y}}: %{{customdata:,}} {name}<extra></extra>",
    }


def _dots(days: Sequence[date], amounts: Sequence[int], palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "net",
        "x": list(days),
        "y": list(amounts),
        "marker": {"color": palette.ink, "size": 6},
        "hovertemplate": "week of %{x|%-d %b %Y}: net %{y:+,}<extra></extra>",
    }


def _event_line(day: date, palette: Palette) -> dict[str, Any]:
    return {
        "type": "line", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1,
        "line": {"color": palette.muted, "width": 1, "dash": "dash"},
    }  # fmt: skip


def _event_label(day: date, label: str, palette: Palette) -> dict[str, Any]:
    return annotate(
        label, yref="paper", x=day, y=1, xanchor="left", yanchor="bottom",
        font={"color": palette.muted, "size": 11},
    )  # fmt: skip
