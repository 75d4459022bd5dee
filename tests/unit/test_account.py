"""One customer: the evidence for each change of tier, and what is known at the end of a week."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyses.account.changes import Change, compute_coverage, find_changes
from analyses.account.header import Account, describe_cancellation, describe_no_tier, find_account
from analyses.account.records import SECTIONS, find_present_tables, find_records
from analyses.account.search import MOST_HITS, count_accounts, find_accounts
from analyses.account.words import describe_basis, describe_ended, describe_evidence
from charts.account import TIER_ORDER, compute_spells, plot_mrr_history, plot_tier_history
from charts.theme import TIER_LABELS
from tests.tiny import build_tiny, term
from warehouse.publish import open_published

D = date.fromisoformat
WEEK = D("2026-06-22")
LAST_MONDAY = D("2026-06-29")
MARKUP = "<b>100%</b> _'; drop"
TABLES: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": "markup", "customer_name": MARKUP},
        {"customer_id": "partner", "is_staff_or_partner": True},
        {"customer_id": "prospect"},
        {"customer_id": "trial"},
    ],
    "subscriptions": [
        *(term(each, "2023-01-02", mrr=100) for each in ("angry", "lapsed", "unhappy", "markup")),
        term("silenced", "2023-01-02", mrr=100),
        term("shrunk", "2023-01-02", "2026-02-04", mrr=500),
        term("shrunk", "2026-02-04", mrr=400),
        term("gone", "2023-01-02", "2026-03-03", end_reason="price"),
        term("gone", "2026-07-06", "2027-07-06"),
        term("leaving", "2026-01-05", "2026-12-31", cancelled_on=D("2026-06-28")),
        term("leaving", "2026-01-05", mrr=7),
        term("later", "2026-08-03"),
        term("partner", "2023-01-02"),
        term("trial", "2026-06-01", is_trial=True),
    ],
    "cases": [
        {
            "case_id": "c1", "customer_id": "angry", "kind": "complaint",
            "opened_at": D("2026-01-21"), "closed_at": D("2026-02-17"), "csat": 5,
        },
        {
            "case_id": "c2", "customer_id": "silenced", "kind": "complaint",
            "opened_at": D("2026-01-07"), "closed_at": D("2026-01-09"),
        },
    ],
    "survey_responses": [
        {
            "response_id": "r1", "customer_id": "unhappy", "responded_on": D("2026-03-03"),
            "instrument": "nps", "score": 3,
        },
    ],
    "advocacy_events": [
        {
            "event_id": each, "customer_id": each, "occurred_on": D(day), "kind": "reference",
            "is_solicited": True,
        }
        for each, day in (("lapsed", "2025-01-15"), ("shrunk", "2025-10-01"))
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(build_tiny(TABLES, "2026-06-28")) as connection:
        yield connection


@pytest.fixture(scope="module")
def sample(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        yield cursor


def moves(connection: duckdb.DuckDBPyConnection, customer: str) -> dict[date, Change]:
    return {change.week_start: change for change in find_changes(connection, customer)}


def account_of(connection: duckdb.DuckDBPyConnection, customer: str, week: date = WEEK) -> Account:
    found = find_account(connection, customer, week)
    assert found is not None
    return found


def why(connection: duckdb.DuckDBPyConnection, customer: str, week: date = WEEK) -> str:
    return describe_no_tier(account_of(connection, customer, week), week, has_terms=True)


def test_a_complaint_in_and_its_good_end_out(tiny: duckdb.DuckDBPyConnection) -> None:
    found = moves(tiny, "angry")
    came = found[D("2026-01-19")]
    assert (came.rule, came.to_state, came.is_expired) == ("R1", "actively_dissatisfied", False)
    assert [piece.source_id for piece in came.evidence] == ["c1"]
    # the last Sunday with the case open is 15 Feb; four weeks with that one until 8 Mar
    left = found[D("2026-03-09")]
    assert (left.rule, left.to_state, left.evidence) == ("R5b", "neutral", ())
    assert describe_ended(left) == (
        "complaint, 21 Jan 2026 (closed with a good rating on 17 Feb 2026)"
    )


def test_what_ran_out_is_named(tiny: duckdb.DuckDBPyConnection) -> None:
    # 365 days old on 15 Jan, a Thursday: no evidence that Sunday, and the tier follows a week later
    lost = moves(tiny, "lapsed")[D("2026-01-19")]
    assert (lost.from_state, lost.to_state, lost.is_expired) == ("loyal", "neutral", True)
    assert describe_evidence(lost) == "no evidence any more: it has run out"
    assert describe_ended(lost) == "reference, asked, 15 Jan 2025 (ran out on 15 Jan 2026)"


def test_an_answer_decides_with_its_score(tiny: duckdb.DuckDBPyConnection) -> None:
    change = moves(tiny, "unhappy")[D("2026-03-09")]
    assert (change.rule, change.deciding_week) == ("R2", D("2026-03-09"))
    assert describe_evidence(change) == "NPS detractor 3 of 10, 3 Mar 2026"


def test_a_complaint_that_nobody_answered(tiny: duckdb.DuckDBPyConnection) -> None:
    (change,) = (
        each for each in moves(tiny, "silenced").values() if each.to_state == "dissatisfied"
    )
    assert describe_evidence(change) == "complaint, 7 Jan 2026, never answered"
    assert "nobody answered" in describe_ended(change)


def test_shrinking_is_said_where_no_evidence_changed(tiny: duckdb.DuckDBPyConnection) -> None:
    (change,) = (each for each in moves(tiny, "shrunk").values() if each.from_state == "loyal")
    assert (change.rule, change.is_shrinking, change.was_shrinking) == ("R5a", True, False)
    assert "MRR is below the 500 of a year before" in describe_evidence(change)


def test_an_exit_says_until_when_and_why(tiny: duckdb.DuckDBPyConnection) -> None:
    gone = moves(tiny, "gone")[D("2026-03-02")]
    assert gone.to_state == "churned"
    assert describe_evidence(gone) == "paid until 2 Mar 2026: price"


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        ("partner", "Staff and partners are in no metric."),
        ("prospect", "No paid term so far."),
        ("trial", "No customer yet: a trial only."),
        ("later", "A customer from 3 Aug 2026 on."),
        ("gone", "Lost: paid until 2 Mar 2026, back on 6 Jul 2026."),
    ],
)
def test_why_there_is_no_tier(tiny: duckdb.DuckDBPyConnection, customer: str, reason: str) -> None:
    account = account_of(tiny, customer)
    assert (account.tier, account.mrr) == (None, None)
    assert why(tiny, customer) == reason


def test_a_cancellation_counts_from_the_day_it_is_in(tiny: duckdb.DuckDBPyConnection) -> None:
    before = account_of(tiny, "leaving", WEEK - timedelta(days=7))
    assert describe_cancellation(before) is None
    text = describe_cancellation(account_of(tiny, "leaving"))
    assert text == "Handed in 28 Jun 2026, paid until 30 Dec 2026 (1 of 2 terms)"


def test_an_unknown_id_is_no_account(tiny: duckdb.DuckDBPyConnection) -> None:
    assert find_account(tiny, "nobody", WEEK) is None
    assert find_changes(tiny, "nobody") == ()


@pytest.mark.parametrize("words", ["<B>100", "100%", "'; drop", "MARKUP", "  markup "])
def test_search_takes_words_as_they_are(tiny: duckdb.DuckDBPyConnection, words: str) -> None:
    assert [hit.customer_name for hit in find_accounts(tiny, words, WEEK)] == [MARKUP]


def test_search_lists_the_largest_first(tiny: duckdb.DuckDBPyConnection) -> None:
    hits = find_accounts(tiny, "", WEEK)
    assert hits[0].customer_id == "shrunk"
    assert len(hits) == count_accounts(tiny)
    assert find_accounts(tiny, "%", WEEK) == tuple(h for h in hits if h.customer_id == "markup")


def test_search_has_a_limit(sample: duckdb.DuckDBPyConnection) -> None:
    assert count_accounts(sample) > MOST_HITS == len(find_accounts(sample, "", WEEK))


def test_every_change_of_the_sample_is_explained(sample: duckdb.DuckDBPyConnection) -> None:
    changes = find_changes(sample, None)
    coverage = compute_coverage(changes)
    counted = sample.execute(
        "select count(*), count(*) filter (where is_expired) from fct_tier_moves"
        " where grain = 'week' and direction is not null"
    ).fetchone()
    assert (coverage.changes, coverage.expired) == counted
    assert coverage.changes > 3000
    assert coverage.unexplained == 0
    # a rule other than 'no evidence' has evidence, and only then
    assert all(bool(each.evidence) == (each.rule not in ("R5b", None)) for each in changes)
    # what ran out is named, but where the MRR of a year before or the first year decided
    for each in changes:
        if each.is_expired and not describe_ended(each):
            is_size = each.was_shrinking != each.is_shrinking
            assert is_size or (each.former_rule, each.rule) == ("R4", "R3")
            assert describe_basis(each) == "no new evidence"


def test_evidence_counts_on_the_deciding_sunday(sample: duckdb.DuckDBPyConnection) -> None:
    for change in find_changes(sample, None):
        if change.deciding_week is None:
            continue
        sunday = change.deciding_week + timedelta(days=6)
        assert all(piece.event_on <= sunday < piece.valid_to for piece in change.evidence)
        assert all(piece.valid_to <= sunday for piece in change.ended)
        for pieces in (change.evidence, change.ended):
            days = [piece.event_on for piece in pieces]
            assert days == sorted(days, reverse=True)


def test_the_header_is_that_of_customer_tiers(sample: duckdb.DuckDBPyConnection) -> None:
    for week in (D("2026-11-09"), D("2025-03-03")):
        placed = sample.execute(
            "select customer_id, tier, rule, evidence_status, mrr from customer_tiers"
            " where week_start = ? order by hash(customer_id) limit 15",
            [week],
        ).fetchall()
        for customer, *expected in placed:
            found = account_of(sample, customer, week)
            assert [found.tier, found.rule, found.evidence_status, found.mrr] == expected
            spells = compute_spells(find_changes(sample, customer), D("2026-11-16"))
            assert [s.tier for s in spells if s.valid_from <= week < s.valid_to] == [found.tier]


def test_each_section_reads_its_table(sample: duckdb.DuckDBPyConnection) -> None:
    present = find_present_tables(sample)
    for section in SECTIONS:
        assert section.table in present
        row = sample.execute(
            f"select customer_id, count(*) from {section.table} where customer_id is not null"
            " group by customer_id order by 2 desc, 1 limit 1"
        ).fetchone()
        assert row is not None
        found = find_records(sample, section.name, row[0])
        assert len(found) == row[1]
        assert ("id" in found[0]) == section.is_linked


def test_the_tier_chart_has_a_fixed_order_and_a_gap(tiny: duckdb.DuckDBPyConnection) -> None:
    chart = plot_tier_history(find_changes(tiny, "angry"), LAST_MONDAY, WEEK)
    axis = chart.figure["layout"]["yaxis"]
    assert axis["categoryarray"] == [TIER_LABELS[tier] for tier in TIER_ORDER]
    assert chart.title == "Neutral since the week of 9 Mar 2026, actively dissatisfied before"
    assert sum(row["weeks"] for row in chart.rows) == (LAST_MONDAY - D("2023-01-02")).days // 7
    assert "Actively dissatisfied from 19 Jan 2026" in chart.alt
    left = plot_tier_history(find_changes(tiny, "gone"), LAST_MONDAY, D("2026-01-05"))
    assert left.title == "Neutral until the customer left in the week of 2 Mar 2026"
    assert "Dotted line: the week on show, to 11 Jan 2026" in left.subtitle


def test_the_mrr_chart_starts_at_zero_and_has_its_events(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    rows = find_records(tiny, "movements", "shrunk")
    event = (D("2026-02-01"), "Prices <b>rose</b>")
    chart = plot_mrr_history(rows, D("2026-06-28"), WEEK, D("2023-01-02"), "EUR", events=[event])
    line, marks = chart.figure["data"]
    assert line["y"] == [0, 500, 400, 400]
    assert line["line"]["shape"] == "hv"
    assert chart.figure["layout"]["yaxis"]["rangemode"] == "tozero"
    assert chart.title == "MRR EUR 400, down EUR 100 on a year before"
    assert "Contraction -EUR 100 on 4 Feb 2026" in marks["text"]
    assert "1 Prices <b>rose</b> (1 Feb 2026)" in chart.subtitle
    assert chart.figure["layout"]["annotations"][0]["text"] == "1"
