"""The account page on every kind of data, run without a browser."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charts.theme import TIER_LABELS
from tests.app import exports
from tests.app.conftest import AS_OF
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import Settings

PAGE = "pages/customers/account.py"
WEEK = date(2026, 11, 9)
Open = Callable[..., AppTest]
Build = Callable[[Callable[[Path], Path]], Path]


def write_few(folder: Path) -> Path:
    return exports.write(folder, exports.customers(*exports.first_customers(4)))


def write_without_voices(folder: Path) -> Path:
    write_few(folder)
    for name in ("Survey_Response__c", "Case"):
        (folder / f"{name}.csv").unlink()
    return folder


def ask(warehouse: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return cursor.execute(sql, list(values)).fetchall()


def drawn(app: AppTest) -> str:
    """Every word on the page but those in tables."""
    parts = (*app.subheader, *app.text, *app.markdown, *app.caption, *app.warning)
    return "\n".join(each.value for each in parts)


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(each.value for each in app.dataframe if column in each.value.columns)


def test_nobody_is_chosen(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    assert not app.exception
    assert "Choose a customer below" in drawn(app)
    assert len(app.selectbox(key="account_choice").options) == 50


@pytest.mark.parametrize("week", [WEEK, date(2025, 6, 2)])
def test_tier_and_mrr_are_those_of_the_week(
    open_page: Open, sample_warehouse: Path, week: date
) -> None:
    ((customer, tier, mrr),) = ask(
        sample_warehouse,
        "select customer_id, tier, mrr from customer_tiers where week_start = ?"
        " and tier in ('loyal', 'dissatisfied') order by mrr desc limit 1",
        week,
    )
    app = open_page(sample_warehouse, PAGE, customer=str(customer), week=week.isoformat())
    assert not app.exception
    words = drawn(app)
    assert f"**{TIER_LABELS[str(tier)]}**" in words
    assert f"EUR {mrr:,.0f}" in words
    assert f"Next action for customers who are {tier}" in words
    settings = app.session_state.view.settings
    assert f"Owned by: {settings[f'{tier}_owner']}" in words
    moves = ask(
        sample_warehouse,
        "select count(*) from fct_tier_moves where grain = 'week' and customer_id = ?",
        customer,
    )
    assert (len(table(app, "basis")),) == moves[0]


def test_choosing_a_customer_puts_its_id_in_the_address(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE)
    app.text_input(key="find").set_value("xajaten freight").run()
    found = app.selectbox(key="account_choice")
    assert len(found.options) == 1
    app.selectbox(key="account_choice").select_index(0).run()
    assert not app.exception
    customer = str(app.query_params["customer"])
    assert customer in found.options[0]
    assert f"id: {customer}" in drawn(app)
    again = open_page(sample_warehouse, PAGE, customer=customer)
    assert f"id: {customer}" in drawn(again)
    app.selectbox(key="account_choice").set_value(None).run()
    assert "Choose a customer below" in drawn(app)
    assert "customer" not in app.query_params


@pytest.mark.parametrize("customer", ["nobody", "<b>x</b>", "'; drop table customers; --"])
def test_an_unknown_id_is_told(open_page: Open, sample_warehouse: Path, customer: str) -> None:
    app = open_page(sample_warehouse, PAGE, customer=customer)
    assert not app.exception
    assert "This build has no account with the id" in app.warning[0].value
    assert "<b>" not in drawn(app)


def test_a_customer_who_left(open_page: Open, sample_warehouse: Path) -> None:
    ((customer,),) = ask(
        sample_warehouse,
        "select customer_id from fct_tier_moves where grain = 'week' and to_state = 'churned'"
        " and period_start = (select max(period_start) from fct_tier_moves"
        " where to_state = 'churned' and grain = 'week') order by customer_id limit 1",
    )
    app = open_page(sample_warehouse, PAGE, customer=str(customer))
    assert not app.exception
    assert "Lost: paid until" in drawn(app)
    assert "until the customer left in the week of" in drawn(app)
    assert "Next action" not in drawn(app)
    assert table(app, "basis")["to"].iloc[0] == "Lost"


def test_staff_have_no_tier(open_page: Open, sample_warehouse: Path) -> None:
    ((customer,),) = ask(
        sample_warehouse, "select min(customer_id) from customers where is_staff_or_partner"
    )
    app = open_page(sample_warehouse, PAGE, customer=str(customer))
    assert not app.exception
    assert "Staff and partners are in no metric." in drawn(app)


@pytest.mark.parametrize(
    "records",
    ["evidence", "terms", "cases", "answers", "conversations", "advocacy", "opportunities",
     "orders", "usage", "payments"],
)  # fmt: skip
def test_each_table_by_its_link(open_page: Open, build_export: Build, records: str) -> None:
    (customer,) = exports.first_customers(1)
    app = open_page(build_export(write_few), PAGE, customer=customer, records=records)
    assert not app.exception
    assert app.segmented_control(key="records").value == records


def test_a_missing_table_is_named(open_page: Open, build_export: Build) -> None:
    (customer,) = exports.first_customers(1)
    warehouse = build_export(write_without_voices)
    for records, name in (("cases", "cases"), ("answers", "survey_responses")):
        app = open_page(warehouse, PAGE, customer=customer, records=records)
        assert not app.exception
        assert f"This export has no {name}" in drawn(app)
        assert "No rows." not in drawn(app)


def test_an_empty_export(open_page: Open, build_export: Build) -> None:
    warehouse = build_export(exports.write_empty)
    for customer in ({}, {"customer": "nobody"}):
        app = open_page(warehouse, PAGE, **customer)
        assert not app.exception
        assert "0 accounts" in drawn(app)


def test_names_are_never_markup(open_page: Open, build_export: Build) -> None:
    warehouse = build_export(exports.write_hostile)
    for customer, name in zip(
        exports.first_customers(len(exports.HOSTILE)), exports.HOSTILE, strict=True
    ):
        app = open_page(warehouse, PAGE, customer=customer)
        assert not app.exception
        read = [each.value for each in (*app.subheader, *app.markdown, *app.caption)]
        assert not any(raw in text for text in read for raw in [*exports.HOSTILE, "<img"])
        assert any(name in option for option in app.selectbox(key="account_choice").options)


def test_records_are_linked_where_the_settings_say_so(open_page: Open, tmp_path: Path) -> None:
    export, warehouse = write_few(tmp_path / "export"), tmp_path / "warehouse"
    settings = Settings(record_url="https://crm.example/{id}/view")
    build(export, warehouse, settings, AS_OF, lambda _: None)
    (customer,) = exports.first_customers(1)
    rows = table(open_page(warehouse, PAGE, customer=customer, records="terms"), "in_the_crm")
    assert list(rows["in_the_crm"]) == [f"https://crm.example/{each}/view" for each in rows["id"]]


def test_without_the_setting_an_id_is_text(open_page: Open, build_export: Build) -> None:
    (customer,) = exports.first_customers(1)
    app = open_page(build_export(write_few), PAGE, customer=customer, records="terms")
    assert "in_the_crm" not in table(app, "id").columns
