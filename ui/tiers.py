"""The page of the five tiers: its parts, from the cached numbers of a view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analyses.sentences import describe_reason
from analyses.tier_outcomes import compute_outcomes, describe_outcome_message, pool_churn
from analyses.tier_spread import (
    MEASURES,
    Measure,
    SpreadRow,
    TierStock,
    compute_by_value,
    compute_history,
    compute_spread_rows,
    describe_history_message,
    describe_spread_message,
    describe_value_message,
    find_tier_stocks,
)
from analyses.tier_voice import (
    SURVEYS,
    Said,
    compute_coverage,
    compute_response_rate,
    compute_said,
    find_responses,
)
from analyses.weekly import TIERS
from charts.chart import Chart
from charts.tier_history import build_history_chart
from charts.tier_outcomes import build_outcome_chart
from charts.tiers import build_spread_chart, build_value_chart
from metrics.drills import Span
from metrics.engine import Record
from metrics.periods import YEAR, Period, format_date, label_period
from ui.address import carry_click, choose
from ui.banner import show_tier_remarks
from ui.basis import show_page_title
from ui.cache import (
    ask,
    evaluate_metric,
    read_events,
    read_metrics,
    read_missing,
    read_periods,
    read_rows,
    remember,
)
from ui.charts import remember_chart, show_chart, show_title
from ui.definitions import (
    describe_missing_tables,
    show_all_definitions,
    show_definition,
    to_history,
)
from ui.details import show_links_behind
from ui.drill import read_span, show_drill
from ui.filters import View, describe_period, describe_scope, period_of, to_words
from ui.lacking import describe_absent
from ui.lifetime.tier_value import PART
from ui.links import LIFETIME, show_link
from ui.nobody import describe_nobody
from ui.restated import describe, describe_members, show_bridges, show_mark
from ui.tables import show_table
from ui.verdicts import describe_badge, find_verdict

QUARTERS = 4
OUTCOMES = ("churn_tier", "grr_tier", "nrr_tier", "adv_mrr")
OPEN_CASES = (
    "select message from load_notes where table_name = 'cases' and column_name = 'closed_at'"
    " and file is null"
)
MEASURE_NAMES = {"customers": "customers", "mrr": "MRR"}
SHARES = {"customers": "adv_share", "mrr": "adv_mrr"}
THEN = "By the tier at the start of the 52 weeks, with the MRR that the same customers paid then."
RIGHT = "right"
OUTCOME_COLUMNS: dict[str, Any] = {
    "tier": st.column_config.TextColumn("Tier", pinned=True),
    "customers": st.column_config.NumberColumn("Customers now", format="localized"),
    "mrr_each": st.column_config.TextColumn("MRR per customer", alignment=RIGHT),
    "churn": st.column_config.TextColumn("Churn a quarter", alignment=RIGHT),
    "lost_of": st.column_config.TextColumn("Lost", alignment=RIGHT, help="Of customer-quarters."),
    "interval": st.column_config.TextColumn("95 % interval", alignment=RIGHT),
    "grr": st.column_config.TextColumn("Gross retention", alignment=RIGHT, help=THEN),
    "nrr": st.column_config.TextColumn("Net retention", alignment=RIGHT, help=THEN),
    "customers_then": st.column_config.NumberColumn(
        "Customers a year ago", format="localized", help="Those whom the retention compares."
    ),
}


@dataclass(frozen=True)
class Tiers:
    """What the page shows: the Sunday of one week, two years up to it, in one measure."""

    span: Span
    week: date
    measure: Measure
    stocks: tuple[TierStock, ...]
    rows: list[SpreadRow]
    minimum: float

    @property
    def now(self) -> list[TierStock]:
        """The five stocks of the shown week."""
        return [stock for stock in self.stocks if stock.week == self.week]

    @property
    def customers(self) -> int:
        """n of the whole page."""
        return sum(stock.customers for stock in self.now)

    @property
    def day(self) -> str:
        """'Sun 15 Nov 2026', the day whose end the spread is of."""
        sunday = self.week + timedelta(days=6)
        return f"Sunday {format_date(sunday)}"


def load_tiers(view: View) -> Tiers | None:
    """The numbers of the newest closed period; None, with the reason on the page, without any."""
    period = period_of(view)
    show_page_title("Customers by tier", view)
    missing = read_missing(view.warehouse).get("adv_share")
    if missing or period is None:
        why = "The data has no week that is over, so no customer has a tier yet."
        st.info(describe_missing_tables(missing) if missing else why)
        return None
    st.text(f"{describe_period(view, period)}. {describe_scope(view)}. Data as of {view.as_of}.")
    show_tier_remarks(view)
    for note in read_rows(view.warehouse, OPEN_CASES):
        st.caption(note["message"])
    if view.week is not None and not view.week.is_closed:
        st.caption("The chosen week is not over; tiers are of the end of a week.")
    span = read_span(view, period)
    week = span.closing_week
    stocks = ask(view.warehouse, find_tier_stocks, week, view.scope)
    measure = _choose_measure()
    rows = remember(view.warehouse, compute_spread_rows, (view.key, measure), stocks, week, measure)
    if not rows:
        st.info(describe_nobody(view) or "No customer of this scope paid at the end of the week.")
        return None
    return Tiers(span, week, measure, stocks, rows, view.minimum)


def _choose_measure() -> Measure:
    chosen = choose(
        st.segmented_control, "Count by", MEASURES, "measure", MEASURES[0], required=True,
        format_func=MEASURE_NAMES.__getitem__,
    )  # fmt: skip
    return "mrr" if chosen == "mrr" else "customers"


@st.fragment
def show_spread(tiers: Tiers, view: View) -> None:
    """The five tiers, and the customers of the one that is clicked or chosen."""
    chart = remember_chart(view, _chart_spread, tiers.measure, tiers, view)
    clicked = show_chart(chart, "tier_bars", view, selection=True)
    show_mark(describe_members(view, SHARES[tiers.measure], "week", tiers.week))
    carry_click(clicked, "tier_bars", "tier")
    tier = choose(
        st.pills, "Customers of", TIERS, "tier", format_func=to_words, help="Or click a bar."
    )
    if tier:
        show_drill(view, "tier_customers", f"tier_{tier}", tiers.span, view.scope, tier=tier)


def _chart_spread(tiers: Tiers, view: View) -> Chart:
    title = describe_spread_message(tiers.rows, tiers.measure, tiers.customers, tiers.minimum)
    return build_spread_chart(
        tiers.rows, tiers.measure, title, tiers.day, tiers.customers, view.currency, view.mode
    )


@st.fragment
def show_history(tiers: Tiers, view: View) -> None:
    """Two years, week by week."""
    chart = remember_chart(view, _chart_history, tiers.measure, tiers, view)
    show_chart(chart, "tier_history", view, columns=_share_columns())


def _chart_history(tiers: Tiers, view: View) -> Chart:
    history = compute_history(tiers.stocks, tiers.measure)
    title = describe_history_message(history, tiers.measure)
    events = [
        (day, label)
        for day, label in read_events(view.warehouse, "adv_share", history[0][0])
        if day <= tiers.span.end
    ]
    return build_history_chart(history, tiers.measure, title, events, view.mode)


def _share_columns() -> dict[str, Any]:
    return {tier: st.column_config.NumberColumn(to_words(tier), format="percent") for tier in TIERS}


@st.fragment
def show_by_dimension(tiers: Tiers, view: View) -> None:
    """A bar of 100 % for each value of a dimension."""
    dimensions = view.dimensions
    if not dimensions:
        st.caption("The settings name no dimension to compare by.")
        return
    chosen = choose(
        st.segmented_control, "Tiers by", dimensions, "by", dimensions[0], required=True,
        format_func=to_words,
    )  # fmt: skip
    dimension = chosen or dimensions[0]
    chart = remember_chart(view, _chart_values, (dimension, tiers.measure), dimension, tiers, view)
    show_chart(chart, f"tier_by_{dimension}", view)


def _chart_values(dimension: str, tiers: Tiers, view: View) -> Chart:
    stocks = ask(view.warehouse, find_tier_stocks, tiers.week, view.scope, dimension, 1)
    spreads = compute_by_value(stocks, tiers.measure)
    title = describe_value_message(spreads, dimension, tiers.minimum)
    return build_value_chart(
        spreads, dimension, tiers.measure, title, tiers.day, tiers.minimum, view.mode
    )


@st.fragment
def show_said(tiers: Tiers, view: View) -> None:
    """Coverage, and what customers say when asked, each with n and how sure it is."""
    numbers = remember(view.warehouse, _list_said, view.key, tiers, view)
    missing = read_missing(view.warehouse).get("adv_nps")
    if missing:
        _show_said(numbers[0], tiers.week, view)
        st.text(f"What customers say is not known. {describe_absent(missing, view)}")
        return
    with st.grid(5, min_column_width=170, gap="small"):
        for said in numbers:
            _show_said(said, tiers.week, view)
    _show_driver(tiers, view)


def _show_driver(tiers: Tiers, view: View) -> None:
    """The verdict of the flow behind the cards: a stock and a window of 91 days have no rules."""
    judged = find_verdict("adv_coverage", tiers.week, view)
    if judged is not None:
        st.markdown(
            f"{describe_badge(judged.to_finding(view.currency), judged.is_own)}:small[, the flow behind"
            " the tiers. Stocks and windows of 91 days have no normal range of their own.]"
        )


def _list_said(tiers: Tiers, view: View) -> list[Said]:
    numbers = [compute_coverage(*_of_week("adv_coverage", tiers, view))]
    numbers += [
        compute_said(record, metric, minimum, why)
        for metric in SURVEYS
        for record, minimum, why in [_of_week(metric, tiers, view)]
    ]
    responses = ask(view.warehouse, find_responses, tiers.week + timedelta(days=7), view.scope)
    numbers.insert(2, compute_response_rate(responses, tiers.minimum))
    return numbers


def _of_week(metric: str, tiers: Tiers, view: View) -> tuple[Record | None, float, str]:
    """The week's record, the fewest answers for a share, and why there is no value."""
    missing = read_missing(view.warehouse).get(metric)
    records = evaluate_metric(view.warehouse, metric, "week", view.scope)
    record = next((each for each in records if each.period_start == tiers.week), None)
    why = describe_missing_tables(missing) if missing else "No answers in 91 days."
    if record is not None and record.reason not in (None, "no_denominator", "missing_table"):
        why = describe_reason(record.reason)
    return record, tiers.minimum, why


