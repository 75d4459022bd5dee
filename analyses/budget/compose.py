"""A case from what a person chose and what the data know: each number from one of the two, and said which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from analyses.budget.case import INSTEAD, Assumption, Case, Programme, Range
from analyses.budget.evidence import SHOWN, describe_evidence
from analyses.budget.grounds import Ground, Leavers, Reach, count_reach, find_grounds
from analyses.budget.model import compute_late_npv, compute_outcome
from analyses.budget.scenario import Choice, Scenario
from analyses.formats import format_value
from analyses.lifetime.assumptions import describe_margin, find_assumptions
from metrics.periods import list_periods
from warehouse.errors import StandingError

CHOSEN = "as entered, not measured"
COST = "as entered"
EDGE = 1e-9  # a difference of two shares misses a decimal by its last digits


@dataclass(frozen=True)
class Composed:
    """case is None where no programme can be computed. missing: what keeps one from it, a sentence each;
    remarks: what the data say against what was entered; reach: with the customers that two share;
    credited: what the case credits to those who are kept, beside what those who left were worth."""

    case: Case | None
    missing: tuple[str, ...]
    remarks: tuple[str, ...]
    reach: Reach
    credited: str = ""


@dataclass(frozen=True)
class Base:
    """What a scenario is computed on: the end of a week (a Monday), the grounds of each programme by key,
    the currency, and the yearly discount of the settings."""

    week: date
    grounds: Mapping[str, Ground]
    currency: str
    discount: float


def find_base(cursor: duckdb.DuckDBPyConnection) -> Base:
    """At the end of the newest closed week, with the settings of the build; StandingError before the first."""
    closed = [each for each in list_periods(cursor) if each.is_closed]
    if not closed:
        raise StandingError("No week of the data is over yet: build again when one is.")
    query = (
        "select settings.minimum_denominator, build_info.reporting_currency"
        " from settings cross join build_info"
    )
    minimum, currency = cursor.execute(query).fetchall()[0]
    assumptions = find_assumptions(cursor)
    rests_on = f"{describe_margin(assumptions)} by the settings"
    grounds = {
        each.kind.key: replace(each, margin=_add_source(each.margin, rests_on))
        for each in find_grounds(cursor, closed[-1].start, minimum)
    }
    return Base(closed[-1].start, grounds, currency, assumptions.discount_yearly)


def find_case(
    cursor: duckdb.DuckDBPyConnection, scenario: Scenario, base: Base, name: str
) -> Composed:
    """A scenario's case, each customer counted once."""
    reach = count_reach(cursor, base.week, list_asked(scenario, base.grounds))
    return make_case(scenario, base.grounds, reach, name, base.currency, base.discount)


def find_without(
    cursor: duckdb.DuckDBPyConnection, scenario: Scenario, base: Base, case: Case, key: str
) -> Case:
    """The case without one of its lines, whose customers a later line may count."""
    rest = tuple(each for each in scenario.choices if each.key != key)
    found = find_case(cursor, replace(scenario, choices=rest), base, case.name).case
    return found or replace(case, programmes=())


def _add_source(known: Assumption | None, told: str) -> Assumption | None:
    return known and replace(known, source=f"{known.source}; {told}")


def list_asked(scenario: Scenario, grounds: Mapping[str, Ground]) -> list[tuple[str, int]]:
    """Key and reach of the programmes that can be computed, in their order, for `count_reach`."""
    return [
        (each.key, _choose_reach(each, grounds[each.key]))
        for each in scenario.choices
        if not _find_missing(each, grounds[each.key])
    ]


def make_case(
    scenario: Scenario, grounds: Mapping[str, Ground], reach: Reach, name: str, currency: str,
    discount: float,
) -> Composed:  # fmt: skip
    """reach: of `list_asked`; discount: that of the settings, where none was chosen. Pure."""
    missing, remarks = list[str](), list[str]()
    programmes: list[Programme] = []
    for choice in scenario.choices:
        ground = grounds[choice.key]
        lacking = _find_missing(choice, ground)
        if lacking:
            missing.append(f"{ground.kind.name} is left out: {lacking}.")
            continue
        programmes.append(_make_programme(choice, ground, reach))
        remarks += _list_remarks(choice, ground)
    if not programmes:
        return Composed(None, tuple(missing), (), reach)
    costs = sum(each.cost.range.base for each in programmes)
    case = Case(
        name,
        currency,
        costs if scenario.budget is None else scenario.budget,
        scenario.years,
        _choose_discount(scenario.discount, discount),
        tuple(programmes),
    )
    remarks += _list_unmeasurable(programmes, grounds)
    return Composed(case, tuple(missing), tuple(remarks), reach, _tell_leavers(case, grounds))


def _list_unmeasurable(
    programmes: Sequence[Programme], grounds: Mapping[str, Ground]
) -> Sequence[str]:
    """That a programme which reaches all leaves no comparison group, once for all of them."""
    whole = [each.name for each in programmes if each.reached == grounds[each.key].pool]
    if not whole:
        return ()
    return (
        f"The whole pool is reached, so nobody is left to compare with and what comes cannot be measured: "
        f"{', '.join(whole)}. Reach fewer to have a holdout.",
    )


