"""What must hold of the counts behind lifetime value, tiers and forecasts in any company.

The order of its rows is worth nothing; what happened later changes nothing of what was known at a boundary, whether
the rows are there already or not; and the parts add up to the whole. By this the backtests are fair: what a model of a
year ago is fitted on is what it would have been fitted on a year ago.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import fields, is_dataclass
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import numpy as np
import pytest

from analyses.forecast.steps import find_steps
from analyses.lifetime.historic import find_cohorts
from analyses.lifetime.observed import find_curves
from analyses.lifetime.orders.model import find_histories, find_spend, set_until
from analyses.lifetime.projection import find_monthly_margins
from analyses.lifetime.stays import find_basis, find_stays
from analyses.survival import find_survival
from analyses.tier_value.effect import find_effects
from analyses.tier_value.moves import find_earned, find_moves, list_steps
from analyses.transitions import find_transitions
from metrics.scope import Scope, set_variables
from tests.reference.worlds import Maker, World, add_order, make_world
from tests.tiny import build_tiny

SEED = 373  # rich in moves, orders and cancellations on both sides of the boundary
WEEK = dt.timedelta(weeks=1)
WEEKS_AGO = 17
Answers = Mapping[str, Any]
Ask = Callable[[duckdb.DuckDBPyConnection, dt.date], Any]


def ask_steps(cursor: duckdb.DuckDBPyConnection, until: dt.date) -> Any:
    """All of the steps that are over, and of the one ahead what is known at its start."""
    steps = find_steps(cursor, until, Scope())
    start: dict[Any, Any] = {}
    for flow in [flow for step in steps[-1:] for flow in step.flows if flow.tier is not None]:
        before = start.get((flow.tier, flow.ahead), (0, 0, 0.0))
        own = (flow.customers, flow.dated, flow.mrr_before)
        start[flow.tier, flow.ahead] = tuple(map(sum, zip(before, own, strict=True)))
    over = [
        {(flow.tier, flow.ahead, flow.to_tier): flow for flow in step.flows} for step in steps[:-1]
    ]
    return over, start


def ask_orders(cursor: duckdb.DuckDBPyConnection, until: dt.date) -> Any:
    set_until(cursor, until)
    set_variables(cursor, "week", Scope())
    return find_histories(cursor), find_spend(cursor)


ANALYSES: Mapping[str, Ask] = {
    "survival": lambda cursor, until: [
        find_survival(cursor, until, by, Scope()) for by in ("quarter", "tier", "segment")
    ],
    "observed": lambda cursor, until: find_curves(cursor, until, Scope(), "segment"),
    "stays": lambda cursor, until: find_stays(
        cursor, find_basis(cursor, until), Scope(), "segment"
    ),
    "monthly margins": lambda cursor, until: find_monthly_margins(
        cursor, until, Scope(), "segment"
    ),
    "orders": ask_orders,
    "historic": lambda cursor, until: find_cohorts(cursor, until, Scope()),
    "transitions": lambda cursor, until: find_transitions(cursor, until - WEEK, Scope()),
    "moves": lambda cursor, until: find_moves(cursor, list_steps(until - WEEK), Scope()),
    "margins": lambda cursor, until: find_earned(
        cursor, until - WEEK, until - 52 * WEEK, until, Scope()
    ),
    "effects": lambda cursor, until: find_effects(cursor, until - WEEK, Scope()),
    "steps": ask_steps,
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and word in an answer, with its place."""
    if is_dataclass(value):
        parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, Mapping):
        parts = sorted((str(key), each) for key, each in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    elif isinstance(value, np.ndarray):
        parts = list(enumerate(value.tolist()))
    elif isinstance(value, list | tuple):
        parts = list(enumerate(value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    else:
        yield path, float(value) if isinstance(value, Decimal) else value
        return
    for name, each in parts:
        yield from leaves(each, f"{path}.{name}")


def check_same(one: Any, other: Any) -> None:
    """Sums of money in floats differ in their last digits with the order of their rows."""
    first, second = dict(leaves(one)), dict(leaves(other))
    assert first.keys() == second.keys()
    for path, value in first.items():
        same = (
            pytest.approx(second[path], nan_ok=True) if isinstance(value, float) else second[path]
        )
        assert value == same, path


@pytest.fixture(scope="module")
def world() -> World:
    """A company with orders, cancellations and renewals ahead; accounts that merged are the load's business."""
    random = Random(SEED)
    made = make_world(random, most_customers=24)
    maker = Maker(random, made.as_of, [made.as_of], made.tables)
    for row in made.tables["customers"]:
        row.pop("merged_into_id", None)
        row.pop("merged_on", None)
        for _ in range(random.choice((0, 1, 3, 6))):
            add_order(maker, row["customer_id"])
    for row in made.tables["subscriptions"]:
        row["renews_on"] = row["ended_on"]
        if row["ended_on"] and random.random() < 0.8:
            row["cancelled_on"] = row["ended_on"] - dt.timedelta(days=random.choice((1, 30, 91)))
    return made


@pytest.fixture(scope="module")
def boundary(world: World) -> dt.date:
    """A Monday some months before the last."""
    return world.as_of - dt.timedelta(days=world.as_of.weekday()) - WEEKS_AGO * WEEK


def ask_all(world: World, until: dt.date) -> Answers:
    with closing(build_tiny(world.tables, world.as_of.isoformat())) as connection:
        return {name: ask(connection.cursor(), until) for name, ask in ANALYSES.items()}


@pytest.fixture(scope="module")
def answers(world: World, boundary: dt.date) -> Answers:
    return ask_all(world, boundary)


def test_there_is_something_to_compare(answers: Answers) -> None:
    for name, answer in answers.items():
        assert any(isinstance(leaf, int | float) and leaf for _, leaf in leaves(answer)), name


def test_order_of_rows_is_worth_nothing(world: World, boundary: dt.date, answers: Answers) -> None:
    random = Random(1)
    tables = {name: random.sample(rows, len(rows)) for name, rows in world.tables.items()}
    check_same(ask_all(World(tables, world.as_of), boundary), answers)


def test_the_boundary_is_the_same_on_its_own_day(
    world: World, boundary: dt.date, answers: Answers
) -> None:
    """Of the same rows, asked as of the day before the boundary: they are dated later."""
    earlier = World(world.tables, boundary - dt.timedelta(days=1))
    check_same(ask_all(earlier, boundary), answers)


def test_what_was_entered_later_changes_nothing(
    world: World, boundary: dt.date, answers: Answers
) -> None:
    """Without the rows dated later, without the ends that nobody knew of, and before anybody was new."""
    known = World(known_before(world.tables, boundary), boundary - dt.timedelta(days=1))
    check_same(ask_all(known, boundary), answers)


# A deal may have been closed before it was created.
DATED = {
    "subscriptions": ("started_on",), "orders": ("ordered_on",), "opportunities": ("created_on", "closed_on"),
    "cases": ("opened_at",), "survey_responses": ("responded_on",), "advocacy_events": ("occurred_on",),
    "billing_events": ("occurred_on",), "activities": ("occurred_on",), "usage": ("week_start",),
    "reference_asks": ("asked_on",), "opportunity_stages": ("entered_at",),
}  # fmt: skip


def known_before(tables: Mapping[str, Any], until: dt.date) -> dict[str, list[dict[str, Any]]]:
    """The rows dated before a day; what happens to them from that day on is not known yet."""

    def is_before(value: Any) -> bool:
        return value is not None and str(value)[:10] < until.isoformat()

    known = {
        name: [
            dict(row)
            for row in rows
            if name not in DATED or any(is_before(row[column]) for column in DATED[name])
        ]
        for name, rows in tables.items()
    }
    for row in known["subscriptions"]:
        if not is_before(row.get("cancelled_on")):
            row["cancelled_on"] = None
            row["ended_on"] = row["ended_on"] if is_before(row["ended_on"]) else None
    for row in known.get("cases", []):
        if not is_before(row["closed_at"]):
            row["closed_at"] = row["csat"] = None
    for row in known.get("opportunities", []):
        if row["is_closed"] and not is_before(row["closed_on"]):
            row.update(is_closed=False, is_won=False, closed_on=None)
    return known


def test_parts_add_up_to_the_whole(world: World, boundary: dt.date, answers: Answers) -> None:
    segments = {row["segment"] or "unknown" for row in world.tables["customers"]}
    moves, acquired = np.zeros((4, 5, 6)), Counter[tuple[str, dt.date]]()
    with closing(build_tiny(world.tables, world.as_of.isoformat())) as connection:
        for segment in segments:
            scope = Scope(segment=(segment,))
            moves += find_moves(connection.cursor(), list_steps(boundary - WEEK), scope)
            for cohort in find_cohorts(connection.cursor(), boundary, scope):
                acquired[cohort.acquired_by, cohort.start] += cohort.customers
    assert (moves == answers["moves"]).all()
    whole = {(each.acquired_by, each.start): each.customers for each in answers["historic"]}
    assert acquired == whole