def _show_said(said: Said, week: date, view: View) -> None:
    definition = read_metrics()[said.metric].definition if said.metric else said.definition
    with st.container(border=True, gap=None, height="stretch"):
        st.metric(said.label, said.value, help=definition)
        st.text(said.beneath)
        if said.metric:
            show_mark(describe(view, said.metric, "week", week))
            _show_behind(said, week, view)


def _show_behind(said: Said, week: date, view: View) -> None:
    opened = st.popover("Details", type="tertiary", key=f"said_{said.metric}", on_change="rerun")
    if opened.open:
        with opened:
            show_definition(read_metrics()[said.metric], view)
            show_links_behind(view, [said.metric], "week")
            records = evaluate_metric(view.warehouse, said.metric, "week", view.scope)
            shown = [r for r in records if view.week and r.period_start <= view.week.start]
            missing = read_missing(view.warehouse).get(said.metric, ())
            history = to_history(shown[-13:], view.currency, missing)
            show_table(history, f"said_{said.metric}_history", said.label)
            show_bridges(view, said.metric, "week", week)


def show_outcomes(tiers: Tiers, view: View) -> Chart:
    """Churn by tier with its intervals; the chart holds retention and money as rows."""
    chart = remember_chart(view, _chart_outcomes, None, tiers, view)
    _show_outcome_chart(chart, view)
    return chart


