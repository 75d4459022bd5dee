"""What acquired customers have brought so far, by age: nothing expected, nothing assumed but the margin."""

from datetime import timedelta
from typing import Any

import streamlit as st

from analyses.lifetime.assumptions import describe_margin, read_assumptions
from analyses.lifetime.historic import find_cohorts
from analyses.survival import describe_first_day, find_first_day
from charts.orders import build_cohort_chart
from metrics.periods import format_date
from ui.address import choose
from ui.cache import ask
from ui.charts import remember_chart, show_chart
from ui.filters import View, period_of, plain_markdown
from ui.lifetime.worth import Worth
from ui.tables import show_table

HIDDEN: dict[str, Any] = {"assumptions": None}  # a download says them


@st.fragment
def show_historic(_: Worth | None, view: View) -> None:
    """Cumulative margin per acquired customer by weeks since acquisition, a line a quarter."""
    quarter = period_of(view, "quarter")
    if quarter is None:
        return
    cohorts = ask(view.warehouse, find_cohorts, quarter.end, view.scope)
    ways = list(dict.fromkeys(each.acquired_by for each in cohorts))
    if not ways:
        st.caption("Nobody was acquired so far.")
        return
    margin = describe_margin(read_assumptions(view.settings))
    way = choose(st.segmented_control, "Acquired by", ways, "acquired_by", ways[0], required=True)
    first = ask(view.warehouse, find_first_day, quarter.end, view.scope)
    doubt = describe_first_day(first) if way == "contract" else ""
    note = f"; {doubt}" if doubt else ""
    chart = remember_chart(
        view, build_cohort_chart, ("historic", way), cohorts, way or ways[0],
        format_date(quarter.end - timedelta(days=1)), view.currency, view.mode, note,
        margin,
    )  # fmt: skip
    show_chart(chart, "historic", view, columns=HIDDEN)
    rows = list(chart.rows)
    money = {
        name: st.column_config.NumberColumn(name.replace("_", " "), format="%,.0f")
        for name in rows[0]
        if name.startswith("week_")
    }
    unit = f", {view.currency}" if view.currency else ""
    st.markdown(f"**What one customer of each quarter has brought{plain_markdown(unit)}**")
    show_table(
        rows, "historic_rows", "Cumulative margin per acquired customer by age",
        HIDDEN | {"acquired_by": None} | money,
    )  # fmt: skip
    st.caption(
        f"{plain_markdown(f'{margin[:1].upper()}{margin[1:]}')}; an order with a margin of its "
        "own counts that. MRR counts by the day, an order on its day, a refund subtracts. An age that "
        "not all customers of a quarter have reached is missing. Before acquisition cost."
    )
