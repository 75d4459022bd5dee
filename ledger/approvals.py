"""Who approved a number of a period. An approval counts only while the number is what was approved."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import URL

from ledger.compare import SAME
from ledger.database import ledger_url, read_ledger
from ledger.given import now_utc, tidy_name
from ledger.tables import BUILDS, DEFINITIONS, NUMBERS, SERIES
from ledger.writer import last_id, write_ledger
from ledger.written import APPROVALS
from metrics.engine import Number, Record, evaluate
from metrics.reasons import REASONS
from metrics.registry import Metric
from warehouse.errors import StandingError

# Of each member ('' for a metric without): the digits of value, numerator and denominator.
Digits = Mapping[str, Sequence[str | None]]
# Metric, grain, first day of the period, name.
Key = tuple[str, str, date, str]
# The numbers of a metric by a grain, of every closed period in total.
Ask = Callable[[str, str], Sequence[Record]]


@dataclass(frozen=True)
class ApprovalRow:
    """Somebody's name beneath a number; approved_at is UTC.

    It is dropped where the number no longer is what was approved, on changed_on as the ledger knows
    it: the day on which the other number was reported; None where the build that says so, or the one
    that was approved, is not frozen. was: the number that was approved; None for a metric with members,
    which has several.
    """

    metric: str
    grain: str
    period_start: date
    name: str
    approved_at: datetime
    is_dropped: bool = False
    changed_on: date | None = None
    was: float | None = None


def approve(
    warehouse: Path,
    cursor: duckdb.DuckDBPyConnection,
    build_id: str,
    metric: Metric,
    grain: str,
    period_start: date,
    name: str,
) -> None:
    """Put a name beneath a metric's number of a closed period, as the build of the cursor says it.

    Raises StandingError where the period is unknown or not over, where there is no number, for an
    empty name, and where the ledger cannot be written.
    """
    shown = tidy_name(name)
    records = evaluate(cursor, metric, grain=grain, period=period_start)
    if all(each.value is None for each in records):
        reason = next((each.reason for each in records if each.reason), "")
        why = REASONS.get(reason, "it has none")
        raise StandingError(f"There is no number of {metric.id} to approve: {why}.")
    digits = json.dumps(_to_digits(records))
    row = {"metric": metric.id, "grain": grain, "period_start": period_start, "name": shown}
    _append(warehouse, {**row, "build_id": build_id, "digits": digits, "is_withdrawal": False})


def withdraw_approval(
    warehouse: Path, metric: str, grain: str, period_start: date, name: str
) -> None:
    """Take back the approval of this name. Raises StandingError where there is none."""
    key = (metric, grain, period_start, tidy_name(name))
    with read_ledger(ledger_url(warehouse)) as ledger:
        standing = {} if ledger is None else _read_standing(ledger, metric, grain, period_start)
    if key not in standing:
        raise StandingError(f"{key[3]} has not approved {metric} of the {grain} {period_start}.")
    row = dict(zip(("metric", "grain", "period_start", "name"), key, strict=True))
    found = standing[key]
    _append(
        warehouse,
        {**row, "build_id": found.build_id, "digits": found.digits, "is_withdrawal": True},
    )


def list_approvals(
    warehouse: Path,
    cursor: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    metric: str | None = None,
    grain: str | None = None,
    period_start: date | None = None,
) -> Sequence[ApprovalRow]:
    """Those of compare_approvals, compared with the numbers of the cursor's build."""

    def ask(name: str, grain: str) -> Sequence[Record]:
        return evaluate(cursor, metrics[name], grain=grain) if name in metrics else []

    return compare_approvals(warehouse, ask, metric, grain, period_start)


def compare_approvals(
    warehouse: Path,
    ask: Ask,
    metric: str | None = None,
    grain: str | None = None,
    period_start: date | None = None,
) -> Sequence[ApprovalRow]:
    """The newest approval of each name, metric and period that was not withdrawn, the newest first.

    The dropped ones are among them: they are told by comparing with the numbers of now. Empty where no
    ledger has been begun; raises StandingError where it cannot be read.
    """
    url = ledger_url(warehouse)
    with read_ledger(url) as ledger:
        standing = _read_standing(ledger, metric, grain, period_start) if ledger is not None else {}
    # Between two readings, since on SQLite whoever writes waits for who reads.
    series = {(row.metric, row.grain) for row in standing.values()}
    now = {each: _group(ask(*each)) for each in series}
    dropped = {
        key: row
        for key, row in standing.items()
        if not _are_same(_approved(row), now[row.metric, row.grain].get(row.period_start, {}))
    }
    changed = _find_changes(url, dropped)
    rows = sorted(standing.items(), key=lambda each: -each[1].approval)
    return [
        ApprovalRow(
            *key, row.approved_at, key in dropped, changed.get(key), _find_total(_approved(row))
        )
        for key, row in rows
    ]


