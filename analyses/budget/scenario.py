"""What a person chooses of a budget case, and how an address holds it.

    do=win_back.rescue & budget=150000 & win_back=c50000~60000~75000_r100_e0.02~0.05~0.1

do names the programmes in the order in which they take customers. Of each: c cost, r how many are reached,
e effect, m margin a year, p persistence; a range is low~base~high, or one number. What is left out is
taken from the data. None of these characters is rewritten in an address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from analyses.budget.case import Assumption, Case, Range
from metrics.scope import DIMENSIONS

YEARS, MOST_YEARS = 3, 10
LARGEST = 1e12
# What a range may hold, by the name of its field.
LIMITS = {
    "cost": (0.0, LARGEST),
    "effect": (-1.0, 1.0),
    "margin": (0.0, LARGEST),
    "persistence": (0.0, 1.0),
    "discount": (0.0, 1.0),
    "budget": (0.0, LARGEST),
}
FIELDS = {"c": "cost", "e": "effect", "m": "margin", "p": "persistence"}
REACH = "r"
PARTS = ("do", "budget", "years", "discount")
# What else stands in the address of the page.
BESIDE = ("week", "grain", *DIMENSIONS, "part", "line", "approved")


@dataclass(frozen=True)
class Choice:
    """One programme. None leaves it to the data: reached to the whole pool, effect to what was measured, margin and
    persistence to the customers' own; without a cost nothing can be said."""

    key: str
    cost: Range | None = None
    reached: int | None = None
    effect: Range | None = None
    margin: Range | None = None
    persistence: Range | None = None


@dataclass(frozen=True)
class Scenario:
    """Programmes in their order; budget None is the sum of their costs, discount None that of the settings."""

    choices: tuple[Choice, ...] = ()
    budget: float | None = None
    years: int = YEARS
    discount: Range | None = None


def read_scenario(
    address: Mapping[str, str], known: Sequence[str]
) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario of an address, and a sentence for each thing in it that was left out.

    known: the keys of the programmes that there are. An address may come from anybody: nothing in it
    raises.
    """
    wrong: list[str] = []
    keys = list(dict.fromkeys(filter(None, address.get("do", "").split("."))))
    wrong += [_tell("do", each, "is no programme") for each in keys if each not in known]
    choices = tuple(_read_choice(key, address.get(key, ""), wrong) for key in keys if key in known)
    years = _read_count(address.get("years", str(YEARS)))
    if years is None or not 1 <= years <= MOST_YEARS:
        wrong.append(_tell("years", address["years"], f"is no number from 1 to {MOST_YEARS}"))
        years = YEARS
    budget = _read_named("budget", address.get("budget", ""), wrong)
    discount = _read_named("discount", address.get("discount", ""), wrong)
    return Scenario(choices, budget.base if budget else None, years, discount), tuple(wrong)


def list_lost(pairs: Sequence[tuple[str, str]], known: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each part of an address that no scenario is made of: what stands there twice, of which
    the last is read, a name that is none, and a programme that do does not name."""
    names = [name for name, _ in pairs]
    given = dict(pairs)
    chosen = given.get("do", "").split(".")
    lost: list[str] = []
    for name in dict.fromkeys(names):
        if name not in (*PARTS, *known):
            if name not in BESIDE:
                lost.append(
                    f"The link holds \u201c{name[:40]}\u201d, which is no part of a case: it was left out."
                )
        elif names.count(name) > 1:
            lost.append(
                f"The link asks for {name} {names.count(name)} times: only the last was taken."
            )
        elif name in known and name not in chosen:
            lost.append(f"The link holds {name}, which its do does not name: it was left out.")
    return tuple(lost)


def write_scenario(scenario: Scenario) -> dict[str, str]:
    """The address of a scenario: what `read_scenario` reads, without what is left to the data."""
    address = {"do": ".".join(each.key for each in scenario.choices)}
    address |= {each.key: _write_choice(each) for each in scenario.choices}
    if scenario.budget is not None:
        address["budget"] = write_number(scenario.budget)
    if scenario.years != YEARS:
        address["years"] = str(scenario.years)
    if scenario.discount is not None:
        address["discount"] = write_range(scenario.discount)
    return {name: text for name, text in address.items() if text}


def scenario_of(case: Case) -> Scenario:
    """What was chosen in a case: what is its own data is left to the data of the day."""
    choices = tuple(
        Choice(
            each.key, each.cost.range, each.reached, _chosen(each.effect), _chosen(each.margin),
            _chosen(each.persistence),
        )
        for each in case.programmes
    )  # fmt: skip
    return Scenario(choices, case.budget, case.years, _chosen(case.discount))


def read_range(text: str, field: str) -> Range | None:
    """'50000~60000~75000' or '60000'; None where it is no range, or beyond the limits of the field."""
    try:
        numbers = [float(each) for each in text.split("~")]
    except ValueError:
        return None
    if len(numbers) not in (1, 3) or not all(isfinite(each) for each in numbers):
        return None
    found = Range(numbers[0], numbers[len(numbers) // 2], numbers[-1])
    least, most = LIMITS[field]
    return found if least <= found.low <= found.base <= found.high <= most else None


def write_range(given: Range) -> str:
    """What `read_range` reads."""
    numbers = (given.low, given.base, given.high)
    return "~".join(map(write_number, numbers[:1] if len(set(numbers)) == 1 else numbers))


def write_number(number: float) -> str:
    """The shortest text that is read as the same number, without an exponent's sign or a needless '.0'."""
    return str(int(number)) if number.is_integer() else repr(number)


def _chosen(found: Assumption) -> Range | None:
    return found.range if found.kind == "assumption" else None


def _read_choice(key: str, text: str, wrong: list[str]) -> Choice:
    choice = Choice(key)
    for part in filter(None, text.split("_")):
        letter, given = part[0], part[1:]
        if letter == REACH:
            count = _read_count(given)
            choice = choice if count is None else replace(choice, reached=count)
            is_read = count is not None
        else:
            field = FIELDS.get(letter, "")
            found = read_range(given, field) if field else None
            choice = replace(choice, **{field: found}) if found else choice
            is_read = found is not None
        if not is_read:
            wrong.append(
                _tell(key, part, "is no range from low to high, nor a number, that can be")
            )
    return choice


def _write_choice(choice: Choice) -> str:
    parts = [
        f"{letter}{write_range(given)}"
        for letter, field in FIELDS.items()
        if (given := getattr(choice, field)) is not None
    ]
    if choice.reached is not None:
        parts.append(f"{REACH}{choice.reached}")
    return "_".join(parts)


def _read_named(name: str, text: str, wrong: list[str]) -> Range | None:
    found = read_range(text, name) if text else None
    if text and found is None:
        wrong.append(_tell(name, text, "is no range from low to high, nor a number, that can be"))
    return found


def _read_count(text: str) -> int | None:
    """A count of at most nine digits: 'int' alone would read other scripts' digits, signs and blanks."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _tell(name: str, given: str, problem: str) -> str:
    return f"The link asks for {name} \u201c{given[:40]}\u201d, which {problem}: it was left out."
