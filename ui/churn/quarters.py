"""The churn page's table of quarters, as a board reads it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analyses.bridge import METRICS as BRIDGE_METRICS
from analyses.quarters import (
    METRICS,
    QuarterRow,
    choose_quarters,
    compute_quarter_rows,
    describe_gaps,
    describe_quarters,
    label_quarter,
    to_numbers,
    write_rows,
)
from ui.address import carry_click
from ui.cache import read_periods, remember
from ui.churn.headline import Churn, choose_rows, read_records
from ui.drill import read_span, show_drill
from ui.tables import ROW_HEIGHT, show_download, to_arrow


@st.fragment
def show_quarters(churn: Churn) -> None:
    """Nine quarters, a row a number; a cell opens its customers."""
    view = churn.view
    first_month = view.first_month
    until = view.week.end if view.week else churn.period.end
    quarters = choose_quarters(
        [each for each in read_periods(view.warehouse, "quarter") if each.start < until]
    )
    records = read_records(view, (*METRICS, *BRIDGE_METRICS), "quarter")
    rows = remember(view.warehouse, compute_quarter_rows, view.key, records, quarters)
    names = [label_quarter(quarter, first_month) for quarter in quarters]
    st.markdown(f"**{describe_quarters(rows, names, view.minimum)}**")
    st.text(
        f"Customers, MRR in {view.currency or 'one currency'}; rates in percent of the opening, below those of "
        "counts their 95 % interval; a rate of money has none. Churn of a year is what a year would lose if the "
        "quarter's rate and mix persisted."
    )
    clicked = _show_quarter_table(rows, names, view.minimum)
    if gaps := describe_gaps(rows):
        st.caption(gaps)
    numbers = [dict(zip(["number", *names], line, strict=True)) for line in to_numbers(rows)]
    show_download(numbers, "quarters")
    lines = {row.label: row.line for row in rows if row.line is not None}
    closed = {name: each for name, each in zip(names, quarters, strict=True) if each.is_closed}
    carry_click([row for row, _ in clicked if row in lines], "quarters_row", "line")
    carry_click([name for _, name in clicked if name in closed], "quarters_column", "quarter")
    with st.container(horizontal=True):
        label = choose_rows(
            "Customers behind", list(lines), "line", "Choose a number, or a cell above"
        )
        name = choose_rows("in", list(closed), "quarter", "Choose a quarter")
    line = lines.get(label or "")
    if line is not None and name:
        kind = {"kind": line.kind} if line.kind else {}
        span = read_span(view, closed[name])
        show_drill(view, line.drill, "quarter_rows", span, view.scope, **kind)


def _show_quarter_table(
    rows: Sequence[QuarterRow], names: Sequence[str], minimum: float
) -> list[tuple[str, str]]:
    """Draw the table; the row and the quarter of the cell that was clicked."""
    lines = write_rows(rows, minimum)
    shown = [dict(zip(["number", *names], words, strict=True)) for _, words in lines]
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(name, alignment="right") for name in names
    }
    columns["number"] = st.column_config.TextColumn("", pinned=True, width=190)
    state = st.dataframe(
        to_arrow(shown), hide_index=True, key="quarters", alt="Trailing nine quarters",
        column_config=columns, row_height=ROW_HEIGHT, height="content",
        on_select="rerun", selection_mode="single-cell",
    )  # fmt: skip
    return [(lines[place][0].label, column) for place, column in state.selection.cells]
