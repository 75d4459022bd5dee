"""Definitions are complete, and one that is not says what it lacks."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from metrics.reasons import REASONS
from metrics.registry import DEFINITIONS, find_metric, load_metrics, read_metric
from warehouse.errors import StandingError
from warehouse.settings import Settings

METRICS = load_metrics()

GOOD_FILE = """/*
label      = "Customer churn rate"
definition = "Customers lost."
unit       = "percent"
good       = "down"
family     = "churn"
owner      = "Customer success"
source     = "ChartMogul"
version    = 1
interval   = "wilson"
tables     = ["subscriptions"]
settings   = []
formula    = "lost / opening"
caveat     = "Not revenue."

[example]
customer_periods = '''
period_start | opening_customers | lost_customers
2026-01-05   | 200               | 3
'''
expect = { 2026-01-05 = 0.015 }
*/
select 1 as value;
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "churn_test.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_catalogue_holds_every_metric_of_the_specification() -> None:
    assert set(METRICS) >= set(
        """
        churn_logo churn_logo_13w churn_logo_ann churn_logo_recurly churn_logo_stripe
        churn_logo_average churn_rev_gross churn_rev_net ret_grr ret_nrr cust_active cust_new
        cust_lost cust_react mrr mrr_new mrr_reactivation mrr_expansion mrr_contraction mrr_churned
        vel_open vel_win_count vel_win_value vel_cycle vel_deal vel_pipeline vel_realised
        ltv_simple ltv_km adv_share adv_coverage adv_net adv_nps adv_csat adv_ces flow_up flow_down
        flow_net flow_expired
        """.split()
    )


def test_labels_are_told_apart() -> None:
    assert len({metric.label for metric in METRICS.values()}) == len(METRICS)


def test_settings_of_metrics_exist() -> None:
    known = {field.name for field in fields(Settings)}
    assert {key for metric in METRICS.values() for key in metric.settings} <= known


def test_sql_has_neither_parameters_nor_a_clock() -> None:
    for metric in METRICS.values():
        assert not re.search(r"\?|\$|\{|now\(|current_date|getvariable", metric.sql), metric.id


def test_reasons_in_sql_are_known() -> None:
    for metric in METRICS.values():
        assert set(re.findall(r"then '(\w+_\w+)'", metric.sql)) <= set(REASONS), metric.id


def test_good_goes_by_member_where_a_metric_has_several() -> None:
    share = METRICS["adv_share"]
    assert share.good == "by_member"
    assert share.members[0] == "actively_dissatisfied"
    assert share.good_for("advocate") == "up"
    assert share.good_for("dissatisfied") == "down"
    assert METRICS["churn_logo"].good_for() == "down"
    assert METRICS["churn_logo"].members == ()


def test_views_are_those_of_the_example() -> None:
    assert METRICS["ltv_simple"].views == ("customer_periods", "settings")


def test_a_file_is_read_with_its_id_its_sql_and_its_hash(tmp_path: Path) -> None:
    metric = read_metric(write(tmp_path, GOOD_FILE))
    assert (metric.id, metric.sql) == ("churn_test", "select 1 as value")
    changed = read_metric(write(tmp_path, GOOD_FILE.replace("select 1", "select 2")))
    assert changed.file_hash != metric.file_hash
    assert hash(metric) != hash(changed)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/*", "", "begin the file with a header"),
        ('"Not revenue."', "Not revenue", "the header is not TOML"),
        ("select 1 as value;", "", "there is no SQL after the header"),
        ('caveat     = "Not revenue."', "", "the header lacks caveat"),
        ('"Not revenue."', '" "', "caveat must be a text that is not empty"),
        ("owner ", "ownr = 1\nowner ", "unknown field ownr; the nearest is owner"),
        ('"percent"', '"per cent"', "unit must be one of percent, points"),
        ('"down"', '"lower"', "good must be up, down or none"),
        ('"down"', "{}", "good must be up, down or none"),
        ("version    = 1", "version    = true", "version must be a whole number"),
        ("settings   = []", "settings   = [1]", "settings must be a list of names"),
        ("customer_periods = '''", "other = 1\ncustomer_periods = '''", "needs a table for every"),
        ("expect = { 2026-01-05 = 0.015 }", "", "the example needs what to expect"),
        ("expect = { 2026-01-05", "expect = { 2026-01-32", "is not a date"),
        ("= 0.015", '= "0.015"', "expect holds numbers"),
        ("= 0.015", "= true", "expect holds numbers"),
    ],
)
def test_an_incomplete_file_says_what_it_lacks(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD_FILE
    with pytest.raises(StandingError, match=message) as caught:
        read_metric(write(tmp_path, GOOD_FILE.replace(old, new, 1)))
    assert str(caught.value).startswith("churn_test.sql: ")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("churn.logo", "churn_logo"), ("mmr", "mrr"), ("zzzzzzzz", "choose from adv_ces")],
)
def test_an_unknown_metric_is_answered_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(StandingError, match=nearest):
        find_metric(METRICS, name)


def test_the_folder_holds_nothing_but_definitions() -> None:
    assert {path.suffix for path in DEFINITIONS.iterdir()} == {".sql"}
