"""The slides of a budget case: what it returns, its programmes side by side, and all that it assumes."""

import re
from zlib import crc32

from analyses.board.document import Cell, Chart, Role, Series, Slide, Table
from analyses.budget.case import Assumption, Case, Programme
from analyses.budget.model import NEXT_AMOUNT, Outcome
from analyses.budget.tables import UNITS
from analyses.budget.uncertainty import DRAWS, list_assumptions, list_bars
from analyses.budget.words import (
    METHOD,
    TORNADO,
    Answer,
    answer_case,
    describe_against,
    describe_basis,
    describe_break_even,
    describe_budget,
    describe_caveat,
    describe_counterfactual,
    describe_overlap,
    describe_payback,
    describe_return,
    find_contradiction,
    judge_effect,
    list_next,
    write_years,
)
from analyses.formats import format_value

# So that the charts of a case with many programmes keep bars that can be read.
MOST_BARS = 8
PROGRAMME_HEADINGS = (
    "programme", "pool", "reached", "counted once", "cost", "effect from", "kept", "NPV",
    "payback in years", "breaks even at",
)  # fmt: skip
ASSUMPTION_HEADINGS = ("assumption", "low", "base", "high", "kind", "source")


def list_case_slides(case: Case, currency: str) -> tuple[Slide, ...]:
    """The return with its tornado, the programmes, and the assumptions as an appendix.

    currency: of the pack; a case in another one is told so. Keys and tables are unique by the case's
    name. StandingError where the case cannot be computed.
    """
    answer = answer_case(case)
    key = make_key(case.name)
    return (
        _return_slide(answer, key, currency),
        _programmes_slide(answer, key),
        _assumptions_slide(case, key),
    )


def make_key(name: str) -> str:
    """Eight letters of the name, and a hash of it: a sheet's name has 31 characters at most."""
    letters = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")[:8].strip("_")
    return f"{letters or 'x'}_{crc32(name.encode()) & 0xFFFF:04x}"


def _return_slide(answer: Answer, key: str, currency: str) -> Slide:
    case, outcome, spread = answer.case, answer.outcome, answer.spread
    counted = sum(each.counted for each in case.programmes)
    other = "" if case.currency == currency else f", in {case.currency}, not in {currency}"
    lines = (
        f"{_upper_first(describe_break_even(outcome, case.programmes))}. {describe_basis(case)}",
        f"{describe_payback(outcome, case.years)} {describe_budget(case, outcome)}",
        describe_against(case),
    )
    against = sum(
        answer.lines[each.key].npv for each in case.programmes if find_contradiction(each.effect)
    )
    shares = (against, outcome.npv - against) if len(case.programmes) > 1 else ()
    # What is against own data the return itself says, so that the title stays short.
    is_against = any(find_contradiction(each.effect) for each in case.programmes)
    caveat = "" if is_against else describe_caveat(case)
    money = (outcome.npv, spread.low, spread.high, *shares, outcome.cost, case.budget)
    told = (
        *(Cell(value, "currency") for value in money),
        Cell(case.years, "count"),
        Cell(counted, "count"),
        *(Cell(value, "count") for value in _list_counts(outcome)),
        *([] if outcome.payback is None else [Cell(outcome.payback, "ratio")]),
        Cell(spread.loss_share, "percent"),
        Cell(case.discount.range.base, "percent"),
    )
    return Slide(
        f"case_{key}",
        "chart",
        f"{case.name}: {_lower_first(describe_return(answer))}{caveat}",
        f"Change of NPV in {write_years(case.years)}, {TORNADO.lower().rstrip('.')}; "
        f"n = {counted:,} customers counted{other}",
        lines,
        _draw_tornado(answer),
        told=told,
        notes=(
            "NPV = -cost + sum over the years t of counted x effect x margin x persistence^(t-1) / (1 + discount)^t.",
            METHOD,
            *list_next(case),
            "Source of each assumption: see the appendix.",
        ),
    )


def _draw_tornado(answer: Answer) -> Chart:
    """The change of NPV at both ends of each assumption, the longest bar first."""
    case, npv = answer.case, answer.outcome.npv
    bars = list_bars(case)
    # What is no range moves nothing; its number stands among the assumptions.
    bars = [bar for bar in bars if bar.width][:MOST_BARS] or bars[:1]
    ends: tuple[tuple[str, Role, list[float]], ...] = (
        ("at its low end", "prior", [bar.at_low - npv for bar in bars]),
        ("at its high end", "actual", [bar.at_high - npv for bar in bars]),
    )
    named = ", then on ".join(
        f"{bar.name} (NPV {format_value(bar.at_low - npv, 'currency', case.currency, True)} to"
        f" {format_value(bar.at_high - npv, 'currency', case.currency, True)})"
        for bar in bars[:3]
    )
    return Chart(
        "bars",
        "currency",
        tuple(bar.name for bar in bars),
        tuple(
            Series(name, tuple(Cell(value, "currency", is_change=True) for value in values), role)
            for name, role, values in ends
        ),
        f"Tornado: the NPV hangs most on {named}.",
    )


