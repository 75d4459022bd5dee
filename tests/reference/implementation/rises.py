"""Customers who rose to loyal or advocate and others to compare them with, and what came after (5.3)."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log2, sqrt
from statistics import fmean

from tests.reference.implementation.company import UNKNOWN, Company, Customer
from tests.reference.implementation.evidence import POSITIVE
from tests.reference.implementation.flows import move_of
from tests.reference.implementation.periods import Period, closed_periods, monday_of, period_of
from tests.reference.implementation.terms import Term, mrr_at
from tests.reference.implementation.tiers import RANK

WEEK = dt.timedelta(days=7)
BLOCK = dt.timedelta(days=91)
NEVER = dt.date(9999, 12, 31)


@dataclass(frozen=True)
class Compared:
    """One customer at one index week. margins: of the two blocks of 13 weeks before and four after
    the end of that week, the last two None where not all is known; kept: after two and four."""

    customer_id: str
    has_risen: bool
    has_acted: bool
    stratum: str
    margins: tuple[float | None, ...]
    kept: tuple[bool, bool | None]


def list_compared(company: Company, until: dt.date) -> list[Compared]:
    """Everybody who can be compared at `until`, a Monday; fewer than 20,000 customers."""
    found: list[Compared] = []
    weeks = [
        each.start for each in closed_periods("week", company.first_day, until, company.settings)
    ]
    for customer in company.customers.values():
        index = next(
            (week for week in weeks if has_risen(customer, week, company)
             and is_comparable(customer, week, company, until)),
            NEVER,
        )  # fmt: skip
        if index != NEVER:
            found.append(describe(customer, index, True, company, until))
        for week in drawn_weeks(customer, weeks, company):
            is_other = week < index and not has_risen(customer, week, company)
            if is_other and is_comparable(customer, week, company, until):
                found.append(describe(customer, week, False, company, until))
    return found


def has_risen(customer: Customer, week: dt.date, company: Company) -> bool:
    """Whether the published tier of this week's Sunday is above that of the last, on evidence."""
    now = customer.tier_weeks.get(week)
    if now is None or now.tier not in ("loyal", "advocate"):
        return False
    sunday = week + dt.timedelta(days=6)
    moved = move_of(customer.tier_weeks, customer.events, sunday - WEEK, sunday, company.settings)
    before = customer.tier_weeks.get(week - WEEK)
    return moved == "up" and before is not None and RANK[now.tier] > RANK[before.tier]


def drawn_weeks(customer: Customer, weeks: Sequence[dt.date], company: Company) -> list[dt.date]:
    """One week of each fiscal quarter: a week is in the quarter of its Sunday."""
    drawn: list[dt.date] = []
    for quarter in {quarter_of(week, company) for week in weeks}:
        monday = monday_of(quarter.start)
        own = [monday + number * WEEK for number in range(20)]
        own = [week for week in own if quarter_of(week, company) == quarter]
        lot = hashlib.md5(f"{customer.row['customer_id']}{quarter.start}".encode()).digest()
        drawn.append(own[int.from_bytes(lot[8:], "little") % len(own)])
    return sorted(drawn)


def quarter_of(week: dt.date, company: Company) -> Period:
    return period_of("quarter", week + dt.timedelta(days=6), company.settings)


def is_comparable(customer: Customer, week: dt.date, company: Company, until: dt.date) -> bool:
    """What has to hold at an index week, of those who rose and of the others alike."""
    end = week + WEEK
    first = company.first_paid_on
    if first is None or end - 2 * BLOCK < first or end + 2 * BLOCK > until:
        return False
    stays = [began for began, gone in customer.spells
             if began <= end - 2 * BLOCK and (gone is None or gone >= end)]  # fmt: skip
    if not stays or week - WEEK not in customer.tier_weeks:
        return False
    before = [end - 2 * BLOCK + day * dt.timedelta(days=1) for day in range(182)]
    mondays = [day for day in before if day.weekday() == 0 and day < week]
    if any(has_risen(customer, each, company) for each in mondays):
        return False
    since = end - dt.timedelta(days=company.settings["expiry_window_days"])
    money = [each.day for each in customer.movements]
    money += [event.day for event in customer.events if event.kind == "renewal"]
    if any(since <= day < end for day in money):
        return False
    then = mrr_at(customer.terms, end - dt.timedelta(days=company.settings["shrink_lookback_days"]))
    if not then:
        then = mrr_at(customer.terms, stays[0] + dt.timedelta(days=1))
    return mrr_at(customer.terms, end) >= then


