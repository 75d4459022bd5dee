"""What must hold of the product's numbers in any company."""

import datetime as dt
from collections import defaultdict
from contextlib import closing
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

import duckdb
import pytest

from metrics.engine import Record
from tests.reference.implementation import intervals
from tests.reference.measured import METRICS, Key, View, measured_records
from tests.reference.worlds import World, make_world
from tests.tiny import fill_tables
from warehouse.settings import Settings
from warehouse.transform import build_facts

Numbers: TypeAlias = dict[Key, Record]

WEEKS: View = ("week", None)
VIEWS: tuple[View, ...] = (WEEKS, ("week", "segment"), ("month", None), ("year", None))
SEEDS = (143, 155, 156)  # rich in won deals and in returns
# Made of several averages or of a model, or of a cohort whose age each slice has for itself: what holds of the
# parts does not add up.
NOT_ADDITIVE = {
    "churn_logo_ann", "churn_logo_daily", "churn_logo_13w_cum", "ret_km", "ret_rmst", "ltv_simple", "ltv_km",
    "vel_pipeline", "vel_closed", "vel_created", "vel_win_created", "vel_win_cif",
}  # fmt: skip
# Its denominator is the days of the window, whatever the slice.
BY_VALUE = {"vel_realised"}


def measure(world: World, *views: View) -> dict[View, Numbers]:
    """Every metric of every closed period, by view."""
    with closing(duckdb.connect()) as connection:
        fill_tables(connection, world.tables)
        build_facts(connection, Settings(), world.as_of)
        return measured_records(connection, views)


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    """A company without merged accounts: it is the load that brings their rows together."""
    made = make_world(Random(request.param))
    for row in made.tables["customers"]:
        row.pop("merged_into_id", None)
        row.pop("merged_on", None)
    return made


@pytest.fixture(scope="module")
def measured(world: World) -> dict[View, Numbers]:
    """The company's numbers, measured once for all tests."""
    return measure(world, *VIEWS)


@pytest.fixture(scope="module")
def weeks(measured: dict[View, Numbers]) -> Numbers:
    return measured[WEEKS]


def test_order_of_rows_does_not_matter(world: World, weeks: Numbers) -> None:
    random = Random(1)
    tables = {name: random.sample(rows, len(rows)) for name, rows in world.tables.items()}
    assert measure(World(tables, world.as_of), WEEKS)[WEEKS] == weeks


@pytest.mark.parametrize("weeks_ago", [1, 26])
def test_no_week_sees_what_comes_after_it(world: World, weeks: Numbers, weeks_ago: int) -> None:
    """With an earlier as-of date a closed week shows the same."""
    as_of = world.as_of - dt.timedelta(weeks=weeks_ago, days=world.as_of.weekday() + 1)
    assert as_of.weekday() == 6
    earlier = measure(World(world.tables, as_of), WEEKS)[WEEKS]
    last = max(start for _, start, _, _ in earlier)
    assert last == as_of - dt.timedelta(days=6)
    assert earlier == {key: record for key, record in weeks.items() if key[1] <= last}


def test_rows_dated_later_change_no_closed_week(world: World, weeks: Numbers) -> None:
    """Rows of each kind, all of them dated after the as-of date."""
    later = world.as_of + dt.timedelta(days=1)
    moment = dt.datetime.combine(later, dt.time(9))
    customer = {"customer_id": world.tables["customers"][0]["customer_id"]}
    act: dict[str, Any] = {**customer, "occurred_on": later}
    more: dict[str, dict[str, Any]] = {
        "subscriptions": {**customer, "started_on": later, "mrr": 999, "change_reason": "price"},
        "opportunities": {**customer, "created_on": later, "is_closed": False, "is_won": False},
        "cases": {**customer, "opened_at": moment, "kind": "complaint"},
        "survey_responses": {**customer, "responded_on": later, "instrument": "nps", "score": 0},
        "advocacy_events": {**act, "kind": "referral", "is_solicited": False},
        "billing_events": {**act, "kind": "late_payment"},
        "activities": {**act, "kind": "call", "theme": "cancel_threat"},
        "usage": {**customer, "week_start": later, "usage": 0},
    }
    tables = {name: list(rows) for name, rows in world.tables.items()}
    for name, row in more.items():
        tables.setdefault(name, []).append(row)
    assert measure(World(tables, world.as_of), WEEKS)[WEEKS] == weeks


