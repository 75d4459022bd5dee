"""One customer over its life: the tier by week, and MRR from zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from analyses.account.changes import Change
from analyses.account.words import describe_basis, describe_evidence, describe_state
from analyses.formats import format_value
from charts.chart import Chart
from charts.events import Event, event_lines, event_numbers, name_events
from charts.theme import PALETTES, TIER_LABELS, Figure, Mode, frame, plain
from metrics.periods import format_date

MARGIN = (132, 16, 8, 28)  # both charts alike, so that their time axes stand under each other
TIER_ORDER = list(reversed(TIER_LABELS))  # from the foot of the axis up
MOVEMENTS = {
    "new": "New",
    "expansion": "Expansion",
    "contraction": "Contraction",
    "churned": "Lost",
    "reactivation": "Reactivation",
}


@dataclass(frozen=True)
class Spell:
    """An unbroken time in one published tier, in weeks: [valid_from, valid_to) are Mondays."""

    tier: str
    valid_from: date
    valid_to: date
    change: Change


def compute_spells(changes: Sequence[Change], until: date) -> list[Spell]:
    """The times in a tier, oldest first, the running one up to `until` (a Monday)."""
    oldest_first = sorted(changes, key=lambda change: change.week_start)
    ends = [change.week_start for change in oldest_first[1:]] + [until]
    return [
        Spell(change.to_state, change.week_start, end, change)
        for change, end in zip(oldest_first, ends, strict=True)
        if change.to_state in TIER_LABELS and change.week_start < end
    ]


def plot_tier_history(
    changes: Sequence[Change], until: date, week: date, mode: Mode = "light",
    events: Sequence[Event] = (),
) -> Chart:  # fmt: skip
    """The published tier by week as a step line, a mark at each change.

    until is the Monday after the last week that has tiers, week the Monday of the week on show.
    """
    spells = compute_spells(changes, until)
    events = [event for event in events if event[0] < until]
    first, last = spells[0].valid_from, spells[-1].valid_to
    between = sum(change.direction is not None for change in changes)
    weeks = sum((spell.valid_to - spell.valid_from).days // 7 for spell in spells)
    is_running = last == until
    title = _describe_now(spells[-1], is_running)
    subtitle = (
        f"Published tier at the end of each week, {format_date(first)} to "
        f"{format_date(last - timedelta(days=1))}; "
        f"n = {weeks:,} weeks, {between} change{'' if between == 1 else 's'} of tier"
        f"{_describe_rule(week, until)}{name_events(events)}"
    )
    path = "; ".join(
        f"{TIER_LABELS[spell.tier]} from {format_date(spell.valid_from)}" for spell in spells
    )
    end = "" if is_running else f"; left {format_date(last)}"
    rows = [
        {
            "tier": TIER_LABELS[spell.tier],
            "from_week": spell.valid_from,
            "to_week": None if spell.valid_to == until else spell.valid_to,
            "weeks": (spell.valid_to - spell.valid_from).days // 7,
            "came_from": describe_state(spell.change.from_state, TIER_LABELS),
            "basis": describe_basis(spell.change),
        }
        for spell in reversed(spells)
    ]
    figure = _draw_tiers(spells, until, week, mode, events)
    return Chart(title, subtitle, figure, f"{title}. {subtitle}. {path}{end}.", rows, "adv_share")


def _describe_now(spell: Spell, is_running: bool) -> str:
    label, since = TIER_LABELS[spell.tier], format_date(spell.valid_from)
    if not is_running:
        return f"{label} until the customer left in the week of {format_date(spell.valid_to)}"
    before = spell.change.from_state
    if before in TIER_LABELS:
        return f"{label} since the week of {since}, {TIER_LABELS[before].lower()} before"
    how = "the start" if before == "new" else "coming back"
    return f"{label} since {how}, in the week of {since}"


def _draw_tiers(
    spells: Sequence[Spell], until: date, week: date, mode: Mode, events: Sequence[Event]
) -> Figure:
    palette = PALETTES[mode]
    layout = frame(mode, 230, margin=(*MARGIN[:2], 20 if events else MARGIN[2], MARGIN[3]))
    layout["yaxis"] |= {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [TIER_LABELS[tier] for tier in TIER_ORDER],
        "range": [-0.5, 4.5],
        "tickfont": {"color": palette.ink, "size": 11},
    }
    layout["xaxis"] |= _time_axis(spells[0].valid_from, until)
    layout["shapes"] = [
        *_mark_week(week, until, palette.muted),
        *event_lines(events, palette),
    ]
    layout["annotations"] = event_numbers(events, palette)
    traces = [_step_line(spells, palette.ink)]
    for tier in TIER_ORDER:
        own = [spell for spell in spells if spell.tier == tier]
        if own:
            traces.append(_tier_bars(own, tier, palette.tiers[tier]))
    traces.append(_change_marks(spells, palette.tiers, palette.ink))
    return {"data": traces, "layout": layout}


def _step_line(spells: Sequence[Spell], color: str) -> dict[str, Any]:
    """Up and down between the tiers; broken where the customer was away."""
    days: list[date | None] = []
    labels: list[str | None] = []
    end: date | None = None
    for spell in spells:
        if end is not None and end < spell.valid_from:
            days.append(None)
            labels.append(None)
        days += [spell.valid_from, spell.valid_to]
        labels += [TIER_LABELS[spell.tier]] * 2
        end = spell.valid_to
    line = {"color": color, "width": 1}
    return {
        "type": "scatter", "mode": "lines", "name": "tier", "x": days, "y": labels, "line": line,
        "connectgaps": False, "hoverinfo": "skip",
    }  # fmt: skip


def _tier_bars(spells: Sequence[Spell], tier: str, color: str) -> dict[str, Any]:
    days = [day for spell in spells for day in (spell.valid_from, spell.valid_to, None)]
    label = TIER_LABELS[tier]
    labels = [name for _ in spells for name in (label, label, None)]
    return {
        "type": "scatter", "mode": "lines", "name": label, "x": days, "y": labels,
        "line": {"color": color, "width": 7}, "connectgaps": False, "hoverinfo": "skip",
    }  # fmt: skip


def _change_marks(spells: Sequence[Spell], colors: dict[str, str], outline: str) -> dict[str, Any]:
    texts = [
        f"{describe_state(spell.change.from_state, TIER_LABELS)} to {TIER_LABELS[spell.tier]}, "
        f"{describe_basis(spell.change)}: {_shorten(describe_evidence(spell.change))}"
        for spell in spells
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "change",
        "cliponaxis": False,
        "x": [spell.valid_from for spell in spells],
        "y": [TIER_LABELS[spell.tier] for spell in spells],
        "marker": {
            "size": 11,
            "color": [colors[spell.tier] for spell in spells],
            "line": {"color": outline, "width": 1.5},
        },
        "text": [plain(text) for text in texts],
        "hovertemplate": "Week of %{x|%-d %b %Y}<br>%{text}<extra></extra>",
    }


def plot_mrr_history(
    movements: Sequence[dict[str, Any]], until: date, week: date, since: date, currency: str,
    mode: Mode = "light", events: Sequence[Event] = (),
) -> Chart:  # fmt: skip
    """MRR by day as a step line from zero, a mark at each movement.

    movements are those of analyses.account.records, newest first; until is the last day on the
    axis and since its first, so that the axis is that of the tiers above it.
    """
    oldest_first = list(reversed(movements))
    now = oldest_first[-1]["mrr_after"]
    money = format_value(float(now), "currency", currency)
    title = f"MRR {money}{_describe_year(oldest_first, until, currency)}"
    first = oldest_first[0]["day"]
    count = len(oldest_first)
    subtitle = (
        f"Monthly recurring revenue, {currency or 'reporting currency'}, {format_date(first)} to "
        f"{format_date(until)}; n = {count} movement{'' if count == 1 else 's'}"
        f"{_describe_rule(week, until)}{name_events(events)}"
    )
    moves = "; ".join(_describe_movement(row, currency) for row in oldest_first)
    figure = _draw_mrr(oldest_first, until, week, since, currency, mode, events)
    return Chart(title, subtitle, figure, f"{title}. {subtitle}. {moves}.", movements, "mrr")


def _describe_year(oldest_first: Sequence[dict[str, Any]], until: date, currency: str) -> str:
    """', down EUR 200 in a year', from the MRR 364 days before."""
    earlier = [row["mrr_after"] for row in oldest_first if (until - row["day"]).days >= 364]
    if not earlier or not earlier[-1]:
        return ""
    change = oldest_first[-1]["mrr_after"] - earlier[-1]
    if not change:
        return ", as a year before"
    size = format_value(float(abs(change)), "currency", currency)
    return f", {'up' if change > 0 else 'down'} {size} on a year before"


def _describe_movement(row: dict[str, Any], currency: str) -> str:
    change = format_value(float(row["change"]), "currency", currency, is_change=True)
    return f"{MOVEMENTS[row['kind']]} {change} on {format_date(row['day'])}"


def _draw_mrr(
    rows: Sequence[dict[str, Any]], until: date, week: date, since: date, currency: str,
    mode: Mode, events: Sequence[Event],
) -> Figure:  # fmt: skip
    palette = PALETTES[mode]
    layout = frame(mode, 210, margin=(*MARGIN[:2], 20 if events else MARGIN[2], MARGIN[3]))
    layout["xaxis"] |= _time_axis(since, until)
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5, "tickformat": "~s"}
    layout["shapes"] = [
        *_mark_week(week, until, palette.muted),
        *event_lines(events, palette),
    ]
    layout["annotations"] = event_numbers(events, palette)
    days = [rows[0]["day"], *(row["day"] for row in rows), until]
    values = [Decimal(0), *(row["mrr_after"] for row in rows), rows[-1]["mrr_after"]]
    line = {
        "type": "scatter", "mode": "lines", "name": "MRR", "x": days,
        "y": [float(each) for each in values],
        "line": {"color": palette.actual, "width": 2, "shape": "hv"}, "hoverinfo": "skip",
    }  # fmt: skip
    is_up = [row["change"] > 0 for row in rows]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "movement",
        "cliponaxis": False,
        "x": [row["day"] for row in rows],
        "y": [float(row["mrr_after"]) for row in rows],
        "marker": {
            "size": 10,
            "symbol": ["triangle-up" if up else "triangle-down" for up in is_up],
            "color": [palette.good if up else palette.bad for up in is_up],
        },
        "text": [_describe_movement(row, currency) for row in rows],
        "hovertemplate": "%{text}<extra></extra>",
    }
    return {"data": [line, marks], "layout": layout}


def _time_axis(first: date, until: date) -> dict[str, Any]:
    """Room at the ends for the marks; few labels, which stay level on a phone."""
    room = timedelta(days=max(7, (until - first).days // 60))
    span = [first - room, until + room]
    return {"type": "date", "nticks": 4, "tickangle": 0, "tickformat": "%b %Y", "range": span}


def _is_latest(week: date, until: date) -> bool:
    return until - week <= timedelta(days=13)


def _mark_week(week: date, until: date, color: str) -> list[dict[str, Any]]:
    """A dotted line at the end of the week on show, unless it is the last one."""
    return [] if _is_latest(week, until) else [_rule(week + timedelta(days=6), color, "dot")]


def _describe_rule(week: date, until: date) -> str:
    if _is_latest(week, until):
        return ""
    return f". Dotted line: the week on show, to {format_date(week + timedelta(days=6))}"


def _rule(day: date, color: str, dash: str) -> dict[str, Any]:
    line = {"color": color, "width": 1, "dash": dash}
    return {
        "type": "line", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1, "line": line,
        "layer": "below",
    }  # fmt: skip


def _shorten(text: str) -> str:
    """One line of a hover label."""
    return text if len(text) <= 90 else f"{text[:89]}…"
