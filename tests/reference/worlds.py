"""Small made-up companies whose dates collide on purpose, as dictionaries of contract tables.

Every choice comes from one `random.Random`, so a fixed seed gives a fixed world and Hypothesis,
which can stand in for it, can shrink one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

Choice = TypeVar("Choice")
Rows: TypeAlias = list[dict[str, Any]]

ORIGIN = dt.date(2024, 7, 1)
EDGES = (0, 1, 7, 34, 35, 36, 89, 90, 91, 92, 179, 180, 181, 363, 364, 365, 366)
TERM_DAYS = (3, 7, 35, 90, 91, 182, 182, 364, 365, 366)
PAUSES = (-40, -40, 0, 0, 0, 0, 1, 2, 5, 7, 9, 30, 90, 200)
PRICES = ("100", "120", "80", "100", "33.333333", "250.5", "0")
SEGMENTS = ("enterprise", "small", None)
STAGES = ("Discovery", "Proposal")
ACTS = ("reference", "testimonial", "review", "referral", "social", "introduction", "speaking")


@dataclass(frozen=True)
class World:
    """Contract tables of a company, and the last day for which its data is complete."""

    tables: dict[str, Rows]
    as_of: dt.date


@dataclass
class Maker:
    """What the tables of one world are made from."""

    random: Random
    as_of: dt.date
    anchors: list[dt.date]
    tables: dict[str, Rows] = field(default_factory=dict)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of these."""
        return choices[self.random.randrange(len(choices))]

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return self.random.randint(low, high)

    def chance(self, percent: int) -> bool:
        """True so often in a hundred."""
        return self.random.randint(1, 100) > 100 - percent

    def day(self) -> dt.date:
        """A day at a telling distance from another one; rarely one after the as-of date."""
        day = self.pick(self.anchors) - dt.timedelta(days=self.pick(EDGES) * self.pick((1, 1, -1)))
        day = min(day, self.as_of + dt.timedelta(days=3))
        if self.chance(10):
            self.anchors.append(day)
        return day

    def moment(self, day: dt.date) -> dt.datetime:
        """Some time of that day."""
        return dt.datetime.combine(day, self.pick((dt.time(0, 0), dt.time(9, 30), dt.time(23, 59))))

    def add(self, table: str, key: str | None, **values: Any) -> None:
        """Append a row; its key gets the next id of the table."""
        rows = self.tables.setdefault(table, [])
        # Ids that sort otherwise than the order of the rows show a tie broken by the wrong thing.
        identity = {} if key is None else {key: f"{(len(rows) * 7) % 10}-{table}-{len(rows)}"}
        rows.append({**identity, **values})


def make_world(random: Random, most_customers: int = 8) -> World:
    """A company of 1 to `most_customers` accounts over 60 to 120 weeks."""
    last = ORIGIN + dt.timedelta(weeks=random.randint(60, 120))
    as_of = last + dt.timedelta(days=random.randint(-1, 6))
    anchors = [last - dt.timedelta(days=1), last]
    anchors += [last - dt.timedelta(days=random.randint(1, 420)) for _ in range(4)]
    maker = Maker(random, as_of, anchors)
    maker.tables["customers"] = []
    for number in range(maker.number(1, most_customers)):
        add_customer(maker, f"customer-{number}")
    for number in range(maker.number(0, 3 * most_customers)):
        add_opportunity(maker, None if number == 0 else a_customer(maker))
    for customer in list(maker.tables["customers"]):
        add_evidence(maker, customer["customer_id"])
        if maker.chance(60):
            add_usage(maker, customer["customer_id"])
    if maker.chance(50):
        add_stages(maker)
    merge_two(maker)
    link_deals(maker)
    date_customers(maker)
    add_costs(maker)
    return World(maker.tables, as_of)


def a_customer(maker: Maker) -> str:
    """The id of some customer."""
    return maker.pick(maker.tables["customers"])["customer_id"]


def add_customer(maker: Maker, customer_id: str) -> None:
    """An account with a chain of terms."""
    maker.add(
        "customers",
        None,
        customer_id=customer_id,
        customer_name=customer_id.title(),
        segment=maker.pick(SEGMENTS),
        is_staff_or_partner=maker.pick((None, False, False, False, False, False, True)),
    )
    started_on = ORIGIN + dt.timedelta(days=maker.pick((0, 1, 6, 7, 30, 31, 61, 184, 300)))
    for _ in range(maker.number(0, 7)):
        ended_on = started_on + dt.timedelta(days=maker.pick(TERM_DAYS))
        is_running = maker.chance(25)
        maker.add(
            "subscriptions",
            "subscription_id",
            customer_id=customer_id,
            started_on=started_on,
            ended_on=None if is_running else ended_on,
            mrr=Decimal(maker.pick(PRICES)),
            is_trial=maker.pick((None, False, False, False, False, True)),
            change_reason=maker.pick((None, "price", "quantity", "plan")),
        )
        maker.anchors += [ended_on] if ended_on < maker.as_of else []
        pause = dt.timedelta(days=maker.pick(PAUSES))
        started_on = max(started_on, (started_on if is_running else ended_on) + pause)