def test_slices_sum_to_the_total(measured: dict[View, Numbers], weeks: Numbers) -> None:
    """Counts and sums add up, and so do numerators and denominators of rates."""
    summed: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for (metric, start, _, member), record in measured["week", "segment"].items():
        parts = summed[metric, start, None, member]
        numbers = (record.value, record.numerator, record.denominator)
        for position, number in enumerate(numbers):
            parts[position] += float(number or 0)
    for key, record in weeks.items():
        if key[0] in NOT_ADDITIVE:
            continue
        if key[0] in BY_VALUE or (record.numerator is None and record.value is not None):
            assert summed[key][0] == pytest.approx(float(record.value or 0), abs=1e-6), key
        else:
            total = [float(record.numerator or 0), float(record.denominator or 0)]
            assert summed[key][1:] == pytest.approx(total, abs=1e-6), key


def lost_of(record: Record) -> Decimal:
    """What is not kept of what could be, in money."""
    return Decimal(record.denominator or 0) - Decimal(record.numerator or 0)


@pytest.mark.parametrize("grain", ["week", "month", "year"])
def test_numbers_are_what_they_can_be(measured: dict[View, Numbers], grain: str) -> None:
    found = measured[grain, None]
    for key, record in found.items():
        assert (record.value is None) == (record.reason is not None), key
        if METRICS[record.metric].interval == "wilson" and record.value is not None:
            assert record.numerator is not None
            assert record.denominator is not None
            assert 0 <= record.numerator <= record.denominator, key
            assert record.low is not None
            assert record.high is not None
            share = float(record.value)
            assert -1e-12 <= record.low <= share + 1e-12, key
            assert share - 1e-12 <= record.high <= 1 + 1e-12, key
            ours = intervals.wilson(float(record.numerator), float(record.denominator))
            assert (record.low, record.high) == pytest.approx(ours, abs=1e-9), key
        if METRICS[record.metric].interval == "poisson" and record.value is not None:
            assert record.denominator is not None
            ours = intervals.poisson(int(record.numerator or 0), float(record.denominator))
            assert (record.low, record.high) == pytest.approx(ours, rel=1e-6), key
    for (metric, start, _, _), record in found.items():
        if metric in ("ret_grr", "ret_grr_13w") and record.value is not None:
            net = found[metric.replace("grr", "nrr"), start, None, None].value
            assert net is not None
            assert 0 <= record.value <= min(1, net)
        if metric == "ret_grr_renewal" and record.value is not None:
            whole = found["ret_grr", start, None, None]
            assert record.value <= (whole.value or 0)
            assert lost_of(record) == lost_of(whole)
        if metric == "adv_share" and record.value is not None:
            tiers = [each for key, each in found.items() if key[:2] == ("adv_share", start)]
            assert sum(each.numerator or 0 for each in tiers) == record.denominator


def test_a_period_closes_as_the_next_opens(weeks: Numbers) -> None:
    """Flows tie to stocks, in customers and in money."""
    customers: Any = 0
    mrr: Any = 0
    for start in sorted({start for _, start, _, _ in weeks}):
        now: dict[str, Any] = {
            metric: record.value
            for (metric, other, _, member), record in weeks.items()
            if other == start and member is None
        }
        assert weeks["churn_logo", start, None, None].denominator == customers
        customers += now["cust_new"] + now["cust_react"] - now["cust_lost"]
        mrr += now["mrr_new"] + now["mrr_reactivation"] + now["mrr_expansion"]
        mrr -= now["mrr_contraction"] + now["mrr_churned"]
        assert (now["cust_active"], now["mrr"]) == (customers, mrr)


def test_closed_velocity_is_what_was_won_by_the_cycle(weeks: Numbers) -> None:
    """N x W x D is the won value, so V2 x L is; V1 to V2 is as open to closed deals.

    A won deal without an amount counts at the average.
    """
    checked = 0
    names = ("vel_closed", "vel_cycle", "vel_deal", "vel_win_count", "vel_pipeline", "vel_realised")
    for start in {start for _, start, _, _ in weeks}:
        closed, cycle, deal, rate, pipeline, realised = (
            weeks[name, start, None, None] for name in names
        )
        if closed.value is None or not rate.numerator:
            continue
        known = float(rate.numerator) / float(deal.denominator or 0)
        won = float(realised.value or 0) * 91 * known
        assert float(closed.value) * float(cycle.value or 0) == pytest.approx(won)
        still_open = float(weeks["vel_open", start, None, None].value or 0)
        per_open = float(pipeline.value or 0) * float(rate.denominator or 0)
        assert per_open == pytest.approx(float(closed.value) * still_open)
        checked += 1
    assert checked > 0
