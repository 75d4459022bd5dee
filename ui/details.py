"""What opens from a card: its history, the rows behind it, its definitions and SQL."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from analyses.sentences import compute_sentence, describe_baseline
from analyses.weekly import (
    Card,
    describe_change,
    describe_comparison,
    describe_interval,
    describe_missing,
    describe_weeks,
    to_finding,
)
from analyses.why.headlines import HEADLINES
from metrics.engine import Record
from metrics.freshness import Silence, describe_silence, silences_of
from ui.basis import basis_of, describe_inferred
from ui.cache import evaluate_metric, read_metrics, read_missing, read_silences
from ui.charts import show_chart
from ui.definitions import show_definition, to_history
from ui.drill import drills_of
from ui.filters import View
from ui.links import LIST, show_link
from ui.restated import find_restated, show_bridges
from ui.tables import show_table
from ui.trends import build_trend
from ui.why import show_why
from ui.written.beside import show_written

WINDOW_WEEKS = 13  # of the 91 days of sales velocity


def show_details(card: Card, label: str, view: View, grain: str) -> None:
    """The card's last line, a button; what it opens is only made when it is open.

    Call it in a fragment of all cards: then to open one redraws the cards and not the page.
    """
    details = st.popover(
        label, type="tertiary", wrap=False, key=f"details_{card.key}", on_change="rerun"
    )
    if details.open:
        with details:
            _show_opened(card, view, grain)


def _show_opened(card: Card, view: View, grain: str) -> None:
    lines = [*_describe(card), *_describe_silences(card, view)]
    if grain == "week" and card.points:
        lines.append(describe_weeks(card.points[-1].period_start))
    if basis_of(card.metric, view):
        lines.append(describe_inferred(view))
    st.text("\n".join(lines))
    if card.points:
        show_bridges(view, card.metric, grain, card.points[-1].period_start)
    if card.key in HEADLINES:
        # What the card compares with is what its reader asks about.
        is_year = card.comparison is not None and card.comparison.name == "a year ago"
        show_why(view, card.key, grain, "year" if is_year else "previous")
    metrics = read_metrics()
    # Before its window is full, a few deals make a velocity that dwarfs all later ones.
    points = card.points[WINDOW_WEEKS:] if card.metric == "vel_pipeline" else card.points
    if len(points) > 1:
        chart = build_trend(
            view, metrics[card.metric], points, grain, label=card.label, unit=card.unit,
            limits=card.limits, rules=card.rules, has_targets=card.is_metric, height=200,
        )  # fmt: skip
        show_chart(chart, f"trend_{card.key}", view)
    show_links_behind(view, [card.metric, *card.others], grain)
    if card.points:
        show_written(view, card.metric, grain, card.points[-1].period_start, card.key)
    show_definition(metrics[card.metric], view)
    records = evaluate_metric(view.warehouse, card.metric, grain, view.scope)
    _show_history(card, records, view)
    for other in card.others:
        st.divider()
        show_definition(metrics[other], view)


def find_card_silences(card: Card, view: View) -> list[Silence]:
    """The silent tables that the card's number of the shown week needs."""
    if view.week is None:
        return []
    last_day = view.week.end - timedelta(days=1)
    metric = read_metrics()[card.metric]
    return silences_of(read_silences(view.warehouse), metric, last_day)


def _describe_silences(card: Card, view: View) -> list[str]:
    return [
        f"Beware: {describe_silence(each)}, {each.age_days} days before the as-of date; the longest gap"
        f" of the year before was {each.longest_gap_days}. This number may be too low."
        for each in find_card_silences(card, view)
    ]


def show_links_behind(view: View, metrics: Sequence[str], grain: str) -> None:
    """Links to the rows that the numbers of a grain add up to; none while the week is not over."""
    drills = {drill.id: drill for metric in metrics for drill in drills_of(metric)}
    if view.week is None or not view.week.is_closed or not drills:
        return
    st.markdown("**The rows behind it**")
    params = {} if grain == view.grain else {"grain": grain}
    for drill in drills.values():
        show_link(drill.label, LIST, behind=drill.id, **params)


def _show_history(card: Card, records: Sequence[Record], view: View) -> None:
    until = view.week.start if view.week else None
    shown = [record for record in records if until and record.period_start <= until]
    missing = read_missing(view.warehouse).get(card.metric, ())
    restated = find_restated(view, records[0].grain) if records else {}
    history = to_history(shown[-13:], view.currency, missing, restated)
    show_table(history, f"history_{card.key}", card.label)


def _describe(card: Card) -> list[str]:
    """The card in full sentences."""
    finding = card.judge or to_finding(card)
    lines = [describe_missing(card), describe_interval(card), describe_comparison(card)]
    lines += [describe_change(card), card.size, card.beneath]
    lines += [compute_sentence(finding), describe_baseline(finding)] if finding else []
    return [f"{line[:1].upper()}{line[1:]}" for line in lines if line]
