"""The flows between two weeks as a picture and as a matrix, and the customers of the chosen cell."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from analyses.flows import FROM_STATES, TO_STATES, Amount, Flow, Measure
from charts.sankey import STATE_LABELS, chart_flows
from metrics.drills import span_between
from ui.address import choose, keep
from ui.cache import remember
from ui.charts import remember_chart, show_chart, show_title
from ui.drill import show_drill
from ui.filters import View
from ui.movement import Movement
from ui.nobody import describe_nobody
from ui.tables import ROW_HEIGHT, show_download, to_arrow

ANYONE, ANYWHERE = "Anyone", "Anywhere"
ORIGINS = (*(STATE_LABELS[state] for state in FROM_STATES), ANYONE)
TARGETS = (*(STATE_LABELS[state] for state in TO_STATES), ANYWHERE)


@st.fragment
def show_flows(movement: Movement, view: View) -> None:
    """Sankey and matrix of the same numbers, and beneath them the customers of the chosen cell."""
    if not movement.flows:
        st.caption(describe_nobody(view) or "No customer of this scope at either Sunday.")
        return
    weeks = (movement.opening_week, movement.closing_week)
    chart = remember_chart(
        view, chart_flows, (weeks, movement.measure),
        movement.flows, weeks, movement.measure, view.currency, view.mode,
    )  # fmt: skip
    show_chart(chart, "flows", view)
    matrix = st.container()
    # The boxes first: only they read the address, and the matrix marks what they hold.
    from_state, to_state = _choose_cell()
    with matrix:
        _show_matrix(movement, view)
    if from_state is None and to_state is None:
        st.caption("Choose a cell of the matrix, or from and to beneath it, to see its customers.")
        return
    chosen = {"from_state": from_state or ANYONE, "to_state": to_state or ANYWHERE}
    span = span_between(*weeks)
    kept = {name: state for name, state in chosen.items() if state not in (ANYONE, ANYWHERE)}
    show_drill(view, "flow_customers", "flow_customers", span, view.scope, **kept)


def _show_matrix(movement: Movement, view: View) -> None:
    rows = remember(
        view.warehouse, _matrix_rows, (view.key, movement.opening_week, movement.measure),
        movement.flows, movement.measure,
    )  # fmt: skip
    unit = "customers"
    if movement.measure == "revenue":
        unit = f"MRR in {view.currency} at the last Sunday, of the lost at the first"
    show_title(f"The same as a matrix: from row to column, {unit}", "matrix", None)
    _mark_cell()
    st.dataframe(
        to_arrow([_round(row) for row in rows]), hide_index=True, key="matrix",
        row_height=ROW_HEIGHT, placeholder="",
        alt="Movement matrix: rows are where customers came from, columns where they went",
        column_config={
            "from": st.column_config.TextColumn("From", width=150, pinned=True),
            **{name: st.column_config.NumberColumn(format="localized") for name in TARGETS},
        },
        height="content", on_select=_take_cell, selection_mode="single-cell",
    )  # fmt: skip
    show_download(rows, "movement_matrix")


def _matrix_rows(flows: Sequence[Flow], measure: Measure) -> list[dict[str, Any]]:
    """Rows from, columns to, with totals; a pair that cannot be is empty."""

    def total(is_in: Callable[[Flow], bool]) -> Amount:
        return sum((flow.amount(measure) for flow in flows if is_in(flow)), start=0)

    rows: list[dict[str, Any]] = []
    for origin in (*FROM_STATES, None):
        row: dict[str, Any] = {"from": STATE_LABELS[origin] if origin else ANYONE}
        for target in (*TO_STATES, None):
            heading = STATE_LABELS[target] if target else ANYWHERE
            row[heading] = total(
                lambda flow, origin=origin, target=target: (
                    origin in (None, flow.from_state) and target in (None, flow.to_state)
                )
            )
            if origin in ("new", "reactivated") and target == "churned":
                row[heading] = None
        rows.append(row)
    return rows


def _round(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, str) else round(value)
        for name, value in row.items()
    }


def _mark_cell() -> None:
    """Mark the cell of the two boxes; only where another is, since marking one undoes a click."""
    origin, target = (st.query_params.get(key) for key in ("from", "to"))
    origin = origin if origin in ORIGINS else None
    target = target if target in TARGETS else None
    cells: list[tuple[int, str]] = []
    if origin is not None or target is not None:
        cells = [(ORIGINS.index(origin or ANYONE), target or ANYWHERE)]
    state = st.session_state.get("matrix")
    marked = [(row, column) for row, column in state["selection"]["cells"]] if state else []
    if marked != cells:
        st.session_state.matrix = {"selection": {"rows": [], "columns": [], "cells": cells}}


def _take_cell() -> None:
    """A click on a cell sets the two boxes, and so the address."""
    cells = st.session_state.matrix["selection"]["cells"]
    row, column = cells[0] if cells else (None, None)
    keep("from", None if row is None else ORIGINS[row])
    keep("to", ANYWHERE if column == "from" else column)


def _choose_cell() -> tuple[str | None, str | None]:
    """The states of the boxes; None where nothing is chosen."""
    codes = {label: state for state, label in STATE_LABELS.items()}
    chosen: list[str | None] = []
    with st.container(horizontal=True):
        for key, label, options in (("from", "Customers from", ORIGINS), ("to", "to", TARGETS)):
            value = choose(st.selectbox, label, options, key, placeholder=options[-1])
            chosen.append(codes.get(value, value) if value else None)
    return chosen[0], chosen[1]
