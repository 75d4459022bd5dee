"""The churn page on every kind of data, and its numbers against the engine's."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.formats import format_value
from metrics.engine import Record, evaluate
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.app import exports
from warehouse.publish import open_published

PAGE = "pages/revenue/churn.py"
PARTS = [
    "who leaves and why", "why it moved", "how long they stay", "retention and price", "scheduled ahead",
    "definitions compared", "nine quarters",
]  # fmt: skip
CARDS = [
    "Customer churn",
    "Gross MRR churn",
    "Gross retention (GRR), a year",
    "Net retention (NRR), a year",
]
Open = Callable[..., AppTest]


def ask(warehouse: Path, metric: str, **options: object) -> list[Record]:
    """The engine's own answer."""
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return evaluate(cursor, load_metrics()[metric], **options)  # type: ignore[arg-type]


def texts(app: AppTest) -> str:
    drawn = "\n".join(str(each.value) for each in [*app.text, *app.caption, *app.markdown])
    return drawn.replace("\\", "")


def drilled(app: AppTest) -> int:
    """The number of rows that the statement above a drill names."""
    found = re.search(r"^([\d,]+) customers?, ", texts(app), re.MULTILINE)
    assert found
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("grain", GRAINS)
def test_the_cards_are_the_engine_s(open_page: Open, sample_warehouse: Path, grain: str) -> None:
    app = open_page(sample_warehouse, PAGE, grain=grain)
    assert not app.exception
    shown = {metric.label: metric.value for metric in app.metric}
    assert list(shown) == CARDS
    for label, metric in zip(
        CARDS, ("churn_logo", "churn_rev_gross", "ret_grr", "ret_nrr"), strict=True
    ):
        (record,) = ask(sample_warehouse, metric, grain=grain, last=1)
        value = None if record.value is None else float(record.value)
        assert shown[label] == format_value(value, "percent")
    (churn,) = ask(sample_warehouse, "churn_logo", grain=grain, last=1)
    assert f"({churn.numerator:,} of {churn.denominator:,})" in texts(app)
    assert ("its normal range" in texts(app)) == (grain == "week")
    # the interval of the change and against what it is, on a line that is never cut off
    told = r"(Change against|Not distinguishable from) (target|a year ago) .*\d to \+?-?[\d.]+ pp"
    assert any(re.match(told, each.value) for each in app.caption)


def test_the_bridge_is_printed_and_true(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, grain="quarter")
    found = re.findall(r"^Opening ([\d,]+) (.*) = closing ([\d,]+)", texts(app), re.MULTILINE)
    assert len(found) == 2
    for opening, moves, end in found:
        total = int(opening.replace(",", ""))
        for sign, amount in re.findall(r"([+-]) [a-z ]+ ([\d,]+)", moves):
            total += int(f"{sign}{amount.replace(',', '')}")
        assert total == int(end.replace(",", ""))


def test_the_page_says_where_the_chosen_week_is_not_shown(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, week="2024-01-01", grain="month")
    assert not app.exception
    assert "Month Dec 2023" in app.text[0].value
    early = open_page(sample_warehouse, PAGE, week="2023-11-20", grain="year")
    assert not early.exception
    assert "no period of this grain" in early.info[0].value


def test_a_step_in_the_address_lists_its_customers(open_page: Open, sample_warehouse: Path) -> None:
    (lost,) = ask(sample_warehouse, "cust_lost", grain="quarter", last=1)
    app = open_page(sample_warehouse, PAGE, grain="quarter", rows="lost")
    assert not app.exception
    assert drilled(app) == lost.value
    (opening,) = ask(sample_warehouse, "churn_logo", grain="quarter", last=1)
    app = open_page(sample_warehouse, PAGE, grain="quarter", rows="opening")
    assert drilled(app) == opening.denominator
    (churned,) = ask(sample_warehouse, "mrr_churned", grain="quarter", last=1)
    app = open_page(sample_warehouse, PAGE, grain="quarter", rows="churned")
    assert format_value(float(churned.value or 0), "currency", "EUR") in texts(app)


def test_a_group_and_a_reason_list_their_customers(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, window="13 weeks", by="segment", group="small business")
    assert not app.exception
    scope = Scope(segment=("small business",))
    weeks = ask(sample_warehouse, "cust_lost", last=13, scope=scope)
    assert drilled(app) == sum(int(each.value or 0) for each in weeks)
    app = open_page(sample_warehouse, PAGE, window="52 weeks", by="tier", group="neutral")
    assert not app.exception
    weeks = ask(sample_warehouse, "churn_tier", last=52)
    lost = [int(each.numerator or 0) for each in weeks if each.member == "neutral"]
    assert drilled(app) == sum(lost)
    app = open_page(sample_warehouse, PAGE, window="period", grain="quarter", reason="product")
    assert not app.exception
    # One of those whose terms ended for it came back within the quarter.
    assert drilled(app) == 15
    assert "lost 14. Losses (reason product)" in texts(app)
    assert "14 of 37 lost customers" in texts(app)


def test_a_group_of_another_dimension_in_the_address_is_dropped(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, by="region", group="small business", rows="nonsense")
    assert not app.exception
    assert len(app.info) == 2


