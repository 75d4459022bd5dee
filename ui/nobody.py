"""Why a page is empty: nobody has a paid term that runs in the week it shows."""

from typing import Any

from metrics.basis import INFERRED_TERMS
from ui.basis import read_basis
from ui.cache import read_rows
from ui.filters import View

TERMS = """
    select
        count(distinct customer_id) as customers,
        max(valid_to) as ended_on,
        count(*) filter (where valid_to is null or valid_to >= $1) as running
    from fct_activity_spells
    where valid_from < $1
"""


def describe_nobody(view: View) -> str:
    """Since when no term runs, and where numbers are; nothing where one does, or in a part of the customers."""
    if view.week is None or view.chosen:
        return ""
    (found,) = read_rows(view.warehouse, TERMS, (view.week.end,))
    return _say(found, read_basis(view) or "paid terms") if not found["running"] else ""


def _say(found: dict[str, Any], terms: str) -> str:
    if not found["customers"]:
        return "Nobody is a customer in this week: no paid term has begun yet."
    people = "customer there was" if found["customers"] == 1 else "customers there were"
    other = (
        "bring newer terms, map the table that has them, or raise assumed_term_months in settings.toml"
        if terms == INFERRED_TERMS
        else "or bring newer terms"
    )
    return (
        f"Nobody is a customer in this week: the {terms} of the {found['customers']:,} {people} have ended, the last"
        f" on {found['ended_on']:%-d %b %Y}. Choose a week before that day, {other}."
    )
