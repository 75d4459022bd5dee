"""Tiers: the product on the test vectors of the definitions, and at the edges of its rules."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any

import duckdb
import pytest

from tests.reference.vectors import (
    AS_OF,
    COMPLAINT,
    ESCALATION,
    RENEWAL,
    SEQUENCES,
    STEADY,
    VECTORS,
    Rows,
    act,
    answer,
    case,
    day,
    referral,
    usage_drop_in_week,
)
from tests.tiny import build_tiny, fill_tables, rows_of
from warehouse.settings import Settings, store_settings
from warehouse.transform import FOLDER

TIERS = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")
MONDAY = dt.date(2026, 1, 5)

Evidence = dict[str, Rows]


def threat(occurred: str) -> Evidence:
    """A conversation in which the customer threatens to leave."""
    row = {"occurred_on": day(occurred), "kind": "call", "theme": "cancel_threat"}
    return {"activities": [row]}


def review(occurred: str, rating: int | None, **more: Any) -> Evidence:
    """A review, of its own accord unless said."""
    row = {"occurred_on": day(occurred), "kind": "review", "rating": rating}
    return {"advocacy_events": [{"is_solicited": False, **row, **more}]}


def late_payment(occurred: str) -> Evidence:
    """A bill paid late."""
    return {"billing_events": [{"occurred_on": day(occurred), "kind": "late_payment"}]}


def complaint(opened: str, closed: str | None = None, **more: Any) -> Evidence:
    """A complaint."""
    return {"cases": [case(opened, closed, **{**COMPLAINT, **more})]}


def answers(*given: dict[str, Any]) -> Evidence:
    """Answers to surveys."""
    return {"survey_responses": list(given)}


def acts(*given: dict[str, Any]) -> Evidence:
    """Acts of advocacy."""
    return {"advocacy_events": list(given)}


def both(*parts: Evidence) -> Evidence:
    """All of this evidence."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [row for part in parts for row in part.get(name, [])] for name in names}


def raised(change_reason: str | None) -> Evidence:
    """A rise of the MRR."""
    before = {"started_on": day("2023-06-01"), "ended_on": day("2026-02-01"), "mrr": 100}
    after = {"started_on": day("2026-02-01"), "ended_on": None, "mrr": 110}
    return {"subscriptions": [before, {**after, "change_reason": change_reason}]}


def contraction(lowered: str) -> Evidence:
    """A fall of the MRR, to what it was a year before."""
    before = {"started_on": day("2023-06-01"), "ended_on": day("2025-07-01"), "mrr": 100}
    higher = {"started_on": day("2025-07-01"), "ended_on": day(lowered), "mrr": 120}
    after = {"started_on": day(lowered), "ended_on": None, "mrr": 100}
    return {"subscriptions": [before, {**higher, "change_reason": "price"}, after]}


PROMOTER = answers(answer("nps", 9, "2026-03-01"))

