"""`forecast` on the sample: what it prints, and that its rows compute its errors again."""

import csv
import io
import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from metrics.periods import format_date


def test_the_rows_compute_the_errors_again(run) -> None:
    """Mean absolute errors of the windows, of the forecast and of the naive one, are those ahead."""
    status, out, _ = run("forecast", "--format", "json")
    assert status == 0
    rows = json.loads(out)
    ahead = [row for row in rows if row["kind"] == "forecast"]
    assert len(ahead) == 7
    for row in ahead:
        past = [
            each for each in rows if each["kind"] == "backtest" and each["series"] == row["series"]
        ]
        assert len(past) == row["windows"] >= 8
        for error, value in (
            ("off_by", "value"), ("naive_off_by", "naive"), ("second_off_by", "second"),
        ):  # fmt: skip
            mean = sum(abs(each[value] - each["actual"]) for each in past) / len(past)
            assert row[error] == pytest.approx(mean)
        held = [each["low"] <= each["actual"] <= each["high"] for each in past]
        assert row["inside"] == sum(held)
        assert row["remark"] is None
        # the day before an origin is the last that is known
        known = format_date(date.fromisoformat(row["origin"]) - timedelta(days=1))
        windows = f"the last {row['windows_pooled']} window"
        assert f"known on {known}; learnt from {windows}" in row["method"]
        is_better = row["off_by"] < row["naive_off_by"]
        assert (row["value"] is not None, row["reason"]) == (
            is_better, None if is_better else "naive_is_closer",
        )  # fmt: skip
        # the next window begins where the one before ended, and its last value is what came
        for later, earlier in pairwise(past):
            assert later["origin"] == earlier["target"]
            assert later["naive"] == pytest.approx(earlier["actual"])


def test_the_table_names_the_naive_forecast_and_the_method(run) -> None:
    status, out, _ = run("forecast")
    assert status == 0
    assert "naive off by, mean" in out
    assert "second yardstick off by, mean" in out
    assert "The second yardstick was as close or closer for customers lost" in out
    assert "beyond chance" in out
    assert "the windows do not overlap" in out


def test_too_short_a_history_is_a_reason(run) -> None:
    status, out, _ = run("forecast", "--period", "2024-03-04")
    assert (status, out.splitlines()[0]) == (0, "No forecast: the history is too short")
    _, out, _ = run("forecast", "--period", "2024-03-04", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["reason"] for row in rows} == {"short_history"}
    assert {row["value"] for row in rows} == {""}


def test_a_day_that_is_no_monday_is_refused(run) -> None:
    status, _, err = run("forecast", "--period", "2026-03-03")
    assert status == 2
    assert "2026-03-02" in err
