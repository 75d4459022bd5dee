"""Costs by month, and the company's own plain files: rates, targets, events."""

from __future__ import annotations

from data.sample_world.calendar import AS_OF, Calendar
from data.sample_world.chance import Dice
from data.sample_world.writer import Export

# Purpose, channel, whole EUR a month for a company of COST_CUSTOMERS customers.
COSTS = (
    ("acquisition", "sales", 58_000),
    ("acquisition", "web", 16_000),
    ("acquisition", "trade show", 11_000),
    ("acquisition", "webinar", 5_000),
    ("retention", "customer success", 44_000),
    ("retention", "email", 2_500),
    ("service", "support", 31_000),
)
ADVOCACY_COST = ("advocacy", "programme", 6_500)
COST_CUSTOMERS = 1_800
PROGRAMME_MONTH = "2025-10"

RATES = (
    ("USD", "2023", "0.925000"),
    ("USD", "2024", "0.920000"),
    ("USD", "2025", "0.940000"),
    ("USD", "2026", "0.880000"),
    ("USD", "2027", "0.870000"),
)
EVENTS = (
    ("2023-11-27", "All customers carried over from the previous CRM", "", "1"),
    ("2024-09-16", "Product line Connect launched", "", "0"),
    ("2025-07-01", "Price increase of 9 to 14 %", "", "0"),
    ("2025-10-06", "Programme Customer voices begins", "adv_share", "1"),
    ("2026-03-02", "Enterprise sales team of three formed", "vel_pipeline", "0"),
)
QUARTERS = ("2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01")
# Metric, value of the first quarter and step a quarter (millionths; a percentage is a share, points
# are points), dimension, member, tolerance.
TARGETS = (
    ("churn_logo", 3500, -100, "", "", "0.000500"),
    ("churn_logo", 2500, -100, "segment", "enterprise", "0.000500"),
    ("ret_grr", 870000, 5000, "", "", "0.010000"),
    ("ret_nrr", 980000, 8000, "", "", "0.010000"),
    ("adv_nps", 18_000_000, 1_000_000, "", "", "3.000000"),
    ("adv_net", 6_000_000, 1_000_000, "", "", "2.000000"),
    ("vel_win_count", 240000, 5000, "", "", "0.020000"),
)
MILLION = 1_000_000


def write_costs(dice: Dice, calendar: Calendar, export: Export, customers: int) -> None:
    """Write what was spent, in proportion to the size of the company."""
    table = export["Cost__c"]
    for month in calendar.month_starts():
        text = month.isoformat()
        lines = [*COSTS, ADVOCACY_COST] if text[:7] >= PROGRAMME_MONTH else COSTS
        booked = min(calendar.day(month) + 34, calendar.as_of)
        for purpose, channel, amount in lines:
            spent = amount * customers * dice.between(88, 115) // (100 * COST_CUSTOMERS)
            table.add(
                (
                    table.new_id(),
                    "0",
                    f"COST-{table.last_number():05d}",
                    "EUR",
                    calendar.working_hour(booked, 0.4),
                    f"{text} 00:00:00",
                    purpose,
                    channel,
                    f"{spent}.00",
                )
            )


def write_plain_files(export: Export) -> None:
    """Write the files that finance and marketing keep by hand."""
    export.write_plain("exchange_rates", RATES)
    export.write_plain("events", [event for event in EVENTS if event[0] <= AS_OF.isoformat()])
    targets: list[tuple[str, ...]] = []
    for metric, first, step, dimension, member, tolerance in TARGETS:
        for place, quarter in enumerate(QUARTERS):
            value = first + place * step
            text = f"{value // MILLION}.{value % MILLION:06d}"
            targets.append((metric, quarter, text, dimension, member, tolerance))
    export.write_plain("targets", targets)