def _append(warehouse: Path, row: dict[str, Any]) -> None:
    with write_ledger(ledger_url(warehouse)) as ledger:
        number = last_id(ledger, APPROVALS) + 1
        ledger.execute(insert(APPROVALS), {**row, "approval": number, "approved_at": now_utc()})


def _read_standing(
    ledger: Connection, metric: str | None, grain: str | None, period_start: date | None
) -> dict[Key, Any]:
    """The last row of each name, metric and period; without those that took it back."""
    query = select(APPROVALS).order_by(APPROVALS.c.approval)
    asked = {"metric": metric, "grain": grain, "period_start": period_start}
    for name, value in asked.items():
        if value is not None:
            query = query.where(APPROVALS.c[name] == value)
    last = {
        (row.metric, row.grain, row.period_start, row.name): row for row in ledger.execute(query)
    }
    return {key: row for key, row in last.items() if not row.is_withdrawal}


def _group(records: Sequence[Record]) -> dict[date, Digits]:
    """The digits of each period."""
    return {
        start: _to_digits(list(rows))
        for start, rows in groupby(records, lambda record: record.period_start)
    }


def _to_digits(records: Sequence[Record]) -> dict[str, list[str | None]]:
    return {
        each.member or "": [
            _write_digits(number) for number in (each.value, each.numerator, each.denominator)
        ]
        for each in records
    }


def _find_total(digits: Digits) -> float | None:
    """The number of a metric without members."""
    value = digits[""][0] if "" in digits else None
    return None if value is None else float(value)


def _write_digits(number: Number | None) -> str | None:
    return None if number is None else str(number)


def _are_same(approved: Digits, now: Digits) -> bool:
    """Whether all members have the same numbers: by the billionth beyond which the ledger restates."""
    return approved.keys() == now.keys() and all(
        _is_same(one, other)
        for member, digits in approved.items()
        for one, other in zip(digits, now[member], strict=True)
    )


def _is_same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or isclose(float(one), float(other), rel_tol=SAME)


def _approved(row: Any) -> Digits:
    return json.loads(row.digits)


def _find_changes(url: URL, dropped: Mapping[Key, Any]) -> dict[Key, date | None]:
    if not dropped:
        return {}
    with read_ledger(url) as ledger:
        if ledger is None:
            return {}
        return {key: _find_change(ledger, row) for key, row in dropped.items()}


def _find_change(ledger: Connection, row: Any) -> date | None:
    """The day on which a later build first reported another number than the approved one; None where the
    approved build never was frozen: which builds came after it, nobody can tell."""
    first = ledger.scalar(select(BUILDS.c.build).where(BUILDS.c.build_id == row.build_id))
    if first is None:
        return None
    numbers = ledger.execute(
        select(
            BUILDS.c.reported_at, SERIES.c.member, NUMBERS.c.value, NUMBERS.c.numerator,
            NUMBERS.c.denominator,
        )
        .join(SERIES, NUMBERS.c.series == SERIES.c.series)
        .join(DEFINITIONS, SERIES.c.definition == DEFINITIONS.c.definition)
        .join(BUILDS, NUMBERS.c.build == BUILDS.c.build)
        .where(
            DEFINITIONS.c.metric == row.metric, SERIES.c.grain == row.grain,
            SERIES.c.dimension == "", NUMBERS.c.period_start == row.period_start,
            NUMBERS.c.build > first,
        )
        .order_by(NUMBERS.c.build)
    )  # fmt: skip
    approved = _approved(row)
    for reported_at, member, *digits in numbers:
        before = approved.get(member, (None, None, None))
        if not all(map(_is_same, before, digits)):
            return reported_at.date()
    return None
