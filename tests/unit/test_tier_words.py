"""The sentences of 5.3 on the value of a move, the ladder, the plan, and what a holdout says."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from analyses.lifetime.assumptions import Assumptions
from analyses.tier_value.effect import Effect, Matched
from analyses.tier_value.evidence import find_evidence
from analyses.tier_value.ladder import list_arms, list_changes, list_comparisons, list_rungs
from analyses.tier_value.plan import Spent, compute_break_even, find_spent
from analyses.tier_value.programme import Trial, find_trials
from analyses.tier_value.words import (
    Gap,
    describe_claim,
    describe_gap,
    describe_plan,
    describe_rungs,
    describe_trial,
    find_claim,
    find_rung,
    find_trial,
)
from charts.tier_effect import build_effect_chart
from commands.tier_moves import print_moves
from metrics.intervals import Band, Difference
from metrics.scope import Scope
from tests.tiny import build_tiny, term

SPENT = Spent(dt.date(2025, 5, 1), dt.date(2026, 4, 1), 12, Decimal(12_000), 70)
KEPT = Band(0.9, 0.8, 0.95)
MATCHED = Matched(
    40, 200, 9, 1000, 1300, 1000, 1150, Difference(150, 48, 252), Difference(5, -10, 20),
    (Difference(30, 1, 59),) * 4, KEPT, Band(0.85, 0.8, 0.9), Difference(0.05, -0.06, 0.12),
)  # fmt: skip
EFFECT = Effect(52, True, 50, 1000, 1300, Difference(300, 200, 400), KEPT, MATCHED)


def with_gain(*bounds: float) -> Effect:
    return replace(EFFECT, matched=replace(MATCHED, gain=Difference(*bounds)))


def test_the_template_of_the_specification_is_said_literally() -> None:
    told = f"{describe_gap(Gap(178, 120, 240), 'EUR')} {describe_claim(EFFECT, SPENT, 'EUR')}"
    assert told == (
        "Advocates are worth EUR 178 more over 52 weeks than neutral customers. This is a difference "
        "between groups, not a proven effect. Matched comparison supports a gain of EUR 150 (95 % CI "
        "48\u2013252); the plan below uses the lower bound EUR 48 and breaks even at 250 customers."
    )


def test_a_shorter_horizon_is_said() -> None:
    said = describe_claim(replace(EFFECT, weeks=26), SPENT, "EUR")
    assert "a gain of EUR 150 (95 % CI 48\u2013252) over 26 weeks; the plan" in said


def test_a_band_that_holds_0_shows_no_difference() -> None:
    told = describe_gap(Gap(178, -5, 240), "EUR")
    assert "which may be chance (95 % band -EUR 5 to 240)" in told
    assert describe_gap(Gap(-20, -30, -10), "EUR").startswith("Advocates are worth EUR 20 less")
    told = describe_gap(Gap(None, None, None, "12 left this tier"), "EUR")
    assert told == (
        "What advocates are worth beyond neutral customers over 52 weeks is n/a: 12 left this tier."
    )


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (with_gain(150, -1, 301), "does not show a gain: EUR 150 (95 % CI -EUR 1 to EUR 301), which"),
        (with_gain(-150, -200, -100), "shows a loss: -EUR 150 (95 % CI -EUR 200 to -EUR 100)"),
        (
            replace(EFFECT, matched=replace(MATCHED, trend=Difference(5, 1, 9))),
            "supports no gain: margin moved differently before the rise already, by EUR 5 (95 % CI 1",
        ),
        (
            replace(EFFECT, matched=replace(MATCHED, customers=29)),
            "supports no gain: 29 customers rose and find others alike, fewer than 30",
        ),
        (replace(EFFECT, customers=90), "of 90 customers who rose only 40 find others alike"),
        (replace(EFFECT, matched=None), "supports no gain: 0 customers rose"),
        (None, "supports no gain: 0 customers rose"),
    ],
)  # fmt: skip
def test_no_gain_without_its_grounds(effect: Effect | None, said: str) -> None:
    told = describe_claim(effect, SPENT, "EUR")
    assert said in told
    assert told.endswith("so there is no break-even.")
    assert "the plan below" not in told


def test_without_a_cost_there_is_no_break_even() -> None:
    unspent = replace(SPENT, amount=None, cost_months=0)
    assert describe_claim(EFFECT, unspent, "EUR").endswith(
        "uses the lower bound EUR 48 and has no break-even, since the export has no cost of advocacy "
        "in the last 12 months."
    )
    assert "no cost with the purpose advocacy" in describe_plan(unspent, EFFECT, "EUR")


def test_the_plan_divides_the_cost_by_the_lower_bound() -> None:
    told = describe_plan(SPENT, EFFECT, "EUR")
    assert told.startswith(
        "Advocacy cost EUR 12.0 k in May 2025 to Apr 2026; at EUR 48 a customer in 52 weeks, 250 pay for"
    )
    assert "70 rose on evidence" in told
    for effect in (with_gain(150, -1, 301), with_gain(-150, -200, -100), None):
        assert "No gain is claimed" in describe_plan(SPENT, effect, "EUR")


def test_within_filters_there_is_no_plan() -> None:
    assert "costs are those of the whole company" in describe_claim(EFFECT, None, "EUR")
    assert "no plan for a part of it" in describe_plan(None, EFFECT, "EUR")


def test_break_even_is_the_first_whole_customer() -> None:
    """Section 8: 44.15 customers are 45."""
    assert compute_break_even(60_000, 60_000 / 44.15) == 45
    assert compute_break_even(300, 100) == 3
    assert compute_break_even(0, 100) == 0
    assert compute_break_even(300, 0) is None
    assert compute_break_even(300, -5) is None


def test_the_claim_is_of_acts_over_a_year_where_enough_were_followed() -> None:
    few = replace(EFFECT, matched=replace(MATCHED, customers=29))
    half, other = replace(EFFECT, weeks=26), replace(EFFECT, is_act=False)
    assert find_claim([EFFECT, half, other]) is EFFECT
    assert find_claim([few, half, other]) is half
    assert find_claim([few, replace(few, weeks=26), other]) == replace(few, weeks=26)
    assert find_claim([replace(EFFECT, customers=0), other]) is None


def test_the_rung_is_the_highest_that_holds() -> None:
    grew = replace(EFFECT, matched=replace(MATCHED, trend=Difference(5, 1, 9)))
    assert find_rung([EFFECT], "EUR") == 3
    assert find_rung([grew], "EUR") == 2
    assert find_rung([replace(grew, customers=29)], "EUR") == 1
    assert find_rung([], "EUR") == 1


def test_each_statement_names_its_own_rung() -> None:
    gap = Gap(-178, -240, -120)
    assert describe_rungs(gap, [EFFECT], None, "EUR") == (
        "The difference of EUR 178 stands on rung 1 of 4: a difference between groups. What a move does: "
        "rung 3, matched comparison with customers alike."
    )
    told = describe_rungs(Gap(None, None, None, "why"), [], None, "EUR")
    assert told.startswith(
        "Such a difference would stand on rung 1 of 4: a difference between groups."
    )
    assert told.endswith("What a move does is not known: no rung above 1 holds.")


def test_the_tables_say_what_each_rung_may() -> None:
    rows = list_rungs(Gap(178, 120, 240), [EFFECT], None, "EUR")
    assert [row["rung"] for row in rows] == [1, 2, 3, 4]
    assert rows[2]["margin of a customer"] == "EUR 150 (95 % CI 48\u2013252)"
    assert rows[3]["n"] == "no programme with a holdout"
    assert str(rows[0]["measure"]).startswith("modelled: 52 weeks to come")
    assert rows[2]["measure"] == "observed: 52 weeks, not discounted"
    empty = list_rungs(Gap(None, None, None, "nobody"), [], None, "EUR")
    assert [row["margin of a customer"] for row in empty] == ["n/a"] * 4
    (row,) = list_comparisons([EFFECT, replace(EFFECT, customers=0)], "EUR")
    assert (row["verdict"], row["with others alike"]) == ("a gain", "40 of 50")
    (lost,) = list_comparisons([replace(EFFECT, matched=None)], "EUR")
    assert (lost["change"], lost["others"]) == ("n/a", 0)
    assert list(lost) == list(row)
    assert lost["verdict"] == "not claimed: fewer than 30"
    assert len(list_changes([EFFECT, replace(EFFECT, customers=0)], "EUR")) == 1


def test_the_chart_is_never_stronger_than_its_interval_or_its_check() -> None:
    chart = build_effect_chart(EFFECT, MATCHED, "EUR", "margin 80 %")
    assert (
        chart.title == "Who rose after an act earns us EUR 150 more in 52 weeks than others alike"
    )
    assert "n = 40 who rose, 200 others" in chart.subtitle
    (trace,) = chart.figure["data"]
    # The halves before differ by 5 (-10 to 20), so the first stands 5 below the second, which is 0.
    assert trace["y"] == [-5, 0, 30, 30, 30, 30]
    assert [trace["error_y"][side][0] for side in ("arrayminus", "array")] == [15, 15]
    assert [row["weeks from the rise"] for row in chart.rows][1:3] == ["-13 to -1", "1 to 13"]
    unclear = with_gain(150, -1, 301)
    assert unclear.matched is not None
    assert (
        "no clearly other margin" in build_effect_chart(unclear, unclear.matched, "EUR", "").title
    )
    grew = replace(MATCHED, trend=Difference(5, 1, 9))
    shown = build_effect_chart(replace(EFFECT, matched=grew), grew, "EUR", "")
    assert shown.title.endswith("cannot be compared: no gain is claimed")


# --- a programme with a holdout, and what it cost ---


def member(name: str, arm: str | None, day: str, programme: str = "Voices") -> dict[str, Any]:
    assigned = dt.date.fromisoformat(day)
    return {"programme": programme, "customer_id": name, "assigned_on": assigned, "arm": arm}


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    start = "2024-09-02"
    terms = [
        term("a", start, "2025-09-01", 100), term("a", "2025-09-01", None, 200),
        *(term(name, start, None, 100) for name in ("b", "d", "twice", "unknown")),
        term("c", start, "2025-08-01", 100),
        term("late", "2025-07-01", None, 100),
    ]  # fmt: skip
    members = [
        member("a", "treated", "2025-06-02"), member("a", "holdout", "2025-07-07"),
        member("b", "treated", "2025-06-02"), member("c", "holdout", "2025-06-02"),
        member("d", "holdout", "2025-06-02"), member("unknown", None, "2025-06-02"),
        member("twice", "treated", "2025-06-02"), member("twice", "holdout", "2025-06-02"),
        # not a customer on the day; a programme without a holdout
        member("late", "holdout", "2025-06-02"), member("d", "treated", "2025-06-02", "Alone"),
    ]  # fmt: skip
    reference = {
        "customer_id": "b", "occurred_on": dt.date(2025, 6, 10), "kind": "reference", "is_solicited": True,
    }  # fmt: skip
    costs = [
        {"month": dt.date(2025, month, 1), "purpose": "advocacy", "amount": Decimal(100)}
        for month in (3, 4, 5, 12)
    ]
    tables = {
        "subscriptions": terms, "programme_members": members, "advocacy_events": [reference],
        "costs": [*costs, {"month": dt.date(2025, 12, 1), "purpose": "service", "amount": Decimal(9)}],
    }  # fmt: skip
    with closing(build_tiny(tables, "2026-05-03", gross_margin=0.5)) as connection:
        yield connection


def find(connection: duckdb.DuckDBPyConnection) -> tuple[Trial, ...]:
    with closing(connection.cursor()) as cursor:
        return find_trials(cursor, dt.date(2026, 4, 27), Scope())


def test_everybody_counts_in_the_arm_of_the_lot(tiny: duckdb.DuckDBPyConnection) -> None:
    (trial,) = find(tiny)
    assert (trial.programme, trial.weeks) == ("Voices", 26)
    day = 0.5 * 100 * 12 / 365.2425
    assert (trial.treated.customers, trial.holdout.customers) == (2, 2)
    assert trial.treated.level == trial.holdout.level == pytest.approx(182 * day)
    # a pays twice as much from 1 September, day 91 of 182; c left on 1 August, day 60.
    assert trial.treated.change.mean == pytest.approx(91 / 2 * day)
    assert trial.holdout.change.mean == pytest.approx(-122 / 2 * day)
    assert trial.gain.value == pytest.approx((91 + 122) / 2 * day)
    assert (trial.treated.kept, trial.holdout.kept) == (2, 1)
    # b's reference made it loyal; a's expansion without an answer does not.
    assert (trial.treated.for_us, trial.holdout.for_us) == (1, 0)
    assert trial.has_few
    assert describe_trial(trial, "EUR") == (
        "Voices: 2 invited, 2 held out by lot, fewer than 30 in an arm: no verdict."
    )
    assert [row["arm"] for row in list_arms([trial], "EUR")] == [
        "invited", "held out", "difference (95 % CI)",
    ]  # fmt: skip


def test_the_command_prints_what_the_page_says(
    tiny: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(tiny.cursor()) as cursor:
        evidence = find_evidence(cursor, dt.date(2026, 4, 27), Scope())
        part = find_evidence(cursor, dt.date(2026, 4, 27), Scope(segment=("unknown",)))
    assert part.spent is None
    assert part.trials == evidence.trials
    assumptions = Assumptions(0.5, 0.1, 60, margin_by_segment=(("SMB", 0.4),))
    gap = Gap(178, 120, 240)
    print_moves(evidence, gap, assumptions, "EUR", "table")
    printed = capsys.readouterr().out
    assert printed.startswith(
        "Advocates are worth EUR 178 more over 52 weeks than neutral customers. This"
    )
    for said in (
        "stands on rung 1 of 4",
        "rung 1: modelled and discounted",
        "fewer than 30 in an arm",
        "Gross margin 50 % (SMB 40 %)",
    ):
        assert said in printed
    named = replace(evidence, trials=(replace(evidence.trials[0], programme="Voices\x1b[31m"),))
    print_moves(named, gap, assumptions, "EUR", "table")
    assert "\x1b" not in capsys.readouterr().out
    print_moves(evidence, gap, assumptions, "EUR", "json")
    rows = json.loads(capsys.readouterr().out)
    assert [(row["rung"], row["weeks"]) for row in rows] == [
        (3, 52),
        (3, 26),
        (3, 52),
        (3, 26),
        (4, 26),
    ]
    assert rows[-1]["gain"] == pytest.approx((91 + 122) / 2 * 0.5 * 100 * 12 / 365.2425, abs=1e-6)
    assert {row["assumptions"] for row in rows} == {
        "gross margin 50 % (SMB 40 %), margin of paid terms, not discounted, before acquisition cost"
    }


def test_a_lot_with_enough_customers_is_the_highest_rung(tiny: duckdb.DuckDBPyConnection) -> None:
    (small,) = find(tiny)
    arms = {
        "treated": replace(small.treated, customers=80), "holdout": replace(small.holdout, customers=80)
    }  # fmt: skip
    trial = replace(small, **arms)
    told = describe_rungs(Gap(178, 120, 240), [], trial, "EUR")
    assert told.endswith("The invitation to Voices: rung 4, a holdout drawn by lot.")
    assert "rung 4" not in describe_rungs(Gap(178, 120, 240), [], small, "EUR")
    assert "no clear gain" in describe_trial(trial, "EUR")
    assert find_trial([replace(trial, weeks=52), trial]) == replace(trial, weeks=52)
    assert find_trial([replace(small, weeks=52), trial]) == trial
    assert find_trial([]) is None
    assert describe_trial(None, "EUR").startswith("No programme with a holdout")


def test_what_advocacy_cost_in_twelve_whole_months(tiny: duckdb.DuckDBPyConnection) -> None:
    with closing(tiny.cursor()) as cursor:
        spent = find_spent(cursor, dt.date(2026, 4, 27))
        early = find_spent(cursor, dt.date(2026, 3, 23))
    # The week ends before 4 May: May 2025 to April 2026; and before 30 March: March 2025 to February.
    assert (spent.first_month, spent.last_month) == (dt.date(2025, 5, 1), dt.date(2026, 4, 1))
    assert (spent.amount, spent.cost_months) == (200, 2)
    assert (early.first_month, early.amount) == (dt.date(2025, 3, 1), 400)
    # b rose on 22 June 2025, a week after its raw tier.
    assert spent.risen == 1
    assert "(2 of 12 months have one)" in describe_plan(spent, None, "EUR")
