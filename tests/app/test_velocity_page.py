"""The sales velocity page, run without a browser on several exports."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.formats import format_value
from analyses.velocity.variants import VARIANTS
from analyses.velocity.win import IN_TIME, RATES, WITHIN
from metrics.engine import evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.app import exports
from tests.app.conftest import Open
from warehouse.publish import open_published

PAGE = "pages/revenue/velocity.py"
PARTS = [
    "definitions",
    "why it moved",
    "segments",
    "win rate",
    "cycle and stages",
    "customers' help",
]
Build = Callable[[Callable[[Path], Path]], Path]


def write_without_history(folder: Path) -> Path:
    return exports.write_without(folder, "OpportunityHistory")


def write_without_acts(folder: Path) -> Path:
    return exports.write_without(folder, "Advocacy_Activity__c")


def words(app: AppTest) -> str:
    kinds = (app.subheader, app.text, app.markdown, app.caption, app.info, app.warning)
    drawn = "\n".join(each.value for kind in kinds for each in kind)
    return drawn.replace("\\", "")


def value(
    warehouse: Path, metric: str, scope: Scope = Scope(), member: str | None = None
) -> object:
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        found = evaluate(cursor, load_metrics()[metric], scope=scope, last=1)
    return next(each.value for each in found if each.member == member)


def test_sample(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    assert not app.exception
    speed = float(str(value(sample_warehouse, "vel_pipeline")))
    shown = words(app)
    assert f"Sales velocity {format_value(speed, 'currency_per_day', 'EUR')}" in words(app)
    for rule in ("in these 91 days", "N: new-business deals open", "W: won of all closed"):
        assert rule in shown
    assert "Won value of the week" in shown
    drivers = next(d.value for d in app.dataframe if "driver" in d.value.columns)
    assert list(drivers["driver"])[1:] == [
        "Open deals (N)", "Average won deal (D)", "Win rate (W)", "Cycle of won deals (L)",
        "Cycle of all closed deals, beside L",
    ]  # fmt: skip
    assert drivers["now"][1] == f"{value(sample_warehouse, 'vel_open')}"
    assert "of" in drivers["n"][3]


def test_the_definitions_stand_side_by_side(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    table = next(d.value for d in app.dataframe if "definition" in d.value.columns)
    assert list(table["per day"]) == [
        format_value(float(str(value(sample_warehouse, name))), "currency_per_day", "EUR")
        for name in VARIANTS
    ]
    assert "V2 = won value / cycle" in words(app)
    assert "They differ in which deals they count" in words(app)


def test_the_win_rates_stand_side_by_side(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="win rate", rated="created, old enough")
    table = next(d.value for d in app.dataframe if "share" in d.value.columns)
    assert list(table["share"]) == [
        format_value(float(str(value(sample_warehouse, name, member=member))), "percent")
        for name, member in [*((name, None) for name in RATES[:-1]), (IN_TIME, WITHIN)]
    ]
    # the curve beside it is of the same deals
    assert f"{table['share'][3]} are won within {WITHIN} days" in words(app)
    cohort = table["won of"][2].split(" of ")[1]
    assert f"{cohort} deals" in words(app)


def test_the_segments_are_those_of_the_engine(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="segments", by="region")
    table = next(d.value for d in app.dataframe if "open deals" in d.value.columns)
    with (
        closing(open_published(sample_warehouse)) as opened,
        closing(opened.cursor()) as cursor,
    ):
        records = evaluate(cursor, load_metrics()["vel_open"], last=1, breakdown="region")
    shown = {
        name: int(text) for name, text in zip(table["region"], table["open deals"], strict=True)
    }
    assert shown == {record.breakdown: record.value for record in records}


def test_what_drove_the_change_inside_segments_adds_up(
    open_page: Open, sample_warehouse: Path
) -> None:
    """Rows and columns of the table, as it is read, to the cent."""
    app = open_page(sample_warehouse, PAGE, part="segments")
    shown = next(d.value for d in app.dataframe if "change" in d.value.columns)
    amounts = shown[[name for name in shown.columns if name not in ("segment", "remark")]].map(
        lambda text: Decimal(text.replace(",", ""))
    )
    values = amounts.iloc[:-3]
    total, shift, whole = (amounts.iloc[place] for place in (-3, -2, -1))
    for column in amounts.columns:
        assert sum(values[column], Decimal()) == total[column]
        assert total[column] + shift[column] == whole[column]
    for _, row in amounts.iterrows():
        assert row["change"] == row["after"] - row["before"]
        parts = [name for name in amounts.columns if "(" in name]
        assert row["change"] == sum((row[name] for name in parts), Decimal())


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_shown(
    open_page: Open, sample_warehouse: Path, build_export: Build, part: str
) -> None:
    """On the sample, without a deal, and with one."""
    writers = (exports.write_empty, exports.write_one_customer)
    for warehouse in (sample_warehouse, *map(build_export, writers)):
        app = open_page(warehouse, PAGE, part=part)
        assert not app.exception


def test_the_weeks_compared_are_in_the_address(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, against="52")
    assert not app.exception
    assert "52 weeks earlier" in words(app)
    near = open_page(sample_warehouse, PAGE, against="4")
    assert "windows share 63 days" in words(near)


@pytest.mark.parametrize(
    ("choice", "metric"), [("Open", "vel_open"), ("Won", "vel_win_count"), ("Closed", "")]
)
def test_a_driver_lists_its_deals(
    open_page: Open, sample_warehouse: Path, choice: str, metric: str
) -> None:
    app = open_page(sample_warehouse, PAGE, deals=choice)
    assert not app.exception
    with (
        closing(open_published(sample_warehouse)) as opened,
        closing(opened.cursor()) as cursor,
    ):
        wins = evaluate(cursor, load_metrics()["vel_win_count"], last=1)[0]
        still = evaluate(cursor, load_metrics()["vel_open"], last=1)[0]
    count = {"Open": still.value, "Won": wins.numerator, "Closed": wins.denominator}[choice]
    assert f"{count:,} deals" in words(app)


def test_aided_deals_stand_beside_the_others(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="customers' help", helped="aided, won")
    table = next(d.value for d in app.dataframe if "unaided" in d.value.columns)
    for member in ("aided", "unaided"):
        assert table[member][0] == f"{value(sample_warehouse, 'vel_aided_won', member=member)}"
    assert f"{table['aided'][0]} deals" in words(app)
    assert "Association, not effect." in words(app)


def test_without_acts_of_customers_the_page_says_what_to_map(
    open_page: Open, build_export: Build
) -> None:
    app = open_page(build_export(write_without_acts), PAGE, part="customers' help")
    assert not app.exception
    assert "This export has no advocacy events. To map it:" in words(app)


def test_the_cycle_by_three_measures(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="cycle and stages")
    table = next(d.value for d in app.dataframe if "cycle" in d.value.columns)
    assert list(table["days"])[:2] == [
        format_value(float(str(value(sample_warehouse, name))), "days")
        for name in ("vel_cycle", "vel_cycle_all")
    ]
    assert f"half of all are decided within {table['days'][2]}" in words(app)
    assert "Little's law" in words(app)
    assert "are set aside: not a stage move" in words(app)


def test_a_stage_lists_its_deals(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="cycle and stages", stage="Proposal")
    assert not app.exception
    deals = next(d.value for d in app.dataframe if "days_in_stage" in d.value.columns)
    further = int(deals["got_further"].sum())
    assert (
        f"{len(deals):,} deals of the cohort entered Proposal; {further:,} got further."
        in words(app)
    )
    assert f"({further:,} of {len(deals):,})" in words(app)


def test_a_scope_narrows_it(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, segment="enterprise")
    assert not app.exception
    speed = float(str(value(sample_warehouse, "vel_pipeline", Scope(segment=("enterprise",)))))
    assert format_value(speed, "currency_per_day", "EUR") in words(app)


def test_the_first_week_has_nothing_to_compare_with(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, week="2023-11-20")
    assert not app.exception
    assert "The data has no week of 21 Aug 2023." in words(app)


def test_without_history_there_is_no_funnel(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_without_history), PAGE, part="cycle and stages")
    assert not app.exception
    assert "No stage funnel: this export has no opportunity_stages." in words(app)


def test_without_deals(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_without_deals), PAGE)
    assert not app.exception
    assert "opportunities" in app.info[0].value


def test_without_terms_deals_are_still_shown(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_without_terms), PAGE)
    assert not app.exception
    assert "Sales velocity EUR" in words(app)


def test_empty(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_empty), PAGE, part="cycle and stages")
    assert not app.exception
    assert "Sales velocity n/a: nothing to divide by in this period" in words(app)
    assert "Stage funnel: n/a" in words(app)


def test_one_customer(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_one_customer), PAGE)
    assert not app.exception
    assert "What drove the change: n/a" in words(app)
    assert "Only 1 won in 91 days" in app.warning[0].value
    assert "26-week velocity" in words(app)


def test_an_unknown_comparison_is_dropped(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, against="7")
    assert not app.exception
    assert "13 weeks earlier" in words(app)
    assert date(2026, 11, 9).strftime("%b %Y") in words(app)


def test_a_segment_lists_its_deals(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="segments", of="enterprise", which="Won")
    assert not app.exception
    scope = Scope(segment=("enterprise",))
    with (
        closing(open_published(sample_warehouse)) as opened,
        closing(opened.cursor()) as cursor,
    ):
        wins = evaluate(cursor, load_metrics()["vel_win_count"], scope=scope, last=1)[0].numerator
    assert f"{wins:,} deals" in words(app)
