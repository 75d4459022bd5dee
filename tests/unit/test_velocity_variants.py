"""Velocity of closed and of created deals, the cohort that is old enough, and the cycle of all closed."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from tests.small_export import AS_OF as EXPORTED_ON
from tests.small_export import FILES, write_export
from tests.tiny import build_tiny, records
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import Settings

BOUNDARY = dt.date(2026, 1, 12)  # the end of the last closed week
AS_OF = "2026-01-11"


def deal(created: int, closed: int | None = None, **more: Any) -> dict[str, Any]:
    """New business, created and closed so many days before the boundary; lost unless told."""
    return {
        "stage": "Discovery",
        "created_on": BOUNDARY - dt.timedelta(days=created),
        "closed_on": None if closed is None else BOUNDARY - dt.timedelta(days=closed),
        "is_closed": closed is not None,
        "is_won": False,
        "kind": "new",
        "amount": Decimal(1000),
        **more,
    }


def won(created: int, closed: int, **more: Any) -> dict[str, Any]:
    """An opportunity that was won."""
    return deal(created, closed, is_won=True, **more)


def built(*rows: dict[str, Any], **tables: Any) -> duckdb.DuckDBPyConnection:
    """A company of these opportunities."""
    return build_tiny({"opportunities": rows, **tables}, AS_OF)


def last(connection: duckdb.DuckDBPyConnection, metric: str, **asked: Any) -> Record:
    """The metric's one number in the last closed week."""
    (record,) = records(connection, metric, last=1, **asked)
    return record


def test_the_worked_example_by_all_variants() -> None:
    """Won 20k in 30 days, 30k in 60, 40k in 90; lost 25k and 45k; 8 open (metrics.md 2.1)."""
    rows = [won(10 + days, 10, amount=Decimal(1000 * size)) for days, size in ((30, 20), (60, 30))]
    rows += [won(100, 10, amount=Decimal(40_000)), *(deal(50, None) for _ in range(8))]
    rows += [deal(30, 10, amount=Decimal(25_000)), deal(40, 20, amount=Decimal(45_000))]
    with closing(built(*rows)) as connection:
        found = {
            name: last(connection, name).value
            for name in ("vel_pipeline", "vel_closed", "vel_realised", "vel_cycle")
        }
        won_value = last(connection, "vel_realised").numerator
    assert found == pytest.approx(
        {"vel_pipeline": 2400, "vel_closed": 1500, "vel_realised": 90_000 / 91, "vel_cycle": 60}
    )
    assert found["vel_closed"] == pytest.approx(float(won_value or 0) / 60)  # the identity of V2


def test_a_win_without_an_amount_counts_at_the_average() -> None:
    rows = [
        won(40, 10, amount=Decimal(6000)),
        won(40, 10, amount=None),
        won(40, 10, amount=Decimal(0)),
    ]
    with closing(built(*rows)) as connection:
        assert last(connection, "vel_closed").value == pytest.approx(3 * 6000 / 30)


def test_the_cycle_of_all_closed() -> None:
    rows = [
        won(40, 10),
        deal(90, 10),
        deal(10, 10),  # on its first day: one day
        deal(10, 20),  # closed before it was created
        deal(120, 92),  # a day before the window
        deal(90),
        deal(60, 20, kind="renewal"),
        deal(60, 20, kind="expansion"),
    ]
    with closing(built(*rows)) as connection:
        record = last(connection, "vel_cycle_all")
    assert (record.numerator, record.denominator, record.value) == (30 + 80 + 1, 3, 37)


def test_the_cohort_is_as_old_as_nine_in_ten_wins_took() -> None:
    """Ten wins of 1 to 10 days in the window: nine in ten were won within 9 days, so the cohort was
    created in the 91 days that end 9 before the boundary."""
    wins = [won(80 + days, 80) for days in range(1, 11)]  # created 81 to 90 days before
    rows = [
        *wins,
        deal(100),  # the first day of the cohort, still open
        deal(101),  # a day too old
        deal(10),  # its last day
        deal(9),  # too young
        won(10, 0),  # won on the boundary: open as far as is known
        won(99, 92),  # in the cohort, won before the window: no part of the maturity
        deal(50, kind="renewal"),
    ]
    with closing(built(*rows)) as connection:
        record = last(connection, "vel_win_created")
        created = last(connection, "vel_created")
    assert (record.numerator, record.denominator) == (11, 14)
    # 13 of these were created in the last 91 days
    assert created.value == pytest.approx(13 / 91 * 11 / 14 * 1000)


def test_without_a_win_no_cohort_is_old_enough() -> None:
    with closing(built(deal(60), deal(60, 20))) as connection:
        found = {
            name: (last(connection, name).value, last(connection, name).reason)
            for name in ("vel_closed", "vel_created", "vel_win_created")
        }
    assert found == {
        "vel_closed": (0, None),
        "vel_created": (None, "no_wins"),
        "vel_win_created": (None, "no_wins"),
    }


