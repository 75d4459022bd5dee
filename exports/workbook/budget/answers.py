"""What a budget case returns, as formulas."""

from collections.abc import Mapping

from analyses.budget.case import Case
from analyses.budget.uncertainty import DRAWS, draw_npvs
from exports.workbook.book import Sheet
from exports.workbook.budget.flows import Flows
from exports.workbook.budget.inputs import PARTS, SCENARIOS, Inputs, Line, compute_worth
from exports.workbook.formula import (
    Formula,
    add_up,
    call,
    choose,
    count_numbers,
    find_least,
    find_rate,
    join_words,
    read_number,
    round_up,
    to_formula,
)

EDGE = 1e-9  # a quotient that is a whole number may miss it by its last digits
NONE = "n/a"
# An answer: what its cell is called, its label, its unit, and what it means.
ANSWERS = {
    "npv": ("NPV", "currency", "what all years bring, at their present value, less the cost"),
    "cost": ("Cost", "currency", "of all programmes, spent now"),
    "budget_left": ("Left of the budget", "currency", "below 0: the case costs more than there is"),
    "margin": ("Incremental margin", "currency", "of all years, undiscounted, beyond what would have come anyway"),
    "roi": ("ROI", "percent", "(incremental margin - cost) / cost, undiscounted; n/a at a cost of 0"),
    "irr": ("IRR", "percent", "the discount rate at which NPV is 0; n/a unless the cash changes its sign once"),
    "payback": ("Payback, years", "ratio", "undiscounted, evenly within a year; n/a if not within the years"),
    "kept": ("Customers kept or moved", "ratio", "beyond what would have happened anyway: counted x effect"),
    "worth": ("Worth of one of them", "currency", "present value of the margin of one customer kept or moved"),
    "break_even": ("Break-even", "ratio", "customers kept or moved at which NPV is 0; n/a where one is worth nothing"),
    "break_even_customers": ("Break-even, whole customers", "count", "the least number that pays the cost back"),
}  # fmt: skip
# A line for the heading, one for the message, the answers, NPV by scenario and of the draws, and room.
ANSWER_ROWS = len(ANSWERS) + 9


def write_answers(sheet: Sheet, inputs: Inputs, flows: Flows) -> None:
    """The answers, in the room that the inputs left for them."""
    first = inputs.answers_row
    sheet.text(first, 0, "Answers", "section")

    def answer(name: str, formula: Formula) -> Formula:
        row = first + 2 + list(ANSWERS).index(name)
        label, unit, about = ANSWERS[name]
        sheet.text(row, 0, label, "bold")
        sheet.text(row, 2, about, "aside")
        return sheet.formula(
            row, 1, formula, unit, "answer", f"{inputs.prefix}{name}", f"{label}: {about}"
        )

    npv = answer("npv", add_up(sheet.span(flows.present)))
    cost = answer("cost", -flows.total[0])
    answer("budget_left", inputs.budget - cost)
    margin = answer("margin", add_up(sheet.span(flows.total[1:])))
    answer("roi", choose(cost.equals(0), NONE, (margin - cost) / cost))
    answer("irr", _find_irr(sheet, inputs, flows, margin / cost, cost))
    answer("payback", _find_payback(sheet, flows))
    effects = [line.counted * line.parts["effect"].used for line in inputs.lines]
    kept = answer("kept", add_up(*effects))
    worth = answer("worth", _find_worth(inputs, npv + cost, kept))
    needed = answer("break_even", choose(read_number(worth) > 0, cost / worth, NONE))
    whole = choose(needed.equals(NONE), NONE, round_up(needed - EDGE))
    whole = answer("break_even_customers", whole)
    sheet.formula(first + 1, 0, _tell(inputs, whole), style="bold")
    _write_scenarios(sheet, inputs, first + len(ANSWERS) + 3)
    _write_draws(sheet, inputs.case, first + len(ANSWERS) + 7)


