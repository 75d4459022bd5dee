"""`lifetime`, its words and its files: a claim, a what if, and neither, each with what it rests on."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

import cli
from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.backtest import Backtest, Mark
from analyses.lifetime.projected import (
    COLUMNS,
    describe_backtest,
    describe_fit,
    describe_ground,
    describe_projection,
    describe_rule,
    describe_what_if,
    list_backtest_rows,
    list_projection_numbers,
    list_projection_rows,
    list_residual_rows,
)
from analyses.lifetime.projection import ALIKE, Margin, Projection, Value
from analyses.lifetime.residual import Residual
from analyses.lifetime.sbg import Fit, Renewals
from analyses.lifetime.stays import Basis
from charts.projection import build_projection_chart

UNTIL = dt.date(2026, 1, 1)
ASSUMED = Assumptions(0.8, 0.1, 60)
VALUE = Value((58_000, 53_000, 63_000), (42_000, 40_000, 44_000), (16_000, 14_000, 18_000), None)
CLAIMED = Projection(
    Basis(UNTIL, 12, 90, 100, 7), Margin(50, 1000.0, 10.0), 200, 100, 30, Renewals((200,), (20,)),
    Fit(0.704, 1.182, None, -1680.3),
    Backtest(dt.date(2025, 1, 2), 100, 7, (Mark(52, 80, 70, 90, 82, 75),)), VALUE, None,
    tuple((month, 1 - month / 100, 0.98 - month / 100, 1.0) for month in range(61)),
    (Residual(0, 0, 20, (5000, 4000, 6000), (8000, 7000, 9000)),),
)  # fmt: skip
ALL_ALIKE = replace(
    CLAIMED, value=None, alike=VALUE, reason=ALIKE, fit=Fit(None, None, 0.9, -1.0, is_one_rate=True),
    basis=Basis(UNTIL, 1, 100, 100, 0, 60),
)  # fmt: skip
REFUSED = replace(CLAIMED, value=None, curve=(), residuals=(), reason="nobody was lost")


def test_the_message_claims_no_more_than_the_model() -> None:
    assert describe_projection(CLAIMED, ASSUMED, "EUR") == (
        "Over 60 months a new customer is worth EUR 58.0 k (EUR 53.0 k to 63.0 k) in margin; EUR 16.0 k of "
        "it is projected beyond 30 months"
    )
    assert describe_projection(ALL_ALIKE, ASSUMED, "EUR") == (
        f"No lifetime value is projected beyond 30 months: {ALIKE}. What stands is the value of what was observed"
    )
    assert describe_what_if(ALL_ALIKE, ASSUMED, "EUR") == (
        "What if all renewed alike beyond 30 months: 60 months would bring EUR 58.0 k (EUR 53.0 k to "
        "63.0 k) in margin. That is no projection"
    )
    assert describe_what_if(CLAIMED, ASSUMED, "EUR") == ""
    assert describe_projection(REFUSED, ASSUMED, "EUR") == (
        "No lifetime value is projected beyond 30 months: nobody was lost. What stands is the value of "
        "what was observed"
    )
    unseen = replace(REFUSED, months=0)
    assert describe_projection(unseen, ASSUMED, "EUR") == (
        "No lifetime value is projected: nobody was lost"
    )
    assert "nobody is a customer" in describe_projection(None, ASSUMED, "EUR")


def test_acquisition_cost_is_deducted_where_the_sheet_says_so() -> None:
    after = replace(ASSUMED, after_cac=True)
    assert describe_projection(CLAIMED, after, "EUR", 3000) == (
        "Over 60 months a new customer is worth EUR 55.0 k (EUR 50.0 k to 60.0 k) in margin, after "
        "acquisition cost of EUR 3,000; EUR 16.0 k of it is projected beyond 30 months"
    )
    unknown = describe_projection(CLAIMED, after, "EUR")
    assert (
        "(EUR 53.0 k to 63.0 k) in margin, before acquisition cost, which is not known here"
        in unknown
    )
    assert "cost" not in describe_projection(CLAIMED, ASSUMED, "EUR", 3000)
    assert "EUR 55.0 k (EUR 50.0 k to 60.0 k) in margin, after" in (
        describe_what_if(ALL_ALIKE, after, "EUR", 3000)
    )


def test_a_file_deducts_what_the_message_does() -> None:
    """58.0 k and 3,000 spent for it; parts of the value stay whole, and by dimension nothing is deducted."""
    after = replace(ASSUMED, after_cac=True)
    (row,) = list_projection_numbers({None: CLAIMED}, after, 3000)
    assert (row["projected"], row["low"], row["high"]) == (55_000, 50_000, 60_000)
    assert row["within_observed"] + row["beyond_observed"] - row["acquisition_cost"] == 55_000
    assert row["assumptions"].endswith(", after acquisition cost")
    (alike,) = list_projection_numbers({None: ALL_ALIKE}, after, 3000)
    assert (alike["projected"], alike["if_alike"]) == (None, 55_000)
    for unknown in (
        list_projection_numbers({"a": CLAIMED}, after),
        list_projection_numbers({"a": CLAIMED}, ASSUMED, 3000),
    ):
        assert (unknown[0]["projected"], unknown[0]["acquisition_cost"]) == (58_000, None)
        assert unknown[0]["assumptions"].endswith(", before acquisition cost")


def test_the_ground_names_period_age_and_reason() -> None:
    assert describe_ground(CLAIMED) == (
        "Renewals are counted every 12 months: 90 of 100 endings lie within half a month of one. 7 stays "
        "of the first paid day of the data are left out: their age is not known."
    )
    assert (
        "of the 100 endings (60 lie at whole years: yearly contracts are mixed"
        in describe_ground(ALL_ALIKE)
    )
    few = replace(ALL_ALIKE, basis=replace(ALL_ALIKE.basis, yearly=9))
    assert "of the 100 endings (9 lie at whole years)." in describe_ground(few)
    young = replace(ALL_ALIKE, basis=Basis(UNTIL, 1, 0, 1, 0))
    assert describe_ground(young) == (
        "Renewals are counted by the month: 1 of the 20 endings that would tell a longer period."
    )
    assert describe_fit(CLAIMED) == "sBG: alpha 0.704, beta 1.182, log-likelihood -1,680.3"
    assert describe_fit(ALL_ALIKE) == (
        "one rate: 90.00 % retained at each renewal (both parameters of the sBG run beyond 10,000)"
    )
    assert describe_fit(replace(REFUSED, fit=Fit(None, None, None, None, reason="x"))) == "no fit"


def test_the_backtest_is_said_with_its_numbers() -> None:
    assert describe_backtest(CLAIMED.backtest) == (
        "A year ago 80 of 100 customers were expected to stay 52 weeks (70 to 90) and 82 did; 20 were "
        "expected to be lost (10 to 30) and 18 were, so 11 % too many"
    )
    assert "error of 2 customers is -2.4 % of those who stayed and +11.1 % of those lost" in (
        describe_rule(CLAIMED.backtest)
    )
    (row,) = list_backtest_rows(CLAIMED.backtest)
    assert (row["error"], row["lost, predicted"], row["lost"]) == ("-2.4 %", "20.0", "18")
    assert row["error of the lost"] == "+11.1 %"
    missed = replace(CLAIMED.backtest, marks=(Mark(52, 80, 75, 85, 60, 90),))
    assert describe_backtest(missed).endswith(
        "40 were, so 50 % too few; it fails, so nothing is projected"
    )
    exact = replace(CLAIMED.backtest, marks=(Mark(52, 100, 100, 100, 100, None),))
    assert describe_backtest(exact).endswith("lost (0 to 0) and 0 were")
    assert "0 customers is +0.0 % of those who stayed and n/a of those lost" in describe_rule(exact)


def test_where_constant_churn_was_closer_the_backtest_says_so() -> None:
    closer = replace(CLAIMED.backtest, marks=(Mark(52, 80, 70, 90, 82, 81),))
    assert describe_backtest(closer).endswith(
        "too many. Constant churn was closer: 81 to stay, 19 to be lost"
    )
    assert "Constant churn" not in describe_backtest(CLAIMED.backtest)


def test_a_what_if_is_in_no_column_of_claims() -> None:
    rows = list_projection_numbers({"a": CLAIMED, "b": ALL_ALIKE, "c": REFUSED}, ASSUMED)
    assert all(tuple(row) == COLUMNS for row in rows)
    by_name = {row["value"]: row for row in rows}
    assert (by_name["a"]["projected"], by_name["a"]["if_alike"]) == (58_000, None)
    assert (by_name["b"]["projected"], by_name["b"]["if_alike"]) == (None, 58_000)
    assert (by_name["c"]["projected"], by_name["c"]["if_alike"]) == (None, None)
    assert all("discount 10 % a year" in row["assumptions"] for row in rows)
    shown = {
        row["segment"]: row
        for row in list_projection_rows({"a": CLAIMED, "b": ALL_ALIKE}, "segment", "EUR")
    }
    assert shown["a"]["projected"] == "EUR 58.0 k (EUR 53.0 k to 63.0 k)"
    assert (shown["b"]["projected"], shown["b"]["without a horizon"]) == ("n/a", "n/a")
    assert shown["a"]["without a horizon, if all renew alike"] == ""
    assert shown["b"]["if all renew alike"] == "EUR 58.0 k (EUR 53.0 k to 63.0 k)"


def test_what_present_customers_still_bring_names_its_horizon_and_its_condition() -> None:
    assert list_residual_rows(CLAIMED, ASSUMED, "EUR") == [
        {
            "renewals of 12 months passed": "0", "customers": 20,
            "within 60 months": "EUR 5,000 (EUR 4,000 to 6,000)",
            "without a horizon": "EUR 8,000 (EUR 7,000 to 9,000)",
        }
    ]  # fmt: skip
    (row,) = list_residual_rows(ALL_ALIKE, replace(ASSUMED, horizon_months=36), "EUR")
    assert list(row)[2:] == [
        "within 36 months, if all renew alike",
        "without a horizon, if all renew alike",
    ]


def test_the_chart_parts_what_was_seen_from_what_is_projected() -> None:
    chart = build_projection_chart(CLAIMED, "31 Dec 2025")
    assert chart.title == "70.0 % stay 30 months; 40.0 % (38.0-100 %) are projected to stay 60"
    lines = {trace["name"]: trace for trace in chart.figure["data"]}
    assert lines["observed"]["line"].get("dash") is None
    assert lines["projected"]["line"]["dash"] == "dash"
    assert (lines["observed"]["x"][-1], lines["projected"]["x"][0]) == (30, 30)
    assert [row["is_projected"] for row in chart.rows].count(True) == 30
    assert "if all renewed alike" in build_projection_chart(ALL_ALIKE, "31 Dec 2025").title
    seen = replace(CLAIMED, curve=CLAIMED.curve[:31])
    assert build_projection_chart(seen, "31 Dec 2025").title.endswith("all of it observed")


def test_the_command_prints_the_numbers_of_the_page(
    sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--warehouse", str(sample_warehouse)]
    assert cli.main(["lifetime", *given]) == 0
    said = capsys.readouterr().out
    assert "All at today's average MRR: the 71 new customers of the period started with EUR" in said
    for each in (
        "No lifetime value is projected beyond 33 months",
        "52 weeks",
        "bootstrap",
        "Assumed: gross margin",
    ):
        assert each in said
    assert cli.main(["lifetime", "--by", "segment", "--format", "json", *given]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["projected"] for row in rows} == {None}
    assert all(row["reason"] and row["customers"] for row in rows)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--by", "colour"], "colour"),
        (["--by", "tier"], "`cli.py tier-value`"),
        (["--period", "2026-10-01"], "not over"),
    ],
)
def test_wrong_use_is_one_sentence(
    asked: list[str], said: str, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lifetime", *asked, "--warehouse", str(sample_warehouse)]) == 2
    assert said in capsys.readouterr().err
