"""The value of a tier: counts and margins by hand on a small company, bands, backtest and reasons."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import duckdb
import numpy as np
import pytest

from analyses.tier_value.answer import find_gap, find_tier_value
from analyses.tier_value.backtest import Backtest, compute_backtests, withhold
from analyses.tier_value.groups import compute_groups
from analyses.tier_value.moves import (
    YEAR,
    Earned,
    find_earned,
    find_moves,
    list_steps,
)
from analyses.tier_value.tables import describe_retention
from analyses.tier_value.worth import compute_band, compute_chain, compute_worth
from analyses.weekly import TIERS, find_last_week
from charts.tier_value import build_margin_chart
from metrics.intervals import Band
from metrics.means import Sample
from metrics.scope import Scope
from tests.tiny import build_tiny, term
from tests.unit.tier_world import MOVES, PAID, chain_of, earn

MONTH = 30.436875
WEEK = dt.date(2026, 4, 6)
EVERYBODY = Scope()
# The loyal one gave a reference on 10 February 2026; the angry one complains from 25 February on.
TERMS = [
    term("loyal", "2025-01-06", "2026-04-06", 100),
    term("loyal", "2026-04-06", None, 130),
    term("angry", "2025-01-06", "2026-03-04", 200),
    term("quiet", "2025-01-06", None, 50),
    term("young", "2026-01-12", None, 70),
    term("back", "2025-01-06", "2026-02-02", 40),
    term("back", "2026-03-16", None, 60),
]
ACTS = [
    {
        "customer_id": "loyal",
        "occurred_on": dt.date(2026, 2, 10),
        "kind": "reference",
        "is_solicited": True,
    }
]
CASES = [
    {
        "customer_id": "angry",
        "opened_at": dt.datetime(2026, 2, 25, 9),
        "closed_at": None,
        "kind": "complaint",
    }
]


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    tables = {"subscriptions": TERMS, "advocacy_events": ACTS, "cases": CASES}
    with closing(build_tiny(tables, "2026-05-03")) as connection:
        yield connection


def place(tier: str) -> int:
    return TIERS.index(tier)


def test_steps_run_from_sunday_to_sunday() -> None:
    steps = list_steps(WEEK)
    assert steps[-1] == (dt.date(2026, 1, 5), WEEK)
    assert steps[0] == (WEEK - YEAR, WEEK - YEAR + dt.timedelta(weeks=13))


@pytest.mark.parametrize(
    ("end", "monday"),
    [("2026-10-01", "2026-09-21"), ("2026-10-04", "2026-09-21"), ("2026-10-05", "2026-09-28")],
)
def test_last_week_before_a_boundary_ends_on_its_last_sunday(end: str, monday: str) -> None:
    assert find_last_week(dt.date.fromisoformat(end)) == dt.date.fromisoformat(monday)


def test_moves_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    """From 11 January to 12 April 2026: who left and came back is where it came back to."""
    (moves,) = find_moves(tiny.cursor(), list_steps(WEEK)[-1:], EVERYBODY)
    neutral = dict(zip((*TIERS, "churned"), moves[place("neutral")], strict=True))
    assert neutral == {
        "advocate": 0, "loyal": 1, "neutral": 2, "dissatisfied": 0, "actively_dissatisfied": 0, "churned": 1,
    }  # fmt: skip
    assert moves.sum() == 4, "the young one was not there yet"


def test_margins_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    """80 % of what was paid in the 52 weeks up to 12 April, and of 13 weeks at the MRR of its end."""
    end = WEEK + dt.timedelta(days=7)
    found = find_earned(tiny.cursor(), WEEK, end - YEAR, end, EVERYBODY)
    loyal, neutral, everyone = found["loyal"], found["neutral"], found[None]
    assert loyal.level.mean == pytest.approx(0.8 * 130 * 91 / MONTH)
    assert loyal.margin.mean == pytest.approx(0.8 * (100 * 357 + 130 * 7) / MONTH)
    assert (loyal.customers, loyal.full) == (1, 1)
    assert (loyal.level.error, loyal.rest) == (None, None)
    first = dt.date(2025, 4, 14)
    quiet, young = 50 * 364, 70 * (dt.date(2026, 4, 13) - dt.date(2026, 1, 12)).days
    back = 40 * (dt.date(2026, 2, 2) - first).days + 60 * 28
    margins = [0.8 * each / MONTH for each in (quiet, young, back)]
    assert neutral.margin.mean == pytest.approx(np.mean(margins))
    assert neutral.margin.deviation == pytest.approx(np.std(margins, ddof=1))
    assert (neutral.customers, neutral.full) == (3, 1)
    levels = np.array([50, 70, 60]) * 0.8 * 91 / MONTH
    assert neutral.level.deviation == pytest.approx(np.std(levels, ddof=1))
    rest = np.array(margins) - levels * np.mean(margins) / np.mean(levels)
    assert neutral.rest == pytest.approx(np.sqrt((rest**2).sum() / 2))
    assert everyone.customers == 4
    assert "angry" not in found


def test_who_leaves_earns_nothing_more(tiny: duckdb.DuckDBPyConnection) -> None:
    """The angry one paid for nine days after 22 February, and counts with them for the rest."""
    first, after = dt.date(2026, 2, 23), dt.date(2026, 4, 13)
    found = find_earned(tiny.cursor(), dt.date(2026, 2, 16), first, after, EVERYBODY)
    kept = [200 * 9, 50 * 49, 70 * 49]
    assert found["neutral"].margin.mean == pytest.approx(0.8 * sum(kept) / 3 / MONTH)
    assert found["neutral"].full == 2


def test_nobody_in_scope_and_no_history(tiny: duckdb.DuckDBPyConnection) -> None:
    nobody = find_tier_value(tiny.cursor(), WEEK, Scope(segment=("none",)), 0.1, 20)
    assert (nobody.worth, nobody.backtests) == ((), ())
    assert all(each.began == 0 and each.retention is None for each in nobody.groups)
    few = find_tier_value(tiny.cursor(), WEEK, EVERYBODY, 0.1, 20)
    reasons = {each.tier: each.reason for each in few.worth}
    assert reasons["advocate"] == "nobody was in this tier 13 weeks ago or before"
    assert reasons["neutral"].endswith("fewer than 30")
    assert all(each.year.value is None for each in few.worth)


def test_before_the_data_have_52_weeks_nothing_is_said_of_52_weeks(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    """They begin on 6 January 2025: 52 weeks end on 5 January 2026, a day before the next ones do."""
    early = find_tier_value(tiny.cursor(), dt.date(2025, 12, 22), EVERYBODY, 0.1, 20)
    why = "the data begin on 6 Jan 2025, so there are no 52 weeks yet"
    neutral = early.groups[place("neutral")]
    assert (neutral.margin, neutral.margin_low) == (Sample(4, None, None), None)
    assert {each.reason for each in (*early.groups, *early.worth)} == {why}
    assert describe_retention(early.groups) == f"No retention or margin over 52 weeks: {why}"
    chart = build_margin_chart(early, "28 Dec 2025", "EUR", 2, "")
    assert chart.title == "What a customer of each tier earned us in 52 weeks: n/a"
    assert f"Neutral: n/a: {why}" in chart.alt
    assert {row["margin of 52 weeks"] for row in chart.rows} == {"n/a"}
    assert find_gap(early).reason == why
    full = find_tier_value(tiny.cursor(), dt.date(2025, 12, 29), EVERYBODY, 0.1, 20)
    assert full.groups[place("neutral")].margin.mean is not None


def test_what_comes_later_changes_no_value_of_before(tiny: duckdb.DuckDBPyConnection) -> None:
    """A new customer, a complaint and a loss after 12 April 2026."""
    later = [
        *(dict(each) for each in TERMS if each["customer_id"] != "quiet"),
        term("quiet", "2025-01-06", "2026-04-20", 50),
        term("late", "2026-04-14", None, 900),
    ]
    complaint = {
        "customer_id": "young",
        "opened_at": dt.datetime(2026, 4, 15, 9),
        "kind": "complaint",
    }
    tables = {"subscriptions": later, "advocacy_events": ACTS, "cases": [*CASES, complaint]}
    with closing(build_tiny(tables, "2026-05-03")) as other:
        expected = find_tier_value(tiny.cursor(), WEEK, EVERYBODY, 0.1, 20)
        assert find_tier_value(other.cursor(), WEEK, EVERYBODY, 0.1, 20) == expected
        now = find_tier_value(other.cursor(), dt.date(2026, 4, 20), EVERYBODY, 0.1, 20)
        assert now.groups != expected.groups


def test_value_is_that_of_the_chain_and_its_band_holds_it() -> None:
    chain = chain_of()
    assert (chain.weeks, chain.homogeneity.chi2) == (52, pytest.approx(0))
    rows = {each.tier: each for each in compute_worth(chain, 0.1)}
    shares = (MOVES / MOVES.sum(axis=1, keepdims=True))[:, :5]
    rate = 1.1**0.25 - 1
    by_hand = np.linalg.solve(np.eye(5) - shares / (1 + rate), np.array(PAID))
    for number, tier in enumerate(TIERS):
        row = rows[tier]
        assert row.endless.value == pytest.approx(by_hand[number])
        assert (row.moves, row.exits) == (4 * MOVES[number].sum(), row.moves - 4 * MOVES[number][number])  # fmt: skip
        for band in (row.year, row.endless):
            assert band.low is not None
            assert band.value is not None
            assert band.high is not None
            assert band.low < band.value < band.high
    more = rows["advocate"].year_more
    advocate, neutral = (rows[tier].year.value for tier in ("advocate", "neutral"))
    assert advocate is not None
    assert neutral is not None
    assert more.value == pytest.approx(advocate - neutral)
    assert more.is_distinguishable
    assert rows["neutral"].year_more == Band(None, None, None)
    assert rows["advocate"].reach == Band(None, None, None)
    assert 0 < (rows["loyal"].reach.value or 0) < 1


def test_the_same_data_give_the_same_digits() -> None:
    tables = np.stack([MOVES] * 4)
    one, other = (compute_chain(tables, earn()) for _ in range(2))
    assert one is not None
    assert other is not None
    assert compute_worth(one, 0.1) == compute_worth(other, 0.1)


def test_a_tier_with_few_exits_has_no_value() -> None:
    """10 exits in two steps of the advocates' row: fewer than 30, so a reason (metrics.md 5.2)."""
    chain = chain_of(2)
    rows = {each.tier: each for each in compute_worth(chain, 0.1)}
    assert rows["advocate"].reason == "20 left this tier in 26 weeks, fewer than 30"
    assert rows["advocate"].year == Band(None, None, None)
    assert rows["advocate"].level.value == 900
    assert rows["loyal"].reason == ""


