"""Verdicts of a week by metric: by its own weeks, or by the flow that drives it."""

import json
from datetime import date, timedelta

import pytest

import cli
from analyses.judged import COLUMNS, DRIVERS, FLOWS, Judge, list_resets
from analyses.signals import compute_binomial_limits
from metrics.engine import evaluate
from metrics.registry import load_metrics
from tests.tiny import build_tiny, term
from tests.unit.test_velocity import won

LAST = date(2026, 12, 28)  # the week 53 of 2026, over on 3 January 2027
WEEKS = 40


def day(week, more=0):
    return (LAST - timedelta(weeks=WEEKS - 1 - week) + timedelta(days=more)).isoformat()


@pytest.fixture(scope="module")
def company():
    """40 customers stay; of others one is lost each second week, and nine in the last one."""
    terms = [term(f"stays-{n}", "2026-01-05") for n in range(40)]
    for week in range(0, WEEKS, 2):
        terms.append(term(f"leaves-{week}", "2026-01-05", day(week, 2)))
    terms += [term(f"last-{n}", "2026-01-05", day(WEEKS - 1, 3)) for n in range(9)]
    return build_tiny({"subscriptions": terms}, "2027-01-03")


def judge_of(company, minimum):
    metrics = load_metrics()

    def read(name):
        return evaluate(company.cursor(), metrics[name])

    return Judge(read, list_resets(company.cursor()), metrics, LAST, minimum)


@pytest.fixture(scope="module")
def judge(company):
    return judge_of(company, 20)


def test_a_flow_is_judged_by_its_own_weeks(judge):
    (found,) = judge.judge(load_metrics()["churn_logo"])
    row = found.to_dict()
    assert tuple(row) == COLUMNS
    assert (row["verdict"], row["rule"], row["side"]) == ("signal", 1, "above")
    assert (row["iso_week"], row["judged_by"], row["n"]) == ("2026-W53", "churn_logo", 49)
    assert row["value"] == pytest.approx(9 / 49)
    # Exact limits, since the baseline expects 0.5 a week: sigma z plays no part.
    assert (row["chart"], row["sigma_z"], row["moving_range"]) == ("binomial", None, None)
    assert row["expected"] == pytest.approx(49 * row["center"])
    assert (row["lower"], row["upper"]) == (None, compute_binomial_limits(row["center"], 49)[1])
    assert (row["judged"], row["reason"]) == ("Customer churn rate", None)
    assert (row["baseline_weeks"], row["is_seasonal"]) == (26, False)
    assert row["baseline_to"] == row["baseline_from"] + timedelta(days=26 * 7 - 1)


def test_money_lost_is_judged_as_money_of_so_many_customers(judge):
    (found,) = judge.judge(load_metrics()["churn_rev_gross"])
    row = found.to_dict()
    assert (row["unit"], float(row["value"]), row["n"]) == ("currency", 900, 49)
    assert row["judged"] == "MRR lost"
    assert row["moving_range"] == pytest.approx(60)  # 11 weeks of 0, then 0 and 100 in turn
    assert row["has_jumped"]


@pytest.mark.parametrize(
    ("metric", "driver"), [("ret_nrr", "churn_rev_gross"), ("cust_active", "churn_logo")]
)
def test_a_window_and_a_stock_are_judged_by_the_flow_that_drives_them(judge, metric, driver):
    (found,) = judge.judge(load_metrics()[metric])
    row = found.to_dict()
    assert (row["judged_by"], row["verdict"], row["rule"]) == (driver, "signal", 1)
    assert (row["center"], row["lower"], row["upper"], row["baseline_from"]) == (None,) * 4


def test_too_few_customers_have_no_verdict(company):
    (found,) = judge_of(company, 50).judge(load_metrics()["churn_logo"])
    assert found.verdict.kind == "too_few_customers"
    row = found.to_dict()
    assert (row["verdict"], row["reason"], found.head) == ("too_few", "customers", "Too few")


def test_too_few_deals_have_no_verdict(judge):
    assert {each.verdict.kind for each in judge.judge(load_metrics()["vel_won"])} <= {
        "too_few_deals",
        "no_value",
    }


