"""The answer first: what a case returns and how sure that is, against what, then what it hangs on."""

import streamlit as st

from analyses.budget.tables import list_programme_rows
from analyses.budget.words import (
    Answer,
    describe_budget,
    describe_case,
    describe_counterfactual,
    describe_overlap,
    describe_payback,
)
from analyses.formats import format_range, format_value
from charts.budget import chart_spread, chart_tornado
from ui.budget.chosen import Budget, describe_as_of
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.nobody import describe_nobody
from ui.tables import show_table

NOTHING = (
    "Choose a programme and enter what it costs; nothing is assumed for you. Where own data show an effect, "
    "that is offered; where they do not, enter a range, which is then labelled as an assumption."
)
COLUMNS = (
    "At the base of every range. Counted once: a customer of two programmes belongs to the first of them. Kept: those "
    "who would have left. Breaks even at: as many kept pay the cost back. NPV: margin kept, discounted, less the cost. "
    "ROI: margin kept beyond the cost, over the cost, undiscounted. IRR: the discount rate at which NPV is 0."
)


def show_answer(budget: Budget, view: View) -> None:
    """The message, what it rests on, and two charts; or what is still to be entered."""
    st.text(describe_as_of(budget, view))
    if nobody := describe_nobody(view):
        st.info(nobody)
    if budget.answer is None:
        st.markdown(f"**{NOTHING}**")
        _show_notes(budget)
        _show_grounds(budget, view)
        return
    _show_message(budget.answer)
    _show_notes(budget)
    tornado, spread = st.columns(2, gap="medium")
    case = budget.answer.case
    with tornado:
        chart = remember_chart(view, chart_tornado, case, budget.answer, view.mode)
        show_chart(chart, "budget_tornado", view)
    with spread:
        chart = remember_chart(view, chart_spread, case, budget.answer, view.mode)
        show_chart(chart, "budget_spread", view)
    show_table(
        list_programme_rows(budget.answer), "budget_programmes",
        "The programmes side by side, each customer counted once",
    )  # fmt: skip
    st.caption(COLUMNS)


def _show_message(answer: Answer) -> None:
    case, outcome = answer.case, answer.outcome
    st.markdown(f"**{plain_markdown(describe_case(answer))}**")
    told = [describe_payback(outcome, case.years), describe_budget(case, outcome)]
    with st.container(gap="xsmall"):
        st.text(" ".join([*told, *filter(None, [describe_overlap(case)])]))
        for each in case.programmes:
            st.text(f"{describe_counterfactual(each)}.")


def _show_notes(budget: Budget) -> None:
    """What keeps a programme out, and what the data say against what was entered."""
    with st.container(gap="xsmall"):
        for each in budget.composed.missing:
            st.info(plain_markdown(each))
        for each in budget.composed.remarks:
            st.caption(f":material/info: {plain_markdown(each)}")
        if budget.composed.credited:
            st.caption(plain_markdown(budget.composed.credited))


def _show_grounds(budget: Budget, view: View) -> None:
    st.markdown("**What own data know of each programme**")
    show_table(list_grounds(budget, view), "budget_grounds", "What own data know of each programme")
    st.caption(
        "Left within a year: of those who stood so 52 weeks ago; no programme can keep more than these. Spent: by all "
        "that is done for the purpose."
    )


def list_grounds(budget: Budget, view: View) -> list[dict[str, object]]:
    """One row a programme: whom it is for, how many, who leaves anyway, what was measured and spent."""
    rows: list[dict[str, object]] = []
    for each in budget.base.grounds.values():
        margin = each.margin.range.base if each.margin else None
        spent = each.spent.amount if each.spent else None
        rows.append(
            {
                "programme": each.kind.name,
                "pool": each.pool,
                "left within a year": format_value(each.left.value, "percent"),
                "95 % interval": ""
                if each.left.high is None
                else format_range(each.left.low, each.left.high, "percent"),
                "margin of one, a year": format_value(margin, "currency", view.currency),
                "spent in 12 months": format_value(spent, "currency", view.currency),
                "for": each.kind.purpose,
                "effect in own data": each.evidence.verdict,
                "measured how": each.evidence.told,
                "who": each.kind.who,
            }
        )
    return rows
