"""The fields of a scenario as text, and back: percent where the scenario has a share."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from analyses.budget.case import Range
from analyses.budget.scenario import (
    YEARS,
    Choice,
    Scenario,
    read_range,
    write_number,
    write_range,
)

ENDS = ("low", "base", "high")
RANGES = ("cost", "effect", "margin", "persistence")
PERCENT = ("effect", "persistence", "discount")
CASE = "case"


def name_field(*parts: str) -> str:
    """The key of a field: of a programme (or CASE), of what, at which end."""
    return ":".join(("budget", *parts))


def list_fields(scenario: Scenario) -> dict[str, str | int]:
    """What stands in the fields of a scenario."""
    found: dict[str, str | int] = {
        name_field(CASE, "budget"): ""
        if scenario.budget is None
        else write_number(scenario.budget),
        name_field(CASE, "years"): scenario.years,
        **_list_ends(CASE, "discount", scenario.discount),
    }
    for each in scenario.choices:
        found[name_field(each.key, "reached")] = "" if each.reached is None else str(each.reached)
        for field in RANGES:
            found |= _list_ends(each.key, field, getattr(each, field))
    return found


def read_fields(
    given: Mapping[str, Any], keys: Sequence[str], names: Mapping[str, str]
) -> tuple[Scenario | None, tuple[str, ...]]:
    """The scenario of what was typed, or None with a sentence for each thing that is wrong.

    keys: the programmes, in their order; names: what they are called in a sentence.
    """
    wrong: list[str] = []

    def read(key: str, field: str) -> Range | None:
        texts = [str(given.get(name_field(key, field, end), "")).strip() for end in ENDS]
        of = "" if key == CASE else f" of {names[key]}"
        try:
            return _read_range(texts, field)
        except ValueError:
            hint = " in percent" if field in PERCENT else ""
            wrong.append(
                f"Enter the {field}{of}{hint} as a base, or as low, base and high in this order; write numbers "
                "like 1500 or 2.5."
            )
            return None

    choices = tuple(
        Choice(
            key,
            reached=_read_count(given, key, names, wrong),
            **{field: read(key, field) for field in RANGES},
        )
        for key in keys
    )
    discount = read(CASE, "discount")
    budget = _read_budget(given, wrong)
    years = int(given.get(name_field(CASE, "years"), YEARS))
    return (None if wrong else Scenario(choices, budget, years, discount)), tuple(wrong)


def _list_ends(key: str, field: str, given: Range | None) -> dict[str, str]:
    """A number alone stands in the middle."""
    scale = 100 if field in PERCENT else 1
    is_one = given is not None and given.low == given.high
    return {
        name_field(key, field, end): ""
        if given is None or (is_one and end != "base")
        else write_number(round(float(scale * getattr(given, end)), 10))
        for end in ENDS
    }


def _read_range(texts: Sequence[str], field: str) -> Range | None:
    """None where all are empty; ValueError where they are no range."""
    if not any(texts):
        return None
    low, base, high = (_read_number(text) if text else None for text in texts)
    if base is None:
        raise ValueError
    scale = 100 if field in PERCENT else 1
    ends = [(base if each is None else each) / scale for each in (low, base, high)]
    found = Range(*ends)
    if read_range(write_range(found), field) is None:
        raise ValueError
    return found


def _read_number(text: str) -> float:
    """ValueError for what is none, and for a comma, which could be read two ways."""
    number = float(text.removesuffix("%").strip())
    if "_" in text or not isfinite(number):
        raise ValueError
    return number


def _read_count(
    given: Mapping[str, Any], key: str, names: Mapping[str, str], wrong: list[str]
) -> int | None:
    text = str(given.get(name_field(key, "reached"), "")).strip()
    if not text or (text.isascii() and text.isdecimal() and len(text) <= 9):
        return int(text) if text else None
    wrong.append(f"Enter the customers reached of {names[key]} as a whole number.")
    return None


def _read_budget(given: Mapping[str, Any], wrong: list[str]) -> float | None:
    text = str(given.get(name_field(CASE, "budget"), "")).strip()
    try:
        found = _read_range(("", text, ""), "budget")
    except ValueError:
        wrong.append("Enter the budget as a number like 150000, or leave it empty.")
        return None
    return found.base if found else None
