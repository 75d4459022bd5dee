"""Promised against actual: by hand on a company of a few terms, and nothing said without a comparison."""

import datetime as dt
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from analyses.board.writing import write_cell
from analyses.budget.actual import (
    Actual,
    Compared,
    Quarter,
    Side,
    find_actual,
    find_treated,
    judge_quarter,
    list_measures,
    list_payments,
    why_unmeasured,
)
from analyses.budget.case import Range
from analyses.budget.kept import Kept, list_kept_slides
from analyses.budget.promise import (
    Match,
    Promise,
    promise_case,
    promise_from_json,
    promise_to_json,
)
from ledger.cases import ApprovedCase, SavedCase
from metrics.means import Sample
from tests.packs import HOSTILE, make_case
from tests.tiny import Rows, build_tiny, term

STARTS_ON = dt.date(2026, 1, 1)
MATCH = Match("Win back", "retention", "calls")


def promise() -> Promise:
    return promise_case(make_case(), STARTS_ON, {"win_back": MATCH})


def member(
    customer: str, arm: str | None, day: str = "2026-01-01", **more: object
) -> dict[str, object]:
    row = {"programme": "win-back", "customer_id": customer, "arm": arm}
    return {**row, "assigned_on": dt.date.fromisoformat(day), **more}


# t1 stays at 100 a month, t2 doubles on 1 February; h1 stays, h2 leaves on 1 March.
TERMS: Rows = (
    term("t1", "2025-01-01"), term("t2", "2025-01-01", "2026-02-01"), term("t2", "2026-02-01", mrr=200),
    term("h1", "2025-01-01"), term("h2", "2025-01-01", "2026-03-01"), term("z", "2025-01-01"),
    term("both", "2025-01-01"), term("late", "2026-02-01"),
)  # fmt: skip
MEMBERS: Rows = (
    member("t1", "treated"), member("t2", "treated"), member("h1", "holdout"), member("h2", "holdout"),
    # Not compared: in both arms, before the case, in another programme, without an arm, not yet a customer.
    member("both", "treated"), member("both", "holdout", programme="WIN BACK"),
    member("z", "treated", "2025-12-31"), member("z", "holdout", programme="other"), member("z", None),
    member("late", "treated"),
)  # fmt: skip
COSTS: Rows = tuple(
    {"month": dt.date(2026, month, 1), "purpose": "retention", "channel": channel, "amount": Decimal(amount)}
    for month, channel, amount in ((1, "calls", 40), (1, "calls", 2), (1, "mail", 900), (3, "calls", 7))
)  # fmt: skip


def find(members: Rows = MEMBERS) -> Actual:
    tables = {"subscriptions": TERMS, "programme_members": members, "costs": COSTS}
    with closing(build_tiny(tables, "2026-05-10", gross_margin=0.5)) as connection:
        return find_actual(connection, promise().lines[0])


def test_what_came_is_the_margin_beyond_that_of_the_holdout() -> None:
    actual = find()
    first, second = actual.quarters[:2]
    a_day = 100 * 0.5 * 12 / 365.2425
    # t2 earns 59 days of February and March at twice the MRR; h2 loses the 31 days of March.
    compared = first.compared
    assert compared.treated.change.mean == pytest.approx(59 * a_day / 2)
    assert compared.holdout.change.mean == pytest.approx(-31 * a_day / 2)
    assert compared.gain.value == pytest.approx(45 * a_day)
    assert compared.total.value == pytest.approx(90 * a_day)
    assert (compared.treated.kept, compared.holdout.kept) == (2, 1)
    assert compared.kept.value == 0.5
    assert why_unmeasured(first, MATCH) == ""
    assert judge_quarter(first) == "too few: an arm has fewer than 30"
    assert why_unmeasured(second, MATCH) == "not over"
    costs = [(each.start.month, each.cost, each.is_over) for each in actual.months]
    assert costs == [
        (1, Decimal(42), True), (2, None, True), (3, Decimal(7), True), (4, None, True), (5, None, False)
    ]  # fmt: skip
    january, february = (each.compared.gain.value for each in actual.months[:2])
    assert (january, february) == (0, pytest.approx(28 * a_day / 2))


def test_without_a_comparison_group_nothing_is_measured() -> None:
    treated = tuple(each for each in MEMBERS if each["arm"] == "treated")
    (first, *_) = find(treated).quarters
    assert (
        why_unmeasured(first, MATCH) == "not measurable: 3 treated, nobody held out to compare with"
    )
    assert first.compared.gain.value is None
    (first, *_) = find(()).quarters
    assert "the export assigns nobody to \u201cWin back\u201d" in why_unmeasured(first, MATCH)


