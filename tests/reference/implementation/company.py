"""Everything about a company that does not depend on a period, worked out once."""

import datetime as dt
from dataclasses import dataclass

from tests.reference.implementation.evidence import Event, collect_evidence
from tests.reference.implementation.help import Helped, first_help
from tests.reference.implementation.movements import Movement, movements_of, spells_of
from tests.reference.implementation.tables import (
    DEFAULT_SETTINGS,
    Record,
    Settings,
    Tables,
    rows_of,
)
from tests.reference.implementation.tenure import history_begins
from tests.reference.implementation.terms import (
    Term,
    first_paid_on,
    paid_terms,
    real_customers,
    surviving_ids,
)
from tests.reference.implementation.tiers import TierWeek, tier_weeks
from tests.reference.implementation.trials import Trial, trials_of

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Customer:
    """One customer with its history."""

    row: Record
    terms: list[Term]
    movements: list[Movement]
    spells: list[tuple[dt.date, dt.date | None]]
    events: list[Event]
    tier_weeks: dict[dt.date, TierWeek]
    trials: list[Trial]


@dataclass(frozen=True)
class Company:
    """The customers that count, and the rows that count beside them."""

    customers: dict[str, Customer]
    opportunities: list[Record]
    stages: list[Record]
    answers: list[Record]
    costs: list[Record]
    helped: Helped
    first_paid_on: dt.date | None
    first_day: dt.date
    history_begins: dt.date | None
    as_of: dt.date
    settings: Settings


def build_company(tables: Tables, settings: Settings, as_of: dt.date) -> Company:
    """Work out the histories; `settings` override DEFAULT_SETTINGS."""
    chosen = {**DEFAULT_SETTINGS, **settings}
    terms = paid_terms(tables, chosen)
    evidence = collect_evidence(tables, terms, chosen)
    trials = trials_of(tables, terms)
    customers = {
        customer_id: Customer(
            row=row,
            terms=terms[customer_id],
            movements=movements_of(terms[customer_id]),
            spells=spells_of(terms[customer_id]),
            events=evidence[customer_id],
            tier_weeks=tier_weeks(terms[customer_id], evidence[customer_id], as_of, chosen),
            trials=trials[customer_id],
        )
        for customer_id, row in real_customers(tables).items()
    }
    opportunities = with_survivors(tables, "opportunities", customers, is_prospect_kept=True)
    answers = with_survivors(tables, "survey_responses", customers, is_prospect_kept=False)
    starts = [first_paid_on(own) for own in terms.values()]
    first_paid = min((day for day in starts if day is not None), default=None)
    return Company(
        customers=customers,
        opportunities=opportunities,
        stages=rows_of(tables, "opportunity_stages"),
        answers=answers,
        costs=rows_of(tables, "costs"),
        helped=first_help(tables),
        first_paid_on=first_paid,
        history_begins=history_begins(
            [
                # what was merged away has no row of its own, and so no first record
                row["created_on"]
                for row in rows_of(tables, "customers")
                if not row["merged_into_id"]
            ],
            [spell for customer in customers.values() for spell in customer.spells],
        ),
        first_day=first_day_of(first_paid, opportunities, answers, as_of),
        as_of=as_of,
        settings=chosen,
    )


def with_survivors(
    tables: Tables, name: str, customers: dict[str, Customer], *, is_prospect_kept: bool
) -> list[Record]:
    """Rows of real customers under the id of the surviving account; perhaps those of nobody."""
    survivors = surviving_ids(tables)
    kept: list[Record] = []
    for row in rows_of(tables, name):
        customer_id = survivors.get(row["customer_id"])
        if customer_id in customers or (is_prospect_kept and row["customer_id"] is None):
            kept.append(Record({**row, "customer_id": customer_id}))
    return kept


def first_day_of(
    first_paid: dt.date | None, opportunities: list[Record], answers: list[Record], as_of: dt.date
) -> dt.date:
    """The first paid term, else the first opportunity, else the first answer, else the as-of."""
    if first_paid is not None:
        return first_paid
    created = [row["created_on"] for row in opportunities]
    answered = [row["responded_on"] for row in answers]
    return min(created or answered, default=as_of)


def members_of(company: Company, dimension: str | None) -> dict[str | None, "Slice"]:
    """Breakdown -> its part of the company by today's attributes; None -> the whole of it."""
    if dimension is None:
        return {
            None: Slice(list(company.customers.values()), company.opportunities, company.answers)
        }
    values = {
        customer_id: attribute(row.row, dimension) for customer_id, row in company.customers.items()
    }
    names = set(values.values()) | {
        values.get(row["customer_id"], UNKNOWN) for row in company.opportunities
    }
    return {
        name: Slice(
            [one for customer_id, one in company.customers.items() if values[customer_id] == name],
            [r for r in company.opportunities if values.get(r["customer_id"], UNKNOWN) == name],
            [row for row in company.answers if values[row["customer_id"]] == name],
        )
        for name in sorted(names)
    }


def attribute(row: Record, dimension: str) -> str:
    """An attribute of today; a missing one is the value unknown."""
    return UNKNOWN if row[dimension] is None else row[dimension]


@dataclass(frozen=True)
class Slice:
    """The customers, opportunities and answers of one breakdown."""

    customers: list[Customer]
    opportunities: list[Record]
    answers: list[Record]
