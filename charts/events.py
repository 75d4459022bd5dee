"""Events of the company on a time axis: numbered lines, whose words stand in the subtitle.

In full the words of several events run into each other, and one near the end widens the axis.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from charts.theme import Palette, annotate
from metrics.periods import format_date

Event = tuple[date, str]


def event_lines(events: Sequence[Event], palette: Palette) -> list[dict[str, Any]]:
    """A dashed line over the whole height on the day of each event."""
    return [
        {
            "type": "line", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1,
            "line": {"color": palette.muted, "width": 1, "dash": "dash"}, "layer": "below",
        }
        for day, _ in events
    ]  # fmt: skip


def event_numbers(events: Sequence[Event], palette: Palette) -> list[dict[str, Any]]:
    """The number of each event over its line."""
    font = {"color": palette.muted, "size": 11}
    return [
        annotate(str(number), x=day, y=1, yref="paper", yanchor="bottom", font=font)
        for number, (day, _) in enumerate(events, 1)
    ]


def name_events(events: Sequence[Event]) -> str:
    """'. Events: 1 New prices (1 Jul 2025)', or nothing, to end a subtitle."""
    named = "; ".join(
        f"{number} {label} ({format_date(day)})" for number, (day, label) in enumerate(events, 1)
    )
    return f". Events: {named}" if named else ""
