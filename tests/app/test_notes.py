"""What people write where a number is read, and what they see of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ledger import approvals as approved
from ledger.database import VARIABLE
from ledger.notes import add_note, list_notes
from tests.app.conftest import Open
from ui.written import reading

BOARD = "pages/board/notes.py"
METRICS = "pages/reference/metrics.py"
PLACE = "written:reference:churn_logo:quarter:2026-07-01"
TEXT = "**Two** large ones <b>left</b>"


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger of the test's own beside the sample's build."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'written.sqlite'}")
    monkeypatch.setattr(reading, "_problems", {})


@pytest.fixture
def churn(open_page: Open, sample_warehouse: Path) -> Callable[..., AppTest]:
    """Customer churn of the last closed quarter in the metric reference."""
    return lambda **query: open_page(
        sample_warehouse, METRICS, metric="churn_logo", grain="quarter", **query
    )


def words(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(each.value) for each in (*app.text, *app.caption, *app.error))


def click(app: AppTest, name: str) -> AppTest:
    (button,) = [each for each in app.button if each.key == f"{PLACE}:{name}"]
    return button.click().run()


def test_a_note_is_written_and_withdrawn_where_its_number_is_read(
    churn: Callable[..., AppTest], sample_warehouse: Path
) -> None:
    app = churn()
    assert "Nobody has written anything" in words(app)
    app.text_area(key=f"{PLACE}:text").set_value(TEXT)
    assert "Give your name" in words(click(app, "add"))
    assert app.text_area(key=f"{PLACE}:text").value == TEXT
    app.text_input(key=f"{PLACE}:name").set_value("Ada")
    told = words(click(app, "add"))
    assert f"{TEXT}\n(comment by Ada, " in told
    assert "Give your name" not in told
    assert app.text_area(key=f"{PLACE}:text").value == ""
    (note,) = list_notes(sample_warehouse)
    assert (note.metric, note.grain, note.author) == ("churn_logo", "quarter", "Ada")
    assert TEXT not in words(click(app, f"withdraw:{note.note}"))
    assert app.session_state["written:name"] == "Ada"


def test_a_number_is_approved_and_the_name_taken_back(churn: Callable[..., AppTest]) -> None:
    app = churn()
    app.text_input(key=f"{PLACE}:name").set_value("Grace")
    assert ": approved" in words(click(app, "approve"))
    assert ": approved" in words(churn())
    assert ": approved" not in words(click(app, "unapprove"))


def test_a_slice_is_not_signed(churn: Callable[..., AppTest]) -> None:
    app = churn(segment="enterprise")
    assert "clear the filter to write" in words(app)
    assert not [each for each in app.button if str(each.key).startswith("written:")]


def test_without_the_ledger_one_sentence_stands_in_its_place(
    churn: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://me:secret@127.0.0.1:1/ledger")
    told = words(churn())
    assert "What people wrote cannot be shown. The ledger at" in told
    assert "secret" not in told


def test_the_page_of_notes_shows_who_approved_and_what_dropped(
    open_page: Open, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "written:board:ret_nrr:quarter:2026-07-01"
    app = open_page(sample_warehouse, BOARD, number="ret_nrr")
    assert app.subheader[0].value == "Q3 2026: 0 of 5 headline numbers approved, 0 notes"
    app.text_area(key=f"{place}:text").set_value(TEXT)
    app.text_input(key=f"{place}:name").set_value("Ada")
    for name in ("add", "approve"):
        next(each for each in app.button if each.key == f"{place}:{name}").click().run()
    assert app.subheader[0].value == "Q3 2026: 1 of 5 headline numbers approved, 1 note"
    numbers, notes, approvals = (frame.value for frame in app.dataframe)
    assert list(numbers["number"])[:2] == ["Customer churn rate", "Net revenue retention, 52 weeks"]
    assert list(numbers["approved by"].str.startswith("Ada")) == [False, True, False, False, False]
    assert list(notes["text"]) == [TEXT]
    assert list(approvals["state"]) == ["approved"]
    other = '{"": ["0.5", null, null]}'
    monkeypatch.setattr(approved, "_to_digits", lambda records: json.loads(other))
    app.run()
    dropped = "0 of 5 headline numbers approved, 1 dropped since their number changed, 1 note"
    assert app.subheader[0].value == f"Q3 2026: {dropped}"
    assert list(app.dataframe[2].value["state"]) == ["dropped: the number has changed since"]


def test_the_page_of_notes_lists_other_periods_and_all(
    open_page: Open, sample_warehouse: Path
) -> None:
    week = date(2026, 11, 9)
    add_note(
        sample_warehouse, "gone_metric", "week", week, "comment", "Ada", "of a metric of before"
    )
    app = open_page(sample_warehouse, BOARD, period=f"week {week}")
    assert "Week of 9 Nov 2026" in app.subheader[0].value
    assert [list(frame.value["text"]) for frame in app.dataframe if "text" in frame.value] == [
        ["of a metric of before"]
    ]
    everything = open_page(sample_warehouse, BOARD, period="all")
    assert "All periods: 0 numbers are approved, 1 note" in everything.subheader[0].value
    assert not everything.exception


def test_a_note_is_written_in_the_details_of_a_card_which_counts_it(
    open_page: Open, sample_warehouse: Path
) -> None:
    place = "written:churn:churn_logo:week:2026-11-09"
    app = open_page(sample_warehouse)
    app.session_state.details_churn = True
    app.run()
    app.text_area(key=f"{place}:text").set_value(TEXT)
    app.text_input(key=f"{place}:name").set_value("Ada")
    next(each for each in app.button if each.key == f"{place}:add").click().run()
    assert f"{TEXT}\n(comment by Ada, " in words(app)
    assert [each.value for each in app.markdown if "1 note]" in each.value]
