"""Every page on every kind of data, run without a browser."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.formats import format_range, format_value
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.app import exports
from tests.app.conftest import Open, build_again
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.publish import open_published
from warehouse.settings import load_settings

PAGES = ["pages/review/weekly.py", "pages/reference/metrics.py", "pages/reference/data_health.py"]
LIFETIME = "Lifetime value, Q3 2026"
CARDS = [
    "Customer churn", "Revenue lost", "Sales velocity", LIFETIME, "For us | against us",
    "Net movement",
]  # fmt: skip


def ask(warehouse: Path, metric: str, scope: Scope = Scope(), **options: object) -> list[Record]:
    """The engine's own answer."""
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return evaluate(cursor, load_metrics()[metric], scope=scope, **options)  # type: ignore[arg-type]


def opened(app: AppTest, *popovers: str) -> AppTest:
    """The page after these popovers were opened."""
    for key in popovers:
        app.session_state[key] = True
    return app.run()


def metrics_of(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def sentences(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


@pytest.mark.parametrize("page", PAGES)
def test_sample(open_page: Open, sample_warehouse: Path, page: str) -> None:
    app = open_page(sample_warehouse, page)
    assert not app.exception
    assert len(app.dataframe) + len(app.metric) > 0
    assert [box.label for box in app.sidebar.selectbox] == ["Week of Monday", "Grain"]
    assert [box.label for box in app.sidebar.multiselect] == [
        "Segment", "Persona", "Industry", "Region",
    ]  # fmt: skip


def test_weekly_numbers_are_those_of_the_engine(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse)
    shown = metrics_of(app)
    assert list(shown) == CARDS
    churn = ask(sample_warehouse, "churn_logo", last=1)[0]
    lost = ask(sample_warehouse, "churn_rev_gross", last=1)[0]
    velocity = ask(sample_warehouse, "vel_pipeline", last=1)[0]
    value = ask(sample_warehouse, "ltv_km", grain="quarter", last=1)[0]
    net = ask(sample_warehouse, "flow_net", last=1)[0]
    tiers = {r.member: int(r.numerator or 0) for r in ask(sample_warehouse, "adv_share", last=1)}
    assert shown["Customer churn"] == format_value(churn.value, "percent")  # type: ignore[arg-type]
    assert shown["Revenue lost"] == format_value(float(lost.numerator or 0), "currency", "EUR")
    assert shown["Sales velocity"] == format_value(
        float(velocity.value or 0), "currency_per_day", "EUR"
    )
    assert shown[LIFETIME] == format_value(float(value.value or 0), "currency", "EUR")
    for_us = tiers["advocate"] + tiers["loyal"]
    against_us = tiers["dissatisfied"] + tiers["actively_dissatisfied"]
    assert shown["For us | against us"] == f"{for_us} | {against_us}"
    assert shown["Net movement"] == format_value(int(net.numerator or 0), "count", is_change=True)
    assert f"({churn.numerator} of {churn.denominator:,})" in sentences(app)


def test_tier_rows_add_up_to_the_customers(open_page: Open, sample_warehouse: Path) -> None:
    app = opened(open_page(sample_warehouse), "tier_spread_behind")
    spread = next(d.value for d in app.dataframe if "change_1_week" in d.value.columns)
    assert spread["customers"].sum() == ask(sample_warehouse, "cust_active", last=1)[0].value


def test_the_movement_is_that_of_the_engine(open_page: Open, sample_warehouse: Path) -> None:
    app = opened(open_page(sample_warehouse), "movement_behind")
    rows = next(d.value for d in app.dataframe if "movement" in d.value.columns)
    moves = dict(zip(rows["movement"], rows["customers"], strict=True))
    for label, metric in {"Moved up": "flow_up", "Moved by expiry": "flow_expired"}.items():
        assert moves[label] == ask(sample_warehouse, metric, last=1)[0].numerator
    assert moves["Lost"] == ask(sample_warehouse, "cust_lost", last=1)[0].value


def test_five_different_names(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse)
    names = next(d.value for d in app.dataframe if "why" in d.value.columns)
    assert len(set(names["customer_id"])) == 5


def test_filters_in_the_url(open_page: Open, sample_warehouse: Path) -> None:
    week = date(2026, 8, 10)
    app = open_page(sample_warehouse, segment="enterprise", week="2026-08-10")
    assert app.multiselect(key="segment").value == ["enterprise"]
    scope = Scope(segment=("enterprise",))
    churn = ask(sample_warehouse, "churn_logo", scope, period=week)[0]
    assert metrics_of(app)["Customer churn"] == format_value(float(churn.value or 0), "percent")
    assert f"({churn.numerator} of {churn.denominator:,})" in sentences(app)
    assert "segment: enterprise" in sentences(app)


def test_unknown_values_in_the_url_are_dropped(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, segment="nowhere", week="1999-01-01", grain="second")
    assert not app.exception
    assert app.multiselect(key="segment").value == []
    assert metrics_of(app) == metrics_of(open_page(sample_warehouse))


@pytest.mark.parametrize("metric", list(load_metrics()))
def test_each_metric_by_its_link(open_page: Open, sample_warehouse: Path, metric: str) -> None:
    app = open_page(sample_warehouse, PAGES[1], metric=metric)
    definition = load_metrics()[metric]
    assert not app.exception
    assert definition.sql in [code.value for code in app.code]
    assert definition.definition in [text.value for text in app.markdown]
    assert len(app.dataframe) == 1


def test_all_metrics_are_listed_with_their_values(open_page: Open, sample_warehouse: Path) -> None:
    listed = open_page(sample_warehouse, PAGES[1]).dataframe[0].value
    assert set(listed["id"]) == set(load_metrics())
    churn = ask(sample_warehouse, "churn_logo", last=1)[0]
    values = dict(zip(listed["id"], listed["value"], strict=True))
    assert values["churn_logo"] == format_value(float(churn.value or 0), "percent")
    counts = dict(zip(listed["id"], listed["counts"], strict=True))
    assert counts["churn_logo"] == f"{churn.numerator:,} of {churn.denominator:,}"
    intervals = dict(zip(listed["id"], listed["95 % interval"], strict=True))
    assert intervals["churn_logo"] == format_range(churn.low, churn.high, "percent")
    assert intervals["mrr"] == ""


def test_reference_follows_the_grain(open_page: Open, sample_warehouse: Path) -> None:
    listed = open_page(sample_warehouse, PAGES[1], grain="month").dataframe[0].value
    assert set(listed["period"]) == {"Oct 2026"}


@pytest.mark.parametrize("page", PAGES)
def test_empty_export(open_page: Open, build_export: Callable[..., Path], page: str) -> None:
    app = open_page(build_export(exports.write_empty), page)
    assert not app.exception
    if page == PAGES[0]:
        # No wall of six times n/a: one sentence, and what each missing table would show.
        assert not app.metric
        assert "no week has a number" in app.info[0].value
        assert any("it would show" in table.value.columns for table in app.dataframe)


@pytest.mark.parametrize("page", PAGES)
def test_one_customer(open_page: Open, build_export: Callable[..., Path], page: str) -> None:
    app = open_page(build_export(exports.write_one_customer), page)
    assert not app.exception
    if page == PAGES[0]:
        assert "too few customers" in sentences(app)
        arrows = [metric.proto.color for metric in app.metric if metric.label == "Customer churn"]
        assert arrows == [2]  # grey: nothing is compared


@pytest.mark.parametrize("page", PAGES)
def test_unreadable_rows(open_page: Open, build_export: Callable[..., Path], page: str) -> None:
    warehouse = build_export(exports.write_broken)
    app = open_page(warehouse, page)
    assert not app.exception
    if page == PAGES[2]:
        rejected = next(d.value for d in app.dataframe if "row_text" in d.value.columns)
        assert list(rejected["file"]) == ["Subscription__c.csv"] * 3
        assert list(rejected["line"]) == [2, 3, 4]
        shown = {
            label: int(text.replace(",", "")) for label, text in list(metrics_of(app).items())[:5]
        }
        assert shown["Rejected"] == 3
        assert shown.pop("Rows read") == sum(shown.values())


def test_an_open_week_has_no_percentages(open_page: Open, tmp_path: Path) -> None:
    export, warehouse = exports.write_one_customer(tmp_path / "export"), tmp_path / "warehouse"
    build(export, warehouse, load_settings(None), date(2026, 11, 12), lambda _: None)
    closed = open_page(warehouse)
    assert closed.selectbox(key="week").value == "2026-11-02"
    app = open_page(warehouse, week="2026-11-09")
    assert not app.exception
    assert "not over" in sentences(app)
    shown = metrics_of(app)
    assert {shown.pop(label) for label in CARDS if not label.startswith("Lifetime value")} == {
        "n/a"
    }


def test_a_missing_table_is_named(open_page: Open, build_export: Callable[..., Path]) -> None:
    warehouse = build_export(exports.write_without_deals)
    app = open_page(warehouse)
    assert not app.exception
    assert metrics_of(app)["Sales velocity"] == "n/a"
    health = open_page(warehouse, PAGES[2])
    tables = next(d.value for d in health.dataframe if "switched off" in d.value.columns)
    off = tables.set_index("table")["switched off"]
    assert "Sales velocity" in off["opportunities"]
    reference = open_page(warehouse, PAGES[1], metric="vel_pipeline")
    assert "This export has no opportunities" in reference.info[0].value


def test_without_subscriptions_nothing_is_counted_as_none(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    warehouse = build_export(exports.write_without_terms)
    app = open_page(warehouse)
    assert not app.exception
    drawn = "\n".join([sentences(app), *(each.value for each in (*app.markdown, *app.caption))])
    drawn = drawn.replace("\\", "")
    assert "of 0 customers" not in drawn
    assert "Nothing left its normal range" not in drawn
    assert "the export has no subscriptions" in drawn
    assert "**For us, against us: n/a**" in drawn
    assert "**Net movement on evidence: n/a**" in drawn
    listed = open_page(warehouse, PAGES[1]).dataframe[0].value.set_index("id")
    assert listed.loc["adv_share", "value"] == "n/a"
    assert listed.loc["adv_share", "why missing"] == "the export has no subscriptions"


@pytest.mark.parametrize("page", PAGES)
def test_no_warehouse(open_page: Open, tmp_path: Path, page: str) -> None:
    app = open_page(tmp_path / "nothing", page)
    assert not app.exception
    assert "python cli.py build" in sentences(app)


def test_a_new_build_is_seen_by_the_next_rerun(
    open_page: Open, build_export: Callable[..., Path], tmp_path: Path
) -> None:
    built = build_export(exports.write_one_customer)
    export, warehouse = built.parent / "export", shutil.copytree(built, tmp_path / "warehouse")
    app = open_page(warehouse)
    before = app.session_state.view.warehouse.build_id
    build_again(export, warehouse)
    app.run()
    assert app.session_state.view.warehouse.build_id != before


def test_a_failed_build_leaves_the_page_as_it_was(
    open_page: Open, build_export: Callable[..., Path], tmp_path: Path
) -> None:
    warehouse = build_export(exports.write_one_customer)
    shown = metrics_of(open_page(warehouse))
    with pytest.raises(StandingError):
        build_again(tmp_path, warehouse)
    assert metrics_of(open_page(warehouse)) == shown


@pytest.mark.parametrize("page", PAGES)
def test_names_are_never_markup(
    open_page: Open, build_export: Callable[..., Path], page: str
) -> None:
    app = open_page(build_export(exports.write_hostile), page)
    assert not app.exception
    drawn = [each.value for each in (*app.markdown, *app.caption, *app.info, *app.error)]
    drawn += [metric.label + str(metric.value) for metric in app.metric]
    for name in [*exports.HOSTILE, "<img"]:
        assert not any(name in text for text in drawn)
    if page == PAGES[0]:
        assert set(exports.HOSTILE) & set(
            next(d.value for d in app.dataframe if "why" in d.value.columns)["customer"]
        )