def _tell_leavers(case: Case, grounds: Mapping[str, Ground]) -> str:
    """What the case is worth at what those who left paid, and from when they left: one who is kept is one of them."""
    found = {key: each.leavers for key, each in grounds.items() if each.leavers is not None}
    told = "A whole year's margin counts from the first year on, at the mean of the pool"
    if not any(each.key in found for each in case.programmes):
        return f"{told}; nobody of such customers left in a year to compare with."
    theirs = tuple(_pay_like(each, found.get(each.key)) for each in case.programmes)
    stayed = {key: each.stayed for key, each in found.items()}
    npv = compute_late_npv(replace(case, programmes=theirs), stayed)
    late, base = (
        format_value(each, "currency", case.currency) for each in (npv, compute_outcome(case).npv)
    )
    return (
        f"{told}. At what those who left in the last year had paid, and counting the first year only from when they "
        f"left, NPV is {late} in place of {base}."
    )


def _pay_like(programme: Programme, leavers: Leavers | None) -> Programme:
    """The programme at the margin of those who left, where its own is that of the pool."""
    if leavers is None or programme.margin.kind != "own data":
        return programme
    margin = Range(leavers.margin, leavers.margin, leavers.margin)
    return replace(programme, margin=replace(programme.margin, range=margin))


def _find_missing(choice: Choice, ground: Ground) -> str:
    """What a programme cannot be computed without, or nothing."""
    lacking: list[str] = []
    if not ground.pool:
        return ground.lacking or "no customer qualifies for it today"
    if choice.cost is None:
        lacking.append("its cost")
    if choice.effect is None and ground.evidence.effect is None:
        lacking.append(f"its effect ({describe_evidence(ground.evidence)})")
    if choice.persistence is None and ground.persistence is None:
        lacking.append("how much of the effect lasts a year, for which the data are too young")
    if lacking:
        return f"enter {' and '.join(lacking)}"
    return why_impossible(choice.effect, ground) if choice.effect else ""


def why_impossible(effect: Range, ground: Ground) -> str:
    """Why no such effect can be: more would be kept than leave; or nothing."""
    left = ground.left
    if left.value is None or left.high is None or effect.high <= left.high + EDGE:
        return ""
    asked, share, high = (
        format_value(each, "percent") for each in (effect.high, left.value, left.high)
    )
    return (
        f"it cannot keep {asked}: of such customers {share} left within a year, at most {high} "
        "(95 % interval); enter an effect up to that"
    )


def _make_programme(choice: Choice, ground: Ground, reach: Reach) -> Programme:
    evidence = ground.evidence
    effect = _choose(choice.effect, evidence.effect, f"{evidence.verdict}: {evidence.told}")
    return Programme(
        key=choice.key,
        name=ground.kind.name,
        # What lies beyond its yearly limit is in no reach of it, nor of the next 10,000.
        pool=ground.reachable,
        reached=reach.reached[choice.key],
        counted=reach.counted[choice.key],
        cost=Assumption(_require(choice.cost), "assumption", COST),
        effect=effect,
        margin=_choose(choice.margin, ground.margin),
        persistence=_choose(choice.persistence, ground.persistence),
        counterfactual=ground.counterfactual if effect.kind == "own data" else ground.assumed,
    )


def _choose(chosen: Range | None, known: Assumption | None, told: str = "") -> Assumption:
    """What was entered, before what the data know, which is told beside it."""
    if chosen is not None and known is not None:
        return Assumption(chosen, "assumption", f"{INSTEAD}, {told or known.source}")
    if chosen is not None:
        return Assumption(chosen, "assumption", CHOSEN)
    if known is None:
        raise AssertionError("a programme without it is left out")
    return known


def _require(found: Range | None) -> Range:
    if found is None:
        raise AssertionError("a programme without a cost is left out")
    return found


def _choose_reach(choice: Choice, ground: Ground) -> int:
    return min(ground.reachable if choice.reached is None else choice.reached, ground.reachable)


def _choose_discount(chosen: Range | None, rate: float) -> Assumption:
    if chosen is not None:
        return Assumption(chosen, "assumption", CHOSEN)
    return Assumption(Range(rate, rate, rate), "assumption", "discount_rate_yearly of the settings")


def _list_remarks(choice: Choice, ground: Ground) -> Sequence[str]:
    """What was entered beyond what the data bear: customers, and the share that left anyway."""
    remarks: list[str] = []
    name, most = ground.kind.name, ground.reachable
    if choice.reached is not None and choice.reached > most:
        remarks.append(
            f"{name} reaches {most:,} of the {choice.reached:,} asked for: no more are there."
        )
    if choice.effect is None:
        return remarks
    measured = ground.evidence.found
    if measured is None or measured.value is None:
        return remarks
    if ground.evidence.verdict != SHOWN:
        remarks.append(f"{name}: {ground.evidence.verdict} in own data, {ground.evidence.told}.")
    elif choice.effect.base > measured.value + EDGE:
        remarks.append(f"{name} is entered above what own data show: {ground.evidence.told}.")
    return remarks
