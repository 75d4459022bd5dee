"""Every metric: what it means, how it is computed, and what it says now."""

import streamlit as st

from ui.catalogue import VALUE_COLUMNS, choose_metric, list_values, show_example, show_metric_trend
from ui.definitions import show_definition
from ui.filters import describe_scope, get_view
from ui.tables import show_table

view = get_view()
st.subheader("Metrics", anchor=False)
st.text(f"{describe_scope(view)}, by {view.grain}. Pick a metric for its definition.")
metric = choose_metric()
if metric is None:
    show_table(list_values(view), "metrics", "All metrics with their values", VALUE_COLUMNS)
    st.stop()

definition, values = st.columns([1, 1], gap="large")
with definition:
    show_definition(metric, view)
    show_example(metric)
with values:
    show_metric_trend(metric, view)
