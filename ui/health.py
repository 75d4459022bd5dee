"""Whether the data is fit to show, what to act on, and the books of the load."""

import streamlit as st

from ui.cache import Rows, read_checks, read_metrics, read_missing, read_rows
from ui.filters import View
from ui.links import MAPPING, show_link
from ui.restated import tell_newest
from ui.tables import show_table
from warehouse.gate.check import CheckResult, describe_counts, describe_verdict, list_broken

FILES = """
    with before as (
        select distinct on (now.file, now.table_name) now.file, now.table_name, before.rows_in as rows_before
        from load_files as now
        inner join previous_files as before
            on lower(regexp_extract(now.file, '[^/]*$')) = lower(regexp_extract(before.file, '[^/]*$'))
                and now.table_name = before.table_name and not now.is_derived
    )
    select
        load_files.file, load_files.table_name, rows_in, rows_before, accepted, rejected, deleted, set_aside,
        encoding, dialect as separator, note, if(is_derived, 'yes', '') as derived,
        regexp_extract(load_id, '^load_0*([0-9]+)', 1) as load
    from load_files
    left join before on load_files.file = before.file and load_files.table_name = before.table_name
    order by rejected desc, load_files.table_name nulls last, load_files.file
"""
COUNTS = {
    "Rows read": "rows_in",
    "Accepted": "accepted",
    "Rejected": "rejected",
    "Deleted": "deleted",
    "Set aside": "set_aside",
}
REJECTED = """
    with headers as (
        select table_name, column_name, file, string_agg(header, ', ' order by header) as header
        from mapped_columns
        group by table_name, column_name, file
    )
    select
        rejected_rows.file, line, reason, headers.header as header_in_the_file, rejected_rows.table_name,
        rejected_rows.column_name, row_text
    from rejected_rows
    left join headers
        on rejected_rows.table_name = headers.table_name and rejected_rows.column_name = headers.column_name
            and rejected_rows.file = headers.file
    order by rejected_rows.file, line
"""
NOTES = """
    select severity, table_name, file, column_name, message, row_count
    from load_notes
    order by list_position(['error', 'warning', 'info'], severity), table_name
"""
TABLES = """
    select
        table_status.table_name, is_present, accepted, table_status.newest_on, age_days, longest_gap_days,
        coalesce(is_stale, false) as is_stale
    from table_status
    left join table_freshness on table_status.table_name = table_freshness.table_name
    order by is_stale desc, is_present desc, table_status.table_name
"""
LOADS = """
    select
        regexp_extract(load_id, '^load_0*([0-9]+)', 1) as load, known_at as known_at_utc,
        if(is_delta, 'what changed', 'everything') as holds, files, load_id as id
    from loads
    order by known_at desc, load_id desc
"""
SETTINGS = "select key, value, default_value, comment from setting_values"


def show_verdict(view: View) -> None:
    """One sentence on whether the numbers can be shown, what they rest on, and how to bring other files."""
    st.subheader(describe_verdict(read_checks(view.warehouse)), anchor=False)
    info = read_rows(view.warehouse, "select * from build_info")[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(
            f"Data as of {view.as_of}, from {info['source_name']} that became known on"
            f" {info['known_at']:%-d %b %Y}. The whole export, whatever the filters.",
            width="content",
        )
        show_link("Files of another system? Map your export", MAPPING)


def show_actions(view: View) -> None:
    """Each remark with what to do about it, the worst first; nothing where there is none."""
    broken = list_broken(read_checks(view.warehouse))
    restated = tell_newest(view)
    if not broken and not restated:
        return
    st.markdown("**What to act on**")
    for check in broken:
        with st.container(border=True, gap=None):
            more = check.rows - len(check.examples)
            rest = [f"and {more:,} more"] if more > 0 else []
            st.text("\n".join([f"{each[:1].upper()}{each[1:]}" for each in check.examples] + rest))
            st.caption(check.advice)
    if restated:
        with st.container(border=True, gap=None):
            st.text(restated)
            # A link between pages is dead on the page that it names.
            st.caption("[All of them, each with its bridge](?tab=Restatements)")


def show_summary(view: View) -> None:
    """Rows read and the four kinds they add up from, and the checks that hold."""
    files = read_rows(view.warehouse, FILES)
    checks = read_checks(view.warehouse)
    with st.container(horizontal=True, gap="small"):
        for label, column in COUNTS.items():
            count = sum(file[column] for file in files if not file["derived"])
            st.metric(label, count, format="localized", border=True)
        st.metric("Checks that hold", describe_counts(checks), border=True)


def show_files(view: View) -> None:
    """Rows in = accepted + rejected + deleted + set aside, file by file; and the loads they came with."""
    show_table(_drop_empty(read_rows(view.warehouse, FILES)), "files", "Files and their rows")
    st.caption("Rows read = accepted + rejected + deleted + set aside, for every file.")
    show_table(_drop_empty(read_rows(view.warehouse, LOADS)), "loads", "Loads in use, newest first")


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
    checks = read_checks(view.warehouse)
    rows = [
        {
            "result": _name_result(check),
            "if broken": "nothing is published"
            if check.severity == "error"
            else "published, and said",
            "check": check.name,
            "what it says": check.description,
            "rows that break it": check.rows,
            "the first of them": "; ".join(check.examples),
            "why it was not tested": check.why_untested,
            "what to do": check.advice if check.is_broken else "",
        }
        for check in [*list_broken(checks), *(each for each in checks if not each.is_broken)]
    ]
    show_table(rows, "checks", "Checks of the data")


def _name_result(check: CheckResult) -> str:
    if check.is_broken:
        return check.severity
    return "holds" if check.holds else "not tested"


def show_tables(view: View) -> None:
    """Which tables the export has, how old their newest row is, and what the missing ones switch off."""
    missing = read_missing(view.warehouse)
    metrics = read_metrics()
    rows = [
        {
            "table": row["table_name"],
            "in the export": row["is_present"],
            "rows": row["accepted"],
            "newest row": row["newest_on"],
            "age in days": row["age_days"],
            "longest gap of a year": row["longest_gap_days"],
            "silent": "yes" if row["is_stale"] else "",
            "switched off": ", ".join(
                metrics[name].label
                for name, tables in missing.items()
                if row["table_name"] in tables
            ),
        }
        for row in read_rows(view.warehouse, TABLES)
    ]
    show_table(rows, "tables", "Tables of the contract")
    st.caption(
        "Silent: the table moves every week, and holds nothing in the last closed week and for longer than ever in "
        "the year before."
    )


def show_build(view: View) -> None:
    """Which build this is, and the settings that it used."""
    info = read_rows(view.warehouse, "select * from build_info")[0]
    known = {key.replace("_", " "): value for key, value in info.items() if value is not None}
    st.text("\n".join(f"{key}: {value}" for key, value in known.items()))
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
