"""What a page lacks in this export, what it would show, and which line of the mapping to edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.basis import read_basis
from ui.cache import Rows, read_rows
from ui.filters import View, to_words
from ui.tables import show_table
from warehouse.identifiers import quote_identifier

PLACES = """
    select table_name, column_name, file, line, declared_in, declared_line
    from mapping_places
    order by table_name, line
"""


@dataclass(frozen=True)
class Want:
    """What a page could show with a table, or with one column of it."""

    table: str
    shows: str
    column: str = ""


EVIDENCE = (
    Want("cases", "Actively dissatisfied customers: complaints and escalations"),
    Want("cases", "Actively dissatisfied customers: which cases are complaints", "kind"),
    Want("survey_responses", "NPS, satisfaction and effort; the attitude behind half of the rules"),
    Want("advocacy_events", "Loyal customers and advocates: references, reviews, referrals"),
    Want("usage", "Silent dissatisfaction: a drop in usage"),
    Want("billing_events", "Silent dissatisfaction: late payments"),
    Want("activities", "Threats to leave; the last conversation with a customer"),
)
TERMS = Want("subscriptions", "Recorded terms: churn, retention and MRR as facts, not inferred")
SEGMENT = Want("customers", "Every number by segment", "segment")
WANTS: dict[str, tuple[Want, ...]] = {
    "weekly": (
        TERMS, *EVIDENCE,
        Want("opportunities", "Sales velocity"),
        Want("targets", "A target on each card, in place of last year's value"),
    ),
    "tiers": (TERMS, *EVIDENCE, SEGMENT),
    "movement": (TERMS, *EVIDENCE),
    "churn": (
        TERMS,
        Want("subscriptions", "Why customers leave", "end_reason"),
        Want("subscriptions", "Cancellations that are handed in and not yet over", "cancelled_on"),
        SEGMENT,
    ),
    "forecast": (
        TERMS,
        Want("subscriptions", "Who has cancelled and leaves within 13 weeks", "cancelled_on"),
        Want("subscriptions", "Whose renewal is due within 13 weeks", "renews_on"),
    ),
    "velocity": (
        Want("opportunities", "Open deals, win rate, deal size and cycle"),
        Want("opportunities", "New business apart from renewals and expansions", "kind"),
        Want("opportunities", "Deal size and won value", "amount"),
        Want("opportunity_stages", "The stage funnel, and the time in each stage"),
        Want("advocacy_events", "Deals with a customer's referral, introduction or reference"),
        Want("advocacy_events", "The deal that a customer's act belongs to", "opportunity_id"),
        SEGMENT,
    ),
    "lifetime": (
        TERMS,
        Want("costs", "Acquisition cost, LTV to CAC, payback"),
        SEGMENT,
    ),
    "budget": (
        TERMS,
        *EVIDENCE,
        Want("programme_members", "What an approved case brought, treated against held out"),
        Want("costs", "What such programmes cost so far, and cash by month"),
    ),
    "spend": (
        Want("costs", "What was spent, by purpose"),
        Want("costs", "What was spent, by channel", "channel"),
        Want("opportunities", "The sales cycle by which acquisition costs are taken earlier"),
    ),
    "account": EVIDENCE,
}  # fmt: skip


def show_lacking(page: str, view: View) -> None:
    """What it would take to see more on a page; nothing where the export has it all."""
    rows = list_lacking(page, view)
    if rows:
        st.markdown("**What it would take to see more**")
        show_table(rows, f"lacking_{page}", "What this export lacks for this page", COLUMNS)


COLUMNS: dict[str, Any] = {
    "missing": st.column_config.TextColumn("missing", width=170),
    "it would show": st.column_config.TextColumn("it would show", width=430),
    "edit": st.column_config.TextColumn("edit", width=520),
}


def list_lacking(page: str, view: View) -> list[dict[str, str]]:
    """One row for each table or column that the page misses."""
    places = read_rows(view.warehouse, PLACES)
    return [
        {
            "missing": to_words(f"{want.table}: {want.column}" if want.column else want.table),
            "it would show": want.shows,
            "edit": describe_edit(want.table, want.column, places),
        }
        for want in WANTS[page]
        if is_missing(want, view)
    ]


def is_missing(want: Want, view: View) -> bool:
    """Whether the table is not there (or inferred), or is there and the column is empty throughout."""
    is_inferred = want.table == "subscriptions" and read_basis(view) is not None
    table = quote_identifier(want.table)
    counted = f"count({quote_identifier(want.column)})" if want.column else "count(*)"
    (found,) = read_rows(view.warehouse, f"select count(*) as n, {counted} as given from {table}")
    if not want.column:
        return is_inferred or not found["n"]
    return bool(found["n"]) and not is_inferred and not found["given"]


def describe_edit(table: str, column: str, places: Rows) -> str:
    """'warehouse/sources/salesforce/cases.sql, line 7, and source.toml, line 94'."""
    of_table = [each for each in places if each["table_name"] == table]
    if not of_table:
        return f"A file {table}.csv in the folder of the export, in the columns of the contract"
    place = next((each for each in of_table if each["column_name"] == column), of_table[0])
    line = place["line"] if column else None
    if not any(each["line"] for each in of_table):
        return f"Write {place['file']}, and name its file in {place['declared_in']}"
    text = f"{place['file']}{f', line {line}' if line else ''}"
    if place["declared_line"] is None:
        return text
    return f"{text}; source.toml, line {place['declared_line']}"


def describe_absent(tables: Sequence[str], view: View) -> str:
    """What to edit for tables that the export lacks, in a sentence."""
    places = read_rows(view.warehouse, PLACES)
    edits = "; ".join(describe_edit(table, "", places) for table in tables)
    return f"This export has no {to_words(', '.join(tables))}. To map it: {edits}."
