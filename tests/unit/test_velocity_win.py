"""The win rate by every definition: Varicent's example and deals of different size."""

import datetime as dt
from dataclasses import replace

from analyses.velocity.variants import CREATED_RATE
from analyses.velocity.win import (
    BY_COUNT,
    BY_VALUE,
    IN_TIME,
    WITHIN,
    describe_win,
    describe_year,
    list_win_rows,
)
from metrics.engine import Record
from metrics.intervals import compute_wilson

WEEK = dt.date(2026, 1, 5)


def rate(metric: str, won: float, of: float, week: dt.date = WEEK) -> list[Record]:
    low, high = (None, None) if metric == BY_VALUE else compute_wilson(won, of)
    value, reason = (won / of, None) if of else (None, "no_denominator")
    return [
        Record(metric, "week", week, None, None, None, value, won, of, low, high, "percent", reason)
    ]


# 100 created in January, 3 won, 7 lost, 90 open: 3 % of those created, 30 % of those closed.
VARICENT = {
    BY_COUNT: rate(BY_COUNT, 3, 10),
    BY_VALUE: rate(BY_VALUE, 90_000, 160_000),
    CREATED_RATE: rate(CREATED_RATE, 3, 100),
    IN_TIME: [replace(each, member=WITHIN, value=0.12) for each in rate(IN_TIME, 3, 100)],
}


def test_each_definition_has_its_counts_and_interval() -> None:
    by_count, by_value, created, in_time = list_win_rows(VARICENT, WEEK, "EUR", 10)
    assert (by_count["share"], by_count["won of"]) == ("30.0 %", "3 of 10")
    assert by_count["95 % interval"] == "10.8-60.3 %"
    assert (by_value["share"], by_value["won of"]) == ("56.2 %", "EUR 90.0 k of EUR 160 k")
    assert by_value["95 % interval"] == ""
    assert (created["share"], created["won of"]) == ("3.0 %", "3 of 100")
    # no quotient of two counts, and none is shown
    assert (in_time["share"], in_time["won of"]) == ("12.0 %", "100 deals")


def test_the_message_sets_closed_beside_created() -> None:
    assert (
        describe_win(VARICENT, WEEK, 10)
        == "Won: 30.0 % of the deals that closed, 3.0 % of those created"
    )
    young = {**VARICENT, CREATED_RATE: rate(CREATED_RATE, 0, 0)}
    assert describe_win(young, WEEK, 10) == "Won: 30.0 % of the deals that closed"
    assert (
        list_win_rows(young, WEEK, "", 10)[2]["share"] == "n/a: nothing to divide by in this period"
    )
    nothing = {**VARICENT, BY_COUNT: rate(BY_COUNT, 0, 0)}
    assert describe_win(nothing, WEEK, 10) == "No deal closed in 91 days: no win rate"
    before = {name: [] for name in VARICENT}
    assert list_win_rows(before, WEEK, "", 10)[0]["share"] == "n/a: no data so far back"


def test_a_year_is_told_where_it_can_be_told_apart() -> None:
    """56 of 70 against 48 of 80: +0.2, Newcombe 0.0524 to 0.3339 (metrics.md 1.6)."""
    ago = WEEK - dt.timedelta(weeks=52)
    now, before = rate(BY_COUNT, 56, 70), rate(BY_COUNT, 48, 80, ago)
    assert describe_year([*before, *now], WEEK, 20) == (
        "Win rate 80.0 %, 20.0 pp more than a year before (95 % interval 5.2-33.4 pp)"
    )
    turned = [*rate(BY_COUNT, 56, 70, ago), *rate(BY_COUNT, 48, 80)]
    assert "20.0 pp less than a year before (95 % interval 5.2-33.4 pp)" in describe_year(
        turned, WEEK, 20
    )
    alike = [*rate(BY_COUNT, 55, 80, ago), *now]
    assert describe_year(alike, WEEK, 20).endswith("not distinguishable from a year before")


def test_too_few_closed_deals_stand_as_counts() -> None:
    assert describe_year(rate(BY_COUNT, 3, 10), WEEK, 20) == (
        "Win rate: 3 of 10 closed deals won, 95 % interval 10.8-60.3 %"
    )
    few = [*rate(BY_COUNT, 3, 10, WEEK - dt.timedelta(weeks=52)), *rate(BY_COUNT, 56, 70)]
    assert describe_year(few, WEEK, 20) == "Win rate 80.0 %: 56 of 70 closed deals won"
    assert describe_year([], WEEK, 20) == "Win rate n/a"


def test_below_twenty_there_are_counts_and_interval() -> None:
    rows = list_win_rows(VARICENT, WEEK, "EUR", 20)
    assert (rows[0]["share"], rows[0]["won of"], rows[0]["95 % interval"]) == (
        "too few for a rate", "3 of 10", "10.8-60.3 %",
    )  # fmt: skip
    assert rows[2]["share"] == "3.0 %"
    assert describe_win(VARICENT, WEEK, 20) == "Won: 3 of 10 deals that closed"


def test_a_rate_by_value_says_nothing_where_one_side_has_no_amounts() -> None:
    """90,000 of 90,000 while 7 deals were lost; 0 of 70,000 while 3 were won."""
    for won, of, side in ((90_000, 90_000, "lost"), (0, 70_000, "won")):
        found = {**VARICENT, BY_VALUE: rate(BY_VALUE, won, of)}
        row = list_win_rows(found, WEEK, "EUR", 10)[1]
        assert (row["share"], row["mind"]) == (
            "n/a",
            f"no {side} deal has an amount: it says nothing",
        )
    all_won = {**VARICENT, BY_COUNT: rate(BY_COUNT, 3, 3), BY_VALUE: rate(BY_VALUE, 9, 9)}
    assert list_win_rows(all_won, WEEK, "EUR", 1)[1]["share"] == "100 %"
