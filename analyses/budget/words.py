"""What is said of a budget case: never more than its ranges bear, and always against what."""

from dataclasses import dataclass

from analyses.budget.actual import Actual, judge_quarter, why_unmeasured
from analyses.budget.case import INSTEAD, Assumption, Case, Programme
from analyses.budget.evidence import HARM, NOT_SHOWN
from analyses.budget.model import (
    NEXT_AMOUNT,
    Cut,
    Next,
    Outcome,
    compute_next,
    compute_outcome,
    take,
)
from analyses.budget.promise import Match
from analyses.budget.uncertainty import DRAWS, Distribution, draw_npvs
from analyses.formats import format_range, format_value
from metrics.periods import label_period

NO_EFFECT = NOT_SHOWN
AGAINST = "assumption, against own data"
HOLDS_NONE = "assumption that holds no effect"
SPREAD = "in 9 of 10 draws"
METHOD = (
    f"{DRAWS:,} seeded draws, each assumption by itself from a triangle over its low, base and high: "
    "two that go together are drawn as if they did not."
)
TORNADO = "One assumption at a time from its low to its high end, all others at their base."


@dataclass(frozen=True)
class Answer:
    """A case with what follows from it, and the same of each of its programmes by key."""

    case: Case
    outcome: Outcome
    spread: Distribution
    lines: dict[str, Outcome]


def answer_case(case: Case) -> Answer:
    """All that the words, charts and slides of a case need; StandingError as `compute_outcome`."""
    lines = {each.key: compute_outcome(take(case, each.key)) for each in case.programmes}
    return Answer(case, compute_outcome(case), draw_npvs(case), lines)


def shows_effect(assumption: Assumption) -> bool:
    """Whether the range leaves out 0 on the side of a gain."""
    return assumption.range.low > 0


def judge_effect(assumption: Assumption) -> str:
    """'no effect shown' where the range holds 0, 'harm shown' where it lies below; empty for a gain.

    Of an effect that was entered in place of one that own data do not show, that it is against them.
    """
    if find_contradiction(assumption):
        return AGAINST
    if shows_effect(assumption):
        return ""
    if assumption.kind != "own data":
        return HOLDS_NONE
    return HARM if assumption.range.high < 0 else NO_EFFECT


def find_contradiction(assumption: Assumption) -> str:
    """What own data show, no effect or harm, where another effect was entered; empty where they do not
    speak against it. What was entered, and with which low end, does not count."""
    for verdict in (NO_EFFECT, HARM):
        if assumption.source.startswith(f"{INSTEAD}, {verdict}"):
            return verdict
    return ""


def describe_case(answer: Answer) -> str:
    """The message: what it returns, and how many customers pay it back.

    What is only assumed is said to be, and so is a programme of several whose effect may be none.
    """
    programmes = answer.case.programmes
    pays = describe_break_even(answer.outcome, programmes)
    none = [each.name for each in programmes if judge_effect(each.effect) in (NO_EFFECT, HARM)]
    lacking = (
        f" No effect is shown of {', '.join(none)}." if 0 < len(none) < len(programmes) else ""
    )
    return f"{describe_return(answer)}; {pays}. {describe_basis(answer.case)}{lacking}"


def describe_return(answer: Answer) -> str:
    """'Returns EUR 21.5 k beyond its cost in 3 years (EUR 2,310 to 51.3 k in 9 of 10 draws)'.

    A spread that holds 0 is no return, a measured effect whose range holds 0 is no effect, and what rests
    on an effect that is assumed only would return. Where own data do not show what was entered, they
    come first; of several programmes, how much of the NPV is against them.
    """
    case, npv, spread = answer.case, answer.outcome.npv, answer.spread
    bounds = format_range(spread.low, spread.high, "currency", case.currency)
    beside = f" in {write_years(case.years)} ({bounds} {SPREAD}"
    told = f"{format_value(npv, 'currency', case.currency)}{beside}"
    against = {each.key: find_contradiction(each.effect) for each in case.programmes}
    verdicts = {against[each.key] or judge_effect(each.effect) for each in case.programmes}
    if verdicts <= {NO_EFFECT, HARM}:
        shown = f"{'Harm' if verdicts == {HARM} else 'No effect'} is shown"
        if any(against.values()):
            return f"{shown} by own data; if what is assumed held, NPV {told})"
        return f"{shown}, so no return: NPV {told})"
    doubtful = sum(answer.lines[key].npv for key, verdict in against.items() if verdict)
    rest = npv - doubtful
    if any(against.values()) and rest <= 0 < npv:
        without = format_value(rest, "currency", case.currency)
        return (
            f"Returns nothing without the effects assumed against own data (NPV {without}); if they held, "
            f"NPV {told})"
        )
    if any(against.values()):
        beside += _describe_share(doubtful, rest, case.currency)
    told = f"{format_value(npv, 'currency', case.currency)}{beside}"
    is_measured = all(each.effect.kind == "own data" for each in case.programmes)
    if spread.low > 0 and any(shows_effect(each.effect) for each in case.programmes):
        return f"{'Returns' if is_measured else 'Would return'} {told}) beyond its cost"
    if spread.high < 0:
        lost = format_value(abs(npv), "currency", case.currency)
        return f"{'Loses' if is_measured else 'Would lose'} {lost}{beside})"
    return (
        f"May or may not pay: NPV {told}, below 0 in {format_value(spread.loss_share, 'percent')})"
    )


