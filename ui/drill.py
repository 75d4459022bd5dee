"""The rows behind a number: what they come to, a table that opens accounts, all rows to download."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import streamlit as st

from analyses.formats import format_value
from charts.theme import TIER_LABELS
from metrics.basis import reads_terms
from metrics.drills import Drill, DrillRows, Span, find_drills, list_rows, load_drills, span_of
from metrics.periods import Period
from metrics.scope import Scope
from ui.basis import read_basis
from ui.cache import ask, remember
from ui.filters import View, plain_markdown, to_words
from ui.links import ACCOUNT, show_link
from ui.tables import ROW_HEIGHT, SHOWN_ROWS, column_settings, to_arrow, to_download
from warehouse.errors import StandingError

NOUNS = {
    "customer": ("customer", "customers"),
    "deal": ("deal", "deals"),
    "answer": ("answer", "answers"),
    "cost": ("cost", "costs"),
}
RULES = {
    "R1": "R1 open or recent complaint",
    "R2": "R2 unhappy and silent",
    "R3": "R3 promotes us unasked",
    "R4": "R4 growing and for us",
    "R5a": "R5a content, on evidence",
    "R5b": "R5b no evidence",
}
STATES = {
    **TIER_LABELS,
    "none": "No tier yet",
    "new": "New",
    "reactivated": "Won back",
    "churned": "Lost",
}
AHEAD = {
    "cancelled": "Cancelled, ends in 13 weeks",
    "renewal_due": "Renewal due in 13 weeks",
    "other": "Neither",
}
OWN_TIER = {"tier_before", "tier_then"}
WORDS: dict[str, dict[Any, str]] = {
    "rule": RULES,
    "ahead": AHEAD,
    **dict.fromkeys(("tier", "previous_tier", "tier_before", "tier_then"), STATES),
    **dict.fromkeys(("from_state", "to_state"), STATES),
}
RECORD_ID = re.compile(r" \[[^\]]*\]")
FIRST = (
    "customer_name", "tier", "previous_tier", "mrr", "evidence", "rule", "owner_name", "renews_on"
)  # fmt: skip
HEADINGS = {
    "customer_name": "customer",
    "owner_name": "owner",
    "renews_on": "next renewal",
    "mrr": "MRR",
}


@cache
def read_drills() -> dict[str, Drill]:
    """The drills; they change with the code, which a server reads once."""
    return load_drills()


def drills_of(metric: str) -> list[Drill]:
    """The drills that explain a metric."""
    return find_drills(read_drills(), metric)


def read_span(view: View, period: Period) -> Span:
    """The span of a closed period."""
    return ask(view.warehouse, span_of, period.grain, period.start)


def read_drill(
    view: View, drill: str, span: Span, scope: Scope | None = None, **chosen: str
) -> DrillRows:
    """The first rows of a drill and the totals of all. Raises StandingError as list_rows does."""
    scope = view.scope if scope is None else scope
    pairs = tuple(sorted(chosen.items()))
    return ask(view.warehouse, find_rows, drill, span, scope, SHOWN_ROWS, pairs)


def find_rows(
    cursor: duckdb.DuckDBPyConnection,
    drill: str,
    span: Span,
    scope: Scope,
    limit: int | None,
    chosen: tuple[tuple[str, str], ...],
) -> DrillRows:
    """list_rows by the drill's name, with arguments that a cache can keep."""
    return list_rows(cursor, read_drills()[drill], span, scope, limit, **dict(chosen))


def show_drill(
    view: View, drill: str, key: str, span: Span, scope: Scope | None = None, **chosen: str
) -> None:
    """Draw the rows behind a number; a chosen one links to its account page.

    Call it in a fragment: then a choice inside redraws the rows and not the page.
    """
    definition = read_drills()[drill]
    try:
        found = read_drill(view, drill, span, scope, **chosen)
    except StandingError as error:
        st.text(str(error))
        return
    st.text(describe_drill(definition, found, view, **chosen))
    if not found.rows:
        return
    asked = (drill, span, view.scope if scope is None else scope, tuple(sorted(chosen.items())))
    table = remember(view.warehouse, _to_table, asked, found.rows, definition)
    customer = _show_rows(found.rows, table, key, view, definition)
    with st.container(horizontal=True, vertical_alignment="center"):
        if customer is not None:
            show_account_link(customer)
        _show_download(view, definition, key, span, scope, chosen)
        if found.count > len(found.rows):
            st.caption(
                f"The first {len(found.rows):,} of {found.count:,} rows; the download has all."
            )


