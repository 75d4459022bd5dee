"""Thirteen weeks ahead, a customer at a time: what was known of each, where each went, what is expected."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.implementation.company import Customer
from tests.reference.implementation.tables import Record
from tests.reference.implementation.terms import mrr_at

TIERS = ("advocate", "loyal", "neutral", "dissatisfied", "actively_dissatisfied")
WINDOW = dt.timedelta(days=91)
WEEK = dt.timedelta(days=7)
YEAR = Fraction(3652425, 10000)
SIXTH = Fraction(1, 6)


@dataclass(frozen=True)
class Walk:
    """One customer over one window; no tier: no customer then."""

    tier: str | None
    ahead: str | None
    to_tier: str | None
    before: Fraction
    after: Fraction


def is_running(term: Record, at: dt.date) -> bool:
    return term["started_on"] < at and (term["ended_on"] is None or term["ended_on"] >= at)


def ahead_of(terms: Sequence[Record], at: dt.date) -> str:
    """What the paid terms of a customer said at a boundary about the window after it."""
    running = [term for term in terms if is_running(term, at)]
    cancelled = [term["cancelled_on"] is not None and term["cancelled_on"] < at for term in running]
    if running and all(
        is_cancelled and term["ended_on"] is not None and term["ended_on"] < at + WINDOW
        for term, is_cancelled in zip(running, cancelled, strict=True)
    ):
        return "cancelled"
    for term, is_cancelled in zip(running, cancelled, strict=True):
        renewal = term["renews_on"]
        if is_cancelled or renewal is None or not at <= renewal < at + WINDOW:
            continue
        begun = min(
            other["started_on"]
            for other in terms
            if other["renews_on"] == renewal and other["started_on"] < at
        )
        years = round((renewal - begun).days / YEAR)
        if years >= 1 and abs((renewal - begun).days - years * YEAR) <= 3:
            return "renewal_due"
    return "other"


def walk(customer: Customer, terms: Sequence[Record], at: dt.date) -> Walk:
    """From the Sunday before a boundary to that before the boundary 91 days later."""
    then = customer.tier_weeks.get(at - WEEK)
    later = customer.tier_weeks.get(at + WINDOW - WEEK)
    return Walk(
        then.tier if then else None,
        ahead_of(terms, at) if then else None,
        later.tier if later else None,
        Fraction(mrr_at(customer.terms, at)),
        Fraction(mrr_at(customer.terms, at + WINDOW)),
    )


def share_that_left(walks: Sequence[Walk], tier: str, ahead: str) -> Fraction:
    """Of those like this one, with one customer at the share of all with the same ahead, and so on."""
    own = [each for each in walks if each.tier]
    above = add_one(own, Fraction(1, 6))
    same = [each for each in own if each.ahead == ahead]
    above = add_one(same, Fraction(1) if ahead == "cancelled" else above)
    return add_one([each for each in same if each.tier == tier], above)


def add_one(walks: Sequence[Walk], share: Fraction) -> Fraction:
    return (sum(each.to_tier is None for each in walks) + share) / (len(walks) + 1)


def expect_churned(now: Sequence[Walk], pool: Sequence[Sequence[Walk]]) -> Fraction:
    """Customers of now who will be none in 91 days."""
    walks = [each for window in pool for each in window]
    return sum(
        (share_that_left(walks, each.tier, each.ahead or "") for each in now if each.tier),
        Fraction(0),
    )


def expect_tier(tier: str, now: Sequence[Walk], pool: Sequence[Sequence[Walk]]) -> Fraction:
    """Customers of now who stay and are in the tier then, and those who come."""
    walks = [each for window in pool for each in window]
    expected = Fraction(
        sum(each.tier is None and each.to_tier == tier for each in walks), len(pool)
    )
    for each in now:
        if each.tier:
            kept = [one for one in walks if one.tier == each.tier and one.to_tier]
            moved = sum(one.to_tier == tier for one in kept)
            stays = 1 - share_that_left(walks, each.tier, each.ahead or "")
            expected += stays * (moved + SIXTH) / (len(kept) + 5 * SIXTH)
    return expected


def expect_mrr(now: Sequence[Walk], pool: Sequence[Sequence[Walk]]) -> Fraction:
    """What each pays now by what those with the same ahead paid after for each euro before."""
    walks = [each for window in pool for each in window]
    there = [each for each in walks if each.tier]
    expected = sum((each.after for each in walks if not each.tier), Fraction(0)) / len(pool)
    for each in now:
        if each.tier:
            like = [one for one in there if one.ahead == each.ahead] or there
            before = sum((one.before for one in like), Fraction(0))
            after = sum((one.after for one in like), Fraction(0))
            expected += each.before * after / before if before else 0
    return expected
