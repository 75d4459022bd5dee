"""The worked example of the audit rules: what was reported on a day, and what is known now."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

import cli
from commands.show import OTHER
from ledger.bridge import DEFINITION
from ledger.changes import CORRECTION, LATE
from ledger.database import VARIABLE
from ledger.restated import list_restatements
from tests.small_export import write_export
from warehouse.publish import published_build_id

WEEK = "2026-05-04"  # week 19
CHURN = ("show", "churn_logo", "--period", WEEK)
FEW = ("show", "churn_logo", "cust_active", "mrr")  # those of the fixture few_metrics


def write_company(folder: Path, *lost: int) -> Path:
    """An export of 200 customers; those that are lost ended in week 19 of 2026."""
    accounts = [
        {"Id": f"001{number}", "IsDeleted": 0, "Name": f"Customer {number}", "Segment__c": "all"}
        for number in range(1, 201)
    ]
    terms = [
        {
            "Id": f"s{number}", "Account__c": f"001{number}", "Start_Date__c": "2025-01-06",
            "End_Date__c": "2026-05-10" if number in lost else "", "MRR__c": "100.00",
        }
        for number in range(1, 201)
    ]  # fmt: skip
    terms.append(
        {**terms[0], "Id": "s0", "Start_Date__c": "2024-01-06", "End_Date__c": "2025-01-06"}
    )
    others = (
        "Opportunity",
        "Case",
        "Survey_Response__c",
        "Advocacy_Activity__c",
        "Task",
        "Billing_Event__c",
    )
    return write_export(folder, Account=accounts, Subscription__c=terms, **dict.fromkeys(others))


class Run:
    """The command line on one warehouse: standard output of a command that must succeed."""

    def __init__(self, warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.warehouse, self.capsys = warehouse, capsys

    def __call__(self, *arguments: str, status: int = 0) -> str:
        found = cli.main([*arguments, "--warehouse", str(self.warehouse)])
        out, err = self.capsys.readouterr()
        assert found == status, err
        return out if status == 0 else err

    def build(self, export: Path, as_of: str, known_on: str, *more: str) -> str:
        return self("build", str(export), "--as-of", as_of, "--known-on", known_on, *more)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.delenv(VARIABLE, raising=False)
    return Run(tmp_path / "warehouse", capsys)


@pytest.mark.usefixtures("few_metrics")
def test_the_worked_example(run: Run, tmp_path: Path) -> None:
    """Customer 17's cancellation, dated 2026-05-10, arrives in the export of 2026-06-01."""
    first = write_company(tmp_path / "first", *range(1, 9))
    run.build(first, "2026-05-17", "2026-05-18")
    reported = run(*CHURN, "--format", "json")
    assert json.loads(reported)[0]["value"] == 0.04
    before = run(*FEW, "--grain", "quarter", "--last", "3", "--format", "csv")

    second = write_company(tmp_path / "second", *range(1, 9), 17)
    run.build(second, "2026-05-31", "2026-06-01")
    now = json.loads(run(*CHURN, "--format", "json"))[0]
    assert (now["numerator"], now["denominator"], now["value"]) == (9, 200, 0.045)

    (restated,) = [
        each
        for each in list_restatements(run.warehouse, published_build_id(run.warehouse) or "")
        if (each.metric, each.grain, each.dimension) == ("churn_logo", "week", None)
        and each.period_start == dt.date.fromisoformat(WEEK)
    ]
    assert (restated.reported, restated.now) == (0.04, 0.045)
    assert (restated.reported_counts, restated.now_counts) == ((8, 200), (9, 200))
    assert [(step.cause, step.delta) for step in restated.steps] == [(LATE, Decimal("0.005"))]
    # Half the interval of 8 in 200 is 2.8 points: no footnote.
    assert not restated.is_material
    assert "restated: reported 4.0 %, now 4.5 % (late data)" in run(*CHURN)

    then = ("--as-known-on", "2026-05-20")
    assert run(*CHURN, *then, "--format", "json") == reported
    assert "4.0 %" in run(*CHURN, *then)
    assert run(*FEW, "--grain", "quarter", "--last", "3", *then, "--format", "csv") == before
    assert json.loads(run(*CHURN, "--as-known-on", "2026-06-01", "--format", "json"))[0] == now


