"""Opportunities and their history, won ones from the contracts and lost ones from the market."""

from __future__ import annotations

from dataclasses import dataclass

from data.sample_world.calendar import (
    OPENING_SECOND,
    PRICE_FROM,
    PROGRAMME_CLOSED,
    WORKING_SECONDS,
    Calendar,
)
from data.sample_world.chance import Dice
from data.sample_world.customers import Customer
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.lives import Life, Sale
from data.sample_world.writer import Export

DAY = 86_400
STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation")
PROBABILITY = {
    "Prospecting": 10,
    "Qualification": 25,
    "Proposal": 50,
    "Negotiation": 75,
    "Closed Won": 100,
    "Closed Lost": 0,
}
# The same column holds one vocabulary in Opportunity and another in OpportunityHistory.
FORECAST = {
    "Prospecting": ("Pipeline", "Pipeline"),
    "Qualification": ("Pipeline", "Pipeline"),
    "Proposal": ("BestCase", "Best Case"),
    "Negotiation": ("Forecast", "Commit"),
    "Closed Won": ("Closed", "Closed"),
    "Closed Lost": ("Omitted", "Omitted"),
}
TYPES = {
    "new": (("New Business", 0.86), ("New Customer", 0.08), ("new business", 0.04), ("", 0.02)),
    "renewal": (("Renewal", 0.9), ("Existing Customer - Replacement", 0.1)),
    "expansion": (("Expansion", 0.7), ("Upsell", 0.15), ("Existing Customer - Upgrade", 0.15)),
}
# Days from creation to a won close: smallest, largest (bell-shaped between).
CYCLES = {"small business": (12, 75), "mid-market": (30, 130), "enterprise": (60, 240)}
LOST_AFTER = ((1, 0.36), (2, 0.30), (3, 0.22), (4, 0.12))
ENTERED_LATE = 0.006
EXTRA_ROW = 0.16
LOST_EXPANSIONS = 0.5


@dataclass(slots=True)
class Deal:
    """One opportunity before it is written; `closed` is None while it is open."""

    account_id: str
    name: str
    kind: str
    created: int
    closed: int | None
    expected: int
    is_won: bool
    amount: int | None
    currency: str
    owner_id: str
    source: str
    campaign_id: str = NULL_LOOKUP
    depth: int = 4


class Desk:
    """Writes opportunities with the way they took through the stages."""

    def __init__(self, dice: Dice, calendar: Calendar, export: Export) -> None:
        """Keep where to write."""
        self.dice = dice
        self.calendar = calendar
        self.deals = export["Opportunity"]
        self.history = export["OpportunityHistory"]

    def write(self, deal: Deal) -> str:
        """Write one opportunity and its history; return its id."""
        deal_id = self.deals.new_id()
        steps = self._steps(deal)
        stage, changed = steps[-1]
        stamp = self.calendar.moment(changed)
        is_closed = deal.closed is not None
        amount = "" if deal.amount is None else money(deal.amount)
        last = self._write_history(deal, deal_id, steps, amount)
        self.deals.add(
            (
                deal_id,
                "0",
                deal.account_id,
                deal.name,
                stage,
                amount,
                str(PROBABILITY[stage]),
                self.calendar.midnight(deal.expected if deal.closed is None else deal.closed),
                self.dice.weighted(TYPES[deal.kind]),
                deal.source,
                "1" if is_closed else "0",
                "1" if is_closed and deal.is_won else "0",
                FORECAST[stage][0],
                deal.currency,
                deal.campaign_id,
                deal.owner_id,
                self.calendar.moment(steps[0][1]),
                last,
                last,
                stamp,
            )
        )
        return deal_id

    def _steps(self, deal: Deal) -> list[tuple[str, int]]:
        """Return the stages with the second of entry, oldest first."""
        dice = self.dice
        created = _second(dice, deal.created)
        end = created if deal.closed is None else max(_second(dice, deal.closed), created + 60)
        if deal.closed is None:
            end = _second(dice, self.calendar.as_of)
        first = 0 if deal.kind == "new" else 2
        stages = [
            stage
            for place, stage in enumerate(STAGES[first : max(deal.depth, first + 1)])
            if place == 0 or not dice.chance(0.1)
        ]
        # An open deal may have been created later on the as-of day than the moment drawn for it.
        span = max(end - created, 0)
        moments = sorted(created + int(dice.uniform() * span) for _ in stages[1:])
        steps = list(zip(stages, [created, *moments], strict=True))
        if deal.closed is not None:
            if deal.closed < deal.created:
                steps = []
            steps.append(("Closed Won" if deal.is_won else "Closed Lost", end))
        return steps

    def _write_history(
        self, deal: Deal, deal_id: str, steps: list[tuple[str, int]], amount: str
    ) -> str:
        """Write stage moves, and now and then a row in which only amount and date changed."""
        calendar, dice = self.calendar, self.dice
        due = calendar.midnight(deal.expected)
        before, last = "", ""
        for place, (stage, second) in enumerate(steps):
            is_end = stage.startswith("Closed")
            close = calendar.midnight(deal.closed) if is_end else due
            last = calendar.moment(second)
            self._row(deal_id, last, stage, amount, close, before, deal.currency, "", "")
            before = stage
            is_revised = place == 0 and len(steps) > 1 and amount and dice.chance(EXTRA_ROW)
            if is_revised and steps[1][1] - second > 7200:
                between = second + (steps[1][1] - second) // 2
                changed = calendar.moment(between)
                self._row(deal_id, changed, stage, amount, due, stage, deal.currency, amount, due)
                last = max(last, changed)
        return last

    def _row(
        self,
        deal_id: str,
        stamp: str,
        stage: str,
        amount: str,
        close: str,
        before: str,
        currency: str,
        amount_before: str,
        close_before: str,
    ) -> None:
        self.history.add(
            (
                self.history.new_id(),
                deal_id,
                stamp,
                stage,
                amount,
                close,
                str(PROBABILITY[stage]),
                FORECAST[stage][1],
                before,
                currency,
                stamp,
                "0",
                amount_before,
                close_before,
            )
        )