def _describe_share(doubtful: float, rest: float, currency: str) -> str:
    """'; EUR 135 k of it on effects assumed against own data, EUR 28.0 k on the rest'."""
    one, other = (format_value(each, "currency", currency) for each in (doubtful, rest))
    return f"; {one} of it on effects assumed against own data, {other} on the rest"


def describe_caveat(case: Case) -> str:
    """For a title: ', its effect assumed against own data'; empty where all effects are measured."""
    assumed = [each.effect for each in case.programmes if each.effect.kind != "own data"]
    if not assumed:
        return ""
    against = sum(bool(find_contradiction(each)) for each in assumed)
    how = "assumed against own data" if against else "assumed, not measured"
    if len(case.programmes) == 1:
        return f", its effect {how}"
    return f", {against or len(assumed)} of {len(case.programmes)} effects {how}"


def describe_basis(case: Case) -> str:
    """Whether the effect was measured or only assumed, and where own data speak against what is assumed."""
    assumed = sum(each.effect.kind == "assumption" for each in case.programmes)
    if not assumed:
        return "The effect is taken from own data."
    which = (
        ""
        if assumed == len(case.programmes)
        else f" of {assumed} of {len(case.programmes)} programmes"
    )
    told = [
        f"own data show {'no effect' if verdict == NO_EFFECT else 'harm'} of {', '.join(names)}"
        for verdict in (NO_EFFECT, HARM)
        if (
            names := [
                each.name for each in case.programmes if find_contradiction(each.effect) == verdict
            ]
        )
    ]
    if told:
        return f"The effect{which} is assumed; {'; '.join(told)}."
    return f"The effect{which} is assumed, not measured."


def describe_break_even(outcome: Outcome, programmes: tuple[Programme, ...]) -> str:
    """'pays back if it keeps 12 customers who would have left', or why it never does."""
    needed = outcome.break_even_customers
    counted = sum(each.counted for each in programmes)
    if needed is None:
        return "no number of customers pays it back"
    if not needed:
        return "costs nothing"
    customers = f"{needed:,} customer{'' if needed == 1 else 's'} who would have left"
    if needed > counted:
        return f"would have to keep {customers}, and reaches {counted:,}"
    return f"pays back if it keeps {customers}"


def describe_payback(outcome: Outcome, years: int) -> str:
    """'Paid back after 2.5 years, undiscounted' or that it is not, within the years of the case."""
    if outcome.payback is None:
        return f"Not paid back within {write_years(years)}."
    after = f"{outcome.payback:.1f} year{'' if outcome.payback == 1 else 's'}"
    return f"Paid back after {after} at the base of every range, undiscounted."


def describe_counterfactual(programme: Programme) -> str:
    """'Win back ..: against what 84 customers held out did.', and that nothing is shown where so."""
    verdict = judge_effect(programme.effect)
    told = f" ({verdict})" if verdict else ""
    return f"{programme.name}{told}: against {_lower_first(programme.counterfactual)}"


def describe_against(case: Case) -> str:
    """What the programmes are compared with, without the details of each."""
    against = dict.fromkeys(each.counterfactual.partition(":")[0] for each in case.programmes)
    shown = sum(
        judge_effect(each.effect) in (NO_EFFECT, HARM) or bool(find_contradiction(each.effect))
        for each in case.programmes
    )
    none = f" Of {shown} of {len(case.programmes)} programmes {NO_EFFECT}." if shown else ""
    return f"Against {'; '.join(_lower_first(each) for each in against)}.{none}"