def test_a_day_is_answered_to_the_last_digit(run: Run, tmp_path: Path) -> None:
    """Whatever show said that day, of every metric and slice."""
    run.build(write_company(tmp_path / "first", 1, 2), "2026-05-17", "2026-05-18")
    asked = [
        ("show", "--by", "segment", "--format", "json"),
        ("show", "--grain", "month", "--last", "24", "--format", "csv"),
        ("show", "--last", "3"),
    ]
    said = [run(*each) for each in asked]
    run.build(write_company(tmp_path / "second", 1, 3), "2026-05-31", "2026-06-01")
    # A table says beneath what to do about what is missing: advice for today, not of that day.
    for each, before in zip(asked, said, strict=True):
        assert before.startswith(run(*each, "--as-known-on", "2026-05-31"))


@pytest.mark.usefixtures("few_metrics")
def test_before_the_first_load_nothing_was_known(run: Run, tmp_path: Path) -> None:
    run.build(write_company(tmp_path / "first", 1), "2026-05-17", "2026-05-18")
    told = run(*CHURN, "--as-known-on", "2026-05-17", status=2)
    assert "2026-05-17" in told
    assert "2026-05-18" in told


@pytest.mark.usefixtures("few_metrics")
def test_what_was_not_frozen_is_computed_again_or_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.build(write_company(tmp_path / "first", 1), "2026-05-13", "2026-05-18")
    open_week = ("show", "cust_active", "--period", "2026-05-11", "--format", "json")
    then = run(*open_week)
    assert json.loads(then)[0]["reason"] == "partial_period"
    run.build(write_company(tmp_path / "second", 1, 2), "2026-05-31", "2026-06-01")
    assert json.loads(run(*open_week))[0]["value"] == 198
    assert run(*open_week, "--as-known-on", "2026-05-20") == then
    assert "starts on 2026-05-11" in run(
        *FEW, "--period", "2026-05-12", "--as-known-on", "2026-05-20", status=2
    )
    monkeypatch.setattr("ledger.as_known.code_hash", lambda: "another")
    told = run(*open_week, "--as-known-on", "2026-05-20", status=2)
    assert "definitions have changed since" in told
    assert "made by version 0.1.0" in told
    # What was frozen stands whatever the code is now.
    assert (
        json.loads(run(*CHURN, "--as-known-on", "2026-05-20", "--format", "json"))[0]["numerator"]
        == 1
    )


def test_other_settings_restate_and_refuse(run: Run, tmp_path: Path) -> None:
    """The same load with other settings was reported when it was built, not when it became known."""
    export = write_company(tmp_path / "first", 1, 2)
    run.build(export, "2026-05-17", "2026-05-18")
    settings = tmp_path / "other.toml"
    settings.write_text("gross_margin = 0.5\n", encoding="utf-8")
    value = ("show", "ltv_simple", "--grain", "month", "--format", "json")
    before = run(*value)
    assert "restated" in run("build", "--settings", str(settings))
    assert run(*value) != before
    then, now = json.loads(run(*value, "--as-known-on", "2026-05-18")), json.loads(before)
    assert {each.pop("assumptions") for each in then} == {OTHER}
    assert {each.pop("assumptions")[:17] for each in now} == {"gross margin 80 %"}
    assert then == now
    found = list_restatements(run.warehouse, published_build_id(run.warehouse) or "")
    assert {cause for each in found for cause in each.causes} == {DEFINITION}
    assert {each.metric for each in found} == {"ltv_simple", "ltv_km"}
    told = run(
        "show", "mrr", "--period", "2026-05-11", "--grain", "week", "--by", "language",
        "--as-known-on", "2026-05-18", status=2,
    )  # fmt: skip
    assert "settings have changed since" in told


@pytest.mark.usefixtures("few_metrics")
def test_where_the_build_before_is_gone_its_loads_tell(run: Run, tmp_path: Path) -> None:
    run.build(write_company(tmp_path / "first", 1), "2026-05-17", "2026-05-18")
    (old,) = run.warehouse.glob("build_*.duckdb")
    export = write_company(tmp_path / "second", 1, 2)
    with (export / "Subscription__c.csv").open(encoding="utf-8") as file:
        text = file.read().replace(
            '"s9","0019","2025-01-06","","100.00"', '"s9","0019","2025-01-06","","90.00"'
        )
    (export / "Subscription__c.csv").write_text(text, encoding="utf-8")
    old.unlink()
    run.build(export, "2026-05-31", "2026-06-01")
    found = list_restatements(run.warehouse, published_build_id(run.warehouse) or "")
    (mrr,) = [
        each
        for each in found
        if (each.metric, each.grain, each.dimension) == ("mrr", "week", None)
        and each.period_start == dt.date(2026, 5, 11)
    ]
    assert [(step.cause, step.delta) for step in mrr.steps] == [
        (LATE, Decimal(-100)), (CORRECTION, Decimal(-10)),
    ]  # fmt: skip
