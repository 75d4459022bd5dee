"""The product against the second implementation, on made-up companies."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from metrics.engine import evaluate
from tests.reference.implementation.company import Company, build_company
from tests.reference.implementation.metrics import compute_for
from tests.reference.implementation.periods import GRAINS, Period, closed_periods
from tests.reference.measured import METRICS, Key, Numbers, View, measured_numbers
from tests.reference.worlds import World, make_world, worlds
from tests.tiny import insert_rows
from warehouse.contract import create_contract_tables
from warehouse.settings import Settings, load_settings
from warehouse.transform import build_facts

# A world is big and takes a while; that is its purpose.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

VIEWS: tuple[View, ...] = tuple((grain, by) for grain in GRAINS for by in (None, "segment"))
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"fiscal_year_first_month": 4, "close_lag_days": 3},
    {"qualified_stages": ("Proposal",), "renewal_grace_days": 7},
    {
        "gross_margin_by_segment": {"small": 0.55, "unknown": 0.9},
        "hold_weeks": 2,
        "expiry_window_days": 21,
        "vocal_window_days": 60,
    },
    {"fiscal_year_first_month": 10, "renewal_grace_days": 30, "ltv_horizon_months": 12},
)


def fill(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """Contract tables as a load leaves them: a merged account's rows are its survivor's."""
    survivors = {
        row["customer_id"]: row["merged_into_id"]
        for row in world.tables["customers"]
        if row.get("merged_into_id")
    }

    def surviving(customer_id: str | None) -> str | None:
        while customer_id in survivors:
            customer_id = survivors[customer_id]
        return customer_id

    create_contract_tables(connection)
    connection.execute(
        "create table table_status as select table_name, true as is_present from duckdb_tables()"
    )
    for name, rows in world.tables.items():
        kept: list[dict[str, Any]] = []
        for line, row in enumerate(rows, start=2):
            if name == "customers" and row["customer_id"] in survivors:
                continue
            full = {**row, "source_file": f"{name}.csv", "source_line": line, "load_id": "load"}
            if "customer_id" in full:
                full["customer_id"] = surviving(full["customer_id"])
            kept.append(full)
        insert_rows(connection, name, kept)


def evaluated_numbers(connection: duckdb.DuckDBPyConnection, view: View) -> dict[Key, Numbers]:
    """What `evaluate` says of every closed period, one metric at a time, as the pages ask it."""
    grain, dimension = view
    with closing(connection.cursor()) as cursor:
        return {
            (name, each.period_start, each.breakdown, each.member): (
                each.value, each.numerator, each.denominator,
            )
            for name, metric in METRICS.items()
            for each in evaluate(cursor, metric, grain=grain, breakdown=dimension)
        }  # fmt: skip


def reference_numbers(
    company: Company, periods: list[Period], dimension: str | None
) -> dict[Key, Numbers]:
    """What the second implementation says of the same periods."""
    return {
        (row["metric"], row["period_start"], row["breakdown"], row["member"]): (
            row["value"],
            row["numerator"],
            row["denominator"],
        )
        for row in compute_for(company, periods, dimension)
        if row["metric"] in METRICS
    }


def is_same(product: Numbers, reference: Numbers) -> bool:
    """Equal to 1e-9; a numerator and a denominator count where the metric is a ratio of them."""
    if reference[0] is None or product[0] is None:
        return reference[0] is None and product[0] is None
    return all(
        theirs is not None and float(theirs) == pytest.approx(float(ours), rel=1e-9, abs=1e-12)
        for theirs, ours in zip(product, reference, strict=True)
        if ours is not None
    )


def differences(
    product: dict[Key, Numbers], reference: dict[Key, Numbers], first_day: dt.date, is_sliced: bool
) -> Iterator[str]:
    """One sentence for each number on which the two do not agree.

    A breakdown's value that one of them leaves out must be empty in the other, and so must a
    period that ended before the data began.
    """
    nothing: Numbers = (None, None, None)
    for key in sorted(product.keys() | reference.keys(), key=str):
        theirs, ours = product.get(key, nothing), reference.get(key, nothing)
        may_be_absent = is_sliced or key[1] < first_day
        if key in product and key in reference:
            agree = is_same(theirs, ours)
        else:
            agree = may_be_absent and not theirs[0] and not ours[0]
        if not agree:
            yield f"{key}: product {theirs}, reference {ours}"


def compare(product: dict[Key, Numbers], company: Company, view: View) -> list[str]:
    """All differences at one grain, in total or by a dimension."""
    grain, dimension = view
    own = closed_periods(grain, company.first_day, company.as_of, company.settings)
    first_day = min([*(start for _, start, _, _ in product), company.first_day])
    periods = closed_periods(grain, first_day, company.as_of, company.settings)
    reference = reference_numbers(company, periods, dimension)
    first_start = own[0].start if own else company.first_day
    return list(differences(product, reference, first_start, dimension is not None))


def check(world: World, settings: Settings, views: Sequence[View]) -> None:
    """The product and the second implementation agree on this company."""
    company = build_company(world.tables, asdict(settings), world.as_of)
    with closing(duckdb.connect()) as connection:
        fill(connection, world)
        build_facts(connection, settings, world.as_of)
        product = measured_numbers(connection, views)
    found = [line for view in views for line in compare(product[view], company, view)]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])


def test_every_metric_has_a_second_implementation() -> None:
    company = build_company(make_world(Random(302)).tables, {}, dt.date(2026, 1, 4))
    (week,) = closed_periods("week", dt.date(2025, 12, 29), dt.date(2026, 1, 4), company.settings)
    assert {row["metric"] for row in compute_for(company, [week])} == METRICS.keys()


@pytest.mark.parametrize("seed", range(5))
def test_product_agrees_on_fixed_companies(seed: int) -> None:
    """Few and large ones, in every view: the time goes into the number of queries, not into rows."""
    settings = replace(load_settings(), **VARIANTS[seed])
    check(make_world(Random(seed), most_customers=16), settings, VIEWS)


@pytest.mark.parametrize("view", [("week", None), ("month", "segment")])
def test_what_is_compared_is_what_the_pages_ask_for(view: View) -> None:
    """All views are measured at once, to be quick; one by one the numbers are the same."""
    world = make_world(Random(1), most_customers=16)
    with closing(duckdb.connect()) as connection:
        fill(connection, world)
        build_facts(connection, load_settings(), world.as_of)
        assert measured_numbers(connection, [view])[view] == evaluated_numbers(connection, view)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(worlds(), st.sampled_from(VIEWS), st.sampled_from(VARIANTS))
def test_product_agrees_on_any_company(world: World, view: View, variant: dict[str, Any]) -> None:
    check(world, replace(load_settings(), **variant), [view])
