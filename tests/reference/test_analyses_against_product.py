"""What the pages compute beside the metrics, against the second implementation, on made-up companies."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from statistics import fmean, stdev

import duckdb
import pytest

from analyses.hazard import find_hazards
from analyses.retention import find_retention
from analyses.survival import Curve, find_survival
from analyses.tier_value.moves import STATES, find_earned, find_moves, list_steps
from analyses.weekly import TIERS
from analyses.why.explain import Asked, Why, find_why
from metrics.drills import span_of
from metrics.scope import Scope
from tests.reference.implementation import curves
from tests.reference.implementation.company import Company, Customer, build_company
from tests.reference.implementation.curves import Spell, survival
from tests.reference.implementation.movements import ends_of
from tests.reference.implementation.periods import Period, a_year_before, closed_periods
from tests.reference.implementation.tenure import seen_at
from tests.reference.implementation.terms import mrr_at
from tests.reference.worlds import make_world
from tests.tiny import build_tiny, records

SEEDS = (310, 324, 329)  # rich in losses, changes of price and late entries
MONTH = 365.2425 / 12
FALLS = ("contraction", "churned")


@dataclass(frozen=True)
class Pair:
    """One company, as the product and as the second implementation know it."""

    product: duckdb.DuckDBPyConnection
    company: Company
    quarters: list[Period]

    @property
    def customers(self) -> list[Customer]:
        return list(self.company.customers.values())


@pytest.fixture(scope="module", params=SEEDS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A company without merged accounts: it is the load that brings their rows together."""
    world = make_world(Random(request.param), most_customers=16)
    for row in world.tables["customers"]:
        row.pop("merged_into_id", None)
    company = build_company(world.tables, {}, world.as_of)
    quarters = closed_periods("quarter", company.first_day, world.as_of, company.settings)
    built = build_tiny(world.tables, world.as_of.isoformat(), dimensions=("segment",))
    built.execute(
        "create or replace table build_info as select 'EUR' as reporting_currency, 'given' as terms"
    )
    with closing(built) as connection:
        yield Pair(connection, company, quarters)


def moves(customer: Customer, start: dt.date, end: dt.date) -> list[tuple[dt.date, str, Decimal]]:
    """Day, kind and signed change of each movement in [start, end)."""
    return [
        (each.day, each.kind, each.after - each.before)
        for each in customer.movements
        if start <= each.day < end
    ]


def test_curves_of_the_whole_and_of_segments(pair: Pair) -> None:
    boundary = pair.quarters[-1].end
    with closing(pair.product.cursor()) as cursor:
        whole, *parts = find_survival(cursor, boundary, "segment", Scope())
    spells = [spell for customer in pair.customers for spell in customer.spells]
    begins = pair.company.history_begins
    check_curve(whole, seen_at(spells, boundary, begins))
    for part in parts:
        own = [
            spell
            for customer in pair.customers
            if (customer.row["segment"] or "unknown") == part.group
            for spell in customer.spells
        ]
        check_curve(part, seen_at(own, boundary, begins))


def check_curve(curve: Curve, spells: list[Spell]) -> None:
    """S at each step; a curve of late entries begins once ten are at risk, which these never are."""
    assert curve.spells == len(spells)
    assert curve.ended == sum(spell.has_ended for spell in spells)
    assert curve.late == sum(spell.entered > 0 for spell in spells)
    if curve.late:
        return
    for step in curve.steps:
        ours = survival(spells, round(step.time * MONTH))
        assert step.survival == pytest.approx(float(ours))


def test_band_of_the_tenure_curve_and_interval_of_the_mean(pair: Pair) -> None:
    """Greenwood's variance, log-log for S; for the mean the sum of (area after)^2 d / (n (n - d))."""
    boundary = pair.quarters[-1].end
    spells = [spell for customer in pair.customers for spell in customer.spells]
    seen = seen_at(spells, boundary, pair.company.history_begins)
    for found in records(pair.product, "ret_km", "quarter", last=1):
        days = 7 * int(found.member or 0)
        ends = curves.band(seen, days) if found.value is not None else None
        assert (found.low, found.high) == (pytest.approx(ends) if ends else (None, None))
    for found in records(pair.product, "ret_rmst", "quarter", last=1):
        until = 7 * int(found.member or 0)
        mean, variance = curves.restricted_mean(seen, until), 0.0
        for at in [time for time in curves.ending_times(seen) if time < until]:
            ended, number = curves.ended_at(seen, at), curves.at_risk(seen, at)
            after = mean - curves.restricted_mean(seen, at)
            variance += after**2 * ended / (number * (number - ended)) if after else 0
        reach = curves.Z * variance**0.5
        if found.low is not None:
            low, high = max(0, mean - reach) / 7, min(until, mean + reach) / 7
            assert (found.low, found.high) == pytest.approx((low, high))


