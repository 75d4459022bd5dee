"""Totals of the CRM and revenue of the ledger against ours: one line a total, as a bridge from left to right."""

from typing import Any

import streamlit as st

from ui.cache import Rows, read_rows
from ui.filters import View
from ui.tables import show_table

CONTROLS = """
    select
        name, measure, starts_on, ends_on, control_total,
        if(problem is not null, problem,
            if(abs(not_explained - rejected) <= tolerance * abs(control_total), 'ties',
                concat_ws(': ', 'does not tie', 'the difference ' || hint))) as result,
        deleted, merged, not_explained,
        control_total + deleted + merged + not_explained as in_the_export,
        -rejected as rejected, -deleted as deleted_again, -merged as merged_again, -set_aside as set_aside,
        -staff as staff, -unlinked as unlinked, by_rule, ours
    from control_bridge
    order by name
"""
FINANCE = """
    select
        period_start as quarter_from, revenue as ledger,
        if(problem is not null, problem,
            if(abs(not_explained) <= 0.05 * abs(revenue), 'ties', 'does not tie')) as result,
        not_explained, -orders as orders, credits, accrued as mrr_accrued_by_day
    from finance_bridge
    order by period_start desc
"""
HEADINGS = {
    "name": "Total",
    "control_total": "In the CRM",
    "deleted": "+ deleted",
    "merged": "+ merged",
    "not_explained": "+ not explained",
    "in_the_export": "= in the export",
    "rejected": "− rejected",
    "deleted_again": "− deleted",
    "merged_again": "− merged",
    "set_aside": "− set aside",
    "staff": "− staff, partners",
    "unlinked": "− unlinked",
    "by_rule": "+ by rule",
    "ours": "= here",
    "quarter_from": "Quarter from",
    "ledger": "Ledger",
    "orders": "− orders",
    "credits": "+ credits",
    "mrr_accrued_by_day": "= MRR accrued by day, here",
}
ALWAYS = ("control_total", "not_explained", "in_the_export", "ours")


def show_reconciliation(view: View) -> None:
    """Both bridges, and how to have them where the export brings neither file."""
    controls, finance = (read_rows(view.warehouse, sql) for sql in (CONTROLS, FINANCE))
    st.markdown("**Totals of the CRM** (`control_totals.csv`)")
    if controls:
        _show(controls, "control_totals", "Totals of the CRM as bridges to the number here")
        st.caption(
            "Each line reads from left to right and sums. A report of the CRM leaves out deleted and merged records. "
            "A line ties where what is rejected or not explained stays within its tolerance."
        )
    else:
        st.caption(
            "None were given: lay a control_totals.csv with totals from reports of the CRM beside the export, and "
            "each is compared with what was loaded (docs/checks.md)."
        )
    st.markdown("**Revenue of the ledger** (`finance_totals.csv`)")
    if finance:
        _show(finance, "finance_totals", "Revenue of the ledger as bridges to MRR accrued by day")
    else:
        st.caption("None was given: lay a finance_totals.csv (period_start, revenue) beside it.")
    st.caption(
        "MRR is not recognised revenue: each day counts its MRR over the days of its month, and what discounts, "
        "services and the timing of recognition make of it is the ledger's. Within 5 % it ties."
    )


def _show(rows: Rows, key: str, alt: str) -> None:
    """The bridge without the steps that are 0 in every line."""
    kept = [name for name in rows[0] if name in ALWAYS or any(_is_told(row[name]) for row in rows)]
    columns: dict[str, Any] = {}
    for name in kept:
        heading = HEADINGS.get(name, name.replace("_", " "))
        is_number = name in HEADINGS and name not in ("name", "quarter_from")
        columns[name] = (
            st.column_config.NumberColumn(heading, format="localized")
            if is_number
            else st.column_config.Column(heading)
        )
    show_table([{name: row[name] for name in kept} for row in rows], key, alt, columns)


def _is_told(value: object) -> bool:
    return value is not None and value != "" and value != 0
