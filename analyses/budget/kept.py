"""The slide of an approved case: what it promised of each quarter, and what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analyses.board.document import Cell, Slide, Table
from analyses.budget.actual import Actual, Quarter, find_actual, judge_quarter, why_unmeasured
from analyses.budget.promise import promise_from_json
from analyses.budget.slides import make_key
from ledger.cases import ApprovedCase, list_approved
from metrics.periods import format_date, label_period

MOST_QUARTERS = 4
HEADINGS = (
    "programme", "quarter", "promised", "actual", "95 % low", "95 % high", "treated", "held out", "verdict",
)  # fmt: skip
METHOD = (
    "Actual: margin of the quarter less that at the MRR of the day of assignment, treated less held out, of one "
    "customer (Welch), times those treated; by the arm that each was assigned to first, whatever became of it."
)


@dataclass(frozen=True)
class Kept:
    """An approved case with what came of each of its programmes."""

    approved: ApprovedCase
    currency: str
    lines: tuple[Actual, ...]
    although: str = ""


def find_kept(warehouse: Path, cursor: duckdb.DuckDBPyConnection) -> tuple[Kept, ...]:
    """Every approved case on a build, the newest approval first; StandingError as `list_approved`."""
    found: list[Kept] = []
    for each in list_approved(warehouse):
        promise = promise_from_json(each.promised)
        lines = tuple(find_actual(cursor, line) for line in promise.lines)
        found.append(Kept(each, promise.currency, lines, promise.although))
    return tuple(found)


def list_kept_slides(
    kept: Sequence[Kept], quarter: date, currency: str, first_month: int
) -> tuple[Slide, ...]:
    """One slide a case whose first quarter is over by the end of this one, in the pack's currency."""
    return tuple(
        _make_slide(each, quarter, first_month)
        for each in kept
        if each.currency == currency and _list_over(each.lines[0], quarter)
    )


def _make_slide(kept: Kept, quarter: date, first_month: int) -> Slide:
    case = kept.approved.case
    key = f"promise_{make_key(f'{case.name} {case.version}')}"
    newest = [_list_over(line, quarter)[-1] for line in kept.lines]
    measured = sum(
        not why_unmeasured(each, line.line.match) and not each.compared.has_few
        for each, line in zip(newest, kept.lines, strict=True)
    )
    rows = tuple(
        _make_row(line, each, first_month)
        for line in kept.lines
        for each in _list_over(line, quarter)
    )
    name = label_period("quarter", newest[0].promise.start, first_month)
    return Slide(
        key,
        "table",
        f"{case.name}, as approved: {measured} of {len(kept.lines)} programmes can be held against their "
        f"promise in {name}",
        f"Margin of a quarter, {kept.currency}: promised, and what those treated brought beyond as many held out",
        (
            _describe_approval(kept.approved),
            *filter(None, (kept.although,)),
            "Without a comparison group nothing is measured.",
        ),
        table=Table(key, f"{case.name}: promised and actual", HEADINGS, rows),
        told=(Cell(measured, "count"), Cell(len(kept.lines), "count")),
        notes=(
            METHOD,
            *(f"{line.line.name}: against {line.line.counterfactual}." for line in kept.lines),
        ),
    )


def _describe_approval(approved: ApprovedCase) -> str:
    day, starts_on = format_date(approved.approved_at.date()), format_date(approved.starts_on)
    told = f"Approved by {approved.approved_by} on {day}, held against it from {starts_on} on"
    return f"{told}{', after its first day' if approved.approved_at.date() > approved.starts_on else ''}."


def _make_row(actual: Actual, quarter: Quarter, first_month: int) -> tuple[Cell, ...]:
    why = why_unmeasured(quarter, actual.line.match)
    found, compared = quarter.compared.total, quarter.compared
    verdict = why or judge_quarter(quarter)
    return (
        Cell(actual.line.name),
        Cell(label_period("quarter", quarter.promise.start, first_month)),
        Cell(quarter.promise.gain.base, "currency"),
        *(
            Cell(value, "currency", reason=None if value is not None else "not measurable")
            for value in (found.value, found.low, found.high)
        ),
        Cell(compared.treated.customers, "count"),
        Cell(compared.holdout.customers, "count"),
        Cell(verdict),
    )


def _list_over(actual: Actual, quarter: date) -> list[Quarter]:
    """The newest quarters that are over by the end of this one."""
    over = [each for each in actual.quarters if each.is_over and each.promise.start <= quarter]
    return over[-MOST_QUARTERS:]
