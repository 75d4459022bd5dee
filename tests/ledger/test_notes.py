"""Notes and approvals: kept beside the ledger, many to a number; a name stands only while its number does."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.approvals import (
    ApprovalRow,
    approve,
    compare_approvals,
    list_approvals,
    withdraw_approval,
)
from ledger.bridge import build_bridges
from ledger.database import VARIABLE, ledger_url, read_ledger
from ledger.notes import MOST_CHARACTERS, add_note, count_notes, list_notes, withdraw_note
from ledger.written import NOTES
from metrics.engine import Record
from metrics.registry import load_metrics
from tests.ledger.company import Company
from tests.tiny import term
from warehouse.errors import StandingError
from warehouse.publish import open_published

METRICS = {name: metric for name, metric in load_metrics().items() if name in ("churn_logo", "mrr")}
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
TERMS = [term("a", "2025-12-01"), term("b", "2025-12-01"), term("c", "2026-01-12")]
LATE = [term("a", "2025-12-01"), term("b", "2025-12-01", "2026-02-10"), term("c", "2026-01-12")]


def write(company: Company, text: str, **more: object) -> int:
    given = {"metric": "mrr", "grain": "month", "period_start": JANUARY, "kind": "comment"}
    return add_note(company.warehouse, **{**given, "author": "Ada", "text": text, **more})  # type: ignore[arg-type]


def texts(company: Company, **asked: object) -> list[str]:
    return [each.text for each in list_notes(company.warehouse, **asked)]  # type: ignore[arg-type]


def test_notes_are_many_and_taken_back_by_a_further_row(company: Company) -> None:
    assert texts(company) == []
    first = write(company, "  Two left\r\nin May  ")
    second = write(company, "Call them", kind="action", metric="churn_logo")
    write(company, "Later", period_start=FEBRUARY)
    assert texts(company) == ["Later", "Call them", "Two left\nin May"]
    assert texts(company, metric="mrr", period_start=JANUARY) == ["Two left\nin May"]
    assert texts(company, grain="week") == []
    assert count_notes(company.warehouse, [JANUARY]) == {
        ("mrr", "month", JANUARY): 1, ("churn_logo", "month", JANUARY): 1,
    }  # fmt: skip
    withdraw_note(company.warehouse, first, "Grace")
    assert list(count_notes(company.warehouse, [JANUARY])) == [("churn_logo", "month", JANUARY)]
    assert texts(company) == ["Later", "Call them"]
    for wrong in (first, 4, 99):
        with pytest.raises(StandingError):
            withdraw_note(company.warehouse, wrong, "Grace")
    rows = company.rows("select note, author, text, withdraws from notes order by note")
    assert rows[0] == (first, "Ada", "Two left\nin May", None)
    assert rows[-1] == (4, "Grace", "", first)
    assert second == 2


def test_a_note_that_nobody_could_print_is_refused_or_mended(company: Company) -> None:
    write(company, "a\x00b\u202ec", author=" Ada\n Lovelace ")
    (kept,) = list_notes(company.warehouse)
    assert (kept.text, kept.author) == ("a b c", "Ada Lovelace")
    for wrong in (
        {"text": " \n"},
        {"text": "x" * (MOST_CHARACTERS + 1)},
        {"author": "\u202e "},
        {"author": "x" * 81},
        {"kind": "rumour"},
    ):
        with pytest.raises(StandingError):
            write(company, **{"text": "fine", **wrong})
    assert len(list_notes(company.warehouse)) == 1


def test_all_who_write_at_once_are_heard(company: Company) -> None:
    """The first of them makes the tables."""
    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(lambda each: write(company, f"note {each}"), range(6)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert sorted(texts(company)) == [f"note {each}" for each in range(6)]


def test_a_reader_sees_one_moment_while_others_write(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of SQLite a writer waits for the reader; of PostgreSQL it does not."""
    monkeypatch.setenv(VARIABLE, postgres_url)
    company = Company(tmp_path, METRICS)
    write(company, "before")
    with read_ledger(ledger_url(tmp_path)) as ledger:
        assert ledger is not None
        count = select(func.count()).select_from(NOTES)
        assert ledger.scalar(count) == 1
        write(company, "meanwhile")
        assert ledger.scalar(count) == 1
    assert texts(company) == ["meanwhile", "before"]


