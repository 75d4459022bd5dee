"""Why a number was restated: each cause by itself, together as a bridge, and never without a change."""

import dataclasses
import datetime as dt
from decimal import Decimal
from random import Random

import duckdb
import pytest

from analyses.restated import describe_causes
from ledger.bridge import CODE, DEFINITION, UNTRACED
from ledger.changes import CORRECTION, LATE, RATES, RECLASSIFIED
from metrics.registry import load_metrics
from tests.ledger.company import METRICS, Company
from tests.reference.worlds import make_world
from tests.tiny import Rows, term
from warehouse.publish import build_path, published_build_id

A = term("a", "2026-01-05", mrr=100, subscription_id="s1", mrr_original=Decimal(100))
B = term("b", "2026-01-05", mrr=200, subscription_id="s2", mrr_original=Decimal(200))
CUSTOMERS = [{"customer_id": each, "segment": "small"} for each in "ab"]
WEEK = dt.date(2026, 2, 2)
# Causes are found in DuckDB; that either database keeps them is seen where a test runs on both.
ON_SQLITE = pytest.mark.parametrize("company", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def few_numbers(company: Company) -> None:
    """A stock, a rate, and one that a setting is part of: a cause shows in each of them."""
    metrics = load_metrics()
    company.metrics = {name: metrics[name] for name in ("churn_logo", "ltv_km", "mrr")}


def tables(*terms: dict[str, object], customers: Rows = CUSTOMERS) -> dict[str, Rows]:
    return {"subscriptions": terms, "customers": customers}


def cancelled(row: dict[str, object], on: dt.date = WEEK) -> dict[str, object]:
    return {**row, "ended_on": on}


@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        (tables(A, cancelled(B)), {LATE}),
        (tables(A, B, term("a", "2026-01-12", mrr=5, subscription_id="s3")), {LATE}),
        (tables(A, {**B, "mrr": Decimal(50), "mrr_original": Decimal(50)}), {CORRECTION}),
        (tables(A), {CORRECTION}),
        (tables(A, {**B, "mrr": Decimal(250)}), {RATES}),
        (tables(A, cancelled({**B, "mrr": Decimal(9), "mrr_original": Decimal(9)})), {LATE}),
        (tables({**A, "mrr": Decimal(90), "mrr_original": Decimal(90)}, cancelled(B)), {LATE, CORRECTION}),
        (tables({**A, "mrr": Decimal(110)}, cancelled(B)), {RATES, LATE}),
    ],
)  # fmt: skip
@ON_SQLITE
def test_each_change_has_its_cause(
    company: Company, changed: dict[str, Rows], causes: set[str]
) -> None:
    company.report(tables(A, B), "2026-02-22", "2026-02-23")
    company.report(changed, "2026-02-22", "2026-03-02")
    found = [each for each in company.restatements("mrr") if each.period_start == WEEK]
    assert [set(each.causes) for each in found] == [causes]
    for each in company.restatements():
        assert each.reported is None or each.delta == Decimal(str(each.now)) - Decimal(
            str(each.reported)
        )


def test_a_bridge_says_how_much_each_cause_did(company: Company) -> None:
    """Rates +10 on a, then b's 200 lost to news, then a corrected from 110 to 60."""
    c = term("c", "2026-01-05", mrr=110, subscription_id="s3", mrr_original=Decimal(110))
    company.report(tables(A, B, c), "2026-02-22", "2026-02-23")
    corrected = {**c, "mrr": Decimal(60), "mrr_original": Decimal(60)}
    company.report(
        tables({**A, "mrr": Decimal(110)}, cancelled(B), corrected), "2026-02-22", "2026-03-02"
    )
    (found,) = [each for each in company.restatements("mrr") if each.period_start == WEEK]
    assert [(step.cause, step.delta) for step in found.steps] == [
        (RATES, 10), (LATE, -200), (CORRECTION, -50),
    ]  # fmt: skip
    assert (found.reported, found.now, found.delta) == (410, 170, -240)
    assert found.is_material