def test_the_customers_behind_a_quarter_add_up() -> None:
    tables = {"subscriptions": TERMS, "programme_members": MEMBERS, "costs": COSTS}
    with closing(build_tiny(tables, "2026-05-10", gross_margin=0.5)) as connection:
        (first, *_) = find_actual(connection, promise().lines[0]).quarters
        members = find_treated(connection, MATCH, STARTS_ON, STARTS_ON)
        assert list_measures(connection) == ("WIN BACK", "other", "win-back")
        assert list_payments(connection) == (
            ("retention", None), ("retention", "calls"), ("retention", "mail")
        )  # fmt: skip
    assert [each.customer_id for each in members] == ["t1", "t2", "h2", "h1"]
    changes = [each.change for each in members if each.arm == "treated"]
    assert sum(changes) / 2 == pytest.approx(first.compared.treated.change.mean)


def test_a_promise_is_the_case_by_quarter_and_comes_back() -> None:
    """60 of 100 kept at 900 a year, half lasting: 13,500 a quarter, then 6,750, then 3,375."""
    (line,) = promise().lines
    quarters = line.quarters
    assert [each.gain.base for each in quarters[::4]] == [13_500, 6_750, 3_375]
    assert quarters[0].gain == Range(40 * 600 / 4, 13_500, 80 * 1200 / 4)
    assert quarters[4].kept.high == pytest.approx(0.8 * 0.7)
    assert (len(quarters), quarters[0].end, quarters[-1].end) == (
        12,
        dt.date(2026, 4, 1),
        dt.date(2029, 1, 1),
    )
    assert promise_from_json(promise_to_json(promise())) == promise()
    assert promise_case(make_case(), STARTS_ON, {}).lines[0].match == Match("win_back")
    assert promise().although == ""
    (programme,) = make_case().programmes
    rash = replace(make_case(), budget=50_000, programmes=(replace(programme, pool=100),))
    assert promise_case(rash, STARTS_ON, {}).although == (
        "Approved although it costs EUR 10.0 k more than its budget; although nobody is left to compare with, so "
        "what comes of it cannot be measured: Win back the actively dissatisfied."
    )


def test_an_approved_case_has_a_slide_of_what_came() -> None:
    saved = SavedCase(1, HOSTILE, 2, dt.datetime(2025, 12, 1), "Ada", "", True)
    approved = ApprovedCase(saved, "Grace", dt.datetime(2025, 12, 2), STARTS_ON, "")
    kept = (Kept(approved, "EUR", (find(),)),)
    (slide,) = list_kept_slides(kept, STARTS_ON, "EUR", 1)
    assert slide.title == (
        f"{HOSTILE}, as approved: 0 of 1 programmes can be held against their promise in Q1 2026"
    )
    assert slide.table is not None
    (row,) = slide.table.rows
    written = [write_cell(cell, "EUR") for cell in row]
    assert written[1:3] == ["Q1 2026", "EUR 13.5 k"]
    assert written[6:] == ["2", "2", "too few: an arm has fewer than 30"]
    assert len(slide.table.name) <= 31
    # Nothing is over by an earlier quarter, and another currency is another pack's.
    assert list_kept_slides(kept, dt.date(2025, 10, 1), "EUR", 1) == ()
    assert list_kept_slides(kept, STARTS_ON, "USD", 1) == ()


@pytest.mark.parametrize(
    ("gain", "deviation", "said"),
    [
        (135, 10, "in line with the promise"),
        (135, 900, "cannot be told: the interval holds both 0 and the promise"),
        (200, 10, "above the promise"),
        (50, 10, "below the promise"),
        (5, 90, "below the promise; no effect shown"),
        (-50, 10, "below the promise; a loss is shown"),
    ],
)
def test_a_verdict_is_never_stronger_than_the_interval(
    gain: float, deviation: float, said: str
) -> None:
    """13,500 promised of 100 customers is 135 of each."""
    treated = Side(100, 90, Sample(100, gain, float(deviation)))
    compared = Compared(treated, Side(100, 90, Sample(100, 0.0, float(deviation))))
    quarter = Quarter(promise().lines[0].quarters[0], True, compared)
    assert judge_quarter(quarter) == said
    few = replace(compared, treated=replace(treated, customers=29))
    assert judge_quarter(replace(quarter, compared=few)).startswith("too few")
