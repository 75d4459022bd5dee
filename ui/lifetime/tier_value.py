"""What a customer of each tier is worth: as the tiers are, and as a chain of moves between them."""

from datetime import timedelta
from typing import Any

import streamlit as st

from analyses.lifetime.assumptions import describe_margin, read_assumptions
from analyses.tier_value.answer import TierValue, find_gap, find_tier_value
from analyses.tier_value.tables import (
    describe_assumptions,
    describe_backtest,
    describe_homogeneity,
    describe_retention,
    list_backtest_rows,
    list_group_rows,
    list_move_rows,
    list_reach_rows,
    list_worth_rows,
)
from analyses.tier_value.words import describe_gap, describe_gap_rung
from analyses.weekly import find_last_week
from charts.tier_value import build_margin_chart, build_worth_chart
from metrics.periods import format_date
from ui.cache import ask, read_missing
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.filters import View, plain_markdown
from ui.lifetime.worth import Worth
from ui.tables import show_table

PART = "value of a tier"
# Said once on the page; the file says it in every row.
HIDDEN = {"currency": None, "assumptions": None}


def load_tier_value(worth: Worth, view: View) -> TierValue:
    """As of the last Sunday of the quarter; at the first look a query of a second for a million."""
    return ask(
        view.warehouse, find_tier_value, find_last_week(worth.quarter.end), view.scope,
        worth.assumptions.discount_yearly, view.minimum,
    )  # fmt: skip


def show_tier_value(worth: Worth, view: View) -> None:
    """Charts, then the tables with every interval and difference, then what they stand on."""
    missing = read_missing(view.warehouse).get("adv_share")
    if missing:
        st.text(describe_missing_tables(missing))
        return
    value = load_tier_value(worth, view)
    if not value.worth:
        st.text("No value by tier: fewer than two customers stood in a tier.")
        return
    gap = find_gap(value)
    st.markdown(f"**{plain_markdown(describe_gap(gap, view.currency))}**")
    st.text(f"{describe_gap_rung(gap, view.currency)} The next part asks whether a move pays.")
    sunday = format_date(value.week + timedelta(days=6))
    # As entered: each customer is counted with the margin of its segment, never with their mean.
    entered = read_assumptions(view.settings)
    assumptions, margin = describe_assumptions(entered), describe_margin(entered)
    if not all(each.reason for each in value.groups):
        _show_charts(value, sunday, assumptions, margin, view)
    st.caption(plain_markdown(f"{assumptions[0].upper()}{assumptions[1:]}."))
    _show_groups(value, margin, view)
    _show_worth(value, assumptions, margin, view)
    _show_behind(value)


def _show_charts(value: TierValue, sunday: str, assumptions: str, margin: str, view: View) -> None:
    then, next_ = st.columns(2, gap="medium")
    with then:
        chart = remember_chart(
            view, build_margin_chart, sunday, value, sunday, view.currency, view.minimum, margin,
            view.mode,
        )  # fmt: skip
        show_chart(chart, "tier_margin", view, columns=HIDDEN)
    with next_:
        chart = remember_chart(
            view, build_worth_chart, sunday, value, sunday, view.currency, view.minimum,
            assumptions, view.mode,
        )  # fmt: skip
        show_chart(chart, "tier_worth", view, columns=HIDDEN)


def _show_groups(value: TierValue, margin: str, view: View) -> None:
    st.markdown(f"**{plain_markdown(describe_retention(value.groups))}**")
    rows = list_group_rows(value.groups, "", view.minimum, margin)
    show_table(
        _with_currency(rows, view),
        "tier_groups",
        "Retention and margin over 52 weeks by tier",
        HIDDEN,
    )
    unit = f", {view.currency}" if view.currency else ""
    st.caption(
        "Retention: of those in the tier 52 weeks ago, who is a customer today (Wilson; differences "
        f"Newcombe). Margin{unit}: of those in the tier today, over the 52 weeks before, whether they "
        "were customers all that time or not (1.96 standard errors; differences Welch). Each interval is "
        "of one comparison; a title names a tier only where it holds among all of them (Holm)."
    )


def _show_worth(value: TierValue, assumptions: str, margin: str, view: View) -> None:
    # Said once, so that the columns fit.
    unit = f", {view.currency}," if view.currency else ""
    title = f"Lifetime value by tier{unit} if the moves of the last 52 weeks go on"
    st.markdown(f"**{plain_markdown(title)}**")
    rows = list_worth_rows(value.worth, "", view.minimum, assumptions)
    show_table(_with_currency(rows, view), "tier_worth_table", "Lifetime value by tier", HIDDEN)
    st.markdown(f"**{plain_markdown(describe_backtest(value.backtests))}**")
    if value.backtests:
        alt = "Margin of 52 weeks by tier, as expected a year ago and as it came"
        rows = list_backtest_rows(value.backtests, view.currency, margin)
        show_table(rows, "tier_backtest", alt, HIDDEN)
        st.caption(
            "Margin of a customer, not discounted, of those who stood in the tier a year ago; forecast "
            "from the moves of the 52 weeks before and what they paid then. A value is withheld where "
            "what came lies outside the interval and more than 5 % away. Beyond 52 weeks nothing is tested."
        )


def _with_currency(rows: list[dict[str, Any]], view: View) -> list[dict[str, Any]]:
    return [{**row, "currency": view.currency} for row in rows]


def _show_behind(value: TierValue) -> None:
    with st.expander("How many come to be advocates, and when"):
        show_table(
            list_reach_rows(value.worth), "tier_reach", "Chance and weeks to advocate by tier"
        )
        st.caption(
            "Before they leave, as seen at the end of every 13 weeks; weeks: of those who come to it. If the "
            "moves go on as they are, for longer than any backtest reaches."
        )
    with st.expander("The moves behind it"):
        show_table(list_move_rows(value), "tier_moves", "Share and number of moves in 13 weeks")
        st.caption(
            f"{value.weeks} weeks in steps of 13, from Sunday to Sunday; churn on the tiers page is by calendar "
            "quarter, so it counts a few others. The values above follow from these counts as they are. "
            f"{describe_homogeneity(value)}"
        )
