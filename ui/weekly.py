"""The weekly page's parts, from the cached numbers of a view."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from analyses.brief import Made, compose_brief, list_remarks
from analyses.brief_kept import read_kept
from analyses.formats import format_value
from analyses.names import RULES, find_names, format_day
from analyses.review import (
    Review,
    compute_cards,
    compute_movement_rows,
    compute_review_sentences,
    compute_tier_rows,
    describe_base,
    describe_moves,
    describe_spread,
)
from analyses.reviewed import Source, find_review
from analyses.weekly import WEEK, Card, MovementRow, TierRow
from analyses.why.because import find_because
from charts.chart import Chart
from charts.movement import describe_movement, plot_movement
from charts.theme import TIER_LABELS
from charts.tier_spread import describe_tier_spread, plot_tier_spread
from exports.brief import to_brief
from metrics.periods import Period, label_iso_week
from ui.assumed import assumed_of
from ui.banner import show_tier_remarks
from ui.basis import basis_of, read_basis, with_basis
from ui.cache import (
    ask,
    evaluate_metric,
    open_cursor,
    read_metrics,
    read_missing,
    read_rows,
    remember,
)
from ui.charts import remember_chart, show_figure, show_title
from ui.definitions import describe_missing_tables, show_definition
from ui.drill import show_account_link
from ui.filters import View, describe_scope, describe_week
from ui.links import LIST, show_link
from ui.nobody import describe_nobody
from ui.tables import ROW_HEIGHT, show_table, to_arrow

ANYTHING = (
    "select coalesce(sum(accepted), 0) as rows from table_status"
    " where table_name in ('subscriptions', 'opportunities', 'cases', 'survey_responses')"
)


def load_review(view: View) -> Review | None:
    """The numbers of the shown week; None where the data has no week, or nothing that could be in one."""
    if view.week is None or not read_rows(view.warehouse, ANYTHING)[0]["rows"]:
        return None
    return remember(view.warehouse, _build_review, view.key, view, view.week)


def _build_review(view: View, week: Period) -> Review:
    warehouse = view.warehouse
    source = Source(partial(ask, warehouse), partial(evaluate_metric, warehouse))
    because = _because(view, week)
    return find_review(source, week, view.scope, view.settings, view.currency, because)


def load_cards(review: Review, view: View) -> Sequence[Card]:
    """The six cards of the week."""
    return remember(view.warehouse, compute_cards, view.key, review)


def show_heading(view: View) -> None:
    """Which week, of whom; customers' own words are drawn as plain text."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if view.week is None:
            st.subheader("Weekly review", anchor=False, width="content")
            return
        partial = "" if view.week.is_closed else ", not over yet"
        title = f"Week of {describe_week(view.week)}{partial}"
        st.subheader(title, anchor=False, width="content")
        basis = read_basis(view)
        rest = f" Customers and revenue rest on {basis}." if basis else ""
        st.text(f"{describe_scope(view)}. Data as of {view.as_of}.{rest}", width="stretch")


def _show_brief(review: Review, view: View) -> None:
    """A button that saves the week as a file of two printed pages; none while the week is not over."""
    if view.week is None or review.is_open:
        return
    name = label_iso_week(review.week)
    st.download_button(
        "Brief",
        # A function: made at a click, not at every rerun.
        partial(_make_brief, review, view.week, view),
        file_name=f"brief-{name}.html",
        mime="text/html",
        key="brief_download",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        help="The week as one HTML file that prints to two pages of A4",
    )


def _make_brief(review: Review, week: Period, view: View) -> str:
    names = ask(view.warehouse, find_names, week.start, view.scope, view.currency)
    remarks = ask(view.warehouse, list_remarks)
    build_id = view.warehouse.build_id
    made = Made(build_id, view.as_of, read_basis(view), describe_scope(view), tuple(remarks))
    kept = read_kept(view.warehouse.path.parent, build_id, week.start)
    # Restatements are those of all customers.
    kept = replace(kept, restated={}) if view.chosen else kept
    return to_brief(compose_brief(review, week, made, names, kept, view.settings))


def show_sentences(review: Review, cards: Sequence[Card], view: View) -> None:
    """What changed, at most five sentences; beside them the week as a file, where it takes no line of the screen."""
    told = remember(view.warehouse, compute_review_sentences, view.key, review, cards)
    nobody = describe_nobody(view)
    with st.container(horizontal=True, gap="small"):
        st.text("\n".join([nobody, *told] if nobody else told), width="stretch")
        _show_brief(review, view)


@st.fragment
def show_panels(review: Review, view: View) -> None:
    """Beside each other: the tiers, their movement, and five names; above them what makes the tiers implausible."""
    with st.container(gap="xsmall"):
        show_tier_remarks(view)
        spread, movement, names = st.columns([9, 7, 12], gap="medium")
    with spread, st.container(gap=None):
        _show_tier_spread(review, view)
    with movement, st.container(gap=None):
        _show_movement(review, view)
    with names, st.container(gap=None):
        _show_names(review, view)


def _show_tier_spread(review: Review, view: View) -> None:
    """Five rows, and the same as a table; a bar opens its customers."""
    rows = remember(view.warehouse, compute_tier_rows, view.key, review)
    chart = remember_chart(view, _chart_tier_spread, None, rows, review, view)
    if not any(row.customers for row in rows):
        _show_absence(chart.title, view, "adv_share")
        return
    _show_drillable(
        chart,
        "tier_spread",
        view,
        {
            row.tier: (
                f"{row.customers:,} {TIER_LABELS[row.tier].lower()}",
                {"behind": "tier_customers", "tier": row.tier},
            )
            for row in rows
        },
    )


