"""A customer's contracts: start, growth, renewals, price, end and perhaps return."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.sample_world.calendar import PRICE_FROM, PRICE_TO, Calendar
from data.sample_world.chance import Dice
from data.sample_world.company import ADD_ONS, PRODUCTS
from data.sample_world.customers import Customer

MONTH_DAYS = 30
YEAR_DAYS = 365
HIGHEST_MRR = 16_000_00
HIGHEST_ADD_ON_MRR = 4_000_00
LOWEST_MRR = 200_00
# Chance to leave at the end of a term of so many months, for a customer of average mood.
LEAVE_AT_END = {1: 0.0165, 12: 0.165, 24: 0.22, 36: 0.26}
LEAVE_MORE_IN_PRICE_QUARTER = 1.7
RETURN_SHARE = 0.10
ADD_ON_SHARE = 0.22
TRIAL_SHARE = 0.3
GAP_SHARE = 0.004
NOTICE_DAYS = 90

END_REASONS = (
    ("product", 0.24),
    ("service", 0.22),
    ("price", 0.22),
    ("competitor", 0.14),
    ("budget", 0.10),
    ("payment_failed", 0.08),
)


@dataclass(slots=True)
class Term:
    """One row of Subscription__c; `line` tells the product lines of a customer apart."""

    line: int
    start: int
    end: int | None
    mrr: int
    product: str
    renews: int | None
    cancelled: int | None = None
    end_reason: str = ""
    change_reason: str = ""
    is_trial: bool = False


@dataclass(slots=True)
class Sale:
    """A deal that contracts imply: kind new, renewal or expansion; amount in cents a year."""

    kind: str
    day: int
    amount: int
    is_won: bool
    is_open: bool = False


@dataclass(slots=True)
class Life:
    """All contracts of a customer, what was sold, and when it was a customer."""

    terms: list[Term] = field(default_factory=lambda: [])
    sales: list[Sale] = field(default_factory=lambda: [])
    spells: list[tuple[int, int | None]] = field(default_factory=lambda: [])


class Biographer:
    """Tells lives, one customer after the other, from one stream of draws."""

    def __init__(self, dice: Dice, calendar: Calendar) -> None:
        """Keep the price quarter as day numbers."""
        self.dice = dice
        self.calendar = calendar
        self.price_from = calendar.day(PRICE_FROM)
        self.price_to = calendar.day(PRICE_TO)

    def tell(self, who: Customer, moods: list[float]) -> Life:
        """Return the life of a customer whose weekly moods are given."""
        life = Life()
        start, mrr, is_first = who.first_day, who.first_mrr, True
        while start <= self.calendar.as_of:
            line = 2 * len(life.spells)
            if is_first and not who.is_carried_over:
                self._trial(life, start, mrr, line)
            end = self._contract(life, who, moods, start, mrr, line)
            life.spells.append((start, end))
            if not (is_first and who.is_carried_over):
                sold = max(0, start - self.dice.between(0, 4))
                life.sales.append(Sale("new", sold, 12 * life_start_mrr(life, line), True))
            self._add_on(life, moods, start, end, mrr, line + 1)
            if end is None or not self.dice.chance(RETURN_SHARE):
                break
            start, is_first = end + self.dice.between(40, 300), False
        return life

    def _trial(self, life: Life, start: int, mrr: int, line: int) -> None:
        days = self.dice.between(14, 30)
        if start - days >= 0 and self.dice.chance(TRIAL_SHARE):
            trial = Term(line, start - days, start, mrr, PRODUCTS[0], None, is_trial=True)
            life.terms.append(trial)

    def _contract(
        self, life: Life, who: Customer, moods: list[float], start: int, mrr: int, line: int
    ) -> int | None:
        """Add the terms of the main line; return its last day + 1, or None while it runs."""
        dice, as_of = self.dice, self.calendar.as_of
        length = MONTH_DAYS if who.term_months == 1 else YEAR_DAYS * who.term_months // 12
        due = start + (dice.between(7, length) if who.is_carried_over and start == 0 else length)
        product = dice.pick(PRODUCTS)
        term = Term(line, start, None, mrr, product, due)
        life.terms.append(term)
        while True:
            if who.term_months > 1:
                term = self._growth(life, term, moods, due)
            mood = moods[min(max(due // 7 - 3, 0), len(moods) - 1)]
            is_leaving = dice.chance(self._leave_chance(who.term_months, mood, due))
            notice = due - dice.between(0, 25 if who.term_months == 1 else NOTICE_DAYS)
            if is_leaving and max(notice, start) <= as_of:
                self._leave(life, who, term, due, max(notice, start))
                return due if due <= as_of else None
            if due > as_of:
                if who.term_months > 1 and due <= as_of + 80:
                    life.sales.append(Sale("renewal", due, 12 * term.mrr, False, is_open=True))
                return None
            term = self._renew(life, who, term, mood, due, due + length)
            due += length

    def _leave_chance(self, months: int, mood: float, day: int) -> float:
        factor = min(max(1.0 - 0.9 * mood, 0.12), 4.5)
        if self.price_from <= day < self.price_to:
            factor *= LEAVE_MORE_IN_PRICE_QUARTER
        return min(LEAVE_AT_END[months] * factor, 0.9)

    def _leave(self, life: Life, who: Customer, term: Term, due: int, notice: int) -> None:
        term.end, term.cancelled = due, max(notice, 0)
        term.end_reason = self.dice.weighted(END_REASONS)
        if term.end_reason == "payment_failed":
            term.cancelled = None if due <= self.calendar.as_of else term.cancelled
        if who.term_months > 1:
            sold = min(max(notice, 0), self.calendar.as_of)
            life.sales.append(Sale("renewal", sold, 12 * term.mrr, False))

    def _growth(self, life: Life, term: Term, moods: list[float], due: int) -> Term:
        """Perhaps enlarge a running annual term on one of its days."""
        day = term.start + self.dice.between(30, 330)
        if day >= due - 20 or day > self.calendar.as_of:
            return term
        if not self.dice.chance(min(max(0.28 + 0.1 * moods[day // 7], 0.01), 0.5)):
            return term
        factor = self.dice.between(108, 140)
        reason = "quantity" if self.dice.chance(0.7) else "plan"
        return self._next_term(life, term, day, capped(term.mrr * factor // 100), reason, due)

    def _renew(
        self, life: Life, who: Customer, term: Term, mood: float, due: int, next_due: int
    ) -> Term:
        """Carry a line over its due day; a month without a change needs no new row."""
        dice = self.dice
        is_monthly = who.term_months == 1
        share = 1 / 12 if is_monthly else 1.0
        mrr, reason = term.mrr, ""
        in_price_quarter = self.price_from <= due < self.price_to
        # A monthly customer meets the new price once, at its first month in the quarter.
        meets_price = in_price_quarter and (not is_monthly or due < self.price_from + MONTH_DAYS)
        down = 0.055 * min(max(1.0 - 0.9 * mood, 0.1), 4.0) * (2.0 if in_price_quarter else 1.0)
        up = 0.30 * min(max(1.0 + 0.7 * mood, 0.1), 3.0)
        draw = dice.uniform()
        if draw < down * share:
            mrr, reason = capped(mrr * dice.between(60, 92) // 100), "quantity"
        elif meets_price and dice.chance(0.85):
            mrr, reason = capped(mrr * dice.between(109, 114) // 100), "price"
        elif draw > 1.0 - up * share:
            mrr, reason = capped(mrr * dice.between(106, 135) // 100), "quantity"
        elif dice.chance(0.5 * share):
            mrr, reason = capped(mrr * dice.between(102, 104) // 100), "price"
        if is_monthly and not reason:
            term.renews = next_due
            return term
        if not is_monthly:
            sold = max(0, due - dice.between(0, 21))
            life.sales.append(Sale("renewal", sold, 12 * mrr, True))
        # A few renewals are signed late and leave days that nobody paid for.
        gap = dice.between(2, 6) if not is_monthly and dice.chance(GAP_SHARE) else 0
        return self._next_term(life, term, due, mrr, reason, next_due, gap)

    def _next_term(
        self, life: Life, term: Term, day: int, mrr: int, reason: str, due: int, gap: int = 0
    ) -> Term:
        if mrr == term.mrr and reason:
            reason = ""
        term.end = day
        start = day + gap if day + gap <= self.calendar.as_of else day
        if term.renews != day and mrr > term.mrr:
            life.sales.append(Sale("expansion", day, 12 * (mrr - term.mrr), True))
        following = Term(term.line, start, None, mrr, term.product, due, change_reason=reason)
        life.terms.append(following)
        return following

    def _add_on(
        self, life: Life, moods: list[float], start: int, end: int | None, mrr: int, line: int
    ) -> None:
        """Perhaps add a second subscription, which never outlives the first."""
        dice, as_of = self.dice, self.calendar.as_of
        first = start + dice.between(60, 700)
        last = end if end is not None else as_of + 1
        if first >= last - 40 or not dice.chance(ADD_ON_SHARE + 0.1 * moods[first // 7]):
            return
        amount = mrr * dice.between(12, 35) // 100 // 1000 * 1000
        amount = min(max(amount, LOWEST_MRR), HIGHEST_ADD_ON_MRR)
        life.sales.append(Sale("expansion", first, 12 * amount, True))
        product = dice.pick(ADD_ONS)
        day = first
        while True:
            due = day + YEAR_DAYS
            term = Term(line, day, None, amount, product, due)
            life.terms.append(term)
            stops = dice.chance(self._leave_chance(12, moods[min(due // 7, len(moods) - 1)], due))
            if end is not None and due >= end:
                term.end = end
                term.end_reason = "account_left"
                return
            if due > as_of:
                return
            term.end = due
            if stops:
                term.cancelled, term.end_reason = due - dice.between(5, 60), "budget"
                return
            day = due


def life_start_mrr(life: Life, line: int) -> int:
    """Return the MRR of the first paid term of a line."""
    return next(term.mrr for term in life.terms if term.line == line and not term.is_trial)


def capped(mrr: int) -> int:
    """Keep the MRR of a main line, in cents, in bounds: with an add-on it stays below 20,000."""
    return min(max(mrr, LOWEST_MRR), HIGHEST_MRR)
