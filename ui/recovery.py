"""The movement page's history: week by week, recovery by cohort, and the transition matrix."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from analyses.formats import format_range, format_value
from analyses.moves import PARTS, compute_weeks
from analyses.recovery import HORIZONS, STATES, Recovery, find_recovery
from analyses.transitions import Transition, find_transitions
from analyses.weekly import TIERS, WEEK
from charts.moves import chart_entries, chart_moves
from charts.recovery import LABELS, chart_recovery
from charts.sankey import STATE_LABELS
from metrics.drills import span_between
from metrics.periods import format_date, label_period
from ui.address import choose, keep, take_click
from ui.cache import ask, evaluate_metric, read_events, remember
from ui.charts import remember_chart, show_chart, show_title
from ui.drill import show_drill
from ui.filters import View
from ui.movement import Movement
from ui.tables import show_table

TO_STATES = (*TIERS, "churned")
ANY_STATE = "Any state"
MEMORYLESS = (
    "A customer keeps its tier for some weeks by rule, so one week is not independent of the next: "
    "this describes what happened and is no forecast. Interval: Dirichlet, prior 1/6 a cell."
)


@st.fragment
def show_weeks(movement: Movement, view: View) -> None:
    """Moves up and down, entries and exits, week by week from the metrics."""
    records = {name: evaluate_metric(view.warehouse, name, "week", view.scope) for name in PARTS}
    weeks = remember(view.warehouse, compute_weeks, view.key, records, movement.closing_week)
    if not weeks:
        st.caption("No week began with a customer of this scope.")
        return
    events = read_events(view.warehouse, "flow_net", weeks[0].week)
    shown = [(day, label) for day, label in events if day <= movement.closing_week]
    left, right = st.columns(2, gap="medium")
    with left:
        moves = remember_chart(view, chart_moves, None, weeks, view.mode, shown)
        show_chart(moves, "moves", view)
    with right:
        entries = remember_chart(view, chart_entries, None, weeks, view.mode, shown)
        show_chart(entries, "entries", view)


@st.fragment
def show_recovery(movement: Movement, view: View) -> None:
    """Where those who became actively dissatisfied stood later; a bar opens its customers."""
    cohorts = ask(view.warehouse, find_recovery, movement.closing_week, view.scope)
    if not cohorts:
        st.caption("Nobody of this scope became actively dissatisfied up to this week.")
        return
    horizons = [f"{weeks} weeks" for weeks in HORIZONS]
    after = choose(st.segmented_control, "After", horizons, "after", horizons[1], required=True)
    weeks = HORIZONS[horizons.index(after or horizons[1])]
    names = _name_quarters(cohorts, view)
    minimum = view.minimum
    chart = remember_chart(view, chart_recovery, weeks, cohorts, names, weeks, minimum, view.mode)
    _take_bar(show_chart(chart, "recovery", view, selection=True), names)
    st.caption(_describe_recovery(view))
    _show_cohort(names, weeks, movement, view)


@st.fragment
def show_transitions(movement: Movement, view: View) -> None:
    """The matrix of weekly moves, pooled, with credible intervals."""
    cells = ask(view.warehouse, find_transitions, movement.closing_week, view.scope)
    pooled = cells[0].weeks if cells else 0
    pooled = cells[0].weeks if cells else 0
    if not pooled:
        st.caption("No week began with a customer of this scope.")
        return
    by_pair = {(cell.from_state, cell.to_state): cell for cell in cells}
    show_title(
        _describe_likeliest(cells), "transitions",
        lambda: show_table(_long_rows(by_pair), "transition_rows", "Every pair of states"),
    )  # fmt: skip
    first, last = (format_date(movement.closing_week - back * WEEK) for back in (pooled - 1, 0))
    st.text(
        f"Where the customers of a tier stood a week later, percent of them, moves by expiry "
        f"included; pooled over {pooled} weeks, {first} to {last}; in brackets the 95 % "
        "credible interval."
    )
    rows = [_matrix_row(tier, by_pair) for tier in TIERS]
    show_table(rows, "transitions", "Transition matrix: rows from, columns to")
    st.caption(MEMORYLESS)


def _name_quarters(cohorts: Sequence[Recovery], view: View) -> dict[date, str]:
    first_month = view.first_month
    return {each.quarter: label_period("quarter", each.quarter, first_month) for each in cohorts}


def _take_bar(clicked: list[Any], names: dict[date, str]) -> None:
    """A newly clicked bar sets the two boxes; the boxes may then be set to something else."""
    for quarter, state in take_click(clicked, "recovery"):
        keep("cohort", names[date.fromisoformat(quarter)])
        keep("stood", LABELS[state])


def _describe_recovery(view: View) -> str:
    window, hold = view.settings["vocal_window_days"], view.settings["hold_weeks"]
    return (
        "Recovered: neutral or better on evidence. Hatched (by expiry): neutral or better only "
        f"because old evidence ran out. A complaint counts for {window} days and the tier is left "
        f"{hold} weeks later, sooner only if the case ends well: at 13 weeks few can have left it."
    )


def _show_cohort(names: dict[date, str], weeks: int, movement: Movement, view: View) -> None:
    """The customers of one quarter, and of one bar of it."""
    quarters = {name: quarter for quarter, name in reversed(names.items())}
    codes = {ANY_STATE: None, **{LABELS[state]: state for state in STATES}}
    with st.container(horizontal=True):
        quarter = choose(
            st.selectbox, "Customers of the quarter", list(quarters), "cohort",
            placeholder="Choose a quarter",
        )  # fmt: skip
        state = choose(
            st.selectbox, f"who {weeks} weeks later were", list(codes), "stood", ANY_STATE
        )
    if quarter is None:
        st.caption("Click a bar, or choose a quarter, to see its customers.")
        return
    chosen = {"quarter": quarters[quarter].isoformat(), "weeks": str(weeks)}
    if codes[state or ANY_STATE]:
        chosen["state"] = str(codes[state or ANY_STATE])
    span = span_between(movement.opening_week, movement.closing_week)
    show_drill(view, "recovery_customers", "recovery_customers", span, view.scope, **chosen)


def _describe_likeliest(cells: Sequence[Transition]) -> str:
    """The message: 'Likeliest move in a week: actively dissatisfied to dissatisfied, 4.3 %'."""
    moves = [each for each in cells if each.customers and each.from_state != each.to_state]
    if not moves:
        return "No customer moved from its tier or was lost"
    cell = max(moves, key=lambda each: each.share or 0)
    origin, target = (STATE_LABELS[each].lower() for each in (cell.from_state, cell.to_state))
    share = format_value(cell.share, "percent")
    return (
        f"Likeliest move in a week: {origin} to {target}, {share} "
        f"({cell.customers:,} of {cell.opening:,})"
    )


def _matrix_row(tier: str, cells: dict[tuple[str, str], Transition]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "from": STATE_LABELS[tier],
        "customer-weeks": cells[tier, tier].opening,
    }
    return row | {STATE_LABELS[state]: _cell(cells[tier, state]) for state in TO_STATES}


def _cell(cell: Transition) -> str:
    if cell.share is None or cell.low is None or cell.high is None:
        return "n/a: nobody in this tier"
    if cell.customers == 0:
        return f"0 % (up to {format_value(cell.high, 'percent').removesuffix(' %')})"
    low_high = format_range(cell.low, cell.high, "percent").removesuffix(" %")
    return f"{format_value(cell.share, 'percent')} ({low_high})"


def _long_rows(cells: dict[tuple[str, str], Transition]) -> list[dict[str, Any]]:
    return [
        {
            "from": STATE_LABELS[tier],
            "to": STATE_LABELS[state],
            "moved": cells[tier, state].customers,
            "customer-weeks": cells[tier, state].opening,
            "share": format_value(cells[tier, state].share, "percent"),
            "95 % credible interval": "n/a"
            if cells[tier, state].low is None
            else format_range(cells[tier, state].low, cells[tier, state].high, "percent"),
        }
        for tier in TIERS
        for state in TO_STATES
    ]
