"""Workbooks read back: their cells, their names, and what a budget case must come to in them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from analyses.board.document import Pack
from analyses.budget.case import Assumption, Case, Range
from analyses.budget.model import compute_next, compute_outcome, take
from analyses.budget.uncertainty import list_bars
from tests.packs import make_case, make_pack


def read(content: bytes, values: bool = True) -> Any:
    """The workbook with the values of its formulas, or with the formulas."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def cells(sheet: Worksheet) -> Iterator[Any]:
    """All cells that hold something."""
    for row in sheet.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


def find_named(workbook: Any, name: str) -> Any:
    """The cell of a name."""
    ((sheet, place),) = workbook.defined_names[name].destinations
    return workbook[sheet][place.replace("$", "")]


def make_two() -> Case:
    """The worked case with a second programme, of whose customers the first takes some, at other rates."""
    first = make_case().programmes[0]

    def assume(low: float, base: float, high: float) -> Assumption:
        return Assumption(
            Range(low, base, high), "own data", "lower bound of the matched comparison"
        )

    second = replace(
        first,
        key="rescue",
        name="Rescue at-risk renewals",
        pool=80,
        reached=50,
        counted=30,
        cost=assume(20_000, 25_000, 40_000),
        effect=assume(-0.05, 0.1, 0.2),
        margin=assume(4000, 5000, 6000),
        persistence=assume(0.6, 0.8, 1.0),
    )
    name = "Both [2027]: 'win' & rescue"
    return replace(make_case(), name=name, years=4, programmes=(first, second))


def with_case(case: Case) -> Pack:
    """The made pack with this case alone."""
    return replace(make_pack(), cases=(case,))


def check_case(book: Any, case: Case) -> None:
    """Every answer, programme and bar of the sheet is that of analyses/budget."""
    found = compute_outcome(case)
    answers = {
        "npv": found.npv, "cost": found.cost, "roi": found.roi, "irr": found.irr, "payback": found.payback,
        "kept": found.kept, "worth": found.worth, "break_even": found.break_even,
        "break_even_customers": found.break_even_customers, "margin": sum(found.flows[1:]),
        "budget_left": case.budget - found.cost, "npv_base": found.npv,
    }  # fmt: skip
    for name, value in answers.items():
        expected = "n/a" if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)
        assert find_named(book, f"case_1_{name}").value == expected, name
    for programme in case.programmes:
        own = compute_outcome(take(case, programme.key))
        bought = compute_next(case, programme.key)
        assert bought is not None
        named = {
            "npv": own.npv, "kept": own.kept, "worth": own.worth, "break_even": own.break_even,
            "next_customers": bought.customers, "next_spent": bought.spent, "next_npv": bought.npv,
        }  # fmt: skip
        for name, value in named.items():
            cell = find_named(book, f"case_1_{programme.key}_{name}")
            assert cell.value == pytest.approx(value, rel=1e-9, abs=1e-9), name
    _check_tornado(book.worksheets[1], case)


def _check_tornado(sheet: Worksheet, case: Case) -> None:
    rows = list(sheet.iter_rows(values_only=True))
    first = next(place for place, row in enumerate(rows) if row[0] == "the longest swing first") + 1
    base = compute_outcome(case).npv
    bars = list_bars(case)
    for row, bar in zip(rows[first : first + len(bars)], bars, strict=True):
        assert row[0] == bar.name
        changes = (bar.at_low - base, bar.at_high - base, bar.width)
        assert row[1:4] == pytest.approx(changes, rel=1e-9, abs=1e-6)
