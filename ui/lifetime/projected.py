"""What is projected beyond the observed months, by the values of a dimension too, and its backtest."""

from datetime import timedelta

import streamlit as st

from analyses.formats import to_float
from analyses.lifetime.assumptions import describe_assumptions, read_assumptions
from analyses.lifetime.projected import (
    INTERVAL,
    PRESENT,
    RESIDUAL,
    describe_backtest,
    describe_fit,
    describe_ground,
    describe_projection,
    describe_rule,
    describe_what_if,
    list_backtest_rows,
    list_projection_rows,
    list_residual_rows,
)
from analyses.lifetime.projection import Projection, find_projections
from charts.projection import build_projection_chart
from metrics.periods import format_date
from ui.cache import ask, evaluate_metric
from ui.charts import remember_chart, show_chart
from ui.filters import View, plain_markdown
from ui.lifetime.worth import Worth
from ui.tables import show_table


def read_projections(worth: Worth, view: View, by: str | None) -> dict[str | None, Projection]:
    """The projections of the quarter, of all (None) or by the values of a dimension."""
    assumptions = read_assumptions(view.settings)
    return ask(view.warehouse, find_projections, worth.quarter.end, view.scope, by, assumptions)


def show_promise(worth: Worth, view: View) -> None:
    """One line beneath the observed value: what is projected to the horizon, or that nothing is."""
    if worth.lifetime is None:
        return
    found = read_projections(worth, view, None).get(None)
    assumptions = read_assumptions(view.settings)
    st.text(f"{describe_projection(found, assumptions, view.currency, _find_cac(worth, view))}.")


def _find_cac(worth: Worth, view: View) -> float | None:
    """Acquisition cost of a new customer of the quarter, where values are shown after it."""
    if not read_assumptions(view.settings).after_cac:
        return None
    start = worth.quarter.start
    (record,) = evaluate_metric(view.warehouse, "eco_cac", "quarter", view.scope, None, start)
    return to_float(record.value)


def show_projection(worth: Worth, view: View) -> None:
    """The curve behind the value of show_promise, or a what if; its parts, and present customers."""
    found = read_projections(worth, view, None).get(None)
    if found is None:
        st.text("Nobody is a customer, so there is nothing to project.")
        return
    assumptions, cac = read_assumptions(view.settings), _find_cac(worth, view)
    if what_if := describe_what_if(found, assumptions, view.currency, cac):
        st.text(f"{what_if}.")
    if not found.curve:
        st.markdown("**Survival beyond what was observed: n/a**")
    else:
        until = format_date(worth.quarter.end - timedelta(days=1))
        chart = remember_chart(view, build_projection_chart, None, found, until, view.mode)
        show_chart(chart, "projection", view)
    _show_parts(worth, view)
    _show_present(found, view)
    assumed = describe_assumptions(assumptions)
    note = " Values by dimension and of present customers are before acquisition cost."
    st.caption(
        f"{plain_markdown(describe_ground(found))} Fit: {describe_fit(found)}. {INTERVAL}. {RESIDUAL}. Assumed: "
        f"{plain_markdown(assumed)}.{note if worth.assumptions.after_cac else ''}"
    )


def show_backtest(worth: Worth, view: View) -> None:
    """What the projection said a year ago against what came, and against constant churn."""
    found = read_projections(worth, view, None).get(None)
    if found is None:
        st.text("Nobody is a customer, so there is nothing to test.")
        return
    st.markdown(f"**{plain_markdown(describe_backtest(found.backtest))}**")
    show_table(list_backtest_rows(found.backtest), "backtest", "Predicted and actual customers")
    st.caption(plain_markdown(describe_rule(found.backtest)))


def _show_parts(worth: Worth, view: View) -> None:
    by = st.query_params.get("by", view.dimensions[0] if view.dimensions else "")
    if by not in view.dimensions:
        return
    st.markdown(f"**By {by}, each with its own curve, fit and backtest**")
    rows = list_projection_rows(read_projections(worth, view, by), by, view.currency)
    show_table(rows, f"projected_by_{by}", f"Projected lifetime value by {by}")


def _show_present(found: Projection, view: View) -> None:
    if not found.residuals:
        return
    st.markdown(f"**{PRESENT}**")
    rows = list_residual_rows(found, read_assumptions(view.settings), view.currency)
    show_table(rows, "residuals", "Margin still to come by renewals passed")
