"""The rows behind a number add up to it: every drill, on the sample."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache, lru_cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

from metrics.drills import (
    DrillRows,
    Explains,
    Span,
    find_drills,
    list_rows,
    load_drills,
    span_of,
)
from metrics.engine import Record, evaluate
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from metrics.scope import Scope
from warehouse.publish import Warehouse, open_published

DRILLS = load_drills()
METRICS = load_metrics()
EXPLAINED = sorted(name for name, drill in DRILLS.items() if drill.explains)
SEGMENTS = Scope(segment=("enterprise", "small business"))
REGION = Scope(region=("Germany",))
# Of the last period each: to ask for all of all would take minutes.
ASKED = {
    "week": (Scope(), SEGMENTS),
    "month": (Scope(), REGION),
    "quarter": (Scope(),),
    "year": (Scope(),),
}


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Path) -> Iterator[Warehouse]:
    """The sample."""
    opened = open_published(sample_warehouse)
    yield opened
    opened.close()


@cache
def numbers(
    warehouse: Warehouse, metric: str, grain: str, scope: Scope, last: int
) -> tuple[Record, ...]:
    """A metric's last records that have a value."""
    with closing(warehouse.cursor()) as cursor:
        found = evaluate(cursor, METRICS[metric], grain=grain, scope=scope, last=last)
    return tuple(record for record in found if record.reason is None)


@lru_cache(maxsize=32)
def rows_of_span(
    warehouse: Warehouse,
    name: str,
    span: Span,
    scope: Scope,
    limit: int | None,
    chosen: tuple[tuple[str, str], ...],
) -> DrillRows:
    """list_rows, once for all that the same rows explain."""
    with closing(warehouse.cursor()) as cursor:
        return list_rows(cursor, DRILLS[name], span, scope, limit, **dict(chosen))


def check_total(found: DrillRows, explains: Explains, record: Record) -> None:
    """The rows, where all are listed, and the totals come to the record's number: money and counts
    to the digit."""
    expected = getattr(record, explains.part)
    assert expected is not None
    totals: list[Any] = [found.totals.get(explains.total, found.count)]
    if len(found.rows) == found.count:
        measured = [row.get(explains.total, 1) for row in found.rows]
        totals.append(sum(each for each in measured if each is not None))
    for total in totals:
        if isinstance(expected, float):
            assert float(total) == pytest.approx(expected, abs=1e-9), (explains, record)
        else:
            assert total == expected, (explains, record)


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("name", EXPLAINED)
def test_the_rows_add_up_to_the_number(warehouse: Warehouse, name: str, grain: str) -> None:
    """All rows of the last period, by member; and the totals inside a scope."""
    for explains in DRILLS[name].explains:
        if explains.part == "input":
            continue
        for scope in ASKED[grain]:
            limit = None if scope == Scope() else 1
            for record in numbers(warehouse, explains.metric, grain, scope, 1):
                with closing(warehouse.cursor()) as cursor:
                    span = span_of(cursor, grain, record.period_start)
                chosen = dict(explains.chosen)
                if explains.member:
                    chosen[explains.member] = str(record.member)
                found = rows_of_span(warehouse, name, span, scope, limit, tuple(chosen.items()))
                check_total(found, explains, record)


@pytest.mark.parametrize("name", EXPLAINED)
def test_every_drill_lists_something(warehouse: Warehouse, name: str) -> None:
    """An empty list adds up to an empty number, so over a year there are rows, and in a scope. Costs
    belong to the whole company, so a part has none."""
    with closing(warehouse.cursor()) as cursor:
        span = span_of(cursor, "year")
        for scope in (Scope(), SEGMENTS):
            found = list_rows(cursor, DRILLS[name], span, scope, limit=1)
            assert (found.count > 0) == (scope == Scope() or DRILLS[name].entity != "cost")


def test_a_broken_drill_is_found(warehouse: Warehouse) -> None:
    """Without its condition the lost customers are all of the start, and the check says so."""
    drill = DRILLS["lost_customers"]
    broken = replace(drill, sql=drill.sql.replace("anti join", "left join"))
    explains = drill.explains[0]
    (record,) = numbers(warehouse, explains.metric, "week", Scope(), 1)
    with closing(warehouse.cursor()) as cursor:
        span = span_of(cursor, "week", record.period_start)
        check_total(list_rows(cursor, drill, span), explains, record)
        with pytest.raises(AssertionError):
            check_total(list_rows(cursor, broken, span), explains, record)


def test_the_first_drill_of_a_metric_lists_what_it_counts() -> None:
    """Before those that list more than that, and those of the denominator."""
    firsts = {name: find_drills(DRILLS, name)[0].id for name in ("cust_lost", "churn_logo", "mrr")}
    assert firsts == {
        "cust_lost": "lost_customers",
        "churn_logo": "lost_customers",
        "mrr": "active_customers",
    }


