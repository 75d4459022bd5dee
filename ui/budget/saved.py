"""Cases under a name: saved by versions, opened again, and put into the next board pack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from analyses.board.codec import case_from_json, case_to_json
from analyses.budget.case import Case
from analyses.budget.model import compute_outcome
from analyses.budget.scenario import scenario_of
from analyses.formats import format_value
from ledger.cases import NAMELESS, SavedCase, list_approved, list_cases, save_case
from ledger.given import LONGEST_NAME, tidy_name
from ui.budget.chosen import Budget, go_to, redraw_if_changed
from ui.budget.lines import NOT_YET
from ui.cache import find_folder
from ui.filters import View, plain_markdown
from ui.tables import show_table
from ui.written.given import NAME, ask_name, take_name
from warehouse.errors import StandingError

TOLD = "budget:saved"
WRONG = "budget:unsaved"


def show_saved(budget: Budget, view: View) -> None:
    """A form that saves the case of the address, and the list of those that were saved."""
    redraw_if_changed(budget)
    if told := st.session_state.pop(TOLD, None):
        st.success(plain_markdown(told))
    if told := st.session_state.pop(WRONG, None):
        st.error(plain_markdown(told))
    if budget.composed.case is None:
        st.text(NOT_YET)
    else:
        _show_form(budget.composed.case)
    try:
        cases = list_cases(find_folder())
        approved = {each.case.key: each.approved_by for each in list_approved(find_folder())}
    except StandingError as error:
        st.text(f"What was saved cannot be shown. {error}")
        return
    if cases:
        _show_list(cases, approved, view)


def _show_form(case: Case) -> None:
    with st.form("budget:save", enter_to_submit=False):
        left, right = st.columns(2, gap="medium")
        with left:
            st.text_input(
                "Name of the case", key="budget:save:case", max_chars=LONGEST_NAME,
                help="Saved again under its name, a case is a new version; those before stay.",
            )  # fmt: skip
        with right:
            ask_name("budget:save:by")
        st.checkbox("Put it into the next board pack", key="budget:save:pack")
        st.form_submit_button("Save", key="budget:save:send", on_click=_save, args=(case,))


def _save(case: Case) -> None:
    by = take_name(st.session_state["budget:save:by"])
    given, is_for_pack = (st.session_state[f"budget:save:{part}"] for part in ("case", "pack"))
    try:
        name = tidy_name(given, NAMELESS)
        content = case_to_json(replace(case, name=name))
        saved = save_case(find_folder(), name, content, by, is_for_pack)
    except StandingError as error:
        st.session_state[WRONG] = str(error)
        return
    st.session_state[TOLD] = f"Saved as version {saved.version} of {saved.name}."


def _show_list(cases: Sequence[SavedCase], approved: Mapping[int, str], view: View) -> None:
    st.markdown("**Saved cases, the newest version of each**")
    rows = [_to_row(each, approved.get(each.key, "")) for each in cases]
    show_table(rows, "budget_cases", "The saved cases")
    names = {str(each.key): each for each in cases}
    chosen = st.selectbox(
        "A saved case", list(names), index=None, key="budget:open",
        format_func=lambda key: f"{names[key].name} (version {names[key].version})",
        placeholder="Choose one to open it here, or to put it into the pack",
    )  # fmt: skip
    if chosen is None:
        return
    case = names[chosen]
    with st.container(horizontal=True):
        st.button(
            "Open here", key="budget:load", on_click=_open, args=(case,),
            help="Own data are those of today, the rest as saved",
        )  # fmt: skip
        st.button(
            "Take out of the next pack" if case.is_for_pack else "Put into the next pack",
            key="budget:pack", on_click=_turn, args=(case,),
            help="Adds a version under your name, which alone differs in this",
        )  # fmt: skip


def _open(case: SavedCase) -> None:
    go_to(scenario_of(case_from_json(case.content)))


def _turn(case: SavedCase) -> None:
    """Without the form's field, where no case can be saved, the name of the session, or of who saved it."""
    by = st.session_state.get("budget:save:by") or st.session_state.get(NAME) or case.saved_by
    try:
        saved = save_case(find_folder(), case.name, case.content, by, not case.is_for_pack)
    except StandingError as error:
        st.session_state[WRONG] = str(error)
        return
    said = "goes into" if saved.is_for_pack else "is taken out of"
    st.session_state[TOLD] = f"Version {saved.version} of {saved.name} {said} the next board pack."


def _to_row(saved: SavedCase, approved_by: str) -> dict[str, object]:
    case = case_from_json(saved.content)
    return {
        "case": saved.name,
        "version": saved.version,
        "NPV as saved": format_value(compute_outcome(case).npv, "currency", case.currency),
        "programmes": ", ".join(each.name for each in case.programmes),
        "saved on": saved.saved_at.date(),
        "by": saved.saved_by,
        "in the next pack": "yes" if saved.is_for_pack else "no",
        "approved by": approved_by,
    }
