"""The warehouse and its numbers, kept by the build they come from, never by time.

A rerun pins one build with open_warehouse and hands it on, so that a build published meanwhile is
seen by the next rerun and never by half of this one. A build holds the settings that it was made
with, so its id stands for them too.
"""

import os
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import duckdb
import streamlit as st

from analyses.judged import list_resets
from analyses.reviewed import Targets, find_missing, find_targets
from metrics.engine import Record, evaluate
from metrics.freshness import Silence, find_silences
from metrics.periods import Period, list_periods
from metrics.registry import Metric, load_metrics
from metrics.scope import Scope
from warehouse.gate.check import CheckResult, read_results
from warehouse.home import VARIABLE, given_folder, shown_folder
from warehouse.publish import KEPT_BUILDS, Warehouse, open_published, published_build_id, unreadable

Rows = list[dict[str, Any]]
T = TypeVar("T")
MOST_ANSWERS = 3000


def open_warehouse() -> Warehouse:
    """The build that is published now. Raises StandingError where there is none."""
    folder = find_folder()
    return _open(str(folder), published_build_id(folder))


def find_folder() -> Path:
    """The folder of the warehouse that is shown."""
    return shown_folder(given_folder())


def show_folder(folder: Path) -> None:
    """Show this folder from now on, to every session of the server."""
    os.environ[VARIABLE] = str(folder)


# A build may still be answering a rerun that began before the last publications.
@st.cache_resource(max_entries=KEPT_BUILDS, show_spinner=False, on_release=Warehouse.close)
def _open(folder: str, build_id: str | None) -> Warehouse:
    return open_published(Path(folder))


@cache
def read_metrics() -> dict[str, Metric]:
    """The definitions; they change with the code, which a server reads once."""
    return load_metrics()


def evaluate_metric(
    warehouse: Warehouse,
    metric: str,
    grain: str = "week",
    scope: Scope = Scope(),
    breakdown: str | None = None,
    period: date | None = None,
) -> tuple[Record, ...]:
    """All periods of a metric, the open one included, or one period only."""
    if breakdown is None and (part := _find_part(scope)):
        dimension, value = part
        # One question for all parts costs half as much again as for one, and the next viewer asks for the next.
        all_parts = evaluate_metric(warehouse, metric, grain, Scope(), dimension, period)
        key = (metric, grain, dimension, period)
        if numbers := remember(warehouse, _split, key, all_parts).get(value):
            return numbers
    return ask(warehouse, _evaluate, metric, grain, scope, breakdown, period)


def _find_part(scope: Scope) -> tuple[str, str] | None:
    """The dimension and its value, where that is all that a scope narrows."""
    used = scope.used()
    values: tuple[str, ...] = getattr(scope, used[0]) if len(used) == 1 else ()
    return (used[0], values[0]) if len(values) == 1 else None


def _split(records: Sequence[Record]) -> dict[str | None, tuple[Record, ...]]:
    """Numbers by a dimension as those of each of its parts, as if each had been asked for alone."""
    found: dict[str | None, list[Record]] = defaultdict(list)
    for record in records:
        found[record.breakdown].append(replace(record, dimension=None, breakdown=None))
    return {value: tuple(numbers) for value, numbers in found.items()}


def _evaluate(
    cursor: duckdb.DuckDBPyConnection,
    metric: str,
    grain: str,
    scope: Scope,
    breakdown: str | None,
    period: date | None,
) -> tuple[Record, ...]:
    records = evaluate(
        cursor, read_metrics()[metric], grain=grain, scope=scope, breakdown=breakdown,
        period=period, include_open=period is None,
    )  # fmt: skip
    return tuple(records)


# st.cache_resource takes 0.1 ms to hash the arguments of a call, and a page makes sixty.
_answers: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = Lock()


def ask(warehouse: Warehouse, question: Callable[..., T], *args: Hashable) -> T:
    """What question(cursor, *args) answers, asked once a build, by one of those who ask at once.

    question is a function of a module; its answer is shared by all sessions and must not be
    changed.
    """

    def answer() -> T:
        with open_cursor(warehouse) as cursor:
            return question(cursor, *args)

    return _keep((warehouse.build_id, question, args), answer)


@contextmanager
def open_cursor(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for what is remembered; for one question `ask` has it."""
    try:
        with closing(warehouse.cursor()) as cursor:
            yield cursor
    except duckdb.IOException as error:
        raise unreadable(warehouse.path, error) from None


def remember(warehouse: Warehouse, function: Callable[..., T], key: Hashable, *inputs: Any) -> T:
    """What function(*inputs) returns, computed once a build and key.

    key stands for all that the inputs depend on beside the build (View.key, and what the page lets
    choose). What is returned is shared by all sessions and must not be changed.
    """
    return _keep((warehouse.build_id, function, key), lambda: function(*inputs))


def _keep(key: Hashable, make: Callable[[], T]) -> T:
    with _lock:
        answer = _answers.get(key)
        is_first = answer is None
        if answer is None:
            answer = _answers[key] = Future()
            if len(_answers) > MOST_ANSWERS:
                _answers.popitem(last=False)
        else:
            _answers.move_to_end(key)
    if is_first:
        try:
            answer.set_result(make())
        except BaseException as error:
            with _lock:
                _answers.pop(key, None)
            answer.set_exception(error)
    return answer.result()


def read_rows(warehouse: Warehouse, sql: str, values: Sequence[Hashable] = ()) -> Rows:
    """Rows of a query as dictionaries; the SQL is a constant of the code, the values are bound."""
    return ask(warehouse, _find_rows, sql, tuple(values))


def _find_rows(cursor: duckdb.DuckDBPyConnection, sql: str, values: tuple[Hashable, ...]) -> Rows:
    cursor.execute(sql, list(values))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def read_events(warehouse: Warehouse, metric: str, since: date) -> list[tuple[date, str]]:
    """Events of the company, or of this metric, from a day on."""
    rows = read_rows(
        warehouse, "select occurred_on, label, metric from events order by occurred_on"
    )
    return [
        (row["occurred_on"], row["label"])
        for row in rows
        if row["occurred_on"] >= since and (row["metric"] or metric).replace(".", "_") == metric
    ]


def read_resets(warehouse: Warehouse) -> list[tuple[str | None, date]]:
    """Days on which the baseline of a metric (None: of every one) starts anew."""
    return ask(warehouse, list_resets)


def read_targets(warehouse: Warehouse) -> Targets:
    """Targets as (metric, period_start, value, dimension, dimension_value)."""
    return ask(warehouse, find_targets)


def read_periods(warehouse: Warehouse, grain: str = "week") -> list[Period]:
    """All periods of a grain, oldest first."""
    return ask(warehouse, list_periods, grain)


def read_checks(warehouse: Warehouse) -> list[CheckResult]:
    """The promises of the data, as the build found them."""
    return ask(warehouse, read_results)


def read_silences(warehouse: Warehouse) -> list[Silence]:
    """The tables that hold nothing new, though they normally move every week."""
    return ask(warehouse, find_silences)


def read_missing(warehouse: Warehouse) -> dict[str, list[str]]:
    """Metrics that are off, each with the tables that the export lacks."""
    return ask(warehouse, find_missing)
