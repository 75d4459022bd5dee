"""The page of board packs: freeze one there, read what it holds, and be told what cannot be done."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

import ui.board.freeze
from analyses.board.codec import to_json
from analyses.board.document import Pack
from analyses.board.freeze import Given, read_today
from exports.presentation import to_presentation
from ledger.database import VARIABLE, ledger_url
from ledger.packs import PackRow, save_pack
from ledger.writer import write_ledger
from tests.app import exports
from tests.app.conftest import Open
from tests.packs import make_pack

PACK = "pages/board/pack.py"
PRESENT = "pages/board/present.py"
FILES = {"pack:pptx", "pack:xlsx", "pack:html", "pack:pdf"}


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger of the test's own beside the sample's build."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'written.sqlite'}")


def save(warehouse: Path, given: Given) -> Pack:
    """The pack made by hand, which the sample does not bear out: to compose one takes seconds."""
    pack = replace(make_pack(), title=given.title, frozen_by=given.by)
    row = PackRow(
        pack.name, pack.title, pack.quarter_start, pack.frozen_at, pack.frozen_by, pack.build_id
    )
    save_pack(warehouse, row, to_json(pack))
    return pack


def freeze(app: AppTest, **given: str) -> AppTest:
    for name, value in given.items():
        app.text_input(key=f"freeze:{name}").set_value(value)
    app = next(each for each in app.button if each.key == "freeze:send").click().run()
    assert not app.exception
    return app


def test_a_pack_is_frozen_and_shown_beside_what_it_would_be_now(
    open_page: Open, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Given] = []

    def take(warehouse: Path, given: Given) -> Pack:
        asked.append(given)
        return save(warehouse, given)

    monkeypatch.setattr(ui.board.freeze, "freeze_pack", take)
    app = open_page(sample_warehouse, PACK)
    assert app.subheader[0].value == "No board pack is shown"
    # Enter in a field freezes nothing: only the button does.
    (form,) = (each.proto.form for each in app.main if each.type == "form")  # type: ignore[union-attr]
    assert not form.enter_to_submit
    app = freeze(app, title="Q3 *bold*", by=" Ada ")
    assert asked == [Given("2026Q3", "Q3 *bold*", None, "Ada")]
    told = app.subheader[0].value.replace("\\", "")
    assert told.startswith("Q3 *bold*: 2 of the 2 numbers of this pack would be others today")
    assert "by Ada" in app.text[0].value
    headlines, slides, now, packs = (frame.value for frame in app.dataframe)
    assert headlines["2026Q3"][0] == "3.0 %"
    assert slides["message"][2] == "Churn rose to 3.0 %, from 2.0 %"
    # A file has more slides where one goes on, so that a number here would name another there.
    assert "slide" not in slides.columns
    assert list(now["in this pack"]) == ["3.0 %", "2.0 %"]
    assert list(now["now"]) == ["3.1 %", "4.7 %"]
    assert list(packs["pack"]) == ["2026q3"]
    keys = {each.proto.id.rpartition("-")[2] for each in app.get("download_button")}  # type: ignore[attr-defined]
    assert keys >= FILES
    bridge = open_page(sample_warehouse, PACK, slide="bridge").dataframe[0].value
    assert list(bridge.columns) == ["category", "total", "up", "down"]
    assert list(bridge["down"]) == ["", "", "EUR 200", ""]
    assert "There is a pack 2026q3 already" in freeze(app).error[0].value
    app = open_page(sample_warehouse, PACK, pack="nix")
    assert [each.type for each in app.main if each.type in ("info", "subheader")] == [
        "info",
        "subheader",
    ]


def test_a_pack_that_was_changed_is_not_shown(open_page: Open, sample_warehouse: Path) -> None:
    save(sample_warehouse, Given("2026Q3", "Q3", by="Ada"))
    with write_ledger(ledger_url(sample_warehouse)) as connection:
        connection.execute(text("drop trigger packs_no_update"))
        connection.execute(
            text("update packs set title = 'x', content = replace(content, '3.0', '2.0')")
        )
    app = open_page(sample_warehouse, PACK, pack="2026q3")
    assert app.subheader[0].value == "No board pack is shown"
    assert "no longer is what was frozen" in app.error[0].value


def test_without_the_ledger_one_sentence_is_said(
    open_page: Open, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://me:secret@127.0.0.1:1/ledger")
    app = open_page(sample_warehouse, PACK)
    assert not app.exception
    assert app.subheader[0].value == "Board packs cannot be shown"
    assert "secret" not in app.text[0].value


def test_the_page_presents_what_the_file_shows(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PRESENT)
    assert app.subheader[0].value == "No board pack is shown"
    pack = save(sample_warehouse, Given("2026Q3", "Q3 *bold*", by="Ada"))
    app = open_page(sample_warehouse, PRESENT)
    assert not app.exception
    (frame,) = app.get("iframe")
    assert frame.proto.srcdoc == to_presentation(pack, read_today(sample_warehouse, pack))  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", [PACK, "pages/board/notes.py"])
@pytest.mark.parametrize("write", [exports.write_empty, exports.write_one_customer])
def test_a_company_without_a_quarter(
    open_page: Open, build_export: Callable[..., Path], page: str, write: Callable[[Path], Path]
) -> None:
    app = open_page(build_export(write), page)
    assert not app.exception
    assert app.subheader