def test_the_quarters_are_nine_and_the_open_one(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(
        sample_warehouse, PAGE, part="nine quarters", line="Lost customers", quarter="Q3 2026"
    )
    assert not app.exception
    table = next(each.value for each in app.dataframe if "number" in each.value.columns)
    assert len(table.columns) == 11
    assert list(table["Q4 2026 (not over)"]).count("not over") == len(table) - 2 - 5
    assert list(table["number"]).count("· 95 % interval") == 4
    (lost,) = ask(sample_warehouse, "cust_lost", grain="quarter", period=date(2026, 7, 1))
    shown = table[table["number"] == "Lost customers"]["Q3 2026"].iloc[0]
    assert shown == f"-{lost.value}"
    assert drilled(app) == lost.value


@pytest.mark.parametrize("cohort", ["quarter", "segment", "tier"])
def test_stays_are_drawn_by_any_group(open_page: Open, sample_warehouse: Path, cohort: str) -> None:
    app = open_page(sample_warehouse, PAGE, part="how long they stay", cohort=cohort)
    assert not app.exception
    assert "are still customers after 12 months" in texts(app)
    assert "Churn in months 9-12, 0.66 % a week, is above" in texts(app)
    stays = {each.member: each for each in ask(sample_warehouse, "ret_km", last=1)}
    told = format_value(float(stays["52"].value or 0), "percent")
    assert f"{told} stay 52 weeks" in texts(app)
    assert "833 of 1,801 stays (46 %) begin on 20 Nov 2023" in texts(app)
    assert "n = 1,801 stays" in texts(app)


def test_stays_that_may_be_older_can_be_left_out(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(
        sample_warehouse, PAGE, part="how long they stay", counted="without stays that may be older"
    )
    assert not app.exception
    assert "n = 968 stays" in texts(app)
    assert (
        texts(app).count("; without the 833 that begin on 20 Nov 2023, the data's first day") == 2
    )


@pytest.mark.parametrize("grain", GRAINS)
def test_six_definitions_of_one_period(open_page: Open, sample_warehouse: Path, grain: str) -> None:
    app = open_page(
        sample_warehouse, PAGE, part="definitions compared", grain=grain, definition="all endings"
    )
    assert not app.exception
    (record,) = ask(sample_warehouse, "churn_logo_recurly", grain=grain, last=1)
    assert f"All endings, over start: {100 * float(record.value or 0):.2f} %" in texts(app)
    assert re.search(
        "by the six definitions in use|All six definitions of customer churn", texts(app)
    )
    (annual,) = ask(sample_warehouse, "churn_logo_ann", grain=grain, last=1)
    told = f"Annualised {100 * float(annual.value or 0):.1f} %"
    assert (told in texts(app)) == (grain != "year")
    assert ("mix persisted" in texts(app)) == (grain != "year")


@pytest.mark.parametrize("grain", ["week", "year"])
def test_both_methods_of_retention_add_up_as_printed(
    open_page: Open, sample_warehouse: Path, grain: str
) -> None:
    app = open_page(sample_warehouse, PAGE, part="retention and price", grain=grain, cause="price")
    assert not app.exception
    gross = next(each.value for each in app.text if each.value.startswith("Gross, in EUR"))
    fell, good, later, endpoint = [
        int(each.replace(",", "")) for each in re.findall(r"[\d,]*\d", gross.replace("\\", ""))
    ]
    assert fell - good - later == endpoint
    for rate in ("GRR", "NRR"):
        (record,) = ask(sample_warehouse, f"ret_{rate.lower()}", grain=grain, last=1)
        assert f"{rate} {format_value(float(record.value or 0), 'percent')}" in texts(app)
    assert "without price, which adds" in texts(app)
    assert drilled(app) > 0


def test_why_it_moved_stands_below_and_in_the_card_at_once(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, part="why it moved", grain="month")
    app.session_state.details_churn = True
    assert not app.run().exception
    assert texts(app).count("**Why it moved: ") == 3


def test_what_is_scheduled_opens_its_customers(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(
        sample_warehouse, PAGE, part="scheduled ahead", ending_week="2026-11-30", week="2026-11-09"
    )
    assert not app.exception
    assert (
        "16 customers have cancelled and leave when the paid term ends, 3 will pay less"
        in texts(app)
    )
    assert drilled(app) == 5
    assert "MRR EUR 15.5 k, lost 5. Scheduled endings (ending week 2026-11-30)" in texts(app)


@pytest.mark.parametrize(
    "write",
    [
        exports.write_empty,
        exports.write_one_customer,
        exports.write_without_terms,
        exports.write_hostile,
    ],
)
@pytest.mark.parametrize("grain", ["week", "quarter"])
def test_other_data(
    open_page: Open,
    build_export: Callable[[Callable[[Path], Path]], Path],
    write: Callable[[Path], Path],
    grain: str,
) -> None:
    app = open_page(build_export(write), PAGE, grain=grain, rows="lost", by="tier")
    assert not app.exception
    if app.info:
        assert write in (exports.write_empty, exports.write_without_terms)
        assert not app.metric
    else:
        assert [metric.label for metric in app.metric] == CARDS
    if write is exports.write_empty:
        assert {metric.value for metric in app.metric} <= {"n/a"}


@pytest.mark.parametrize("part", PARTS[1:])
@pytest.mark.parametrize("write", [exports.write_one_customer, exports.write_hostile])
def test_every_part_on_other_data(
    open_page: Open,
    build_export: Callable[[Callable[[Path], Path]], Path],
    write: Callable[[Path], Path],
    part: str,
) -> None:
    assert not open_page(build_export(write), PAGE, part=part, cohort="tier").exception


def test_without_subscriptions_the_page_names_the_table(
    open_page: Open, build_export: Callable[[Callable[[Path], Path]], Path]
) -> None:
    app = open_page(build_export(exports.write_without_terms), PAGE)
    assert "no subscriptions" in app.info[0].value


def test_a_scope_of_few_has_counts_and_no_comparison(
    open_page: Open, build_export: Callable[[Callable[[Path], Path]], Path]
) -> None:
    app = open_page(build_export(exports.write_one_customer), PAGE)
    assert "too few customers" in texts(app)
    assert all("too few" in str(metric.delta) for metric in app.metric if metric.value != "n/a")
