"""The weekly page's parts, from the cached numbers of a view."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from analyses.formats import format_value
from analyses.names import RULES, find_names, format_day
from analyses.review import (
    QUARTERLY,
    WEEKLY,
    Review,
    compute_movement_rows,
    compute_review_sentences,
    compute_tier_rows,
    describe_moves,
    describe_spread,
)
from analyses.weekly import WEEK, Card
from charts.movement import describe_movement, plot_movement
from charts.theme import PLOTLY_CONFIG, TIER_LABELS
from charts.tier_spread import describe_tier_spread, plot_tier_spread
from metrics.customers import list_customers
from metrics.scope import Scope
from ui.cache import ask, evaluate_metric, read_missing, read_rows, read_targets
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_scope, describe_week
from ui.tables import show_table

RESETS = "select metric, occurred_on from events where resets_baseline"


def load_review(view: View) -> Review | None:
    """The numbers of the shown week; None where the data has no week."""
    if view.week is None:
        return None
    warehouse, scope = view.warehouse, view.scope
    return Review(
        week=view.week.start,
        is_open=not view.week.is_closed,
        currency=view.currency,
        minimum=float(str(view.settings["minimum_denominator"])),
        records={name: evaluate_metric(warehouse, name, "week", scope) for name in WEEKLY},
        quarters={name: evaluate_metric(warehouse, name, "quarter", scope) for name in QUARTERLY},
        by_segment=_by_segment(view),
        targets=read_targets(warehouse),
        resets=[(row["metric"], row["occurred_on"]) for row in read_rows(warehouse, RESETS)],
        chosen=view.chosen,
        assumptions=_describe_assumptions(view),
        missing=read_missing(warehouse),
        first_month=int(str(view.settings.get("fiscal_year_first_month", 1))),
    )


def show_heading(view: View) -> None:
    """Which week, of whom; customers' own words are drawn as plain text."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if view.week is None:
            st.subheader("Weekly review", anchor=False, width="content")
            return
        partial = "" if view.week.is_closed else ", not over yet"
        title = f"Week of {describe_week(view.week)}{partial}"
        st.subheader(title, anchor=False, width="content")
        st.text(f"{describe_scope(view)}. Data as of {view.as_of}.", width="stretch")


def show_sentences(review: Review, cards: Sequence[Card]) -> None:
    """What changed, at most five sentences."""
    st.text("\n".join(compute_review_sentences(review, cards)))


def show_tier_spread(review: Review, view: View) -> None:
    """Five rows, and the same as a table."""
    rows = compute_tier_rows(review)
    table = [
        {
            "tier": TIER_LABELS[row.tier],
            "customers": row.customers,
            "mrr": row.mrr,
            "change_1_week": row.change_1w,
            "change_13_weeks": row.change_13w,
        }
        for row in rows
    ]
    if _show_head(describe_spread(rows), "tier_spread", table, view, "adv_share"):
        st.plotly_chart(
            plot_tier_spread(rows, view.currency, view.mode),
            key="tier_spread",
            config=PLOTLY_CONFIG,
            alt=describe_tier_spread(rows, view.currency),
        )


def show_movement(review: Review, view: View) -> None:
    """The week's moves, entries and exits, and the same as a table."""
    rows = compute_movement_rows(review)
    table = [{"movement": row.label, "customers": row.count} for row in rows]
    moved = _list_moved(review, view) if rows else []
    if _show_head(describe_moves(review), "movement", table, view, "flow_net", moved):
        st.plotly_chart(
            plot_movement(rows, view.mode),
            key="movement",
            config=PLOTLY_CONFIG,
            alt=describe_movement(rows),
        )


def show_names(review: Review, view: View) -> None:
    """Five customers to talk to, one by each rule."""
    # A week that is not over has no tiers yet: call whom the week before names.
    week = review.week - WEEK if review.is_open else review.week
    names = ask(view.warehouse, find_names, week, view.scope, view.currency)
    table = [
        {
            "customer_id": name.customer_id,
            "customer": name.customer_name,
            "why": name.reason,
            "last_talk": f"{format_day(name.spoken_on, week)}, {name.spoken_kind}"
            if name.spoken_on
            else "none on record",
            "mrr": format_value(float(name.mrr), "currency", view.currency),
            "owner": name.owner_name,
            "rule": RULES[name.rule],
        }
        for name in names
    ]
    if _show_head("Five names for today", "five_names", table, view, "adv_share"):
        show_table(
            table, "names_table", "Five customers to talk to today", NAME_COLUMNS, 160, False
        )


def _list_moved(review: Review, view: View) -> list[dict[str, Any]]:
    """The customers behind the moves between tiers, the largest MRR first."""
    return [
        {
            "customer": row["customer_name"],
            "previous_tier": TIER_LABELS[row["previous_tier"]],
            "tier": TIER_LABELS[row["tier"]],
            "evidence": row["evidence"],
            "mrr": row["mrr"],
            "customer_id": row["customer_id"],
        }
        for row in ask(view.warehouse, _find_moved, review.week, view.scope)
    ]


def _find_moved(cursor: Any, week: date, scope: Scope) -> list[dict[str, Any]]:
    return list_customers(cursor, moved=True, period=week, scope=scope)


NAME_COLUMNS: dict[str, Any] = {
    "customer_id": None,
    "customer": st.column_config.TextColumn("Customer", width=130),
    "why": st.column_config.TextColumn("Why", width=270),
    "last_talk": st.column_config.TextColumn("Last talk", width=110),
    "mrr": None,
    "owner": None,
    "rule": None,
}


def _show_head(
    title: str,
    key: str,
    table: list[dict[str, Any]],
    view: View,
    metric: str,
    customers: Sequence[dict[str, Any]] = (),
) -> bool:
    """Title and table behind it; False, with the reason, where there is nothing to draw.

    customers: those behind the table's counts, shown beneath it.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{title}**", width="stretch")
        if table:
            with st.popover("Table", type="tertiary", key=f"{key}_table_open"):
                show_table(table, f"{key}_rows", title)
                if customers:
                    show_table(customers, f"{key}_customers", "Customers who changed tier")
    if not table:
        missing = read_missing(view.warehouse).get(metric)
        week_open = view.week is not None and not view.week.is_closed
        st.caption(
            describe_missing_tables(missing)
            if missing
            else "Comes when the week is over."
            if week_open
            else "Nobody to show for this week and scope."
        )
    return bool(table)


def _by_segment(view: View) -> Any:
    has_segments = "segment" in (view.settings.get("dimensions") or [])  # type: ignore[operator]
    if not has_segments or view.week is None:
        return []
    return evaluate_metric(
        view.warehouse, "churn_logo", "week", view.scope, "segment", view.week.start
    )


def _describe_assumptions(view: View) -> str:
    settings = view.settings
    margin = f"{100 * float(str(settings['gross_margin'])):.0f} %"
    rate = f"{100 * float(str(settings['discount_rate_yearly'])):.0f} %"
    months = settings["ltv_horizon_months"]
    return f"{margin} margin, {rate} a year, as far as observed, {months} months at most"
