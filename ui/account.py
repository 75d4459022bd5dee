"""One customer: who it is, where it stands and what comes next, its history and its records."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import streamlit as st

from analyses.account.changes import Change, find_changes
from analyses.account.header import (
    STAFF,
    Account,
    describe_cancellation,
    describe_no_tier,
    find_account,
)
from analyses.account.records import SECTIONS, Rows, Section, find_present_tables, find_records
from analyses.account.search import MOST_HITS, count_accounts, find_accounts
from analyses.account.words import (
    RULES,
    TIER_MEANINGS,
    describe_basis,
    describe_end,
    describe_ended,
    describe_evidence,
    describe_kind,
    describe_role,
    describe_rule,
    describe_state,
    has_score,
)
from charts.account import plot_mrr_history, plot_tier_history
from charts.theme import TIER_LABELS
from metrics.periods import format_date
from ui.address import choose
from ui.basis import show_page_title
from ui.cache import ask, read_events
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_week, period_of, plain_markdown
from ui.tables import show_table

EVIDENCE = "evidence"
ATTRIBUTES = ("segment", "persona", "industry", "region", "size_band", "language")
NO_WEEK = date(1970, 1, 5)  # a Monday before any data: the export has no closed week


def choose_account(view: View) -> Account | None:
    """The account of the address, which the reader can change; None where there is none."""
    week = shown_week(view)
    asked = st.query_params.get("customer", "")[:80]
    account = ask(view.warehouse, find_account, asked, week) if asked else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Find a customer", key="find", max_chars=80, placeholder="Part of a name or id"
        )
        hits = ask(view.warehouse, find_accounts, words or "", week)
        labels = {hit.customer_id: _label(hit.customer_name, hit.customer_id) for hit in hits}
        if account is not None:
            own = {account.customer_id: _label(account.customer_name, account.customer_id)}
            labels = own | labels
        st.session_state.account_choice = account.customer_id if account else None
        st.selectbox(
            "Customer", list(labels), index=None, key="account_choice",
            format_func=lambda each: labels.get(each) or str(each), on_change=_keep_choice,
            placeholder="Choose one of those found",
        )  # fmt: skip
    st.caption(_describe_hits(view, words or "", len(hits)))
    if asked and account is None:
        st.warning(f"This build has no account with the id {plain_markdown(asked)}.")
    return account


def shown_week(view: View) -> date:
    """The Monday of the sidebar's week, or of the last closed one before it."""
    period = period_of(view, "week")
    return period.start if period else NO_WEEK


def show_header(account: Account, view: View) -> None:
    """Name, attributes, and of which week's end the facts are."""
    show_page_title(plain_markdown(account.customer_name), view)
    known = [
        f"{name.replace('_', ' ')}: {value}"
        for name in ATTRIBUTES
        if (value := getattr(account, name))
    ]
    owner = f"owner: {account.owner_name or 'none in the export'}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text("; ".join([*known, owner, f"id: {account.customer_id}"]), width="stretch")
        address = record_address(view, account.customer_id)
        if address:
            st.link_button("Open in the CRM", address, type="tertiary")
    st.text(_describe_moment(view))


def show_facts(account: Account, view: View) -> None:
    """Six facts at the end of the week."""
    changes = ask(view.warehouse, find_changes, account.customer_id)
    with st.grid(3, min_column_width=250, gap="xsmall"):
        for label, value, detail in _list_facts(account, changes, view):
            with st.container(border=True, gap=None, height="stretch"):
                st.caption(label)
                st.markdown(f"**{plain_markdown(value)}**")
                st.text(detail)


def show_next_action(account: Account, view: View) -> None:
    """What the settings say is to be done for customers of this tier, and by whom."""
    if account.tier is None:
        return
    action = str(view.settings.get(f"{account.tier}_action") or "none set")
    owner = str(view.settings.get(f"{account.tier}_owner") or "nobody named")
    with st.container(border=True, gap=None):
        st.caption(f"Next action for customers who are {TIER_LABELS[account.tier].lower()}")
        st.markdown(f"**{plain_markdown(action)}**")
        st.text(f"Owned by: {owner}. Both are set in settings.toml.")


@st.fragment
def show_tiers(account: Account, view: View) -> None:
    """The tier by week, and a table with what is behind each change."""
    changes = ask(view.warehouse, find_changes, account.customer_id)
    if not changes:
        st.caption(f"No tier in any week. {_explain_no_tier(account, view)}")
        return
    until = _week_after_last(view)
    events = read_events(view.warehouse, "adv_share", changes[-1].week_start)
    chart = remember_chart(
        view, plot_tier_history, account.customer_id,
        changes, until, shown_week(view), view.mode, events,
    )  # fmt: skip
    show_chart(chart, "tier_history", view)
    st.markdown(f"**Changes of tier ({len(changes)})**, entries and exits included")
    rows = [_to_row(change) for change in changes]
    if not any(row["no_longer_counts"] for row in rows):
        rows = [{k: v for k, v in row.items() if k != "no_longer_counts"} for row in rows]
    show_table(rows, "changes", "Changes of tier", CHANGE_COLUMNS)