def describe_drill(drill: Drill, found: DrillRows, view: View, **chosen: str) -> str:
    """'9 customers, MRR EUR 4.2 k. Lost customers: ...' - what the rows are and add up to."""
    noun = NOUNS[drill.entity][found.count != 1]
    sums = [
        f"{to_words(name.removesuffix('_days')).replace('mrr', 'MRR')} "
        f"{format_value(float(found.totals[name]), unit, view.currency)}"
        for name, unit in drill.measures.items()
        if not name.startswith("has_")
    ]
    which = "; ".join(
        STATES.get(value) or WORDS.get(name, {}).get(value) or f"{to_words(name)} {value}"
        for name, value in chosen.items()
    )
    label = f"{drill.label} ({which})" if which else drill.label
    text = f"{', '.join([f'{found.count:,} {noun}', *sums])}. {label}: {drill.definition}"
    basis = _basis_of(drill, view)
    return f"{text} {basis.capitalize()}." if basis else text


def _basis_of(drill: Drill, view: View) -> str | None:
    return read_basis(view) if reads_terms(drill.tables) else None


def show_account_link(row: Mapping[str, Any]) -> None:
    """The way from a chosen row to the account behind it."""
    name = plain_markdown(str(row.get("customer_name") or row["customer_id"]))
    show_link(f"Open the account of {name}", ACCOUNT, customer=str(row["customer_id"]))


def _to_table(rows: list[dict[str, Any]], drill: Drill) -> pa.Table:
    return to_arrow(drop_empty([_to_words(row, drill) for row in rows]))


def _show_rows(
    rows: list[dict[str, Any]], table: pa.Table, key: str, view: View, drill: Drill
) -> dict[str, Any] | None:
    """Draw the rows; the one that is chosen, if it is a customer's."""
    names = table.column_names
    order = [name for name in FIRST if name in names]
    order += [name for name in names if name not in order and not name.endswith("_id")]
    order += [name for name in names if name not in order]
    state = st.dataframe(
        table, hide_index=True, key=key, alt=drill.label, column_order=order,
        column_config=column_settings(table, _configure(view, drill)), row_height=ROW_HEIGHT,
        placeholder="",
        height="content" if len(rows) <= 12 else 360,
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    chosen = [rows[place] for place in state.selection.rows]
    return chosen[0] if chosen and chosen[0].get("customer_id") else None


def drop_empty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the columns that none of them fills: who left has no tier, say."""
    empty = {name for name in rows[0] if all(row[name] is None for row in rows)}
    return [{name: row[name] for name in row if name not in empty} for row in rows]


def _configure(view: View, drill: Drill) -> Mapping[str, Any]:
    money = {
        name: st.column_config.NumberColumn(
            f"{HEADINGS.get(name, name.replace('_', ' '))} {view.currency}", format="localized"
        )
        for name, unit in drill.measures.items()
        if unit == "currency"
    }
    return money | {
        "evidence": st.column_config.TextColumn("evidence", width="large"),
        "customer_name": st.column_config.TextColumn("customer", width="medium", pinned=True),
        "owner_name": "owner",
        "renews_on": "next renewal",
    }


def _to_words(row: Mapping[str, Any], drill: Drill) -> dict[str, Any]:
    """A row as it is read: words for codes, whole money, evidence without the CRM's ids.

    The download keeps all of it as it is.
    """
    words: dict[str, Any] = {
        name: WORDS.get(name, {}).get(value, value) for name, value in row.items()
    }
    for name, unit in drill.measures.items():
        if unit == "currency" and row[name] is not None:
            words[name] = round(row[name])
    if words.get("evidence"):
        words["evidence"] = RECORD_ID.sub("", words["evidence"])
    if words.get("reason"):
        words["reason"] = to_words(words["reason"])
    if OWN_TIER & row.keys():
        # Such rows are of several periods: the tier at the ends of the whole span says less.
        words = {
            name: word for name, word in words.items() if name not in ("tier", "previous_tier")
        }
    return words


def _show_download(
    view: View, drill: Drill, key: str, span: Span, scope: Scope | None, chosen: Mapping[str, str]
) -> None:
    def make() -> str:
        cursor = view.warehouse.cursor()
        pairs = tuple(sorted(chosen.items()))
        found = find_rows(
            cursor, drill.id, span, view.scope if scope is None else scope, None, pairs
        )
        cursor.close()
        return to_download(found.rows, _basis_of(drill, view))

    st.download_button(
        "Download all rows (CSV)", make, file_name=f"{drill.id}_{span.start}.csv", mime="text/csv",
        key=f"{key}_download", on_click="ignore", type="tertiary",
    )  # fmt: skip
