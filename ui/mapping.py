"""Map your export: files come in, the guesses are a form, ten rows show what they make, and a build follows.

What people upload is never markup: it stands in options, table cells and st.text, or behind plain_markdown.
"""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import streamlit as st

from ledger.freeze import freeze
from ui.cache import show_folder
from ui.filters import plain_markdown
from ui.mapping_columns import choose_columns, label_file
from ui.tables import show_table
from warehouse.build import build
from warehouse.errors import CheckFailed, NoAsOfError, StandingError
from warehouse.home import given_folder, own_folder
from warehouse.mapping.draft import save_mapping, to_files
from warehouse.mapping.guess import derive_customers, guess
from warehouse.mapping.look import Look, LookedAt, look_at
from warehouse.mapping.mapping import Mapping, mappable_tables, to_name
from warehouse.mapping.preview import Preview, preview
from warehouse.mapping.summary import find_known_source, list_gaps, list_questions
from warehouse.mapping.uploads import ENDINGS, keep_upload
from warehouse.publish import published_build_id
from warehouse.reading.source import COMPANY_FILES
from warehouse.settings import load_settings
from warehouse.staging.rates import TEMPLATE

MOST_MEGABYTES = 200
# Above it ten rows take too long to be shown after every change.
SHOWN_AT_ONCE_BYTES = 20_000_000
NO_TABLE = ""


def choose_export() -> Path | None:
    """The files of an export, kept in the folder of one's own data; None until there are some."""
    given = st.file_uploader(
        "Files of the export: CSV, Excel, or the ZIP file with them",
        type=[ending.removeprefix(".") for ending in ENDINGS],
        accept_multiple_files=True,
        max_upload_size=MOST_MEGABYTES,
        key="mapping_files",
    )
    if not given:
        return None
    try:
        return keep_upload([(file.name, file) for file in given], _folder() / "uploads")
    except StandingError as error:
        show_problem(error)
        return None


def _folder() -> Path:
    """Where one's own data are built, also while the sample is shown."""
    return own_folder(given_folder())


def show_problem(error: Exception) -> None:
    """The sentence of an error; it may quote what a file holds."""
    st.error(plain_markdown(str(error)))


@st.cache_resource(max_entries=2, show_spinner="Looking at the files", on_release=Look.close)
def _look(path: str) -> Look:
    return look_at(Path(path))


@st.cache_data(max_entries=2, show_spinner=False)
def _guess(path: str) -> Mapping:
    return guess(_look(path))


def open_export(export: Path) -> Look | None:
    """The files as they were looked at; None, with a sentence, where they cannot be read."""
    try:
        return _look(str(export))
    except StandingError as error:
        show_problem(error)
        return None


def choose_mapping(look: Look) -> Mapping:
    """The form: which file is which table, then which header is which column. The guesses are its defaults."""
    guessed = replace(_guess(str(look.export)), name="my mapping")
    unknown = [
        file for file in look.files if file.columns and file.raw.file.stem not in COMPANY_FILES
    ]
    st.markdown("**2. Which file is what**")
    tables = _choose_tables(unknown, guessed)
    st.markdown("**3. Which header is what**")
    st.text("The needed columns come first. What is doubtful is written under them.")
    files = tuple(
        choose_columns(look, file, tables[file.name], guessed)
        for file in unknown
        if tables[file.name] != NO_TABLE
    )
    return derive_customers(replace(guessed, files=files, unused=()))


def _choose_tables(files: list[LookedAt], guessed: Mapping) -> dict[str, str]:
    known = [NO_TABLE, *mappable_tables()]
    reasons = dict(guessed.unused)
    chosen: dict[str, str] = {}
    with st.container(horizontal=True):
        for file in files:
            found = next(
                (each.table for each in guessed.files if file.raw.file.stem in each.stems), NO_TABLE
            )
            chosen[file.name] = (
                st.selectbox(
                    plain_markdown(f"{label_file(file)}, {file.rows:,} rows"),
                    known,
                    index=known.index(found),
                    format_func=lambda name: name.replace("_", " ") or "no table",
                    key=f"map:{file.name}:table",
                    width=280,
                )
                or NO_TABLE
            )
    for name, reason in reasons.items():
        if chosen.get(name, NO_TABLE) == NO_TABLE:
            st.text(f"{name.rpartition('/')[2]}: {reason}")
    return chosen


def show_questions(look: Look, mapping: Mapping) -> None:
    """What must be answered before a build, and what stays off."""
    questions = list_questions(mapping)
    known = find_known_source(look)
    gaps = [f"{known}: a build reads it without a mapping."] if known else []
    gaps += list_gaps(mapping)
    if questions:
        st.warning("\n".join(f"- {plain_markdown(each)}" for each in questions))
    if gaps:
        st.info("\n".join(f"- {plain_markdown(each)}" for each in gaps))


@st.cache_data(max_entries=8, show_spinner="Reading ten rows")
def _preview(path: str, mapping: Mapping, as_of: date | None) -> Preview:
    """As of the day of the build: that of the box, else what the files say; today where they say nothing."""
    try:
        return preview(Path(path), mapping, load_settings(), as_of)
    except NoAsOfError:
        return preview(Path(path), mapping, load_settings(), datetime.now(UTC).date())


