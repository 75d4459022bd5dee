"""What a budget case assumes, as cells that may be changed, and what of it is in use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analyses.budget.case import Assumption, Case, Programme
from analyses.budget.evidence import NOT_SHOWN
from analyses.budget.words import find_contradiction
from exports.workbook.book import Sheet
from exports.workbook.formula import Formula, both, choose, find_size, to_formula

SCENARIOS = ("base", "unfavourable", "favourable")
PARTS = ("cost", "effect", "margin", "persistence")
UNITS = {
    "cost": "currency", "margin": "currency", "effect": "percent", "persistence": "percent", "discount": "percent",
}  # fmt: skip
LIMITS = {
    "cost": (0, 1e12),
    "effect": (-1, 1),
    "margin": (-1e12, 1e12),
    "persistence": (0, 1),
    "discount": (0, 1),
}
COSTLY = ("cost", "discount")  # of these the high end is the unfavourable one
MEANING = {
    "cost": "spent now",
    "effect": "share of the customers counted who are kept or moved beyond what would have happened anyway",
    "margin": "a year, of one who is",
    "persistence": "share of the effect that lasts from one year to the next",
    "discount": "a year",
}
MOST_YEARS = 10


@dataclass(frozen=True)
class Ranged:
    """The cells of one assumption; used is that of the scenario chosen."""

    low: Formula
    base: Formula
    high: Formula
    used: Formula

    def end(self, part: str, scenario: str) -> Formula:
        """Its cell in a scenario."""
        is_high = (scenario == "favourable") != (part in COSTLY)
        return self.base if scenario == "base" else self.high if is_high else self.low


@dataclass(frozen=True)
class Line:
    """The cells of one programme; parts by the names of PARTS."""

    programme: Programme
    prefix: str
    pool: Formula
    reached: Formula
    counted: Formula
    parts: Mapping[str, Ranged]


@dataclass(frozen=True)
class Inputs:
    """All cells that the formulas of a case begin with. answers_row: where there is room for the answers."""

    case: Case
    prefix: str
    scenario: Formula
    years: Formula
    budget: Formula
    amount: Formula
    discount: Ranged
    lines: tuple[Line, ...]
    answers_row: int
    next_row: int

    @property
    def most_years(self) -> int:
        """How many years have a column."""
        return max(MOST_YEARS, self.case.years)

    @property
    def last_column(self) -> int:
        """That of the last year."""
        return self.most_years + 1


def compute_worth(
    margin: Formula, persistence: Formula, discount: Formula, years: Formula
) -> Formula:
    """Present value of one customer kept: the sum over years of margin persistence^(t-1) / (1 + discount)^t,
    in closed form."""
    one = to_formula(1)
    gap = one + discount - persistence
    lasting = (one - (persistence / (one + discount)) ** years) / gap
    is_flat = find_size(gap) < 1e-9
    return margin * choose(is_flat, years / (one + discount), lasting)


def write_inputs(sheet: Sheet, case: Case, prefix: str, row: int, answer_rows: int) -> Inputs:
    """Write what is chosen from `row` on, leave room for the answers, then what is assumed."""
    scenario, years, budget, amount = _write_choices(sheet, case, prefix, row)
    answers_row = row + 6
    row = answers_row + answer_rows
    last_column = max(MOST_YEARS, case.years) + 1
    sheet.text(row, 0, "Assumptions", "section")
    heads = (
        "",
        "low",
        "base",
        "high",
        "in use",
        "in order?",
        "kind: source",
        *("" for _ in range(7, last_column + 1)),
    )
    sheet.heads(row + 1, heads, numbers=(1, 2, 3, 4), indented=True)
    row += 2
    discount = _write_range(
        sheet,
        row,
        "Discount rate",
        "discount",
        case.discount,
        f"{prefix}discount",
        scenario,
        last_column,
    )
    row += 1
    lines: list[Line] = []
    for programme in case.programmes:
        line, row = _write_line(sheet, row, programme, prefix, scenario, last_column)
        lines.append(line)
    return Inputs(
        case, prefix, scenario, years, budget, amount, discount, tuple(lines), answers_row, row + 1
    )


def _write_choices(
    sheet: Sheet, case: Case, prefix: str, row: int
) -> tuple[Formula, Formula, Formula, Formula]:
    sheet.text(row, 0, "Choose", "section")
    sheet.text(row + 1, 0, "Scenario")
    scenario = sheet.enter(
        row + 1, 1, SCENARIOS[0], "", f"{prefix}scenario", "which end of every range is in use"
    )
    sheet.worksheet.data_validation(
        row + 1, 1, row + 1, 1, {"validate": "list", "source": list(SCENARIOS)}
    )
    sheet.text(
        row + 1,
        2,
        "unfavourable: the high end of cost and discount rate, the low end of all others",
        "aside",
    )
    sheet.text(row + 2, 0, "Years")
    years = sheet.enter(
        row + 2, 1, case.years, "count", f"{prefix}years", "years whose margin counts"
    )
    _limit(sheet, row + 2, 1, "integer", 1, max(MOST_YEARS, case.years))
    sheet.text(row + 2, 2, f"whole years from 1 to {max(MOST_YEARS, case.years)}", "aside")
    sheet.text(row + 3, 0, "Budget")
    budget = sheet.enter(
        row + 3, 1, case.budget, "currency", f"{prefix}budget", "what may be spent in all"
    )
    sheet.text(row + 4, 0, "The next amount")
    amount = sheet.enter(
        row + 4,
        1,
        10_000,
        "currency",
        f"{prefix}next_amount",
        "whose return is asked beneath: the next 10,000",
    )
    return scenario, years, budget, amount


def _write_line(
    sheet: Sheet, row: int, programme: Programme, prefix: str, scenario: Formula, last_column: int
) -> tuple[Line, int]:
    """The assumptions of one programme from `row` on, and the row after them."""
    own = prefix + re.sub(r"[^A-Za-z0-9_]", "_", programme.key) + "_"
    sheet.text(row, 0, programme.name, "bold")
    sheet.across(row, 1, last_column, f"against {programme.counterfactual}")
    counts: list[Formula] = []
    for name, value, meaning in (
        ("pool", programme.pool, "customers whom it is for"),
        ("reached", programme.reached, "of them, whom the cost pays for"),
        ("counted", programme.counted, "of these, by no programme before it"),
    ):
        row += 1
        sheet.text(row, 0, f"    {name}: {meaning}")
        about = f"{programme.name}: {meaning}"
        counts.append(sheet.enter(row, 4, value, "count", f"{own}{name}", about))
        _limit(sheet, row, 4, "integer", 0, 10**9)
    pool, reached, counted = counts
    is_in_order = both(counted <= reached, reached <= pool)
    sheet.formula(
        row, 5, choose(is_in_order, "ok", "mend: counted <= reached <= pool"), style="indented"
    )
    parts: dict[str, Ranged] = {}
    for part in PARTS:
        row += 1
        label = f"    {part}: {MEANING[part]}"
        parts[part] = _write_range(
            sheet, row, label, part, getattr(programme, part), f"{own}{part}", scenario, last_column,
            f"{programme.name}: ",
        )  # fmt: skip
    return Line(programme, own, pool, reached, counted, parts), row + 1


def _write_range(
    sheet: Sheet, row: int, label: str, part: str, assumption: Assumption, name: str, scenario: Formula,
    last_column: int, whose: str = "",
) -> Ranged:  # fmt: skip
    """One assumption: three cells that may be changed, that in use, whether they are in order, and the source."""
    found, unit, about = assumption.range, UNITS[part], f"{whose}{part}, {MEANING[part]}"
    sheet.text(row, 0, label, "wrapped")
    low, base, high = (
        sheet.enter(row, column, value, unit, f"{name}_{end}", f"{about} ({end})")
        for column, (end, value) in enumerate(
            (("low", found.low), ("base", found.base), ("high", found.high)), start=1
        )
    )
    lowest, highest = LIMITS[part]
    _limit(sheet, row, 1, "decimal", lowest, highest, columns=3)
    ends = Ranged(low, base, high, base)
    used = choose(
        scenario.equals(SCENARIOS[1]), ends.end(part, SCENARIOS[1]),
        choose(scenario.equals(SCENARIOS[2]), ends.end(part, SCENARIOS[2]), base),
    )  # fmt: skip
    used = sheet.formula(row, 4, used, unit, name=name, about=f"{about}, in use")
    is_in_order = both(low <= base, base <= high)
    said = _judge(assumption, low) if part == "effect" else "ok"
    sheet.formula(row, 5, choose(is_in_order, said, "mend: low <= base <= high"), style="indented")
    sheet.across(row, 6, last_column, f"{assumption.kind}: {assumption.source}")
    return Ranged(low, base, high, used)


def _judge(effect: Assumption, low: Formula) -> Formula | str:
    """What the cell beside an effect says: what own data show is not undone by what is entered."""
    if find_contradiction(effect):
        return "against own data"
    return choose(low > 0, "ok", NOT_SHOWN if effect.kind == "own data" else "holds no effect")


def _limit(
    sheet: Sheet, row: int, column: int, kind: str, low: float, high: float, columns: int = 1
) -> None:
    """Let Excel refuse what cannot be."""
    rule = {
        "validate": kind, "criteria": "between", "minimum": low, "maximum": high,
        "error_title": "Not possible", "error_message": f"Give a number from {low:,g} to {high:,g}.",
    }  # fmt: skip
    sheet.worksheet.data_validation(row, column, row, column + columns - 1, rule)
