"""The movement page's flows: which weeks, gross up and down, Sankey, matrix, customers, balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import streamlit as st

from analyses.flows import (
    Amount,
    Balance,
    Flow,
    Gross,
    Measure,
    compute_balances,
    compute_gross,
    find_flows,
    find_gaps,
    find_stocks,
)
from analyses.formats import format_value
from analyses.weekly import WEEK
from charts.theme import TIER_LABELS
from metrics.drills import span_between
from metrics.periods import Period, format_date
from ui.address import choose, keep
from ui.cache import ask, read_metrics, read_missing, read_periods
from ui.charts import show_title
from ui.definitions import describe_missing_tables, show_definition
from ui.drill import show_drill
from ui.filters import View, describe_scope, period_of
from ui.tables import show_table
from ui.verdicts import BELOW, describe_badge, find_verdict

PRESETS = {"1 week": 1, "4 weeks": 4, "13 weeks": 13, "52 weeks": 52}
MEASURES: tuple[Measure, ...] = ("customers", "revenue")
SUNDAY = timedelta(days=6)


@dataclass(frozen=True)
class Movement:
    """What the page shows: from the Sunday of one week to that of another, by their Mondays."""

    opening_week: date
    closing_week: date
    measure: Measure
    flows: tuple[Flow, ...]

    @property
    def weeks(self) -> int:
        """How many weeks lie between the two Sundays."""
        return (self.closing_week - self.opening_week) // WEEK


def load_movement(view: View) -> Movement | None:
    """Draw the choice of weeks and measure and follow the customers; None, with why, without any."""
    missing = read_missing(view.warehouse).get("flow_net")
    closing = period_of(view, "week")
    if missing:
        st.info(describe_missing_tables(missing))
        return None
    closed = [week.start for week in read_periods(view.warehouse) if week.is_closed]
    if closing is None or closing.start == closed[0]:
        st.info("Movement is between two weeks that are over: the data has no such pair here.")
        return None
    if view.week is not None and view.week.start > closing.start:
        st.text("The week shown is not over: this is the movement up to the last one that is.")
    heading = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        opening_week = _choose_weeks(closed, closing)
        measure = choose(
            st.segmented_control, "Measure", MEASURES, "measure", "customers", required=True
        )
    flows = ask(view.warehouse, find_flows, opening_week, closing.start, view.scope)
    movement = Movement(opening_week, closing.start, cast(Measure, measure or MEASURES[0]), flows)
    heading.text(f"{_describe_weeks(movement)} {describe_scope(view)}.")
    return movement


@st.fragment
def show_gross(movement: Movement, view: View) -> None:
    """Gross up and down, net, by expiry, and who came and left; each opens its customers."""
    gross = compute_gross(movement.flows, movement.measure)
    cards: list[tuple[str, Amount, str, str, dict[str, str]]] = [
        ("Up on evidence", gross.up, "flow_up", "moved_up", {}),
        ("Down on evidence", gross.down, "flow_down", "moved_down", {}),
        ("Net on evidence", gross.net, "flow_net", "moved_net", {}),
        ("By expiry", gross.expired, "flow_expired", "expired_moves", {}),
        ("New", gross.new, "cust_new", "flow_customers", {"from_state": "new"}),
        ("Won back", gross.reactivated, "cust_react", "flow_customers", {"from_state": "reactivated"}),
        ("Lost", gross.churned, "cust_lost", "flow_customers", {"to_state": "churned"}),
    ]  # fmt: skip
    with st.grid(7, min_column_width=125, gap="xsmall"):
        for label, amount, metric, drill, chosen in cards:
            with st.container(border=True, gap=None, height="stretch"):
                _show_card(label, amount, gross, metric, movement, view)
                _show_verdict(metric, movement, view)
                _show_card_rows(label, metric, drill, chosen, movement, view)


def show_balance(movement: Movement, view: View) -> None:
    """Opening + in - out = closing, tier by tier, held against the tiers' own stocks."""
    balances = compute_balances(movement.flows, movement.measure)
    before, after = (
        ask(view.warehouse, find_stocks, week, view.scope)
        for week in (movement.opening_week, movement.closing_week)
    )
    gaps = find_gaps(balances, before, after, movement.measure)
    if gaps:
        st.error(f"This does not add up for: {', '.join(TIER_LABELS[tier] for tier in gaps)}.")
    rows = [_balance_row(each, movement.measure) for each in balances]
    show_title(_describe_balance(balances[-1], movement, view, bool(gaps)), "balance", None)
    within = " + change within the tier" if movement.measure == "revenue" else ""
    at = "Who came counts at the last Sunday's MRR, who left at the first's. " if within else ""
    st.text(
        f"Each tier and all of them: opening + in{within} - out = closing, and both ends are what "
        f"the tiers held on these Sundays. {at}"
    )
    show_table(rows, "balance", "Opening, in, out and closing of each tier")


