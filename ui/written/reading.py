"""What people wrote, read for a page: a ledger that does not answer is said in one sentence."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from ledger.approvals import ApprovalRow, compare_approvals
from ledger.notes import NoteRow, count_notes, list_notes
from metrics.engine import Record
from ui.cache import evaluate_metric, read_metrics
from ui.filters import View
from warehouse.errors import StandingError
from warehouse.publish import Warehouse

T = TypeVar("T")
# Metric, grain and first day of a period.
Number = tuple[str, str, date]
# A database that did not answer makes no page wait again for so long.
PAUSE_SECONDS = 60
_problems: dict[Path, tuple[float, str]] = {}


def folder_of(view: View) -> Path:
    """The folder of the warehouse, beside which the ledger is."""
    return view.warehouse.path.parent


def find_notes(
    view: View,
    metric: str | None = None,
    grain: str | None = None,
    period_start: date | None = None,
) -> tuple[Sequence[NoteRow], str]:
    """The notes that stand, the newest first, and why they cannot be read: one of the two is empty."""
    folder = folder_of(view)
    return try_reading(folder, partial(list_notes, folder, metric, grain, period_start))


def find_approvals(
    view: View,
    metric: str | None = None,
    grain: str | None = None,
    period_start: date | None = None,
) -> tuple[Sequence[ApprovalRow], str]:
    """The approvals, compared with the numbers of the shown build, and why they cannot be read."""
    folder = folder_of(view)
    ask = partial(_ask, view.warehouse)
    return try_reading(folder, partial(compare_approvals, folder, ask, metric, grain, period_start))


def find_counts(view: View, starts: Collection[date]) -> Mapping[Number, int]:
    """How many notes stand beside each number of these periods; none where nobody can tell."""
    folder = folder_of(view)
    found, _ = try_reading(folder, lambda: [*count_notes(folder, starts).items()])
    return dict(found)


def try_reading(folder: Path, read: Callable[[], Sequence[T]]) -> tuple[Sequence[T], str]:
    """What is read of the ledger of a folder, and why it cannot be."""
    until, problem = _problems.get(folder, (0.0, ""))
    if time.monotonic() < until:
        return [], problem
    try:
        return read(), ""
    except StandingError as error:
        _problems[folder] = (time.monotonic() + PAUSE_SECONDS, str(error))
        return [], str(error)


def _ask(warehouse: Warehouse, metric: str, grain: str) -> Sequence[Record]:
    return evaluate_metric(warehouse, metric, grain) if metric in read_metrics() else []