def _tell(inputs: Inputs, whole: Formula) -> Formula:
    """The message, in the words of analyses/budget/words.py."""
    counted = add_up(*(line.counted for line in inputs.lines))
    noun = choose(
        whole.equals(1), " customer who would have left", " customers who would have left"
    )
    pays = join_words("Pays back if it keeps ", whole, noun)
    beyond = join_words("Would have to keep ", whole, noun, ", and reaches ", counted)
    said = choose(whole.equals(0), "Costs nothing", choose(whole > counted, beyond, pays))
    return choose(whole.equals(NONE), "No number of customers pays it back", said)


def compute_used(line: Line, inputs: Inputs) -> Formula:
    """What one customer kept is worth, by the assumptions in use."""
    parts = line.parts
    return compute_worth(
        parts["margin"].used, parts["persistence"].used, inputs.discount.used, inputs.years
    )


def value_at(inputs: Inputs, given: Mapping[tuple[str, str], Formula]) -> Formula:
    """NPV with these assumptions, by key of the programme (empty: of the case) and part; all others at
    their base."""
    discount = given.get(("", "discount"), inputs.discount.base)
    values: list[Formula] = []
    for line in inputs.lines:
        cost, effect, margin, persistence = (
            given.get((line.programme.key, part), line.parts[part].base) for part in PARTS
        )
        worth = compute_worth(margin, persistence, discount, inputs.years)
        values.append(line.counted * effect * worth - cost)
    return add_up(*values) if len(values) != 1 else values[0]


def _find_worth(inputs: Inputs, gain: Formula, kept: Formula) -> Formula:
    """Of one programme whoever it keeps; of several in the mix that they keep."""
    if len(inputs.lines) == 1:
        return compute_used(inputs.lines[0], inputs)
    return choose(kept.equals(0), NONE, gain / kept)


def _find_irr(sheet: Sheet, inputs: Inputs, flows: Flows, times: Formula, cost: Formula) -> Formula:
    """Sought from a rate that is not above it, from where Newton's steps lead up to it: as if all came at the end, or,
    where less comes than was spent, after a year. times: what comes over the cost."""
    slow = times ** (to_formula(1) / inputs.years) - 1
    low = choose(times >= 1, slow, call("MAX", max, times - 1, -0.9))
    rate = find_rate(sheet.span(flows.total), choose(cost > 0, low, 0.1))
    return choose(add_up(sheet.span(flows.changes)).equals(1), rate, NONE)


def _find_payback(sheet: Sheet, flows: Flows) -> Formula:
    paid = sheet.span(flows.paid)
    first = choose(count_numbers(paid).equals(0), NONE, find_least(paid))
    return choose(flows.total[0] >= 0, 0, first)


def _write_scenarios(sheet: Sheet, inputs: Inputs, row: int) -> None:
    """NPV of each scenario, whichever is chosen: all ranges at one end at once."""
    sheet.text(row + 1, 0, "NPV by scenario", "bold")
    for column, scenario in enumerate(SCENARIOS, start=1):
        sheet.text(row, column, scenario, "number_head")
        given = {
            (line.programme.key, part): ranged.end(part, scenario)
            for line in inputs.lines
            for part, ranged in line.parts.items()
        }
        given["", "discount"] = inputs.discount.end("discount", scenario)
        about = f"NPV with every assumption at its {scenario} value"
        name = f"{inputs.prefix}npv_{scenario}"
        sheet.formula(row + 1, column, value_at(inputs, given), "currency", "answer", name, about)
    sheet.text(
        row + 1, 4, "all at that end at once, which is less likely than any one of them", "aside"
    )


def _write_draws(sheet: Sheet, case: Case, row: int) -> None:
    """What the draws of the model gave when the pack was frozen: values, no formulas."""
    found = draw_npvs(case)
    sheet.text(row, 0, f"NPV of {DRAWS:,} draws, as frozen", "bold")
    cells = (
        ("nine of ten from", found.low, "currency"), ("median", found.median, "currency"),
        ("to", found.high, "currency"), ("share below 0", found.loss_share, "percent"),
    )  # fmt: skip
    for column, (head, value, unit) in enumerate(cells, start=1):
        sheet.text(row - 1, column, head, "number_head")
        sheet.number(row, column, value, unit)
    said = "each assumption from its triangle; it does not follow what is changed"
    sheet.text(row, 5, said, "aside")
