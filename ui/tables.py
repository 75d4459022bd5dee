"""Tables: shown as they are, downloaded with every row and every digit."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import streamlit as st

from exports.numbers import to_numbers
from exports.tables import to_csv

SHOWN_ROWS = 1000
ROW_HEIGHT = 26


def show_table(
    rows: Sequence[Mapping[str, Any]],
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    is_downloadable: bool = True,
    basis: str | None = None,
    assumed: str | None = None,
) -> None:
    """Draw rows, 1,000 at most; the download holds them all.

    columns: streamlit's column_config. Cells are drawn as text, so nothing in them is markup. basis
    is on what the numbers rest, assumed with which assumptions they are computed: the download says
    both, by default those of the page.
    """
    if not rows:
        st.caption("No rows.")
        return
    table = to_arrow(rows[:SHOWN_ROWS])
    st.dataframe(
        table, hide_index=True, key=key, alt=alt, column_config=column_settings(table, columns),
        row_height=ROW_HEIGHT, placeholder="",
        height="content" if len(rows) <= 15 else 420,
    )  # fmt: skip
    if len(rows) > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {len(rows):,} rows; the download has all.")
    if is_downloadable:
        show_download(rows, key, basis, assumed)


def show_download(
    rows: Sequence[Mapping[str, Any]], key: str, basis: str | None = None,
    assumed: str | None = None,
) -> None:  # fmt: skip
    """A button that saves all rows as CSV; cells that a spreadsheet would run are made harmless."""
    named = basis or st.session_state.get("basis")
    assumptions = assumed or st.session_state.get("assumed")
    st.download_button(
        "Download CSV",
        # A function: made at a click, not at every rerun.
        lambda: to_download(rows, named, assumptions),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}_download",
        on_click="ignore",
        type="tertiary",
    )


def to_download(
    rows: Sequence[Mapping[str, Any]], basis: str | None, assumed: str | None = None
) -> str:
    """All rows as CSV, numbers in full where the page shortens them, with the columns basis and
    assumptions where they are to be said and no row says them."""
    numbers = to_numbers(rows)
    columns = list(numbers[0])
    said = {
        name: text
        for name, text in (("basis", basis), ("assumptions", assumed))
        if text is not None and name not in columns
    }
    return to_csv([{**row, **said} for row in numbers], [*columns, *said])


def to_arrow(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as Streamlit draws them; money becomes a float here, at the edge, and nowhere before.

    Not a DataFrame, which Streamlit would turn into this: 0.06 ms a table instead of 0.8.
    """
    return pa.table({name: _to_column([row[name] for row in rows]) for name in rows[0]})


def _to_column(values: Sequence[Any]) -> pa.Array:
    plain = [float(value) if isinstance(value, Decimal) else value for value in values]
    try:
        return pa.array(plain, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Numbers beside words, as in a list of settings.
        return pa.array([None if value is None else str(value) for value in plain])


def column_settings(table: pa.Table, columns: Mapping[str, Any] | None) -> dict[str, Any]:
    """Headings in words, and thousands separators and one count of decimals for
    numbers, where a column says nothing else."""
    numbers = {
        field.name: "localized"
        if pa.types.is_integer(field.type)
        else _choose_format(table[field.name])
        for field in table.schema
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    }
    own: dict[str, Any] = {}
    for name in table.column_names:
        heading = str(name).replace("_", " ")
        own[name] = (
            st.column_config.NumberColumn(heading, format=numbers[name])
            if name in numbers
            else st.column_config.Column(heading)
        )
    return own | dict(columns or {})


def _choose_format(column: pa.ChunkedArray) -> str:
    """One count of decimals for a column, so that they stand under each other: as many as its numbers
    need, two at most, four where all are below 1."""
    values = [each for each in column.to_pylist() if each is not None]
    most = 2 if any(abs(each) >= 1 for each in values) else 4
    needed = next(
        (count for count in range(most) if all(round(x, count) == round(x, most) for x in values)),
        most,
    )
    return f"%,.{needed}f"
