"""What an approved case promises, quarter by quarter, and against what it will be measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from cattrs import Converter

from analyses.board.codec import read_kept
from analyses.budget.case import Case, Programme, Range
from analyses.budget.cautions import list_cautions
from analyses.budget.model import check_case

QUARTERS, MONTHS = 4, 12


@dataclass(frozen=True)
class Match:
    """Where the export will show a programme: its name in programme_members, and the purpose and channel
    of its costs; None where costs do not show it, or of every channel."""

    programme: str
    purpose: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class QuarterPromise:
    """Of the quarter [start, end). kept: the share of the counted kept or moved beyond what would have
    happened anyway; gain: their margin of the quarter in currency. low and high: all at that end."""

    start: date
    end: date
    kept: Range
    gain: Range


@dataclass(frozen=True)
class LinePromise:
    """One programme: customers counted, its cost, spent at the start, and its quarters."""

    key: str
    name: str
    counterfactual: str
    customers: int
    cost: Range
    match: Match
    quarters: tuple[QuarterPromise, ...]


@dataclass(frozen=True)
class Promise:
    """All lines of an approved case. cautions: what it was approved in spite of, each as the end of
    'although ..'."""

    currency: str
    lines: tuple[LinePromise, ...]
    cautions: tuple[str, ...] = ()

    @property
    def although(self) -> str:
        """'Approved although it costs ..; although ..', or nothing."""
        return (
            f"Approved {'; '.join(f'although {each}' for each in self.cautions)}."
            if self.cautions
            else ""
        )


def promise_case(case: Case, starts_on: date, matches: Mapping[str, Match]) -> Promise:
    """What a case promises from its first day on, which begins a quarter.

    A year's margin comes in four equal parts; of year t it is counted x effect x margin x
    persistence^(t-1), undiscounted. matches by the key of a programme, by default its key.
    """
    check_case(case)
    lines = tuple(
        LinePromise(
            each.key, each.name, each.counterfactual, each.counted, each.cost.range,
            matches.get(each.key, Match(each.key)),
            tuple(_promise(each, starts_on, number) for number in range(QUARTERS * case.years)),
        )
        for each in case.programmes
    )  # fmt: skip
    return Promise(case.currency, lines, list_cautions(case))


def promise_to_json(promise: Promise) -> str:
    """The promise as JSON, its keys in one order."""
    return json.dumps(_converter().unstructure(promise), sort_keys=True, allow_nan=False)


def promise_from_json(text: str) -> Promise:
    """The promise that `promise_to_json` wrote; raises StandingError where this version cannot read it."""
    return read_kept(text, Promise, _converter())


def add_months(day: date, months: int) -> date:
    """The first day of a month, so many months later."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    return date(day.year + years, month + 1, 1)


def _promise(programme: Programme, starts_on: date, number: int) -> QuarterPromise:
    year = number // QUARTERS
    ends = [_promise_end(programme, end, year) for end in ("low", "base", "high")]
    kept = sorted(share for share, _ in ends)
    gain = sorted(money for _, money in ends)
    return QuarterPromise(
        add_months(starts_on, 3 * number),
        add_months(starts_on, 3 * number + 3),
        Range(*kept),
        Range(*gain),
    )


def _promise_end(programme: Programme, end: str, year: int) -> tuple[float, float]:
    """The share kept and the margin of a quarter with every assumption at one end."""
    effect, margin, persistence = (
        getattr(each.range, end)
        for each in (programme.effect, programme.margin, programme.persistence)
    )
    kept = effect * persistence**year
    return kept, programme.counted * kept * margin / QUARTERS


@cache
def _converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda given, _: date.fromisoformat(given))
    return converter
