"""What a new customer cost, and after how many months it is paid back."""

import datetime as dt
from decimal import Decimal
from math import floor
from statistics import median

from tests.reference.implementation.answers import Answer, plain, ratio
from tests.reference.implementation.company import Company, Slice
from tests.reference.implementation.deals import closed_in, lengths_of, won_of
from tests.reference.implementation.lifetime import MONTH_DAYS
from tests.reference.implementation.movements import ends_of
from tests.reference.implementation.periods import Period

PURPOSES = ("acquisition", "retention", "advocacy", "service")
NAMES = ("eco_cac", "eco_ltvcac", "eco_payback", "eco_payback_simple")


def economics_answers(
    company: Company, part: Slice, period: Period, margin: float | None,
    retention: float | None, lifetime: float | None,
) -> list[Answer]:  # fmt: skip
    """CAC of the whole company, by whole months, and what is held against it."""
    is_whole = len(part.customers) == len(company.customers) and len(part.opportunities) == len(
        company.opportunities
    )
    has_costs = is_whole and period.grain != "week"
    spent = [
        plain("eco_spend", spent_in(company, period, purpose) if has_costs else None, purpose)
        for purpose in PURPOSES
    ]
    cost = spent_for(company, period) if has_costs else None
    if cost is None:
        return [*spent, *(Answer(name, None) for name in NAMES)]
    ends = [ends_of(customer.terms, period.start, period.end) for customer in part.customers]
    new = sum(each.is_new for each in ends)
    cac = float(cost) / new if new else None
    return [
        *spent,
        ratio("eco_cac", cost, new),
        plain("eco_ltvcac", lifetime / cac if cac and lifetime is not None else None),
        plain("eco_payback_simple", None if cac is None or not margin else cac / margin),
        plain("eco_payback", months_to_pay(cac, margin, retention)),
    ]


def spent_for(company: Company, period: Period) -> Decimal | None:
    """Acquisition costs of the period's months, the median cycle earlier; None without one of them."""
    year = closed_in(company.opportunities, period.end - dt.timedelta(days=364), period.end)
    cycles = lengths_of(won_of(year))
    return spent_in(
        company, period, "acquisition", floor(median(cycles) / MONTH_DAYS + 0.5) if cycles else 0
    )


def spent_in(company: Company, period: Period, purpose: str, lag: int = 0) -> Decimal | None:
    """Costs of a purpose in the period's months, so many months earlier; None without one of them."""
    total, first = Decimal(0), period.start.year * 12 + period.start.month - 1
    for number in range(first, period.end.year * 12 + period.end.month - 1):
        year_of, month = divmod(number - lag, 12)
        amounts = [
            row["amount"]
            for row in company.costs
            if row["purpose"] == purpose
            and (row["month"].year, row["month"].month) == (year_of, month + 1)
        ]
        if not amounts:
            return None
        total += sum(amounts, Decimal(0))
    return total


def months_to_pay(cac: float | None, margin: float | None, retention: float | None) -> int | None:
    """Month after month until it is paid; None after a hundred years."""
    if cac is None or not margin or retention is None:
        return None
    paid = 0.0
    for month in range(1200):
        paid += margin * retention**month
        if paid >= cac * (1 - 1e-9):
            return month + 1
    return None
