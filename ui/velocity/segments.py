"""Velocity by the values of one dimension, and what drove its change inside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from analyses.velocity.chance import find_cautions
from analyses.velocity.rows import describe_fastest, list_segment_rows
from analyses.velocity.segments import (
    compute_segment_change,
    describe_segment_change,
    describe_sum,
    find_most,
    list_change_rows,
)
from analyses.velocity.snapshot import METRICS, VELOCITY, take_snapshot
from analyses.velocity.words import describe_no_change
from analyses.won_samples import find_samples
from metrics.engine import Record
from ui.address import choose
from ui.cache import ask, evaluate_metric, remember
from ui.drill import read_span, show_drill
from ui.filters import View, plain_markdown, to_words
from ui.tables import show_table
from ui.velocity.pace import DEALS, Pace

AMOUNT = st.column_config.TextColumn(alignment="right")
REMARK = st.column_config.TextColumn(width=210)


@st.fragment
def show_segments(pace: Pace, view: View) -> None:
    """Velocity, drivers and their part in the change by value; a value lists its deals."""
    by = _choose_dimension(view)
    if by is None:
        st.text("This build has no dimension to break velocity down by: see settings.toml.")
        return
    records = {
        name: evaluate_metric(view.warehouse, name, "week", view.scope, by)
        for name in (VELOCITY, *METRICS.values())
    }
    _show_change(pace, view, by, records)
    _show_values(pace, view, by, records)


def _choose_dimension(view: View) -> str | None:
    dimensions = view.dimensions
    if not dimensions:
        return None
    chosen = choose(
        st.segmented_control, "Velocity by", dimensions, "by", dimensions[0],
        required=True, format_func=to_words,
    )  # fmt: skip
    return chosen or dimensions[0]


def _show_change(pace: Pace, view: View, by: str, records: Mapping[str, Sequence[Record]]) -> None:
    change = remember(
        view.warehouse, compute_segment_change, (view.key, by, pace.weeks),
        records, pace.before, pace.now, pace.change,
    )  # fmt: skip
    if change is None:
        st.markdown(f"**What drove the change by {plain_markdown(to_words(by))}: n/a**")
        st.text(describe_no_change(pace.now, pace.before))
        return
    words = to_words(by)
    cautions = _find_cautions(pace, view, by, records, find_most(change).name)
    message = describe_segment_change(change, words, view.currency, cautions)
    st.markdown(f"**{plain_markdown(message)}**")
    per_day = f"{view.currency or 'money'} per day"
    st.text(
        f"Change of velocity against {pace.weeks} weeks earlier by {words} and driver, {per_day}."
    )
    rows = list_change_rows(change, by)
    columns = {name: AMOUNT for name in rows[0] if name not in (by, "remark")}
    if "remark" in rows[0]:
        columns["remark"] = REMARK
    show_table(rows, f"velocity_change_by_{by}", f"What drove the change, by {words}", columns)
    st.caption(describe_sum(change, words))


def _find_cautions(
    pace: Pace, view: View, by: str, records: Mapping[str, Sequence[Record]], value: str
) -> dict[str, str]:
    """What to mind of the drivers of one value, whose won deals are read for it."""
    scope = replace(view.scope, **{by: (value,)})
    length = pace.week.end - pace.week.start
    before, now = (
        take_snapshot(
            records, each.week, value, ask(view.warehouse, find_samples, each.week + length, scope)
        )
        for each in (pace.before, pace.now)
    )
    return find_cautions(before, now)


def _show_values(pace: Pace, view: View, by: str, records: Mapping[str, Sequence[Record]]) -> None:
    rows = remember(
        view.warehouse, list_segment_rows, (view.key, by),
        records, pace.week.start, by, view.currency, view.minimum,
    )  # fmt: skip
    columns = {"remark": REMARK} if rows and "remark" in rows[0] else None
    st.markdown(f"**{plain_markdown(describe_fastest(rows, by))}**")
    show_table(rows, f"velocity_by_{by}", f"Velocity by {to_words(by)}", columns)
    st.caption(
        "A deal without a customer stands under unknown: where a lost deal never gets one, the win "
        "rates of the others are too high."
    )
    values = [row[by] for row in rows]
    with st.container(horizontal=True):
        value = choose(st.pills, f"Deals of a {to_words(by)}", values, "of")
        which = choose(
            st.segmented_control, "Which deals", list(DEALS), "which", "Open", required=True
        )
    if value:
        drill = DEALS[which or "Open"]
        scope = replace(view.scope, **{by: (value,)})
        show_drill(view, drill, f"{by}_{drill}", read_span(view, pace.week), scope)
