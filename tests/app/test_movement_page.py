"""The movement page on every kind of data, run without a browser."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.flows import compute_balances, compute_gross, find_flows
from metrics.scope import Scope
from tests.app import exports
from tests.app.conftest import Open, build_again
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import load_settings

PAGE = "pages/customers/movement.py"
TABS = ["Flows", "By week", "Recovery", "Transitions"]
LAST = date(2026, 11, 9)
WEEK = timedelta(days=7)
Build = Callable[[Callable[[Path], Path]], Path]


def words(app: AppTest) -> str:
    drawn = (*app.text, *app.markdown, *app.caption, *app.info)
    return "\n".join(each.value.replace("\\", "") for each in drawn)


def flows_of(warehouse: Path, weeks: int, scope: Scope = Scope()):
    with open_published(warehouse).cursor() as cursor:
        return find_flows(cursor, LAST - weeks * WEEK, LAST, scope)


@pytest.mark.parametrize("tab", TABS)
def test_sample(open_page: Open, sample_warehouse: Path, tab: str) -> None:
    app = open_page(sample_warehouse, PAGE, part=tab)
    assert not app.exception
    assert not app.error
    assert "From Sunday 8 Nov 2026 to Sunday 15 Nov 2026." in words(app)


def test_the_page_shows_the_week_and_that_it_reconciles(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE)
    flows = flows_of(sample_warehouse, 1)
    gross = compute_gross(flows, "customers")
    total = compute_balances(flows, "customers")[-1]
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Up on evidence"] == str(gross.up)
    assert shown["Net on evidence"] == f"{gross.net:+}"
    assert f"It reconciles: {total.opening:,} opening" in words(app)
    matrix = app.dataframe[0].value.set_index("from")
    assert matrix.loc["Anyone", "Loyal"] == compute_balances(flows, "customers")[1].closing
    assert "moved in between" not in words(app)
    assert words(app).count("-badge[") == 7
    assert "rule 1, outside -6 to 8" in words(app)


@pytest.mark.parametrize("chosen", [{"since": "2026-08-10"}, {"measure": "revenue"}])
def test_only_single_weeks_of_customers_have_a_verdict(
    open_page: Open, sample_warehouse: Path, chosen: dict[str, str]
) -> None:
    assert "-badge[" not in words(open_page(sample_warehouse, PAGE, **chosen))


def test_the_address_sets_weeks_measure_scope_and_cell(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(
        sample_warehouse, PAGE, since="2026-08-10", measure="revenue", segment="enterprise",
        **{"from": "Neutral", "to": "Loyal"},
    )  # fmt: skip
    assert not app.exception
    flows = flows_of(sample_warehouse, 13, Scope(segment=("enterprise",)))
    cell = next(each for each in flows if (each.from_state, each.to_state) == ("neutral", "loyal"))
    assert f"{cell.customers} customers, MRR" in words(app)
    total = compute_balances(flows, "revenue")[-1]
    assert f"= {total.closing:,.2f} EUR of MRR closing" in words(app)
    assert "what moved in between and came back does not show" in words(app)
    assert app.session_state.preset == "13 weeks"


def test_one_control_sets_the_last_week_for_the_page_and_the_sidebar(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, since="2026-11-02")
    app.selectbox(key="until").select("2026-10-26").run()
    assert not app.exception
    assert app.selectbox(key="week").value == "2026-10-26"
    # The first week was not before the last any more: the week before it takes its place.
    assert app.selectbox(key="since").value == "2026-10-19"
    assert "From Sunday 25 Oct 2026 to Sunday 1 Nov 2026." in words(app)


def test_unknown_values_of_the_address_are_told(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, since="1999-01-01", to="Nirvana")
    assert not app.exception
    assert len(app.info) == 2
    assert app.selectbox(key="to").value is None


def test_recovery_opens_a_cohort(open_page: Open, sample_warehouse: Path) -> None:
    query = {"part": "Recovery", "after": "52 weeks", "cohort": "Q1 2025", "stood": "Lost"}
    app = open_page(sample_warehouse, PAGE, **query)
    assert not app.exception
    (rows,) = (each.value for each in app.dataframe)
    assert set(rows["later_state"]) <= {"churned", "Lost"}


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    "write", [exports.write_empty, exports.write_one_customer, exports.write_without_terms]
)
def test_sparse_exports(
    open_page: Open, build_export: Build, tab: str, write: Callable[[Path], Path]
) -> None:
    app = open_page(build_export(write), PAGE, part=tab)
    assert not app.exception
    assert not app.error
    if write is exports.write_without_terms:
        assert "This export has no subscriptions" in words(app)
    if write is exports.write_one_customer and tab == "Flows":
        # Below the minimum there are counts and no shares.
        assert not any(metric.delta for metric in app.metric)


def test_an_open_week_shows_the_last_one_that_is_over(open_page: Open, tmp_path: Path) -> None:
    export, warehouse = exports.write_one_customer(tmp_path / "export"), tmp_path / "warehouse"
    build(export, warehouse, load_settings(None), date(2026, 11, 12), lambda _: None)
    app = open_page(warehouse, PAGE, week="2026-11-09")
    assert not app.exception
    assert "The week shown is not over" in words(app)
    assert "to Sunday 8 Nov 2026" in words(app)


def test_a_scope_without_customers(open_page: Open, tmp_path: Path) -> None:
    export, warehouse = exports.write_one_customer(tmp_path / "export"), tmp_path / "warehouse"
    build_again(export, warehouse)
    for tab in TABS:
        app = open_page(warehouse, PAGE, part=tab, week="2023-11-27")
        assert not app.exception
