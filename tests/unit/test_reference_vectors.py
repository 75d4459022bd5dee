"""The second implementation against every worked example and test vector of the definitions."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from tests.reference.implementation.company import build_company
from tests.reference.implementation.evidence import attitude_of, usage_drops
from tests.reference.implementation.flows import move_of
from tests.reference.implementation.lifetime import (
    monthly_discount,
    monthly_retention,
    simple_value,
    survival,
    survival_value,
)
from tests.reference.implementation.metrics import compute_metrics
from tests.reference.implementation.periods import closed_periods, period_of, sunday_before
from tests.reference.implementation.tables import DEFAULT_SETTINGS
from tests.reference.implementation.terms import paid_terms
from tests.reference.implementation.tiers import TIERS, Judgement, TierWeek, publish
from tests.reference.implementation.velocity import Velocity
from tests.reference.vectors import (
    AS_OF,
    COMPLAINT,
    SEQUENCES,
    STEADY,
    VECTORS,
    Rows,
    act,
    answer,
    case,
    day,
    referral,
)

MONDAY = dt.date(2026, 1, 5)
BEFORE = dt.date(2025, 1, 1)


def term(
    customer: str, started_on: dt.date, mrr: float, ended_on: dt.date | None = None, **more: Any
) -> dict[str, Any]:
    """A subscription row."""
    row = {"customer_id": customer, "started_on": started_on, "ended_on": ended_on}
    return {**row, "mrr": Decimal(str(mrr)), **more}


def company(subscriptions: Rows, **tables: Rows) -> dict[str, Rows]:
    """Contract tables with a customer for each subscription's customer id."""
    ids = sorted({row["customer_id"] for row in subscriptions})
    return {
        "customers": [{"customer_id": customer_id} for customer_id in ids],
        "subscriptions": subscriptions,
        **tables,
    }


def one_week(tables: dict[str, Rows], monday: dt.date = MONDAY) -> dict[Any, dict[str, Any]]:
    """Metric, or (metric, member), -> row of the week of that Monday."""
    as_of = monday + dt.timedelta(days=6)
    rows = compute_metrics(tables, {}, as_of, "week")
    return {
        (row["metric"], row["member"]) if row["member"] else row["metric"]: row
        for row in rows
        if row["period_start"] == monday
    }


@pytest.mark.parametrize(
    ("evidence", "tier", "rule", "status"),
    [pytest.param(*vector[1:], id=vector[0]) for vector in VECTORS],
)
def test_tier_vector(evidence: dict[str, Rows], tier: str, rule: str, status: str | None) -> None:
    tables = {"subscriptions": STEADY, **evidence}
    tables = {
        name: [{"customer_id": "one", **row} for row in rows] for name, rows in tables.items()
    }
    tables["customers"] = [{"customer_id": "one"}]
    customer = build_company(tables, {}, AS_OF).customers["one"]
    assert customer.tier_weeks[day("2026-06-22")].raw == Judgement(tier, rule, status)


@pytest.mark.parametrize(
    ("raw", "published"),
    SEQUENCES,
)
def test_published_tier_follows_slowly(raw: str, published: str) -> None:
    names = publish([TIERS[int(rank) - 1] for rank in raw], 4)
    assert "".join(str(TIERS.index(name) + 1) for name in names) == published


@pytest.mark.parametrize(
    ("instrument", "score", "attitude"),
    [
        ("nps", 6, "detractor"),
        ("nps", 7, "passive"),
        ("nps", 9, "promoter"),
        ("csat", 2, "detractor"),
        ("csat", 4, "passive"),
        ("csat", 5, "promoter"),
        ("ces", 3, "detractor"),
        ("ces", 6, "passive"),
        ("ces", 7, "promoter"),
    ],
)
def test_attitude_of_a_score(instrument: str, score: int, attitude: str) -> None:
    assert attitude_of(instrument, score) == attitude


def test_usage_drop_is_one_event_until_it_has_recovered() -> None:
    levels = [100] * 13 + [70] * 4 + [70] * 20 + [30] * 4
    usage = {
        MONDAY + dt.timedelta(weeks=index): Fraction(level) for index, level in enumerate(levels)
    }
    drops = [event.day for event in usage_drops(usage, DEFAULT_SETTINGS)]
    assert drops[0] == MONDAY + dt.timedelta(weeks=16, days=6)
    assert len(drops) == 2
    del usage[MONDAY]
    assert usage_drops(usage, DEFAULT_SETTINGS)[0].day > drops[0]


