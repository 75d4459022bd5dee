"""What the values of a column say: whether they suit a type, what their words mean, which mark is the decimal one."""

import re

from warehouse.contract import Column, Table
from warehouse.mapping.look import Profile
from warehouse.mapping.words import load_words, plain

# The share of a column's cells that must look like the type.
MOST = 0.8
# What cast.py reads as a boolean without help.
KNOWN_BOOLEANS = {"1", "true", "yes", "0", "false", "no"}
# Columns of a deal that a stage or a status can answer as well.
OUTCOMES = {"is_closed": ("won", "lost"), "is_won": ("won",)}


def suits(table: Table, column: Column, profile: Profile) -> float:
    """Return how well a column's values suit a contract column, from 0 to 1."""
    if not profile.filled:
        return 0.8
    if column.type in ("date", "timestamp"):
        return 1.0 if profile.dates + profile.serials >= MOST else 0.1
    if column.type in ("money", "number", "integer", "rate"):
        return 1.0 if profile.amounts >= MOST else 0.1
    if column.type == "currency":
        return 1.0 if profile.codes >= MOST else 0.1
    if column.type in ("boolean", "enum"):
        return _suits_words(table, column, profile)
    if column.name == "size_band" and profile.numbers >= MOST:
        # A number of employees is no band: it would make a slice for nearly every customer.
        return 0.1
    looks_like_more = profile.dates >= MOST or (column.type == "text" and profile.guids >= MOST)
    return 0.3 if looks_like_more else 1.0


def _suits_words(table: Table, column: Column, profile: Profile) -> float:
    if not profile.words:
        return 0.1
    known = know_words(table, column, profile)
    if column.type == "boolean":
        return 1.0 if known and len(known) == len(profile.words) else 0.1
    unknown = 0.2 if column.is_needed else 0.6
    return unknown + (1 - unknown) * len(known) / len(profile.words)


def know_words(table: Table, column: Column, profile: Profile) -> dict[str, str]:
    """Return the words of a column whose meaning is known, in lower case, with that meaning."""
    words = [word.lower() for word in profile.words]
    if column.type == "enum":
        known = load_words().values.get(table.name, {}).get(column.name, {})
        own = {value.replace("_", " "): value for value in column.values}
        return {word: found for word in words if (found := {**known, **own}.get(plain(word)))}
    booleans = load_words().booleans
    yes_no = {word: booleans[plain(word)] for word in words if plain(word) in booleans}
    if len(yes_no) == len(words) or column.name not in OUTCOMES:
        return yes_no
    return _know_outcomes(column, words)


def _know_outcomes(column: Column, words: list[str]) -> dict[str, str]:
    """Which stages end a deal, and which win it; a stage that does neither is an open one, and listed as such."""
    ends = load_words().values["closed"][""]
    outcome = {word: ends.get(plain(word), "open") for word in words}
    if not {"won", "lost"} & set(outcome.values()):
        return {}
    true = OUTCOMES[column.name]
    return {word: "true" if found in true else "false" for word, found in outcome.items()}


def read_name(table: Table, column: Column, stem: str) -> str:
    """Return what a file's name says for all of its rows: those of `Calls.csv` are calls, of `nps_2026.csv` NPS."""
    known = load_words().values.get(table.name, {}).get(column.name, {})
    parts = re.findall(r"[^\W\d_]+", plain(stem))
    found = {
        known[word] for part in parts for word in (part, part.removesuffix("s")) if word in known
    }
    return found.pop() if len(found) == 1 else ""


def read_words(
    table: Table, column: Column, profile: Profile
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return how a column of words is read, and the words with their meaning where they are not the contract's."""
    if column.type not in ("enum", "boolean"):
        return "as_is", ()
    known = know_words(table, column, profile)
    if column.type == "boolean" and set(known) <= KNOWN_BOOLEANS:
        return "as_is", ()
    if column.type == "enum" and all(word == value for word, value in known.items()):
        return "as_is", ()
    return "words", tuple(known.items())


def find_duplicates(profile: Profile) -> tuple[str, ...]:
    """Return the words of a column by which a CRM closes a deal that was entered twice."""
    ends = load_words().values["closed"][""]
    return tuple(word.lower() for word in profile.words if ends.get(plain(word)) == "duplicate")


def is_ambiguous(profile: Profile) -> bool:
    """Whether nothing in a column of dates tells the day from the month; with points the day is always first."""
    has_points = "." in profile.examples[0][:3] if profile.examples else False
    return 0 < profile.first_part <= 12 and profile.second_part <= 12 and not has_points


def has_both_orders(profile: Profile) -> bool:
    """Whether some dates of a column can only begin with the day, and others only with the month."""
    return profile.first_part > 12 and profile.second_part > 12


def find_decimal_mark(profile: Profile) -> str:
    """Return the decimal mark of a column of numbers, `?` where nothing tells, empty where there is none to tell."""
    if profile.commas and not profile.points:
        return ","
    if profile.points and not profile.commas:
        return "."
    if profile.commas or profile.thousands:
        return "?"
    return ""
