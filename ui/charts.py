"""A chart on a page: its message, what it shows, the figure, and the same numbers as a table."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from charts.chart import Chart
from charts.theme import PLOTLY_CONFIG
from ui.assumed import assumed_of
from ui.basis import basis_of
from ui.cache import read_metrics, remember
from ui.definitions import show_definition
from ui.figures import Ready, to_plain
from ui.filters import View, plain_markdown
from ui.tables import show_table


def remember_chart(view: View, build: Callable[..., Chart], key: Hashable, *inputs: Any) -> Chart:
    """The chart that build(*inputs) makes, made once a build, view and key.

    key is what the page lets choose beside the view. All sessions draw the same chart: nobody may
    change it.
    """
    return remember(view.warehouse, _make_plain, (build, view.key, key), build, *inputs)


def _make_plain(build: Callable[..., Chart], *inputs: Any) -> Chart:
    chart = build(*inputs)
    return replace(chart, figure=to_plain(chart.figure))


def show_chart(
    chart: Chart,
    key: str,
    view: View,
    selection: bool = False,
    columns: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Draw a chart; with selection, return the customdata of the marks that were clicked.

    columns: streamlit's column_config of the table behind it.
    """
    with st.container(gap="xsmall"):
        show_title(chart.title, key, lambda: _show_behind(chart, key, view, columns))
        st.text(chart.subtitle)
        return show_figure(chart, key, selection)


def show_figure(
    chart: Chart, key: str, selection: bool = False, is_static: bool = False
) -> list[Any]:
    """Draw the figure alone, where its words stand elsewhere on the page."""
    words = {"title": chart.title, "subtitle": chart.subtitle, "metric": chart.metric}
    figure = Ready({**chart.figure, "layout": {**chart.figure["layout"], "meta": words}})
    if not selection:
        config = {**PLOTLY_CONFIG, "staticPlot": is_static}
        st.plotly_chart(figure, key=key, config=config, alt=chart.alt)
        return []
    state = st.plotly_chart(
        figure, key=key, config=PLOTLY_CONFIG, alt=chart.alt,
        on_select="rerun", selection_mode="points",
    )  # fmt: skip
    return [point["customdata"] for point in state.selection.points if "customdata" in point]


def show_title(
    title: str, key: str, show_behind: Callable[[], None] | None, label: str = "Table"
) -> None:
    """A message in bold; customers' own words in it are no markup. What is behind opens beside it.

    Call it in a fragment: then to open it redraws the fragment and not the page. It makes none of
    its own, since Streamlit copies every container around a fragment: 0.3 ms each.
    """
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain_markdown(title)}**", width="stretch")
        if show_behind is None:
            return
        # What a popover holds is only made once it is open.
        opened = st.popover(label, type="tertiary", key=f"{key}_behind", on_change="rerun")
    if opened.open:
        with opened:
            show_behind()


def _show_behind(chart: Chart, key: str, view: View, columns: Mapping[str, Any] | None) -> None:
    st.text(chart.subtitle)
    basis = basis_of(chart.metric, view)
    assumed = assumed_of(chart.metric, view)
    show_table(chart.rows, f"{key}_rows", chart.title, columns, basis=basis, assumed=assumed)
    if chart.metric:
        show_definition(read_metrics()[chart.metric], view)
