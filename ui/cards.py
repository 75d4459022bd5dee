"""A card: the value with its n, a sparkline over its normal range, one comparison, a verdict."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from analyses.card_text import (
    describe_delta,
    describe_value,
    find_finding,
    is_gray,
    list_facts,
)
from analyses.formats import format_value
from analyses.weekly import Card, describe_comparison_briefly
from charts.chart import Chart
from charts.sparkline import describe_sparkline, plot_sparkline
from metrics.freshness import describe_silence
from ui.basis import basis_of
from ui.cache import read_metrics
from ui.charts import remember_chart, show_figure
from ui.definitions import describe_unit
from ui.details import find_card_silences, show_details
from ui.filters import View
from ui.restated import describe_card
from ui.verdicts import BELOW, describe_badge
from ui.written.reading import Number, find_counts

SPARKLINE_PERIODS = 26


@st.fragment
def show_cards(cards: Sequence[Card], view: View) -> None:
    """Draw the cards, three in a row; what is behind one opens on click."""
    numbers = {card.key: _number_of(card) for card in cards}
    noted = find_counts(view, {number[2] for number in numbers.values() if number})
    with st.grid(3, min_column_width=300, gap="xsmall"):
        for card in cards:
            number = numbers[card.key]
            _show_card(card, view, _grain_of(card), noted.get(number, 0) if number else 0)


def _show_card(card: Card, view: View, grain: str, notes: int) -> None:
    with st.container(border=True, gap=None, height="stretch"):
        left, right = st.columns([11, 9], gap="small")
        with left:
            _show_value(card)
        with right, st.container(gap=None):
            if len(card.points) > 1:
                _show_sparkline(card, view)
            st.markdown(_join(_verdict(card), _describe_count(notes)))
        facts = _join(
            basis_of(card.metric, view),
            _describe_silence(card, view),
            describe_card(view, card, grain),
            *list_facts(card),
        )
        show_details(card, facts, view, grain)


def _show_value(card: Card) -> None:
    has_value = card.value is not None
    gray = is_gray(card)
    st.metric(
        card.label,
        describe_value(card),
        describe_delta(card) if has_value else None,
        delta_color="off" if gray else _delta_color(card.good),
        delta_arrow="off" if gray else "auto",
        delta_description=describe_comparison_briefly(card)
        if card.comparison is not None and has_value
        else None,
        help=read_metrics()[card.metric].definition,
    )


def _show_sparkline(card: Card, view: View) -> None:
    chart = remember_chart(view, _chart_sparkline, card.key, card, view)
    show_figure(chart, f"sparkline_{card.key}", is_static=True)


def _chart_sparkline(card: Card, view: View) -> Chart:
    points, limits = card.points[-SPARKLINE_PERIODS:], card.limits[-SPARKLINE_PERIODS:]
    # The card around it says the rest: value, n and verdict stand beside the line.
    return Chart(
        f"{card.label}, the last {len(points)} values",
        f"{describe_unit(card.unit, card.currency)}, n = {format_value(points[-1].denominator, 'count')}",
        plot_sparkline(points, limits, view.mode, is_signal=any(card.rules[-1:])),
        describe_sparkline(card.label, points, limits, card.unit, card.currency),
        (),
    )


def _describe_silence(card: Card, view: View) -> str:
    """Which table behind the number has gone silent, and how many more; nothing where none has."""
    silent = find_card_silences(card, view)
    if not silent:
        return ""
    more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
    return f":material/warning: {describe_silence(silent[0])}{more}"


def _number_of(card: Card) -> Number | None:
    grain = _grain_of(card)
    return (card.metric, grain, card.points[-1].period_start) if card.points else None


def _grain_of(card: Card) -> str:
    return "quarter" if card.key == "lifetime_value" else "week"


def _describe_count(count: int) -> str:
    """Not in the label of the details, which close when that changes, as it does when one writes there."""
    return f":small[{count} note{'s' if count > 1 else ''}]" if count else ""


def _join(*facts: str | None) -> str:
    return " · ".join(fact for fact in facts if fact)


def _verdict(card: Card) -> str:
    finding = find_finding(card)
    return describe_badge(finding, card.judge is None, BELOW) if finding else "no verdict"


def _delta_color(good: str) -> Literal["normal", "inverse", "off"]:
    return {"up": "normal", "down": "inverse"}.get(good, "off")  # type: ignore[return-value]
