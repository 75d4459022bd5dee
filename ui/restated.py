"""What was restated: a small text beside a number, its bridge on click, and all of them on data health."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from analyses.restated import (
    describe_causes,
    describe_newest,
    describe_on_card,
    describe_restated,
    describe_restated_members,
    to_bridge,
    to_rows,
)
from analyses.weekly import TIERS, Card
from ledger.bridge import CAUSES
from ledger.restated import Key, NotFrozen, Restatement, list_restatements, read_restated
from metrics.periods import label_period
from ui.cache import read_metrics, remember
from ui.filters import View
from ui.tables import show_table
from warehouse.errors import StandingError

# A database that did not answer makes no page wait again for so long.
PAUSE_SECONDS = 60
MOST_CHOICES = 200
_silent_until: dict[Path, float] = {}


def find_restated(view: View, grain: str) -> Mapping[Key, Restatement]:
    """What was restated in the scope, where it is one that is frozen: everything, or one value of one dimension.

    Empty where it is not, or the ledger cannot be read: data health says so.
    """
    slice_ = _slice_of(view)
    folder = view.warehouse.path.parent
    if slice_ is None or time.monotonic() < _silent_until.get(folder, 0):
        return {}
    dimension, breakdown = slice_
    try:
        found = remember(
            view.warehouse, read_restated, (grain, dimension), folder, view.warehouse.build_id,
            grain, dimension,
        )  # fmt: skip
    except NotFrozen:
        return {}
    except StandingError:
        _silent_until[folder] = time.monotonic() + PAUSE_SECONDS
        return {}
    return {key: each for key, each in found.items() if each.breakdown == breakdown}


def describe(view: View, metric: str, grain: str, period: date) -> str:
    """'restated: reported 4.0 %, now 4.5 % (late data)', or nothing."""
    found = _find(view, metric, grain, period)
    if not found:
        return ""
    return f"{describe_restated(found[0], view.currency)} ({describe_causes(found[0])})"


def show_mark(text: str) -> None:
    """What was restated, in small letters under its number; nothing of nothing."""
    if text:
        st.caption(text)


def describe_card(view: View, card: Card, grain: str) -> str:
    """'restated: reported 4.0 %' of what a card shows: in its unit, of the numerator where that is on it."""
    if card.value is None:
        return ""
    period = card.points[-1].period_start
    found = _find(view, card.metric, grain, period)
    return describe_on_card(found[0], card) if found else ""


def describe_members(view: View, metric: str, grain: str, period: date) -> str:
    """The same of every part of a metric that was restated, such as the share of each tier; or nothing."""
    found = sorted(_find(view, metric, grain, period), key=lambda each: _place(each.member))
    return describe_restated_members(found, view.currency)


def show_bridges(view: View, metric: str, grain: str, period: date) -> None:
    """From what was reported to what is known now, for each number of a metric that was restated."""
    for each in _find(view, metric, grain, period):
        _show_bridge(view, each, f"bridge_{metric}_{each.member}_{grain}")


def tell_newest(view: View) -> str:
    """What the newest build restated, in a line; nothing where it did not, or nobody can tell: the tab says why."""
    folder, build_id = view.warehouse.path.parent, view.warehouse.build_id
    try:
        found = remember(view.warehouse, list_restatements, "restatements", folder, build_id)
    except StandingError:
        return ""
    labels = {metric.id: metric.label for metric in read_metrics().values()}
    return describe_newest(found, labels, view.currency, view.first_month)


@st.fragment
def show_restatements(view: View) -> None:
    """All restatements, the newest first, by cause; the bridge of the one that is picked."""
    folder, build_id = view.warehouse.path.parent, view.warehouse.build_id
    try:
        found = remember(view.warehouse, list_restatements, "restatements", folder, build_id)
    except StandingError as error:
        st.text(str(error))
        return
    if not found:
        st.caption("No number of a closed period was restated.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        causes = st.pills("Causes", CAUSES, key="restated_causes", selection_mode="multi")
        is_total = st.toggle("Totals alone", True, key="restated_totals")
        is_material = st.toggle("Footnotes for the board alone", False, key="restated_material")
    shown = [
        each
        for each in found
        if (not causes or set(causes) & set(each.causes))
        and not (is_total and each.dimension)
        and (each.is_material or not is_material)
    ]
    st.caption(
        f"{len(shown):,} of {len(found):,} numbers of closed periods. A footnote for the board: by more than 5 % "
        "of the number and by more than half its interval."
    )
    labels = {metric.id: metric.label for metric in read_metrics().values()}
    rows = to_rows(shown, labels, view.currency)
    show_table(
        rows, "restatements", "Restatements, the newest build first, headlines before the rest"
    )
    choices = range(min(len(shown), MOST_CHOICES))
    picked = st.selectbox(
        "Bridge of", choices, index=None, key="restated_bridge", placeholder="Pick a number",
        format_func=lambda place: _name(view, rows[place]["metric"], shown[place]),
    )  # fmt: skip
    if picked is not None and picked < len(shown):
        _show_bridge(view, shown[picked], "bridge_picked")


def _slice_of(view: View) -> tuple[str | None, str | None] | None:
    """Dimension and value of the scope as the ledger knows it; None where it froze no such slice."""
    if not view.chosen:
        return None, None
    values = [(name, value) for name, chosen in view.chosen.items() for value in chosen]
    return values[0] if len(values) == 1 else None


def _find(view: View, metric: str, grain: str, period: date) -> Sequence[Restatement]:
    return [
        each
        for (name, _, _, start), each in find_restated(view, grain).items()
        if (name, start) == (metric, period)
    ]


def _place(member: str | None) -> tuple[int, str]:
    """Tiers in their own order, whatever else by its name."""
    return (TIERS.index(member) if member in TIERS else len(TIERS)), member or ""


def _show_bridge(view: View, restated: Restatement, key: str) -> None:
    label = read_metrics()[restated.metric].label
    name = f"{label}, {restated.member.replace('_', ' ')}" if restated.member else label
    st.text(f"{name}, {describe_restated(restated, view.currency)} ({describe_causes(restated)})")
    show_table(to_bridge(restated, view.currency), key, "From as reported to now, by cause")


def _name(view: View, metric: str, restated: Restatement) -> str:
    period = label_period(restated.grain, restated.period_start, view.first_month)
    part = f", {restated.breakdown}" if restated.breakdown else ""
    return f"{metric}, {restated.grain} {period}{part}"