@st.fragment
def _show_outcome_chart(chart: Chart, view: View) -> None:
    if not chart.figure["data"][0]["y"]:
        st.markdown("**Churn by tier: not yet**")
        st.text(
            "Nobody stood in a tier when a quarter that is over began: it comes with the next quarter."
        )
        return
    show_chart(chart, "tier_outcomes", view, columns=OUTCOME_COLUMNS)


def _chart_outcomes(tiers: Tiers, view: View) -> Chart:
    quarters = _list_quarters(tiers, view)
    churn = evaluate_metric(view.warehouse, "churn_tier", "quarter", view.scope)
    end = tiers.week + timedelta(days=7)
    grr, nrr = (_records(name, tiers.week, view) for name in ("grr_tier", "nrr_tier"))
    then = _records("churn_tier", end - YEAR, view)
    rows = compute_outcomes(
        pool_churn(churn, [each.start for each in quarters]),
        grr, nrr, then, tiers.now,
    )  # fmt: skip
    first_month = view.first_month
    names = [label_period("quarter", each.start, first_month) for each in quarters]
    text = f"{names[0]} to {names[-1]}" if names else "no quarter is over yet"
    return build_outcome_chart(
        rows, describe_outcome_message(rows, tiers.minimum), text, view.currency,
        tiers.minimum, view.mode,
    )  # fmt: skip


def _list_quarters(tiers: Tiers, view: View) -> list[Period]:
    """The last closed quarters, over which churn by tier is pooled."""
    quarters = read_periods(view.warehouse, "quarter")
    return [each for each in quarters if each.is_closed and each.end <= tiers.span.end][-QUARTERS:]


def _records(metric: str, week: date, view: View) -> list[Record]:
    records = evaluate_metric(view.warehouse, metric, "week", view.scope)
    return [record for record in records if record.period_start == week]


@st.fragment
def show_losses(tiers: Tiers, view: View) -> None:
    """The customers behind the lost of a tier, in the quarters that its churn is pooled over."""
    quarters = _list_quarters(tiers, view)
    if not quarters:
        return
    tier = choose(
        st.pills, "Lost customers of", (*TIERS, "none"), "lost_of",
        format_func=lambda each: "no tier yet" if each == "none" else to_words(each),
    )  # fmt: skip
    if tier:
        first, last = (read_span(view, each) for each in (quarters[0], quarters[-1]))
        span = replace(first, end=last.end, closing_week=last.closing_week)
        show_drill(view, "losses", f"losses_{tier}", span, view.scope, tier=tier)


@st.fragment
def show_outcome_table(chart: Chart, view: View) -> None:
    """Churn, retention and money of each tier, each number with its definition."""
    title = "Churn, retention and money by tier"
    show_title(
        title, "tier_outcome_title", lambda: show_all_definitions(OUTCOMES, view), "Definitions"
    )
    st.text(
        "Retention over 52 weeks by the tier of then; churn as above, by calendar quarter (the value of a "
        "tier takes steps of 13 weeks, which count a few others). Neither is an effect."
    )
    show_table(drop_unknown(chart.rows), "tier_outcome_table", title, OUTCOME_COLUMNS)
    show_link("What a customer of each tier is worth", LIFETIME, part=PART)


def drop_unknown(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the columns that say n/a of every tier."""
    known = [name for name in rows[0] if any(row[name] not in (None, "n/a") for row in rows)]
    return [{name: row[name] for name in known} for row in rows]