def test_churn_by_tenure(pair: Pair) -> None:
    boundary = pair.quarters[-1].end
    spells = [spell for customer in pair.customers for spell in customer.spells]
    seen = seen_at(spells, boundary, pair.company.history_begins)
    with closing(pair.product.cursor()) as cursor:
        bands = find_hazards(cursor, boundary, Scope())
    assert sum(band.ended for band in bands) == sum(spell.has_ended for spell in seen)
    for band in bands:
        first, last = band.first * MONTH, (band.last or 1e9) * MONTH
        days = sum(max(0, min(spell.left, last) - max(spell.entered, first)) for spell in seen)
        assert band.weeks == pytest.approx(days / 7)
        assert band.ended == sum(s.has_ended and first < s.left <= last for s in seen)


def test_retention_by_both_methods_and_by_cause(pair: Pair) -> None:
    checked = 0
    for quarter in pair.quarters[-5:]:
        start, end = a_year_before(quarter.end, "quarter"), quarter.end
        with closing(pair.product.cursor()) as cursor:
            span = span_of(cursor, "quarter", quarter.start)
            found = find_retention(cursor, span, "EUR", Scope())
        methods, causes = found.methods, found.causes
        assert methods.holds
        assert causes.bridge.holds
        then = {c.row["customer_id"]: mrr_at(c.terms, start) for c in pair.customers}
        now = {c.row["customer_id"]: mrr_at(c.terms, end) for c in pair.customers}
        kept = sum(min(then[key], now[key]) for key in then)
        assert (methods.opening, methods.kept) == (sum(then.values()), kept)
        assert methods.closing == sum(now[key] for key in then if then[key])
        own = [each for customer in pair.customers for each in moves(customer, start, end)]
        assert methods.fell == -sum(size for _, kind, size in own if kind in FALLS)
        rises = [size for _, kind, size in own if kind in ("expansion", "reactivation")]
        assert methods.rose == sum(rises)
        assert (causes.price or 0) == sum(price_effect(c, start, end) for c in pair.customers)
        checked += bool(methods.opening)
    assert checked


def price_effect(customer: Customer, start: dt.date, end: dt.date) -> Decimal:
    """Of a customer of then who still pays: changes, since a return, on days of a price term."""
    if not mrr_at(customer.terms, start) or not mrr_at(customer.terms, end):
        return Decimal(0)
    days = {term.started_on for term in customer.terms if term.change_reason == "price"}
    began = [began for began, _ in customer.spells if began < end][-1]
    return sum(
        (
            size
            for day, kind, size in moves(customer, max(start, began), end)
            if day in days and kind in ("expansion", "contraction")
        ),
        Decimal(0),
    )


def ask(pair: Pair, headline: str, quarter: Period, *by: str) -> Why:
    with closing(pair.product.cursor()) as cursor:
        return find_why(cursor, Asked(headline, "quarter", quarter.start, by=by))  # pyright: ignore[reportArgumentType]


def test_why_revenue_was_lost_by_account(pair: Pair) -> None:
    """The account's own losses in the one period less those in the other; to the cent."""
    for before, after in pairwise(pair.quarters[-5:]):
        why = ask(pair, "revenue_lost", after, "account")
        ours: dict[str, Decimal] = defaultdict(Decimal)
        for sign, period in ((-1, before), (1, after)):
            for customer in pair.customers:
                for _, kind, size in moves(customer, period.start, period.end):
                    if kind in FALLS:
                        ours[customer.row["customer_id"]] -= sign * size
        if why.change is None:
            continue
        assert abs(why.change - sum(ours.values())) < Decimal("0.02")
        for part in (part for split in why.splits for part in split.parts):
            if part.customer_id:
                assert abs(part.effect - ours[part.customer_id]) < Decimal("0.02")
        assert all(split.holds for split in why.splits)


