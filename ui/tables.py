"""Tables: shown as they are, downloaded with every row."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from exports.tables import to_csv

SHOWN_ROWS = 1000
ROW_HEIGHT = 26


def show_table(
    rows: Sequence[Mapping[str, Any]],
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    height: int | None = None,
    is_downloadable: bool = True,
) -> None:
    """Draw rows, 1,000 at most; the download holds them all.

    columns: streamlit's column_config. Cells are drawn as text, so nothing in them is markup.
    """
    if not rows:
        st.caption("No rows.")
        return
    frame = to_frame(rows[:SHOWN_ROWS])
    st.dataframe(
        frame, hide_index=True, key=key, alt=alt, column_config=column_settings(frame, columns),
        row_height=ROW_HEIGHT, placeholder="",
        height=height or ("content" if len(frame) <= 15 else 420),
    )  # fmt: skip
    if len(rows) > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {len(rows):,} rows; the download has all.")
    if is_downloadable:
        show_download(rows, key)


def show_download(rows: Sequence[Mapping[str, Any]], key: str) -> None:
    """A button that saves all rows as CSV; cells that a spreadsheet would run are made harmless."""
    st.download_button(
        "Download CSV",
        to_csv(rows, list(rows[0])),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}_download",
        on_click="ignore",
        type="tertiary",
    )


def to_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as Streamlit draws them; money becomes a float here, at the edge, and nowhere before."""
    plain = [
        {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ]
    return pd.DataFrame(plain)


def column_settings(frame: pd.DataFrame, columns: Mapping[str, Any] | None) -> dict[str, Any]:
    """Headings in words, and thousands separators for numbers, where a column says nothing else."""
    numbers = set(frame.select_dtypes("number").columns)
    own: dict[str, Any] = {}
    for name in frame.columns:
        heading = str(name).replace("_", " ")
        own[name] = (
            st.column_config.NumberColumn(heading, format="localized")
            if name in numbers
            else st.column_config.Column(heading)
        )
    return own | dict(columns or {})