def test_an_empty_tier_does_not_hide_the_others() -> None:
    moves = MOVES.copy()
    moves[0] = 0
    earned = earn()
    del earned["advocate"]
    chain = compute_chain(np.stack([moves] * 4), earned)
    assert chain is not None
    assert chain.matrix[0] == pytest.approx([1 / 6] * 5)
    rows = {each.tier: each for each in compute_worth(chain, 0.1)}
    assert rows["advocate"].reason == "nobody was in this tier 13 weeks ago or before"
    assert rows["advocate"].level == Band(None, None, None)
    assert rows["neutral"].year.value is not None


def test_a_margin_is_never_drawn_below_zero() -> None:
    """Two customers who pay 100 and 1,900: Student's t with one degree of freedom reaches far below."""
    earned = earn()
    earned["advocate"] = Earned(2, 2, Sample(2, 1000.0, 1272.8), Sample(2, 4000.0, 100.0), None)
    chain = compute_chain(np.stack([MOVES] * 4), earned)
    assert chain is not None
    assert chain.drawn_margins.min() == 0
    assert compute_worth(chain, 0.1)[0].level.low == 0


def test_no_band_where_the_sum_has_no_end() -> None:
    assert compute_band(1.0, np.array([1.0, np.nan])) == Band(None, None, None)


