"""The worked example in each metric's header holds."""

from datetime import date
from pathlib import Path

import pytest

from exports.definitions import describe_interval
from metrics.engine import evaluate
from metrics.reasons import REASONS
from metrics.registry import FAMILIES, INTERVALS, UNITS, Metric, load_metrics
from tests.example_tables import make_example

METRICS = load_metrics()


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_example_holds(metric: Metric) -> None:
    connection = make_example(metric.example)
    found: dict[tuple[str | None, date], float | None] = {
        (record.member, record.period_start): None if record.value is None else float(record.value)
        for record in evaluate(connection.cursor(), metric)
    }
    expected = {(member, start): value for member, start, value in metric.example.expect}
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == (None if value is None else pytest.approx(value, rel=1e-12)), key


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_example_shows_an_undefined_value_with_a_reason(metric: Metric) -> None:
    """Whatever can be undefined shows it; a count or a sum over nothing is 0."""
    records = evaluate(make_example(metric.example).cursor(), metric)
    assert all((record.value is None) == (record.reason is not None) for record in records)
    is_sum = metric.family in ("customers", "revenue") and metric.unit != "percent"
    always_defined = is_sum or metric.id == "vel_realised"
    assert any(record.value is None for record in records) != always_defined


def test_the_metric_in_the_docs_holds(root: Path, tmp_path: Path) -> None:
    text = (root / "docs" / "adding-a-metric.md").read_text(encoding="utf-8")
    block = text.split("```sql\n", 1)[1].split("```", 1)[0]
    (tmp_path / "cust_growth.sql").write_text(block, encoding="utf-8")
    metric = load_metrics(tmp_path)["cust_growth"]
    test_example_holds(metric)
    for field in (*UNITS, *FAMILIES, *INTERVALS, *(set(REASONS) - {"partial_period"})):
        assert f"`{field}`" in text


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_whoever_counts_has_an_interval_and_the_others_say_why(metric: Metric) -> None:
    """A share of counts has one in its example wherever it has a value and anybody to count."""
    told = describe_interval(metric)
    assert told.startswith(("none: ", "none in `show`; ") if metric.interval == "none" else "95 %")
    if metric.interval == "none":
        is_money = "reporting_currency" in metric.settings
        assert metric.unit not in ("percent", "points", "per_week", "weeks") or is_money
        return
    bounds = [
        (each.low, float(each.value), each.high)
        for each in evaluate(make_example(metric.example).cursor(), metric)
        if each.value is not None and each.low is not None and each.high is not None
    ]
    assert bounds
    assert all(low <= value <= high for low, value, high in bounds)
