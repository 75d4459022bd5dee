"""Why a headline moved: one table at a time, by driver, segment or account, each summing to the change."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from analyses.changes import AGAINST
from analyses.why.explain import Asked, Why, find_why
from analyses.why.tables import EFFECT, HEADINGS, Split
from analyses.why.words import (
    describe_caution,
    describe_method,
    describe_parts,
    describe_split,
    describe_step,
    describe_sum,
    describe_unit,
    format_cell,
)
from charts.why import build_why_chart
from ui.address import choose
from ui.assumed import assumed_of
from ui.cache import evaluate_metric, open_cursor, remember
from ui.charts import remember_chart, show_figure
from ui.drill import show_account_link
from ui.filters import View, period_of, plain_markdown
from ui.tables import ROW_HEIGHT, column_settings, show_download, show_table, to_arrow
from warehouse.errors import StandingError
from warehouse.publish import Warehouse

AGAINST_LABELS = {"previous": "against the period before", "year": "a year before"}
NUMBERS = (*HEADINGS.values(), EFFECT)


@st.fragment
def show_why(
    view: View, headline: str, grain: str, against: str = AGAINST[0], place: str = ""
) -> None:
    """What moved a headline in the newest closed period of a grain; nothing where none is over.

    headline: a key of HEADLINES. against: what is chosen unless the reader does. Choices are kept in
    the address, each headline's own. place: tells apart two of one headline that a page can show at
    once, as in a card's details and below.
    """
    name = f"{place}{headline}"
    period = period_of(view, grain)
    if period is None:
        return
    # Drawn above the choices on which it depends: first the answer, then how to look closer.
    answer = st.container(gap="xsmall")
    # One beneath the other: side by side the first would not wrap, and a phone would cut it off.
    with st.container(gap="xsmall"):
        by = _choose_table(view, name)
        chosen = choose(
            st.segmented_control, "Against", AGAINST, f"{name}_against", against,
            required=True, label_visibility="collapsed", format_func=AGAINST_LABELS.__getitem__,
        )  # fmt: skip
    dimension = by if by in view.dimensions else None
    asked = Asked(headline, grain, period.start, chosen or against, dimension, view.scope)
    why = remember(view.warehouse, find, asked, view.warehouse, asked)
    with answer:
        if isinstance(why, str):
            st.markdown("**Why it moved: n/a**")
            st.text(why)
            return
        st.markdown(f"**Why it moved: {plain_markdown(describe_step(why))}**")
        if told := describe_parts(why):
            st.text(told)
        if caution := describe_caution(why):
            st.text(caution)
    wanted = "segment" if dimension else by
    for split in why.splits:
        if split.by == wanted:
            _show_split(why, split, view, name)


def find(warehouse: Warehouse, asked: Asked) -> Why | str:
    """find_why from the numbers that the pages have read; in words why there is no answer."""
    try:
        with open_cursor(warehouse) as cursor:
            return find_why(cursor, asked, partial(evaluate_metric, warehouse))
    except StandingError as error:
        return str(error)


def _choose_table(view: View, name: str) -> str:
    options = ["driver", *view.dimensions, "account"]
    chosen = choose(
        st.segmented_control, "By", options, f"{name}_by", options[0], required=True,
        label_visibility="collapsed", format_func=lambda each: f"by {each.replace('_', ' ')}",
    )  # fmt: skip
    return chosen or options[0]


def _show_split(why: Why, split: Split, view: View, name: str) -> None:
    """The message, the bars, the exact table and the sentence that it sums to the change."""
    pair = why.pair
    key = f"why_{name}_{split.by}"
    st.markdown(f"**{plain_markdown(describe_split(why, split))}**")
    if any(part.effect for part in split.parts):
        asked = (why.headline.key, pair, why.dimension, split.by)
        show_figure(
            remember_chart(view, build_why_chart, asked, why, split, view.mode), f"{key}_chart"
        )
    rows = list_rows(split)
    shown = [to_words(why, row) for row in rows]
    headings = {
        name: st.column_config.TextColumn(_heading(name, why), alignment="right")
        for name in NUMBERS
    }
    if split.by == "account":
        _show_accounts(split, shown, key, headings)
    else:
        show_table(shown, key, describe_split(why, split), headings, is_downloadable=False)
    st.text(describe_sum(why, split))
    st.caption(describe_method(why, split))
    show_download(rows, key, assumed=assumed_of(why.headline.metric, view))


def _show_accounts(
    split: Split, rows: list[dict[str, Any]], key: str, headings: Mapping[str, Any]
) -> None:
    """The table of accounts; a chosen one links to its page."""
    table = to_arrow(rows)
    state = st.dataframe(
        table, hide_index=True, key=key, alt="The accounts that matter most",
        column_config=column_settings(table, headings), row_height=ROW_HEIGHT, placeholder="",
        height="content", on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    for place in state.selection.rows:
        if place < len(split.parts) and (customer := split.parts[place].customer_id):
            name = split.parts[place].label
            show_account_link({"customer_id": customer, "customer_name": name})


def _heading(name: str, why: Why) -> str:
    unit = describe_unit(why) if name == EFFECT else ""
    return f"{name} ({unit})" if unit else name


def list_rows(split: Split) -> list[dict[str, Any]]:
    """The table in numbers, its sum as the last row; a share for percent, as in every download."""
    rows = split.list_rows()
    empty = {name for name in ("before", "after", "note") if not any(row[name] for row in rows)}
    return [
        {split.by if name == "part" else name: row[name] for name in row if name not in empty}
        for row in rows
    ]


def to_words(why: Why, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is read: exact numbers with their sign; the heading has the unit."""
    return {
        name: format_cell(each, why.headline.unit) if isinstance(each, Decimal) else each
        for name, each in row.items()
    }