def came(scale: float) -> dict[str | None, Earned]:
    """What the chain itself expects of each tier, times a scale."""
    chain = chain_of()
    tests = compute_backtests(chain, earn())
    made = {each.tier: (each.forecast.value or 0) * scale for each in tests}
    return {
        tier: replace(each, margin=replace(each.margin, mean=made[tier]))
        for tier, each in earn().items()
    }


def test_backtest_passes_on_what_the_chain_expects_and_fails_far_from_it() -> None:
    chain = chain_of()
    rows = compute_worth(chain, 0.1)
    right = compute_backtests(chain, came(1.0))
    assert [each.tier for each in right] == [None, *TIERS]
    assert all(each.error == pytest.approx(0) and not each.has_missed for each in right)
    assert withhold(rows, right, 20) == rows
    wrong = compute_backtests(chain, came(1.5))
    assert all(each.has_missed for each in wrong)
    kept = withhold(rows, wrong, 20)
    assert {each.reason for each in kept} == {"the backtest of all customers was off by -33.3 %"}
    assert all(each.endless.value is None and each.level.value for each in kept)


def test_backtest_of_one_tier_withholds_that_tier_only() -> None:
    chain = chain_of()
    rows = compute_worth(chain, 0.1)
    missed = Backtest("neutral", 607, Band(2000.0, 1900.0, 2100.0), 2500.0)
    fine = Backtest(None, 1000, Band(2000.0, 1900.0, 2100.0), 2050.0)
    kept = {each.tier: each for each in withhold(rows, [fine, missed], 20)}
    assert kept["neutral"].reason == "the backtest of this tier was off by -20.0 %"
    assert kept["loyal"].year.value is not None
    assert kept["loyal"].year_more == Band(None, None, None), "nothing to compare with"
    few = replace(missed, customers=19)
    assert withhold(rows, [fine, few], 20) == rows
    untested = withhold(rows, [], 20)
    assert all(each.reason.startswith("not backtested") for each in untested)


