"""Retention taken apart: by hand, to the cent, and against GRR and NRR."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pytest

from analyses.hazard import find_hazards
from analyses.retention import (
    Retention,
    describe_causes,
    describe_gross,
    describe_methods,
    describe_net,
    find_retention,
)
from analyses.survival import find_survival
from charts.retention import (
    ORGANIC,
    WINDOWS,
    build_method_rows,
    build_window_rows,
    describe_windows,
    write_method_rows,
    write_window_rows,
)
from metrics.drills import list_rows, load_drills, span_of
from metrics.periods import GRAINS
from metrics.scope import Scope
from tests.reference.worlds import make_world
from tests.tiny import build_tiny, fill_tables, records, term
from warehouse.publish import open_published
from warehouse.settings import Settings
from warehouse.transform import build_facts

YEAR = "2025-01-06"  # a Monday; 364 days later is 5 January 2026
WEEK = date(2025, 12, 29)
# metrics.md 1.3: A 100 to 120, B 100 to 80, C 100 to 0, D 100 to 100, E 0 to 50; then F, which
# expands 50 and contracts 50, and G, which comes and goes.
TERMS = [
    term("first", "2024-06-01", mrr=1),
    term("A", "2025-01-01", "2025-05-01", mrr=100),
    term("A", "2025-05-01", mrr=120, change_reason="price"),
    term("B", "2025-01-01", "2025-06-01", mrr=100),
    term("B", "2025-06-01", mrr=80, change_reason="quantity"),
    term("C", "2025-01-01", "2025-04-01", mrr=100),
    term("C", "2025-04-01", "2025-07-01", mrr=130, change_reason="price"),
    term("D", "2025-01-01", "2025-08-01", mrr=100),
    term("D", "2025-08-01", mrr=100, change_reason="price"),
    term("E", "2025-05-01", mrr=50),
    term("F", "2025-01-01", mrr=100),
    term("F", "2025-03-01", "2025-09-01", mrr=50, change_reason="plan"),
    term("G", "2025-03-01", "2025-04-01", mrr=40),
    term("G", "2025-05-01", "2025-06-01", mrr=30),
    term("H", "2025-01-01", "2025-02-01", mrr=60),
    term("H", "2025-10-01", "2025-11-01", mrr=70),
    term("H", "2025-11-01", mrr=90, change_reason="price"),
]


@pytest.fixture(scope="module")
def tiny() -> duckdb.DuckDBPyConnection:
    """A year of every kind of change."""
    return build_tiny({"subscriptions": TERMS}, "2026-02-01")


def find(connection: duckdb.DuckDBPyConnection) -> Retention:
    """The 364 days that end with 4 January 2026."""
    with closing(connection.cursor()) as cursor:
        return find_retention(cursor, span_of(cursor, "week", WEEK), "EUR", Scope())


def test_both_methods_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    methods = find(tiny).methods
    assert (methods.opening, methods.kept, methods.closing) == (561, 441, 491)
    # B 20, C 130, F 50, G 40 + 30, H 60; A 20, C 30, F 50, G's return 30, H's return 70 + 20
    assert (methods.fell, methods.rose) == (330, 220)
    # C fell 130 of which 30 had come before; F 50; H 60, all of it won back
    assert methods.made_good == 30 + 50 + 60
    assert (methods.later_lost, methods.later_gained) == (70, 30)
    assert methods.gross == (330, -140, -70, 120)
    assert methods.net == (-110, -30, 70, -70)
    assert methods.holds
    assert describe_gross(methods, "EUR").endswith(
        "lost by events 330 - made good by the same customers 140 - lost by customers who came later"
        " 70 = lost by endpoints 120"
    )
    assert describe_net(methods, "").startswith(
        "Net, in one currency: change by events -110 - gained"
    )
    rates = [row["leads_to"] for row in build_method_rows(methods) if row["leads_to"] is not None]
    shown = write_method_rows(build_method_rows(methods))
    assert [row["leads_to"] for row in shown if row["leads_to"]] == [
        "41.2 %",
        "78.6 %",
        "80.4 %",
        "87.5 %",
    ]
    assert shown[0]["mrr"] == "330.00"
    assert rates == [pytest.approx(each / 561) for each in (231, 441, 451, 491)]


def test_an_expansion_that_is_taken_back_is_a_loss_by_events_alone() -> None:
    """metrics.md 1.3: expands 50, then contracts 50: event churn 50, endpoint churn 0."""
    terms = [term("F", "2025-01-01", mrr=100), term("F", "2025-03-01", "2025-09-01", mrr=50)]
    methods = find(build_tiny({"subscriptions": terms}, "2026-02-01")).methods
    assert methods.gross == (50, -50, 0, 0)
    assert describe_methods(methods) == (
        "By endpoints GRR 100 % and NRR 100 %; by events 50.0 % and 100 %"
    )


def test_causes_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    """C was raised and left: its raise is not price. H came back at 70 and was raised to 90."""
    causes = find(tiny).causes
    amounts = dict(
        zip([line.key for line in causes.bridge.lines], causes.bridge.amounts, strict=True)
    )
    assert amounts == {
        "then": 561, "left": -100, "came_back": 10, "quantity": -20, "plan": 50, "not_stated": -50,
        "price": 40, "now": 491,
    }  # fmt: skip
    assert causes.bridge.holds
    assert causes.organic == pytest.approx(451 / 561)
    assert (
        describe_causes(causes) == "Net retention 87.5 % is 80.4 % without price, which adds 7.1 pp"
    )
    with closing(tiny.cursor()) as cursor:
        span = span_of(cursor, "week", WEEK)
        rows = list_rows(cursor, load_drills()["retention_causes"], span, cause="price").rows
    assert [(row["customer_id"], row["price"]) for row in rows] == [("A", 20), ("H", 20)]


def test_without_a_reason_for_any_change_price_is_unknown() -> None:
    terms = [term("A", "2025-01-01", "2025-05-01"), term("A", "2025-05-01", mrr=120)]
    causes = find(build_tiny({"subscriptions": terms}, "2026-02-01")).causes
    assert (causes.price, causes.organic) == (None, None)
    assert "the data do not say" in describe_causes(causes)
    assert dict(
        zip([line.key for line in causes.bridge.lines], causes.bridge.amounts, strict=True)
    )["not_stated"] == Decimal(20)


def test_every_base_and_window_stands_beside_the_others(tiny: duckdb.DuckDBPyConnection) -> None:
    """Terms of B, C, D, F's second and H ended in the year, and A's first: 460 of 561 was due."""
    found = find(tiny)
    metrics = [metric for metric, _ in WINDOWS if metric != ORGANIC]
    known = {metric: records(tiny, metric, period=WEEK)[0] for metric in metrics}
    rows = {row["retention"]: row for row in build_window_rows(known, found.causes)}
    assert list(rows) == [label for _, label in WINDOWS]
    assert rows["Gross, a year"]["rate"] == pytest.approx(441 / 561)
    renewal = rows["Gross, a year, of what came up for renewal"]
    assert renewal["of_mrr"] - renewal["kept_mrr"] == 120
    assert rows["Net, a year, without changes of price"]["kept_mrr"] == 451
    shown = write_window_rows(list(rows.values()), "EUR")
    assert shown[0] == {
        "retention": "Gross, a year", "rate": "78.6 %", "kept_mrr": "EUR 441", "of_mrr": "EUR 561",
    }  # fmt: skip
    assert describe_windows(known).startswith(
        "Of all revenue of a year ago 78.6 % is kept; where a term"
    )


def test_nobody_a_year_ago_has_no_rate() -> None:
    found = find(build_tiny({"subscriptions": [term("E", "2025-05-01")]}, "2026-02-01"))
    assert (found.methods.share(Decimal(0)), found.causes.nrr, found.causes.organic) == (None,) * 3
    assert (
        describe_methods(found.methods) == "Nobody paid a year ago" == describe_causes(found.causes)
    )


@pytest.mark.parametrize("scope", [Scope(), Scope(segment=("enterprise",))])
@pytest.mark.parametrize("grain", GRAINS)
def test_the_sample_adds_up_to_grr_and_nrr(
    sample_warehouse: Path, grain: str, scope: Scope
) -> None:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        found = find_retention(cursor, span_of(cursor, grain), "EUR", scope)
        (grr,) = records(cursor, "ret_grr", grain, last=1, scope=scope)
        (nrr,) = records(cursor, "ret_nrr", grain, last=1, scope=scope)
    assert found.methods.holds
    assert found.causes.bridge.holds
    assert (found.methods.kept, found.methods.opening) == (grr.numerator, grr.denominator)
    assert found.methods.closing == found.causes.bridge.closing == nrr.numerator
    assert found.causes.bridge.opening == nrr.denominator


@pytest.mark.parametrize("seed", [143, 156])
def test_any_company_adds_up(seed: int) -> None:
    """The reconciling lines, the causes and the bands of tenure, on made-up companies."""
    made = make_world(Random(seed))
    with closing(duckdb.connect()) as connection:
        fill_tables(connection, made.tables)
        build_facts(connection, Settings(), made.as_of)
        moved = 0
        for grain in ("week", "month"):
            for nrr in records(connection, "ret_nrr", grain, last=20)[::3]:
                if nrr.value is None:
                    continue
                cursor = connection.cursor()
                span = span_of(cursor, grain, nrr.period_start)
                found = find_retention(cursor, span, "EUR", Scope())
                assert found.methods.holds
                assert found.causes.bridge.holds
                assert found.methods.made_good >= 0
                assert found.methods.closing == found.causes.bridge.closing == nrr.numerator
                assert found.methods.opening == found.causes.bridge.opening == nrr.denominator
                moved += found.methods.fell > 0
                whole = find_survival(cursor, span.end, "tier", Scope())[0]
                hazards = find_hazards(cursor, span.end, Scope())
                assert sum(each.ended for each in hazards) == whole.ended
        assert moved
