"""The assumption sheet, and the value under other assumptions."""

import streamlit as st

from analyses.lifetime.assumptions import list_assumptions, read_assumptions
from analyses.lifetime.variations import (
    NOTE,
    describe_variations,
    list_variation_rows,
    list_variations,
)
from ui.cache import read_metrics, remember
from ui.filters import View, plain_markdown
from ui.lifetime.assumption_form import show_form
from ui.lifetime.worth import Worth
from ui.tables import show_table


def show_assumptions(worth: Worth, view: View) -> None:
    """The assumption sheet: read from the settings that the build was made with."""
    st.markdown("**Assumption sheet**")
    metrics = read_metrics()
    months = worth.lifetime.months if worth.lifetime else None
    rows = list_assumptions(
        read_assumptions(view.settings), months, worth.mrr, int(worth.number("cust_active") or 0), view.currency,
        (metrics["ltv_km"].version, metrics["ltv_simple"].version),
    )  # fmt: skip
    show_table(rows, "assumptions", "Assumptions of lifetime value")
    show_form(view)


def show_variations(worth: Worth, view: View) -> None:
    """The value under other assumptions."""
    if worth.curve is None or worth.mrr is None:
        return
    variations = remember(
        view.warehouse, list_variations, view.key, worth.curve, worth.mrr, worth.assumptions
    )
    st.markdown(f"**{plain_markdown(describe_variations(variations, view.currency))}**")
    show_table(
        list_variation_rows(variations, view.currency),
        "variations",
        "Lifetime value under other assumptions",
    )
    st.caption(NOTE)
