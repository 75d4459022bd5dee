"""What the company itself is: its people, products, channels and calendar of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.sample_world.calendar import PRICE_FROM, PRICE_TO, Calendar
from data.sample_world.writer import Export, record_id

PRODUCTS = ("Core", "Plus", "Suite")
ADD_ONS = ("Insights", "Connect")
SOURCES = ("Web", "Referral", "Partner", "Trade Show", "Outbound", "Webinar")
COMPETITORS = ("Ondavia", "Krelltech", "Bluemoor")

# Function, title and number of people; ids are counted in this order.
STAFF = (
    ("Sales", "Account Executive", 9),
    ("Customer Success", "Customer Success Manager", 7),
    ("Support", "Support Engineer", 4),
    ("Marketing", "Marketing Manager", 3),
    ("IT", "Integration User", 1),
)
FORMER_USER = 8

# Starts of new customers by month: quarters close in a hurry, August sleeps.
MONTH_WEIGHTS = (0.8, 0.9, 1.4, 0.85, 0.9, 1.45, 0.8, 0.6, 1.35, 0.9, 0.95, 1.25)


@dataclass(frozen=True)
class Staff:
    """Ids of the company's people by function."""

    sales: tuple[str, ...]
    success: tuple[str, ...]
    support: tuple[str, ...]
    marketing: tuple[str, ...]
    integration: str


def staff_ids() -> Staff:
    """Return the ids that `write_staff` gives, without a file."""
    groups: list[tuple[str, ...]] = []
    number = 1
    for _, _, count in STAFF:
        groups.append(tuple(record_id("005", number + place) for place in range(count)))
        number += count
    return Staff(groups[0], groups[1], groups[2], groups[3], groups[4][0])


def day_weights(calendar: Calendar) -> list[float]:
    """Return how much new business each day brings, before any is drawn."""
    weights: list[float] = []
    for day in range(calendar.days):
        today = calendar.date(day)
        weight = MONTH_WEIGHTS[today.month - 1] * (0.04 if today.weekday() > 4 else 1.0)
        if today.month % 3 == 0 and today.day > 18:
            weight *= 1.5
        if PRICE_FROM <= today < PRICE_TO:
            weight *= 0.75
        # The market grows by a third over the three years.
        weights.append(weight * (1.0 + day / calendar.days / 3.0))
    return weights


def cumulated(weights: list[float]) -> list[float]:
    """Return running sums scaled to end at 1, for `bisect`."""
    total = 0.0
    sums: list[float] = []
    for weight in weights:
        total += weight
        sums.append(total)
    return [part / total for part in sums]


def write_staff(export: Export, calendar: Calendar) -> None:
    """Write User.csv; the integration user ran the export in the night after the as-of day."""
    table = export["User"]
    names = _staff_names()
    hired = calendar.working_hour(0, 0.1)
    exported = f"{calendar.text(calendar.days)} 02:15:00"
    number = 0
    for function, title, count in STAFF:
        for _ in range(count):
            first, last = names[number]
            number += 1
            is_active = "0" if number == FORMER_USER else "1"
            stamp = exported if function == "IT" else hired
            table.add(
                (
                    table.new_id(),
                    f"{first}.{last}@standing-sample.example".lower(),
                    first,
                    last,
                    function,
                    title,
                    f"{first}.{last}@standing-sample.example".lower(),
                    is_active,
                    "EUR",
                    "Standard",
                    hired,
                    stamp,
                    stamp,
                )
            )


def _staff_names() -> list[tuple[str, str]]:
    firsts = (
        "Ada Boris Cem Dana Emil Frida Gil Hedda Ivo Jette Kai Lotte Milo Nele Otto Pia Rafa Sara "
        "Till Uta Vito Wanda Yara Data"
    ).split()
    lasts = (
        "Aalto Berg Cohen Dietz Egli Falk Gomez Hahn Ilic Janssen Kern Lund Meier Novak Ott Prinz "
        "Rossi Seidl Thoma Unger Visser Winter Yilmaz Loader"
    ).split()
    return list(zip(firsts, lasts, strict=True))


def quarter_label(day: date) -> str:
    """Return `2026H1`, the name of a survey wave."""
    return f"{day.year}H{1 if day.month < 7 else 2}"
