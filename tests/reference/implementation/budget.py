"""Whom the programmes of a budget are for, whom the lot reaches, and what a holdout shows (decision 45)."""

import datetime as dt
import hashlib
from collections import defaultdict
from fractions import Fraction

from tests.reference.implementation.company import Company, Customer
from tests.reference.implementation.periods import monday_of
from tests.reference.implementation.tables import Tables, rows_of
from tests.reference.implementation.terms import mrr_at

DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
STANDINGS = {
    "win_back": {"actively_dissatisfied"},
    "references": {"loyal"},
    "rescue": {"actively_dissatisfied", "dissatisfied"},
    "conversations": {"dissatisfied", "silent"},
}


def standing_of(customer: Customer, week: dt.date) -> str | None:
    """Its tier on the Sunday of a week, or silent; None where it is no customer."""
    found = customer.tier_weeks.get(week)
    if found is None:
        return None
    is_silent = found.tier == "neutral" and found.raw.evidence_status is not None
    return "silent" if is_silent else found.tier


def pools_of(company: Company, tables: Tables, week: dt.date) -> dict[str, list[str]]:
    """The ids of each programme's customers, in the order of the lot."""
    end = week + WEEK
    pools: dict[str, list[tuple[str, str]]] = {key: [] for key in STANDINGS}
    for name, customer in company.customers.items():
        standing = standing_of(customer, week)
        if standing == "actively_dissatisfied":
            pools["win_back"].append((name, ""))
        if standing == "loyal" and may_be_asked(tables, name, end):
            pools["references"].append((name, ""))
        if standing is not None and is_at_risk(company, tables, name, standing, end):
            pools["rescue"].append((name, ""))
        if standing in ("dissatisfied", "silent"):
            pools["conversations"].append((name, standing))
    return {key: draw_lots(key, found) for key, found in pools.items()}


def may_be_asked(tables: Tables, name: str, end: dt.date) -> bool:
    """A contact who consents and has not left; not asked in 90 days, fewer than four times in 365."""
    contacts = [row for row in rows_of(tables, "contacts") if row["customer_id"] == name]
    if not any(row["has_reference_consent"] and row["is_active"] is not False for row in contacts):
        return False
    ages = [
        (end - row["asked_on"]).days
        for row in rows_of(tables, "reference_asks")
        if row["customer_id"] == name and row["asked_on"] < end
    ]
    return not any(age <= 90 for age in ages) and sum(age <= 365 for age in ages) < 4


def is_at_risk(company: Company, tables: Tables, name: str, standing: str, end: dt.date) -> bool:
    """The next renewal of a running term within 182 days, and unhappy or using less."""
    renewals = [
        row["renews_on"]
        for row in rows_of(tables, "subscriptions")
        if row["customer_id"] == name and row["renews_on"] is not None and row["renews_on"] >= end
        and row["started_on"] < end and (row["ended_on"] is None or row["ended_on"] >= end)
    ]  # fmt: skip
    if not renewals or min(renewals) >= end + 182 * DAY:
        return False
    window = company.settings["silent_window_days"]
    drops = [event.day for event in company.customers[name].events if event.kind == "usage_drop"]
    has_dropped = any(0 < (end - day).days <= window for day in drops)
    return standing in STANDINGS["rescue"] or has_dropped


def draw_lots(key: str, found: list[tuple[str, str]]) -> list[str]:
    """Each stratum in the order of its hashes, all strata at the same pace."""
    strata: dict[str, list[str]] = defaultdict(list)
    for name, stratum in found:
        strata[stratum].append(name)
    order: list[tuple[float, str, str]] = []
    for stratum, names in strata.items():
        names.sort(key=lambda name: hashlib.md5(f"{key}{name}".encode()).hexdigest())
        order += [((place + 1) / len(names), stratum, name) for place, name in enumerate(names)]
    return [name for *_, name in sorted(order)]


def yearly_margin(company: Company, name: str, end: dt.date) -> float:
    customer, settings = company.customers[name], company.settings
    own = settings["gross_margin_by_segment"].get(customer.row["segment"], settings["gross_margin"])
    return float(Fraction(mrr_at(customer.terms, end)) * 12 * Fraction(str(own)))


def arms_of(
    company: Company, tables: Tables, end: dt.date, weeks: int, standings: set[str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Programme and arm -> customers who stood so when they were first assigned, and of them those kept."""
    assigned: dict[tuple[str, str], list[tuple[dt.date, str]]] = defaultdict(list)
    for row in rows_of(tables, "programme_members"):
        if row["arm"] is not None and row["customer_id"] in company.customers:
            assigned[row["programme"], row["customer_id"]].append((row["assigned_on"], row["arm"]))
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (programme, name), rows in assigned.items():
        day = min(day for day, _ in rows)
        arms = {arm for on, arm in rows if on == day}
        customer = company.customers[name]
        until = day + weeks * WEEK
        stood = standing_of(customer, monday_of(day) - WEEK)
        if (
            len(arms) > 1
            or until > end
            or stood not in standings
            or not mrr_at(customer.terms, day)
        ):
            continue
        count, kept = found[programme, min(arms)]
        found[programme, min(arms)] = count + 1, kept + (mrr_at(customer.terms, until) > 0)
    return dict(found)