def test_a_customer_of_another_segment_is_reclassified(company: Company) -> None:
    company.report(tables(A, B), "2026-02-22", "2026-02-23")
    moved = [CUSTOMERS[0], {"customer_id": "b", "segment": "large"}]
    company.report(tables(A, B, customers=moved), "2026-02-22", "2026-03-02")
    assert company.restatements() == []
    found = company.rows(
        "select distinct cause, breakdown from steps"
        " join restatements on steps.restatement = restatements.restatement"
        " join series on restatements.series = series.series"
    )
    assert found == [(RECLASSIFIED, "small")]


def test_a_segment_that_is_gone_is_withdrawn(company: Company) -> None:
    company.report(tables(A, B), "2026-02-22", "2026-02-23")
    renamed = [{**row, "segment": "tiny"} for row in CUSTOMERS]
    company.report(tables(A, B, customers=renamed), "2026-02-22", "2026-03-02")
    found = company.rows(
        "select distinct breakdown, reason from numbers join series on numbers.series = series.series"
        " where build = 2 and dimension = 'segment' and (value is null) = (reason = 'gone')"
        " order by 1"
    )
    assert ("small", "gone") in found
    assert ("tiny", "gone") not in found


def test_a_definition_change_keeps_both_series(company: Company) -> None:
    company.report(tables(A, B), "2026-02-22", "2026-02-23")
    metrics = load_metrics()
    halved = dataclasses.replace(
        metrics["mrr"], version=2,
        sql="select period_start, breakdown, closing_mrr / 2 as value from customer_periods",
    )  # fmt: skip
    company.metrics = {**(company.metrics or {}), "mrr": halved}
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-03-02")
    (found,) = [each for each in company.restatements("mrr") if each.period_start == WEEK]
    assert [(step.cause, step.after) for step in found.steps] == [(DEFINITION, 150.0), (LATE, 50.0)]
    assert (found.reported, found.now, found.versions) == (300, 50.0, (1, 2))
    assert describe_causes(found) == "definition change, late data"
    assert company.rows(
        "select version, min(build), max(build) from numbers"
        " join series on numbers.series = series.series"
        " join definitions on series.definition = definitions.definition"
        " where metric = 'mrr' group by version order by version"
    ) == [(1, 1, 1), (2, 2, 2)]
    # And back again: the first series goes on, from what it said last.
    company.metrics = {**company.metrics, "mrr": metrics["mrr"]}
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-03-09")
    (found,) = [each for each in company.restatements("mrr") if each.period_start == WEEK]
    assert found.now == 100
    assert found.delta == -200


def test_settings_are_part_of_a_definition(company: Company) -> None:
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-02-23")
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-02-24", gross_margin=0.4)
    assert {each.metric for each in company.restatements()} == {"ltv_km"}
    assert {cause for each in company.restatements() for cause in each.causes} == {DEFINITION}
    told = {describe_causes(each) for each in company.restatements()}
    assert told == {"definition change: settings differ"}


def test_settings_that_are_in_force_again_restate_nothing(company: Company) -> None:
    """To another margin and back; what comes in later is told alone."""
    both = tables(A, cancelled(B))
    company.report(both, "2026-02-22", "2026-02-23")
    company.report(both, "2026-02-22", "2026-02-24", gross_margin=0.4)
    assert company.restatements("ltv_km")
    company.report(both, "2026-02-22", "2026-02-25")
    assert company.restatements() == []
    less = {**A, "mrr": Decimal(90), "mrr_original": Decimal(90)}
    company.report(tables(less, cancelled(B)), "2026-02-22", "2026-02-26")
    found = company.restatements("ltv_km")
    assert {each.causes for each in found} == {(CORRECTION,)}
    assert all(each.steps[0].before == each.reported != each.now for each in found)


