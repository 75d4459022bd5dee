"""The forecast against the second implementation on made-up companies, and its laws on any windows."""

import datetime as dt
from collections import defaultdict
from contextlib import closing
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.forecast.backtest import compute_outlook
from analyses.forecast.model import CHURNED, MRR, compute_forecast, explain_unused
from analyses.forecast.steps import CANCELLED, DUE, OTHER, STEP, Flow, Step, find_steps
from analyses.weekly import TIERS
from metrics.scope import Scope
from tests.reference.implementation.ahead import (
    Walk,
    expect_churned,
    expect_mrr,
    expect_tier,
    walk,
)
from tests.reference.implementation.company import build_company
from tests.reference.implementation.tables import Record, rows_of
from tests.reference.worlds import World, make_world
from tests.tiny import build_tiny

SEEDS = (307, 327, 329)  # with renewals due and cancellations handed in


def make_dated_world(seed: int) -> World:
    """A company whose terms have renewal dates and cancellations, some on the day that decides."""
    random = Random(seed)
    world = make_world(random, most_customers=24)
    for row in world.tables["customers"]:
        row.pop("merged_into_id", None)
    for row in world.tables["subscriptions"]:
        started, ended = row["started_on"], row["ended_on"]
        years = started + dt.timedelta(days=random.choice((365, 366, 362, 730)))
        row["renews_on"] = random.choice((None, years, years, ended, started + dt.timedelta(30)))
        notice = random.choice((None, 0, 1, 30, 120))
        if ended and notice is not None:
            row["cancelled_on"] = ended - dt.timedelta(days=notice)
    return world


@pytest.mark.parametrize("seed", SEEDS)
def test_windows_and_forecasts_customer_by_customer(seed: int) -> None:
    world = make_dated_world(seed)
    company = build_company(world.tables, {}, world.as_of)
    terms: dict[str, list[Record]] = defaultdict(list)
    for row in rows_of(world.tables, "subscriptions"):
        if row["is_trial"] is not True and row["mrr"] > 0:
            terms[row["customer_id"]].append(row)
    built = build_tiny(world.tables, world.as_of.isoformat(), dimensions=("segment",))
    origin = world.as_of + dt.timedelta(days=1)
    origin -= dt.timedelta(days=origin.weekday())
    with closing(built), closing(built.cursor()) as cursor:
        steps = find_steps(cursor, origin, Scope())
    assert len(steps) >= 4
    walked = [
        [walk(each, terms[name], step.start) for name, each in company.customers.items()]
        for step in steps
    ]
    assert {each.ahead for walks in walked for each in walks} == {None, CANCELLED, DUE, OTHER}
    for step, walks in zip(steps[:-1], walked, strict=False):
        assert_counts(step, walks)
    usable = [p for p in range(1, len(steps)) if not explain_unused(steps[p], steps[:p])]
    assert usable
    for place in usable:
        pool = walked[:place]
        found = compute_forecast(steps[place], steps[:place]).estimates
        now = walked[place]
        assert found[CHURNED].mean == pytest.approx(float(expect_churned(now, pool)))
        assert found[MRR].mean == pytest.approx(float(expect_mrr(now, pool)))
        for tier in TIERS:
            assert found[tier].mean == pytest.approx(float(expect_tier(tier, now, pool)))


def assert_counts(step: Step, walks: list[Walk]) -> None:
    """Every cell of a window: customers and both MRRs."""
    cells: dict[object, list[Walk]] = defaultdict(list)
    for each in walks:
        if each.tier or each.to_tier:
            cells[each.tier, each.ahead, each.to_tier].append(each)
    found = {(flow.tier, flow.ahead, flow.to_tier): flow for flow in step.flows}
    assert set(found) == set(cells)
    for cell, own in cells.items():
        flow = found[cell]  # pyright: ignore[reportArgumentType]
        assert flow.customers == len(own)
        assert flow.mrr_before == pytest.approx(float(sum(each.before for each in own)))
        assert flow.mrr_after == pytest.approx(float(sum(each.after for each in own)))


quick = settings(max_examples=40, deadline=None)
tiers = st.sampled_from(TIERS)
flows = st.builds(
    lambda tier, ahead, to_tier, count, before, after: Flow(
        tier, ahead if tier else None, to_tier, count, count,
        count * before if tier else 0.0, count * after if to_tier else 0.0,
        count * before**2 if tier else 0.0,
        count * before * after if tier and to_tier else 0.0,
        count * after**2 if to_tier else 0.0,
    ),
    st.none() | tiers, st.sampled_from((CANCELLED, DUE, OTHER)), tiers | st.none(),
    st.integers(1, 40), st.floats(1, 500), st.floats(1, 500),
).filter(lambda flow: flow.tier is not None or flow.to_tier is not None)  # fmt: skip
windows = st.lists(st.lists(flows, min_size=1, max_size=12), min_size=3, max_size=7)


def to_steps(drawn: list[list[Flow]]) -> list[Step]:
    first = dt.date(2024, 1, 1)
    return [Step(first + place * STEP, tuple(each)) for place, each in enumerate(drawn)]


@quick
@given(windows, st.randoms())
def test_the_order_of_the_rows_is_worth_nothing(drawn: list[list[Flow]], random: Random) -> None:
    """In every forecast of the backtest, its choice of windows and its interval."""
    mixed = [random.sample(each, len(each)) for each in drawn]
    one, two = (
        compute_outlook(dt.date(2026, 1, 5), to_steps(each)).tracks for each in (drawn, mixed)
    )
    assert set(one) == set(two)
    for series, track in one.items():
        assert track.ahead.value == pytest.approx(two[series].ahead.value)
        assert track.ahead.high == pytest.approx(two[series].ahead.high)
        assert track.mae == pytest.approx(two[series].mae)


@quick
@given(windows)
def test_the_interval_holds_its_forecast(drawn: list[list[Flow]]) -> None:
    for track in compute_outlook(dt.date(2026, 1, 5), to_steps(drawn)).tracks.values():
        for trial in (*track.trials, track.ahead):
            assert 0 <= trial.low <= trial.value + 1e-9
            assert trial.value <= trial.high + 1e-9
