"""The churn page's part on retention: how much of it is price, and endpoints beside events."""

from datetime import timedelta

import streamlit as st

from analyses.retention import (
    CAUSES,
    LINES,
    METHODS,
    Causes,
    Methods,
    describe_gross,
    describe_methods,
    describe_net,
    find_retention,
)
from charts.retention import (
    ORGANIC,
    WINDOWS,
    build_method_rows,
    build_window_rows,
    chart_causes,
    describe_windows,
    write_method_rows,
    write_window_rows,
)
from metrics.periods import find_year_before, format_date
from ui.address import carry_click
from ui.cache import ask
from ui.charts import remember_chart, show_chart, show_title
from ui.churn.headline import Churn, choose_rows, find_record
from ui.definitions import show_all_definitions
from ui.drill import read_span, show_drill
from ui.filters import View
from ui.tables import show_download, show_table

DIFFERENCE = "all, by both methods"
COLUMNS = {
    name: st.column_config.TextColumn(heading, alignment="right")
    for name, heading in (
        ("mrr", "MRR"),
        ("share_of_then", "share of then"),
        ("leads_to", "leads to"),
    )
}
WINDOW_COLUMNS = {
    name: st.column_config.TextColumn(heading, alignment="right")
    for name, heading in (("rate", "rate"), ("kept_mrr", "MRR kept"), ("of_mrr", "of MRR then"))
}


@st.fragment
def show_retention(churn: Churn) -> None:
    """What made the revenue of a year ago that of now; then the two ways to count it, reconciled."""
    view = churn.view
    span = read_span(view, churn.period)
    card = next(each for each in churn.cards if each.metric == "ret_nrr")
    if card.value is None:
        st.text(f"Retention compares two dates a year apart: n/a, {card.reason or 'no data'}.")
        return
    found = ask(view.warehouse, find_retention, span, view.currency, view.scope)
    first = find_year_before(span.grain, span.end)
    when = f"from {format_date(first)} to {format_date(span.end - timedelta(days=1))}"
    chart = remember_chart(view, chart_causes, "causes", found.causes, when, view.mode)
    clicked = show_chart(chart, "causes", view, selection=True)
    _show_windows(churn, found.causes)
    _show_methods(found.methods, when, view)
    carry_click(clicked, "causes", "cause")
    labels = {line.key: line.label for line in LINES[1:-1]} | {DIFFERENCE: DIFFERENCE}
    chosen = choose_rows(
        "Customers behind a change", list(labels), "cause", "Choose, or click on a bar above",
    )  # fmt: skip
    if chosen == DIFFERENCE:
        show_drill(view, METHODS, "methods_rows", span, view.scope)
    elif chosen:
        show_drill(view, CAUSES, "causes_rows", span, view.scope, cause=chosen)


def _show_windows(churn: Churn, causes: Causes) -> None:
    names = [name for name, _ in WINDOWS if name != ORGANIC]
    records = {name: find_record(churn, name) for name in names}
    show_title(
        describe_windows(records),
        "windows",
        lambda: show_all_definitions(names, churn.view),
        "Definitions",
    )
    rows = build_window_rows(records, causes)
    words = write_window_rows(rows, churn.view.currency)
    show_table(
        words, "windows", "Retention by base and window", WINDOW_COLUMNS, is_downloadable=False
    )
    show_download(rows, "windows")


def _show_method_rows(methods: Methods) -> None:
    rows = build_method_rows(methods)
    words = write_method_rows(rows)
    show_table(words, "methods", "Both methods, reconciled", COLUMNS, is_downloadable=False)
    show_download(rows, "methods")


def _show_methods(methods: Methods, when: str, view: View) -> None:
    show_title(
        describe_methods(methods),
        "methods",
        lambda: _show_method_rows(methods),
    )
    st.text(
        f"{when[0].upper()}{when[1:]}. Endpoints compare each customer at two dates: a rise and a fall of one "
        "customer cancel, and who came later is in neither term. Events add up every change."
    )
    for line in (describe_gross(methods, view.currency), describe_net(methods, view.currency)):
        st.text(line)
    if not methods.holds:
        st.warning("The lines do not add up to the last decimal: please report it.")