# A constant, of which there are no rows: the 91 days of a window.
WITHOUT_ROWS = {("vel_realised", "denominator")}


@pytest.mark.parametrize("metric", METRICS)
def test_every_number_has_its_rows(warehouse: Warehouse, metric: str) -> None:
    """The value, or both parts of it; or the inputs of a formula (see below)."""
    explained = {
        each.part for drill in DRILLS.values() for each in drill.explains if each.metric == metric
    }
    records = [
        record for grain in GRAINS for record in numbers(warehouse, metric, grain, Scope(), 3)
    ]
    parts = {"value"} if records[0].denominator is None else {"numerator", "denominator"}
    parts -= {part for name, part in WITHOUT_ROWS if name == metric}
    assert explained == ({"input"} if metric in INPUTS else parts)


INPUTS = {
    "eco_ltvcac": {"active_customers", "customer_times", "new_customers"},
    "eco_payback": {"active_customers", "lost_13_weeks", "new_customers", "opening_13_weeks"},
    "eco_payback_simple": {"active_customers", "new_customers"},
    "churn_logo_ann": {"lost_customers", "opening_customers"},
    "churn_logo_13w_cum": {"lost_13_weeks"},
    "churn_logo_daily": {"daily_endings"},
    "ltv_simple": {"active_customers", "lost_13_weeks", "opening_13_weeks"},
    "ltv_km": {"active_customers", "customer_times"},
    "ret_km": {"customer_times"},
    "ret_rmst": {"customer_times"},
    "vel_pipeline": {"open_deals", "won_deals", "closed_deals"},
    "vel_closed": {"won_deals", "closed_deals"},
    "vel_created": {"created_deals", "cohort_deals", "won_deals"},
}


def from_inputs(
    metric: str, grain: str, inputs: dict[str, DrillRows], member: str, cost: float
) -> float:
    """The metric's formula, over nothing but the rows of its drills (margin 0.8, discount 10 %) and
    the acquisition cost, which belongs to no customer."""
    if metric == "churn_logo_ann":
        rate = inputs["lost_customers"].count / inputs["opening_customers"].count
        return 1 - (1 - rate) ** {"week": 365.2425 / 7, "month": 12, "quarter": 4, "year": 1}[grain]
    if metric in ("ret_km", "ret_rmst"):
        days = 7 * int(member)
        alive = stays(inputs["customer_times"].rows, days)
        return alive[-1] if metric == "ret_km" else sum(alive[:-1]) / 7
    if metric == "churn_logo_daily":
        return float(inputs["daily_endings"].totals["share"])
    if metric == "churn_logo_13w_cum":
        rows = inputs["lost_13_weeks"].rows
        bases = {row["lost_in_week"]: row["customers_at_its_start"] for row in rows}
        lost = Counter(row["lost_in_week"] for row in rows)
        return 1 - prod(1 - lost[week] / base for week, base in bases.items())
    if metric.startswith("vel_"):
        return velocity_from(metric, inputs)
    active = inputs["active_customers"]
    if metric.startswith("eco_"):
        return economics_from(metric, inputs, cost)
    margin = 0.8 * float(active.totals["mrr"]) / active.count
    if metric == "ltv_simple":
        kept = kept_from(inputs)
        return margin * kept / (1 + 1.1 ** (1 / 12) - 1 - kept)
    return margin * discounted_months(
        [(row["days"], row["ended"]) for row in inputs["customer_times"].rows]
    )


def kept_from(inputs: dict[str, DrillRows]) -> float:
    """The share of customers who stay for a month."""
    weekly = inputs["lost_13_weeks"].count / float(inputs["opening_13_weeks"].totals["weeks"])
    return (1 - weekly) ** (365.2425 / 84)


def economics_from(metric: str, inputs: dict[str, DrillRows], cost: float) -> float:
    """Cost of a new customer against the margin of one."""
    active, cac = inputs["active_customers"], cost / inputs["new_customers"].count
    margin = 0.8 * float(active.totals["mrr"]) / active.count
    if metric == "eco_payback_simple":
        return cac / margin
    if metric == "eco_ltvcac":
        times = [(row["days"], row["ended"]) for row in inputs["customer_times"].rows]
        return margin * discounted_months(times) / cac
    kept, paid, months = kept_from(inputs), 0.0, 0
    while paid < cac:
        paid, months = paid + margin * kept**months, months + 1
    return months