def test_the_range_can_be_computed_again_from_what_is_said(sample_warehouse, capsys):
    assert cli.main(["signals", "--format", "json", "--warehouse", str(sample_warehouse)]) == 0
    rows = [row for row in json.loads(capsys.readouterr().out) if row["center"] is not None]
    assert {row["verdict"] for row in rows} <= {"signal", "within", "too_few"}
    for row in rows:
        center = row["baseline_center"] * (row["season_factor"] or 1) + (row["season_shift"] or 0)
        assert row["center"] == pytest.approx(center)
        if row["chart"] == "xmr":
            upper = row["baseline_center"] + 2.66 * row["moving_range"]
            upper = upper * (row["season_factor"] or 1) + (row["season_shift"] or 0)
        elif row["chart"] == "p_prime":
            sigma = (center * (1 - center) / row["n"]) ** 0.5
            upper = center + 3 * row["sigma_z"] * sigma
        else:
            upper = compute_binomial_limits(center, round(row["n"]))[1]
        assert row["upper"] == pytest.approx(upper)
    assert {row["chart"] for row in rows} == {"xmr", "p_prime", "binomial"}
    assert any(row["season_factor"] for row in rows)


def test_weeks_before_the_first_deal_was_closed_are_no_baseline_of_won_value():
    """Terms from January, deals from week 20 of 40 on: 20 weeks of 0 say nothing."""
    deals = [
        won(f"deal-{week}", "2026-01-05", day(week, 1), amount=1000 + week % 2 * 200)
        for week in range(20, WEEKS)
    ]
    tables = {"subscriptions": [term("stays", "2026-01-05")], "opportunities": deals}
    (found,) = judge_of(build_tiny(tables, "2027-01-03"), 1).judge(load_metrics()["vel_won"])
    row = found.to_dict()
    assert (row["verdict"], row["baseline_from"].isoformat()) == ("within", day(20))
    assert row["center"] == pytest.approx(1100)


def test_nobody_is_won_back_before_anybody_was_lost():
    """The first is lost in the tenth week: ten weeks of 0 before are no baseline."""
    terms = [term(f"stays-{n}", "2026-01-05") for n in range(30)]
    terms.append(term("leaves", "2026-01-05", day(10, 2)))
    (found,) = judge_of(build_tiny({"subscriptions": terms}, "2027-01-03"), 20).judge(
        load_metrics()["cust_react"]
    )
    row = found.to_dict()
    assert (row["verdict"], row["reason"], row["baseline_from"].isoformat()) == (
        "too_few", "events", day(10),
    )  # fmt: skip


def test_each_metric_has_a_flow_or_a_driver():
    for metric in load_metrics().values():
        assert metric.id in FLOWS or DRIVERS.get(metric.id) or DRIVERS[metric.family]


def test_each_flow_and_each_driver_is_a_metric():
    metrics = load_metrics()
    assert set(DRIVERS.values()) <= set(FLOWS)
    assert set(FLOWS) - {"trial_conv"} <= set(metrics)
    windows = ("ret_", "adv_", "ltv_", "vel_pipeline", "vel_win", "churn_logo_13w", "vel_realised")
    assert not [name for name in FLOWS if name.startswith(windows)]


def test_the_command_says_value_range_baseline_and_rule(sample_warehouse, capsys):
    given = ("--warehouse", str(sample_warehouse))
    assert cli.main(["signals", *given]) == 0
    out = capsys.readouterr().out
    assert "2023-11-27 to 2024-05-26" in out
    assert cli.main(["signals", "flow_net", "adv_net", "--format", "json", *given]) == 0
    flow, stock = json.loads(capsys.readouterr().out)
    assert (flow["judged_by"], stock["judged_by"]) == ("flow_net", "flow_net")
    assert flow["verdict"] == stock["verdict"]
    assert flow["lower"] < flow["center"] < flow["upper"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--period", "2026-11-10"), "No week starts on 2026-11-10"),
        (("flow_nett",), "There is no metric 'flow_nett'"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(sample_warehouse, capsys, asked, said):
    assert cli.main(["signals", *asked, "--warehouse", str(sample_warehouse)]) == 2
    assert said in capsys.readouterr().err
