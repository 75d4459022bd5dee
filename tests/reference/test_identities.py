"""What must hold in every company, whoever computes it."""

from collections import defaultdict
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.implementation.company import build_company
from tests.reference.implementation.metrics import compute_for
from tests.reference.implementation.periods import GRAINS, closed_periods
from tests.reference.worlds import World, make_world, worlds

# A world is big and takes a while; that is its purpose.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

ADDITIVE = (
    "cust_active",
    "cust_new",
    "cust_lost",
    "cust_react",
    "mrr",
    "mrr_churned",
    "vel_open",
)


# Metric by tier, those without a tier included -> the metric that it splits.
BY_TIER = {"churn_tier": "churn_logo", "grr_tier": "ret_grr", "nrr_tier": "ret_nrr"}


def values_of(world: World, grain: str, dimension: str | None) -> dict[Any, dict[str, Any]]:
    """(breakdown, period) -> metric, or metric and member -> value."""
    company = build_company(world.tables, {}, world.as_of)
    periods = closed_periods(grain, company.first_day, world.as_of, company.settings)
    values: dict[Any, dict[str, Any]] = defaultdict(dict)
    for row in compute_for(company, periods, dimension):
        name = row["metric"] + (f".{row['member']}" if row["member"] else "")
        values[row["breakdown"], row["period_start"]][name] = row["value"]
    return values


def check_identities(world: World, grain: str) -> None:
    """Flows tie to stocks, tiers to customers, breakdowns to totals."""
    totals = values_of(world, grain, None)
    opening = {"cust_active": 0, "mrr": 0}
    for now in totals.values():
        gained = now["cust_new"] + now["cust_react"] - now["cust_lost"]
        assert now["cust_active"] == opening["cust_active"] + gained
        moved = now["mrr_new"] + now["mrr_reactivation"] + now["mrr_expansion"]
        moved -= now["mrr_contraction"] + now["mrr_churned"]
        assert now["mrr"] == pytest.approx(opening["mrr"] + moved, abs=1e-6)
        shares = [value for name, value in now.items() if name.startswith("adv_share.")]
        if now["adv_net"] is not None:
            assert sum(shares) == pytest.approx(1)
        if now["ret_grr"] is not None:
            assert now["ret_grr"] <= min(1, now["ret_nrr"])
        opening = now
    parts = values_of(world, grain, "segment")
    for (_, start), now in totals.items():
        for name in ADDITIVE:
            summed = sum(values[name] for (_, other), values in parts.items() if other == start)
            assert now[name] == pytest.approx(summed)


def check_tiers_add_up(world: World, grain: str, dimension: str | None) -> None:
    """Counts and money by tier add up to those of the whole, in every breakdown and period."""
    company = build_company(world.tables, {}, world.as_of)
    periods = closed_periods(grain, company.first_day, world.as_of, company.settings)
    totals: dict[Any, Any] = {}
    sums: dict[Any, list[Any]] = defaultdict(lambda: [0, 0])
    for row in compute_for(company, periods, dimension):
        place = (row["breakdown"], row["period_start"])
        if row["metric"] in BY_TIER.values():
            totals[row["metric"], *place] = [row["numerator"] or 0, row["denominator"] or 0]
        if row["metric"] in BY_TIER:
            pair = sums[BY_TIER[row["metric"]], *place]
            pair[0] += row["numerator"] or 0
            pair[1] += row["denominator"] or 0
    assert sums == totals


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(worlds(), st.sampled_from(GRAINS))
def test_identities(world: World, grain: str) -> None:
    check_identities(world, grain)
    for dimension in (None, "segment"):
        check_tiers_add_up(world, grain, dimension)


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    world = make_world(Random(seed))
    turned = {name: list(reversed(rows)) for name, rows in world.tables.items()}
    assert values_of(world, "month", None) == values_of(World(turned, world.as_of), "month", None)
