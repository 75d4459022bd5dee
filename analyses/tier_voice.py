"""What customers say when asked: NPS with its margin, CSAT, CES, and how many answered."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.formats import format_range, format_value
from metrics.engine import Record
from metrics.intervals import compute_wilson
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("tier_responses.sql")
SURVEYS = {
    "adv_nps": "Net Promoter Score",
    "adv_csat": "Customer satisfaction",
    "adv_ces": "Customer effort",
}
MISSING = "This export has no {}, so it is not known how many did not answer."


@dataclass(frozen=True)
class Said:
    """One number of what customers said. value is text; beneath holds n and how sure it is.

    metric is the definition behind it; definition stands for it where there is no metric.
    """

    label: str
    value: str
    beneath: str
    metric: str = ""
    definition: str = ""


def find_responses(
    cursor: duckdb.DuckDBPyConnection, week_end: date, scope: Scope
) -> tuple[int, int] | None:
    """NPS invitations of the 91 days before a day, and those answered; None without the table."""
    row = cursor.execute(
        "select is_present from table_status where table_name = 'survey_invitations'"
    ).fetchone()
    if row is None or not row[0]:
        return None
    set_variables(cursor, "week", scope)
    found = cursor.execute(QUERY.read_text(encoding="utf-8"), {"week_end": week_end}).fetchone()
    assert found is not None, "counts are always one row"
    return found[0], found[1]


def compute_said(record: Record | None, metric: str, minimum: float, why: str) -> Said:
    """A survey's number with n. `why` is said where there is none.

    Below the minimum of answers a share shows its counts; an NPS its margin, which then is wide.
    """
    label = SURVEYS[metric]
    if record is None or record.value is None or not record.denominator:
        return Said(label, "n/a", why, metric)
    value, answers = float(record.value), float(record.denominator)
    n = f"{answers:,.0f} answer{'' if answers == 1 else 's'} in 91 days"
    if metric == "adv_nps":
        margin = value - float(record.low or 0)
        return Said(label, f"{value:+.0f} ± {margin:.0f}", f"-100 to 100; 95 % margin; {n}", metric)
    if metric == "adv_ces":
        return Said(label, f"{value:.1f} of 7", f"mean, 7 is easiest; {n}", metric)
    interval = format_range(record.low, record.high, "percent")
    if answers < minimum:
        counts = f"{float(record.numerator or 0):,.0f} of {answers:,.0f}"
        return Said(label, counts, f"answered 4 or 5 of 5; {interval}", metric)
    return Said(
        label,
        format_value(value, "percent"),
        f"answered 4 or 5 of 5; 95 %: {interval}; {n}",
        metric,
    )


def compute_coverage(record: Record | None, minimum: float, why: str) -> Said:
    """Evidence coverage: of how many customers anything is known."""
    if record is None or record.value is None or not record.denominator:
        return Said("Evidence coverage", "n/a", why, "adv_coverage")
    known, all_of = float(record.numerator or 0), float(record.denominator)
    counts = f"{known:,.0f} of {all_of:,.0f}"
    if all_of < minimum:
        return Said("Evidence coverage", counts, "customers with evidence", "adv_coverage")
    value = format_value(float(record.value), "percent")
    return Said("Evidence coverage", value, f"{counts} customers have evidence", "adv_coverage")


def compute_response_rate(responses: tuple[int, int] | None, minimum: float) -> Said:
    """Answered of invited, or why it is not known."""
    definition = (
        "NPS invitations of the 91 days to the end of the week that the invited contact, or anybody "
        "of the customer where no contact is named, answered by then, as a share of all of them. "
        "A low rate flatters the NPS."
    )
    if responses is None:
        return Said(
            "Response rate", "n/a", MISSING.format("survey invitations"), definition=definition
        )
    invited, answered = responses
    if not invited:
        return Said("Response rate", "n/a", "Nobody was invited in 91 days.", definition=definition)
    low, high = compute_wilson(answered, invited)
    counts = f"{answered:,} of {invited:,}"
    interval = format_range(low, high, "percent")
    if invited < minimum:
        return Said("Response rate", counts, f"invited in 91 days; {interval}", "", definition)
    share = format_value(answered / invited, "percent")
    return Said("Response rate", share, f"{counts} invited in 91 days; {interval}", "", definition)