def read_as_of() -> date | None:
    """What stands in the box of the last complete day."""
    given = st.session_state.get("map:as_of")
    return given if isinstance(given, date) else None


def show_preview(look: Look, mapping: Mapping) -> None:
    """Ten rows of each table as the build would make them, and what it would reject, with the reasons."""
    st.markdown("**4. Ten rows of each table, as a build makes them**")
    if not mapping.files:
        st.text("Choose a table for one of the files first.")
        return
    is_large = look.export.stat().st_size > SHOWN_AT_ONCE_BYTES
    if is_large and not st.button("Show ten rows", key="map:preview"):
        return
    try:
        found = _preview(str(look.export), mapping, read_as_of())
    except StandingError as error:
        show_problem(error)
        return
    if found.problem:
        st.warning(plain_markdown(f"A build would stop here: {found.problem}"))
    for table, rows in found.tables.items():
        st.text(table.replace("_", " ").capitalize())
        _show_counts(found, table)
        _show_rows(rows, f"map_{table}", f"Ten rows of {table}")
        if found.rejected.get(table):
            st.text("Rejected, the first ten:")
            _show_rows(found.rejected[table], f"map_{table}_rejected", f"Rejected rows of {table}")
    notes = [note["message"] for note in found.notes if note["message"]]
    if notes:
        st.text("\n".join(dict.fromkeys(notes)))


def _show_counts(found: Preview, table: str) -> None:
    for file in found.files:
        if file["table_name"] == table:
            st.text(
                f"{file['file'].rpartition('/')[2]}: {file['rows_in']:,} rows, {file['accepted']:,} accepted,"
                f" {file['rejected']:,} rejected, {file['deleted']:,} deleted, {file['set_aside']:,} set aside"
            )


def _show_rows(rows: list[dict[str, object]], key: str, alt: str) -> None:
    filled = [
        name for name in (rows[0] if rows else ()) if any(row[name] is not None for row in rows)
    ]
    show_table(
        [{name: row[name] for name in filled} for row in rows], key, alt, is_downloadable=False
    )


def show_finish(look: Look, mapping: Mapping) -> None:
    """Save the mapping, take it home as a ZIP, or build with it."""
    st.markdown("**5. Save it, and build**")
    given = st.text_input("Name of the mapping", "my mapping", max_chars=60, key="map:name")
    st.date_input(
        "Last complete day (empty: the day before the newest change in the files)",
        value=None, key="map:as_of",
    )  # fmt: skip
    named = replace(mapping, name=to_name(given or "my mapping", ()))
    has_files = bool(mapping.files)
    with st.container(horizontal=True):
        is_saved = st.button("Save the mapping", key="map:save", disabled=not has_files)
        st.download_button(
            "Download as ZIP", lambda: to_zip(named), f"{named.name}.zip", "application/zip",
            key="map:download", on_click="ignore", disabled=not has_files,
        )  # fmt: skip
        is_built = st.button("Build with it", key="map:build", disabled=not has_files)
    if is_saved or is_built:
        _save_and_build(look, named, read_as_of(), is_built)
    if told := st.session_state.get("map:told"):
        st.success(plain_markdown(told))
        st.page_link("pages/review/weekly.py", label="Open the weekly review")
        st.page_link("pages/reference/data_health.py", label="Open data health: what is missing")


def _save_and_build(look: Look, mapping: Mapping, as_of: date | None, is_built: bool) -> None:
    st.session_state.pop("map:told", None)
    warehouse = _folder()
    try:
        folder = save_mapping(mapping, warehouse / "mappings")
        if not is_built:
            st.success(plain_markdown(f"Saved in {folder}."))
            return
        with st.status("Building", expanded=False) as status:

            def progress(message: str) -> None:
                status.update(label=plain_markdown(message))

            missed = published_build_id(warehouse)
            report = build(look.export, warehouse, load_settings(), as_of, progress, source=folder)
            freeze(warehouse, progress, missed=missed)
            show_folder(warehouse)
    except (StandingError, CheckFailed) as error:
        show_problem(error)
        _show_rates(look.export.parent / TEMPLATE)
        return
    missing = [table["table_name"] for table in report.tables if not table["is_present"]]
    st.session_state["map:told"] = (
        f"Built from {folder}, data as of {report.info['as_of']}."
        f" Not in this export: {', '.join(missing)}."
    )
    # So that the sidebar is that of the new build.
    st.rerun()


def _show_rates(template: Path) -> None:
    """The rates that the build asked for, to be filled in and added to the files."""
    if template.exists():
        st.download_button(
            "Download exchange_rates.csv, fill in the rates and add it to the files above",
            template.read_bytes(), "exchange_rates.csv", "text/csv", key="map:rates",
            on_click="ignore",
        )  # fmt: skip


def to_zip(mapping: Mapping) -> bytes:
    """The mapping's folder as a ZIP."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in to_files(mapping).items():
            archive.writestr(zipfile.ZipInfo(f"{mapping.name}/{name}"), text)
    return held.getvalue()