def test_a_note_is_written_while_a_build_is_frozen(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To compare and to build bridges may take minutes; the database is free for as long."""
    company.metrics = METRICS
    company.build({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    numbers: list[int] = []

    def write_meanwhile(*given: Any) -> None:
        numbers.append(write(company, "meanwhile"))
        build_bridges(*given)

    monkeypatch.setattr("ledger.freeze.build_bridges", write_meanwhile)
    assert company.freeze().numbers
    assert (numbers, texts(company)) == ([1], ["meanwhile"])


def test_of_two_who_freeze_at_once_the_second_compares_with_the_first(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.metrics = METRICS
    first = company.build({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    company.build({"subscriptions": LATE}, "2026-03-22", "2026-03-23")
    with monkeypatch.context() as patch:

        def freeze_meanwhile(*given: Any) -> None:
            patch.setattr("ledger.freeze.build_bridges", build_bridges)
            patch.setattr("ledger.freeze.published_build_id", lambda _: first)
            company.freeze()
            build_bridges(*given)

        patch.setattr("ledger.freeze.build_bridges", freeze_meanwhile)
        assert company.freeze().restatements
    builds = company.rows("select build, build_id from builds order by build")
    assert [build_id for _, build_id in builds] == [first, "000002-abcdef"]


def sign(company: Company, metric: str, name: str, period: date = FEBRUARY) -> None:
    with closing(open_published(company.warehouse)) as opened, closing(opened.cursor()) as cursor:
        approve(
            company.warehouse, cursor, opened.build_id, METRICS[metric], "month", period, name
        )  # fmt: skip


def approvals(company: Company, **asked: object) -> Sequence[ApprovalRow]:
    with closing(open_published(company.warehouse)) as opened, closing(opened.cursor()) as cursor:
        return list_approvals(company.warehouse, cursor, METRICS, **asked)  # type: ignore[arg-type]


def test_an_approval_drops_when_its_number_changes(company: Company) -> None:
    """A cancellation of February comes in late: its churn is another, January's MRR is not."""
    company.metrics = METRICS
    company.report({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    sign(company, "churn_logo", "Grace")
    sign(company, "mrr", "Grace", JANUARY)
    sign(company, "mrr", "Ada", JANUARY)
    assert [(each.metric, each.name, each.is_dropped) for each in approvals(company)] == [
        ("mrr", "Ada", False), ("mrr", "Grace", False), ("churn_logo", "Grace", False),
    ]  # fmt: skip
    company.build({"subscriptions": LATE}, "2026-03-22", "2026-03-23")
    (unfrozen,) = approvals(company, metric="churn_logo")
    assert unfrozen.is_dropped
    assert unfrozen.changed_on is None
    company.freeze()
    assert {(each.metric, each.name, each.changed_on) for each in approvals(company)} == {
        ("churn_logo", "Grace", date(2026, 3, 23)), ("mrr", "Grace", None), ("mrr", "Ada", None),
    }  # fmt: skip
    sign(company, "churn_logo", "Grace")
    (again,) = approvals(company, metric="churn_logo")
    assert not again.is_dropped
    withdraw_approval(company.warehouse, "churn_logo", "month", FEBRUARY, "Grace")
    assert approvals(company, metric="churn_logo") == []
    with pytest.raises(StandingError, match="has not approved"):
        withdraw_approval(company.warehouse, "churn_logo", "month", FEBRUARY, "Grace")


def test_a_note_is_written_while_approvals_are_compared(company: Company) -> None:
    """Comparing may take seconds, for which a reader would keep SQLite's file to itself."""
    company.metrics = METRICS
    company.report({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    sign(company, "mrr", "Grace")

    def ask(metric: str, grain: str) -> Sequence[Record]:
        write(company, "meanwhile")
        return []

    (found,) = compare_approvals(company.warehouse, ask)
    assert found.is_dropped
    assert texts(company) == ["meanwhile"]


def test_a_number_of_a_build_that_was_never_frozen_drops_without_a_day(company: Company) -> None:
    """What was reported before it was approved is no day of its change."""
    company.metrics = METRICS
    company.report({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    company.build({"subscriptions": LATE}, "2026-03-22", "2026-03-23")
    sign(company, "churn_logo", "Grace")
    company.report({"subscriptions": TERMS}, "2026-03-29", "2026-03-30")
    (found,) = approvals(company)
    assert (found.is_dropped, found.changed_on) == (True, None)


def test_only_a_number_can_be_approved(company: Company) -> None:
    company.metrics = METRICS
    company.build({"subscriptions": TERMS}, "2026-03-15", "2026-03-16")
    for period, told in ((date(2026, 3, 1), "not over"), (date(2026, 3, 2), "No month starts")):
        with pytest.raises(StandingError, match=told):
            sign(company, "mrr", "Ada", period)
    assert approvals(company) == []
