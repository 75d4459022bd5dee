"""Notes and names beside a number, where it is read, and the form that adds to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from analyses.board.writing import write_time
from analyses.signed import describe_state
from ledger.approvals import approve, withdraw_approval
from ledger.notes import KINDS, MOST_CHARACTERS, NoteRow, add_note, withdraw_note
from metrics.periods import format_date, label_period
from ui.cache import open_cursor, read_metrics, read_periods
from ui.filters import View, plain_markdown
from ui.written.given import ask_name, take_name
from ui.written.reading import find_approvals, find_notes, folder_of
from warehouse.errors import StandingError


@dataclass(frozen=True)
class Place:
    """A number of a period, and the key of where it is shown: two places have widgets of their own."""

    metric: str
    grain: str
    start: date
    key: str


def show_written(view: View, metric: str, grain: str, start: date, where: str) -> None:
    """What people wrote beside the number of all customers, and a form to write more."""
    place = Place(metric, grain, start, f"written:{where}:{metric}:{grain}:{start}")
    period = label_period(grain, start, view.first_month)
    st.markdown(f"**Notes and approvals, {'week of ' if grain == 'week' else ''}{period}**")
    notes, problem = find_notes(view, metric, grain, start)
    if problem:
        st.text(f"What people wrote cannot be shown. {problem}")
        return
    approvals, _ = find_approvals(view, metric, grain, start)
    can_write = not view.chosen
    with st.container(gap="xsmall"):
        for each in approvals:
            st.text(f"{each.name}, {format_date(each.approved_at.date())}: {describe_state(each)}")
        for note in notes:
            _show_note(view, note, place, can_write)
    if not notes and not approvals:
        st.caption("Nobody has written anything beside this number yet.")
    if can_write:
        _show_form(view, place, bool(approvals))
    else:
        st.caption("They belong to the number of all customers: clear the filter to write.")


def describe_note(note: NoteRow) -> str:
    """'action by Ada, 3 Oct 2026, 09:30 UTC'."""
    return f"{note.kind} by {note.author}, {write_time(note.written_at)}"


def _show_note(view: View, note: NoteRow, place: Place, can_write: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{note.text}\n({describe_note(note)})", width="stretch")
        if can_write:
            _show_button(
                st.button, "Withdraw", place, f"withdraw:{note.note}",
                partial(_withdraw, view, note.note), type="tertiary",
                help=f"Take note {note.note} back; it stays in the ledger as withdrawn",
            )  # fmt: skip


def _show_form(view: View, place: Place, is_approved: bool) -> None:
    if told := st.session_state.pop(f"{place.key}:told", None):
        st.error(plain_markdown(told))
    # Outside the form: it is also who withdraws.
    ask_name(f"{place.key}:name")
    with st.form(place.key, border=False, enter_to_submit=False):
        st.text_area("Write a note", key=f"{place.key}:text", max_chars=MOST_CHARACTERS, height=80)
        st.segmented_control(
            "It is a", KINDS, default=KINDS[0], required=True, key=f"{place.key}:kind"
        )
        _show_button(
            st.form_submit_button, "Add the note", place, "add", partial(_add, view, place)
        )
    if not _is_closed(view, place):
        st.caption(f"The {place.grain} is not over: its number may still change.")
    with st.container(horizontal=True):
        if _is_closed(view, place):
            _show_button(
                st.button, "Approve the number", place, "approve", partial(_approve, view, place),
                help="Your name stands beneath it for as long as the number stays as it is",
            )  # fmt: skip
        if is_approved:
            _show_button(
                st.button, "Withdraw my approval", place, "unapprove",
                partial(_unapprove, view, place), type="tertiary",
            )  # fmt: skip


def _show_button(
    button: Callable[..., bool],
    label: str,
    place: Place,
    name: str,
    write: Callable[[str], None],
    **more: str,
) -> None:
    button(label, key=f"{place.key}:{name}", on_click=_try, args=(place, write), **more)


def _try(place: Place, write: Callable[[str], None]) -> None:
    """Run before the page is drawn again, so that it shows what was written; what was wrong is kept to be said."""
    name = take_name(st.session_state[f"{place.key}:name"])
    try:
        write(name)
    except StandingError as error:
        st.session_state[f"{place.key}:told"] = str(error)


def _add(view: View, place: Place, name: str) -> None:
    text, kind = (st.session_state[f"{place.key}:{part}"] for part in ("text", "kind"))
    add_note(folder_of(view), place.metric, place.grain, place.start, kind, name, text)
    st.session_state[f"{place.key}:text"] = ""


def _withdraw(view: View, note: int, name: str) -> None:
    withdraw_note(folder_of(view), note, name)


def _approve(view: View, place: Place, name: str) -> None:
    metric = read_metrics()[place.metric]
    with open_cursor(view.warehouse) as cursor:
        approve(
            folder_of(view), cursor, view.warehouse.build_id, metric, place.grain, place.start, name
        )


def _unapprove(view: View, place: Place, name: str) -> None:
    withdraw_approval(folder_of(view), place.metric, place.grain, place.start, name)


def _is_closed(view: View, place: Place) -> bool:
    periods = read_periods(view.warehouse, place.grain)
    return any(each.start == place.start and each.is_closed for each in periods)
