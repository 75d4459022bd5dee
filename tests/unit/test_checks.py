"""Every check fails where its promise is broken, and holds on the sample."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.small_export import AS_OF, write_export
from warehouse.build import build
from warehouse.gate.check import (
    CheckResult,
    describe_counts,
    list_broken,
    load_checks,
    read_results,
    run_checks,
)
from warehouse.publish import build_path, open_published
from warehouse.settings import Settings

# What breaks each promise, one way after the other.
BREAKS: dict[str, list[str]] = {
    "keys_are_unique": [
        f"insert into {table} select * from {table} limit 1"
        for table in (
            "customers", "subscriptions", "opportunities", "cases", "survey_responses",
            "advocacy_events", "activities", "billing_events", "owners",
        )
    ],
    "no_orphans": [
        f"update {table} set customer_id = 'nobody' where customer_id is not null"
        for table in (
            "subscriptions", "opportunities", "cases", "survey_responses", "advocacy_events",
            "activities", "billing_events",
        )
    ],
    "rows_are_accounted_for": [
        "update load_files set rows_in = rows_in + 1 where file = 'Case.csv'",
        "update load_files set rejected = rejected + 1 where file = 'Case.csv'",
        "update load_files set deleted = null where file = 'Account.csv'",
    ],
    "customer_flow_identity": [
        "delete from fct_activity_spells where customer_id = '001A'",
        "update mart_customer_changes set lost_customers = 0 where grain = 'week'",
        "update mart_customer_changes set new_customers = new_customers + 1 where grain = 'month'",
        "delete from mart_customer_changes where customers_change > 0 and grain = 'year'",
    ],
    "mrr_closes_as_next_opens": [
        "update mart_customer_changes set expansion_mrr = expansion_mrr + 0.000001"
        " where expansion_mrr > 0 and grain = 'week'",
        "delete from mart_customer_changes where churned_mrr > 0 and grain = 'quarter'",
        "update fct_mrr_spells set mrr = mrr + 1 where customer_id = '001D'",
        "delete from fct_mrr_spells where customer_id = '001B'",
        "update fct_terms set mrr = mrr + 1 where customer_id = '001D'",
    ],
    "tiers_sum_to_active": [
        "update mart_tier_changes set customers_change = 2 where customers_change = 1",
        "delete from mart_tier_changes where tier = 'actively_dissatisfied'",
        "update mart_tier_changes set mrr_change = mrr_change + 1 where tier = 'neutral'",
    ],
    "tier_flow_identity": [
        "delete from mart_flows where to_state = 'actively_dissatisfied'",
        "update mart_flows set from_state = 'advocate' where from_state = 'neutral'",
        "update mart_flows set customers = customers + 1 where grain = 'month'",
        "update mart_tier_changes set tier = 'loyal' where tier = 'advocate' or tier = 'neutral'",
    ],
    "tier_outcomes_sum_to_totals": [
        "delete from mart_tier_outcomes where lost_customers > 0 and grain = 'week'",
        "delete from mart_tier_outcomes where tier = 'neutral' and grain = 'month'",
        "update mart_tier_outcomes set customers_change = customers_change + 1 where tier = 'loyal'",
        "update mart_tier_outcomes set retention_opening_change = retention_opening_change + 0.000001"
        " where retention_opening_change > 0 and grain = 'year'",
        "update mart_tier_outcomes set retention_kept_change = 0",
        "update mart_customer_changes set retention_closing_change = retention_closing_change + 1"
        " where retention_closing_change > 0",
    ],
    "tier_spells_do_not_overlap": [
        "update fct_tier_spells set valid_to = valid_to + 7 where tier = 'neutral'",
        "update fct_tier_spells set valid_to = null",
        "update fct_tier_spells set valid_to = valid_from",
    ],
    "terms_are_kept": [
        "delete from fct_terms where subscription_id not in ('s2', 's3')",
    ],
    "load_has_no_error": [
        "insert into load_notes values ('error', 'cases', 'Case.csv', null, 'Case.csv ends.', null)",
    ],
    "no_file_vanished": [
        "insert into file_changes values ('Case.csv', 'cases', '2026-11-09', 40, 0, false)",
    ],
    "files_keep_their_size": [
        "insert into file_changes values ('Case.csv', 'cases', '2026-11-09', 100, 85, false)",
    ],
    "files_can_be_read": [
        "insert into load_notes select 'warning', null, file, null, note, null"
        " from load_files where file = 'Case.csv'",
    ],
    "few_rows_are_rejected": [
        "update load_files set rows_in = 100, rejected = 2 where file = 'Case.csv'",
    ],
    "little_mrr_is_rejected": [
        "insert into load_notes values"
        " ('warning', 'subscriptions', null, 'mrr', 'Rejected subscriptions hold 3.', 1)",
    ],
    "control_totals_tie": [
        "insert into control_bridge (name, control_total, not_explained, rejected, tolerance, ours)"
        " values ('Cases', 1000, -6, 0, 0.005, 994)",
        "insert into control_bridge (name, control_total, not_explained, rejected, tolerance, ours)"
        " values ('Cases', 1000, 0, 6, 0.005, 994)",
        "insert into control_bridge (name, problem) values ('Cases', 'no such measure')",
    ],
    "finance_totals_tie": [
        "insert into finance_bridge (period_start, revenue, not_explained, accrued)"
        " values ('2026-07-01', 1000, -51, 949)",
        "insert into finance_bridge (period_start, revenue, problem)"
        " values ('2026-07-02', 1000, 'no fiscal quarter of the data begins on this day')",
    ],
    "customers_are_kept": [
        "insert into load_notes values ('warning', 'customers', null, 'customer_id',"
        " '3 customers of the load before with 1.00 are missing: 001A.', 3)",
    ],
    "tables_are_fresh": [
        "update table_freshness set is_stale = true where table_name = 'cases'",
    ],
    "anger_can_be_seen": [
        "delete from mart_tier_changes where tier = 'actively_dissatisfied'",
    ],
    "advocates_are_few": [
        "update mart_tier_changes set tier = 'advocate', customers_change = 10",
    ],
    "customers_have_evidence": [
        "update mart_tier_changes set customers_change = 10, without_evidence_change = 6",
    ],
}  # fmt: skip
CASES = [(name, sql) for name, breaks in BREAKS.items() for sql in breaks]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small company."""
    folder = tmp_path_factory.mktemp("checks")
    report = build(
        write_export(folder / "export"), folder / "built", Settings(), date.fromisoformat(AS_OF)
    )
    assert not any(result.is_broken for result in report.checks)
    return build_path(folder / "built", report.build_id)