def test_a_trifle_outside_the_interval_fails_nothing() -> None:
    assert not Backtest(None, 9000, Band(2000.0, 1990.0, 2010.0), 2050.0).has_missed
    assert not Backtest("loyal", 30, Band(2000.0, 1500.0, 2600.0), 2500.0).has_missed
    assert Backtest("loyal", 30, Band(2000.0, 1990.0, 2010.0), 0.0).has_missed


def test_groups_carry_counts_intervals_and_differences() -> None:
    """Worked: 8 of 10 advocates stayed, 60 of 100 neutral; margins by Welch."""
    moves = np.zeros((5, 6))
    moves[place("advocate")] = [5, 2, 1, 0, 0, 2]
    moves[place("neutral")] = [0, 10, 50, 0, 0, 40]
    groups = {each.tier: each for each in compute_groups(moves, earn())}
    advocate, neutral = groups["advocate"], groups["neutral"]
    assert (advocate.kept, advocate.began, advocate.retention) == (8, 10, 0.8)
    assert advocate.kept_low == pytest.approx(0.4902, abs=5e-5)
    assert advocate.kept_high == pytest.approx(0.9433, abs=5e-5)
    assert advocate.kept_more.value == pytest.approx(0.2)
    assert (neutral.kept_more.value, neutral.margin_more.value) == (None, None)
    assert advocate.margin_more.value == pytest.approx(4 * (900 - 500))
    assert advocate.margin_low == pytest.approx(3600 - 1.959964 * 450 / np.sqrt(70))
    assert groups["loyal"].retention is None
    assert groups["loyal"].kept_more.value is None


def test_the_band_holds_the_truth_about_95_times_in_a_hundred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """200 companies drawn from one chain and one margin a tier: about 10 miss."""
    monkeypatch.setattr("analyses.tier_value.worth.DRAWS", 400)
    random = np.random.default_rng(6)
    opening = np.array([60, 200, 600, 150, 70])
    shares = MOVES / MOVES.sum(axis=1, keepdims=True)
    margins, spread = np.array(PAID), np.array(PAID) / 3
    rate = 1.1**0.25 - 1
    truth = np.linalg.solve(np.eye(5) - shares[:, :5] / (1 + rate), margins)[TIERS.index("loyal")]
    missed = 0
    for _ in range(200):
        tables = np.stack([random.multinomial(opening, shares).astype(float) for _ in range(4)])
        earned: dict[str | None, Earned] = {}
        for number, tier in enumerate(TIERS):
            drawn = random.normal(margins[number], spread[number], opening[number])
            sample = Sample(len(drawn), float(drawn.mean()), float(drawn.std(ddof=1)))
            earned[tier] = Earned(len(drawn), 0, sample, sample, None)
        earned[None] = earned["neutral"]
        chain = compute_chain(tables, earned)
        assert chain is not None
        loyal = next(each for each in compute_worth(chain, 0.1) if each.tier == "loyal")
        assert loyal.endless.low is not None
        assert loyal.endless.high is not None
        missed += not loyal.endless.low <= truth <= loyal.endless.high
    assert 2 <= missed <= 18
