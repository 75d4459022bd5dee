"""Which assumption matters most: one at a time from its low to its high end, as formulas, and drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exports.workbook.book import COLOURS, FONT, Sheet
from exports.workbook.budget.answers import value_at
from exports.workbook.budget.inputs import PARTS, UNITS, Inputs
from exports.workbook.formula import Formula, Single, find_size, round_to

HEADS = (
    "one assumption at a time",
    "its low",
    "its high",
    "NPV at low",
    "NPV at high",
    "swing",
    "rank",
)
SORTED = (
    "the longest swing first",
    "at its low, against base",
    "at its high, against base",
    "swing",
)
NOTE = (
    "All others at their base, whichever scenario is chosen; that two of them may go together is left out. "
    "Swings of one length stand in the order of their names."
)
DIGITS = 6  # of money: swings as long as each other to these are told apart by name


@dataclass(frozen=True)
class Bar:
    """The cells of one assumption's line."""

    name: Formula
    at_low: Formula
    at_high: Formula
    swing: Formula


def write_tornado(sheet: Sheet, inputs: Inputs, row: int) -> None:
    """The table in the order of names, then the same by swing, and its chart."""
    sheet.text(row, 0, "What matters most", "section")
    sheet.text(row + 1, 0, NOTE, "muted_spread")
    sheet.heads(row + 2, HEADS, numbers=range(1, len(HEADS)))
    bars = _write_bars(sheet, inputs, row + 3)
    ranks = _write_ranks(sheet, row + 3, bars)
    row += 4 + len(bars)
    sheet.heads(row, SORTED, numbers=range(1, len(SORTED)))
    _write_sorted(sheet, row + 1, bars, ranks, Formula(f"{inputs.prefix}npv_base", _base(inputs)))
    _draw(sheet, row + 1, len(bars))


def _base(inputs: Inputs) -> Any:
    return value_at(inputs, {}).value


def _list_varied(inputs: Inputs) -> Iterator[tuple[str, str, str]]:
    """Name, key of the line (empty: of the case) and part of all that is assumed, as the model names them."""
    for line in inputs.lines:
        for part in PARTS:
            own = "" if len(inputs.lines) == 1 else f"{line.programme.name}: "
            yield f"{own}{part}", line.programme.key, part
    yield "discount", "", "discount"


def _write_bars(sheet: Sheet, inputs: Inputs, row: int) -> list[Bar]:
    bars: list[Bar] = []
    for place, (name, key, part) in enumerate(sorted(_list_varied(inputs)), start=row):
        sheet.text(place, 0, name)
        line = {each.programme.key: each for each in inputs.lines}.get(key)
        ranged = line.parts[part] if line else inputs.discount
        sheet.formula(place, 1, ranged.low, UNITS[part])
        sheet.formula(place, 2, ranged.high, UNITS[part])
        ends = [
            sheet.formula(place, column, value_at(inputs, {(key, part): cell}), "currency")
            for column, cell in ((3, ranged.low), (4, ranged.high))
        ]
        swing = round_to(find_size(ends[1] - ends[0]), DIGITS)
        swing = sheet.formula(place, 5, swing, "currency")
        bars.append(Bar(sheet.refer(place, 0, name), ends[0], ends[1], swing))
    return bars


def _write_ranks(sheet: Sheet, row: int, bars: list[Bar]) -> list[Formula]:
    """1 for the longest; of those of one length the first by name."""
    swings = [each.swing for each in bars]
    every = sheet.span(swings)
    ranks: list[Formula] = []
    for place, swing in enumerate(swings):
        above = sheet.span(swings[: place + 1])
        text = (
            f"SUMPRODUCT(({every.text}>{swing.text})*1)+SUMPRODUCT(({above.text}={swing.text})*1)"
        )
        values = [_number(each) for each in swings]
        own = values[place]
        rank = sum(each > own for each in values) + values[: place + 1].count(own)
        ranks.append(sheet.formula(row + place, 6, Formula(text, rank), "count"))
    return ranks


def _write_sorted(
    sheet: Sheet, row: int, bars: list[Bar], ranks: list[Formula], base: Formula
) -> None:
    ranked = sheet.span(ranks)
    by_rank = {rank.value: bar for rank, bar in zip(ranks, bars, strict=True)}

    def pick(cells: list[Formula], place: int, value: Single) -> Formula:
        return Formula(f"INDEX({sheet.span(cells).text},MATCH({place},{ranked.text},0))", value)

    for place in range(1, len(bars) + 1):
        bar, at = by_rank[place], row + place - 1
        sheet.formula(at, 0, pick([each.name for each in bars], place, _single(bar.name)))
        for column, cells, cell in (
            (1, [each.at_low for each in bars], bar.at_low),
            (2, [each.at_high for each in bars], bar.at_high),
        ):
            sheet.formula(at, column, pick(cells, place, _single(cell)) - base, "currency")
        swing = pick([each.swing for each in bars], place, _single(bar.swing))
        sheet.formula(at, 3, swing, "currency")


def _draw(sheet: Sheet, row: int, count: int) -> None:
    """The sorted table as bars to both sides of the base."""
    chart: Any = sheet.book.workbook.add_chart({"type": "bar"})
    for column, colour in ((1, COLOURS.prior), (2, COLOURS.actual)):
        chart.add_series(
            {
                "name": [sheet.name, row - 1, column],
                "categories": [sheet.name, row, 0, row + count - 1, 0],
                "values": [sheet.name, row, column, row + count - 1, column],
                "fill": {"color": colour},
                "overlap": 100,
                "gap": 60,
            }
        )
    font = {"name": FONT, "size": 9}
    title = {
        "name": "NPV against base, one assumption at a time",
        "name_font": {**font, "size": 11},
    }
    chart.set_title({**title, "overlay": False})
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": font})
    chart.set_x_axis(
        {"num_format": "#,##0", "num_font": font, "major_gridlines": {"visible": True}}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 760, "height": 110 + 26 * count})
    about = "NPV at the low and at the high end of each assumption less that at its base, the longest swing first."
    sheet.worksheet.insert_chart(row - 1, 5, chart, {"description": about, "object_position": 1})


def _number(formula: Formula) -> float:
    return float(formula.value) if isinstance(formula.value, int | float) else 0.0


def _single(formula: Formula) -> Single:
    return None if isinstance(formula.value, tuple) else formula.value