def joined_and_left(openers: int, leavers: int, joiners: int, joined_leavers: int) -> Rows:
    """Openers of whom some leave on Wednesday; joiners of Tuesday of whom some leave on Friday."""
    tuesday, wednesday, friday = (MONDAY + dt.timedelta(days=n) for n in (1, 2, 4))
    old = [term(f"old-{n}", BEFORE, 10, wednesday if n < leavers else None) for n in range(openers)]
    new = [
        term(f"new-{n}", tuesday, 10, friday if n < joined_leavers else None)
        for n in range(joiners)
    ]
    return old + new


def test_vendors_disagree_about_churn() -> None:
    week = one_week(company(joined_and_left(200, 8, 30, 2)))
    assert week["churn_logo"]["value"] == pytest.approx(0.04)
    assert week["churn_logo_recurly"]["value"] == pytest.approx(0.05)
    assert week["churn_logo_stripe"]["value"] == pytest.approx(10 / 230)
    assert week["churn_logo_average"]["value"] == pytest.approx(10 / 210)
    assert week["cust_active"]["value"] == 220
    assert week["cust_new"]["value"] == 28
    assert (week["churn_logo"]["numerator"], week["churn_logo"]["denominator"]) == (8, 200)


def test_published_logo_churn() -> None:
    assert one_week(company(joined_and_left(100, 10, 1, 1)))["churn_logo"]["value"] == 0.1


def test_annualised_churn() -> None:
    week = one_week(company(joined_and_left(200, 1, 0, 0)))
    assert week["churn_logo_ann"]["value"] == pytest.approx(0.230136, abs=5e-7)


def test_revenue_by_events() -> None:
    wednesday = MONDAY + dt.timedelta(days=2)
    kept = [term("base", BEFORE, 87_500), term("more", BEFORE, 4_000, wednesday)]
    moves = [
        term("more", wednesday, 10_000),
        term("less", BEFORE, 4_500, wednesday),
        term("less", wednesday, 2_000),
        term("gone", BEFORE, 4_000, wednesday),
        term("back", BEFORE, 1_000, dt.date(2025, 6, 1)),
        term("back", wednesday, 1_500),
        term("new", wednesday, 12_000),
    ]
    week = one_week(company(kept + moves))
    assert week["mrr"]["value"] == 113_000
    expected = {"new": 12_000, "reactivation": 1_500, "expansion": 6_000, "contraction": 2_500}
    assert {kind: week[f"mrr_{kind}"]["value"] for kind in expected} == expected
    assert week["mrr_churned"]["value"] == 4_000
    assert week["churn_rev_gross"]["value"] == pytest.approx(0.065)
    assert week["churn_rev_net"]["value"] == pytest.approx(-0.01)
    assert week["cust_react"]["value"] == 1


def test_retention_by_endpoints() -> None:
    opening = MONDAY + dt.timedelta(days=7 - 364)
    later = dt.date(2025, 6, 1)
    ends = {"A": (100, 120), "B": (100, 80), "C": (100, 0), "D": (100, 100), "E": (0, 50)}
    subscriptions: Rows = []
    for customer, (before, after) in ends.items():
        subscriptions += [term(customer, BEFORE, before, later)] if before else []
        subscriptions += [term(customer, later, after)] if after else []
    assert BEFORE < opening < later
    week = one_week(company(subscriptions))
    assert week["ret_grr"]["value"] == pytest.approx(0.7)
    assert week["ret_nrr"]["value"] == pytest.approx(0.75)


def test_window_before_the_first_paid_term_is_undefined() -> None:
    week = one_week(company([term("A", MONDAY - dt.timedelta(weeks=12, days=-1), 100)]))
    assert [week[name]["value"] for name in ("ret_grr", "ret_nrr", "churn_logo_13w")] == [None] * 3
    week = one_week(company([term("A", MONDAY - dt.timedelta(weeks=12), 100)]))
    assert week["churn_logo_13w"]["value"] == 0
    assert week["churn_logo_13w"]["denominator"] == 12


def test_boundaries_and_events_inside_a_week() -> None:
    sunday, monday_after = MONDAY + dt.timedelta(days=6), MONDAY + dt.timedelta(days=7)
    tuesday, friday = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=4)
    subscriptions = [
        term("plan", BEFORE, 10, tuesday),
        term("plan", tuesday, 12),
        term("sunday", BEFORE, 10, sunday),
        term("monday", BEFORE, 10, monday_after),
        term("flicker", BEFORE, 10, tuesday),
        term("flicker", friday, 10),
        term("trial", tuesday, 10, is_trial=True),
        term("brief", tuesday, 10, friday),
        term("brief", sunday, 10),
    ]
    week = one_week(company(subscriptions))
    counts = ("cust_active", "cust_lost", "cust_new", "cust_react")
    assert [week[name]["value"] for name in counts] == [4, 1, 1, 0]
    assert week["mrr_new"]["value"] == 10
    assert week["mrr_reactivation"]["value"] == 20
    assert week["mrr_churned"]["value"] == 30
    assert week["mrr_expansion"]["value"] == 2


