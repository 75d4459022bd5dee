"""The churn page's top: what changed, its trend and the bridges, from a view's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from analyses.bridge import LINES, compute_bridges, describe_identity
from analyses.bridge import METRICS as BRIDGE_METRICS
from analyses.churn import METRICS, compute_churn_cards, describe_churn, describe_history
from analyses.formats import format_range, format_value
from analyses.judged import is_calm
from analyses.review import Review
from analyses.sentences import describe_briefly, head_verdict
from analyses.weekly import Card, describe_change, to_finding
from charts.bridge import chart_bridge
from charts.chart import Chart
from metrics.engine import Record
from metrics.periods import Period
from ui.address import carry_click, choose
from ui.basis import show_page_title
from ui.cache import (
    evaluate_metric,
    read_metrics,
    read_missing,
    read_resets,
    read_targets,
    remember,
)
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.details import show_details
from ui.drill import read_span, show_drill
from ui.filters import View, describe_period, describe_scope, period_of, plain_markdown, to_words
from ui.nobody import describe_nobody
from ui.restated import describe_card, show_mark
from ui.trends import SHOWN_PERIODS, build_trend

# The measures by what they are called on the page and in its address.
MEASURES: dict[str, str] = dict(zip(("churn", "MRR churn", "GRR", "NRR"), METRICS, strict=True))
MEASURE_NAMES = {
    "churn": "customer churn",
    "MRR churn": "gross MRR churn",
    "GRR": "gross retention",
    "NRR": "net retention",
}


@dataclass(frozen=True)
class Churn:
    """What the page shows: one closed period of the grain, its numbers and its four cards.

    name is the period in a sentence: 'the week of 9 to 15 Nov 2026'.
    """

    view: View
    period: Period
    name: str
    review: Review
    cards: Sequence[Card]


def load_churn(view: View) -> Churn | None:
    """The numbers of the newest closed period; None, said on the page, where there are none."""
    period = period_of(view)
    missing = read_missing(view.warehouse)
    if "churn_logo" in missing:
        st.info(describe_missing_tables(missing["churn_logo"]))
        return None
    if period is None:
        st.info("The data has no period of this grain that is over by the end of the week chosen.")
        return None
    review = remember(view.warehouse, _build_review, view.key, view, period)
    cards = remember(view.warehouse, compute_churn_cards, view.key, review, period.grain)
    name = describe_period(view, period)
    return Churn(view, period, f"the {name[0].lower()}{name[1:]}", review, cards)


def _build_review(view: View, period: Period) -> Review:
    return Review(
        week=period.start,
        is_open=False,
        currency=view.currency,
        minimum=view.minimum,
        records=read_records(view, (*METRICS, *BRIDGE_METRICS), period.grain),
        quarters={},
        targets=read_targets(view.warehouse),
        resets=read_resets(view.warehouse),
        chosen=view.chosen,
        missing=read_missing(view.warehouse),
    )


def read_records(view: View, metrics: Sequence[str], grain: str) -> dict[str, Sequence[Record]]:
    """The records of several metrics in the view's scope, by metric."""
    warehouse, scope = view.warehouse, view.scope
    return {name: evaluate_metric(warehouse, name, grain, scope) for name in dict.fromkeys(metrics)}


def find_record(churn: Churn, metric: str) -> Record | None:
    """A metric's record of the page's period, for all in scope."""
    found = evaluate_metric(churn.view.warehouse, metric, churn.period.grain, churn.view.scope)
    return next((each for each in found if each.period_start == churn.period.start), None)


def show_heading(view: View) -> None:
    """The page, the period it shows, and of whom."""
    period = period_of(view)
    show_page_title("Churn", view)
    when = f"{describe_period(view, period)}. " if period else ""
    st.text(f"{when}{describe_scope(view)}. Data as of {view.as_of}.")
    if view.week is not None and not view.week.is_closed:
        st.caption("The week chosen is not over: shown is the newest period that is.")


@st.fragment
def show_message(churn: Churn) -> None:
    """One sentence on customer churn, then four cards."""
    if nobody := describe_nobody(churn.view):
        st.text(nobody)
    st.markdown(f"**{plain_markdown(describe_churn(churn.cards[0], churn.name).rstrip('.'))}**")
    with st.grid(4, min_column_width=230, gap="small"):
        for card in churn.cards:
            _show_card(card, churn)