def stays(rows: list[dict[str, Any]], until: int) -> list[float]:
    """Kaplan and Meier's survival on each day of tenure up to one, watched from when the rows say."""
    entered = Counter((row["watched_from"] - row["started_on"]).days for row in rows)
    left = Counter(row["days"] for row in rows)
    ended = Counter(row["days"] for row in rows if row["ended"])
    alive, at_risk = [1.0], entered[0]
    for day in range(1, until + 1):
        alive.append(alive[-1] * (1 - ended[day] / at_risk) if ended[day] else alive[-1])
        at_risk += entered[day] - left[day]
    return alive


def velocity_from(metric: str, inputs: dict[str, DrillRows]) -> float:
    """N x D x W / L of open or of closed deals; or what is created in a day, without L."""
    won = inputs["won_deals"]
    deal = float(won.totals["amount"]) / float(won.totals["has_amount"])
    if metric == "vel_created":
        cohort = inputs["cohort_deals"]
        share = float(cohort.totals["has_been_won"]) / cohort.count
        return inputs["created_deals"].count / 91 * share * deal
    closed = inputs["closed_deals"].count
    deals = closed if metric == "vel_closed" else inputs["open_deals"].count
    cycle = float(won.totals["cycle_days"]) / float(won.totals["has_cycle"])
    return deals * deal * won.count / closed / cycle


def discounted_months(times: list[tuple[int, int]]) -> float:
    """Kaplan and Meier's survival at the start of each month, discounted, over 60 months at most."""
    survival, steps = 1.0, list[tuple[int, float]]()
    for day in sorted({days for days, _ in times}):
        at_risk = sum(days >= day for days, _ in times)
        survival *= 1 - sum(ended for days, ended in times if days == day) / at_risk
        steps.append((day, survival))
    months = int(min(60, max(days for days, _ in times) // 30.436875))
    alive = [
        min([share for day, share in steps if day <= month * 30.436875], default=1.0)
        for month in range(months)
    ]
    return sum(share / 1.1 ** (month / 12) for month, share in enumerate(alive))


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("metric", INPUTS)
def test_a_formula_is_computed_from_its_rows(warehouse: Warehouse, metric: str, grain: str) -> None:
    drills = {drill.id: drill for drill in find_drills(DRILLS, metric)}
    assert drills.keys() == INPUTS[metric]
    records = numbers(warehouse, metric, grain, Scope(), 1)
    costs = numbers(warehouse, "eco_cac", grain, Scope(), 1)
    if not records:
        assert (metric[:4], grain) == ("eco_", "week")
        return
    with closing(warehouse.cursor()) as cursor:
        span = span_of(cursor, grain, records[0].period_start)
        inputs = {name: list_rows(cursor, drill, span) for name, drill in drills.items()}
    for record in records:
        cost = float(costs[0].numerator or 0) if costs else 0.0
        found = from_inputs(metric, grain, inputs, record.member or "", cost)
        assert found == pytest.approx(record.value, rel=1e-9), record.member


@pytest.mark.parametrize("name", DRILLS)
def test_a_limit_shortens_the_rows_and_not_the_totals(warehouse: Warehouse, name: str) -> None:
    with closing(warehouse.cursor()) as cursor:
        span = span_of(cursor, "quarter")
        every = list_rows(cursor, DRILLS[name], span)
        some = list_rows(cursor, DRILLS[name], span, limit=2)
    assert (some.count, some.totals) == (every.count, every.totals)
    assert len(every.rows) == every.count
    assert some.rows == every.rows[:2]


@pytest.mark.parametrize("week", [dt.date(2026, 11, 9), dt.date(2026, 3, 2), dt.date(2024, 7, 1)])
def test_the_details_are_those_of_the_tiers(warehouse: Warehouse, week: dt.date) -> None:
    """Tier, tier before, rule, evidence and MRR of every customer of a week."""
    columns = ("customer_id", "customer_name", "tier", "previous_tier", "rule", "evidence", "mrr")
    with closing(warehouse.cursor()) as cursor:
        found = list_rows(cursor, DRILLS["tier_customers"], span_of(cursor, "week", week))
        expected = cursor.execute(
            f"select {', '.join(columns)} from customer_tiers where week_start = ?"
            " order by mrr desc, customer_id",
            [week],
        ).fetchall()
    assert [tuple(row[name] for name in columns) for row in found.rows] == expected


def test_deals_and_answers_carry_what_the_crm_knows_them_by(warehouse: Warehouse) -> None:
    with closing(warehouse.cursor()) as cursor:
        span = span_of(cursor, "week")
        (deal,) = list_rows(cursor, DRILLS["open_deals"], span, limit=1).rows
        (answer,) = list_rows(cursor, DRILLS["nps_answers"], span, limit=1).rows
    assert {"opportunity_id", "customer_id", "customer_name", "stage", "owner_name"} <= deal.keys()
    assert {"response_id", "customer_id", "customer_name", "score", "owner_name"} <= answer.keys()
    assert deal["opportunity_id"].startswith("006")