def _choose_weeks(closed: Sequence[date], closing: Period) -> date:
    """The first week. The last is the week of the sidebar: both controls set the same thing."""
    earlier = [week.isoformat() for week in reversed(closed) if week < closing.start]
    spans = {name: weeks for name, weeks in PRESETS.items() if weeks <= len(earlier)}
    st.session_state.until = closing.start.isoformat()
    since = choose(
        st.selectbox, "From the end of the week of", earlier, "since", earlier[0], width=190
    )
    opening_week = date.fromisoformat(since or earlier[0])
    st.selectbox(
        "to the end of the week of", [week.isoformat() for week in reversed(closed)], key="until",
        width=190, on_change=lambda: st.session_state.update(week=st.session_state.until),
    )  # fmt: skip
    weeks = (closing.start - opening_week) // WEEK
    st.session_state.preset = next((name for name, n in spans.items() if n == weeks), None)

    def take_preset() -> None:
        chosen = spans.get(st.session_state.preset or "")
        if chosen:
            keep("since", (closing.start - chosen * WEEK).isoformat(), earlier[0])

    st.segmented_control("Weeks between", list(spans), key="preset", on_change=take_preset)
    return opening_week


def _describe_weeks(movement: Movement) -> str:
    first, last = (
        format_date(day) for day in (movement.opening_week + SUNDAY, movement.closing_week + SUNDAY)
    )
    if movement.weeks == 1:
        return f"From Sunday {first} to Sunday {last}."
    return (
        f"From Sunday {first} to Sunday {last}, {movement.weeks} weeks. Each customer is followed "
        "from the first Sunday to the last: what moved in between and came back does not show, so "
        "the weeks do not add up to this, and it has no verdict: a single week has one."
    )


def _show_card(
    label: str, amount: Amount, gross: Gross, metric: str, movement: Movement, view: View
) -> None:
    is_net = label.startswith("Net")
    unit = "count" if movement.measure == "customers" else "currency"
    value = format_value(float(amount), unit, view.currency, is_change=is_net)
    few = sum(flow.customers for flow in movement.flows if flow.from_state in TIER_LABELS)
    share = None
    if gross.opening and few >= view.minimum:
        share = format_value(float(amount) / float(gross.opening), "percent", is_change=is_net)
    st.metric(
        label, value, f"{share.replace('pp', '%')} of opening" if share else None,
        delta_color="off", delta_arrow="off", help=read_metrics()[metric].definition,
    )  # fmt: skip


def _show_verdict(metric: str, movement: Movement, view: View) -> None:
    """By single weeks and in customers; several weeks together share theirs with the next ones."""
    if movement.weeks > 1 or movement.measure != "customers":
        return
    judged = find_verdict(metric, movement.closing_week, view)
    if judged is not None:
        st.markdown(describe_badge(judged.to_finding(view.currency), gap=BELOW))


def _show_card_rows(
    label: str, metric: str, drill: str, chosen: dict[str, str], movement: Movement, view: View
) -> None:
    key = f"{drill}_{'_'.join(chosen.values())}_card"
    opened = st.popover("Customers", type="tertiary", key=f"{key}_open", on_change="rerun")
    if opened.open:
        with opened:
            st.markdown(f"**{label}**")
            span = span_between(movement.opening_week, movement.closing_week)
            show_drill(view, drill, key, span, view.scope, **chosen)
            show_definition(read_metrics()[metric], view)


def _balance_row(balance: Balance, measure: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {
        "tier": TIER_LABELS[balance.tier] if balance.tier else "All",
        "opening": balance.opening,
        "+ from other tiers": balance.moved_in,
        "+ new": balance.new,
        "+ won back": balance.reactivated,
        "- to other tiers": balance.moved_out,
        "- lost": balance.churned,
    }
    if measure == "revenue":
        row["+ change within the tier"] = balance.change
    row["= closing"] = balance.closing
    # What another currency is worth has six decimals; the sums hold before they are rounded.
    return {
        name: round(each, 2) if isinstance(each, Decimal) else each for name, each in row.items()
    }


def _describe_balance(total: Balance, movement: Movement, view: View, has_gaps: bool) -> str:
    came = total.new + total.reactivated
    changed = total.change + total.moved_in - total.moved_out

    def words(amount: Amount) -> str:
        if movement.measure == "customers":
            return f"{amount:,}"
        return f"{amount:,.2f}"

    unit = "customers" if movement.measure == "customers" else f"{view.currency} of MRR"
    sign = "+" if changed > 0 else "-"
    change = (
        f" {sign} {words(abs(changed))} change of those who stayed customers" if changed else ""
    )
    verdict = "It does not reconcile" if has_gaps else "It reconciles"
    return (
        f"{verdict}: {words(total.opening)} opening + {words(came)} in - {words(total.churned)} out"
        f"{change} = {words(total.closing)} {unit} closing"
    )
