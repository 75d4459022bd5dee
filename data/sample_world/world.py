"""Makes the company chunk by chunk and hands every row to the export."""

from __future__ import annotations

from enum import IntEnum

from data.sample_world.advocacy import Advocacy
from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.chunk import Chunk, active_weeks
from data.sample_world.company import SOURCES, cumulated, day_weights, staff_ids, write_staff
from data.sample_world.contracts import write_billing, write_terms
from data.sample_world.customers import CARRIED_OVER, Market, draw_customer, write_customer
from data.sample_world.deals import Desk, write_sales
from data.sample_world.finance import write_costs, write_plain_files
from data.sample_world.invitations import write_invitations
from data.sample_world.lives import Biographer, Life
from data.sample_world.market import Prospects, write_campaigns, write_customer_lead
from data.sample_world.moods import draw_moods
from data.sample_world.orders import Shop
from data.sample_world.touches import write_campaign_touches, write_tasks
from data.sample_world.usage import write_usage
from data.sample_world.voices import Voices
from data.sample_world.writer import Export

# Part of what makes the bytes: another chunk size is another company.
CHUNK_CUSTOMERS = 500
PARENT_SHARE = 0.03


class Topic(IntEnum):
    """A stream of draws each, so that a change to one subject leaves the others as they were."""

    CAMPAIGNS = 1
    COSTS = 2
    CUSTOMERS = 3
    ACCOUNTS = 4
    MOODS = 5
    LIVES = 6
    TERMS = 7
    DEALS = 8
    PROSPECTS = 9
    VOICES = 10
    ADVOCACY = 11
    TASKS = 12
    BILLING = 13
    USAGE = 14
    LINKS = 15
    ORDERS = 16
    INVITATIONS = 17


class World:
    """A company of a given size and seed."""

    def __init__(self, export: Export, calendar: Calendar, customers: int, seed: int) -> None:
        """Write what the company has once, and keep what its customers are made with."""
        self.export = export
        self.calendar = calendar
        self.customers = customers
        self.seed = seed
        self.staff = staff_ids()
        days = cumulated(day_weights(calendar))
        self.market = Market(calendar, self.staff, days, SOURCES)
        write_staff(export, calendar)
        campaign_dice = self._dice(0, Topic.CAMPAIGNS)
        self.campaigns = write_campaigns(campaign_dice, calendar, self.staff, export)
        write_costs(self._dice(0, Topic.COSTS), calendar, export, customers)
        write_plain_files(export)

    def write(self, usage_customers: int | None) -> None:
        """Write all customers; usage for so many of them, or for all (None)."""
        every = 1 if usage_customers is None else max(1, self.customers // max(usage_customers, 1))
        for first in range(0, self.customers, CHUNK_CUSTOMERS):
            chunk = self._make_chunk(first, min(CHUNK_CUSTOMERS, self.customers - first))
            self._write_accounts(chunk)
            self._write_sales(chunk)
            self._write_voices(chunk)
            places = [
                place
                for place in range(len(chunk.customers))
                if usage_customers != 0 and (first + place) % every == 0
            ]
            write_usage(self._dice(first, Topic.USAGE), self.export, chunk, places)

    def _dice(self, first: int, topic: Topic) -> Dice:
        return Dice(self.seed, first, topic)

    def _make_chunk(self, first: int, count: int) -> Chunk:
        dice = self._dice(first, Topic.CUSTOMERS)
        customers = [
            draw_customer(dice, self.market, self.export, first + place) for place in range(count)
        ]
        moods = draw_moods(self._dice(first, Topic.MOODS), count, self.calendar)
        biographer = Biographer(self._dice(first, Topic.LIVES), self.calendar)
        rows: list[list[float]] = moods.tolist()
        lives: list[Life] = [
            biographer.tell(who, row) for who, row in zip(customers, rows, strict=True)
        ]
        is_active = active_weeks(lives, self.calendar)
        return Chunk(first, self.calendar, customers, lives, moods, is_active)

    def _write_accounts(self, chunk: Chunk) -> None:
        dice = self._dice(chunk.first_index, Topic.ACCOUNTS)
        term_dice = self._dice(chunk.first_index, Topic.TERMS)
        for who, life in zip(chunk.customers, chunk.lives, strict=True):
            parent = dice.pick(chunk.customers) if dice.chance(PARENT_SHARE) else who
            parent_id = "" if parent is who else parent.account_id
            write_customer(dice, self.calendar, self.staff, self.export, who, parent_id)
            write_terms(term_dice, self.calendar, self.export, who, life)

    def _write_sales(self, chunk: Chunk) -> None:
        desk = Desk(self._dice(chunk.first_index, Topic.DEALS), self.calendar, self.export)
        prospect_dice = self._dice(chunk.first_index, Topic.PROSPECTS)
        prospects = Prospects(prospect_dice, self.market, self.campaigns, desk, self.export)
        deals: list[tuple[int, str, str]] = []
        for who, life in zip(chunk.customers, chunk.lives, strict=True):
            new_deals = write_sales(desk, who, life)
            deals.extend((day, deal_id, who.account_id) for day, deal_id in new_deals)
            write_customer_lead(prospects, who, new_deals)
            for day, _ in new_deals:
                prospects.write_losses(day)
                prospects.write_cold_lead()
        wins = len(chunk.customers) * (1.0 - CARRIED_OVER) / self.calendar.days
        prospects.write_pipeline_at_the_ends(wins)
        write_campaign_touches(prospect_dice, chunk, prospects)
        dice = self._dice(chunk.first_index, Topic.ADVOCACY)
        link_dice = self._dice(chunk.first_index, Topic.LINKS)
        Advocacy(dice, self.export, chunk, deals, prospects.deals, link_dice).write()
        order_dice = self._dice(chunk.first_index, Topic.ORDERS)
        Shop(order_dice, self.calendar, self.export).write_orders(prospects.accounts)

    def _write_voices(self, chunk: Chunk) -> None:
        dice = self._dice(chunk.first_index, Topic.VOICES)
        voices = Voices(dice, self.export, chunk, self.staff)
        voices.write_cases()
        voices.write_relationship_survey()
        voices.write_needs()
        invitation_dice = self._dice(chunk.first_index, Topic.INVITATIONS)
        write_invitations(invitation_dice, self.export, chunk)
        task_dice = self._dice(chunk.first_index, Topic.TASKS)
        write_tasks(task_dice, self.export, chunk, self.staff)
        write_billing(self._dice(chunk.first_index, Topic.BILLING), self.export, chunk)
