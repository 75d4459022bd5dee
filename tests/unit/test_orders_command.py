"""`orders` on the sample: what is expected, on what it rests, and what it refuses."""

import csv
import io
import json
import re

import pytest


def test_orders_say_what_is_expected_and_on_what_it_rests(run) -> None:
    status, out, err = run("orders", "--by", "segment")
    assert (status, err) == (0, "")
    assert re.search(r"customers who order will bring EUR .* in margin in the next 52 weeks", out)
    assert "BG/NBD r " in out
    assert "Passed." in out
    assert "discount 10 % a year" in out
    rows = json.loads(run("orders", "--by", "segment", "--format", "json")[1])
    everyone, *segments = rows
    assert (everyone["by"], everyone["group"]) == (None, "all")
    assert sum(row["customers"] for row in segments) == everyone["customers"]
    assert sum(row["value_52w"] for row in segments) == pytest.approx(
        everyone["value_52w"], abs=0.05
    )
    for test in ("backtest", "backtest_revenue", "earlier_backtest", "earlier_backtest_revenue"):
        assert everyone[f"{test}_low"] < everyone[f"{test}_came"] < everyone[f"{test}_high"]
    assert everyone["earlier_backtest_from"] < everyone["backtest_from"]
    assert everyone["value_low"] < everyone["value_mean_low"] < everyone["value_mean_high"]
    assert "Expected too much in both years tested: revenue by +" in out.splitlines()[0]
    assert all(row["assumptions"] and row["reason"] is None for row in rows)


def test_orders_list_the_customers_to_bring_the_most(run) -> None:
    status, out, _ = run("orders", "--customers", "3", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (status, len(rows)) == (0, 3)
    values = [float(row["value_52w"]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert all(0 < float(row["p_alive"]) <= 1 for row in rows)


def test_orders_of_an_early_quarter_have_a_reason(run) -> None:
    status, out, err = run("orders", "--period", "2024-01-01")
    assert (status, err) == (0, "")
    assert "No value of orders: only" in out
    (row,) = json.loads(run("orders", "--period", "2024-01-01", "--format", "json")[1])
    assert row["value_52w"] is None
    assert "customers have ordered" in row["reason"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--by", "nothing"), "There is no dimension 'nothing'"),
        (("--customers", "0"), "is not a number of customers"),
        (("--period", "2024-02-01"), "2024-02-01"),
        (("--period", "2026-10-01"), "is not over"),
    ],
)
def test_orders_refuse_in_a_sentence(run, arguments: tuple[str, ...], told: str) -> None:
    status, out, err = run("orders", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
