"""The mapping in use: each column of the contract, the files and headers it comes from, and the SELECT."""

import streamlit as st

from ui.address import choose
from ui.cache import read_rows
from ui.filters import View
from ui.tables import show_table
from warehouse.contract import load_contract

COLUMNS = """
    select column_name, string_agg(distinct header, ', ' order by header) as headers,
        string_agg(distinct file, ', ' order by file) as files
    from mapped_columns
    where table_name = ?
    group by column_name
"""
SELECTS = "select table_name, sql from mapping_selects order by table_name"


@st.fragment
def show_mapping(view: View) -> None:
    """The columns of one table, those that nothing fills included; the SELECT opens on click."""
    selects = {row["table_name"]: row["sql"] for row in read_rows(view.warehouse, SELECTS)}
    if not selects:
        st.caption("The build used no mapping.")
        return
    info = read_rows(view.warehouse, "select source_name, source_folder from build_info")[0]
    st.text(
        f"Read as {info['source_name']}"
        + (f", by the mapping in {info['source_folder']}." if info["source_folder"] else ".")
    )
    table = choose(st.selectbox, "Table", list(selects), "mapped", next(iter(selects)))
    if table is None or table not in selects:
        return
    found = {row["column_name"]: row for row in read_rows(view.warehouse, COLUMNS, (table,))}
    rows = [
        {
            "column": column.name,
            "header in the file": found[column.name]["headers"] if column.name in found else "",
            "file": found[column.name]["files"] if column.name in found else "not filled",
            "needed": "yes" if column.is_needed else "",
            "type": column.type,
        }
        for column in load_contract()[table].columns
    ]
    show_table(rows, "mapping", f"Columns of {table} and the headers that they come from")
    with st.expander(f"The SELECT of {table}"):
        st.code(selects[table], language="sql", wrap_lines=True)
