"""What a budget case costs now and brings each year, as formulas."""

from dataclasses import dataclass
from itertools import pairwise

from exports.workbook.book import COLOURS, Sheet
from exports.workbook.budget.inputs import Inputs, Line
from exports.workbook.formula import Formula, add_up, both, choose, find_sign, to_formula


@dataclass(frozen=True)
class Flows:
    """Cells by year, the first of them now: of the case, and by programme what it brings."""

    total: tuple[Formula, ...]
    present: tuple[Formula, ...]
    sums: tuple[Formula, ...]
    changes: tuple[Formula, ...]
    paid: tuple[Formula, ...]
    next_row: int


def write_flows(sheet: Sheet, inputs: Inputs, row: int) -> Flows:
    """The cash of the case by year, from `row` on."""
    years = range(inputs.most_years + 1)
    sheet.text(row, 0, "Cash by year", "section")
    sheet.heads(row + 1, ["end of year", *("" for _ in years)])
    ends = [sheet.refer(row + 1, year + 1, year) for year in years]
    for year in years:
        sheet.number(row + 1, year + 1, year, "count", "number_head")
    top = row + 2
    row = top
    counts = _write_row(
        sheet, row, "does the year count (1) or not (0)", "count",
        [choose(end <= inputs.years, 1, 0) for end in ends],
    )  # fmt: skip
    brought: list[tuple[Formula, ...]] = []
    for line in inputs.lines:
        row += 3
        brought.append(_write_line(sheet, line, counts, row))
    row += 2
    costs = [line.parts["cost"].used for line in inputs.lines]
    yearly = [add_up(*(each[year] for each in brought)) for year in years[1:]]
    total = _write_row(
        sheet, row, "Cash of the case", "currency", [-add_up(*costs), *yearly], "bold"
    )
    factors = _write_factors(sheet, inputs, row + 1)
    discounted = [cash * factor for cash, factor in zip(total, factors, strict=True)]
    present = _write_row(sheet, row + 2, "    present value", "currency", discounted)
    sums = _write_running(sheet, row + 3, total)
    changes = _write_signs(sheet, row + 4, total)
    paid = _write_paid(sheet, row + 6, total, sums, ends)
    _fade(sheet, inputs, top, row + 6)
    return Flows(total, present, sums, changes, paid, row + 8)


def _write_line(
    sheet: Sheet, line: Line, counts: tuple[Formula, ...], row: int
) -> tuple[Formula, ...]:
    """What one programme brings each year; persistence is multiplied year by year, so that none is 1 at first."""
    parts = line.parts
    sheet.text(row - 1, 0, line.programme.name, "bold")
    lasting = [sheet.formula(row, 2, to_formula(1), "percent")]
    for year in range(2, len(counts)):
        still = lasting[-1] * parts["persistence"].used
        lasting.append(sheet.formula(row, year + 1, still, "percent"))
    sheet.text(row, 0, "    share of the effect still there")
    kept = line.counted * parts["effect"].used * parts["margin"].used
    margins = [kept * left * count for left, count in zip(lasting, counts[1:], strict=True)]
    sheet.text(row + 1, 0, "    margin of those kept or moved")
    cells = [
        sheet.formula(row + 1, year, margin, "currency")
        for year, margin in enumerate(margins, start=2)
    ]
    return (to_formula(0), *cells)


def _write_factors(sheet: Sheet, inputs: Inputs, row: int) -> tuple[Formula, ...]:
    factors = [sheet.formula(row, 1, to_formula(1), "factor")]
    for year in range(1, inputs.most_years + 1):
        factor = factors[-1] / (to_formula(1) + inputs.discount.used)
        factors.append(sheet.formula(row, year + 1, factor, "factor"))
    sheet.text(row, 0, "    what 1 at its end is worth now")
    return tuple(factors)


def _write_running(sheet: Sheet, row: int, total: tuple[Formula, ...]) -> tuple[Formula, ...]:
    sheet.text(row, 0, "    sum up to then, undiscounted")
    sums = [sheet.formula(row, 1, total[0], "currency")]
    for year, cash in enumerate(total[1:], start=2):
        sums.append(sheet.formula(row, year, sums[-1] + cash, "currency"))
    return tuple(sums)


def _write_signs(sheet: Sheet, row: int, total: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The sign of each year's cash, that of the year before where there is none, and where it changes."""
    sheet.text(row, 0, "    sign: spent (-1) or earned (1)", "muted")
    signs = [sheet.formula(row, 1, find_sign(total[0]), "count", "muted")]
    for year, cash in enumerate(total[1:], start=2):
        sign = choose(cash.equals(0), signs[-1], find_sign(cash))
        signs.append(sheet.formula(row, year, sign, "count", "muted"))
    sheet.text(row + 1, 0, "    does the sign change (1) or not (0)", "muted")
    return tuple(
        sheet.formula(row + 1, year, choose(one * two < 0, 1, 0), "count", "muted")
        for year, (one, two) in enumerate(pairwise(signs), start=2)
    )


def _write_paid(
    sheet: Sheet,
    row: int,
    total: tuple[Formula, ...],
    sums: tuple[Formula, ...],
    ends: list[Formula],
) -> tuple[Formula, ...]:
    """In which year the cost has come back, evenly within it; a text in all other years."""
    sheet.text(row, 0, "    years until it is paid back", "muted")
    return tuple(
        sheet.formula(
            row, year + 1,
            choose(
                both(sums[year - 1] < 0, sums[year] >= 0), ends[year - 1] - sums[year - 1] / total[year], ""
            ),
            "ratio", "muted",
        )
        for year in range(1, len(total))
    )  # fmt: skip


def _write_row(
    sheet: Sheet, row: int, label: str, unit: str, formulas: list[Formula], style: str = ""
) -> tuple[Formula, ...]:
    sheet.text(row, 0, label, style)
    return tuple(
        sheet.formula(row, column, formula, unit, style)
        for column, formula in enumerate(formulas, start=1)
    )


def _fade(sheet: Sheet, inputs: Inputs, top: int, last: int) -> None:
    """Years that do not count are grey, whichever number of years is entered."""
    rule = {
        "type": "formula",
        "criteria": f"=B${top}>{inputs.years.text}",
        "format": sheet.book.workbook.add_format({"font_color": COLOURS.prior}),
    }
    sheet.worksheet.conditional_format(top, 1, last, inputs.last_column, rule)
