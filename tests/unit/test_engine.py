"""The engine: which periods, what is divided, and why there is no value."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import duckdb
import pytest

from metrics.engine import COLUMNS, Record, evaluate, missing_tables, to_frame
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.example_tables import make_warehouse
from warehouse.errors import StandingError
from warehouse.transform import FOLDER

METRICS = load_metrics()
FIRST, SECOND, THIRD, OPEN = (date(2026, 1, day) for day in (5, 12, 19, 26))
WEEKS = [
    {"period_start": FIRST, "opening_customers": 200, "lost_customers": 3, "closing_mrr": 7},
    {"period_start": SECOND, "opening_customers": 0, "lost_customers": 0, "closing_mrr": 0},
    {"period_start": THIRD, "opening_customers": 100, "lost_customers": 0, "closing_mrr": "0.1"},
    {"period_start": OPEN, "opening_customers": 9, "lost_customers": 1, "is_closed": False},
]


@pytest.fixture
def cursor() -> duckdb.DuckDBPyConnection:
    return make_warehouse({"customer_periods": WEEKS}).cursor()


def one(
    metric: str, view: str, row: Mapping[str, object], **others: Mapping[str, object]
) -> Record:
    """The only record of a metric where its view holds one week."""
    week = {"period_start": FIRST, **row}
    warehouse = make_warehouse({view: [week], **{name: [each] for name, each in others.items()}})
    (record,) = evaluate(warehouse.cursor(), METRICS[metric])
    return record


def test_a_record_carries_everything_that_a_card_shows(cursor: duckdb.DuckDBPyConnection) -> None:
    record = evaluate(cursor, METRICS["churn_logo"], period=FIRST)[0].to_dict()
    low, high = record.pop("low"), record.pop("high")
    assert record == {
        "metric": "churn_logo", "grain": "week", "period_start": FIRST, "dimension": None,
        "breakdown": None, "member": None, "value": 0.015, "numerator": 3, "denominator": 200,
        "unit": "percent", "reason": None, "basis": None,
    }  # fmt: skip
    assert low == pytest.approx(0.005114, abs=5e-7)
    assert high == pytest.approx(0.043166, abs=5e-7)


def test_the_columns_of_a_record_are_public() -> None:
    assert " ".join(COLUMNS) == (
        "metric grain period_start dimension breakdown member value numerator denominator low high"
        " unit reason basis"
    )


def test_nothing_to_divide_by_is_missing_with_its_reason(
    cursor: duckdb.DuckDBPyConnection,
) -> None:
    record = evaluate(cursor, METRICS["churn_logo"], period=SECOND)[0]
    assert (record.value, record.low, record.high) == (None, None, None)
    assert (record.numerator, record.denominator, record.reason) == (0, 0, "no_denominator")


def test_all_closed_periods_come_oldest_first(cursor: duckdb.DuckDBPyConnection) -> None:
    records = evaluate(cursor, METRICS["churn_logo"])
    assert [record.period_start for record in records] == [FIRST, SECOND, THIRD]


def test_last_counts_closed_periods(cursor: duckdb.DuckDBPyConnection) -> None:
    starts = [each.period_start for each in evaluate(cursor, METRICS["churn_logo"], last=2)]
    assert starts == [SECOND, THIRD]
    assert len(evaluate(cursor, METRICS["churn_logo"], last=99)) == 3


@pytest.mark.parametrize("metric", ["churn_logo", "mrr", "churn_logo_13w"])
def test_an_open_period_has_no_value(cursor: duckdb.DuckDBPyConnection, metric: str) -> None:
    for record in (
        evaluate(cursor, METRICS[metric], last=1, include_open=True)[-1],
        evaluate(cursor, METRICS[metric], period=OPEN)[0],
    ):
        assert (record.period_start, record.reason) == (OPEN, "partial_period")
        assert (record.value, record.numerator, record.denominator) == (None, None, None)


def test_a_short_window_is_withheld_whole() -> None:
    row = {"lost_customers_13w": 1, "opening_customers_13w": 9, "has_13w": False}
    record = one("churn_logo_13w", "customer_periods", row)
    assert (record.value, record.numerator, record.denominator) == (None, None, None)
    assert record.reason == "short_history"


def test_money_stays_decimal_until_it_is_divided(cursor: duckdb.DuckDBPyConnection) -> None:
    values = [record.value for record in evaluate(cursor, METRICS["mrr"])]
    assert values == [Decimal(7), Decimal(0), Decimal("0.100000")]
    assert all(isinstance(value, Decimal) for value in values)


def test_a_missing_table_is_the_reason_in_every_period(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("insert into table_status values ('subscriptions', false), ('cases', false)")
    records = evaluate(cursor, METRICS["churn_logo"], last=2, breakdown="region")
    assert [record.reason for record in records] == ["missing_table", "missing_table"]
    assert [record.dimension for record in records] == ["region", "region"]
    assert missing_tables(cursor, METRICS["churn_logo"]) == ["subscriptions"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"grain": "weak"}, "no grain 'weak'; the nearest is week"),
        ({"breakdown": "regoin"}, "no dimension 'regoin'; the nearest is region"),
        ({"breakdown": "persona"}, "no numbers by persona; add it to dimensions"),
        ({"scope": Scope(language=("de",))}, "no numbers by language"),
        ({"period": date(2026, 1, 7)}, "No week starts on 2026-01-07; .* starts on 2026-01-05"),
        ({"period": date(2025, 1, 6)}, "its first starts on 2026-01-05, its last on 2026-01-26"),
        ({"last": 0}, "must be 1 or more"),
    ],
)
def test_wrong_use_is_answered_in_a_sentence(
    cursor: duckdb.DuckDBPyConnection, asked: dict[str, object], message: str
) -> None:
    with pytest.raises(StandingError, match=message):
        evaluate(cursor, METRICS["churn_logo"], **asked)  # pyright: ignore[reportArgumentType]


def test_a_grain_without_periods_has_no_records(cursor: duckdb.DuckDBPyConnection) -> None:
    assert evaluate(cursor, METRICS["churn_logo"], grain="year") == []
    with pytest.raises(StandingError, match="no dated rows"):
        evaluate(cursor, METRICS["churn_logo"], grain="year", period=FIRST)


def test_the_scope_reaches_the_views_as_variables(cursor: duckdb.DuckDBPyConnection) -> None:
    scope = Scope(segment=("small", "'; drop table x"))
    evaluate(cursor, METRICS["churn_logo"], scope=scope, breakdown="region")
    values = cursor.execute(
        "select getvariable('grain'), getvariable('breakdown'), getvariable('scope_segment'),"
        " getvariable('scope_region')"
    ).fetchone()
    assert values == ("week", "region", ["small", "'; drop table x"], None)


def test_a_scope_of_filters() -> None:
    scope = Scope.from_values({"region": ["North"], "segment": []})
    assert scope == Scope(region=("North",))
    assert scope.used() == ("region",)
    with pytest.raises(StandingError, match="no dimension"):
        Scope.from_values({"colour": ["red"]})
    with pytest.raises(StandingError, match="must be a tuple of texts"):
        Scope(region=(1,))  # pyright: ignore[reportArgumentType]
    with pytest.raises(StandingError, match="must be a tuple of texts"):
        Scope(region="North")  # pyright: ignore[reportArgumentType]


def test_breakdowns_and_members_come_in_a_fixed_order() -> None:
    rows = [
        {"period_start": FIRST, "breakdown": region, "tier": tier, "customers": 1}
        for region in ("South", "North")
        for tier in ("advocate", "neutral", "actively_dissatisfied", "loyal", "dissatisfied")
    ]
    records = evaluate(make_warehouse({"tier_periods": rows}).cursor(), METRICS["adv_share"])
    assert [record.breakdown for record in records] == ["North"] * 5 + ["South"] * 5
    assert [record.member for record in records[:5]] == list(METRICS["adv_share"].members)
    assert {record.value for record in records} == {0.2}


def test_to_frame_has_the_columns_of_a_record(cursor: duckdb.DuckDBPyConnection) -> None:
    frame = to_frame(evaluate(cursor, METRICS["mrr"]))
    assert tuple(frame.columns) == COLUMNS
    assert list(frame["value"]) == [7.0, 0.0, 0.1]
    assert tuple(to_frame([]).columns) == COLUMNS


def test_a_definition_that_returns_too_little_is_refused(
    cursor: duckdb.DuckDBPyConnection,
) -> None:
    metric = replace(METRICS["mrr"], sql="select period_start, 1 as wrong from customer_periods")
    with pytest.raises(StandingError, match="must return value, or numerator and denominator"):
        evaluate(cursor, metric)


def test_a_reason_without_a_meaning_is_refused(cursor: duckdb.DuckDBPyConnection) -> None:
    sql = "select period_start, 1 as value, 'tired' as reason from customer_periods"
    with pytest.raises(StandingError, match="the reason 'tired'"):
        evaluate(cursor, replace(METRICS["mrr"], sql=sql))


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("churn_logo", 8 / 200),
        ("churn_logo_recurly", 10 / 200),
        ("churn_logo_stripe", 10 / 230),
        ("churn_logo_average", 10 / 210),
    ],
)
def test_the_vendors_disagree_about_the_same_period(metric: str, value: float) -> None:
    """Open 200; 8 of them churn; 30 join, 2 of those churn in the same period; close 220."""
    row = {
        "opening_customers": 200, "closing_customers": 220, "lost_customers": 8,
        "churn_events": 10, "new_events": 30,
    }  # fmt: skip
    assert one(metric, "customer_periods", row).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("grain", "annual"),
    [("week", 0.230136), ("month", 0.058377), ("quarter", 0.019850), ("year", 0.005)],
)
def test_annualised_churn_compounds_by_the_grain(grain: str, annual: float) -> None:
    row = {"grain": grain, "period_start": FIRST, "opening_customers": 200, "lost_customers": 1}
    cursor = make_warehouse({"customer_periods": [row]}).cursor()
    (record,) = evaluate(cursor, METRICS["churn_logo_ann"], grain=grain)
    assert record.value == pytest.approx(annual, abs=5e-7)


@pytest.mark.parametrize(
    ("retained", "yearly_per_step", "multiple"),
    [
        (0.6, 0.10, 1.20), (0.7, 0.12, 1.67), (0.8, 0.10, 2.67), (0.9, 0.10, 4.50),
        (0.9, 0.16, 3.46), (0.6, 0.16, 1.07), (0.8, 0.14, 2.35),
    ],
)  # fmt: skip
def test_ltv_multiples_are_those_of_gupta_and_lehmann(
    retained: float, yearly_per_step: float, multiple: float
) -> None:
    """Their table is by period; a month takes the place of their year."""
    base = 10**12
    weekly_churn = 1 - retained ** (84 / 365.2425)
    row = {
        "closing_customers": 1, "closing_margin": 100, "has_13w": True,
        "lost_customers_13w": round(base * weekly_churn), "opening_customers_13w": base,
    }  # fmt: skip
    settings = {"discount_rate_yearly": (1 + yearly_per_step) ** 12 - 1}
    record = one("ltv_simple", "customer_periods", row, settings=settings)
    assert record.value is not None
    exact = retained / (1 + yearly_per_step - retained)
    assert float(record.value) / 100 == pytest.approx(exact, rel=1e-8)
    assert float(record.value) / 100 == pytest.approx(multiple, abs=5e-3)


def test_ltv_without_churn_and_discount_is_infinite_hence_missing() -> None:
    row = {
        "closing_customers": 1, "closing_margin": 100, "has_13w": True,
        "lost_customers_13w": 0, "opening_customers_13w": 13,
    }  # fmt: skip
    settings = {"discount_rate_yearly": 0}
    record = one("ltv_simple", "customer_periods", row, settings=settings)
    assert (record.value, record.reason) == (None, "not_identifiable")


MONTH = 30.436875
MULTIPLES = FOLDER / "views" / "survival_multiples.sql"
BOUNDARY = date(2026, 1, 12)


def by_survival(tables: dict[str, list[dict[str, object]]], customers: int, margin: int) -> Record:
    """ltv_km over the view that sums survival, with the margin of so many customers."""
    period = {"period_start": FIRST, "closing_customers": customers, "closing_margin": margin}
    warehouse = make_warehouse({"customer_periods": [period], **tables})
    warehouse.execute(f"create view survival_multiples as {MULTIPLES.read_text(encoding='utf-8')}")
    (record,) = evaluate(warehouse.cursor(), METRICS["ltv_km"])
    return record


def survival_value(tenures: str, horizon: int, whole_months: Callable[[float], int]) -> float:
    """ltv_km at margin 1, MRR 1, undiscounted: the sum of S over months; + is censored."""
    spells: list[dict[str, object]] = []
    for text in tenures.split():
        ended = not text.endswith("+")
        days = int(int(text) * MONTH) if ended else whole_months(int(text[:-1]) * MONTH)
        started_on = BOUNDARY - timedelta(days + 7 * ended)
        ended_on = started_on + timedelta(days) if ended else None
        spells.append({"started_on": started_on, "ended_on": ended_on, "spells": 1})
    tables = {
        "scoped_periods": [{"period_start": FIRST, "period_end": BOUNDARY}],
        "survival_spells": spells,
        "settings": [{"discount_rate_yearly": 0, "ltv_horizon_months": horizon}],
    }
    record = by_survival(tables, 2, 2)
    assert record.value is not None
    return float(record.value)


@pytest.mark.parametrize(
    ("months", "survival"),
    [
        (0, 1), (5, 1), (6, 0.8571), (7, 0.8067), (9, 0.8067), (10, 0.7529), (13, 0.6902),
        (16, 0.6275), (22, 0.5378), (23, 0.4482), (33, 0.4482),
    ],
)  # fmt: skip
def test_survival_is_that_of_the_six_mp_data(months: int, survival: float) -> None:
    """Freireich 1963; Klein and Moeschberger 2003, table 4.1B. Ties at 6 and 10."""
    tenures = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    step = survival_value(tenures, months + 1, int)
    if months:
        step -= survival_value(tenures, months, int)
    assert step == pytest.approx(survival, abs=5e-5)


def test_survival_value_ends_with_the_longest_tenure() -> None:
    """The restricted mean of 10 months is the area under the curve: 6.575."""
    value = survival_value("2 3 3+ 5 6+ 8 8 10+", 60, ceil)
    assert value == pytest.approx(6.575)


def test_survival_value_discounts_by_the_month() -> None:
    tables = {
        "scoped_periods": [{"period_start": FIRST, "period_end": BOUNDARY}],
        "survival_spells": [{"started_on": date(2020, 1, 1), "spells": 4}],
        "settings": [{"discount_rate_yearly": 0.21, "ltv_horizon_months": 13}],
    }
    record = by_survival(tables, 4, 400)
    assert record.value == pytest.approx(sum(100 / 1.21 ** (month / 12) for month in range(13)))


def test_survival_value_needs_a_month_of_history() -> None:
    tables = {
        "scoped_periods": [{"period_start": FIRST, "period_end": BOUNDARY}],
        "survival_spells": [{"started_on": date(2026, 1, 1), "spells": 4}],
        "settings": [{"discount_rate_yearly": 0.21, "ltv_horizon_months": 13}],
    }
    record = by_survival(tables, 4, 400)
    assert (record.value, record.reason) == (None, "short_history")


@pytest.mark.parametrize(
    ("opening", "up", "down", "bounds"),
    [
        # metrics.md 5.1: each customer counts 1, 0 or -1
        (460, 24, 20, (-0.0195561, 0.0369474)),
        # nobody moved: no variance, so no interval, and not all from -1 to 1
        (460, 0, 0, (None, None)),
        (0, 0, 0, (None, None)),
        # all moved one way: no variance either, which is no certainty
        (2, 2, 0, (None, None)),
    ],
)
def test_net_movement_has_the_interval_of_a_difference(
    opening: int, up: int, down: int, bounds: tuple[float | None, float | None]
) -> None:
    row = {"opening_customers": opening, "moved_up": up, "moved_down": down}
    record = one("flow_net", "movement_periods", row)
    assert (record.low, record.high) == pytest.approx(bounds, abs=1e-6)