# Name -> evidence, and the rule that decides on Sunday 2026-06-28.
EDGES: dict[str, tuple[Evidence, str]] = {
    "closed on the as-of day, its own CSAT makes it good": (
        complaint("2026-06-01", "2026-06-28", csat=4),
        "R5b",
    ),
    "closed a day after, it is open": (complaint("2026-06-01", "2026-06-29", csat=5), "R1"),
    "a CSAT of 3 does not make it good": (complaint("2026-06-01", "2026-06-10", csat=3), "R1"),
    "an open case counts for 364 days": (complaint("2025-06-29"), "R1"),
    "and no longer at 365": (complaint("2025-06-28"), "R5b"),
    "an open case cannot be superseded": (
        both(complaint("2026-01-01"), acts(referral("2026-05-01"))),
        "R1",
    ),
    "a positive act on the day of closing is not after it": (
        both(complaint("2026-05-01", "2026-06-01"), acts(act("2026-06-01"))),
        "R1",
    ),
    "a positive act on the next day is": (
        both(complaint("2026-05-01", "2026-06-01"), acts(act("2026-06-02"))),
        "R4",
    ),
    "a passive answer does not supersede": (
        both(complaint("2026-05-01", "2026-05-10"), answers(answer("nps", 7, "2026-06-01"))),
        "R1",
    ),
    "an escalated complaint is one event": (
        complaint("2026-03-30", "2026-04-02", is_escalated=True),
        "R2",
    ),
    "an incident that nobody escalated is nothing": (
        {"cases": [case("2026-06-01", kind="incident", is_escalated=False)]},
        "R5b",
    ),
    "a threat to leave, 89 days old": (threat("2026-03-31"), "R1"),
    "a threat to leave, 90 days old, is still unanswered": (threat("2026-03-30"), "R2"),
    "a promoter's answer after it is an answer": (
        both(threat("2026-06-01"), answers(answer("nps", 9, "2026-06-02"))),
        "R5a",
    ),
    "a low answer with a complaint is a voice": (
        answers({**answer("nps", 6, "2026-06-01"), "is_complaint": True}),
        "R1",
    ),
    "so is one with a comment, where nobody says whether it is a complaint": (
        answers({**answer("csat", 2, "2026-06-01"), "comment": "Too slow."}),
        "R1",
    ),
    "a blank comment is none": (
        answers({**answer("csat", 2, "2026-06-01"), "comment": "  "}),
        "R2",
    ),
    "a comment that is known to be no complaint is no voice": (
        answers({**answer("nps", 6, "2026-06-01"), "comment": "Well.", "is_complaint": False}),
        "R2",
    ),
    "a passive answer with a complaint is no voice": (
        answers({**answer("nps", 7, "2026-06-01"), "is_complaint": True}),
        "R5a",
    ),
    "a review of rating 2 is public, 179 days": (review("2025-12-31", 2), "R1"),
    "then only unanswered": (review("2025-12-30", 2), "R2"),
    "a review of rating 3 is nothing": (review("2026-06-01", 3), "R5b"),
    "a review without a rating is nothing": (review("2026-06-01", None), "R5b"),
    "a review of rating 4 is praise": (review("2026-06-01", 4), "R4"),
    "a speech of rating 2 is nothing": (review("2026-06-01", 2, kind="speaking"), "R5b"),
    "a speech without a rating is praise": (review("2026-06-01", None, kind="speaking"), "R4"),
    "two referrals, one for a reward": (
        acts(referral("2026-02-02"), {**referral("2026-04-02"), "reward_code": "GIFT"}),
        "R3",
    ),
    "two referrals, both for a reward, are solicited": (
        acts(
            {**referral("2026-02-02"), "reward_code": "GIFT"},
            {**referral("2026-04-02"), "reward_code": "GIFT"},
        ),
        "R4",
    ),
    "two unsolicited acts on one day are one date": (
        acts(referral("2026-04-02"), act("2026-04-02", "introduction", is_solicited=False)),
        "R4",
    ),
    "NPS counts before a later CSAT": (
        answers(answer("nps", 9, "2026-03-01"), answer("csat", 1, "2026-06-01")),
        "R5a",
    ),
    "without NPS the latest of CSAT and CES counts": (
        answers(answer("csat", 5, "2026-03-01"), answer("ces", 3, "2026-06-01")),
        "R2",
    ),
    "an NPS answer that has expired lets CSAT speak": (
        answers(answer("nps", 2, "2025-06-28"), answer("csat", 5, "2026-03-01")),
        "R5a",
    ),
    "of two NPS answers on one day the last by id counts": (
        answers(
            {**answer("nps", 9, "2026-03-01"), "response_id": "b"},
            {**answer("nps", 2, "2026-03-01"), "response_id": "a"},
        ),
        "R5a",
    ),
    "a detractor who then praises is none": (
        both(answers(answer("nps", 2, "2026-03-01")), acts(act("2026-03-02"))),
        "R4",
    ),
    "on the same day the praise is not later": (
        both(answers(answer("nps", 2, "2026-03-01")), acts(act("2026-03-01"))),
        "R2",
    ),
    "a promoter who renews is loyal": (both(PROMOTER, {"opportunities": [RENEWAL]}), "R4"),
    "a promoter who grows is loyal": (both(PROMOTER, raised(None)), "R4"),
    "a rise of the price is no growth": (both(PROMOTER, raised("price")), "R5a"),
    "a rise of the price alone is no evidence": (raised("price"), "R5b"),
    "a lost renewal is none": ({"opportunities": [{**RENEWAL, "is_won": False}]}, "R5b"),
    "a promoter who renews and praises is an advocate": (
        both(PROMOTER, {"opportunities": [RENEWAL]}, acts(referral("2026-04-02"))),
        "R3",
    ),
    "two late payments are one kind": (
        both(late_payment("2026-05-01"), late_payment("2026-06-01")),
        "R5b",
    ),
    "a late payment and a drop of usage are two kinds": (
        both(late_payment("2026-05-01"), {"usage": usage_drop_in_week("2026-05-25")}),
        "R2",
    ),
    "unless a promoter answers later": (
        both(
            late_payment("2026-05-01"),
            {"usage": usage_drop_in_week("2026-05-25")},
            answers(answer("ces", 7, "2026-06-01")),
        ),
        "R5a",
    ),
    "an answer on the day of the newest is not later": (
        both(
            late_payment("2026-05-01"),
            {"usage": usage_drop_in_week("2026-05-25")},
            answers(answer("ces", 7, "2026-05-31")),
        ),
        "R2",
    ),
    "a drop of usage 90 days old is out": (
        both(late_payment("2026-05-01"), {"usage": usage_drop_in_week("2026-03-23")}),
        "R5b",
    ),
    "a late payment 90 days old is out": (
        both(late_payment("2026-03-30"), {"usage": usage_drop_in_week("2026-05-25")}),
        "R5b",
    ),
    "so is a contraction": (both(contraction("2026-03-30"), late_payment("2026-06-01")), "R5b"),
    "at 89 days it counts": (both(contraction("2026-03-31"), late_payment("2026-06-01")), "R2"),
    "an answer on the as-of day counts": (answers(answer("nps", 5, "2026-06-28")), "R2"),
    "an act on the as-of day counts": (acts(act("2026-06-28")), "R4"),
    "what comes later does not": (
        both(
            answers(answer("nps", 5, "2026-06-29")), acts(act("2026-06-29")), threat("2026-06-29")
        ),
        "R5b",
    ),
    "an escalation beats praise": (
        both({"cases": [case("2026-06-20", **ESCALATION)]}, acts(act("2026-06-25"))),
        "R1",
    ),
}