def test_why_churn_moved_by_segment(pair: Pair) -> None:
    """Mean share x change of rate, and change of share x (mean rate - mean rate of the whole)."""
    for before, after in pairwise(pair.quarters[-5:]):
        why = ask(pair, "churn", after, "segment")
        counts: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 4)
        for place, period in ((0, before), (2, after)):
            for customer in pair.customers:
                ends = ends_of(customer.terms, period.start, period.end)
                own = counts[customer.row["segment"] or "unknown"]
                own[place] += ends.is_lost
                own[place + 1] += ends.is_opening
        lost, opening, lost_now, opening_now = (
            sum(column) for column in zip(*counts.values(), strict=True)
        )
        if not opening or not opening_now:
            assert why.change is None
            continue
        whole = (lost / opening + lost_now / opening_now) / 2
        for split in why.splits:
            for part in split.parts:
                one, base, other, base_now = counts[part.label]
                rates = [x / n if n else None for x, n in ((one, base), (other, base_now))]
                rate, rate_now = (each if each is not None else rates[1 - i] or Fraction(0)
                                  for i, each in enumerate(rates))  # fmt: skip
                share, share_now = base / opening, base_now / opening_now
                within = (share + share_now) / 2 * (rate_now - rate)
                mix = (share_now - share) * ((rate + rate_now) / 2 - whole)
                assert abs(Fraction(part.effects["rate"]) - within) < Fraction(2, 100_000)
                assert abs(Fraction(part.effects["mix"]) - mix) < Fraction(2, 100_000)
        assert all(split.holds for split in why.splits)


def state_on(customer: Customer, monday: dt.date) -> str:
    """The tier of that week's Sunday, or churned."""
    found = customer.tier_weeks.get(monday)
    return found.tier if found else "churned"


def paid_on(customer: Customer, first: dt.date, after: dt.date) -> float:
    """MRR x days from the first day up to the one after, a day at a time."""
    days = [first + dt.timedelta(days=n) for n in range((after - first).days)]
    return float(sum(mrr_at(customer.terms, day + dt.timedelta(days=1)) for day in days))


def test_moves_between_tiers_in_13_weeks(pair: Pair) -> None:
    """Both Sundays of each of the four steps of a year, and who was in no tier at their end."""
    week = pair.company.as_of - dt.timedelta(days=pair.company.as_of.weekday() + 7)
    steps = list_steps(week)
    with closing(pair.product.cursor()) as cursor:
        found = find_moves(cursor, steps, Scope())
    ours = Counter(
        (number, state_on(each, start), state_on(each, end))
        for number, (start, end) in enumerate(steps)
        for each in pair.customers
        if start in each.tier_weeks
    )
    assert sum(ours.values()) > 0
    for number in range(len(steps)):
        for i, tier in enumerate(TIERS):
            for j, state in enumerate(STATES):
                assert found[number, i, j] == ours[number, tier, state]


def test_what_the_customers_of_a_tier_earned(pair: Pair) -> None:
    """Margin of 52 weeks after a Sunday, day by day, and of 13 weeks at the MRR of its end."""
    week = pair.company.as_of - dt.timedelta(days=pair.company.as_of.weekday() + 53 * 7)
    first = week + dt.timedelta(days=7)
    after = first + dt.timedelta(days=364)
    with closing(pair.product.cursor()) as cursor:
        found = find_earned(cursor, week, first, after, Scope())
    placed = [each for each in pair.customers if week in each.tier_weeks]
    assert set(found) == {None, *(state_on(each, week) for each in placed)}
    for tier, earned in found.items():
        own = [each for each in placed if tier in (None, state_on(each, week))]
        margins = [0.8 * paid_on(each, first, after) / 30.436875 for each in own]
        levels = [0.8 * float(mrr_at(each.terms, first)) * 91 / 30.436875 for each in own]
        assert earned.customers == len(own)
        assert earned.margin.mean == pytest.approx(fmean(margins), abs=1e-5)
        assert earned.level.mean == pytest.approx(fmean(levels), abs=1e-5)
        if len(own) > 1:
            assert earned.margin.deviation == pytest.approx(stdev(margins), abs=1e-4)
            assert earned.level.deviation == pytest.approx(stdev(levels), abs=1e-4)
