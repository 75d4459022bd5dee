"""The data health page: fit to show or not, what to act on, and the books."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.app import exports
from tests.app.conftest import Open

PAGE = "pages/reference/data_health.py"
SHEET = """name,measure,value,ends_on
Accounts,customers,3406,
MRR of October,mrr,1000000,2026-10-31
"""


def write_controlled(folder: Path) -> Path:
    """The sample with a control sheet, a quarter of the ledger, and three terms that cannot be read."""
    exports.write_broken(folder)
    (folder / "control_totals.csv").write_text(SHEET, encoding="utf-8")
    (folder / "finance_totals.csv").write_text(
        "period_start,revenue\n2026-07-01,7600000\n2026-10-01,1\n", encoding="utf-8"
    )
    return folder


def table(app: AppTest, *columns: str) -> Any:
    """The one table that has these columns."""
    (found,) = [d.value for d in app.dataframe if set(columns) <= set(d.value.columns)]
    return found


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.subheader, *app.text, *app.caption))


def test_a_clean_export_is_fit_to_show(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    assert not app.exception
    assert app.subheader[0].value == "Fit to show, with nothing to remark."
    assert "What to act on" not in [each.value.strip("*") for each in app.markdown]
    (checks,) = [each.value for each in app.metric if each.label == "Checks that hold"]
    assert checks == "18 of 23, 5 not tested"
    assert "no control_totals.csv lies beside the export" in set(
        table(app, "check", "result")["why it was not tested"]
    )
    assert "None were given: lay a control_totals.csv" in texts(app)


def test_the_verdict_counts_the_remarks_and_each_says_what_to_do(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(write_controlled), PAGE)
    assert not app.exception
    assert app.subheader[0].value == "Fit to show, with 2 remarks."
    said = texts(app)
    assert "Rejected subscriptions hold" in said
    assert "Control total MRR of October is 1,000,000.00 in the CRM" in said
    assert "Revenue is too low by that much" in said


def test_a_bridge_reads_from_left_to_right(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(write_controlled), PAGE)
    accounts, mrr = table(app, "control_total", "ours").to_dict("records")
    assert (accounts["result"], mrr["result"]) == ("ties", "does not tie")
    assert (
        accounts["control_total"] + accounts["deleted"] + accounts["merged"]
        == (accounts["in_the_export"])
    )
    for bridge in (accounts, mrr):
        steps = ("rejected", "deleted_again", "merged_again", "set_aside", "staff", "unlinked")
        left_out = sum(bridge.get(step, 0) for step in steps)
        assert abs(bridge["in_the_export"] + left_out - bridge["ours"]) < 1e-6
    running, ended = table(app, "quarter_from", "ledger").to_dict("records")
    assert (running["result"], ended["result"]) == ("the quarter is not over", "ties")


def test_a_rejected_row_names_the_header_of_its_file(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(write_controlled), PAGE)
    rejected = table(app, "reason", "header_in_the_file", "row_text")
    assert list(rejected["header_in_the_file"]) == ["Start_Date__c"] * 3
    assert list(rejected["line"]) == [2, 3, 4]
    assert next(csv.reader([rejected["row_text"][0]]))


def test_the_mapping_names_headers_and_what_nothing_fills(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(write_controlled), PAGE, mapped="subscriptions")
    mapped = table(app, "header in the file").set_index("column")
    assert mapped.loc["mrr", "header in the file"] == "MRR__c"
    assert mapped.loc["mrr", "file"] == "Subscription__c.csv"
    assert any("from raw_subscription" in code.value for code in app.code)
    sheet = table(
        open_page(build_export(write_controlled), PAGE, mapped="control_totals"),
        "header in the file",
    ).set_index("column")["file"]
    assert (sheet["value"], sheet["tolerance"]) == ("control_totals.csv", "not filled")


def test_the_age_of_each_table_stands_beside_its_year(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(exports.write_silent), PAGE)
    first = table(app, "age in days", "silent").iloc[0]
    assert (first["table"], first["age in days"], first["silent"]) == ("cases", 14, "yes")


def test_loads_are_counted_and_say_what_they_hold(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    loads = table(app, "load", "holds").to_dict("records")
    assert [(each["load"], each["holds"]) for each in loads] == [("1", "everything")]
    assert set(table(app, "load", "separator")["load"]) == {"1"}
