"""Whether a move up to loyal or advocate pays, on which rung of evidence, and what is claimed."""

from datetime import timedelta

import streamlit as st

from analyses.lifetime.assumptions import describe_margin, read_assumptions
from analyses.tier_value.answer import find_gap
from analyses.tier_value.effect import find_risen
from analyses.tier_value.evidence import Evidence, find_evidence
from analyses.tier_value.ladder import (
    describe_assumed,
    describe_ladder,
    list_arms,
    list_changes,
    list_comparisons,
    list_risen,
    list_rungs,
)
from analyses.tier_value.words import (
    describe_claim,
    describe_effects,
    describe_gap,
    describe_plan,
    describe_rungs,
    describe_trial,
)
from analyses.weekly import find_last_week
from charts.tier_effect import build_effect_chart
from metrics.periods import format_date
from ui.cache import ask, read_missing
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.drill import show_account_link
from ui.filters import View, plain_markdown
from ui.lifetime.tier_value import load_tier_value
from ui.lifetime.worth import Worth
from ui.tables import (
    ROW_HEIGHT,
    SHOWN_ROWS,
    column_settings,
    show_download,
    show_table,
    to_arrow,
)

PART = "does a move pay"
METHOD = (
    "Others alike: same segment, tier, fiscal quarter, year of tenure and MRR within a factor of 1.41, "
    "customers for as long, who had not risen by that week; they may rise later, which draws a gain "
    "towards 0. Neither grew, shrank or renewed just before. Who left earns 0 afterwards. Change of the "
    "one less change of the other; 95 %: Student's t, variance by customer. Not claimed where the two "
    "halves of the 26 weeks before moved differently already."
)
LADDER = "The ladder of evidence: each rung removes a reason why the one before may mislead"
MEASURES = (
    "The rungs measure different things, as the column says: rung 1 models the 52 weeks to come, discounted; "
    "rungs 2 to 4 observed what came, not discounted. Their sizes are not to be compared."
)
HOLDOUT = (
    "By the arm that the lot gave, whatever they did. Change: margin that came less that at the MRR of "
    "the day (difference: Welch); still customers, loyal or advocate: at the end (Newcombe)."
)


def show_move_value(worth: Worth, view: View) -> None:
    """The sentence, the rung, the chart and the ladder; then the comparisons and programmes."""
    missing = read_missing(view.warehouse).get("adv_share")
    if missing:
        st.text(describe_missing_tables(missing))
        return
    week = find_last_week(worth.quarter.end)
    evidence = ask(view.warehouse, find_evidence, week, view.scope)
    gap = find_gap(load_tier_value(worth, view))
    currency, claim = view.currency, evidence.claim
    told = f"{describe_gap(gap, currency)} {describe_claim(claim, evidence.spent, currency)}"
    st.markdown(f"**{plain_markdown(told)}**")
    stands = describe_rungs(gap, evidence.effects.found, evidence.trial, currency)
    st.text(f"{stands} {describe_trial(evidence.trial, currency)}")
    margin = describe_margin(read_assumptions(view.settings))
    assumed = describe_assumed(margin)
    drawn, plan = st.columns(2, gap="medium")
    with drawn:
        _show_chart(evidence, assumed, view)
    with plan:
        _show_plan(evidence, assumed, view)
    st.markdown(f"**{LADDER}**")
    rows = list_rungs(gap, evidence.effects.found, evidence.trial, currency)
    alt = "What each rung of evidence finds"
    show_table(rows, "move_rungs", alt, assumed=describe_ladder(margin))
    st.caption(MEASURES)
    _show_behind(evidence, assumed, view)
    _show_customers(evidence, assumed, view)


def _show_chart(evidence: Evidence, assumed: str, view: View) -> None:
    claim = evidence.claim
    if claim is None or claim.matched is None:
        st.text("No chart: nobody who rose after an act finds others alike.")
        return
    given = claim, claim.matched, view.currency, assumed, view.mode
    chart = remember_chart(view, build_effect_chart, claim.weeks, *given)
    show_chart(chart, "move_effect", view, columns={"assumptions": None})


def _show_plan(evidence: Evidence, assumed: str, view: View) -> None:
    st.markdown("**The plan, and who was compared**")
    st.text(describe_plan(evidence.spent, evidence.claim, view.currency))
    st.text(describe_effects(evidence.effects))
    sunday = format_date(evidence.week + timedelta(days=6))
    st.caption(plain_markdown(f"Up to {sunday}. {assumed[0].upper()}{assumed[1:]}."))
    st.caption(METHOD)


def _show_behind(evidence: Evidence, assumed: str, view: View) -> None:
    with st.expander("Rungs 2 and 3: before and after, and against others alike"):
        found = evidence.effects.found
        rows = list_changes(found, view.currency)
        show_table(rows, "move_changes", "Margin before and after a rise", assumed=assumed)
        rows = list_comparisons(found, view.currency)
        show_table(rows, "move_comparisons", "Those who rose against others alike", assumed=assumed)
        st.caption(
            "Margin of one customer over the weeks; before: of 26 weeks, as of so many. Trend before: of the "
            "13 weeks before the rise against the 13 before them. Stayed: Newcombe, the others by Kish's "
            "effective number."
        )
    with st.expander("Rung 4: programmes with a holdout"):
        arms = list_arms(evidence.trials, view.currency)
        show_table(arms, "move_programmes", "Invited against held out", assumed=assumed)
        st.caption(HOLDOUT)


@st.fragment
def _show_customers(evidence: Evidence, assumed: str, view: View) -> None:
    """Those who rose; read once they are asked for, and a chosen one links to its account."""
    opened = st.expander(
        "The customers who rose and can be compared", key="move_customers_behind", on_change="rerun"
    )
    if not opened.open:
        return
    rows = list_risen(ask(view.warehouse, find_risen, evidence.week, view.scope), view.currency)
    with opened:
        if not rows:
            st.text("Nobody.")
            return
        _list_customers(rows, assumed)


def _list_customers(rows: list[dict[str, object]], assumed: str) -> None:
    shown = to_arrow(rows[:SHOWN_ROWS])
    money = {
        name: st.column_config.NumberColumn(name, format="%,.0f")
        for name in rows[0]
        if "margin" in name
    }
    state = st.dataframe(
        shown, hide_index=True, key="move_customers", alt="Customers who rose and can be compared",
        column_config=column_settings(shown, {"customer_id": None, **money}), row_height=ROW_HEIGHT, height=320,
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        for place in state.selection.rows:
            show_account_link(rows[place] | {"customer_name": rows[place]["customer"]})
        show_download(rows, "move_customers", assumed=assumed)