def _programmes_slide(answer: Answer, key: str) -> Slide:
    case = answer.case
    rows = [_programme_row(each, answer.lines[each.key]) for each in case.programmes]
    if len(rows) > 1:
        rows.append(_total_row(answer))
    money = format_value(answer.outcome.npv, "currency", case.currency)
    of = (
        "its programme"
        if len(case.programmes) == 1
        else f"{len(case.programmes)} programmes, each customer counted once"
    )
    return Slide(
        f"case_{key}_lines",
        "table",
        f"{case.name}: NPV of {money} from {of}{describe_caveat(case)}",
        f"Base of every range, {write_years(case.years)}; a customer counts in the first programme that reaches it",
        (
            *filter(None, (describe_overlap(case),)),
            *(f"{describe_counterfactual(each)}." for each in case.programmes),
        ),
        table=Table(
            f"case_{key}_lines", f"{case.name}: programmes", PROGRAMME_HEADINGS, tuple(rows)
        ),
        told=(
            Cell(answer.outcome.npv, "currency"),
            Cell(case.years, "count"),
            Cell(len(case.programmes), "count"),
            *_tell_overlap(case),
        ),
        notes=(
            "Kept: customers beyond what would have happened anyway. Break-even is discounted, payback is not.",
        ),
    )


def _programme_row(programme: Programme, outcome: Outcome) -> tuple[Cell, ...]:
    verdict = judge_effect(programme.effect) or programme.effect.kind
    counts = (programme.pool, programme.reached, programme.counted)
    return (
        Cell(programme.name),
        *(Cell(value, "count") for value in counts),
        Cell(outcome.cost, "currency"),
        Cell(verdict),
        *_outcome_cells(outcome),
    )


def _total_row(answer: Answer) -> tuple[Cell, ...]:
    programmes = answer.case.programmes
    return (
        Cell("All"),
        Cell(None, "count", reason="pools overlap"),
        Cell(sum(each.reached for each in programmes), "count"),
        Cell(sum(each.counted for each in programmes), "count"),
        Cell(answer.outcome.cost, "currency"),
        Cell(""),
        *_outcome_cells(answer.outcome),
    )


def _outcome_cells(outcome: Outcome) -> tuple[Cell, ...]:
    never = "not within the years"
    return (
        Cell(outcome.kept, "ratio"),
        Cell(outcome.npv, "currency"),
        Cell(outcome.payback, "ratio", reason=None if outcome.payback is not None else never),
        Cell(
            outcome.break_even_customers, "count",
            reason=None if outcome.break_even_customers is not None else "never",
        ),
    )  # fmt: skip


def _assumptions_slide(case: Case, key: str) -> Slide:
    assumed = list(list_assumptions(case))
    guesses = sum(found.kind != "own data" for *_, found in assumed)
    rows = tuple(_assumption_row(name, part, found) for name, _, part, found in assumed)
    return Slide(
        f"case_{key}_assumed",
        "table",
        f"{case.name} rests on {len(assumed)} ranges; {guesses} are assumed, not measured",
        "Each as a range from low to high with its source",
        tuple(f"{describe_counterfactual(each)}." for each in case.programmes),
        table=Table(f"case_{key}_assumed", f"{case.name}: assumptions", ASSUMPTION_HEADINGS, rows),
        told=(Cell(len(assumed), "count"), Cell(guesses, "count")),
        notes=(METHOD,),
        is_appendix=True,
    )


def _assumption_row(name: str, part: str, found: Assumption) -> tuple[Cell, ...]:
    unit = UNITS[part]
    numbers = (found.range.low, found.range.base, found.range.high)
    return (
        Cell(name),
        *(Cell(value, unit) for value in numbers),
        Cell(found.kind),
        Cell(found.source),
    )


def _tell_overlap(case: Case) -> tuple[Cell, ...]:
    reached = sum(each.reached for each in case.programmes)
    counted = sum(each.counted for each in case.programmes)
    return tuple(Cell(value, "count") for value in (reached, counted, reached - counted))


def _list_counts(outcome: Outcome) -> tuple[int, ...]:
    """What the message counts: customers, and draws of which nine in ten are told."""
    needed = outcome.break_even_customers
    return (*(() if needed is None else (needed,)), 9, 10, DRAWS, NEXT_AMOUNT)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