@st.fragment
def show_revenue(account: Account, view: View) -> None:
    """MRR by day with its movements."""
    movements = ask(view.warehouse, find_records, "movements", account.customer_id)
    if not movements or view.as_of is None:
        st.caption(f"No monthly recurring revenue. {_explain_no_tier(account, view)}")
        return
    since = movements[-1]["day"]
    events = read_events(view.warehouse, "mrr", since)
    chart = remember_chart(
        view, plot_mrr_history, account.customer_id,
        movements, view.as_of, shown_week(view), since - timedelta(days=since.weekday()),
        view.currency, view.mode, events,
    )  # fmt: skip
    show_chart(chart, "mrr_history", view)


@st.fragment
def show_records(account: Account, view: View) -> None:
    """One table at a time, newest first, of the customer's rows in the export."""
    present = ask(view.warehouse, find_present_tables)
    found = {
        section.name: ask(view.warehouse, find_records, section.name, account.customer_id)
        for section in SECTIONS
        if section.table in present
    }
    st.markdown("**What the export holds of this customer**")
    names = [EVIDENCE, *(section.name for section in SECTIONS)]
    name = choose(
        st.segmented_control, "Table", names, "records", "cases", required=True,
        format_func=lambda each: f"{each} {len(found[each]):,}" if each in found else each,
        label_visibility="collapsed",
    )  # fmt: skip
    section = next((each for each in SECTIONS if each.name == name), None)
    if section is None:
        changes = ask(view.warehouse, find_changes, account.customer_id)
        _show_rows(_list_pieces(changes), EVIDENCE, "Evidence behind each change of tier", view)
    elif section.name not in found:
        st.caption(describe_missing_tables([section.table]))
    else:
        _show_rows(found[section.name], section.name, section.title, view, section)


def record_address(view: View, record_id: str) -> str | None:
    """The address of a record in the CRM by the setting record_url; None where none is set."""
    pattern = str(view.settings.get("record_url") or "")
    if not pattern.startswith(("https://", "http://")):
        return None
    return pattern.replace("{id}", quote(record_id, safe=""))


CHANGE_COLUMNS: dict[str, Any] = {
    "week": st.column_config.DateColumn("week of", width=90),
    "rule": st.column_config.TextColumn("rule", width=400),
    "evidence": st.column_config.TextColumn("evidence", width=240),
    "no_longer_counts": st.column_config.TextColumn("no longer counts", width=290),
}


def _keep_choice() -> None:
    if st.session_state.account_choice:
        st.query_params["customer"] = st.session_state.account_choice
    else:
        st.query_params.pop("customer", None)


def _label(name: str, customer_id: str) -> str:
    return name if name == customer_id else f"{name} ({customer_id})"


def _describe_hits(view: View, words: str, hits: int) -> str:
    everyone = ask(view.warehouse, count_accounts)
    if not words:
        return f"The list holds the {hits:,} largest by MRR of {everyone:,} accounts; search for others."
    if hits == MOST_HITS:
        return f"The list holds the {MOST_HITS} largest that match; type more to narrow it."
    return f"{hits:,} of {everyone:,} accounts match." if hits else "No account matches."


def _describe_moment(view: View) -> str:
    period = period_of(view, "week")
    if period is None:
        return "The data has no week that is over."
    later = (
        ""
        if view.week == period
        else " The week in the sidebar is not over; this is the last closed one."
    )
    narrowed = " The sidebar's filters do not apply to one customer." if view.chosen else ""
    return f"At the end of the week of {describe_week(period)}.{later}{narrowed}"


def _list_facts(
    account: Account, changes: Sequence[Change], view: View
) -> list[tuple[str, str, str]]:
    """Label, value and detail of each fact."""
    present = ask(view.warehouse, find_present_tables)
    return [
        ("Advocacy tier", *_describe_tier(account, changes, view)),
        ("MRR (monthly recurring revenue)", *_describe_mrr(account, view)),
        ("Cancellation", *_describe_leaving(account)),
        ("Next renewal", *_describe_renewal(account, shown_week(view))),
        ("Customer since", *_describe_since(account)),
        ("Last call or meeting", *_describe_talk(account, "activities" in present)),
    ]