def write_sales(desk: Desk, who: Customer, life: Life) -> list[tuple[int, str]]:
    """Write what a customer's contracts imply; return (day, id) of its new business."""
    dice = desk.dice
    new_deals: list[tuple[int, str]] = []
    for sale in life.sales:
        deal_id = desk.write(_deal_of(dice, desk.calendar, who, sale))
        if sale.kind == "new":
            new_deals.append((sale.day, deal_id))
        elif sale.kind == "expansion" and dice.chance(LOST_EXPANSIONS):
            day = min(sale.day + dice.between(20, 200), desk.calendar.as_of)
            lost = Sale("expansion", day, sale.amount, False)
            desk.write(_deal_of(dice, desk.calendar, who, lost))
    return new_deals


def _deal_of(dice: Dice, calendar: Calendar, who: Customer, sale: Sale) -> Deal:
    if sale.kind == "new":
        ahead, owner = cycle_days(dice, who.segment), who.seller_id
    else:
        ahead, owner = dice.between(25, 95), who.owner_id
    created = max(0, sale.day - ahead)
    if sale.is_open:
        created = min(created, calendar.as_of)
    elif sale.kind == "new" and dice.chance(ENTERED_LATE):
        created = min(sale.day + dice.between(2, 24), calendar.as_of)
    return Deal(
        account_id=who.account_id,
        name=f"{who.name} - {sale.kind}",
        kind=sale.kind,
        created=created,
        closed=None if sale.is_open else sale.day,
        expected=max(sale.day, created) if sale.is_open else sale.day,
        is_won=sale.is_won,
        amount=sale.amount,
        currency=who.currency,
        owner_id=owner,
        source=who.source,
        depth=4 if sale.is_won else dice.between(3, 4),
    )


def cycle_days(dice: Dice, segment: str) -> int:
    """Return days from creation to close, bell-shaped within the segment's range."""
    low, high = CYCLES[segment]
    return low + int((dice.uniform() + dice.uniform()) / 2 * (high - low))


def losses_for(dice: Dice, calendar: Calendar, day: int) -> int:
    """Return how many deals are lost for one that is won on a day: three, fewer with references."""
    losses = 2 + (dice.uniform() < 0.55) + (dice.uniform() < 0.35)
    price = calendar.day(PRICE_FROM)
    if price <= day < price + 130:
        losses += 1
    if day > calendar.day(PROGRAMME_CLOSED) and dice.chance(0.45):
        losses -= 1
    return losses


def money(cents: int) -> str:
    """Return an amount as text with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def _second(dice: Dice, day: int) -> int:
    return day * DAY + OPENING_SECOND + int(dice.uniform() * WORKING_SECONDS)
