"""A figure with what must stand beside it: its message, what it shows, and its numbers as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charts.theme import Figure


@dataclass(frozen=True)
class Chart:
    """title is the message; subtitle says what, in which unit, of which period, and n.

    The figure carries neither: the page draws them as text, which wraps on a narrow screen. alt
    states the message to those who cannot see it; rows are the numbers that the figure draws.
    metric names the definition behind the numbers, "" where the subtitle is one.
    """

    title: str
    subtitle: str
    figure: Figure
    alt: str
    rows: Sequence[Mapping[str, Any]]
    metric: str = ""