def _show_card(card: Card, churn: Churn) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        change, comparison = card.change, card.comparison
        shown = None if change is None else format_value(change, card.unit, is_change=True)
        is_flat = shown is None or shown.lstrip("+-") == format_value(0, card.unit, is_change=True)
        # A change that chance alone may have made, or of a week within its range, is neither good nor bad.
        is_flat = is_flat or (comparison is not None and comparison.is_indistinct) or is_calm(card)
        compared = "no target"
        if card.has_few:
            compared = "too few customers to compare"
        elif comparison is not None:
            name = "target" if comparison.name == "target" else "a year ago"
            compared = f"{name} {format_value(comparison.value, card.unit)}"
        st.metric(
            card.label,
            format_value(card.value, card.unit),
            shown or compared,
            delta_color="off" if is_flat else "normal" if card.good == "up" else "inverse",
            delta_arrow="off" if is_flat else "auto",
            delta_description=compared if shown else None,
            help=read_metrics()[card.metric].definition,
        )
        st.caption(describe_card_verdict(card))
        if told := describe_change(card):
            # On a line of its own: the last line is cut off where a card is narrow.
            st.caption(f"{told[:1].upper()}{told[1:]}")
        show_mark(describe_card(churn.view, card, churn.period.grain))
        show_details(card, _facts(card), churn.view, churn.period.grain)


def describe_card_verdict(card: Card) -> str:
    """'Within normal range: 0.3-2.6 %', 'Revenue lost this week: signal', or why there is no verdict."""
    if card.value is None:
        return card.reason or "no data up to this period"
    if card.has_few:
        return "too few customers for a verdict"
    finding = card.judge or to_finding(card)
    if finding is None:
        return "signal or noise: told by week only"
    verdict = head_verdict(finding.verdict)
    if card.judge:
        # Another number's range would be read as this one's.
        rule = f", rule {finding.verdict.rule}" if finding.verdict.rule else ""
        return f"{card.judge.label} this week: {verdict.lower()}{rule}"
    return f"{verdict}: {describe_briefly(finding)}"


def _facts(card: Card) -> str:
    """n, and the interval where the number is a share of customers."""
    if card.value is None:
        return "no value"
    if card.low is None or card.high is None:
        return card.size
    return f"{card.size} · 95 % {format_range(card.low, card.high, card.unit)}"


@st.fragment
def show_trend(churn: Churn) -> None:
    """One of the four numbers over time; a normal range only where a verdict is allowed."""
    name = choose(
        st.segmented_control, "Trend of", list(MEASURES), "measure", "churn",
        format_func=MEASURE_NAMES.__getitem__,
    )  # fmt: skip
    card = next(each for each in churn.cards if each.metric == MEASURES[name or "churn"])
    if len(card.points) < 2:
        st.caption("A trend needs two periods that are over.")
        return
    chart = remember_chart(churn.view, _chart_trend, card.metric, card, churn)
    show_chart(chart, "churn_trend", churn.view)


def _chart_trend(card: Card, churn: Churn) -> Chart:
    title = describe_history(card, SHOWN_PERIODS[churn.period.grain])
    return build_trend(
        churn.view, read_metrics()[card.metric], card.points, churn.period.grain, title=title,
        limits=card.limits, rules=card.rules, has_targets=card.is_metric,
    )  # fmt: skip


@st.fragment
def show_bridges(churn: Churn) -> None:
    """Opening to closing in customers and in MRR; each step opens its customers."""
    view = churn.view
    bridges = remember(
        view.warehouse, compute_bridges, view.key, churn.review.records, churn.period, view.currency
    )
    for place, bridge in zip(st.columns(2, gap="medium"), bridges, strict=False):
        with place:
            chart = remember_chart(view, chart_bridge, bridge.unit, bridge, churn.name, view.mode)
            key = f"bridge_{bridge.unit}"
            carry_click(show_chart(chart, key, view, selection=True), key, "rows")
            st.caption(describe_identity(bridge))
    chosen = choose(
        st.selectbox, "Customers behind a step", list(LINES), "rows",
        format_func=to_words, placeholder="Choose a step, or click on one above",
    )  # fmt: skip
    if chosen:
        line = LINES[chosen]
        kind = {"kind": line.kind} if line.kind else {}
        span = read_span(view, churn.period)
        show_drill(view, line.drill, f"rows_{chosen}", span, view.scope, **kind)


def choose_rows(label: str, options: Sequence[str], key: str, placeholder: str) -> str | None:
    """One of the options or none, kept in the address."""
    offered = st.session_state.get(f"{key}_offered", options)
    if offered != options and st.query_params.get(key) not in (None, *options):
        # What another window or dimension had and this one has not is no unknown value of a link.
        del st.query_params[key]
    st.session_state[f"{key}_offered"] = options
    return choose(st.selectbox, label, options, key, placeholder=placeholder)
