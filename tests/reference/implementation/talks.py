"""Customers of a standing with whom somebody spoke, and others to compare them with (decision 45)."""

import datetime as dt
import hashlib
from fractions import Fraction
from math import floor, log2

from tests.reference.implementation.budget import DAY, WEEK, standing_of
from tests.reference.implementation.company import UNKNOWN, Company, Customer
from tests.reference.implementation.periods import closed_periods
from tests.reference.implementation.rises import BLOCK, NEVER, Compared, margin_of, quarter_of
from tests.reference.implementation.tables import Record, Tables, rows_of
from tests.reference.implementation.terms import mrr_at

WINDOW = 28 * DAY


def list_talks(
    company: Company, tables: Tables, until: dt.date, standings: set[str]
) -> list[Compared]:
    """Everybody who can be compared at `until`, a Monday: spoken with once, the first time."""
    weeks = [
        each.start for each in closed_periods("week", company.first_day, until, company.settings)
    ]
    activities = [
        row for row in rows_of(tables, "activities") if row["kind"] in ("call", "meeting")
    ]
    found: list[Compared] = []
    for name, customer in company.customers.items():
        own = [row for row in activities if row["customer_id"] == name]
        kinds = {
            week: kind_of(own, week)
            for week in weeks
            if is_drawn(name, week, company)
            and standing_of(customer, week) in standings
            and is_followed(customer, week, company, until)
        }
        first = min((week for week, kind in kinds.items() if kind == "spoken"), default=NEVER)
        for week, kind in kinds.items():
            if (kind == "spoken" and week == first) or (kind == "other" and week < first):
                found.append(describe(customer, week, kind == "spoken", company, until))
    return found


def is_drawn(name: str, week: dt.date, company: Company) -> bool:
    """One week of each fiscal quarter, a week being in the quarter of its Sunday."""
    quarter = quarter_of(week, company)
    own = [quarter.start + number * DAY for number in range(-7, (quarter.end - quarter.start).days)]
    own = [day for day in own if day.weekday() == 0 and quarter_of(day, company) == quarter]
    lot = hashlib.md5(f"{name}{quarter.start}".encode()).digest()
    return own[int.from_bytes(lot[8:], "little") % len(own)] == week


def is_followed(customer: Customer, week: dt.date, company: Company, until: dt.date) -> bool:
    """A customer from 26 weeks before the end of the 28 days up to that end, and 26 weeks more."""
    begins = week + WEEK + WINDOW
    first = company.first_paid_on
    if first is None or begins - 2 * BLOCK < first or begins + 2 * BLOCK > until:
        return False
    return any(
        began <= begins - 2 * BLOCK and (gone is None or gone >= begins)
        for began, gone in customer.spells
    )


def kind_of(activities: list[Record], week: dt.date) -> str:
    """spoken, other, or neither: spoken with shortly before, or only called by the customer."""
    end = week + WEEK
    near = [row for row in activities if end - WINDOW <= row["occurred_on"] < end + WINDOW]
    if not near:
        return "other"
    ours = [
        row for row in near
        if row["occurred_on"] >= end and (row["kind"] == "meeting" or row["direction"] != "inbound")
    ]  # fmt: skip
    return "spoken" if ours and all(row["occurred_on"] >= end for row in near) else "neither"


def describe(
    customer: Customer, week: dt.date, is_spoken: bool, company: Company, until: dt.date
) -> Compared:
    begins = week + WEEK + WINDOW
    began = next(began for began, gone in customer.spells
                 if began <= begins - 2 * BLOCK and (gone is None or gone >= begins))  # fmt: skip
    has_year = begins + 4 * BLOCK <= until
    margins = company.settings["gross_margin_by_segment"]
    share = Fraction(str(margins.get(customer.row["segment"], company.settings["gross_margin"])))
    paid = [margin_of(customer.terms, begins + n * BLOCK, share) for n in range(-2, 4)]
    stratum = (
        customer.row["segment"] or UNKNOWN,
        standing_of(customer, week),
        quarter_of(week, company).start,
        min(2, (begins - began).days // 364),
        floor(2 * log2(mrr_at(customer.terms, begins))),
    )
    return Compared(
        customer.row["customer_id"],
        is_spoken,
        is_spoken,
        " | ".join(map(str, stratum)),
        tuple(value if n < 4 or has_year else None for n, value in enumerate(paid)),
        (
            mrr_at(customer.terms, begins + 2 * BLOCK) > 0,
            mrr_at(customer.terms, begins + 4 * BLOCK) > 0 if has_year else None,
        ),
    )
