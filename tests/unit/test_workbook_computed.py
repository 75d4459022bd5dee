"""The workbook computed anew by LibreOffice: every formula gives what the model gives, whatever is typed over."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from analyses.budget.case import Case, Programme, Range
from analyses.budget.model import compute_outcome
from exports.workbook import to_workbook
from tests import libreoffice
from tests.packs import make_case
from tests.workbooks import check_case, find_named, make_two, read, with_case

# What somebody types into the workbook, by its named cells.
CHANGES: dict[str, Mapping[str, Any]] = {
    "one": {},
    "two": {},
    "changed": {"years": 6, "discount_base": 0.2, "rescue_effect_base": 0.15, "rescue_counted": 50, "budget": 1e6},
    "lost": {"win_back_effect_base": 0, "rescue_effect_base": -0.04},
    "unfavourable": {"scenario": "unfavourable"},
}  # fmt: skip


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each workbook without the values it came with, changed, and computed by LibreOffice."""
    if not libreoffice.is_there():
        pytest.skip(libreoffice.MISSING)
    folder = tmp_path_factory.mktemp("computed")
    typed: dict[str, bytes] = {}
    for name, changes in CHANGES.items():
        case = make_case() if name == "one" else make_two()
        book = read(to_workbook(with_case(case), None), values=False)
        for cell, value in changes.items():
            find_named(book, f"case_1_{cell}").value = value
        book.save(folder / "typed.xlsx")  # openpyxl keeps no value beside a formula
        typed[f"{name}.xlsx"] = (folder / "typed.xlsx").read_bytes()
    made = libreoffice.convert(typed, "xlsx", folder)
    return {each.stem: read(each.read_bytes()) for each in made}


def change(case: Case, key: str, **parts: Any) -> Case:
    """The case with a programme's base values, or its counts, replaced."""

    def replaced(programme: Programme) -> Programme:
        values = {
            name: replace(
                getattr(programme, name), range=_move(getattr(programme, name).range, value)
            )
            if name in ("effect", "cost", "margin", "persistence")
            else value
            for name, value in parts.items()
        }
        return replace(programme, **values)

    programmes = tuple(replaced(each) if each.key == key else each for each in case.programmes)
    return replace(case, programmes=programmes)


def _move(found: Range, base: float) -> Range:
    return Range(found.low, base, found.high)


@pytest.mark.parametrize(("name", "case"), [("one", make_case()), ("two", make_two())])
def test_computed_anew_every_formula_is_the_model(
    computed: Mapping[str, Any], name: str, case: Case
) -> None:
    check_case(computed[name], case)


def test_a_changed_assumption_changes_all_that_follows(computed: Mapping[str, Any]) -> None:
    """Years, discount, effect, who is counted and the budget, all typed over."""
    two = make_two()
    discount = replace(two.discount, range=Range(0.08, 0.2, 0.14))
    case = replace(
        two, years=6, budget=1e6, discount=replace(discount, range=Range(0.08, 0.2, 0.2))
    )
    case = change(case, "rescue", effect=0.15, counted=50)
    found = compute_outcome(case)
    book = computed["changed"]
    answers = {
        "npv": found.npv, "irr": found.irr, "payback": found.payback, "roi": found.roi, "kept": found.kept,
        "break_even": found.break_even, "break_even_customers": found.break_even_customers,
        "budget_left": 1e6 - found.cost,
    }  # fmt: skip
    for name, value in answers.items():
        assert find_named(book, f"case_1_{name}").value == pytest.approx(value, rel=1e-9), name


def test_what_never_pays_back_is_not_available(computed: Mapping[str, Any]) -> None:
    book = computed["lost"]
    programmes = make_two().programmes
    low = replace(programmes[0].effect, range=Range(0, 0, 0.8))
    case = replace(make_two(), programmes=(replace(programmes[0], effect=low), programmes[1]))
    case = change(case, "rescue", effect=-0.04)
    assert find_named(book, "case_1_npv").value == pytest.approx(
        compute_outcome(case).npv, rel=1e-9
    )
    for name in ("irr", "payback"):
        assert find_named(book, f"case_1_{name}").value == "n/a"
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet["F"]].count("mend: low <= base <= high") == 1
    assert "no effect shown" in [cell.value for cell in sheet["F"]]


def test_a_scenario_puts_all_ranges_at_one_end(computed: Mapping[str, Any]) -> None:
    book = computed["unfavourable"]
    ends = {"cost": "high", "effect": "low", "margin": "low", "persistence": "low"}
    programmes = tuple(
        replace(
            each,
            **{
                part: replace(
                    getattr(each, part), range=Range(*[getattr(getattr(each, part).range, end)] * 3)
                )
                for part, end in ends.items()
            },
        )
        for each in make_two().programmes
    )
    discount = replace(make_two().discount, range=Range(0.14, 0.14, 0.14))
    worst = compute_outcome(replace(make_two(), programmes=programmes, discount=discount))
    for name in ("npv", "npv_unfavourable"):
        assert find_named(book, f"case_1_{name}").value == pytest.approx(worst.npv, rel=1e-9)
    base = compute_outcome(make_two()).npv
    assert find_named(book, "case_1_npv_base").value == pytest.approx(base, rel=1e-9)
