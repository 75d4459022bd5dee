"""What was approved: its promise against what came, cash by month, and the form that approves a saved case."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from analyses.board.codec import case_from_json
from analyses.budget.actual import (
    Actual,
    find_actual,
    find_treated,
    list_measures,
    list_payments,
    why_unmeasured,
)
from analyses.budget.case import Case
from analyses.budget.cautions import list_cautions, refuse_impossible
from analyses.budget.programmes import KINDS
from analyses.budget.promise import (
    Match,
    promise_case,
    promise_from_json,
    promise_to_json,
)
from analyses.budget.tables import list_month_rows, list_treated_rows
from analyses.budget.words import describe_cash, describe_match
from charts.budget import chart_promise
from ledger.cases import (
    ApprovedCase,
    SavedCase,
    approve_case,
    list_approved,
    list_cases,
)
from metrics.periods import format_date, label_period
from ui.address import choose
from ui.budget.chosen import Budget
from ui.budget.lines import show_customers
from ui.cache import ask, find_folder, read_periods
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.tables import show_table
from ui.written.given import ask_name, take_name
from warehouse.errors import StandingError

TOLD, WRONG = "budget:approved", "budget:unapproved"
QUARTERS_BACK = 4
NO_COST = "not in the costs"
SAME = "a programme called as here"
METHOD = (
    "By the arm that each customer was assigned to first, from the case's first day on, whatever became of it. "
    "Margin of the quarter less that at the MRR of the day of assignment; treated less held out, of one customer "
    "(Welch), times those treated. Still customers: at the quarter's end. Without a comparison group nothing is "
    "measured."
)


def show_kept(budget: Budget, view: View) -> None:
    """The approved cases one at a time, and a form to approve another."""
    if told := st.session_state.pop(TOLD, None):
        st.success(plain_markdown(told))
    if told := st.session_state.pop(WRONG, None):
        st.error(plain_markdown(told))
    try:
        approved, cases = list_approved(find_folder()), list_cases(find_folder())
    except StandingError as error:
        st.text(f"What was approved cannot be shown. {error}")
        return
    if approved:
        _show_approved(approved, view)
    else:
        st.text(
            "No case is approved yet. Once one is, each quarter stands here against its promise."
        )
    known = {one.case.key for one in approved}
    _show_form([each for each in cases if each.key not in known], budget, view)


def _show_approved(approved: Sequence[ApprovedCase], view: View) -> None:
    options = {str(each.case.key): each for each in approved}
    names = {key: _name(each.case) for key, each in options.items()}
    chosen = choose(
        st.selectbox, "Approved case", list(options), "approved", next(iter(options)),
        format_func=lambda key: names[key],
    )  # fmt: skip
    case = options[chosen or next(iter(options))]
    promise = promise_from_json(case.promised)
    st.text(f"{_describe_approval(case)} {promise.although}".strip())
    for line in promise.lines:
        actual = ask(view.warehouse, find_actual, line)
        _show_line(actual, promise.currency, view)
    st.caption(METHOD)


def _show_line(actual: Actual, currency: str, view: View) -> None:
    line = actual.line
    chart = remember_chart(view, chart_promise, line, actual, currency, view.first_month, view.mode)
    show_chart(chart, f"budget_promise_{line.key}", view)
    st.text(f"{describe_match(line.match)} Against {line.counterfactual}.")
    with st.expander(
        plain_markdown(f"{line.name}: cash by month, and the customers behind a quarter")
    ):
        st.text(describe_cash(actual, currency))
        rows = list_month_rows(actual, currency)
        show_table(rows, f"budget_cash_{line.key}", "Cash by month, promised and actual")
        _show_behind(actual, view)


def _show_behind(actual: Actual, view: View) -> None:
    """Those treated and those held out behind one quarter that was measured."""
    line = actual.line
    over = [
        each.promise.start
        for each in reversed(actual.quarters)
        if each.is_over and not why_unmeasured(each, line.match)
    ]
    if not over:
        return
    names = {day.isoformat(): label_period("quarter", day, view.first_month) for day in over}
    chosen = st.selectbox(
        "Customers behind the quarter", list(names), key=f"budget:behind:{line.key}",
        format_func=lambda day: names[day],
    )  # fmt: skip
    starts_on = line.quarters[0].start
    found = ask(
        view.warehouse, find_treated, line.match, starts_on, date.fromisoformat(chosen or "")
    )
    show_customers(
        list_treated_rows(found), f"budget_treated_{line.key}", "Customers treated and held out"
    )


def _describe_approval(case: ApprovedCase) -> str:
    told = (
        f"Approved by {case.approved_by} on {format_date(case.approved_at.date())}, held against it from "
        f"{format_date(case.starts_on)} on. Frozen: what it promised does not change."
    )
    if case.approved_at.date() > case.starts_on:
        told += " It was approved after its first day, when part of what came could be known."
    return told


def _show_form(cases: Sequence[SavedCase], budget: Budget, view: View) -> None:
    if not cases:
        st.text("To approve a case, save it first.")
        return
    names = {str(each.key): each for each in cases}
    st.markdown("**Approve a saved case**")
    chosen = st.selectbox(
        "Case to approve", list(names), index=None, key="budget:approve",
        format_func=lambda key: _name(names[key]), placeholder="Choose a saved case",
    )  # fmt: skip
    if chosen is None:
        return
    with st.form("budget:approve:form", enter_to_submit=False):
        left, right = st.columns(2, gap="medium")
        with left:
            ask_name("budget:approve:by")
        starts = _list_starts(view)
        with right:
            st.selectbox(
                "First day that is held against it", list(starts), index=len(starts) - 1,
                key="budget:approve:starts", format_func=lambda day: starts[day],
            )  # fmt: skip
        case = case_from_json(names[chosen].content)
        for programme in case.programmes:
            _ask_match(programme.key, programme.name, view)
        for number, each in enumerate(list_cautions(case)):
            st.checkbox(
                f"Approve although {plain_markdown(each)}", key=f"budget:approve:although:{number}"
            )
        st.form_submit_button(
            "Approve", key="budget:approve:send", on_click=_approve, args=(names[chosen], budget)
        )


def _ask_match(key: str, name: str, view: View) -> None:
    """Where the export will show the programme: its members, and its costs."""
    left, right = st.columns(2, gap="medium")
    kinds = {each.key: each.purpose for each in KINDS}
    paid = ask(view.warehouse, list_payments)
    options = [NO_COST, *(_write_payment(*each) for each in paid)]
    usual = _write_payment(kinds.get(key, ""), None)
    with left:
        st.selectbox(
            f"{plain_markdown(name)}: its members in the export",
            [SAME, *ask(view.warehouse, list_measures)],
            key=f"budget:approve:{key}:members",
            help=f"programme_members: the programme's name there; it is called {key} here",
        )
    with right:
        st.selectbox(
            f"{plain_markdown(name)}: its costs in the export", options,
            index=options.index(usual) if usual in options else 0,
            key=f"budget:approve:{key}:costs",
        )  # fmt: skip


def _approve(saved: SavedCase, budget: Budget) -> None:
    by = take_name(st.session_state["budget:approve:by"])
    case = case_from_json(saved.content)
    starts_on = date.fromisoformat(st.session_state["budget:approve:starts"])
    try:
        refuse_impossible(case, budget.base.grounds)
        _require_cautions(case)
        matches = {each.key: _read_match(each.key) for each in case.programmes}
        promised = promise_to_json(promise_case(case, starts_on, matches))
        approve_case(find_folder(), saved.key, by, starts_on, promised)
    except StandingError as error:
        st.session_state[WRONG] = str(error)
        return
    st.session_state[TOLD] = f"Approved: {_name(saved)}."


def _require_cautions(case: Case) -> None:
    """StandingError for the first caution that was not taken."""
    for number, each in enumerate(list_cautions(case)):
        if not st.session_state.get(f"budget:approve:although:{number}"):
            raise StandingError(
                f"Not approved: {each}. Tick that it is approved although this is so."
            )


def _read_match(key: str) -> Match:
    members = st.session_state[f"budget:approve:{key}:members"]
    costs = st.session_state[f"budget:approve:{key}:costs"]
    purpose, _, channel = costs.partition(": ") if costs != NO_COST else ("", "", "")
    return Match(key if members == SAME else members, purpose or None, channel or None)


def _write_payment(purpose: str, channel: str | None) -> str:
    """'advocacy', 'retention: email'."""
    return f"{purpose}: {channel}" if channel else purpose


def _list_starts(view: View) -> dict[str, str]:
    """The first days of the last quarters and of the one that comes next, which is the usual one."""
    quarters = read_periods(view.warehouse, "quarter")[-QUARTERS_BACK:]
    days = [each.start for each in quarters] + [each.end for each in quarters[-1:]]
    return {
        day.isoformat(): f"{format_date(day)} ({label_period('quarter', day, view.first_month)})"
        for day in days
    }


def _name(case: SavedCase) -> str:
    return f"{case.name} (version {case.version})"
