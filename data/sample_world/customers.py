"""Accounts and their contacts: who the customers are."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.company import Staff
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.names import customer_name, person_name
from data.sample_world.writer import Export

# Country, share of customers, language, currency, legal form, city.
COUNTRIES = (
    (("Germany", "german", "EUR", "GmbH", "Kassel"), 0.30),
    (("United States", "english", "USD", "Inc.", "Dayton"), 0.19),
    (("Netherlands", "dutch", "EUR", "B.V.", "Zwolle"), 0.17),
    (("France", "french", "EUR", "SAS", "Dijon"), 0.15),
    (("United Kingdom", "english", "EUR", "Ltd", "Derby"), 0.12),
    (("Austria", "german", "EUR", "GmbH", "Graz"), 0.07),
)
INDUSTRIES = (
    ("Manufacturing", 0.28),
    ("Logistics", 0.22),
    ("Healthcare", 0.16),
    ("Financial Services", 0.14),
    ("Retail", 0.12),
    ("Education", 0.08),
)
PERSONAS = (
    ("operations lead", 0.34),
    ("finance director", 0.22),
    ("it manager", 0.20),
    ("marketing head", 0.14),
    ("founder", 0.10),
)
SEGMENTS = (("small business", 0.48), ("mid-market", 0.37), ("enterprise", 0.15))
SIZE_BANDS = {
    "small business": (("1-49", 0.8), ("50-249", 0.2)),
    "mid-market": (("50-249", 0.6), ("250-999", 0.4)),
    "enterprise": (("250-999", 0.35), ("1000+", 0.65)),
}
HEADCOUNT = {"1-49": (4, 49), "50-249": (50, 249), "250-999": (250, 999), "1000+": (1000, 9000)}
# Quantiles of the first MRR in the account's currency, whole units.
FIRST_MRR = {
    "small business": (200, 240, 290, 360, 450, 580, 900),
    "mid-market": (600, 800, 1050, 1400, 1850, 2500, 4000),
    "enterprise": (2600, 3200, 3900, 4900, 6400, 9000, 15000),
}
# Months of a term; 1 = monthly, without a contract end.
TERM_MONTHS = {
    "small business": ((1, 0.48), (12, 0.48), (24, 0.04)),
    "mid-market": ((1, 0.18), (12, 0.62), (24, 0.15), (36, 0.05)),
    "enterprise": ((1, 0.03), (12, 0.57), (24, 0.24), (36, 0.16)),
}
TITLES = {
    "operations lead": ("Head of Operations", "Operations"),
    "finance director": ("Finance Director", "Finance"),
    "it manager": ("IT Manager", "IT"),
    "marketing head": ("Head of Marketing", "Marketing"),
    "founder": ("Managing Director", "Management"),
}
# Share of customers who came from the CRM before this one.
CARRIED_OVER = 0.47
UNKNOWN_SHARE = 0.012
STAFF_SHARE = 0.004
MERGED_SHARE = 0.004
CONSENT_SHARE = 0.55


@dataclass(slots=True)
class Customer:
    """A company that pays, or is one day going to."""

    account_id: str
    name: str
    country: str
    language: str
    currency: str
    city: str
    industry: str
    persona: str
    segment: str
    size_band: str
    term_months: int
    first_mrr: int
    owner_id: str
    seller_id: str
    source: str
    is_carried_over: bool
    first_day: int
    merged_id: str
    is_staff: bool
    answers_share: float
    created_day: int = 0
    contact_ids: list[str] = field(default_factory=lambda: [])


@dataclass(frozen=True)
class Market:
    """What customers are drawn with."""

    calendar: Calendar
    staff: Staff
    start_days: list[float]
    sources: tuple[str, ...]


def draw_customer(dice: Dice, market: Market, export: Export, index: int) -> Customer:
    """Draw one customer; ids are taken from the Account file."""
    country, language, currency, legal_form, city = dice.weighted(COUNTRIES)
    segment = dice.weighted(SEGMENTS)
    is_carried_over = dice.chance(CARRIED_OVER)
    start = bisect_right(market.start_days, dice.uniform())
    accounts = export["Account"]
    return Customer(
        account_id=accounts.new_id(),
        name=customer_name(dice, legal_form, index),
        country=country,
        language=language,
        currency=currency,
        city=city,
        industry=dice.weighted(INDUSTRIES),
        persona=dice.weighted(PERSONAS),
        segment=segment,
        size_band=dice.weighted(SIZE_BANDS[segment]),
        term_months=dice.weighted(TERM_MONTHS[segment]),
        first_mrr=dice.quantile(FIRST_MRR[segment]) // 10 * 1000,
        owner_id=dice.pick(market.staff.success),
        seller_id=dice.pick(market.staff.sales),
        source=dice.pick(market.sources),
        is_carried_over=is_carried_over,
        first_day=0 if is_carried_over else start,
        merged_id=accounts.new_id() if dice.chance(MERGED_SHARE) else "",
        is_staff=dice.chance(STAFF_SHARE),
        answers_share=0.05 + 0.45 * dice.uniform(),
    )


def write_customer(
    dice: Dice, calendar: Calendar, staff: Staff, export: Export, who: Customer, parent_id: str
) -> None:
    """Write the account, the account that was merged into it, and its contacts."""
    created_day = max(0, who.first_day - (0 if who.is_carried_over else dice.between(20, 160)))
    who.created_day = created_day
    created = calendar.working_hour(created_day, dice.uniform())
    # A nightly job touches a few accounts after the last Sunday: the export's own Monday.
    if dice.chance(0.01):
        changed = f"{calendar.text(calendar.days)} 01:{dice.between(0, 59):02d}:00"
    else:
        changed = calendar.working_hour(dice.between(created_day, calendar.as_of), 0.999)
    known = who if not dice.chance(UNKNOWN_SHARE) else None
    _write_account(dice, export, who, who.account_id, "", known, parent_id, created, changed, staff)
    if who.merged_id:
        merged = calendar.working_hour(dice.between(created_day, calendar.as_of), 0.999)
        _write_account(
            dice, export, who, who.merged_id, who.account_id, known, "", created, merged, staff
        )
    for place in range(1 + (dice.uniform() < 0.45) + (who.segment == "enterprise")):
        who.contact_ids.append(_write_contact(dice, export, who, place, created, changed))


def _write_account(
    dice: Dice,
    export: Export,
    who: Customer,
    account_id: str,
    master_id: str,
    known: Customer | None,
    parent_id: str,
    created: str,
    changed: str,
    staff: Staff,
) -> None:
    low, high = HEADCOUNT[who.size_band]
    export["Account"].add(
        (
            account_id,
            "1" if master_id else "0",
            master_id,
            who.name + (" (duplicate)" if master_id else ""),
            "Partner" if who.is_staff else "Customer",
            parent_id or NULL_LOOKUP,
            who.city,
            who.country,
            who.industry if known else "",
            str(dice.between(low, high)),
            who.currency,
            who.owner_id,
            created,
            changed,
            staff.integration,
            changed,
            "",
            who.source,
            who.segment if known else "",
            who.persona if known else "",
            who.size_band,
            who.language,
            "1" if who.is_staff else "0",
        )
    )


def _write_contact(
    dice: Dice, export: Export, who: Customer, place: int, created: str, changed: str
) -> str:
    first, last = person_name(dice)
    title, department = TITLES[who.persona if place == 0 else dice.weighted(PERSONAS)]
    table = export["Contact"]
    contact_id = table.new_id()
    table.add(
        (
            contact_id,
            "0",
            "",
            who.account_id,
            first,
            last,
            title,
            department,
            who.currency,
            who.owner_id,
            "1" if dice.chance(0.06) else "0",
            created,
            changed,
            changed,
            "1" if dice.chance(CONSENT_SHARE) else "0",
        )
    )
    return contact_id
