"""Who entered and left: the customers behind new, won back and lost add up to the numbers."""

from pathlib import Path

import pytest

from metrics.customers import list_customers
from metrics.engine import evaluate
from metrics.registry import load_metrics
from warehouse.publish import open_published


@pytest.mark.parametrize(
    ("state", "metric"),
    [("churned", "cust_lost"), ("new", "cust_new"), ("reactivated", "cust_react")],
)
def test_entries_and_exits_are_those_of_the_week(
    sample_warehouse: Path, state: str, metric: str
) -> None:
    warehouse = open_published(sample_warehouse)
    records = evaluate(warehouse.cursor(), load_metrics()[metric], last=13)
    assert sum(record.value or 0 for record in records) > 0
    for record in records:
        listed = list_customers(warehouse.cursor(), tier=state, period=record.period_start)
        assert len(listed) == record.value
    warehouse.close()


def test_the_lost_were_worth_what_churned(sample_warehouse: Path) -> None:
    """In the last week nobody lapsed and came back, so the events are those of the lost."""
    warehouse = open_published(sample_warehouse)
    [record] = evaluate(warehouse.cursor(), load_metrics()["mrr_churned"], last=1)
    lost = list_customers(warehouse.cursor(), tier="churned", period=record.period_start)
    assert sum(customer["mrr"] for customer in lost) == record.value
    assert all(customer["previous_tier"] and customer["tier"] is None for customer in lost)
    assert all("reasons given" in customer["evidence"] for customer in lost)
    warehouse.close()
