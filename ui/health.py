"""What was loaded, what was rejected and why, what is missing, and what that switches off."""

import streamlit as st

from ui.cache import Rows, read_checks, read_metrics, read_missing, read_rows
from ui.filters import View
from ui.tables import show_table

FILES = """
    select
        file, table_name, rows_in, accepted, rejected, deleted, set_aside, encoding,
        dialect as separator, note, if(is_derived, 'yes', '') as derived
    from load_files
    order by rejected desc, table_name nulls last, file
"""
COUNTS = {
    "Rows read": "rows_in",
    "Accepted": "accepted",
    "Rejected": "rejected",
    "Deleted": "deleted",
    "Set aside": "set_aside",
}
REJECTED = """
    select file, line, table_name, column_name, reason, row_text
    from rejected_rows
    order by file, line
"""
NOTES = """
    select severity, table_name, file, column_name, message, row_count
    from load_notes
    order by list_position(['error', 'warning', 'info'], severity), table_name
"""
TABLES = "select table_name, is_present, accepted, newest_on from table_status order by table_name"
SETTINGS = "select key, value, default_value, comment from setting_values"


def show_summary(view: View) -> None:
    """Rows read and the four kinds they add up from, and the checks that hold."""
    files = read_rows(view.warehouse, FILES)
    checks = read_checks(view.warehouse)
    holding = sum(check.holds for check in checks)
    with st.container(horizontal=True):
        for label, column in COUNTS.items():
            count = sum(file[column] for file in files if not file["derived"])
            st.metric(label, count, format="localized", border=True)
        st.metric("Checks that hold", f"{holding} of {len(checks)}", border=True)


def show_build(view: View) -> None:
    """Which build this is."""
    info = (read_rows(view.warehouse, "select * from build_info") or [{}])[0]
    known = {key.replace("_", " "): value for key, value in info.items() if value is not None}
    st.text("\n".join(f"{key}: {value}" for key, value in known.items()))


def show_files(view: View) -> None:
    """Rows in = accepted + rejected + deleted + set aside, file by file."""
    show_table(_drop_empty(read_rows(view.warehouse, FILES)), "files", "Files and their rows")


def show_rejected(view: View) -> None:
    """Every rejected row, whole, with its reason."""
    rows = read_rows(view.warehouse, REJECTED)
    if rows:
        show_table(rows, "rejected_rows", "Rejected rows with reason, file and line")
    else:
        st.caption("No row was rejected.")


def show_notes(view: View) -> None:
    """What the load had to say."""
    rows = read_rows(view.warehouse, NOTES)
    if rows:
        show_table(_drop_empty(rows), "load_notes", "Notes of the load")
    else:
        st.caption("The load had nothing to remark.")


def show_checks(view: View) -> None:
    """The promises of the data, broken ones first."""
    rows = [
        {
            "result": "holds" if check.holds else check.severity,
            "check": check.name,
            "what it says": check.description,
            "rows that break it": check.rows,
            "the first of them": "; ".join(check.examples),
            "what to do": "" if check.holds else check.advice,
        }
        for check in sorted(read_checks(view.warehouse), key=lambda check: check.holds)
    ]
    show_table(rows, "checks", "Checks of the data")


def show_tables(view: View) -> None:
    """Which tables the export has, and what the missing ones switch off."""
    missing = read_missing(view.warehouse)
    metrics = read_metrics()
    rows = [
        {
            "table": row["table_name"],
            "in the export": row["is_present"],
            "rows": row["accepted"],
            "newest": row["newest_on"],
            "switched off": ", ".join(
                metrics[name].label
                for name, tables in missing.items()
                if row["table_name"] in tables
            ),
        }
        for row in read_rows(view.warehouse, TABLES)
    ]
    show_table(rows, "tables", "Tables of the contract")


def show_settings(view: View) -> None:
    """The settings that this build used."""
    rows = [
        {
            "setting": row["key"],
            "value": row["value"] or "not set",
            "default": row["default_value"] or "not set",
            "what it does": row["comment"],
        }
        for row in read_rows(view.warehouse, SETTINGS)
    ]
    show_table(rows, "settings", "Settings of this build")


def _drop_empty(rows: Rows) -> Rows:
    """The rows without the columns that no row fills."""
    kept = (
        [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
        if rows
        else []
    )
    return [{name: row[name] for name in kept} for row in rows]