def _describe_tier(account: Account, changes: Sequence[Change], view: View) -> tuple[str, str]:
    if account.tier is None:
        return "n/a", _explain_no_tier(account, view)
    before = next(
        (
            f"Before: {describe_state(change.from_state, TIER_LABELS).lower()}, "
            f"until the week of {format_date(change.week_start)}. "
            for change in changes
            if change.week_start <= shown_week(view)
        ),
        "",
    )
    behind = ""
    if account.raw_tier != account.tier:
        raw = TIER_LABELS[str(account.raw_tier)].lower()
        behind = f" This week's evidence alone says {raw}; a tier follows slowly."
    meaning = f"{TIER_MEANINGS[account.tier]}. {before}"
    return TIER_LABELS[account.tier], f"{meaning}{RULES[str(account.rule)]}.{behind}"


def _describe_mrr(account: Account, view: View) -> tuple[str, str]:
    if account.mrr is None:
        return "n/a", STAFF if account.is_staff_or_partner else "No paid term runs."
    terms = f"{account.running_terms} running term{'' if account.running_terms == 1 else 's'}"
    return f"{view.currency} {account.mrr:,.0f}".strip(), f"Sum of {terms}."


def _describe_leaving(account: Account) -> tuple[str, str]:
    if not account.running_terms:
        return "n/a", "No paid term runs."
    text = describe_cancellation(account)
    return ("Handed in", f"{text}.") if text else ("None handed in", "In no running term.")


def _describe_renewal(account: Account, week: date) -> tuple[str, str]:
    if account.renews_on is None:
        return "n/a", "No running term has a renewal date ahead."
    is_leaving = account.cancelled_terms == account.running_terms
    cancelled = " Cancelled: it will not come." if is_leaving else ""
    days = (account.renews_on - week - timedelta(days=6)).days
    return format_date(account.renews_on), f"{days:,} days after the end of the week.{cancelled}"


def _describe_since(account: Account) -> tuple[str, str]:
    if account.first_paid_on is None:
        return "n/a", "No paid term."
    if account.active_since and account.active_since != account.first_paid_on:
        return format_date(
            account.first_paid_on
        ), f"Back since {format_date(account.active_since)}."
    return format_date(account.first_paid_on), "First day of the first paid term."


def _describe_talk(account: Account, has_activities: bool) -> tuple[str, str]:
    if not has_activities:
        return "n/a", describe_missing_tables(["activities"])
    if account.spoken_on is None:
        return "None on record", "No call or meeting up to the end of the week."
    return format_date(account.spoken_on), f"A {account.spoken_kind}."


def _explain_no_tier(account: Account, view: View) -> str:
    has_terms = "subscriptions" in ask(view.warehouse, find_present_tables)
    return describe_no_tier(account, shown_week(view), has_terms)


def _week_after_last(view: View) -> date:
    """The Monday after the last week that has tiers: the whole weeks up to the as-of date."""
    day = (view.as_of or NO_WEEK) + timedelta(days=1)
    return day - timedelta(days=day.weekday())


def _to_row(change: Change) -> dict[str, Any]:
    return {
        "week": change.week_start,
        "from": describe_state(change.from_state, TIER_LABELS),
        "to": describe_state(change.to_state, TIER_LABELS),
        "basis": describe_basis(change),
        "evidence": describe_evidence(change),
        "no_longer_counts": describe_ended(change),
        "rule": describe_rule(change),
    }


def _list_pieces(changes: Sequence[Change]) -> Rows:
    """One row per change and piece of evidence."""
    return [
        {
            "week": change.week_start,
            "to": describe_state(change.to_state, TIER_LABELS),
            "counts": "for it" if is_for else describe_end(piece).rsplit("(", 1)[-1].rstrip(")"),
            "kind": describe_kind(piece),
            "as": describe_role(piece),
            "day": piece.event_on,
            "score": piece.score if has_score(piece) else None,
            "id": piece.source_id if piece.source_table not in UNRECORDED else None,
        }
        for change in changes
        for is_for, pieces in ((True, change.evidence), (False, change.ended))
        for piece in pieces
    ]


# Evidence that is computed and no record of the CRM: its id is a day.
UNRECORDED = ("usage", "subscriptions")


def _show_rows(
    rows: Rows, name: str, title: str, view: View, section: Section | None = None
) -> None:
    st.text(f"{title}: {len(rows):,}")
    columns: dict[str, Any] = {
        "counts": st.column_config.TextColumn(width=230),
        "as": st.column_config.TextColumn(width=180),
        "mrr": st.column_config.NumberColumn(f"MRR {view.currency}", format="localized"),
        "amount": st.column_config.NumberColumn(f"amount {view.currency}", format="localized"),
    }
    if rows and record_address(view, "") and (section is None or section.is_linked):
        rows = [
            {**row, "in_the_crm": record_address(view, str(row["id"])) if row["id"] else None}
            for row in rows
        ]
        columns["in_the_crm"] = st.column_config.LinkColumn("in the CRM", display_text="Open")
    show_table(rows, f"account_{name}", title, columns)
