"""A frozen pack stays what it was, whatever is loaded later."""

import datetime as dt
import json
from contextlib import closing
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import insert

import cli
from analyses.board.document import Pack, Slide
from analyses.board.freeze import Given, freeze_pack, read_frozen, read_today
from analyses.board.quarter import find_quarter
from analyses.board.restated import is_other
from ledger.approvals import approve
from ledger.database import ledger_url
from ledger.notes import add_note
from ledger.packs import PackRow, list_packs, read_pack, save_pack
from ledger.writer import write_ledger
from ledger.written import PACKS
from metrics.registry import load_metrics
from tests.ledger.company import Company
from tests.tiny import term
from warehouse.errors import StandingError
from warehouse.publish import open_published

QUARTER = dt.date(2026, 7, 1)
GIVEN = Given("2026Q3", "Board pack of the summer", by="Ada")


def make_terms(lost: int, on: str = "2026-08-10") -> list[dict[str, Any]]:
    """Forty customers; some of them leave on a day of 2026, and one pays from June on."""
    ended = [on] * lost + [None] * (40 - lost)
    return [
        *(term(f"c{place}", "2025-01-06", end) for place, end in enumerate(ended)),
        term("late", "2026-06-01"),
    ]


def test_a_pack_is_the_same_after_a_load_that_changes_its_quarter(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    pack = freeze_pack(company.warehouse, GIVEN)
    frozen = read_pack(company.warehouse)
    company.build({"subscriptions": make_terms(4)}, "2026-10-25", "2026-10-26")
    assert read_pack(company.warehouse, "2026q3") == frozen
    assert read_frozen(company.warehouse) == pack
    (row,) = list_packs(company.warehouse)
    assert (row.name, row.frozen_by, row.quarter_start) == ("2026q3", "Ada", QUARTER)
    churn = next(
        each
        for each in pack.numbers
        if (each.metric, each.period_start, each.dimension) == ("churn_logo", QUARTER, None)
    )
    assert (churn.numerator, churn.denominator) == (2, 41)
    today = read_today(company.warehouse, pack)
    assert today is not None
    now = dict(zip(pack.numbers, today.numbers, strict=True))[churn]
    assert (now.numerator, now.denominator) == (4, 41)
    assert "customer churn of Q3 2026 9.8 % in place of 4.9 %" in today.slide.title
    assert today.changed == sum(
        is_other(each, other) for each, other in zip(pack.numbers, today.numbers, strict=True)
    )
    with pytest.raises(StandingError, match="There is a pack 2026q3 already"):
        freeze_pack(company.warehouse, GIVEN)


def test_a_quarter_that_is_not_over_or_not_there_is_refused(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    with pytest.raises(StandingError, match="2026Q4 is not over"):
        freeze_pack(company.warehouse, Given("2026Q4", "Too early"))
    for label in ("2031Q1", "3", "Q", " "):
        with pytest.raises(StandingError, match=f"no quarter '{label}': the closed ones are"):
            freeze_pack(company.warehouse, Given(label, "Not there"))
    with pytest.raises(StandingError, match=r"cannot be named '\.\./etc'"):
        freeze_pack(company.warehouse, Given("2026Q3", "Elsewhere", name="../etc"))
    assert not list_packs(company.warehouse)


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_the_next_pack_tells_what_was_restated_since(company: Company) -> None:
    """Two of 41 had left in the second quarter as the first pack had it; now it is three."""
    company.report({"subscriptions": make_terms(2, "2026-05-10")}, "2026-07-12", "2026-07-13")
    freeze_pack(company.warehouse, Given("2026Q2", "Spring"))
    start = dt.date(2026, 7, 1)
    add_note(company.warehouse, "churn_logo", "quarter", start, "action", "Ada", "Called all 38")
    add_note(
        company.warehouse, "churn_logo", "quarter", start, "decision", "Ada", "Two more people"
    )
    add_note(company.warehouse, "adv_net", "quarter", start, "comment", "Ada", "Better")
    add_note(company.warehouse, "churn_logo", "quarter", start, "action", "Bob", "Wrote to 3")
    company.report({"subscriptions": make_terms(3, "2026-05-10")}, "2026-10-11", "2026-10-12")
    sign(company, "churn_logo", "Grace")
    pack = freeze_pack(company.warehouse, GIVEN)
    slides = {each.key: each for each in pack.slides}
    assert pack.previous == "2026q2"
    headlines = slides["headlines"]
    assert headlines.table is not None
    churn = headlines.table.rows[0]
    assert [churn[place].value for place in (4, 5, 7, 8)] == [
        3 / 40, 2 / 40, "(1) Called all 38 (2) Wrote to 3", "Two more people",
    ]  # fmt: skip
    assert headlines.lines[0] == (
        "Customer churn rate in Q2 2026 was reported as 5.0 % and now is 7.5 %: late data +2.5 pp."
    )
    assert slides["restated"].title.endswith(
        "restated since pack 2026q2: customer churn rate of Q2 2026 7.5 % in place of 5.0 %"
    )
    means = "Late data: entered in the CRM after the quarter was reported."
    assert means in slides["restated"].lines
    assert means in headlines.notes
    assert slides["signoff"].title == "1 of 5 headline numbers of Q3 2026 are approved"
    assert slides["signoff"].table is not None
    assert str(slides["signoff"].table.rows[0][2].value).startswith("Grace on ")
    assert slides["notes"].table is not None
    named = [row[0].value for row in slides["notes"].table.rows]
    assert named == [*["Customer churn rate"] * 3, "Net advocacy"]


def sign(company: Company, metric: str, name: str) -> None:
    with closing(open_published(company.warehouse)) as opened:
        approve(
            company.warehouse, opened.cursor(), opened.build_id, load_metrics()[metric], "quarter", QUARTER, name
        )  # fmt: skip


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_an_approval_that_dropped_stays_on_the_slide_with_what_it_was(company: Company) -> None:
    """Of 41 customers two had left when the churn was approved, then four; the MRR was that of 39."""
    company.report({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    sign(company, "churn_logo", "Ruth")
    sign(company, "mrr", "Ada")
    sign(company, "cust_new", "Ada")
    company.report({"subscriptions": make_terms(4)}, "2026-10-25", "2026-10-26")
    slide = find_slide(freeze_pack(company.warehouse, GIVEN), "signoff")
    assert slide.title == (
        "0 of 5 headline numbers of Q3 2026 are approved; 2 approvals dropped since the number changed"
    )
    assert slide.table is not None
    told = [(str(row[0].value), str(row[2].value)) for row in slide.table.rows]
    assert told[0] == ("Customer churn rate", "Ruth, dropped 26 Oct 2026: was 4.9 %")
    assert {each for _, each in told[1:5]} == {"nobody yet"}
    assert told[5] == ("Other numbers that were approved", "")
    assert told[6][1].startswith("Ada on ")
    assert told[7:] == [("Monthly recurring revenue", "Ada, dropped 26 Oct 2026: was EUR 3,900")]


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_corrected_pack_says_what_the_board_was_told_before(company: Company) -> None:
    """Two of 41 had left as the first pack of the quarter had it, four as the next, which had no pack of Q2."""
    company.report({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    freeze_pack(company.warehouse, GIVEN)
    company.report({"subscriptions": make_terms(4)}, "2026-10-25", "2026-10-26")
    corrected = freeze_pack(company.warehouse, replace(GIVEN, name="corrected"))
    restated = "churn rate of Q3 2026 9.8 % in place of 4.9 %"
    headlines, slide = corrected.slides[1], find_slide(corrected, "restated")
    assert headlines.table is not None
    assert headlines.table.rows[0][5].value == 2 / 41
    assert headlines.subtitle.endswith("as last reported: Q3 2026 in pack 2026q3")
    assert headlines.lines[0] == (
        "Customer churn rate in Q3 2026 was reported as 4.9 % in pack 2026q3 and now is 9.8 %: late data +4.9 pp."
    )
    assert slide.title.endswith(f"restated since pack 2026q3: customer {restated}")
    # The pack of the quarter before says nothing of this one, though it is frozen after it.
    freeze_pack(company.warehouse, Given("2026Q2", "Spring"))
    company.report({"subscriptions": make_terms(5)}, "2026-10-25", "2026-10-27")
    third = freeze_pack(company.warehouse, replace(GIVEN, name="third"))
    assert third.previous == "2026q2"
    title = find_slide(third, "restated").title
    assert "restated since packs 2026q2 and corrected: " in title
    assert title.endswith("churn rate of Q3 2026 12.2 % in place of 9.8 %")
    # A pack of the quarter before is held against what was told of it, not against the later one.
    assert freeze_pack(company.warehouse, Given("2026Q2", "Again", "q2b")).previous == "2026q2"


def find_slide(pack: Pack, key: str) -> Slide:
    return next(each for each in pack.slides if each.key == key)


def test_a_pack_that_was_changed_in_the_database_is_refused(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    row = PackRow("old", "Old", QUARTER, dt.datetime(2026, 10, 12), "Ada", "b")
    save_pack(company.warehouse, row, "{}")
    with write_ledger(ledger_url(company.warehouse)) as ledger:
        other = {
            **asdict(row),
            "name": "new",
            "pack": 2,
            "content": '{"a": 1}',
            "hash": "of another",
        }
        ledger.execute(insert(PACKS), other)
    assert read_pack(company.warehouse, "old") == "{}"
    with pytest.raises(
        StandingError, match="pack was kept by a version of Standing that this one cannot read"
    ):
        read_frozen(company.warehouse, "old")
    with pytest.raises(StandingError, match="new no longer is what was frozen"):
        read_pack(company.warehouse)


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_a_quarter_is_named_as_the_fiscal_year_has_it(company: Company) -> None:
    """With a fiscal year from February to January the quarter from May 2026 on is the second of 2027."""
    company.build(
        {"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12", fiscal_year_first_month=2
    )
    with closing(open_published(company.warehouse)) as published:
        for label in ("FY2027Q2", "2027q2", "Q2 FY2027"):
            assert find_quarter(published.cursor(), label).start == dt.date(2026, 5, 1)


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_the_commands_freeze_a_pack_and_tell_then_and_now(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    asked = ["--warehouse", str(company.warehouse)]
    assert cli.main(["freeze", "--quarter", "2026Q3", "--title", "Summer", *asked]) == 0
    assert capsys.readouterr().out.startswith("Frozen as 2026q3: 2026Q3 as of 2026-10-11,")
    company.build({"subscriptions": make_terms(4)}, "2026-10-25", "2026-10-26")
    told = ["packs", "--pack", "2026q3", "--changed", "--format", "json", *asked]
    assert cli.main(told) == 0
    rows = json.loads(capsys.readouterr().out)
    (churn,) = [
        row
        for row in rows
        if (row["metric"], row["dimension"], row["period_start"])
        == ("churn_logo", None, "2026-07-01")
    ]
    assert (churn["then"], churn["now"]) == (2 / 41, 4 / 41)
    assert all(row["is_other"] for row in rows)
    assert cli.main(["packs", "--changed", *asked]) == 2
    assert "--changed needs --pack" in capsys.readouterr().err


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)
def test_another_definition_or_setting_is_told_beside_the_numbers_of_now(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    pack = freeze_pack(company.warehouse, GIVEN)
    other = [
        replace(each, hash="of then") if each.metric == "churn_logo" else each
        for each in pack.definitions
    ]
    numbers = [
        replace(each, value=0.5) if each.metric == "churn_logo" and each.value else each
        for each in pack.numbers
    ]
    settings = {**pack.settings, "gross_margin": "0.7"}
    then = replace(
        pack, definitions=tuple(other), numbers=tuple(numbers), settings=settings, build_id="old"
    )
    today = read_today(company.warehouse, then)
    assert today is not None
    assert today.slide.table is not None
    assert today.slide.table.rows[0][-1].value == "definition changed (version 1 to 1)"
    assert today.slide.lines[-1] == "Settings that are others now: gross_margin 0.7, now 0.8."