def test_staff_and_merged_accounts_are_no_customers() -> None:
    subscriptions = [
        term("old", BEFORE, 10, MONDAY),
        term("heir", MONDAY, 10),
        term("ours", BEFORE, 99),
    ]
    tables = company(subscriptions)
    tables["customers"] = [
        {"customer_id": "old", "merged_into_id": "heir"},
        {"customer_id": "heir"},
        {"customer_id": "ours", "is_staff_or_partner": True},
    ]
    week = one_week(tables)
    assert (week["cust_active"]["value"], week["cust_lost"]["value"]) == (1, 0)
    assert (week["mrr"]["value"], week["mrr_churned"]["value"]) == (10, 0)


def deal(
    name: str, created: dt.date, closed: dt.date | None, amount: int | None, *, won: bool = False
) -> dict[str, Any]:
    """An opportunity of a prospect."""
    row = {"opportunity_id": name, "created_on": created, "closed_on": closed, "kind": "new"}
    value = None if amount is None else Decimal(amount)
    return {**row, "is_closed": closed is not None, "is_won": won, "amount": value}


def test_worked_velocity() -> None:
    closed = MONDAY + dt.timedelta(days=3)
    won = [
        deal(f"won-{n}", closed - dt.timedelta(days=30 * n), closed, 10_000 * (n + 1), won=True)
        for n in (1, 2, 3)
    ]
    lost = [deal("lost-1", BEFORE, closed, 25_000), deal("lost-2", BEFORE, closed, 45_000)]
    still_open = [deal(f"open-{n}", MONDAY, None, None) for n in range(8)]
    week = one_week({"opportunities": won + lost + still_open})
    expected = {
        "vel_open": 8,
        "vel_deal": 30_000,
        "vel_win_count": 0.6,
        "vel_win_value": 0.5625,
        "vel_cycle": 60,
        "vel_pipeline": 2_400,
        "vel_realised": 90_000 / 91,
    }
    assert {name: week[name]["value"] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("count", "deal_value", "won", "lost", "cycle", "expected"),
    [(40, 25_000, 1, 3, 90, 2_777.78), (50, 12_000, 1, 3, 90, 1_666.67)],
)
def test_published_velocity(
    count: int, deal_value: int, won: int, lost: int, cycle: int, expected: float
) -> None:
    speed = Velocity(count, won, lost, [Decimal(deal_value)], [], [cycle])
    assert speed.pipeline() == pytest.approx(expected, abs=5e-3)


def test_velocity_at_its_edges() -> None:
    assert Velocity(3, 0, 0, [], [], []).pipeline() is None
    assert Velocity(3, 0, 2, [], [], []).pipeline() == 0
    assert Velocity(3, 1, 0, [], [], [9]).pipeline() is None
    backwards = [deal("odd", MONDAY + dt.timedelta(days=2), MONDAY, 900, won=True)]
    same_day = [deal("fast", MONDAY, MONDAY, None, won=True)]
    week = one_week({"opportunities": backwards + same_day})
    assert (week["vel_cycle"]["value"], week["vel_cycle"]["denominator"]) == (1, 1)
    assert week["vel_deal"]["value"] == 900
    assert week["vel_win_count"]["denominator"] == 2


def test_constant_retention_formula() -> None:
    assert simple_value(100, 0.8, 0.1) == pytest.approx(266.6667, abs=5e-5)
    assert simple_value(100, 1, 0) is None
    assert monthly_discount(0.1) == pytest.approx(1.1 ** (1 / 12) - 1)
    assert monthly_retention(0.005) == pytest.approx(0.995 ** (52.1775 / 12))


@pytest.mark.parametrize(
    ("rate", "multiples"),
    [
        (0.6, (1.20, 1.15, 1.11, 1.07)),
        (0.7, (1.75, 1.67, 1.59, 1.52)),
        (0.8, (2.67, 2.50, 2.35, 2.22)),
        (0.9, (4.50, 4.09, 3.75, 3.46)),
    ],
)
def test_published_margin_multiples(rate: float, multiples: Iterable[float]) -> None:
    computed = [simple_value(1, rate, discount) for discount in (0.10, 0.12, 0.14, 0.16)]
    assert computed == pytest.approx(list(multiples), abs=5e-3)