def add_opportunity(maker: Maker, customer_id: str | None) -> None:
    """A deal of any kind, perhaps closed before it was created."""
    created_on = maker.day()
    is_closed = maker.chance(70)
    closed_on = created_on + dt.timedelta(days=maker.pick((-3, 0, 1, 30, 60, 90, 91, 92, 180)))
    amount = maker.pick((None, "0", "-5", "1000", "2500.25", "333.333333"))
    maker.add(
        "opportunities",
        "opportunity_id",
        customer_id=customer_id,
        created_on=created_on,
        closed_on=closed_on if is_closed or maker.chance(20) else None,
        is_closed=is_closed,
        is_won=is_closed and maker.chance(60),
        stage="Closed" if is_closed else maker.pick(STAGES),
        amount=None if amount is None else Decimal(amount),
        kind=maker.pick((None, "new", "new", "renewal", "renewal", "expansion")),
    )


def add_stages(maker: Maker) -> None:
    """One to three stages of each deal, on any day."""
    for row in maker.tables.get("opportunities", []):
        for hour in range(maker.number(1, 3)):
            maker.add(
                "opportunity_stages",
                None,
                opportunity_id=row["opportunity_id"],
                stage=maker.pick((*STAGES, "Closed")),
                # Two entries at one moment would have no order.
                entered_at=dt.datetime.combine(maker.day(), dt.time(23 - hour, 59)),
            )


def add_evidence(maker: Maker, customer_id: str) -> None:
    """Some events of any kind for one customer."""
    makers = (add_case, add_answer, add_answer, add_act, add_act, add_quiet_sign, add_threat)
    for _ in range(maker.number(0, 18)):
        maker.pick(makers)(maker, customer_id)


def add_case(maker: Maker, customer_id: str) -> None:
    """A case, closed or not, perhaps with a CSAT of its own."""
    opened_on = maker.day()
    closed_on = opened_on + dt.timedelta(days=maker.pick((0, 1, 7, 34, 35, 90, 91, 180)))
    is_closed = maker.chance(75)
    if is_closed and closed_on < maker.as_of:
        maker.anchors.append(closed_on)
    maker.add(
        "cases",
        "case_id",
        customer_id=customer_id if maker.chance(95) else None,
        opened_at=maker.moment(opened_on),
        # A case is never closed before it was opened, at whatever hour of the same day.
        closed_at=dt.datetime.combine(closed_on, dt.time(23, 59)) if is_closed else None,
        kind=maker.pick((None, "complaint", "complaint", "incident", "question")),
        is_escalated=maker.pick((None, False, True)),
        csat=maker.pick((None, None, 1, 3, 4, 5)),
    )


def add_answer(maker: Maker, customer_id: str) -> None:
    """An answer to a survey, by a contact or by nobody in particular."""
    instrument = maker.pick(("nps", "nps", "csat", "ces"))
    scores = {"nps": (0, 6, 7, 8, 9, 10), "csat": (1, 2, 3, 4, 5), "ces": (1, 3, 4, 6, 7)}
    contact = maker.pick((None, "p", "q"))
    maker.add(
        "survey_responses",
        "response_id",
        customer_id=customer_id if maker.chance(95) else None,
        responded_on=maker.day(),
        instrument=instrument,
        score=maker.pick(scores[instrument]),
        comment=maker.pick((None, "Too slow.")),
        is_complaint=maker.pick((None, False, True)),
        contact_id=None if contact is None else f"{customer_id}-{contact}",
    )


def add_act(maker: Maker, customer_id: str) -> None:
    """An act of advocacy, solicited or not, rewarded or not, rated or not."""
    maker.add(
        "advocacy_events",
        "event_id",
        customer_id=customer_id,
        occurred_on=maker.day(),
        kind=maker.pick(ACTS),
        is_solicited=maker.chance(40),
        rating=maker.pick((None, None, 1, 2, 3, 4, 5)),
        reward_code=maker.pick((None, None, None, "GIFT")),
    )


