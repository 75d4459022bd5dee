"""The form that freezes a pack."""

import streamlit as st

from analyses.board.freeze import LONGEST_TITLE, Given, freeze_pack
from analyses.board.quarter import label_quarter
from metrics.periods import label_period
from ui.cache import find_folder, read_periods
from ui.filters import View, plain_markdown
from ui.written.given import ask_name
from warehouse.errors import StandingError

LONGEST_NAME = 40
TOLD = "freeze:told"


def show_form(view: View, is_first: bool) -> None:
    """Which quarter, under which title and name, by whom; open where there is no pack yet."""
    if told := st.session_state.pop(TOLD, None):
        st.success(plain_markdown(told))
    quarters = [each.start for each in read_periods(view.warehouse, "quarter") if each.is_closed]
    if not quarters:
        st.text("A pack is of a quarter that is over: the data has none yet.")
        return
    # Enter in a field must not freeze what nobody can take back.
    with (
        st.expander("Freeze a pack", expanded=is_first),
        st.form("freeze", border=False, enter_to_submit=False),
    ):
        start = st.selectbox(
            "Quarter", quarters[::-1], key="freeze:quarter",
            format_func=lambda each: label_period("quarter", each, view.first_month),
        )  # fmt: skip
        title = st.text_input("Title", "Board pack", max_chars=LONGEST_TITLE, key="freeze:title")
        name = st.text_input(
            "Name of the pack (empty: that of its quarter)",
            max_chars=LONGEST_NAME,
            key="freeze:name",
        )
        by = ask_name("freeze:by")
        st.caption(
            "It holds every number of nine quarters with its definition and SQL, the slides, notes, approvals and"
            " the budget cases marked for it, as they are now, and cannot be changed afterwards."
        )
        is_sent = st.form_submit_button("Freeze", key="freeze:send")
    if is_sent:
        _freeze(Given(label_quarter(start, view.first_month), title, name.strip() or None, by))


def _freeze(given: Given) -> None:
    try:
        with st.spinner("Freezing the pack"):
            pack = freeze_pack(find_folder(), given)
    except StandingError as error:
        st.error(plain_markdown(str(error)))
        return
    st.query_params["pack"] = pack.name
    st.session_state[TOLD] = f"Frozen as {pack.name}: it stays as it is from now on."
    st.rerun()