def test_nothing_is_known_of_a_later_day() -> None:
    """What is created or closed on the boundary or after it changes no closed week."""
    rows = [won(60, 20), won(50, 20), deal(40, 30), deal(45)]
    later = [deal(0), won(30, 0), won(20, -3), deal(35, -1)]
    # of those, as far as is known at the boundary, three are open and one does not exist
    same = [deal(30), deal(20), deal(35)]
    names = ("vel_closed", "vel_created", "vel_win_created", "vel_cycle_all")
    with closing(built(*rows, *later)) as one, closing(built(*rows, *same)) as two:
        assert [last(one, name) for name in names] == [last(two, name) for name in names]


def every_number(connection: duckdb.DuckDBPyConnection, breakdown: str | None) -> list[Record]:
    """All of sales velocity in all weeks."""
    names = sorted(name for name in load_metrics() if name.startswith("vel_"))
    assert len(names) >= 17
    return [each for name in names for each in records(connection, name, breakdown=breakdown)]


@pytest.mark.parametrize("breakdown", [None, "segment"])
def test_renewals_and_expansions_are_in_no_number_of_new_business(breakdown: str | None) -> None:
    """Open, won and lost ones, large and helped by a customer; an unknown kind is new business."""
    customers = [{"customer_id": "theirs", "segment": "small"}]
    rows = [won(60, 20, kind=None), won(50, 20), deal(40, 30), deal(45)]
    own = [
        {**row, "customer_id": "theirs", "opportunity_id": f"n{n}"} for n, row in enumerate(rows)
    ]
    others = [
        {
            **row,
            "customer_id": "theirs",
            "kind": kind,
            "amount": Decimal(99_999),
            "opportunity_id": f"{kind} {n}",
        }
        for kind in ("renewal", "expansion")
        for n, row in enumerate([won(58, 30), *own])
    ]
    acts = [
        {
            "customer_id": "theirs",
            "kind": "reference",
            "is_solicited": True,
            "occurred_on": BOUNDARY - dt.timedelta(days=25),
            "opportunity_id": row["opportunity_id"],
        }
        for row in [own[1], *others]
    ]
    more = {"customers": customers, "advocacy_events": acts}
    with closing(built(*own, **more)) as alone, closing(built(*own, *others, **more)) as pooled:
        assert every_number(pooled, breakdown) == every_number(alone, breakdown)


def test_a_reopened_deal_counts_by_its_last_close() -> None:
    """Lost 70 days before the boundary, taken up again and won 5 days before it, created 100 before:
    the export holds the last close, the history both."""
    moves = [("Discovery", 100), ("Closed Lost", 70), ("Discovery", 40), ("Closed Won", 5)]
    history = [
        {
            "opportunity_id": "reopened",
            "stage": stage,
            "entered_at": dt.datetime.combine(BOUNDARY - dt.timedelta(days=ago), dt.time(9)),
        }
        for stage, ago in moves
    ]
    row = won(100, 5, opportunity_id="reopened")
    with closing(built(row, opportunity_stages=history)) as connection:
        found = {
            name: last(connection, name).value
            for name in ("vel_win_count", "vel_cycle", "vel_cycle_all", "vel_open")
        }
        weeks = {each.period_start: each.value for each in records(connection, "vel_open")}
    assert found == {"vel_win_count": 1, "vel_cycle": 95, "vel_cycle_all": 95, "vel_open": 0}
    assert weeks[BOUNDARY - dt.timedelta(days=14)] == 1


def test_amounts_of_all_years_are_at_the_rate_of_the_last(tmp_path: Path) -> None:
    """Fiscal year 2027 began in October 2026: a deal of 2026 is not converted at the rate of then."""
    headers = ("Id", "CreatedDate", "CloseDate", "Amount", "CurrencyIsoCode")
    deals = [
        ("d1", "2026-07-01 09:00:00", "2026-08-20", "1000", "USD"),  # in the 91 days before 16 Nov
        ("d2", "2026-09-01 09:00:00", "2026-10-20", "1000", "USD"),
        ("d3", "2026-09-01 09:00:00", "2026-10-21", "300", "EUR"),
    ]
    rows = [
        {**dict(zip(headers, each, strict=True)), "StageName": "Won", "IsClosed": "1", "IsWon": "1",
         "Type": "New Business"}
        for each in deals
    ]  # fmt: skip
    paid = [{**row, "CurrencyIsoCode": "EUR"} for row in FILES["Subscription__c"]]
    export = write_export(tmp_path / "export", Opportunity=rows, Subscription__c=paid)
    rates = "currency,fiscal_year,rate\nUSD,2026,0.5\nUSD,2027,0.8\n"
    (export / "exchange_rates.csv").write_text(rates, encoding="utf-8")
    settings = Settings(reporting_currency="EUR", fiscal_year_first_month=10)
    build(export, tmp_path / "warehouse", settings, dt.date.fromisoformat(EXPORTED_ON))
    opened = open_published(tmp_path / "warehouse")
    with closing(opened), closing(opened.cursor()) as cursor:
        found = evaluate(cursor, load_metrics()["vel_deal"], last=5)
        (quarter,) = evaluate(cursor, load_metrics()["vel_won"], grain="quarter", last=1)
    assert (found[-1].numerator, found[-1].denominator) == (1900, 3)
    # a week of fiscal year 2026, and its last quarter, are restated at the rate of 2027, too
    assert found[0].value == 800
    assert quarter.value == 800
