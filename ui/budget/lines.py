"""Line by line: what goes without it, what the next 10,000 buys, the overlap, cash, and whom it is for."""

import streamlit as st

from analyses.budget.compose import list_asked
from analyses.budget.grounds import list_members
from analyses.budget.tables import list_flow_rows, list_member_rows, list_overlap_rows
from analyses.budget.words import describe_cut, describe_overlap, list_next
from ui.address import choose
from ui.budget.chosen import Budget, cut_line
from ui.cache import ask
from ui.drill import show_account_link
from ui.filters import View
from ui.tables import ROW_HEIGHT, SHOWN_ROWS, column_settings, show_download, show_table, to_arrow

NOT_YET = "Enter a programme with its cost and its effect first."
LOT = (
    "Who is reached is drawn by lot from the pool. Do not treat the others, and enter both into programme_members "
    "(arm treated, arm holdout): then what came can be measured."
)


def show_lines(budget: Budget, view: View) -> None:
    """What is lost if a line is cut, what more of it returns, the overlap of the lines and cash by year."""
    if budget.answer is None:
        st.text(NOT_YET)
        return
    case = budget.answer.case
    st.markdown("**What is lost if a line is cut**")
    for each in case.programmes:
        cut = cut_line(view, budget, each.key)
        st.text(describe_cut(each.name, cut, case.currency))
    st.markdown("**What the next 10,000 returns**")
    for told in list_next(case):
        st.text(told)
    if len(case.programmes) > 1:
        st.markdown("**How many customers two programmes both reach**")
        st.text(describe_overlap(case))
        rows = list_overlap_rows(case, budget.composed.reach.both)
        show_table(rows, "budget_overlap", "How many customers each two programmes both reach")
    st.markdown("**Cash by year, every range at its base**")
    show_table(list_flow_rows(budget.answer), "budget_flows", "Cash by year")


def show_members(budget: Budget, view: View) -> None:
    """The customers of a programme's pool, those who are reached first; one opens its account."""
    asked = tuple(list_asked(budget.scenario, budget.base.grounds))
    if not asked:
        st.text(NOT_YET)
        return
    names = {key: budget.base.grounds[key].kind.name for key, _ in asked}
    chosen = choose(
        st.selectbox, "Programme", list(names), "line", next(iter(names)),
        format_func=lambda key: names[key],
    )  # fmt: skip
    members = ask(view.warehouse, list_members, budget.base.week, asked)
    rows = list_member_rows([each for each in members if each.programme == chosen], names)
    st.caption(LOT)
    if not rows:
        st.text("Nobody.")
        return
    show_customers(rows, "budget_members", "The customers of the programme's pool")


def show_customers(rows: list[dict[str, object]], key: str, alt: str) -> None:
    """Rows of customers; a chosen one links to its account, the download has all."""
    shown = to_arrow(rows[:SHOWN_ROWS])
    money = {
        name: st.column_config.NumberColumn(name, format="%,.0f")
        for name in rows[0]
        if "margin" in name
    }
    state = st.dataframe(
        shown, hide_index=True, key=key, alt=alt,
        column_config=column_settings(shown, {"customer_id": None, **money}),
        row_height=ROW_HEIGHT, height=320, on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    if len(rows) > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {len(rows):,} rows; the download has all.")
    with st.container(horizontal=True, vertical_alignment="center"):
        for place in state.selection.rows:
            show_account_link(rows[place] | {"customer_name": rows[place]["customer"]})
        show_download(rows, key)