def describe_cut(name: str, cut: Cut, currency: str) -> str:
    """What goes with a line, and what is saved."""
    gain, saved, npv = (
        format_value(each, "currency", currency) for each in (cut.gain, cut.saved, abs(cut.npv))
    )
    kept = format_value(cut.kept, "ratio")
    worth = f"{npv} {'less' if cut.npv > 0 else 'more'}" if cut.npv else "as much as before"
    return (
        f"Without {name}: {kept} customers no longer kept, {gain} of margin lost, {saved} saved; "
        f"the case is worth {worth}."
    )


def describe_next(name: str, found: Next | None, currency: str) -> str:
    """What the next 10,000 buys, if the effect on those reached then is that on those before."""
    amount = format_value(NEXT_AMOUNT, "currency", currency)
    if found is None:
        return f"{name}: nothing says what the next {amount} reaches, since a customer has no cost."
    if not found.customers:
        return f"{name}: the next {amount} reaches nobody, the whole pool is reached."
    gain, spent = (format_value(each, "currency", currency) for each in (found.gain, found.spent))
    told = f"{name}: the next {amount} reaches {found.customers:,.1f} more and returns {gain}"
    if found.spent < found.amount:
        told += f" for the {spent} that the pool still takes"
    return f"{told}, if the effect on them is the same."


def describe_overlap(case: Case) -> str:
    """How many are reached twice and counted once; empty for one programme."""
    if len(case.programmes) < 2:
        return ""
    reached = sum(each.reached for each in case.programmes)
    counted = sum(each.counted for each in case.programmes)
    if reached == counted:
        return f"No customer is reached by two programmes: {counted:,} counted."
    return (
        f"{reached - counted:,} of {reached:,} customers reached are in a programme before as well: "
        f"each counts once, {counted:,} in all."
    )


def describe_budget(case: Case, outcome: Outcome) -> str:
    """Whether the costs are within the budget."""
    left = case.budget - outcome.cost
    cost, budget, size = (
        format_value(each, "currency", case.currency)
        for each in (outcome.cost, case.budget, abs(left))
    )
    if left < 0:
        return f"Costs {cost}, {size} beyond the budget of {budget}."
    return f"Costs {cost} of a budget of {budget}."


def describe_actual(actual: Actual, currency: str, first_month: int) -> str:
    """What came by the newest quarter that is over against what it promised, or why nothing can be said."""
    name = actual.line.name
    over = [each for each in actual.quarters if each.is_over]
    if not over:
        return f"{name}: no quarter of the promise is over yet"
    last = over[-1]
    promised = format_value(last.promise.gain.base, "currency", currency)
    quarter = label_period("quarter", last.promise.start, first_month)
    why = why_unmeasured(last, actual.line.match)
    found = last.compared.total
    if why or found.value is None:
        return f"{name}: {promised} promised of {quarter}; {why or judge_quarter(last)}"
    came = format_value(found.value, "currency", currency)
    bounds = format_range(found.low, found.high, "currency", currency)
    return f"{name}, {quarter}: {promised} promised, {came} came ({bounds}): {judge_quarter(last)}"


def describe_match(match: Match) -> str:
    """Where the export shows a programme: its members, and its costs."""
    members = f"Members: programme \u201c{match.programme}\u201d in programme_members."
    if match.purpose is None:
        return f"{members} Costs: not in the export."
    of = f"purpose {match.purpose}" + (f", channel {match.channel}" if match.channel else "")
    return f"{members} Costs: {of}, which may pay for more than this."


def describe_cash(actual: Actual, currency: str) -> str:
    """What was paid so far of the cost promised, and what came back by the end of the last whole month."""
    paid = [float(each.cost) for each in actual.months if each.cost is not None]
    cost = format_value(actual.line.cost.base, "currency", currency)
    if not actual.months:
        return f"It begins after the data end; {cost} promised."
    if not paid:
        return f"{cost} promised, none of it in the costs of the export."
    return f"{cost} promised, {format_value(sum(paid), 'currency', currency)} paid in {len(paid)} months so far."


def list_next(case: Case) -> list[str]:
    """The sentence about the next 10,000 of each programme."""
    return [
        describe_next(each.name, compute_next(case, each.key), case.currency)
        for each in case.programmes
    ]


def write_years(years: int) -> str:
    """'3 years'."""
    return f"{years} year{'' if years == 1 else 's'}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