@pytest.fixture(scope="module")
def judged() -> Iterator[dict[str, tuple[str, str, str]]]:
    """Raw tier, rule and evidence status of every customer at the end of Sunday 2026-06-28."""
    cases = {name: evidence for name, evidence, *_ in VECTORS}
    cases |= {name: evidence for name, (evidence, _) in EDGES.items()}
    tables: Evidence = {}
    for customer, evidence in cases.items():
        for name, rows in {"subscriptions": STEADY, **evidence}.items():
            for row in rows:
                own = {
                    key: f"{customer}, {text}" for key, text in row.items() if key.endswith("_id")
                }
                tables.setdefault(name, []).append({**row, **own, "customer_id": customer})
    with closing(build_tiny(tables, AS_OF.isoformat())) as connection:
        found = rows_of(
            connection,
            "select customer_id, raw_tier, rule, evidence_status from fct_tier_spells"
            " where valid_to is null",
        )
        yield {customer: (tier, rule, status) for customer, tier, rule, status in found}


@pytest.mark.parametrize(
    ("name", "tier", "rule", "status"),
    [pytest.param(name, *expected, id=name) for name, _, *expected in VECTORS],
)
def test_vector(
    judged: dict[str, tuple[str, str, str]], name: str, tier: str, rule: str, status: str | None
) -> None:
    assert judged[name] == (tier, rule, status or "evidence")


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, (_, rule) in EDGES.items()])
def test_edge(judged: dict[str, tuple[str, str, str]], name: str, rule: str) -> None:
    assert judged[name][1] == rule


