"""A card: the value with its n, a sparkline over its normal range, one comparison, a verdict."""

from typing import Literal

import streamlit as st

from analyses.formats import format_value
from analyses.sentences import Finding, describe_verdict, is_good
from analyses.weekly import (
    Card,
    describe_comparison,
    describe_interval,
    describe_missing,
    to_finding,
)
from charts.sparkline import plot_sparkline
from charts.theme import PLOTLY_CONFIG
from ui.cache import evaluate_metric, read_metrics
from ui.definitions import show_details
from ui.filters import View

SPARKLINE_PERIODS = 26
VERDICT_HEADS = {"signal": "Signal", "within": "Normal", "partial": "Not over"}


def show_card(card: Card, view: View, grain: str = "week") -> None:
    """Draw a card; what is behind it opens on click."""
    with st.container(border=True, gap="xsmall", height="stretch"):
        left, right = st.columns([3, 2], gap="small")
        with left:
            _show_value(card)
        with right:
            _show_sparkline(card, view)
            records = evaluate_metric(view.warehouse, card.metric, grain, view.scope)
            show_details(card.metric, card.key, records, view)
        st.caption(_describe(card))


def _show_value(card: Card) -> None:
    shown = card.text or format_value(card.value, card.unit, card.currency)
    change = card.change
    is_flat = change is None or format_value(abs(change), card.unit) == format_value(0, card.unit)
    st.metric(
        card.label,
        shown if card.value is not None else "n/a",
        None if change is None else format_value(change, card.unit, card.currency, is_change=True),
        delta_color="off" if is_flat else _delta_color(card.good),
        delta_arrow="off" if is_flat else "auto",
        delta_description=f"vs {describe_comparison(card)}" if change is not None else None,
        help=read_metrics()[card.metric].definition,
    )


def _show_sparkline(card: Card, view: View) -> None:
    points, limits = card.points[-SPARKLINE_PERIODS:], card.limits[-SPARKLINE_PERIODS:]
    st.plotly_chart(
        plot_sparkline(points, limits, view.mode),
        key=f"sparkline_{card.key}",
        config={**PLOTLY_CONFIG, "staticPlot": True},
        alt=f"{card.label}, the last {len(points)} values. {_verdict(card)}",
    )


def _describe(card: Card) -> str:
    """n, interval and second line; then the verdict. Only words and numbers of ours."""
    if card.value is None:
        return describe_missing(card)
    facts = [card.size, describe_interval(card), card.beneath]
    if card.change is None:
        facts.append(describe_comparison(card))
    return f"{' · '.join(fact for fact in facts if fact)}  \n{_verdict(card)}"


def _verdict(card: Card) -> str:
    finding = card.judge or to_finding(card)
    if finding is None:
        return "By quarter: no weekly verdict"
    of = f"{finding.label}: " if card.judge else ""
    head = VERDICT_HEADS.get(finding.verdict.kind)
    text = f"{of}{describe_verdict(finding)}"
    if head is None:
        return text[:1].upper() + text[1:]
    return f":{_color(finding)}-badge[{head}] {text}"


def _color(finding: Finding) -> str:
    return {True: "green", False: "red", None: "gray"}[is_good(finding)]


def _delta_color(good: str) -> Literal["normal", "inverse", "off"]:
    return {"up": "normal", "down": "inverse"}.get(good, "off")  # type: ignore[return-value]
