"""What is known of one customer at the end of a week, and why it has no tier where it has none."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from metrics.periods import format_date

QUERY = Path(__file__).with_suffix(".sql")
STAFF = "Staff and partners are in no metric."


@dataclass(frozen=True)
class Account:
    """A customer at the end of a week's Sunday.

    tier, rule, raw_tier and evidence_status are None without a tier; mrr, in the reporting
    currency, and active_since are None where no paid term runs. last_ended_on and leaves_on are
    first days not paid for. The cancelled_ fields are of running terms.
    """

    customer_id: str
    customer_name: str
    segment: str | None
    persona: str | None
    industry: str | None
    region: str | None
    size_band: str | None
    language: str | None
    created_on: date | None
    is_staff_or_partner: bool
    owner_name: str | None
    tier: str | None
    rule: str | None
    raw_tier: str | None
    evidence_status: str | None
    mrr: Decimal | None
    active_since: date | None
    first_paid_on: date | None
    last_ended_on: date | None
    returns_on: date | None
    has_had_trial: bool
    renews_on: date | None
    cancelled_on: date | None
    leaves_on: date | None
    cancelled_renews_on: date | None
    cancelled_terms: int
    running_terms: int
    spoken_on: date | None
    spoken_kind: str | None


def find_account(cursor: duckdb.DuckDBPyConnection, customer_id: str, week: date) -> Account | None:
    """The account with this id at the end of the week; None where the export has none."""
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"customer_id": customer_id, "week": week})
    row = cursor.fetchone()
    return Account(*row) if row else None


def describe_no_tier(account: Account, week: date, has_terms: bool) -> str:
    """Why the account has no tier at the end of the week.

    has_terms: whether the export has subscriptions at all.
    """
    sunday = week + timedelta(days=6)
    if not has_terms:
        return "The export has no subscriptions, so nobody is known to pay."
    if account.is_staff_or_partner:
        return STAFF
    if account.first_paid_on is None:
        return "No customer yet: a trial only." if account.has_had_trial else "No paid term so far."
    if account.first_paid_on > sunday:
        return f"A customer from {format_date(account.first_paid_on)} on."
    back = f", back on {format_date(account.returns_on)}" if account.returns_on else ""
    if account.last_ended_on is None:
        return f"No paid term at the end of the week{back}."
    return f"Lost: paid until {format_date(account.last_ended_on - timedelta(days=1))}{back}."


def describe_cancellation(account: Account) -> str | None:
    """'Handed in on 3 Nov 2026, ends on 31 Dec 2026', or None where nothing is handed in."""
    if account.cancelled_on is None:
        return None
    if account.leaves_on:
        end = f"paid until {format_date(account.leaves_on - timedelta(days=1))}"
    elif account.cancelled_renews_on:
        end = f"no end in the export, would renew {format_date(account.cancelled_renews_on)}"
    else:
        end = "no end in the export"
    part = (
        f" ({account.cancelled_terms} of {account.running_terms} terms)"
        if account.cancelled_terms < account.running_terms
        else ""
    )
    return f"Handed in {format_date(account.cancelled_on)}, {end}{part}"
