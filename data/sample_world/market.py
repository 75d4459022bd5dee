"""The market around the customers: prospects, lost and open deals, leads and campaigns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.company import SOURCES, Staff
from data.sample_world.contracts import write_lost_trial
from data.sample_world.customers import (
    COUNTRIES,
    FIRST_MRR,
    INDUSTRIES,
    PERSONAS,
    SEGMENTS,
    SIZE_BANDS,
    TITLES,
    Customer,
    Market,
)
from data.sample_world.deals import LOST_AFTER, Deal, Desk, cycle_days, losses_for
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.names import company_name, person_name
from data.sample_world.writer import Export, quoted

CAMPAIGN_KINDS = (
    ("Webinar", 4000),
    ("Email", 1500),
    ("Trade Show", 18000),
    ("Advertisement", 9000),
)
CAMPAIGNS_A_QUARTER = 3
OBJECTIVES = (("acquisition", 0.6), ("retention", 0.25), ("advocacy", 0.15))
WITHOUT_ACCOUNT = 0.45
# A lost deal takes longer to be called lost than a won one to be won.
LOST_CYCLE = 1.25
DELETED_PROSPECT = 0.012
TRIAL_SHARE = 0.12
COLD_STATUS = ("Open", "Contacted", "Unqualified")
PIPELINE_DAYS = 200


@dataclass(frozen=True)
class Campaigns:
    """Ids of the campaigns and the day on which each began, oldest first."""

    ids: tuple[str, ...]
    days: tuple[int, ...]

    def running(self, dice: Dice, day: int) -> str:
        """Return a campaign that began lately, or the null lookup."""
        latest = bisect_right(self.days, day)
        if latest == 0:
            return NULL_LOOKUP
        return self.ids[max(0, latest - dice.between(1, CAMPAIGNS_A_QUARTER))]


def write_campaigns(dice: Dice, calendar: Calendar, staff: Staff, export: Export) -> Campaigns:
    """Write three campaigns a quarter."""
    table = export["Campaign"]
    ids: list[str] = []
    days: list[int] = []
    for month in calendar.month_starts():
        if month.month % 3 != 1 and month != calendar.month_starts()[0]:
            continue
        for place in range(CAMPAIGNS_A_QUARTER):
            kind, budget = dice.pick(CAMPAIGN_KINDS)
            begin = max(0, calendar.day(month) + 10 * place + dice.between(0, 6))
            end = begin + dice.between(7, 60)
            made = calendar.working_hour(max(0, begin - 20), dice.uniform())
            spent = budget * dice.between(80, 125) // 100
            campaign_id = table.new_id()
            ids.append(campaign_id)
            days.append(begin)
            started = calendar.date(begin)
            table.add(
                (
                    campaign_id,
                    "0",
                    f"{started.year}Q{(started.month + 2) // 3} {kind} {place + 1}",
                    NULL_LOOKUP,
                    kind,
                    "Completed" if end <= calendar.as_of else "In Progress",
                    calendar.midnight(begin),
                    calendar.midnight(end),
                    "EUR",
                    f"{budget}.00",
                    f"{spent}.00",
                    "0" if end <= calendar.as_of else "1",
                    dice.pick(staff.marketing),
                    made,
                    made,
                    made,
                    dice.weighted(OBJECTIVES),
                )
            )
    return Campaigns(tuple(ids), tuple(days))


@dataclass(frozen=True, slots=True)
class Prospect:
    """An account that has no contract, and the day on which it was created."""

    account_id: str
    segment: str
    currency: str
    created: int


class Prospects:
    """Writes deals that were lost or are still open, and the leads that came before deals."""

    def __init__(
        self, dice: Dice, market: Market, campaigns: Campaigns, desk: Desk, export: Export
    ) -> None:
        """Keep where to write."""
        self.dice = dice
        self.market = market
        self.calendar = market.calendar
        self.campaigns = campaigns
        self.desk = desk
        self.export = export
        # Day on which each is or will be lost or won, id and account id.
        self.deals: list[tuple[int, str, str]] = []
        # Those whose account was not deleted.
        self.accounts: list[Prospect] = []

    def write_pipeline_at_the_ends(self, wins: float) -> None:
        """Write deals lost beside wins before the first day, and deals decided after the last.

        `wins` is the number of new customers a day.
        """
        dice, as_of = self.dice, self.calendar.as_of
        for _ in range(int(wins * PIPELINE_DAYS)):
            self.write_losses(-dice.between(1, PIPELINE_DAYS))
        for _ in range(int(wins * PIPELINE_DAYS)):
            day = as_of + dice.between(1, PIPELINE_DAYS)
            self.write_losses(day)
            segment = dice.weighted(SEGMENTS)
            created = day - cycle_days(dice, segment)
            if created <= as_of:
                self._write_deal(segment, max(0, created), day)

    def write_losses(self, won_day: int) -> None:
        """Write the deals that were not won when one was."""
        dice, calendar = self.dice, self.calendar
        for _ in range(losses_for(dice, calendar, won_day)):
            segment = dice.weighted(SEGMENTS)
            cycle = int(cycle_days(dice, segment) * LOST_CYCLE)
            # The others of the same season: some were lost earlier, some are decided later.
            created = won_day - cycle + dice.between(-45, 45 + cycle)
            closed = created + cycle + dice.between(0, 20)
            if created > calendar.as_of or closed < 1:
                continue
            created = max(0, created)
            self._write_deal(segment, created, closed)

    def _write_deal(self, segment: str, created: int, closed: int) -> None:
        dice, market = self.dice, self.market
        country, _, currency, legal_form, _ = dice.weighted(COUNTRIES)
        name = quoted(company_name(dice, legal_form))
        amount = 12_000 * (dice.quantile(FIRST_MRR[segment]) // 10)
        account_id = NULL_LOOKUP
        if not dice.chance(WITHOUT_ACCOUNT):
            account_id = self._write_account(name, segment, country, currency, created)
            if dice.chance(TRIAL_SHARE) and created + 5 <= self.calendar.as_of:
                first = created + 5
                mrr = amount // 12
                write_lost_trial(dice, self.calendar, self.export, account_id, currency, first, mrr)
        is_open = closed > self.calendar.as_of
        source = dice.pick(SOURCES)
        campaign = NULL_LOOKUP
        if source in ("Webinar", "Trade Show"):
            campaign = self.campaigns.running(dice, created)
        # Some open deals are overdue: nobody moved their close date.
        expected = closed if not dice.chance(0.06) else max(created, closed - 60)
        deal = Deal(
            account_id=account_id,
            name=f"{name} - new",
            kind="new",
            created=created,
            closed=None if is_open else closed,
            expected=expected,
            is_won=False,
            amount=None if dice.chance(0.015) else amount,
            currency=currency,
            owner_id=dice.pick(market.staff.sales),
            source=source,
            campaign_id=campaign,
            depth=dice.weighted(LOST_AFTER),
        )
        deal_id = self.desk.write(deal)
        self.deals.append((closed, deal_id, account_id))
        if dice.chance(0.3):
            self.write_lead(name, country, currency, created, account_id, NULL_LOOKUP, deal_id)

    def _write_account(
        self, name: str, segment: str, country: str, currency: str, created: int
    ) -> str:
        dice, market = self.dice, self.market
        table = self.export["Account"]
        account_id = table.new_id()
        stamp = self.calendar.working_hour(created, dice.uniform())
        is_deleted = dice.chance(DELETED_PROSPECT)
        if not is_deleted:
            self.accounts.append(Prospect(account_id, segment, currency, created))
        language = next(place[1] for place, _ in COUNTRIES if place[0] == country)
        city = next(place[4] for place, _ in COUNTRIES if place[0] == country)
        table.add(
            (
                account_id,
                "1" if is_deleted else "0",
                "",
                name,
                "Prospect",
                NULL_LOOKUP,
                city,
                country,
                dice.weighted(INDUSTRIES),
                "",
                currency,
                dice.pick(market.staff.sales),
                stamp,
                stamp,
                market.staff.integration,
                stamp,
                "",
                dice.pick(SOURCES),
                segment,
                dice.weighted(PERSONAS),
                dice.weighted(SIZE_BANDS[segment]),
                language,
                "0",
            )
        )
        return account_id

    def write_lead(
        self,
        company: str,
        country: str,
        currency: str,
        converted: int | None,
        account_id: str,
        contact_id: str,
        deal_id: str,
    ) -> str:
        """Write a lead, converted on a day or left cold (None), and its campaign touch."""
        dice, calendar = self.dice, self.calendar
        table = self.export["Lead"]
        last = calendar.as_of if converted is None else converted
        age = dice.between(0, last) if converted is None else dice.between(3, 60)
        created = max(0, last - age)
        status = "Converted" if converted is not None else dice.pick(COLD_STATUS)
        first_name, last_name = person_name(dice)
        persona = dice.weighted(PERSONAS)
        made = calendar.working_hour(created, dice.uniform())
        changed = made if converted is None else calendar.working_hour(converted, 0.999)
        lead_id = table.new_id()
        table.add(
            (
                lead_id,
                "0",
                first_name,
                last_name,
                TITLES[persona][0],
                company,
                country,
                dice.pick(SOURCES),
                status,
                dice.weighted(INDUSTRIES),
                currency,
                dice.pick(self.market.staff.sales),
                "0" if converted is None else "1",
                calendar.midnight(converted),
                account_id,
                contact_id,
                deal_id,
                made,
                changed,
                changed,
                persona,
            )
        )
        if dice.chance(0.5):
            self.write_touch(lead_id, NULL_LOOKUP, created)
        return lead_id

    def write_cold_lead(self) -> str:
        """Write a lead that never became a deal."""
        country, _, currency, legal_form, _ = self.dice.weighted(COUNTRIES)
        company = quoted(company_name(self.dice, legal_form))
        return self.write_lead(
            company, country, currency, None, NULL_LOOKUP, NULL_LOOKUP, NULL_LOOKUP
        )

    def write_touch(self, lead_id: str, contact_id: str, day: int) -> None:
        """Write that a campaign reached a lead or a contact, if one was running."""
        dice = self.dice
        campaign_id = self.campaigns.running(dice, day)
        if campaign_id == NULL_LOOKUP:
            return
        stamp = self.calendar.working_hour(day, dice.uniform())
        has_responded = dice.chance(0.3)
        table = self.export["CampaignMember"]
        table.add(
            (
                table.new_id(),
                "0",
                campaign_id,
                lead_id,
                contact_id,
                "Responded" if has_responded else "Sent",
                "1" if has_responded else "0",
                stamp,
                stamp,
                stamp,
                self.calendar.midnight(day) if has_responded else "",
                "EUR",
            )
        )


def write_customer_lead(
    prospects: Prospects, who: Customer, new_deals: list[tuple[int, str]]
) -> None:
    """Write the lead from which a customer came, for a third of the new ones."""
    if who.is_carried_over or not new_deals or not prospects.dice.chance(0.35):
        return
    day, deal_id = new_deals[0]
    prospects.write_lead(
        who.name,
        who.country,
        who.currency,
        max(0, day - 30),
        who.account_id,
        who.contact_ids[0],
        deal_id,
    )
