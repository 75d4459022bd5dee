"""The command line on the sample: what it prints, where, and with which exit status."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from commands.shown import CHANGED
from metrics.customers import COLUMNS as CUSTOMER_COLUMNS
from metrics.engine import COLUMNS
from metrics.registry import load_metrics
from warehouse.gate.check import load_checks
from warehouse.publish import open_published, published_build_id


@pytest.fixture
def last_week(sample_warehouse: Path) -> date:
    connection = open_published(sample_warehouse).connection
    row = (
        connection.cursor()
        .execute("select max(period_start) from periods where grain = 'week' and is_closed")
        .fetchone()
    )
    connection.close()
    assert row is not None
    return row[0]


def test_show_gives_every_metric_of_the_last_closed_week(run, last_week: date) -> None:
    status, out, err = run("show", "--format", "json")
    records = json.loads(out)
    assert (status, err) == (0, "")
    assert {record["metric"] for record in records} == set(load_metrics())
    assert {record["period_start"] for record in records} == {last_week.isoformat()}
    assert all(tuple(record) == (*COLUMNS, "assumptions") for record in records)
    assert all((record["value"] is None) == (record["reason"] is not None) for record in records)


def test_show_in_three_formats_says_the_same(run, last_week: date) -> None:
    asked = ("show", "churn_logo", "--last", "3", "--by", "segment")
    records = json.loads(run(*asked, "--format", "json")[1])
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv")[1], newline="")))
    lines = run(*asked)[1].splitlines()
    assert len(records) == len(rows) == len(lines) - 1
    assert [float(row["value"]) for row in rows] == [record["value"] for record in records]
    assert {row["dimension"] for row in rows} == {"segment"}
    assert max(row["period_start"] for row in rows) == last_week.isoformat()
    assert " % " in lines[1]
    assert " of " in lines[1]


def test_show_says_the_assumptions_of_lifetime_value(run) -> None:
    """In every format, of the metrics that rest on some; without such a metric there is no column."""
    asked = ("show", "ltv_km", "eco_payback", "mrr", "--grain", "quarter")
    texts = (
        "gross margin 80 %, discount 10 % a year, horizon 60 months, first margin now, before "
        "acquisition cost",
        "gross margin 80 %, not discounted",
        None,
    )
    records = json.loads(run(*asked, "--format", "json")[1])
    assert [record["assumptions"] for record in records] == list(texts)
    rows = csv.DictReader(io.StringIO(run(*asked, "--format", "csv")[1], newline=""))
    assert [row["assumptions"] for row in rows] == [text or "" for text in texts]
    assert f"Assumptions of ltv_km: {texts[0]}." in run(*asked)[1]
    (plain,) = json.loads(run("show", "mrr", "--format", "json")[1])
    assert "assumptions" not in plain
    rows = json.loads(run("why", "lifetime_value", "--format", "json")[1])
    assert {row["assumptions"] for row in rows} == {texts[0]}


def test_show_of_one_period(run, last_week: date) -> None:
    status, out, _ = run("show", "mrr", "vel_cycle", "--period", str(last_week), "--format", "json")
    money, days = json.loads(out)
    assert (status, money["metric"], days["unit"]) == (0, "mrr", "days")
    assert money["value"] > 0


def test_an_undefined_number_shows_its_reason(run) -> None:
    assert "n/a" in (out := run("show", "ret_nrr", "--last", "150")[1])
    assert "the data does not reach back far enough" in out


def test_a_missing_table_says_what_to_map(run, tmp_path: Path, sample_warehouse: Path) -> None:
    folder = change(
        sample_warehouse, tmp_path,
        "update table_status set is_present = false where table_name = 'survey_responses'",
    )  # fmt: skip
    status, out, _ = run("show", "adv_nps", "adv_csat", "--warehouse", str(folder))
    assert status == 0
    assert out.count("the export has no table for it") == 2
    assert out.count("This export has no survey_responses: add it, or map it in") == 1


def test_customers_without_their_table_say_what_to_map(
    run, tmp_path: Path, sample_warehouse: Path
) -> None:
    folder = change(
        sample_warehouse, tmp_path,
        "update table_status set is_present = false where table_name = 'subscriptions'",
    )  # fmt: skip
    status, _, err = run("customers", "--warehouse", str(folder))
    assert status == 2
    assert err.startswith(
        "This export has no subscriptions: add it, or map it in warehouse/sources"
    )


def change(warehouse: Path, folder: Path, sql: str) -> Path:
    """A copy of the published warehouse, changed."""
    build_id = published_build_id(warehouse)
    copy = folder / f"build_{build_id}.duckdb"
    shutil.copy(warehouse / copy.name, copy)
    shutil.copy(warehouse / "current", folder / "current")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(sql)
    return folder


def test_show_says_which_numbers_need_a_silent_table(
    run, tmp_path: Path, sample_warehouse: Path
) -> None:
    folder = str(
        change(
            sample_warehouse, tmp_path,
            "update table_freshness set is_stale = true, newest_on = '2026-11-01', age_days = 14"
            " where table_name = 'cases'",
        )
    )  # fmt: skip
    note = (
        "Beware: nothing new in cases since 1 Nov 2026 (14 days, longer than ever in the year"
        " before): adv_share may be too low."
    )
    shown = run("show", "adv_share", "cust_lost", "--warehouse", folder)
    assert shown[1].splitlines()[-1] == note
    before = run("show", "adv_share", "--period", "2026-10-19", "--warehouse", folder)
    assert "Beware" not in before[1]
    assert "Beware" not in run("show", "cust_lost", "--warehouse", folder)[1]
    assert "adv_coverage, adv_mrr, adv_net and 8 more" in run("show", "--warehouse", folder)[1]


def test_show_says_how_many_stays_may_be_older_than_the_data(run) -> None:
    shown = run("show", "ret_km", "churn_logo", "ltv_km")[1].splitlines()
    assert (
        "Note: 833 of 1,801 stays (46 %) begin on 20 Nov 2023, the first paid day of the data, and may be"
        " older: ret_km, ltv_km take them as new; the churn page can leave them out."
    ) in shown
    # A note of what new customers pay stands beside it.
    assert shown[-1].startswith("Note: ltv_km: at today's average MRR.")
    assert "may be older" not in run("show", "churn_logo")[1]
    assert "may be older" not in run("show", "ret_km", "--format", "csv")[1]


def test_show_against_adds_the_change_with_its_interval(run, last_week: date) -> None:
    asked = ("show", "churn_logo", "mrr", "--against", "year")
    status, out, err = run(*asked, "--format", "json")
    churn, mrr = json.loads(out)
    assert (status, err) == (0, "")
    assert tuple(churn) == (*COLUMNS, *CHANGED)
    assert churn["against"] == str(last_week - timedelta(days=364))
    assert churn["change_low"] < churn["change"] < churn["change_high"]
    assert (mrr["change"] > 0, mrr["change_low"], mrr["change_reason"]) == (True, None, "money")
    _, out, _ = run(*asked, "--format", "csv")
    line = next(csv.DictReader(io.StringIO(out, newline="")))
    assert float(line["change_low"]) == churn["change_low"]
    _, out, _ = run(*asked)
    assert "not distinguishable from chance" in out


def test_show_below_the_minimum_gives_counts_and_interval_and_no_change(run) -> None:
    """17 customers are of no known segment."""
    _, out, _ = run("show", "churn_logo", "--by", "segment", "--against", "previous")
    (line,) = (line for line in out.splitlines() if " unknown " in line)
    assert re.search(r"0 of 17 +0-18\.4 %", line)
    assert "pp" not in line
    assert line.endswith("fewer than 20: too few to compare")


def test_show_says_how_few_customers_stand_behind_an_amount_of_money(run) -> None:
    """Those that count them are asked for, and not shown."""
    asked = ("show", "ret_grr", "--by", "segment", "--against", "previous", "--format", "json")
    records = json.loads(run(*asked)[1])
    assert {record["metric"] for record in records} == {"ret_grr"}
    reasons = {record["breakdown"]: record["change_reason"] for record in records}
    assert (reasons["unknown"], reasons["enterprise"]) == ("too_few", "money")
    _, out, _ = run("show", "ret_grr", "--by", "segment")
    (line,) = (line for line in out.splitlines() if " unknown " in line)
    assert line.endswith("17 customers: too few to compare")


def test_explain_says_where_a_lifetime_value_has_its_interval(run) -> None:
    _, out, _ = run("explain", "ltv_km")
    assert "none in `show`; its card and page compute 95 % from the survival curve" in out


def test_a_command_waits_for_no_other(root: Path) -> None:
    """`explain` needs no database of notes, no packs and no charts."""
    code = "import sys, cli; cli.main(['explain', 'mrr']); sys.exit('sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, stdout=subprocess.DEVNULL)


def test_explain_says_all_of_a_definition(run) -> None:
    status, out, err = run("explain", "ltv_simple")
    metric = load_metrics()["ltv_simple"]
    assert (status, err) == (0, "")
    for part in (metric.definition, metric.formula, metric.source, metric.caveat, metric.sql):
        assert part in out
    assert "gross_margin = 0.8" in out
    assert "reporting_currency = EUR" in out
    assert "customer_periods, settings" in out
    assert "Tables     subscriptions" in out
    assert "ltv_simple, 2026-01-19: n/a" in out


@pytest.mark.parametrize("metric", load_metrics())
def test_every_metric_can_be_explained_without_a_build(run, tmp_path: Path, metric: str) -> None:
    status, out, _ = run("explain", metric, "--warehouse", str(tmp_path))
    assert status == 0
    assert f"({metric}, version" in out
    assert "nothing is built yet" in out or "depends on:\n    none" in out


def test_customers_are_those_behind_the_number(run) -> None:
    rows = json.loads(run("customers", "--tier", "advocate", "--format", "json")[1])
    records = json.loads(run("show", "adv_share", "--format", "json")[1])
    share = next(record for record in records if record["member"] == "advocate")
    assert len(rows) == share["numerator"]
    assert {row["tier"] for row in rows} == {"advocate"}
    assert all(tuple(row) == CUSTOMER_COLUMNS for row in rows)


@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_customers_who_moved_are_those_of_the_flows(run, grain: str) -> None:
    asked = ("flow_up", "flow_down", "flow_expired", "--grain", grain, "--format", "json")
    moves = sum(record["numerator"] for record in json.loads(run("show", *asked)[1]))
    rows = json.loads(run("customers", "--moved", "--grain", grain, "--format", "json")[1])
    assert len(rows) == moves
    assert all(row["tier"] != row["previous_tier"] is not None for row in rows)


def test_customers_as_text_carry_money_with_cents(run) -> None:
    lines = run("customers", "--tier", "loyal")[1].splitlines()
    assert lines[0].split()[:2] == ["customer", "id"]
    assert re.search(r" [\d,]+\.\d\d ", lines[1])


def test_check_lists_the_promises(run) -> None:
    status, out, err = run("check")
    assert (status, err) == (0, "")
    *checks, verdict = out.splitlines()
    assert all(line.startswith(("ok ", "warning ", "not tested ")) for line in checks)
    assert verdict == "Fit to show, with nothing to remark."


def test_a_broken_promise_ends_in_status_1(run, tmp_path: Path, sample_warehouse: Path) -> None:
    folder = change(
        sample_warehouse, tmp_path,
        "insert into customers select * from customers limit 1",
    )  # fmt: skip
    status, out, err = run("check", "--warehouse", str(folder))
    assert status == 1
    assert "error    keys_are_unique" in out
    assert err == f"1 of {len(load_checks())} checks failed: keys_are_unique.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "required: COMMAND; see `python cli.py --help`"),
        (("shwo",), "invalid choice: 'shwo'"),
        (("show", "churn_lgo"), "There is no metric 'churn_lgo'; the nearest is churn_logo"),
        (("show", "--grain", "weak"), "There is no grain 'weak'; the nearest is week"),
        (("show", "--by", "segmnt"), "There is no dimension 'segmnt'; the nearest is segment"),
        (("show", "--by", "language"), "no numbers by language; add it to dimensions"),
        (("show", "--period", "2026-11-10"), "the week that holds this day starts on 2026-11-09"),
        (("show", "--period", "1999-01-04"), "The data has no week that starts on 1999-01-04"),
        (("show", "--period", "yesterday"), "'yesterday' is not a date, write it like 2026-11-09"),
        (("show", "--last", "0"), "The number of periods must be 1 or more"),
        (("show", "--last", "x"), "invalid int value: 'x'"),
        (("show", "--last", "2", "--period", "2026-11-09"), "not allowed with argument"),
        (("show", "--format", "xml"), "invalid choice: 'xml'"),
        (("explain",), "required: METRIC; see `python cli.py explain --help`"),
        (("explain", "nps"), "There is no metric 'nps'; the nearest is adv_nps"),
        (("customers", "--tier", "loyl"), "There is no tier 'loyl'; the nearest is loyal"),
        (("customers", "--grain", "year", "--period", "2026-01-01"), "is not over yet"),
        (("show", "--warehouse", "nowhere"), "There is no warehouse in nowhere: run"),
        (("build", "nowhere"), "nowhere"),
        (("build", "nowhere", "--settings", "nowhere.toml"), "nowhere.toml"),
        (("build", "nowhere", "--as-of", "2026-02-30"), "'2026-02-30' is not a date"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(
    run, arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("few_metrics")
def test_build_prints_its_progress_beside_its_report(run, root: Path, tmp_path: Path) -> None:
    export = str(root / "data" / "sample" / "salesforce")
    folder = ("--warehouse", str(tmp_path), "--as-of", "2026-06-30")
    status, out, err = run("build", export, *folder)
    assert status == 0
    assert "Recognised" in out
    assert "Running checks" in err
    (record,) = json.loads(run("show", "mrr", *folder[:2], "--format", "json")[1])
    assert record["period_start"] == "2026-06-22"
    shown = run("show", "mrr", *folder[:2], "--period", "2026-06-29", "--format", "json")[1]
    assert json.loads(shown)[0]["reason"] == "partial_period"


def test_an_interrupted_build_says_so_in_a_word(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("commands.build.build", stop)
    assert run("build", "x") == (130, "", "Stopped.\n")


def test_a_closed_pipe_is_quiet(root: Path, sample_warehouse: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "cli.py", "show", "--last", "150", "--format", "csv",
         "--warehouse", str(sample_warehouse)],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_why_sums_to_the_change_in_every_format(run) -> None:
    """As JSON the totals of each table come to the same change; as text it says that they do."""
    status, out, err = run("why", "churn", "--by", "region", "--format", "json")
    rows = json.loads(out)
    assert (status, err) == (0, "")
    sums = {
        by: sum(row["total"] for row in rows if row["by"] == by)
        for by in ("driver", "region", "account")
    }
    assert sums["driver"] != 0
    assert sums["region"] == pytest.approx(sums["driver"], abs=1e-12)
    assert sums["account"] == pytest.approx(sums["driver"], abs=1e-12)
    status, out, _ = run("why", "churn", "--by", "region")
    assert status == 0
    assert out.count("exactly the change from") == 3
    assert "By region" in out


def test_why_says_what_it_cannot_answer(run) -> None:
    status, out, err = run("why", "chrun")
    assert (status, out) == (2, "")
    assert "the nearest is churn" in err
