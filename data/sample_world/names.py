"""Invented names of companies and people."""

from __future__ import annotations

from data.sample_world.chance import Dice
from data.sample_world.writer import quoted

HEADS = "Zu Bro Qua Fli Gro Hy Ju Kle Lo Mi Nu Ple Ri Sko Tru Ve Wi Xa Yo Dra".split()
MIDDLES = (
    "bel dor fam gan hul jat kem lis mop nar pud rix sab tov vex wun zil bram quor dwin".split()
)
TAILS = "a o ix en um is ano era ody ur".split()
TRADES = "Foods Tools Labs Freight Textiles Systems Pumps Glass Media Clinics Paper Optics".split()

FIRST_NAMES = (
    "Anna Ben Carla David Elif Femke Georg Hannah Ines Jonas Karim Lena Marek Nora Oskar Paula "
    "Quinn Ruth Sven Tess Umar Vera Wout Xenia Yusuf Zoé Léa Björn Marta Tom"
).split()
LAST_NAMES = (
    "Abel Brandt Claes Dorn Eck Faber Gruber Haas Ivens Jung Krol Lang Moser Nagel Olsen Peters "
    "Quist Roth Sander Thiel Ulmer Vos Weber Xander Young Zeller O'Shea Müller d'Arc Lefèvre"
).split()

# Names that break readers which split on commas, quotes or semicolons, or which guess an encoding.
AWKWARD_NAMES = {
    3: 'O\'Hara; "Best" GmbH',
    29: "Mühlbrök & Söhne, Inc.",
    71: "D'Arvo Werke",
    113: "Čapkov, Levý a spol.",
    163: "=Sumova Analytics",
    211: 'Łodzka Fabryka "Zefir"',
}


def company_name(dice: Dice, legal_form: str) -> str:
    """Return an invented company, ready to be quoted."""
    stem = dice.pick(HEADS) + dice.pick(MIDDLES) + dice.pick(TAILS)
    trade = " " + dice.pick(TRADES) if dice.chance(0.7) else ""
    return f"{stem}{trade} {legal_form}"


def customer_name(dice: Dice, legal_form: str, index: int) -> str:
    """Return the name of the customer of this number; a handful are awkward on purpose."""
    name = company_name(dice, legal_form)
    return quoted(AWKWARD_NAMES.get(index, name))


def person_name(dice: Dice) -> tuple[str, str]:
    """Return a first and a last name."""
    return dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