def run_on(database: Path) -> dict[str, CheckResult]:
    """What the checks find in a database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {result.name: result for result in run_checks(connection)}


def test_every_check_is_broken_here() -> None:
    assert {check.name for check in load_checks()} == set(BREAKS)


@pytest.mark.parametrize(("name", "sql"), CASES)
def test_a_broken_promise_is_found(built: Path, tmp_path: Path, name: str, sql: str) -> None:
    copy = tmp_path / "broken.duckdb"
    shutil.copy(built, copy)
    with duckdb.connect(str(copy)) as connection:
        if name == "anger_can_be_seen":
            connection.execute("delete from cases")
        (changed,) = connection.execute(sql).fetchone() or (0,)
    assert changed, "nothing was broken"
    result = run_on(copy)[name]
    assert result.is_broken
    assert not result.holds
    assert 0 < len(result.examples) <= 5
    assert result.to_text().startswith(f"{result.severity:8} {name}: {result.rows} row")
    assert result.advice in result.to_text()


def test_checks_hold_on_the_sample(sample_warehouse: Path) -> None:
    with closing(open_published(sample_warehouse).connection) as connection:
        broken = [result.to_text() for result in run_checks(connection) if result.is_broken]
    assert broken == []


def test_what_tested_nothing_is_not_ok(built: Path) -> None:
    results = run_on(built)
    why = {name: result.why_untested for name, result in results.items() if result.why_untested}
    assert why == {
        "control_totals_tie": "no control_totals.csv lies beside the export",
        "finance_totals_tie": "no finance_totals.csv lies beside the export",
        "customers_are_kept": "there is no load before the newest full one",
        "files_keep_their_size": "there is no load before to compare with, or the newest holds only what changed",
        "no_file_vanished": "there is no load before to compare with, or the newest holds only what changed",
        "advocates_are_few": "there are fewer than 20 customers",
        "customers_have_evidence": "there are fewer than 20 customers",
    }
    assert (
        describe_counts(list(results.values()))
        == f"{len(results) - 7} of {len(results)}, 7 not tested"
    )
    result = results["control_totals_tie"]
    assert result.to_text() == (
        f"not tested control_totals_tie: {why['control_totals_tie']}. {result.description}"
    )
    with closing(duckdb.connect(str(built), read_only=True)) as connection:
        assert {each.name: each for each in read_results(connection)} == results


def test_without_cases_and_customers_anger_was_not_tested(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "empty.duckdb"
    shutil.copy(built, copy)
    with duckdb.connect(str(copy)) as connection:
        for table in ("cases", "mart_tier_changes", "fct_terms"):
            connection.execute(f"delete from {table}")
    results = run_on(copy)
    assert results["anger_can_be_seen"].why_untested == "there are no customers and no cases"
    assert results["terms_are_kept"].why_untested == "there is no paid term"


def test_the_second_load_is_tested_against_the_first(tmp_path: Path) -> None:
    for name in ("first", "second"):
        export = write_export(tmp_path / name)
        (export / "events.csv").write_text(f"occurred_on,label\n2026-01-01,{name}\n")
        report = build(export, tmp_path / "built", Settings(), date.fromisoformat(AS_OF))
    checks = {check.name: check for check in report.checks}
    for name in ("customers_are_kept", "files_keep_their_size", "no_file_vanished"):
        assert checks[name].holds


def test_what_is_an_error_and_what_a_warning() -> None:
    """Errors: defects of ours, and exports that are surely not whole; each warning has a place of its own."""
    checks = load_checks()
    assert {check.name for check in checks if check.severity == "error"} == {
        "customer_flow_identity", "keys_are_unique", "load_has_no_error",
        "mrr_closes_as_next_opens", "no_file_vanished", "no_orphans", "rows_are_accounted_for",
        "tier_flow_identity", "tier_outcomes_sum_to_totals", "tier_spells_do_not_overlap",
        "tiers_sum_to_active",
    }  # fmt: skip
    warnings = [check for check in checks if check.severity == "warning"]
    assert len({check.rank for check in warnings}) == len(warnings)
    assert {check.beside for check in warnings} == {"", "tiers"}


def test_the_worst_broken_promise_comes_first(built: Path) -> None:
    def broken(name: str, severity: str, rank: int) -> CheckResult:
        return replace(run_on(built)[name], severity=severity, rank=rank, rows=1)

    late, soon, error = (
        broken("terms_are_kept", "warning", 8),
        broken("tables_are_fresh", "warning", 3),
        broken("no_orphans", "error", 0),
    )
    whole = run_on(built)["keys_are_unique"]
    assert list_broken([late, whole, soon, error]) == [error, soon, late]


@pytest.mark.parametrize(
    ("name", "table", "values"),
    [
        ("control_totals_tie", "control_bridge", "('Cases', 1000, -5, 0, null)"),
        ("control_totals_tie", "control_bridge", "('Cases', 1000, 7, 7, null)"),
        ("finance_totals_tie", "finance_bridge", "('2026-07-01', 1000, 50, 0, null)"),
        (
            "finance_totals_tie", "finance_bridge",
            "('2026-07-01', 1000, null, 0, 'the quarter is not over')",
        ),
    ],
)  # fmt: skip
def test_a_difference_within_the_tolerance_ties(
    built: Path, tmp_path: Path, name: str, table: str, values: str
) -> None:
    copy = tmp_path / "close.duckdb"
    shutil.copy(built, copy)
    columns = {
        "control_bridge": "name, control_total, not_explained, rejected, problem",
        "finance_bridge": "period_start, revenue, not_explained, credits, problem",
    }
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"insert into {table} ({columns[table]}) values {values}")
        if table == "control_bridge":
            connection.execute("update control_bridge set tolerance = 0.005")
    assert run_on(copy)[name].holds


def test_a_check_says_what_it_promises(built: Path) -> None:
    result = run_on(built)["no_orphans"]
    assert result.to_text() == f"ok       no_orphans: {result.description}"


def test_a_control_total_of_rows_has_no_cents(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "control.duckdb"
    shutil.copy(built, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "insert into control_bridge"
            " (name, measure, control_total, not_explained, rejected, tolerance, ours) values"
            " ('Accounts', 'customers', 3454, -48, 0, 0.005, 3406), ('Won', 'won_amount', 1000, 200, 0, 0, 1200)"
        )
    assert set(run_on(copy)["control_totals_tie"].examples) == {
        "control total Accounts is 3,454 in the CRM and 3,406 here",
        "control total Won is 1,000.00 in the CRM and 1,200.00 here",
    }
