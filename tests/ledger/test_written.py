"""What people wrote outlives everything: a new version of the tables, later builds, and others who write at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import text

from analyses.board.codec import case_to_json, to_json
from ledger.approvals import approve
from ledger.cases import approve_case, save_case
from ledger.database import ledger_url
from ledger.notes import add_note
from ledger.packs import PackRow, save_pack
from ledger.sendings import begin
from ledger.writer import write_ledger
from metrics.registry import load_metrics
from tests.ledger.company import Company
from tests.packs import make_case, make_pack
from tests.tiny import term
from warehouse.errors import StandingError
from warehouse.publish import open_published

MRR = {"mrr": load_metrics()["mrr"]}
MONTH = date(2026, 2, 1)
TERMS = [term("a", "2025-12-01"), term("b", "2026-01-12")]
LATE = [term("a", "2025-12-01", "2026-02-10"), term("b", "2026-01-12")]
# Each table, with a column that somebody may want to change.
WRITTEN = {
    "notes": "text", "approvals": "name", "packs": "content", "cases": "content",
    "approved_cases": "promised", "sendings": "state",
}  # fmt: skip
PACK, CASE = to_json(make_pack()), case_to_json(make_case())


def add_pack(company: Company) -> None:
    pack = make_pack()
    row = PackRow("2026q3", pack.title, pack.quarter_start, pack.frozen_at, "Ada", "build")
    save_pack(company.warehouse, row, PACK)


def write_all(company: Company) -> None:
    """A row in each table."""
    warehouse = company.warehouse
    add_note(warehouse, "mrr", "month", MONTH, "comment", "Ada", "Two left")
    with closing(open_published(warehouse)) as published:
        cursor = published.cursor()
        approve(warehouse, cursor, published.build_id, MRR["mrr"], "month", MONTH, "Grace")
    add_pack(company)
    case = save_case(warehouse, "Win-back", CASE, "Ada", True)
    approve_case(warehouse, case.key, "Grace", date(2027, 1, 1), "[]")
    begin(warehouse, "brief 2026-W46", ["Board"], "hash", ())


def read_all(company: Company) -> dict[str, list[tuple[object, ...]]]:
    return {name: company.rows(f"select * from {name} order by 1") for name in WRITTEN}


def test_no_build_and_no_hand_rewrites_what_people_wrote(company: Company) -> None:
    company.metrics = MRR
    company.report({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    write_all(company)
    before = read_all(company)
    assert all(before.values())
    company.report({"subscriptions": LATE}, "2026-03-22", "2026-03-23")
    assert company.rows("select count(*) from builds") == [(2,)]
    assert company.rows("select count(*) > 0 from restatements") == [(True,)]
    assert read_all(company) == before
    for name, column in WRITTEN.items():
        for change in (f"delete from {name}", f"update {name} set {column} = 'x'"):
            with (
                pytest.raises(StandingError, match="append-only"),
                write_ledger(ledger_url(company.warehouse)) as ledger,
            ):
                ledger.execute(text(change))
    assert read_all(company) == before


def test_a_ledger_of_numbers_alone_is_brought_up_to_date(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a version of Standing left it that knew nothing of notes."""
    company.metrics = MRR
    with monkeypatch.context() as patch:
        patch.setattr("ledger.writer.VERSION", "0002")
        patch.setattr("ledger.database.VERSION", "0002")
        company.report({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
        numbers = company.rows("select * from numbers order by 1, 2, 3")
        with pytest.raises(StandingError, match="notes"):
            company.rows("select * from notes")
    with pytest.raises(StandingError, match="another version of the code: run a build"):
        company.rows("select 1")
    write_all(company)
    assert company.rows("select * from numbers order by 1, 2, 3") == numbers != []
    assert company.rows("select version_num from alembic_version") == [("0003",)]
    company.report({"subscriptions": LATE}, "2026-03-22", "2026-03-23")
    assert {"Ada", "Two left"} <= set(company.rows("select * from notes")[0])
    assert company.rows("select count(*) > 0 from restatements") == [(True,)]


def test_of_many_who_write_the_same_at_once_one_is_first(company: Company) -> None:
    def run(write: Callable[[int], object]) -> list[str]:
        """What each of four is told, the first of them nothing."""

        def tell(number: int) -> str:
            try:
                write(number)
            except StandingError as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(tell, range(4)))

    first, *others = run(lambda _: add_pack(company))
    assert first == ""
    assert all("There is a pack 2026q3 already" in each for each in others)
    cases = run(lambda each: save_case(company.warehouse, "Win-back", CASE, f"Ada {each}", True))
    assert cases == [""] * 4
    assert company.rows("select version from cases order by 1") == [(1,), (2,), (3,), (4,)]
    start = date(2027, 1, 1)
    first, *others = run(lambda each: approve_case(company.warehouse, 1, "Grace", start, "[]"))
    assert first == ""
    assert all("approved already, by Grace" in each for each in others)
    assert (
        len(company.rows("select * from approved_cases"))
        == len(company.rows("select * from packs"))
        == 1
    )