def describe(
    customer: Customer, week: dt.date, is_risen: bool, company: Company, until: dt.date
) -> Compared:
    end = week + WEEK
    since = end - dt.timedelta(days=company.settings["expiry_window_days"])
    acts = [event for event in customer.events if event.kind in POSITIVE]
    began = next(began for began, gone in customer.spells
                 if began <= end - 2 * BLOCK and (gone is None or gone >= end))  # fmt: skip
    has_year = end + 4 * BLOCK <= until
    margins = company.settings["gross_margin_by_segment"]
    share = Fraction(str(margins.get(customer.row["segment"], company.settings["gross_margin"])))
    paid = [margin_of(customer.terms, end + n * BLOCK, share) for n in range(-2, 4)]
    return Compared(
        customer.row["customer_id"],
        is_risen,
        is_risen and any(since <= event.day < end for event in acts),
        " | ".join(
            str(each)
            for each in (
                customer.row["segment"] or UNKNOWN,
                customer.tier_weeks[week - WEEK].tier,
                quarter_of(week, company).start,
                min(2, (end - began).days // 364),
                floor(2 * log2(mrr_at(customer.terms, end))),
            )
        ),
        tuple(value if n < 4 or has_year else None for n, value in enumerate(paid)),
        (
            mrr_at(customer.terms, end + 2 * BLOCK) > 0,
            mrr_at(customer.terms, end + 4 * BLOCK) > 0 if has_year else None,
        ),
    )


def margin_of(terms: list[Term], start: dt.date, share: Fraction) -> float:
    """Margin of 13 weeks from a day, paid day by day."""
    days = [start + number * dt.timedelta(days=1) for number in range(91)]
    paid = sum(
        term.mrr for day in days for term in terms
        if term.started_on <= day and (term.ended_on is None or day < term.ended_on)
    )  # fmt: skip
    return float(share * Fraction(paid) * 12 / Fraction("365.2425"))


def gain_of(rows: Iterable[Compared], weeks: int, is_act: bool) -> tuple[float, float] | None:
    """Difference in differences of margin over 26 or 52 weeks, and its standard error, by customer."""
    strata: dict[str, tuple[list[tuple[str, float]], list[tuple[str, float]]]]
    strata = defaultdict(lambda: ([], []))
    for row in rows:
        blocks = row.margins[2 : 2 + weeks // 13]
        if None in blocks or (row.has_risen and is_act and not row.has_acted):
            continue
        before = sum(each or 0 for each in row.margins[:2]) * weeks / 26
        change = sum(each or 0 for each in blocks) - before
        strata[row.stratum][0 if row.has_risen else 1].append((row.customer_id, change))
    used = [(risen, others) for risen, others in strata.values() if risen and len(others) > 1]
    n = sum(len(risen) for risen, _ in used)
    if not n:
        return None
    means = [fmean(change for _, change in others) for _, others in used]
    gain = sum(
        change - mean for (risen, _), mean in zip(used, means, strict=True) for _, change in risen
    ) / n  # fmt: skip
    parts: dict[str, float] = defaultdict(float)
    for (risen, others), mean in zip(used, means, strict=True):
        m = len(others)
        for name, change in risen:
            parts[name] += (change - mean - gain) / n * sqrt(n / max(1, n - 1))
        for name, change in others:
            parts[name] -= len(risen) / n * (change - mean) / m * sqrt(m / (m - 1))
    return gain, sqrt(sum(each**2 for each in parts.values()))
