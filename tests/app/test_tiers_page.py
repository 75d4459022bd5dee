"""The page of the tiers on every kind of data, and its numbers against the engine's."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import start
from analyses.weekly import TIERS
from metrics.engine import Record, evaluate
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.app import exports
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import load_settings

PAGE = "pages/customers/tiers.py"
SAID = ["Customer satisfaction", "Customer effort"]
TILES = ["Evidence coverage", "Net Promoter Score", "Response rate", *SAID]
Open = Callable[..., AppTest]
Build = Callable[[Callable[[Path], Path]], Path]


def write_without_surveys(folder: Path) -> Path:
    return exports.write_without(folder, "Survey_Response__c")


def ask(warehouse: Path, metric: str, **options: Any) -> list[Record]:
    """The engine's own answer."""
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return evaluate(cursor, load_metrics()[metric], **options)


def texts(app: AppTest) -> str:
    return "\n".join(
        str(each.value) for each in [*app.text, *app.caption, *app.markdown, *app.info]
    )


def figures(app: AppTest) -> list[Any]:
    return list(app.get("plotly_chart"))


def test_the_sample_has_every_part(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    assert not app.exception
    assert [metric.label for metric in app.metric] == TILES
    assert len(figures(app)) == 4
    shown = texts(app)
    (coverage,) = ask(sample_warehouse, "adv_coverage", last=1)
    assert f"{coverage.numerator:,} of {coverage.denominator:,} customers have evidence" in shown
    assert "59 % of customers are neutral; 23 % for us, 18 % against us" in shown
    assert "An association, not an effect" in shown
    assert "churn as above, by calendar quarter" in shown
    assert "189 of 608 invited in 91 days" in shown
    assert "net movement on evidence]:small[, the flow behind the tiers" in shown


def test_the_table_holds_the_metrics_by_tier(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    frames = [each.value for each in app.dataframe]
    table = next(frame for frame in frames if "lost_of" in frame).set_index("tier")
    quarters = ask(sample_warehouse, "churn_tier", grain="quarter", last=4)
    loyal = [record for record in quarters if record.member == "loyal"]
    lost, opening = (
        sum(int(getattr(record, part) or 0) for record in loyal)
        for part in ("numerator", "denominator")
    )
    assert table.loc["Loyal", "lost_of"] == f"{lost} of {opening}"
    for column, metric in (("grr", "grr_tier"), ("nrr", "nrr_tier")):
        (record,) = (r for r in ask(sample_warehouse, metric, last=1) if r.member == "dissatisfied")
        shown = float(str(table.loc["Dissatisfied", column]).removesuffix(" %"))
        assert shown == pytest.approx(100 * float(record.value or 0), abs=0.051)


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_lists_its_customers(open_page: Open, sample_warehouse: Path, tier: str) -> None:
    app = open_page(sample_warehouse, PAGE, tier=tier)
    assert not app.exception
    (share,) = (r for r in ask(sample_warehouse, "adv_share", last=1) if r.member == tier)
    assert re.search(rf"^{share.numerator:,} customers, MRR", texts(app), re.MULTILINE)
    assert len(app.dataframe(key=f"tier_{tier}").value) == min(int(share.numerator or 0), 1000)


@pytest.mark.parametrize("grain", GRAINS)
def test_every_grain_and_measure(open_page: Open, sample_warehouse: Path, grain: str) -> None:
    app = open_page(sample_warehouse, PAGE, grain=grain, measure="mrr", by="region", tier="loyal")
    assert not app.exception
    assert len(figures(app)) == 4
    assert "of MRR" in texts(app)
    (share,) = (
        r for r in ask(sample_warehouse, "adv_share", grain=grain, last=1) if r.member == "loyal"
    )
    assert f"\n{share.numerator:,} customers, MRR" in texts(app)


def test_a_scope_narrows_everything(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, segment="enterprise")
    scope = Scope(segment=("enterprise",))
    (coverage,) = ask(sample_warehouse, "adv_coverage", scope=scope, last=1)
    assert f"{coverage.numerator} of {coverage.denominator} customers have evidence" in texts(app)


def test_an_open_week_shows_the_last_closed_one(open_page: Open, tmp_path: Path) -> None:
    build(start.SAMPLE, tmp_path, load_settings(None), date(2026, 11, 11), lambda _: None)
    app = open_page(tmp_path, PAGE, week="2026-11-09")
    assert not app.exception
    assert "The chosen week is not over" in texts(app)
    assert "Week of 2 to 8 Nov 2026" in texts(app)


def test_an_unknown_tier_is_told(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, tier="angry", measure="euros", by="planet")
    assert not app.exception
    assert len(app.info) == 3


def test_empty(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_empty), PAGE)
    assert not app.exception
    assert app.info
    assert not figures(app)


def test_one_customer(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_one_customer), PAGE, tier="neutral")
    assert not app.exception
    assert re.search(r"1 in all; [a-z ]+ 1", texts(app))
    assert "Too few customers to compare" in texts(app)


def test_without_surveys(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_without_surveys), PAGE)
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    # Not four tiles of n/a: one sentence that says which line to edit.
    assert not {"Net Promoter Score", "Response rate", *SAID} & values.keys()
    assert values["Evidence coverage"] != "n/a"
    assert "What customers say is not known. This export has no survey responses" in texts(app)
    assert "warehouse/sources/salesforce/survey_responses.sql; source.toml, line" in texts(app)


def test_without_subscriptions(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_without_terms), PAGE)
    assert not app.exception
    assert "This export has no subscriptions" in texts(app)
    assert not figures(app)


def test_customers_words_are_no_markup(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_hostile), PAGE, tier="neutral")
    assert not app.exception
    assert not any("<img" in str(each.value) for each in app.markdown)
    assert not any("<img" in figure.proto.spec for figure in figures(app))


def test_the_lost_of_a_tier_are_those_of_its_churn(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, lost_of="advocate")
    assert not app.exception
    outcomes = next(d.value for d in app.dataframe if "grr" in d.value.columns)
    lost = app.dataframe(key="losses_advocate").value
    stated = outcomes.iloc[0]["lost_of"]
    assert int(str(stated).split(" ")[0]) == lost["lost"].sum()
    assert lost["lost"].sum() > 0