def publish(sequences: list[str], **settings: Any) -> list[str]:
    """The published tiers of raw ones, week by week, by the product's SQL."""
    lasts = MONDAY + dt.timedelta(weeks=max(map(len, sequences)))
    with closing(duckdb.connect()) as connection:
        fill_tables(connection, {})
        store_settings(connection, Settings(**settings))
        connection.execute("create table build_info as select cast(? as date) as as_of", [lasts])
        connection.execute("create table fct_customers (customer_id integer, slice_id integer)")
        connection.execute(
            "create table fct_raw_tiers (customer_id integer, run_number integer, valid_from date,"
            " valid_to date, rule varchar, tier_rank integer, evidence_status varchar)"
        )
        for customer, sequence in enumerate(sequences):
            connection.execute("insert into fct_customers values (?, 0)", [customer])
            for week, rank in enumerate(sequence):
                start = MONDAY + dt.timedelta(weeks=week)
                # One row a week; the rule alternates, as evidence may change within a tier.
                row = [customer, start, start + dt.timedelta(weeks=1), f"R{week % 2}", int(rank)]
                connection.execute(
                    "insert into fct_raw_tiers values (?, 1, ?, ?, ?, ?, 'evidence')", row
                )
        sql = (FOLDER / "facts" / "fct_tier_spells.sql").read_text(encoding="utf-8")
        spells = rows_of(connection, f"select customer_id, valid_from, valid_to, tier from ({sql})")
    published = [[""] * len(sequence) for sequence in sequences]
    for customer, first, last, tier in spells:
        for week in range((first - MONDAY).days // 7, (last - MONDAY).days // 7):
            assert not published[customer][week], "two tiers in one week"
            published[customer][week] = str(TIERS.index(tier) + 1)
    return ["".join(weeks) for weeks in published]


def test_worked_sequences() -> None:
    assert publish([raw for raw, _ in SEQUENCES]) == [published for _, published in SEQUENCES]


@pytest.mark.parametrize("hold_weeks", [1, 2, 4, 7])
def test_published_tier_is_the_rule_of_the_definition(hold_weeks: int) -> None:
    """The definition as a recursion, said plainly, on random sequences."""
    random = Random(hold_weeks)
    sequences = ["".join(random.choices("12345", (1, 3, 4, 4, 3), k=16)) for _ in range(12)]
    expected: list[str] = []
    for sequence in sequences:
        raw = [int(rank) for rank in sequence]
        slow = raw[:1]
        for week in range(1, len(raw)):
            low, high = sorted(raw[week - 1 : week + 1])
            is_held = 1 in raw[max(0, week - hold_weeks + 1) : week + 1]
            slow.append(1 if is_held else min(max(slow[-1], low), high))
        expected.append("".join(map(str, slow)))
    assert publish(sequences, hold_weeks=hold_weeks) == expected


def test_a_tier_follows_evidence_over_the_weeks() -> None:
    """A complaint that is closed well: in at once, out after four weeks free of it."""
    evidence = complaint("2026-05-06", "2026-05-12", csat=5)
    tables = {"subscriptions": STEADY, **both(evidence, acts(act("2026-01-15")))}
    tables = {
        name: [{**row, "customer_id": "one"} for row in rows] for name, rows in tables.items()
    }
    spells = (
        "select cast(valid_from as varchar), cast(valid_to as varchar), tier, rule"
        " from fct_tier_spells where valid_from >= date '2026-05-04' order by valid_from"
    )
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        assert rows_of(connection, spells) == [
            ("2026-05-04", "2026-05-11", "actively_dissatisfied", "R1"),
            ("2026-05-11", "2026-06-01", "actively_dissatisfied", "R4"),
            ("2026-06-01", None, "loyal", "R4"),
        ]
        changed = rows_of(
            connection,
            "select cast(week_start as varchar), previous_tier, tier from customer_tiers"
            " where tier <> previous_tier order by week_start desc limit 2",
        )
    assert changed == [
        ("2026-06-01", "actively_dissatisfied", "loyal"),
        ("2026-05-04", "loyal", "actively_dissatisfied"),
    ]
    # on the Saturday the week that makes it loyal is not over
    with closing(build_tiny(tables, "2026-06-06")) as connection:
        assert rows_of(connection, spells)[-1][2:] == ("actively_dissatisfied", "R4")


def test_a_gap_in_activity_starts_anew() -> None:
    """The week after the gap is the first week: its tier is the raw one, whatever was before."""
    subscriptions = [
        {"started_on": day("2025-01-01"), "ended_on": day("2026-05-06"), "mrr": 100},
        {"started_on": day("2026-05-11"), "ended_on": None, "mrr": 100},
    ]
    cases = complaint("2026-04-20", "2026-05-05", csat=5)["cases"]
    tables = {"subscriptions": subscriptions, "cases": cases, "usage": []}
    tables = {
        name: [{**row, "customer_id": "one"} for row in rows] for name, rows in tables.items()
    }
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        found = rows_of(
            connection,
            "select cast(valid_from as varchar), cast(valid_to as varchar), tier"
            " from fct_tier_spells where valid_from >= date '2026-04-20' order by valid_from",
        )
    assert found == [
        ("2026-04-20", "2026-05-04", "actively_dissatisfied"),
        ("2026-05-11", None, "neutral"),
    ]


@pytest.mark.parametrize(
    ("mrr", "rule"),
    [((500, 400), "R5a"), ((400, 500), "R4"), ((500, 500), "R4")],
    ids=["below what it began with", "above", "equal"],
)
def test_shrinking_of_a_young_customer(mrr: tuple[int, int], rule: str) -> None:
    """Not active 364 days ago: compared with the MRR with which the present spell began."""
    first, second = mrr
    subscriptions = [
        {"started_on": day("2023-01-01"), "ended_on": day("2024-01-01"), "mrr": 900},
        {"started_on": day("2025-09-01"), "ended_on": day("2026-01-01"), "mrr": first},
        {"started_on": day("2026-01-01"), "ended_on": None, "mrr": second},
    ]
    tables = {"subscriptions": subscriptions, **acts(act("2026-05-01"))}
    tables = {
        name: [{**row, "customer_id": "one"} for row in rows] for name, rows in tables.items()
    }
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        found = rows_of(connection, "select rule from fct_tier_spells where valid_to is null")
    assert found == [(rule,)]


@pytest.mark.parametrize(
    ("levels", "drops"),
    [
        ([100] * 13 + [70] * 4, [16]),
        ([100] * 13 + [71] * 4, []),
        # 0.7 x 90 in floating point is a little less than 63
        ([90] * 13 + [63] * 4, [16]),
        ([100] * 13 + [70] * 3, []),
        ([0] * 13 + [0] * 4, []),
        # the ratio never rises above 80 % in between: one event
        ([100] * 13 + [70] * 4 + [70, 30, 30, 30, 30], [16]),
        # at exactly 80 % it has not recovered either
        ([100] * 14 + [60] * 3 + [140] + [0] * 3, [16]),
        # it recovers: a second event
        ([100] * 13 + [70] * 4 + [100] * 13 + [50] * 4, [16, 32]),
    ],
    ids=[
        "at 70 %",
        "above 70 %",
        "at 70 % of 90",
        "16 weeks only",
        "no usage at all",
        "not re-armed",
        "at 80 %",
        "re-armed",
    ],
)
def test_usage_drop(levels: list[int], drops: list[int]) -> None:
    usage = [
        {"customer_id": "one", "week_start": MONDAY + dt.timedelta(weeks=week), "usage": level}
        for week, level in enumerate(levels)
    ]
    with closing(build_tiny({"usage": usage}, "2027-01-31")) as connection:
        found = rows_of(connection, "select dropped_on from fct_usage_drops order by all")
    assert found == [(MONDAY + dt.timedelta(weeks=week, days=6),) for week in drops]


@pytest.mark.parametrize(("as_of", "drops"), [("2026-05-02", 0), ("2026-05-03", 1)])
def test_usage_drop_needs_the_whole_week(as_of: str, drops: int) -> None:
    """The fourth week ends on Sunday 3 May 2026."""
    usage = [
        {"customer_id": "one", "week_start": MONDAY + dt.timedelta(weeks=week), "usage": level}
        for week, level in enumerate([100] * 13 + [50] * 4)
    ]
    with closing(build_tiny({"usage": usage}, as_of)) as connection:
        assert len(rows_of(connection, "select * from fct_usage_drops")) == drops


def test_usage_of_merged_accounts_is_added_up() -> None:
    """Both have rows of the same weeks; only their sum does not drop."""
    usage = [
        {"customer_id": "one", "week_start": MONDAY + dt.timedelta(weeks=week), "usage": level}
        for week, levels in enumerate([(60, 40)] * 13 + [(10, 90)] * 4 + [(10, 50)] * 4)
        for level in levels
    ]
    with closing(build_tiny({"usage": usage}, "2027-01-31")) as connection:
        found = rows_of(connection, "select dropped_on from fct_usage_drops order by all")
    assert found == [(MONDAY + dt.timedelta(weeks=19, days=6),)]


def test_usage_drop_needs_every_week() -> None:
    levels = [100] * 13 + [50] * 4
    usage = [
        {"customer_id": "one", "week_start": MONDAY + dt.timedelta(weeks=week), "usage": level}
        for week, level in enumerate(levels)
        if week != 5
    ]
    with closing(build_tiny({"usage": usage}, "2027-01-31")) as connection:
        assert rows_of(connection, "select * from fct_usage_drops") == []


def test_staff_and_prospects_have_no_tier() -> None:
    tables = {
        "customers": [
            {"customer_id": "ours", "is_staff_or_partner": True},
            {"customer_id": "prospect"},
        ],
        "subscriptions": [{**STEADY[0], "customer_id": "ours"}],
        "advocacy_events": [
            {**act("2026-05-01"), "event_id": name, "customer_id": name}
            for name in ("ours", "prospect")
        ],
    }
    with closing(build_tiny(tables, "2026-06-28")) as connection:
        assert rows_of(connection, "select * from fct_tier_spells") == []


def test_a_customer_is_shown_as_on_the_sunday() -> None:
    """Evidence of the 365 days up to it, and the MRR from 28 to 29 June, a Sunday and a Monday."""
    price = {"change_reason": "price"}
    terms = [
        {"started_on": day("2023-06-01"), "ended_on": day("2026-06-28"), "mrr": 500},
        {"started_on": day("2026-06-28"), "ended_on": day("2026-06-29"), "mrr": 550, **price},
        {"started_on": day("2026-06-29"), "ended_on": None, "mrr": 600},
    ]
    tables: Evidence = {
        "subscriptions": [{**row, "customer_id": "one"} for row in terms],
        "advocacy_events": [
            {**act(occurred), "event_id": occurred, "customer_id": "one"}
            for occurred in ("2025-06-28", "2025-06-29", "2026-06-28", "2026-06-29")
        ],
    }
    with closing(build_tiny(tables, "2026-07-05")) as connection:
        found = rows_of(
            connection,
            "select week_start, tier, previous_tier, rule, evidence, mrr from customer_tiers"
            " where week_start = date '2026-06-22'",
        )
    evidence = "reference on 2026-06-28 [2026-06-28]; reference on 2025-06-29 [2025-06-29]"
    assert found == [(day("2026-06-22"), "loyal", "loyal", "R4", evidence, 550)]