def test_other_code_is_a_cause_of_its_own(company: Company) -> None:
    """As where a fact was computed wrongly before."""
    company.report(tables(A, B), "2026-02-22", "2026-02-23")
    company.code = "code 2"
    company.build(tables(A, B), "2026-02-22", "2026-02-24")
    build_id = published_build_id(company.warehouse)
    with duckdb.connect(str(build_path(company.warehouse, build_id or ""))) as connection:
        connection.execute(
            "update mart_customer_changes set new_mrr = new_mrr + 1 where new_mrr > 0"
        )
    company.freeze()
    assert {cause for each in company.restatements() for cause in each.causes} == {CODE}


@pytest.mark.parametrize("gross_margin", [0.8, 0.4])
@pytest.mark.parametrize("start", [0, 0.5])
@ON_SQLITE
def test_a_damaged_build_before_is_as_one_that_is_gone(
    company: Company, start: float, gross_margin: float
) -> None:
    """Its head overwritten, or its rows; where the data is the same the settings alone can be the cause."""
    before = company.build(tables(A, B), "2026-02-22", "2026-02-23", gross_margin=0.75)
    company.freeze()
    path = build_path(company.warehouse, before)
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(int(size * start))
        file.write(b"x" * (size // 2))
    company.report(tables(A, B), "2026-02-22", "2026-02-23", gross_margin=gross_margin)
    assert {cause for each in company.restatements() for cause in each.causes} == {DEFINITION}
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-03-02", gross_margin=gross_margin)
    assert company.rows("select count(*) from builds") == [(3,)]


def test_damage_between_two_loads_leaves_no_trace_of_causes(company: Company) -> None:
    before = company.build(tables(A, B), "2026-02-22", "2026-02-23")
    company.freeze()
    build_path(company.warehouse, before).write_bytes(b"nonsense" * 1000)
    company.report(tables(A, cancelled(B)), "2026-02-22", "2026-03-02", gross_margin=0.4)
    assert {cause for each in company.restatements() for cause in each.causes} == {UNTRACED}


@pytest.mark.parametrize(
    ("company", "seed"), [("sqlite", 0), ("postgresql", 1)], indirect=["company"]
)
def test_any_two_versions_are_bridged_exactly(company: Company, seed: int) -> None:
    """Rows that come, go and change at random: every bridge adds up, and the same data says nothing."""
    metrics = load_metrics()
    company.metrics = {name: metrics[name] for name in METRICS}
    random = Random(seed)
    world = make_world(random)
    for row in world.tables["customers"]:
        row.pop("merged_into_id", None)
        row.pop("merged_on", None)
    company.report(world.tables, world.as_of.isoformat(), "2026-02-23")
    before = company.rows("select count(*) from numbers")
    again = {name: random.sample(rows, len(rows)) for name, rows in world.tables.items()}
    assert company.report(again, world.as_of.isoformat(), "2026-02-24").restatements == 0
    assert company.rows("select count(*) from numbers") == before
    other = {name: [dict(row) for row in rows] for name, rows in world.tables.items()}
    for row in other["subscriptions"]:
        choice = random.randrange(2)
        if choice == 0 and not row.get("ended_on"):
            row["ended_on"] = max(
                world.as_of - dt.timedelta(days=40), row["started_on"] + dt.timedelta(days=1)
            )
        elif choice == 1:
            row["mrr"] = Decimal(str(row["mrr"])) + 7
    for row in other["customers"]:
        row["segment"] = random.choice(["small", "large", row.get("segment")])
    other["subscriptions"] = other["subscriptions"][random.randrange(2) :]
    company.report(other, world.as_of.isoformat(), "2026-02-25")
    for each in company.restatements():
        ends = [each.reported, *(step.after for step in each.steps)]
        assert [step.before for step in each.steps] == ends[:-1]
        assert ends[-1] == each.now
        if each.delta is not None:
            assert Decimal(str(each.reported)) + each.delta == Decimal(str(each.now))
    shown = company.rows(
        "select count(*) from restatements where restatement not in (select restatement from steps)"
    )
    assert shown == [(0,)]
