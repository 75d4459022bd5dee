"""What the data know of a programme: whom it is for, what they are worth, and what was measured, by hand."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from analyses.budget.case import PROXY, Assumption, Range
from analyses.budget.cautions import refuse_impossible
from analyses.budget.compose import Base, find_case, find_without, list_asked, make_case
from analyses.budget.evidence import (
    HARM,
    NOT_SHOWN,
    NOT_TRIED,
    SHOWN,
    describe_evidence,
    find_evidence,
    judge_move,
    judge_talk,
    judge_trial,
)
from analyses.budget.grounds import (
    Ground,
    Leavers,
    Reach,
    count_reach,
    find_grounds,
    list_members,
)
from analyses.budget.model import compute_next
from analyses.budget.programmes import KEYS, KINDS
from analyses.budget.scenario import Choice, Scenario
from analyses.tier_value.effect import Effect, Matched
from analyses.tier_value.programme import Arm, Trial
from metrics.intervals import Band, Difference
from metrics.means import Sample
from tests.tiny import build_tiny, term
from warehouse.errors import StandingError

WEEK = dt.date(2026, 6, 22)  # its Sunday is 28 June, the as-of day
SUNDAY = dt.date(2026, 6, 28)
FLAT = Range(0.1, 0.1, 0.1)
(WIN_BACK,) = (each for each in KINDS if each.key == "win_back")


def day(before: int) -> dt.date:
    return SUNDAY - dt.timedelta(days=before)


def complain(customer: str, before: int = 3) -> dict[str, object]:
    """An open complaint, or one that fell silent when it is older than its window."""
    return {
        "customer_id": customer,
        "opened_at": dt.datetime.combine(day(before), dt.time()),
        "kind": "complaint",
    }


def ask(customer: str, before: int) -> dict[str, object]:
    return {"customer_id": customer, "asked_on": day(before), "outcome": "declined"}


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    """Angry: angry, renewing. Loyal by a solicited act: loyal, tired (asked 89 days ago), rested (90 days ago),
    often (four times in a year), unasked (nobody who may be asked), moved (who may be asked has left).
    Detractors: unhappy (renews on the 182nd day), later (one day after it). Silent: silent, dropping (renews).
    Quiet with a passive answer: fine. Gone: one who stood as silent a year ago."""
    loyal = ["loyal", "tired", "rested", "often", "unasked", "moved"]
    names = ["angry", "renewing", *loyal, "unhappy", "later", "silent", "dropping", "fine"]
    due = {
        "renewing": SUNDAY + dt.timedelta(days=1),
        "unhappy": SUNDAY + dt.timedelta(days=182),
        "later": SUNDAY + dt.timedelta(days=183),
        "dropping": SUNDAY + dt.timedelta(days=30),
        "silent": SUNDAY + dt.timedelta(days=30),
    }
    terms = [term(name, "2025-01-01", mrr=100, renews_on=due.get(name)) for name in names]
    terms.append(term("gone", "2025-01-01", "2026-01-01"))
    weeks = [WEEK - dt.timedelta(weeks=number) for number in range(17)]
    tables = {
        "subscriptions": terms,
        "cases": [complain("angry"), complain("renewing")],
        "advocacy_events": [
            {"customer_id": each, "occurred_on": day(40), "kind": "case_study", "is_solicited": True}
            for each in loyal
        ],
        "contacts": [
            {"customer_id": each, "has_reference_consent": each != "unasked", "is_active": each != "moved"}
            for each in loyal
        ],
        "reference_asks": [
            ask("tired", 89), ask("rested", 90), *(ask("often", 91 + number) for number in range(4)),
            *(ask("loyal", 91 + number) for number in range(3)), ask("loyal", 365),
        ],
        "survey_responses": [
            {"customer_id": each, "responded_on": day(10), "instrument": "nps", "score": score}
            for each, score in (("unhappy", 2), ("later", 3), ("fine", 8))
        ],
        "usage": [
            {"customer_id": "dropping", "week_start": each, "usage": 50 if number < 4 else 100}
            for number, each in enumerate(weeks)
        ],
        "costs": [
            {"month": dt.date(2026, 5, 1), "purpose": "retention", "amount": 300},
            {"month": dt.date(2025, 6, 1), "purpose": "retention", "amount": 200},
            {"month": dt.date(2025, 5, 1), "purpose": "retention", "amount": 1000},
            {"month": dt.date(2026, 5, 1), "purpose": "acquisition", "amount": 999},
        ],
    }  # fmt: skip
    with build_tiny(tables, "2026-06-28", gross_margin=0.8) as connection:
        yield connection


@pytest.fixture(scope="module")
def grounds(company: duckdb.DuckDBPyConnection) -> dict[str, Ground]:
    return {each.kind.key: each for each in find_grounds(company.cursor(), WEEK, 2)}


def members(company: duckdb.DuckDBPyConnection, key: str) -> set[str]:
    return {each.customer_id for each in list_members(company.cursor(), WEEK, [(key, 100)])}


def test_who_qualifies(company: duckdb.DuckDBPyConnection) -> None:
    assert members(company, "win_back") == {"angry", "renewing"}
    assert members(company, "references") == {"loyal", "rested"}
    assert members(company, "rescue") == {"renewing", "unhappy", "dropping"}
    # A drop in usage alone is weak evidence, so its customer is among the silent.
    assert members(company, "conversations") == {"unhappy", "later", "silent", "dropping"}


def test_what_the_data_know(grounds: dict[str, Ground]) -> None:
    assert tuple(grounds) == KEYS
    talks = grounds["conversations"]
    assert (talks.pool, talks.reachable) == (4, 4)
    assert talks.margin is not None
    assert talks.margin.range == Range(960, 960, 960)  # 100 a month at 80 %
    # A year ago nobody had said anything: 14 were silent, of whom 13 are still there.
    assert talks.persistence is not None
    assert talks.persistence.range.base == pytest.approx(13 / 14)
    # That of all who stood so, taken for those who would have left.
    assert talks.persistence.kind == PROXY
    assert talks.left.value == pytest.approx(1 / 14)
    assert talks.spent is None
    # Of the actively dissatisfied there was none: the share of all customers stands in.
    angry = grounds["win_back"]
    assert angry.anyway == ""
    assert angry.persistence is not None
    assert angry.persistence.source.startswith("all customers")
    assert angry.spent is not None
    assert (angry.spent.amount, angry.spent.cost_months) == (500, 2)
    assert angry.spent.first_month == dt.date(2025, 6, 1)
    assert all(each.evidence.verdict == NOT_TRIED for each in grounds.values())


def test_each_customer_counts_once(company: duckdb.DuckDBPyConnection) -> None:
    cursor = company.cursor()
    found = count_reach(cursor, WEEK, [("win_back", 9), ("rescue", 9), ("conversations", 9)])
    assert found.reached == {"win_back": 2, "rescue": 3, "conversations": 4}
    assert found.counted == {"win_back": 2, "rescue": 2, "conversations": 2}
    assert found.both["win_back", "rescue"] == found.both["rescue", "win_back"] == 1
    assert found.both["rescue", "conversations"] == 2
    assert ("win_back", "conversations") not in found.both
    # In the other order the later one is left with less, and the sum is the same.
    turned = count_reach(cursor, WEEK, [("conversations", 9), ("rescue", 9), ("win_back", 9)])
    assert turned.counted == {"conversations": 4, "rescue": 1, "win_back": 1}
    none = count_reach(cursor, WEEK, [("win_back", 0), ("rescue", 9)])
    assert none.counted == {"win_back": 0, "rescue": 3}


def test_a_part_of_a_pool_is_drawn_by_lot_from_each_standing(
    company: duckdb.DuckDBPyConnection,
) -> None:
    found = list_members(company.cursor(), WEEK, [("conversations", 2)])
    assert {each.standing for each in found if each.is_reached} == {"dissatisfied", "silent"}
    again = list_members(company.cursor(), WEEK, [("conversations", 2)])
    assert found == again
    assert {each.counted_in for each in found} == {"conversations", None}


def test_a_case_takes_from_the_data_what_was_not_entered(
    company: duckdb.DuckDBPyConnection, grounds: dict[str, Ground]
) -> None:
    choices = (
        Choice("win_back", cost=Range(500, 500, 500), effect=Range(0.5, 0.5, 0.9)),
        Choice("references", cost=Range(1, 1, 1)),
        Choice("rescue", effect=FLAT),
        Choice("conversations", cost=FLAT, effect=FLAT, reached=50),
    )
    scenario = Scenario(choices)
    base = Base(WEEK, grounds, "EUR", 0.1)
    assert list_asked(scenario, grounds) == [("win_back", 2), ("conversations", 4)]
    found = find_case(company.cursor(), scenario, base, "Plan")
    assert found.case is not None
    rest = find_without(company.cursor(), scenario, base, found.case, "win_back")
    assert [each.key for each in rest.programmes] == ["conversations"]
    first, second = found.case.programmes
    assert (first.pool, first.reached, first.counted) == (2, 2, 2)
    assert (first.margin.kind, first.effect.kind) == ("own data", "assumption")
    assert first.counterfactual == "what they would have done anyway, assumed"
    assert second.counted == 4
    assert found.case.budget == pytest.approx(500.1)
    assert found.case.discount.range == Range(0.1, 0.1, 0.1)
    references, rescue = found.missing
    assert references.startswith(
        "Ask the loyal for references is left out: enter its effect (not measured"
    )
    assert rescue == "Rescue at-risk renewals is left out: enter its cost."
    # Four are there; and of 14 who stood so one left, so ten of a hundred could have been kept, not more.
    assert found.remarks == (
        "Five conversations a day reaches 4 of the 50 asked for: no more are there.",
        "The whole pool is reached, so nobody is left to compare with and what comes cannot be measured: "
        "Win back the actively dissatisfied, Five conversations a day. Reach fewer to have a holdout.",
    )


def test_an_effect_beyond_those_who_leave_is_refused(
    company: duckdb.DuckDBPyConnection, grounds: dict[str, Ground]
) -> None:
    scenario = Scenario((Choice("conversations", cost=FLAT, effect=Range(0.1, 0.5, 0.9)),))
    base = Base(WEEK, grounds, "EUR", 0.1)
    found = find_case(company.cursor(), scenario, base, "Plan")
    (told,) = found.missing
    assert found.case is None
    assert list_asked(scenario, grounds) == []
    assert told.startswith(
        "Five conversations a day is left out: it cannot keep 90.0 %: of such customers 7.1 % left within a year"
    )
    possible = Scenario((Choice("conversations", cost=FLAT, effect=Range(0.1, 0.1, 0.1)),))
    case = find_case(company.cursor(), possible, base, "Plan").case
    assert case is not None
    assert find_without(company.cursor(), possible, base, case, "conversations").programmes == ()
    # One that was saved with it before is not approved.
    refuse_impossible(case, grounds)
    (line,) = case.programmes
    saved = replace(line, effect=replace(line.effect, range=Range(0.1, 0.5, 0.9)))
    with pytest.raises(StandingError, match="cannot be approved: it cannot keep"):
        refuse_impossible(replace(case, programmes=(saved,)), grounds)


def trial(kept: int, other: int, customers: int = 100) -> Trial:
    def arm(count: int) -> Arm:
        return Arm(customers, 0, 0, Sample(customers, 0, 1), count, 0)

    return Trial("Calls", 52, arm(kept), arm(other))


def test_a_holdout_gives_the_lower_bound_or_no_effect() -> None:
    kind = WIN_BACK
    shown = judge_trial(trial(95, 75), kind)
    # Newcombe: 0.95 - 0.75 = 0.20, from 0.1026 to 0.2985.
    assert shown.verdict == SHOWN
    assert shown.effect is not None
    assert shown.found is not None
    assert shown.effect.range == Range(shown.found.low or 0, shown.found.low or 0, 0.95 - 0.75)
    assert shown.effect.source.startswith(
        "lower bound of Calls, 100 invited and 100 held out by lot"
    )
    assert shown.counterfactual == "100 customers held out of Calls by lot"
    still = judge_trial(trial(80, 78), kind)
    assert still.verdict == NOT_SHOWN
    assert still.effect is not None
    assert still.effect.range.base == 0
    assert still.effect.range.low < 0 < still.effect.range.high


def test_a_yearly_limit_is_all_that_a_programme_can_reach(grounds: dict[str, Ground]) -> None:
    """Three of the four: asked for nine, it reaches three, and no further 10,000 finds a fourth."""
    talks = grounds["conversations"]
    limited = {"conversations": replace(talks, kind=replace(talks.kind, most=3))}
    scenario = Scenario((Choice("conversations", cost=FLAT, effect=FLAT, reached=9),))
    asked = list_asked(scenario, limited)
    assert asked == [("conversations", 3)]
    reach = Reach(dict(asked), dict(asked), {})
    found = make_case(scenario, limited, reach, "Plan", "EUR", 0.1)
    assert found.case is not None
    assert found.case.programmes[0].pool == 3
    more = compute_next(found.case, "conversations")
    assert more is not None
    assert more.customers == 0


def test_an_effect_is_held_against_what_was_measured(grounds: dict[str, Ground]) -> None:
    """0.20 was measured, then nothing: what was entered stands, and the page says so."""
    reach = Reach({"win_back": 1}, {"win_back": 1}, {})

    def remark(shown: Trial, base: float) -> tuple[str, ...]:
        evidence = judge_trial(shown, WIN_BACK)
        ground = replace(grounds["win_back"], evidence=evidence)
        choice = Choice("win_back", cost=FLAT, reached=1, effect=Range(base, base, base))
        found = make_case(Scenario((choice,)), {"win_back": ground}, reach, "Plan", "EUR", 0.1)
        assert found.case is not None
        assert found.case.programmes[0].counterfactual.startswith(
            "what they would have done anyway"
        )
        return found.remarks

    assert remark(trial(95, 75), 0.2) == ()
    (above,) = remark(trial(95, 75), 0.21)
    assert above.startswith(
        "Win back the actively dissatisfied is entered above what own data show: Calls"
    )
    (none,) = remark(trial(80, 78), 0.01)
    assert none.startswith(
        "Win back the actively dissatisfied: no effect shown in own data, Calls, "
    )


def test_harm_is_no_missing_effect() -> None:
    found = judge_trial(trial(70, 95), WIN_BACK)
    assert found.verdict == HARM
    assert found.effect is not None
    assert found.effect.range.high < 0
    assert describe_evidence(found).startswith("harm shown: Calls, 100 invited")


def test_the_matched_comparison_gives_its_lower_bound() -> None:
    """120 of those who rose and 240 alike: 5 points more stayed, 1 to 9."""
    band = Band(0.95, 0.9, 0.98)
    gain, points = Difference(100.0, 10.0, 190.0), Difference(0.05, 0.01, 0.09)
    trend = Difference(0.0, -5.0, 5.0)
    matched = Matched(120, 240, 8, 1, 1, 1, 1, gain, trend, (), band, band, points)
    found = judge_move(Effect(52, True, 130, 1.0, 1.0, gain, band, matched))
    assert found.verdict == SHOWN
    assert found.effect is not None
    assert found.effect.range == Range(0.01, 0.01, 0.05)
    assert found.effect.source.startswith(
        "lower bound of matched comparison, 120 customers who rose"
    )
    assert found.counterfactual == "240 customers alike who did not rise"
    talk = judge_talk(Effect(52, True, 130, 1.0, 1.0, gain, band, matched))
    assert talk.effect is not None
    assert talk.counterfactual == "240 customers alike with whom nobody spoke"


def test_a_comparison_that_cannot_be_claimed_proposes_no_effect() -> None:
    band = Band(0.95, 0.9, 0.98)
    gain, trend = Difference(100.0, 10.0, 190.0), Difference(9.0, 5.0, 13.0)
    matched = Matched(120, 240, 8, 1, 1, 1, 1, gain, trend, (), band, band, gain)
    few = replace(matched, customers=29)
    for customers, compared, why in (
        (130, matched, "moved differently before"),
        (29, few, "29 find others alike, fewer than 30"),
        (400, matched, "120 find others alike, less than half"),
        (0, None, "0 find others alike"),
    ):
        found = judge_talk(Effect(52, True, customers, 1.0, 1.0, gain, band, compared))
        assert (found.verdict, found.effect) == (NOT_TRIED, None)
        assert why in found.told
    assert judge_move(None).effect is None
    assert judge_talk(None).effect is None


def test_who_cannot_be_found_is_told() -> None:
    """An export without contacts and renewal dates has no pool, and says why."""
    tables = {"subscriptions": [term("one", "2025-01-01")]}
    with build_tiny(tables, "2026-06-28") as connection:
        grounds = find_grounds(connection.cursor(), WEEK, 2)
        base = Base(WEEK, {each.kind.key: each for each in grounds}, "EUR", 0.1)
        lacking = {key: each.lacking for key, each in base.grounds.items() if each.lacking}
        scenario = Scenario((Choice("references", cost=FLAT, effect=FLAT),))
        found = find_case(connection.cursor(), scenario, base, "Plan")
    assert lacking["references"] == "the export does not say which contacts may be asked"
    assert lacking["rescue"] == "the export has no renewal dates"
    assert base.grounds["win_back"].margin is None
    assert found.case is None
    assert found.missing == (
        "Ask the loyal for references is left out: the export does not say which contacts may be asked.",
    )


def test_a_programme_speaks_for_those_it_was_for() -> None:
    """60 customers who complained are drawn into two arms; half of those held out leave, and of a line whose
    customers they are not nothing is said."""
    arms = [(f"t{number}", "treated") for number in range(30)]
    arms += [(f"h{number}", "holdout") for number in range(30)]
    leaves = {f"h{number}" for number in range(15)}
    tables = {
        "subscriptions": [
            term(name, "2025-01-01", "2026-03-01" if name in leaves else None) for name, _ in arms
        ],
        "cases": [complain(name, 300) for name, _ in arms],
        "programme_members": [
            {
                "programme": "Calls",
                "customer_id": name,
                "assigned_on": dt.date(2025, 9, 15),
                "arm": arm,
            }
            for name, arm in arms
        ],
    }
    with build_tiny(tables, "2026-06-28") as connection:
        found = find_evidence(connection.cursor(), WEEK)
    assert found["win_back"].verdict == SHOWN
    assert found["win_back"].found is not None
    assert found["win_back"].found.value == pytest.approx(0.5)
    assert (
        "30 invited and 30 held out by lot who were actively dissatisfied" in found["win_back"].told
    )
    assert found["conversations"].verdict == NOT_TRIED
    assert found["references"].verdict == NOT_TRIED
    assert {each.key for each in KINDS} == set(found)


def test_the_value_at_what_those_who_left_were_worth_stands_beside(
    grounds: dict[str, Ground],
) -> None:
    """A tenth of one kept at 1,000 a year, half of it lasting, over two years at 0 %: 100 x 1.5 - 50 = 100. Those who
    left paid 600 and had stayed a fourth of the year: 60 x 1.5 - 15 - 50 = 25."""
    known = replace(
        grounds["win_back"],
        margin=Assumption(Range(900, 1000, 1100), "own data", "mean"),
        leavers=Leavers(4, 600.0, 0.25),
    )
    flat = Choice(
        "win_back", cost=Range(50, 50, 50), reached=1, effect=Range(0.1, 0.1, 0.1), persistence=Range(0.5, 0.5, 0.5)
    )  # fmt: skip
    reach = Reach({"win_back": 1}, {"win_back": 1}, {})
    scenario = Scenario((flat,), years=2, discount=Range(0, 0, 0))

    def credit(ground: Ground) -> str:
        return make_case(scenario, {"win_back": ground}, reach, "Plan", "EUR", 0.1).credited

    assert credit(known).endswith("NPV is EUR 25 in place of EUR 100.")
    assert credit(replace(known, leavers=None)).endswith("left in a year to compare with.")