def tenures(text: str) -> list[tuple[int, bool]]:
    """`3 5+` -> ended at 3, running at 5."""
    return [(int(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


def test_published_survival_of_the_6_mp_patients() -> None:
    patients = tenures("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+")
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    computed = {time: survival(patients, time) for time in published}
    assert computed == pytest.approx(published, abs=5e-5)


def test_worked_survival_of_customers() -> None:
    spells = tenures("2 3 3+ 5 6+ 8 8 10+")
    assert [survival(spells, at) for at in (1, 2, 3, 5, 8)] == pytest.approx(
        [1, 0.875, 0.75, 0.6, 0.2]
    )


def test_value_by_survival() -> None:
    assert survival_value(10, [(30, False)], 0.1, 60) is None
    spells = [(31, True), (100, False)]
    assert survival_value(10, spells, 0.1, 60) == pytest.approx(10 + 10 / 1.1 + 5 / 1.21)
    assert survival_value(10, spells, 0.1, 1) == 10


def test_worked_tier_shares() -> None:
    """Evidence that gives each customer its tier: 20 AD, 60 D, 250 N, 120 L, 10 A of 460."""
    rows: dict[str, Rows] = {"cases": [], "survey_responses": [], "advocacy_events": []}
    subscriptions: Rows = []
    counts = {"ad": 20, "d": 60, "n": 250, "l": 120, "a": 10}
    for kind, count in counts.items():
        for number in range(count):
            customer = {"customer_id": f"{kind}-{number}"}
            subscriptions.append(term(customer["customer_id"], MONDAY, 10))
            if kind == "ad":
                rows["cases"].append({**case("2026-01-05", **COMPLAINT), **customer})
            elif kind == "d":
                rows["survey_responses"].append({**answer("nps", 1, "2026-01-05"), **customer})
            elif kind in "la":
                rows["advocacy_events"].append({**act("2026-01-05"), **customer})
            if kind == "a":
                rows["advocacy_events"].append({**referral("2026-01-05"), **customer})
    week = one_week(company(subscriptions, **rows))
    shares = [week["adv_share", tier]["value"] for tier in TIERS]
    assert [round(100 * share, 2) for share in shares] == [4.35, 13.04, 54.35, 26.09, 2.17]
    assert week["adv_net"]["value"] == pytest.approx(10.87, abs=5e-3)
    assert week["adv_coverage"]["value"] == pytest.approx(210 / 460)


def test_worked_survey_answers() -> None:
    scores = [10] * 20 + [8] * 10 + [3] * 10
    answers = [
        {**answer("nps", score, "2026-01-05"), "response_id": str(n), "contact_id": f"p{n}"}
        for n, score in enumerate(scores)
    ]
    answers += [
        {**answer("csat", score, "2026-01-06"), "response_id": f"c{n}", "contact_id": f"p{n}"}
        for n, score in enumerate([5, 5, 4, 4, 4, 4, 4, 3, 2, 1])
    ]
    answers += [
        {**answer("ces", score, "2026-01-06"), "response_id": f"e{n}", "contact_id": f"p{n}"}
        for n, score in enumerate([7, 6, 5, 3])
    ]
    answers.append({**answers[0], "response_id": "!", "score": 0})
    answers = [{"customer_id": "one", **row} for row in answers]
    prospect = {"customer_id": None, **answer("nps", 0, "2026-01-05")}
    tables = company([term("one", BEFORE, 10)], survey_responses=[*answers, prospect])
    week = one_week(tables)
    assert (week["adv_nps"]["value"], week["adv_nps"]["denominator"]) == (25, 40)
    assert week["adv_csat"]["value"] == pytest.approx(0.7)
    assert week["adv_ces"]["value"] == 5.25


def test_answers_of_91_days() -> None:
    end = MONDAY + dt.timedelta(days=7)
    inside, outside = end - dt.timedelta(days=91), end - dt.timedelta(days=92)
    rows = [
        {"customer_id": "one", **answer("nps", 10, inside.isoformat())},
        {"customer_id": "two", **answer("nps", 0, outside.isoformat())},
    ]
    tables = company([term("one", BEFORE, 10), term("two", BEFORE, 10)], survey_responses=rows)
    assert one_week(tables)["adv_nps"]["value"] == 100


FLOWS = {
    "actively_dissatisfied": (14, 2, 3, 1, 0, 0),
    "dissatisfied": (2, 52, 4, 0, 0, 2),
    "neutral": (1, 6, 228, 12, 0, 3),
    "loyal": (0, 1, 9, 108, 2, 0),
    "advocate": (0, 0, 0, 1, 9, 0),
}


def test_worked_flow() -> None:
    opening, closing = MONDAY - dt.timedelta(days=1), MONDAY + dt.timedelta(days=6)
    moves: list[str | None] = []
    for before, counts in FLOWS.items():
        for after, count in zip((*TIERS, None), counts, strict=True):
            weeks = {MONDAY - dt.timedelta(days=7): TierWeek(before, Judgement(before, "R1"))}
            if after is not None:
                weeks[MONDAY] = TierWeek(after, Judgement(after, "R1"))
            event = build_event(closing)
            moves += [move_of(weeks, [event], opening, closing, DEFAULT_SETTINGS)] * count
    counted = {move: moves.count(move) for move in ("up", "down", "stay", "left", "expired")}
    assert counted == {"up": 24, "down": 20, "stay": 411, "left": 5, "expired": 0}
    assert (counted["up"] - counted["down"]) / len(moves) == pytest.approx(0.0087, abs=5e-5)


def build_event(on: dt.date) -> Any:
    """An evidence event of that day."""
    tables = {
        **company([term("one", BEFORE, 10)]),
        "billing_events": [{"customer_id": "one", "kind": "late_payment", "occurred_on": on}],
    }
    return build_company(tables, {}, AS_OF).customers["one"].events[0]


@pytest.mark.parametrize(
    ("weeks_apart", "age", "expected"),
    [(1, 34, "up"), (1, 35, "expired"), (1, -1, "expired"), (13, 90, "up"), (13, 91, "expired")],
)
def test_moves_by_expiry(weeks_apart: int, age: int, expected: str) -> None:
    closing = dt.date(2026, 6, 28)
    opening = closing - dt.timedelta(weeks=weeks_apart)
    monday = dt.timedelta(days=6)
    weeks = {
        opening - monday: TierWeek("neutral", Judgement("neutral", "R5a")),
        closing - monday: TierWeek("loyal", Judgement("loyal", "R4")),
    }
    event = build_event(closing - dt.timedelta(days=age))
    assert move_of(weeks, [event], opening, closing, DEFAULT_SETTINGS) == expected


def test_a_gap_starts_the_published_tier_anew() -> None:
    complaint = {"customer_id": "one", **case("2025-12-30", "2025-12-31", csat=5, **COMPLAINT)}
    gap = [
        term("one", BEFORE, 10, MONDAY + dt.timedelta(days=2)),
        term("one", day("2026-01-13"), 10),
    ]
    open_then = {**complaint, "closed_at": dt.datetime(2026, 1, 6, 9)}
    tables = company(gap, cases=[open_then])
    weeks = build_company(tables, {}, day("2026-02-01")).customers["one"].tier_weeks
    assert weeks[day("2025-12-29")].tier == "actively_dissatisfied"
    assert MONDAY not in weeks
    assert weeks[day("2026-01-12")].tier == "neutral"


def test_fiscal_periods_and_the_last_sunday() -> None:
    settings = {**DEFAULT_SETTINGS, "fiscal_year_first_month": 4}
    assert period_of("quarter", day("2026-02-15"), settings).start == day("2026-01-01")
    assert period_of("year", day("2026-02-15"), settings).start == day("2025-04-01")
    assert sunday_before(day("2026-03-01")) == day("2026-02-22")
    assert sunday_before(day("2026-03-02")) == day("2026-03-01")
    lagging = {**settings, "close_lag_days": 3}
    for as_of, expected in (("2026-02-02", 0), ("2026-02-03", 1)):
        assert len(closed_periods("month", day("2026-01-20"), day(as_of), lagging)) == expected


def test_grace_bridges_a_short_pause() -> None:
    tables = company([term("one", BEFORE, 10, MONDAY), term("one", day("2026-01-08"), 20)])
    ends = {
        grace: paid_terms(tables, {"renewal_grace_days": grace})["one"][0].ended_on
        for grace in (0, 2, 3)
    }
    assert ends == {0: MONDAY, 2: MONDAY, 3: day("2026-01-08")}


def test_frames_and_breakdowns() -> None:
    customers = [{"customer_id": "a", "segment": "small"}, {"customer_id": "b", "segment": None}]
    tables = {
        "customers": pd.DataFrame(customers),
        "subscriptions": pd.DataFrame([term("a", BEFORE, 10), term("b", BEFORE, 20)]),
    }
    rows = compute_metrics(tables, {}, MONDAY + dt.timedelta(days=6), "month", "segment")
    december = {
        row["breakdown"]: row["value"]
        for row in rows
        if row["metric"] == "mrr" and row["period_start"] == day("2025-12-01")
    }
    assert december == {"small": 10, "unknown": 20}
