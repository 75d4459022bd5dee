"""The page Map your export: upload, guesses, ten rows, save, build; before any warehouse is there and after."""

import io
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.mapping import exports
from ui.cache import find_folder
from warehouse.errors import StandingError
from warehouse.mapping.uploads import MOST_BYTES, keep_upload, to_file_name
from warehouse.publish import open_published, published_build_id
from warehouse.reading.source import load_source

PAGE = "pages/reference/mapping.py"
AMBIGUOUS = {
    **exports.GERMAN,
    "Verträge": (
        "Vertrag;Kundennummer;Beginn;Ende;Monatsbetrag\n"
        "V1;K1;03/04/2024;05/06/2024;10\nV2;K2;04/05/2024;;20\n"
    ),
}
HOSTILE_NAMES = {
    **exports.GERMAN,
    "Kunden": "Kundennummer;Firma;[x](javascript:alert(1)) **Branche**\nK1;<b>A</b>;:red[x]\nK2;B;\nK3;C;\n",
}


def upload(app: AppTest, files: dict[str, str]) -> AppTest:
    """The page after these files were chosen."""
    given = [
        (f"{name}.csv", text.encode("windows-1252"), "text/csv") for name, text in files.items()
    ]
    app.get("file_uploader")[0].set_value(given)  # type: ignore[attr-defined]
    return app.run()


def selected(app: AppTest, label: str) -> list[object]:
    return [box.value for box in app.selectbox if box.label == label]


def sentences(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_no_warehouse_points_to_the_page(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path / "none")
    assert "There is nothing to show yet" in app.subheader[0].value
    assert len(app.get("page_link")) == 1


def test_upload_guess_preview_save_build(open_page: Open, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    app = upload(open_page(warehouse, PAGE), exports.GERMAN)
    assert not app.exception
    assert selected(app, "mrr (needed)") == ["Monatsbetrag (EUR)"]
    assert selected(app, "beschwerde") == ["complaint"]
    assert "Verträge.csv: 4 rows, 4 accepted, 0 rejected" in sentences(app)
    # As of 20 June 2025, the day of the newest row, as the build says; not of the day on which the page is open.
    assert "(403 days)" in sentences(app)
    shown = [table.value for table in app.dataframe]
    assert any("customer_name" in table.columns and len(table) == 3 for table in shown)

    app = press(app, "map:save")
    assert not app.error
    (folder,) = (warehouse / "mappings").iterdir()
    assert {file.feeds for file in load_source(folder).tables} == {
        "customers", "subscriptions", "cases"
    }  # fmt: skip

    app = press(app, "map:build")
    assert not app.exception
    assert not app.error
    assert "data as of 2025" in app.success[0].value
    with closing(open_published(warehouse)) as opened:
        assert opened.cursor().execute("select count(*) from subscriptions").fetchone() == (4,)
    assert [box.label for box in app.sidebar.selectbox] == ["Week of Monday", "Grain"]


def test_ones_own_data_take_the_place_of_the_sample(
    open_page: Open, sample_warehouse: Path, tmp_path: Path
) -> None:
    """They are built beside the sample that is shown, not into it, and are shown from then on."""
    sample = tmp_path / "warehouse" / "sample_company"
    shutil.copytree(sample_warehouse, sample)
    before = published_build_id(sample)
    app = upload(open_page(sample, PAGE), exports.GERMAN)
    app = press(app, "map:build")
    assert not app.exception
    assert not app.error
    assert find_folder() == sample.parent
    assert published_build_id(sample) == before
    with closing(open_published(sample.parent)) as opened:
        cursor = opened.cursor()
        assert cursor.execute("select count(*) from subscriptions").fetchone() == (4,)
        assert cursor.execute("from previous_files").fetchall() == []
        (files,) = zip(*cursor.execute("select file from load_files").fetchall(), strict=True)
    assert "Verträge.csv" in files, "the file's own name, not that of the ZIP it is kept in"


def test_what_nobody_can_tell_is_asked_and_the_answer_is_kept(
    open_page: Open, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse"
    app = upload(open_page(warehouse, PAGE), AMBIGUOUS)
    asked = [radio for radio in app.radio if "day first or month first" in radio.label]
    assert [radio.value for radio in asked] == [None, None]
    assert any("nothing is guessed" in warning.value for warning in app.warning)
    app = press(app, "map:build")
    assert "nothing is guessed" in app.error[0].value.replace("\\", "")

    for radio in [radio for radio in app.radio if "day first or month first" in radio.label]:
        app = (
            next(each for each in app.radio if each.key == radio.key).set_value("month first").run()
        )
    assert not [warning for warning in app.warning if "guessed" in warning.value]
    app = press(app, "map:build")
    assert not app.error
    with closing(open_published(warehouse)) as opened:
        started = opened.cursor().execute("select min(started_on) from subscriptions").fetchone()
    assert started is not None
    assert str(started[0]) == "2024-03-04"


def test_choices_change_what_is_built(open_page: Open, tmp_path: Path) -> None:
    app = upload(open_page(tmp_path / "warehouse", PAGE), exports.GERMAN)
    box = next(box for box in app.selectbox if box.label == "beschwerde")
    app = box.set_value("question").run()
    kinds = [
        table.value["kind"].tolist() for table in app.dataframe if "kind" in table.value.columns
    ]
    assert kinds == [["question", "question", "incident"]]
    box = next(box for box in app.selectbox if box.label == "mrr (needed)")
    app = box.set_value("").run()
    assert any("subscriptions needs mrr" in each.value.replace("\\", "") for each in app.warning)
    box = next(box for box in app.selectbox if box.label.startswith("Vorgänge"))
    app = box.set_value("").run()
    assert not selected(app, "case id (needed)")


def test_what_people_upload_is_never_markup(open_page: Open, tmp_path: Path) -> None:
    app = upload(open_page(tmp_path / "warehouse", PAGE), HOSTILE_NAMES)
    assert not app.exception
    written = [
        each.value
        for kind in ("markdown", "caption", "warning", "info", "error")
        for each in getattr(app, kind)
    ]
    assert not [text for text in written if "[x](" in text or "<b>" in text or ":red[" in text]


def test_a_file_that_is_no_export_is_refused_in_a_sentence(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path / "warehouse", PAGE)
    app.get("file_uploader")[0].set_value([("export.zip", b"no zip", "application/zip")])  # type: ignore[attr-defined]
    app = app.run()
    assert not app.exception
    assert "cannot be unpacked" in app.error[0].value


def test_uploads_keep_names_apart_from_paths(tmp_path: Path) -> None:
    assert to_file_name("../../etc/pass\x00wd.csv", ()) == "passwd.csv"
    assert to_file_name("C:\\files\\a.csv", {"a.csv"}) == "a (2).csv"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../evil.csv", "a\n1\n")
        archive.writestr("notes.txt", "no")
    path = keep_upload([("all.zip", held), ("a.csv", io.BytesIO(b"a\n1\n"))], tmp_path / "uploads")
    with zipfile.ZipFile(path) as kept:
        assert kept.namelist() == ["evil.csv", "a.csv"]
    assert not list(tmp_path.glob("**/evil.csv"))
    again = keep_upload([("all.zip", held), ("a.csv", io.BytesIO(b"a\n1\n"))], tmp_path / "uploads")
    assert again == path


def test_uploads_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_BYTES <= 1_000_000_000
    monkeypatch.setattr("warehouse.mapping.uploads.MOST_BYTES", 10)
    with pytest.raises(StandingError, match="more than"):
        keep_upload([("a.csv", io.BytesIO(b"a" * 20))], tmp_path / "uploads")
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
