"""The value of a tier as it is shown: the command, titles, and what stands for few customers."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cli
from analyses.tier_value.answer import TierValue, find_gap
from analyses.tier_value.backtest import withhold
from analyses.tier_value.groups import compute_groups
from analyses.tier_value.tables import describe_retention, list_group_rows
from analyses.tier_value.words import Gap
from analyses.tier_value.worth import NO_BAND, compute_worth
from analyses.weekly import TIERS
from charts.tier_value import build_margin_chart, build_worth_chart
from metrics.intervals import Band
from tests.unit.tier_world import MOVES, chain_of, earn

WEEK = dt.date(2026, 4, 6)


def test_the_command_prints_what_the_page_shows(
    sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--warehouse", str(sample_warehouse)]
    printed: list[str] = []
    for kind in ("csv", "csv", "json"):
        assert cli.main(["tier-value", *folder, "--format", kind]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1], "the same build prints the same digits"
    rows = json.loads(printed[2])
    assert [row["tier"] for row in rows] == list(TIERS)
    for row in rows:
        assert row["assumptions"].startswith(
            "gross margin 80 %, discount 10 % a year (2.411 % in 13"
        )
        assert row["reason"] or row["year_low"] < row["year"] < row["year_high"]
        assert row["retention_low"] <= row["kept"] / row["began"] <= row["retention_high"]
    assert cli.main(["tier-value", *folder]) == 0
    shown = capsys.readouterr().out
    assert "not a proven effect" in shown
    assert "Backtest: a year ago" in shown
    assert "chi-square" in shown
    assert "ever an advocate" in shown
    assert "Churned" in shown, "the matrix, to compute it again"


@pytest.mark.parametrize("period", ["2026-10-01", "2026-10-02"])
def test_the_command_refuses_a_quarter_that_is_not_over(
    sample_warehouse: Path, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["tier-value", "--warehouse", str(sample_warehouse), "--period", period]) == 2
    assert "quarter" in capsys.readouterr().err


def test_the_gap_has_the_reason_of_whoever_has_no_value() -> None:
    chain = chain_of()
    worth = compute_worth(chain, 0.1)
    value = TierValue(WEEK, (), worth, (), 52, chain.homogeneity, ())
    assert find_gap(value) == Gap(*vars(worth[0].year_more).values())
    mute = tuple(replace(each, reason="why") if each.tier == "neutral" else each for each in worth)
    assert find_gap(replace(value, worth=mute)).reason == "neutral customers: why"
    assert find_gap(replace(value, worth=())).reason == "fewer than two customers"


def test_a_title_names_a_tier_only_beyond_chance() -> None:
    chain = chain_of()
    worth = compute_worth(chain, 0.1)
    value = TierValue(WEEK, (), worth, (), 52, chain.homogeneity, ())
    title = build_worth_chart(value, "12 Apr 2026", "EUR", 20, "").title
    assert title.startswith("Advocate customers are worth EUR")
    chance = tuple(replace(each, year_more=Band(178.0, -20.0, 380.0)) for each in worth)
    title = build_worth_chart(replace(value, worth=chance), "12 Apr 2026", "EUR", 20, "").title
    assert (
        title
        == "What a customer is worth over 52 weeks does not differ clearly from neutral customers"
    )
    # Loyal ones differ alone, but not as one of four comparisons.
    more = (Band(10.0, -20.0, 40.0), Band(50.0, 1.0, 99.0), NO_BAND, *(Band(0.0, -9.0, 9.0),) * 2)
    one = tuple(replace(each, year_more=of) for each, of in zip(worth, more, strict=True))
    title = build_worth_chart(replace(value, worth=one), "12 Apr 2026", "EUR", 20, "").title
    assert title.endswith(
        "does not differ clearly from neutral customers where 4 tiers are compared"
    )
    clear = (*more[:1], Band(-50.0, -70.0, -30.0), *more[2:])
    one = tuple(replace(each, year_more=of) for each, of in zip(worth, clear, strict=True))
    title = build_worth_chart(replace(value, worth=one), "12 Apr 2026", "EUR", 20, "").title
    assert title == (
        "Loyal customers are worth EUR 50 less in 52 weeks than neutral ones (95 % interval EUR 30 to 70)"
    )
    without = withhold(worth, [], 20)
    title = build_worth_chart(replace(value, worth=without), "12 Apr 2026", "EUR", 20, "").title
    assert title.endswith("n/a")


def test_few_customers_have_an_interval_and_no_number() -> None:
    chain = chain_of()
    groups = compute_groups(MOVES, earn())
    value = TierValue(WEEK, groups, compute_worth(chain, 0.1), (), 52, chain.homogeneity, ())
    chart = build_worth_chart(value, "12 Apr 2026", "EUR", 71, "as assumed")
    few, enough = chart.figure["data"][0]["x"][0], chart.figure["data"][0]["x"][1]
    assert (few, enough is None) == (None, False)
    assert "Advocate: too few (n = 70), EUR" in chart.alt
    assert {row["assumptions"] for row in chart.rows} == {"as assumed"}
    assert str(chart.rows[0]["value over 52 weeks"]).startswith("too few (EUR ")
    assert str(chart.rows[0]["beyond neutral, 52 weeks"]).startswith("too few (EUR ")
    margins = build_margin_chart(value, "12 Apr 2026", "EUR", 71, "gross margin 80 %")
    assert (
        margins.title
        == "Advocate customers earned us EUR 1,600 more in 52 weeks than neutral ones "
        "(95 % interval EUR 1,491 to 1,709)"
    )
    assert str(margins.rows[0]["margin of 52 weeks"]).startswith("too few (EUR ")
    assert margins.rows[0]["assumptions"] == "gross margin 80 %, not discounted"
    axes = [each.figure["layout"]["xaxis"]["range"] for each in (chart, margins)]
    assert axes[0] == axes[1], "the same unit has the same scale"


def test_retention_is_compared_with_that_of_neutral_customers() -> None:
    moves = np.zeros((5, 6))
    moves[2] = [0, 0, 160, 0, 0, 40]
    moves[3] = [0, 0, 0, 50, 0, 50]
    told = describe_retention(compute_groups(moves, earn()))
    assert told == (
        "80.0 % of neutral customers stayed for 52 weeks, 50.0 % of dissatisfied ones (40.4-59.6 %)"
    )
    moves[3] = [0, 0, 0, 78, 0, 22]
    assert describe_retention(compute_groups(moves, earn())).endswith("no tier differs clearly")
    assert "Nobody was neutral" in describe_retention(compute_groups(np.zeros((5, 6)), earn()))
    rows = list_group_rows(compute_groups(moves, earn()), "EUR", 20, "gross margin 80 %")
    assert rows[3]["retention"] == "78.0 % (68.9-85.0 %)"
    assert rows[0]["retention"] == "n/a"