def _chart_tier_spread(rows: Sequence[TierRow], review: Review, view: View) -> Chart:
    total = sum(row.customers for row in rows)
    return Chart(
        describe_spread(rows, review.record("adv_coverage")),
        f"Customers and MRR {view.currency} by tier at the end of the week, n = {total:,}; "
        "changes in customers",
        plot_tier_spread(rows, view.currency, view.mode),
        describe_tier_spread(rows, view.currency),
        [
            {
                "tier": TIER_LABELS[row.tier],
                "customers": row.customers,
                "mrr": row.mrr,
                "change_1_week": row.change_1w,
                "change_13_weeks": row.change_13w,
            }
            for row in rows
        ],
        "adv_share",
    )


def _show_movement(review: Review, view: View) -> None:
    """The week's moves, entries and exits, and the same as a table; a bar opens its customers."""
    rows = remember(view.warehouse, compute_movement_rows, view.key, review)
    chart = remember_chart(view, _chart_movement, None, rows, review, view)
    if not rows:
        _show_absence(chart.title, view, "flow_net")
        return
    _show_drillable(
        chart,
        "movement",
        view,
        {row.drill: (f"{row.label}: {row.count or 0:,}", {"behind": row.drill}) for row in rows},
    )


def _chart_movement(rows: Sequence[MovementRow], review: Review, view: View) -> Chart:
    net = review.record("flow_net")
    return Chart(
        describe_moves(review),
        f"Customers in the week, n = {describe_base(net)} at its start",
        plot_movement(rows, view.mode),
        describe_movement(rows),
        [{"movement": row.label, "customers": row.count} for row in rows],
        "flow_net",
    )


def _show_names(review: Review, view: View) -> None:
    """Five customers to talk to, one by each rule; a row opens its account."""
    # A week that is not over has no tiers yet: call whom the week before names.
    week = review.week - WEEK if review.is_open else review.week
    names = ask(view.warehouse, find_names, week, view.scope, view.currency)
    table = [
        {
            "customer": name.customer_name,
            "why": name.reason,
            "last_talk": f"{format_day(name.spoken_on, week)}, {name.spoken_kind}"
            if name.spoken_on
            else "none on record",
            "mrr": format_value(float(name.mrr), "currency", view.currency),
            "owner": name.owner_name,
            "rule": RULES[name.rule],
            "customer_id": name.customer_id,
        }
        for name in names
    ]
    title = "Five names for today"
    if not table:
        _show_absence(title, view, "adv_share")
        return
    basis = read_basis(view)
    shown = with_basis(title, basis)
    show_title(
        shown, "five_names", lambda: show_table(table, "five_names_rows", title, basis=basis)
    )
    _show_name_table(table)


NAME_COLUMNS: dict[str, Any] = {
    "customer": st.column_config.TextColumn("Customer", width=130),
    "why": st.column_config.TextColumn("Why", width=270),
    "last_talk": st.column_config.TextColumn("Last talk", width=110),
    "mrr": None,
    "owner": None,
    "rule": None,
    "customer_id": None,
}


def _show_name_table(table: list[dict[str, Any]]) -> None:
    state = st.dataframe(
        to_arrow(table), hide_index=True, key="names_table", alt="Five customers to talk to today",
        column_config=NAME_COLUMNS, row_height=ROW_HEIGHT, height=160,
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    for place in state.selection.rows:
        show_account_link(table[place] | {"customer_name": table[place]["customer"]})


Links = Mapping[str, tuple[str, Mapping[str, str]]]


def _show_drillable(chart: Chart, key: str, view: View, links: Links) -> None:
    """A chart whose marks lead to the rows behind them; so do links, under its table.

    links: by the customdata of a mark, a label and the parameters of the list.
    """

    basis = basis_of(chart.metric, view)

    def show_behind() -> None:
        st.text(chart.subtitle)
        assumed = assumed_of(chart.metric, view)
        show_table(chart.rows, f"{key}_rows", chart.title, basis=basis, assumed=assumed)
        st.markdown("**The customers behind it**")
        for label, params in links.values():
            show_link(label, LIST, **params)
        show_definition(read_metrics()[chart.metric], view)

    show_title(with_basis(chart.title, basis), key, show_behind)
    for mark in show_figure(chart, key, selection=True):
        label, params = links[mark]
        show_link(f"Show the customers: {label}", LIST, **params)


def _show_absence(title: str, view: View, metric: str) -> None:
    """The title, and why there is nothing to draw beneath it."""
    show_title(title, metric, None)
    missing = read_missing(view.warehouse).get(metric)
    week_open = view.week is not None and not view.week.is_closed
    st.caption(
        describe_missing_tables(missing)
        if missing
        else "Comes when the week is over."
        if week_open
        else "Nobody to show for this week and scope."
    )


def _because(view: View, week: Period) -> dict[str, str]:
    """What moved against the week before; nothing while the week is not over."""
    if not week.is_closed:
        return {}
    # The cache holds every week of a metric: the next week that is looked at asks for none again.
    read = partial(evaluate_metric, view.warehouse)
    with open_cursor(view.warehouse) as cursor:
        return find_because(cursor, week.start, view.scope, read)
