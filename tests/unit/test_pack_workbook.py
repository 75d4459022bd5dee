"""The workbook of a pack holds every number of it as a number, and no text of a customer as a formula."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import cli
from analyses.board.codec import to_json
from analyses.board.document import Cell, Slide, Table, Today
from analyses.board.today import GONE
from analyses.budget.case import INSTEAD, Case, Range
from analyses.budget.evidence import NOT_SHOWN
from exports.workbook import to_workbook
from ledger.packs import PackRow, save_pack
from tests.packs import HOSTILE, QUARTER, make_case, make_pack, make_record
from tests.workbooks import cells, check_case, find_named, make_two, read, with_case


def test_every_number_of_the_pack_is_a_number_with_its_definition() -> None:
    pack = make_pack()
    exact = replace(
        pack.numbers[1], value=0.1 + 0.2, denominator=Decimal("100.25"), low=0.01, high=0.085
    )
    sheet = read(to_workbook(replace(pack, numbers=(pack.numbers[0], exact)), None))["Numbers"]
    heads, before, last = sheet.iter_rows(values_only=True)
    row = dict(zip(heads, last, strict=True))
    assert row["value"] == 0.1 + 0.2
    assert (row["numerator"], row["denominator"], row["low"], row["high"]) == (
        3,
        100.25,
        0.01,
        0.085,
    )
    assert (row["metric"], row["name"], row["unit"]) == (
        "churn_logo",
        "Customer churn rate",
        "share (0 to 1)",
    )
    assert row["definition"] == "Customers lost as a share of those at the start."
    assert row["period start"] == datetime(2026, 7, 1)
    assert before[7] == 0.02


def test_a_missing_number_is_empty_with_its_reason() -> None:
    pack = replace(make_pack(), numbers=(make_record(None),))
    heads, values = read(to_workbook(pack, None))["Numbers"].iter_rows(values_only=True)
    row = dict(zip(heads, values, strict=True))
    assert row["value"] is None
    assert row["why there is none"]


def test_what_numbers_would_be_now_stands_beside_them() -> None:
    pack = make_pack()
    now = (make_record(0.02, pack.numbers[0].period_start), make_record(0.05))
    slide = Slide(
        "today",
        "table",
        "One number differs",
        table=Table("now", "Now", ("number",), ((Cell(0.05, "percent"),),)),
    )
    today = Today("later", pack.as_of, now, slide, 1)
    book = read(to_workbook(pack, today))
    heads, same, changed = book["Numbers"].iter_rows(values_only=True)
    assert dict(zip(heads, same, strict=True))["now less then"] == 0
    row = dict(zip(heads, changed, strict=True))
    assert (row["value"], row["now"]) == (0.03, 0.05)
    assert row["now less then"] == pytest.approx(0.02)
    assert book["Now"]["A6"].value == 0.05
    gone = replace(now[-1], value=None, reason=GONE)
    lost = read(to_workbook(pack, replace(today, numbers=(now[0], gone))))["Numbers"]
    row = dict(zip(heads, list(lost.values)[-1], strict=True))
    assert (row["now"], row["why there is none now"]) == (None, "it is no longer in the data")


def test_tables_and_charts_are_sheets_of_numbers() -> None:
    book = read(to_workbook(make_pack(), None))
    largest = {cell.value for cell in cells(book["Largest customers"])}
    assert {HOSTILE, 41250.5, 0.125, datetime(2027, 1, 31), "n/a (no term)"} <= largest
    assert {cell.value for cell in cells(book["Churn"])} >= {0.02, 0.03, 0.006, 0.01, 0.07, 0.085}
    movement = list(book["Movement"].iter_rows(min_row=6, values_only=True))
    assert movement == [("loyal", 30, 2), ("neutral", 5, 60)]
    assert {cell.value for cell in cells(book["Bridge"]) if not isinstance(cell.value, str)} == {
        0,
        1000,
        900,
        100,
        200,
    }
    stated = [cell.value for cell in book["Slides"]["D"] if isinstance(cell.value, int | float)]
    assert stated == [0.03, 0.03, 0.02, 3, 100]


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1+7", "@SUM(1)", "http://x.example", "{=1}", HOSTILE]
)
def test_no_text_of_a_customer_becomes_a_formula_or_a_link(start: str) -> None:
    pack = make_pack()
    table = Table("customers", start, (start,), ((Cell(start),),))
    slide = Slide(start, "table", start, start, (start,), table=table, notes=(start,))
    case = replace(make_case(), name=start)
    note = replace(pack.notes[0], author=start, text=start)
    content = to_workbook(
        replace(pack, title=start, frozen_by=start, slides=(slide,), notes=(note,), cases=(case,)),
        None,
    )
    book = read(content, values=False)
    budget = book.worksheets[1]
    for sheet in book.worksheets:
        formulas = [cell for cell in cells(sheet) if cell.data_type == "f"]
        assert sheet is budget or not formulas
        assert not any(start in cell.value for cell in formulas)
    assert [cell.data_type for cell in book["Customers"]["A"] if cell.value == start] == ["s"] * 6
    assert not any(link.target for sheet in book.worksheets for link in sheet._hyperlinks)


def test_characters_that_no_file_may_hold_are_left_out() -> None:
    """A name from a CRM may hold any; a workbook with one could not be opened."""
    bad = "a\x07b\x0b\ud800\uffffc"
    chart = replace(make_pack().slides[2].chart or pytest.fail("no chart"), alt=bad)
    slide = Slide(
        bad, "chart", bad, bad, (bad,), chart=chart, table=Table(bad, bad, (bad,), ((Cell(bad),),))
    )
    case = replace(make_case(), name=bad)
    pack = replace(make_pack(), title=bad, frozen_by=bad, name=bad, slides=(slide,), cases=(case,))
    book = read(to_workbook(pack, None))
    assert book["Contents"]["A1"].value == "a b   c"
    assert book["A b   c"]["A1"].value == "a b   c"


def test_the_file_has_no_macro_and_no_link_outside() -> None:
    with zipfile.ZipFile(io.BytesIO(to_workbook(make_pack(), None))) as parts:
        names = parts.namelist()
        texts = [parts.read(name).decode() for name in names if name.endswith((".xml", ".rels"))]
    assert not [name for name in names if re.search(r"vba|external|macro|connections", name, re.I)]
    assert not [text for text in texts if 'TargetMode="External"' in text]


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert to_workbook(make_pack(), None) == to_workbook(make_pack(), None)


def test_sheets_of_one_name_are_told_apart() -> None:
    table = Table("x" * 40, "Long", ("a",), ((Cell(1, "count"),),))
    slides = tuple(Slide(f"s{place}", "table", "Long", table=table) for place in range(3))
    book = read(to_workbook(replace(make_pack(), slides=slides), None))
    assert [name for name in book.sheetnames if name.startswith("Xx")] == [
        "X" + "x" * 30,
        "X" + "x" * 28 + " 2",
        "X" + "x" * 28 + " 3",
    ]


@pytest.mark.parametrize("case", [make_case(), make_two()], ids=["one", "two"])
def test_the_value_beside_each_formula_is_that_of_the_model(case: Case) -> None:
    book = read(to_workbook(with_case(case), None))
    check_case(book, case)


def test_an_effect_against_own_data_is_marked_on_its_sheet() -> None:
    (programme,) = make_case().programmes
    source = f"{INSTEAD}, {NOT_SHOWN}: a holdout"
    against = replace(programme, effect=replace(programme.effect, source=source))
    case = replace(make_case(), programmes=(against,))
    book = read(to_workbook(with_case(case), None))
    effect = find_named(book, "case_1_win_back_effect_low")
    assert effect.parent.cell(effect.row, 6).value == "against own data"
    caveat = "Budget case: Win-back 2027, its effect assumed against own data"
    assert effect.parent["A1"].value == caveat


def test_a_case_that_never_pays_back_says_so() -> None:
    programme = make_case().programmes[0]
    nothing = replace(programme.effect, range=Range(0, 0, 0))
    case = replace(make_case(), programmes=(replace(programme, effect=nothing),))
    book = read(to_workbook(with_case(case), None))
    assert [
        find_named(book, f"case_1_{name}").value for name in ("npv", "irr", "payback", "roi")
    ] == [
        -60_000,
        "n/a",
        "n/a",
        -1,
    ]
    free = replace(programme, cost=replace(programme.cost, range=Range(0, 0, 0)))
    book = read(to_workbook(with_case(replace(make_case(), programmes=(free,))), None))
    names = ("roi", "irr", "payback", "break_even", "win_back_next_npv")
    assert [find_named(book, f"case_1_{name}").value for name in names] == [
        "n/a",
        "n/a",
        0,
        0,
        "n/a",
    ]


def test_every_named_cell_is_in_the_contents() -> None:
    book = read(to_workbook(with_case(make_two()), None))
    told = {cell.value for cell in book["Contents"]["A"]}
    names = {name for name in book.defined_names if name.startswith("case_")}
    assert len(names) > 60
    assert names <= told
    assert QUARTER.isoformat() in book["Contents"]["B5"].value


def test_the_message_of_a_case_follows_its_break_even() -> None:
    """45 pay it back; of 40 counted it cannot keep so many; at no cost there is nothing to pay back."""
    programme = make_case().programmes[0]

    def tell(**changes: Any) -> str:
        case = replace(make_case(), currency="USD", programmes=(replace(programme, **changes),))
        sheet = read(to_workbook(with_case(case), None)).worksheets[1]
        assert "USD" in sheet["B13"].number_format
        column = [cell.value for cell in sheet["A"]]
        return str(column[column.index("Answers") + 1])

    assert tell() == "Pays back if it keeps 45 customers who would have left"
    beyond = "Would have to keep 45 customers who would have left, and reaches 40"
    assert tell(counted=40) == beyond
    assert tell(cost=replace(programme.cost, range=Range(0, 0, 0))) == "Costs nothing"
    worthless = replace(programme.margin, range=Range(0, 0, 0))
    assert tell(margin=worthless) == "No number of customers pays it back"


def test_the_command_writes_the_newest_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, out = make_pack(), tmp_path / "pack.xlsx"
    row = PackRow(pack.name, pack.title, QUARTER, pack.frozen_at, "Ada", "build")
    save_pack(tmp_path, row, to_json(pack))
    assert cli.main(["workbook", "--warehouse", str(tmp_path), "--out", str(out)]) == 0
    assert "the pack 2026q3, 2 numbers" in capsys.readouterr().out
    assert out.read_bytes() == to_workbook(pack, None)
    asked = ["workbook", "--warehouse", str(tmp_path), "--pack", "other", "--out", str(out)]
    assert cli.main(asked) == 2
    assert "There is no pack other" in capsys.readouterr().err
