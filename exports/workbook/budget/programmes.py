"""Each programme of a budget case by itself, and what the next amount returns in it, as formulas."""

from exports.workbook.book import Sheet
from exports.workbook.budget.answers import NONE, compute_used
from exports.workbook.budget.inputs import Inputs, Line
from exports.workbook.formula import Formula, both, choose, find_least

# A line of the table: what its cell is called, what it says, and its unit.
LINES = (
    ("kept", "Customers kept or moved", "ratio"),
    ("worth", "Worth of one of them, present value", "currency"),
    ("gain", "Margin, present value, of this line alone", "currency"),
    ("saved", "Cost of this line", "currency"),
    ("npv", "NPV of this line alone", "currency"),
    ("break_even", "Break-even, customers kept or moved", "ratio"),
    ("overlap", "Reached, but counted by a programme before it", "count"),
    ("next_customers", "The next amount: customers more", "ratio"),
    ("next_spent", "The next amount: spent of it", "currency"),
    ("next_gain", "The next amount: margin, present value", "currency"),
    ("next_npv", "The next amount: NPV", "currency"),
)
NOTES = (
    "The next amount reaches more customers at the same cost each and with the same effect, which is assumed, "
    "until the pool is empty.",
    "Alone: were the line cut, less would be lost where a later line then counts the customers that both reach; the "
    "page Budget case says how much.",
)


def write_programmes(sheet: Sheet, inputs: Inputs, row: int) -> int:
    """The table from `row` on, a column a programme; the row after it."""
    sheet.text(row, 0, "By programme", "section")
    names = [line.programme.name for line in inputs.lines]
    sheet.heads(row + 1, ["", *names], numbers=range(1, len(names) + 1))
    row += 2
    for place, (_, label, _) in enumerate(LINES, start=row):
        sheet.text(place, 0, label)
    for column, line in enumerate(inputs.lines, start=1):
        cells = _compute_lines(inputs, line)
        for place, (name, label, unit) in enumerate(LINES):
            about = f"{line.programme.name}: {label}"
            sheet.formula(row + place, column, cells[name], unit, "", line.prefix + name, about)
    row += len(LINES)
    for note in NOTES:
        sheet.text(row, 0, note, "muted_spread")
        row += 1
    return row + 1


def _compute_lines(inputs: Inputs, line: Line) -> dict[str, Formula]:
    """The formulas by name; each refers to those before it."""
    found: dict[str, Formula] = {}

    def put(name: str, formula: Formula) -> Formula:
        found[name] = formula
        return Formula(line.prefix + name, formula.value)

    cost = line.parts["cost"].used
    effect = line.parts["effect"].used
    kept = put("kept", line.counted * effect)
    worth = put("worth", compute_used(line, inputs))
    gain = put("gain", kept * worth)
    saved = put("saved", cost)
    put("npv", gain - saved)
    put("break_even", choose(worth > 0, saved / worth, NONE))
    put("overlap", line.reached - line.counted)
    each = saved / line.reached
    has_price = both(line.reached > 0, saved > 0)
    lowest = find_least(inputs.amount / each, line.pool - line.reached)
    more = put("next_customers", choose(has_price, lowest, NONE))
    spent = put("next_spent", choose(has_price, more * each, NONE))
    more_kept = more * line.counted / line.reached * effect
    gained = put("next_gain", choose(has_price, more_kept * worth, NONE))
    put("next_npv", choose(has_price, gained - spent, NONE))
    return found