def add_quiet_sign(maker: Maker, customer_id: str) -> None:
    """A late payment or a credit; or a renewal, the sign of contentment."""
    if maker.chance(50):
        add_opportunity(maker, customer_id)
        maker.tables["opportunities"][-1].update(kind="renewal", is_closed=True, is_won=True)
        opportunity = maker.tables["opportunities"][-1]
        opportunity["closed_on"] = maker.day()
        return
    maker.add(
        "billing_events",
        "event_id",
        customer_id=customer_id,
        occurred_on=maker.day(),
        kind=maker.pick(("late_payment", "late_payment", "credit")),
    )


def add_threat(maker: Maker, customer_id: str) -> None:
    """A conversation, perhaps with a threat to cancel."""
    maker.add(
        "activities",
        "activity_id",
        customer_id=customer_id if maker.chance(90) else None,
        occurred_on=maker.day(),
        kind="call",
        theme=maker.pick((None, "cancel_threat", "cancel_threat", "pricing")),
    )


def add_usage(maker: Maker, customer_id: str) -> None:
    """Levels of usage that last for some weeks, with drops to the very thresholds and gaps."""
    week = ORIGIN + dt.timedelta(weeks=maker.number(0, 40))
    for _ in range(maker.number(1, 7)):
        level = maker.pick((0, 10, 69, 70, 80, 81, 100, 100))
        for _ in range(maker.pick((1, 4, 4, 5, 13, 14, 20))):
            if week < maker.as_of:
                maker.add("usage", None, customer_id=customer_id, week_start=week, usage=level)
            week += dt.timedelta(weeks=1)
        if maker.chance(15):
            week += dt.timedelta(weeks=1)


def add_order(maker: Maker, customer_id: str) -> None:
    """One or two orders of a day; some are free, and some give money back."""
    day = maker.day()
    for _ in range(maker.pick((1, 1, 1, 2))):
        maker.add(
            "orders",
            "order_id",
            customer_id=customer_id,
            ordered_on=day,
            amount=Decimal(maker.pick(("120", "80.5", "333.333333", "0", "-80.5"))),
        )


def merge_two(maker: Maker) -> None:
    """Sometimes the last account was merged into the first; only one of them has usage then."""
    customers = maker.tables["customers"]
    if len(customers) < 2 or not maker.chance(15):
        return
    gone, heir = customers[-1], customers[0]
    gone["merged_into_id"] = heir["customer_id"]
    gone["merged_on"] = maker.as_of
    usage = maker.tables.get("usage", [])
    maker.tables["usage"] = [row for row in usage if row["customer_id"] != gone["customer_id"]]


def link_deals(maker: Maker) -> None:
    """Acts of advocacy and requests to speak that belong to a deal, or to one that is not there."""
    deals = [row["opportunity_id"] for row in maker.tables.get("opportunities", [])]
    for row in maker.tables.get("advocacy_events", []):
        if deals and maker.chance(60):
            row["opportunity_id"] = maker.pick((*deals, "gone"))
    for _ in range(maker.number(0, 6) if deals else 0):
        maker.add(
            "reference_asks",
            "ask_id",
            customer_id=a_customer(maker),
            asked_on=maker.day(),
            for_opportunity_id=maker.pick((None, *deals)),
            outcome=maker.pick((None, "accepted", "accepted", "declined", "none")),
        )


def date_customers(maker: Maker) -> None:
    """Sometimes the CRM knows when it was told of a customer, be it long after the first term."""
    if maker.chance(50):
        return
    first = ORIGIN + dt.timedelta(days=maker.pick((-30, 30, 100, 250, 400)))
    for row in maker.tables["customers"]:
        created_on = first + dt.timedelta(days=maker.pick((0, 0, 7, 90)))
        row["created_on"] = min(created_on, maker.as_of - dt.timedelta(days=1))


def add_costs(maker: Maker) -> None:
    """Costs of most months, some of several rows, from a month that may come after the first term."""
    maker.tables["costs"] = []
    month = ORIGIN.replace(day=1) + dt.timedelta(days=maker.pick((-120, 0, 0, 62)))
    while month < maker.as_of:
        month = month.replace(day=1)
        for _ in range(maker.pick((0, 1, 1, 1, 1, 1, 1, 2))):
            amount = Decimal(maker.pick(("0", "90", "1000", "333.333333", "20000")))
            maker.add("costs", None, month=month, purpose="acquisition", amount=amount)
        if maker.chance(30):
            maker.add("costs", None, month=month, purpose="retention", amount=Decimal(70))
        month += dt.timedelta(days=32)


def worlds(most_customers: int = 4) -> st.SearchStrategy[World]:
    """Hypothesis's own worlds."""
    randoms = st.randoms(use_true_random=False)
    return randoms.map(lambda random: make_world(random, most_customers))
