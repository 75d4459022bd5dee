"""Acquisition cost, LTV to CAC and payback: the worked numbers of 3.10, and the months they take."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import duckdb
import pytest

from analyses.acquisition import Spending, describe_spending, find_spending
from analyses.formats import format_value
from analyses.grounds import collect_grounds
from analyses.lifetime.costs import (
    CAC,
    STARTED,
    Costs,
    Valued,
    compute_retained,
    describe_costs,
    list_cost_rows,
)
from analyses.lifetime.margins import AS_STARTED, Margin, Start, find_start
from commands.lacking import start_lines
from commands.shown import Answer, to_rows
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.example_tables import make_warehouse
from tests.tiny import build_tiny, records, term, value

QUARTER = dt.date(2026, 4, 1)


def paid(rows: Sequence[Mapping[str, object]]) -> list[Record]:
    """eco_payback of weeks that are each so; 500 customers have a margin of 200 each."""
    weeks = [dt.date(2026, 1, 5) + dt.timedelta(weeks=place) for place in range(len(rows))]
    customers = [
        {
            "period_start": week, "closing_customers": 500, "closing_margin": row.get("margin", 1e5),
            "new_customers": 1, "has_13w": True, "opening_customers_13w": 10**12,
            "lost_customers_13w": round(10**12 * (1 - float(str(row["stay"])) ** (84 / 365.2425))),
        }
        for week, row in zip(weeks, rows, strict=True)
    ]  # fmt: skip
    costs = [
        {"period_start": week, "acquisition_cost": row["cac"]}
        for week, row in zip(weeks, rows, strict=True)
    ]
    warehouse = make_warehouse({"customer_periods": customers, "cost_periods": costs})
    return evaluate(warehouse.cursor(), load_metrics()["eco_payback"])


@pytest.mark.parametrize(
    ("cac", "stay", "months"),
    [
        # 17 months recover 2,906.78, 18 recover 3,048.65
        (3000, 0.98, 18), (2906.77, 0.98, 17), (3048.66, 0.98, 19), (3000, 1, 15), (100, 0, 1),
        (0, 0.9, 1), (200, 0.5, 1), (300, 0.5, 2),
        # 200 / 0.02 = 10,000 is never passed
        (10_001, 0.98, None),
    ],
)  # fmt: skip
def test_payback_at_its_edges(cac: float, stay: float, months: int | None) -> None:
    (found,) = paid([{"cac": cac, "stay": stay}])
    assert found.value == months
    assert found.reason == ("not_identifiable" if months is None else None)


def test_payback_without_margin_is_missing() -> None:
    (found,) = paid([{"cac": 3000, "stay": 0.98, "margin": 0}])
    assert (found.value, found.reason) == (None, "no_denominator")


def test_payback_is_the_smallest_month() -> None:
    random = Random(6)
    rows = [
        {"cac": round(10 ** random.uniform(0, 5), 2), "stay": random.uniform(0.5, 0.999)}
        for _ in range(300)
    ]

    def recovered(stay: float, months: int) -> float:
        return 200 * (1 - stay**months) / (1 - stay)

    for row, found in zip(rows, paid(rows), strict=True):
        cac, stay = row["cac"], row["stay"]
        if found.value is None:
            assert recovered(stay, 100_000) <= cac * (1 + 1e-6)
        else:
            months = int(found.value)
            assert recovered(stay, months) >= cac * (1 - 1e-6)
            assert months == 1 or recovered(stay, months - 1) <= cac * (1 + 1e-6)


def spend(costs: list[tuple[str, str, int]], cycles: list[int], **kind: Any) -> Spending:
    """What find_spending says of the second quarter of 2026."""
    tables: dict[str, Any] = {
        "subscriptions": [term("old", "2025-01-01")],
        "costs": [
            {"month": dt.date.fromisoformat(month), "purpose": purpose, "amount": Decimal(amount)}
            for month, purpose, amount in costs
        ],
        "opportunities": [
            {
                "stage": "Won",
                "created_on": dt.date(2026, 6, 20) - dt.timedelta(days=days),
                "closed_on": dt.date(2026, 6, 20),
                "is_closed": True,
                "is_won": True,
                "kind": "new",
                **kind,
            }
            for days in cycles
        ],
    }
    with closing(build_tiny(tables, "2026-07-05")) as connection:
        found = find_spending(connection.cursor(), "quarter", QUARTER)
        assert find_spending(connection.cursor(), "week", dt.date(2026, 6, 22)) is None
    assert found is not None
    return found


COSTS = [
    ("2026-01-01", "acquisition", 7000),
    ("2026-02-01", "acquisition", 100),
    ("2026-03-01", "acquisition", 200),
    ("2026-03-01", "acquisition", 50),
    ("2026-03-01", "retention", 9000),
    ("2026-04-01", "acquisition", 400),
    ("2026-05-01", "acquisition", 800),
    ("2026-06-01", "acquisition", 1600),
]


def test_costs_lag_by_the_median_cycle() -> None:
    """Median 61 days, two months: February to April; other purposes are left out."""
    found = spend(COSTS, [10, 61, 200])
    assert (found.cycle_days, found.lag_months) == (61, 2)
    assert (found.first, found.last) == (dt.date(2026, 2, 1), dt.date(2026, 4, 1))
    assert (found.amount, found.missing) == (Decimal(750), ())
    assert describe_spending(found, "Q2 2026").startswith(
        "Blended: all costs with the purpose acquisition of Feb 2026 to Apr 2026 (2 months earlier, "
        "since the median won deal took 61 days)"
    )


def test_without_wins_there_is_no_lag() -> None:
    for found in (spend(COSTS, []), spend(COSTS, [61], kind="renewal")):
        assert (found.cycle_days, found.lag_months, found.amount) == (None, 0, Decimal(2800))
    assert "no lag, since no deal was won in 364 days" in describe_spending(found, "Q2 2026")


def test_a_month_without_cost_is_no_zero() -> None:
    found = spend(COSTS[:-1], [])
    assert (found.amount, found.missing) == (None, (dt.date(2026, 6, 1),))
    rows = list_cost_rows(costs(found, {"eco_cac": None}))
    assert {row["value"] for row in rows} == {"n/a"}
    assert {row["from"] for row in rows} == {"no acquisition cost in the export for Jun 2026"}


def company(**settings: Any) -> duckdb.DuckDBPyConnection:
    """Two customers of 100 and 300 a month, the second new in the second quarter; no deals."""
    tables: dict[str, Any] = {
        "customers": [
            {"customer_id": "old", "segment": "small"}, {"customer_id": "new", "segment": "large"},
        ],
        "subscriptions": [term("old", "2025-01-01"), term("new", "2026-05-11", mrr=300)],
        "costs": [
            {"month": dt.date.fromisoformat(month), "purpose": purpose, "amount": Decimal(amount)}
            for month, purpose, amount in COSTS
        ],
    }  # fmt: skip
    return build_tiny(tables, "2026-07-05", **settings)


def test_the_metrics_are_of_whole_months_and_the_whole_company() -> None:
    """2,800 for one new customer; the two have a margin of 160 each."""
    with closing(company()) as connection:
        assert value(connection, "eco_cac", "2026-04-01", "quarter") == 2800
        assert value(connection, "eco_payback_simple", "2026-04-01", "quarter") == 17.5
        assert value(connection, "eco_payback", "2026-04-01", "quarter") == 18
        assert value(connection, "eco_cac", "2026-05-01", "month") == 800
        ask = partial(records, connection, "eco_cac")
        assert {each.reason for each in ask()} == {"outside_scope"}
        quarter = QUARTER
        by = ask("quarter", breakdown="segment", period=quarter)
        assert {each.reason for each in by} == {"outside_scope"}
        (part,) = ask("quarter", scope=Scope(segment=("small",)), period=quarter)
        assert part.reason == "outside_scope"
        (whole,) = ask("quarter", scope=Scope(segment=("small", "large")), period=quarter)
        assert whole.value == 2800
        first, second, *_ = ask("quarter", last=6)
        assert (first.reason, second.reason) == ("short_history", "short_history")


def test_spend_is_that_of_the_months_themselves_by_purpose() -> None:
    """A month without a cost of the purpose is unknown: none of retention in April, of service ever."""
    with closing(company()) as connection:
        spent = partial(records, connection, "eco_spend", period=QUARTER)
        found = {each.member: each for each in spent("quarter")}
        assert found["acquisition"].value == 2800
        assert found["acquisition"].reason is None
        assert (found["retention"].value, found["retention"].reason) == (None, "missing_table")
        assert found["service"].reason == "missing_table"
        march = dt.date(2026, 3, 1)
        months = {
            each.member: each for each in records(connection, "eco_spend", "month", period=march)
        }
        assert (months["acquisition"].value, months["retention"].value) == (250, 9000)
        february = records(connection, "eco_spend", "month", period=dt.date(2026, 2, 1))
        assert {each.member: each.reason for each in february}["retention"] == "short_history"
        by = spent("quarter", breakdown="segment")
        assert {each.reason for each in by} == {"outside_scope"}
        assert {each.reason for each in records(connection, "eco_spend", last=1)} == {
            "outside_scope"
        }


def test_by_week_the_reason_names_the_grains() -> None:
    with closing(company()) as connection:
        found = records(connection, "eco_cac", "week", last=1)
    answer = Answer(
        [load_metrics()["eco_cac"]], found, "EUR", collect_grounds(found, 10), [], None, {}
    )
    (row,) = to_rows(answer)
    assert row["value"] == "n/a"
    assert "add --grain month, quarter or year" in row["note"]


def test_the_ratio_is_that_of_the_two_metrics() -> None:
    with closing(company(gross_margin_by_segment={"large": 0.6})) as connection:
        lifetime, cac, ratio = (
            value(connection, name, "2026-04-01", "quarter")
            for name in ("ltv_km", "eco_cac", "eco_ltvcac")
        )
    assert ratio == pytest.approx(lifetime / float(cac), rel=1e-12)


def test_new_customers_pay_what_they_started_with() -> None:
    """One of 300 a month joined two of 200 on average: CAC 2,800 is paid back by 240, not by 160."""
    with closing(company()) as connection:
        start = find_start(connection.cursor(), "quarter", QUARTER, Scope())
        assert start == Start(300, Margin(1, 240, None))
        assert find_start(connection.cursor(), "quarter", dt.date(2026, 1, 1), Scope()) is None
        small = Scope(segment=("small",))
        assert find_start(connection.cursor(), "quarter", QUARTER, small) is None
        ask = partial(records, connection, grain="quarter", period=QUARTER)
        shown = [*ask("eco_payback_simple"), *ask("eco_payback"), *ask("ltv_km")]
        (line,) = start_lines(connection, shown, None, "EUR")
        assert start_lines(connection, shown, "segment", "EUR") == []
        assert start_lines(connection, ask("eco_cac"), None, "EUR") == []
        value = format_value(1.5 * float(shown[2].value or 0), "currency", "EUR")
    assert line == (
        "Note: eco_payback_simple, ltv_km: at today's average MRR. The one new customer of the period "
        f"started with EUR 300 a month; at that: eco_payback_simple 11.7 months, ltv_km {value}."
    )
    with closing(company(gross_margin_by_segment={"large": 0.6})) as connection:
        start = find_start(connection.cursor(), "quarter", QUARTER, Scope())
    assert start == Start(300, Margin(1, 180, None))


def test_the_message_on_cost_has_what_new_customers_pay() -> None:
    """A margin of 100 where the average is 200: half the value, twice the payback."""
    values = [
        Valued("observed", 10_000.0, 9_900.0, 10_200.0),
        Valued(f"observed, {AS_STARTED}", 5_000.0, 3_000.0, 7_000.0),
    ]
    start = Start(125.0, Margin(40, 100.0, 90.0))
    found = costs(spent(), {}, values=values, start=start, cacs=[2500.0, 3400.0, 3000.0])
    rows = list_cost_rows(found)
    assert describe_costs(rows, 40) == (
        "A new customer costs EUR 3,000 (n = 40 new): worth 3.3 times that (3.3 to 3.4) at today's "
        "average MRR, 1.7 (1.0 to 2.3) at what new ones pay; paid back in 15.0 months, 30.0 months at what "
        "new ones pay, if all stay"
    )
    by_name = {row["measure"]: row for row in rows}
    assert by_name[CAC]["from"].endswith("; the last 3 quarters EUR 2,500 to 3,400")
    assert "n = 40 new customers" in by_name[STARTED]["from"]
    assert by_name[STARTED]["rule of thumb"] == "under 12 months: no"
    never = list_cost_rows(
        replace(found, records={**found.records, "eco_payback": a_record("", None)})
    )
    assert describe_costs(never, 40).endswith("; paid back never")
    free = replace(start, margin=Margin(40, 0.0, 0.0))
    unpaid = {row["measure"]: row for row in list_cost_rows(replace(found, start=free))}
    assert unpaid[STARTED]["value"] == "n/a"


def a_record(metric: str, number: float | None, **parts: Any) -> Record:
    empty: dict[str, Any] = dict.fromkeys(("breakdown", "member", "low", "high", "dimension"))
    parts = {"numerator": None, "denominator": None} | parts
    return Record(
        metric, "quarter", QUARTER, value=number, unit="", reason=None, **empty, **parts
    )  # fmt: skip


def costs(spending: Spending, numbers: dict[str, float | None], **changes: Any) -> Costs:
    """Costs of a quarter with 40 new customers who cost 3,000 each, and a value of 10,000."""
    own = {"eco_cac": 3000, "eco_ltvcac": 10 / 3, "eco_payback_simple": 15, "eco_payback": 18}
    if numbers.get("eco_cac", 0) is None:
        own = dict.fromkeys(own)
    found = {name: a_record(name, each) for name, each in ({**own, **numbers}).items()}
    found["eco_cac"] = replace(found["eco_cac"], denominator=40)
    weekly = 1 - 0.98 ** (84 / 365.2425)
    given: dict[str, Any] = {
        "values": [Valued("observed", 10_000.0, 9_900.0, 10_200.0)], "margin": 200.0,
        "weekly_churn": weekly, **changes,
    }  # fmt: skip
    return Costs(spending, found, currency="EUR", **given)


def spent() -> Spending:
    return Spending(QUARTER, dt.date(2026, 6, 1), Decimal(120_000), (), 57.0, 0)


def test_cost_rows_as_worked() -> None:
    assert compute_retained(1 - 0.98 ** (84 / 365.2425)) == pytest.approx(0.98)
    rows = list_cost_rows(costs(spent(), {}))
    assert [row["value"] for row in rows] == [
        "EUR 3,000", "3.3", "EUR 7,000", "15.0 months", "18 months",
    ]  # fmt: skip
    assert [row["95 % interval"] for row in rows[1:3]] == ["3.3 to 3.4", "EUR 6,900 to 7,200"]
    assert [row["rule of thumb"] for row in rows] == [
        "", "3 or more: yes", "", "under 12 months: no", "under 12 months: no",
    ]  # fmt: skip
    assert rows[0]["from"] == "EUR 120 k / 40 new customers"
    assert describe_costs(rows, 40) == (
        "A new customer costs EUR 3,000 (n = 40 new): worth 3.3 times that (3.3 to 3.4); paid back "
        "in 18 months"
    )


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((8900, 10_200), "3 or more: cannot be told"), ((5000, 8900), "3 or more: no"),
        ((None, None), "3 or more: yes, without an interval"),
    ],
)  # fmt: skip
def test_a_rule_of_thumb_is_met_by_the_whole_interval(bounds: tuple[Any, Any], said: str) -> None:
    rows = list_cost_rows(costs(spent(), {}, values=[Valued("observed", 10_000.0, *bounds)]))
    assert rows[1]["rule of thumb"] == said


def test_a_projected_value_stands_beside_the_observed_one() -> None:
    values = [
        Valued("observed", 10_000.0), Valued("projected", None, reason="not identifiable"),
    ]  # fmt: skip
    rows = list_cost_rows(costs(spent(), {}, values=values))
    assert (rows[3]["measure"], rows[3]["value"]) == ("LTV to CAC, projected", "n/a")
    assert rows[3]["from"] == rows[4]["from"] == "not identifiable"


def test_cost_rows_say_what_is_missing() -> None:
    nobody = list_cost_rows(costs(spent(), {"eco_cac": None}))
    assert {row["from"] for row in nobody} == {"no new customer in the quarter"}
    assert describe_costs(nobody, 0).endswith(": n/a")
    none = [Valued("observed", None)]
    never = list_cost_rows(costs(spent(), {"eco_payback": None}, values=none))
    assert (never[1]["value"], never[1]["from"]) == ("n/a", "no lifetime value")
    assert (never[4]["value"], never[4]["rule of thumb"]) == ("never", "under 12 months: no")
    assert (
        describe_costs(never, 40) == "A new customer costs EUR 3,000 (n = 40 new): paid back never"
    )
    without = list_cost_rows(costs(spent(), {}, weekly_churn=None))
    assert (without[4]["value"], without[4]["from"]) == ("n/a", "no churn of 13 weeks")
    empty = list_cost_rows(costs(spent(), {"eco_payback_simple": None}, margin=None))
    assert [row["value"] for row in empty[3:]] == ["n/a", "n/a"]
    assert "no customer" in empty[3]["from"] == empty[4]["from"]
    free = list_cost_rows(costs(spent(), {"eco_cac": 0.0}))
    assert [row["value"] for row in free[:3]] == ["EUR 0", "n/a", "EUR 10.0 k"]
    assert free[1]["from"] == "acquisition cost nothing"
