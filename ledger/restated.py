"""Read what was restated: each number that was reported once and reads otherwise now, with its bridge."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from math import isclose
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from ledger.bridge import DEFINITION
from ledger.compare import SAME
from ledger.database import ledger_url, read_ledger
from ledger.digits import to_delta, to_number
from ledger.tables import BUILDS, DEFINITIONS, NUMBERS, RESTATEMENTS, SERIES, STEPS
from metrics.engine import Number
from warehouse.errors import StandingError


class NotFrozen(StandingError):
    """The build is not in the ledger, or not yet."""


@dataclass(frozen=True)
class Step:
    """From one number to the next: `before` + `delta` = `after`, exactly; delta is None where one is missing."""

    cause: str
    before: Number | None
    after: Number | None
    delta: Decimal | None


@dataclass(frozen=True)
class Restatement:
    """A number of a closed period that changed: as it was first reported, and now, and all steps between.

    is_new is one that the build which is asked for restated. dimension and breakdown are None for
    the total; reported_at and restated_at are UTC; is_material is the threshold of a board's
    footnote (metrics.md, section 9) for any of its changes. has_other_settings: one of its changes came
    with a build of other settings; which ones the ledger does not keep.
    """

    metric: str
    unit: str
    grain: str
    dimension: str | None
    breakdown: str | None
    member: str | None
    period_start: date
    reported: Number | None
    now: Number | None
    reported_counts: tuple[Number | None, Number | None]
    now_counts: tuple[Number | None, Number | None]
    reported_at: datetime
    restated_at: datetime
    steps: tuple[Step, ...]
    is_material: bool
    versions: tuple[int, int]
    is_new: bool
    has_other_settings: bool = False

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.cause for step in self.steps))

    @property
    def delta(self) -> Decimal | None:
        """now - reported, exactly the sum of the steps' deltas."""
        deltas = [step.delta for step in self.steps]
        known = [delta for delta in deltas if delta is not None]
        return sum(known, Decimal(0)) if len(known) == len(deltas) else None


@dataclass(frozen=True)
class _Pair:
    """From one row of digits to the next, in which the cause is written; both of a restatement."""

    restatement: int
    before: Any
    after: Any


# Metric, value of the dimension, member, first day of the period.
Key = tuple[str, str | None, str | None, date]


def read_restated(
    warehouse: Path, build_id: str, grain: str, dimension: str | None
) -> Mapping[Key, Restatement]:
    """The numbers of a grain, in total or by a dimension, that a build shows otherwise than first reported.

    Raises StandingError where the ledger cannot be read, NotFrozen where it does not have the build.
    """
    wanted = [SERIES.c.grain == grain, SERIES.c.dimension == (dimension or "")]
    with read_ledger(ledger_url(warehouse)) as ledger:
        found = _read(ledger, build_id, wanted)
    return {(each.metric, each.breakdown, each.member, each.period_start): each for each in found}


# What a board asks about first; one that ends in _ is a family.
HEADLINES = ("churn_logo", "mrr", "ret_nrr", "cust_")


def is_headline(metric: str) -> bool:
    """Whether a restatement of it is told before all others."""
    return rank(metric) < len(HEADLINES)


def rank(metric: str) -> int:
    """The place of a metric among the headlines; after all of them where it is none."""
    return next(
        (
            place
            for place, name in enumerate(HEADLINES)
            if metric == name or (name.endswith("_") and metric.startswith(name))
        ),
        len(HEADLINES),
    )


def list_restatements(warehouse: Path, build_id: str) -> Sequence[Restatement]:
    """All of them, those of the newest build first, then the headlines, by period, metric and slice.

    Raises what read_restated raises.
    """
    with read_ledger(ledger_url(warehouse)) as ledger:
        found = _read(ledger, build_id, [])
    return sorted(
        found,
        key=lambda each: (
            -each.restated_at.timestamp(), not is_headline(each.metric),
            -each.period_start.toordinal(), rank(each.metric), each.metric,
            each.dimension or "", each.breakdown or "", each.member or "", each.grain,
        ),
    )  # fmt: skip


def _read(
    ledger: Connection | None, build_id: str, wanted: Sequence[ColumnElement[bool]]
) -> list[Restatement]:
    if ledger is None:
        raise NotFrozen("There is no ledger yet: the next build begins one.")
    build = ledger.scalar(select(BUILDS.c.build).where(BUILDS.c.build_id == build_id))
    if build is None:
        raise NotFrozen(
            "The numbers of this build are not frozen yet: the next build does it first."
        )
    before, after = NUMBERS.alias(), NUMBERS.alias()
    reporting, restating = BUILDS.alias(), BUILDS.alias()
    old_series, old_definition = SERIES.alias(), DEFINITIONS.alias()
    rows = ledger.execute(
        select(
            RESTATEMENTS.c.restatement, RESTATEMENTS.c.build, RESTATEMENTS.c.is_material, RESTATEMENTS.c.period_start,
            SERIES.c.grain, SERIES.c.dimension, SERIES.c.breakdown, SERIES.c.member,
            DEFINITIONS.c.metric, DEFINITIONS.c.unit, DEFINITIONS.c.version,
            old_definition.c.version.label("old_version"),
            reporting.c.reported_at, restating.c.reported_at.label("restated_at"),
            (reporting.c.settings_hash != restating.c.settings_hash).label("is_reset"),
            *(before.c[name].label(f"old_{name}") for name in DIGITS),
            *(after.c[name] for name in DIGITS),
        )
        .join(SERIES, RESTATEMENTS.c.series == SERIES.c.series)
        .join(DEFINITIONS, SERIES.c.definition == DEFINITIONS.c.definition)
        .join(old_series, RESTATEMENTS.c.reported_series == old_series.c.series)
        .join(old_definition, old_series.c.definition == old_definition.c.definition)
        .join(
            before,
            (RESTATEMENTS.c.reported_series == before.c.series)
            & (RESTATEMENTS.c.period_start == before.c.period_start)
            & (RESTATEMENTS.c.reported_build == before.c.build),
        )
        .join(
            after,
            (RESTATEMENTS.c.series == after.c.series)
            & (RESTATEMENTS.c.period_start == after.c.period_start)
            & (RESTATEMENTS.c.build == after.c.build),
        )
        .join(reporting, RESTATEMENTS.c.reported_build == reporting.c.build)
        .join(restating, RESTATEMENTS.c.build == restating.c.build)
        .where(RESTATEMENTS.c.build <= build, *wanted)
        .order_by(RESTATEMENTS.c.build)
    ).all()  # fmt: skip
    steps: dict[int, list[Any]] = defaultdict(list)
    query = (
        select(STEPS)
        .join(RESTATEMENTS, STEPS.c.restatement == RESTATEMENTS.c.restatement)
        .join(SERIES, RESTATEMENTS.c.series == SERIES.c.series)
        .where(RESTATEMENTS.c.build <= build, *wanted)
        .order_by(STEPS.c.restatement, STEPS.c.position)
    )
    for step in ledger.execute(query):
        steps[step.restatement].append(step)
    chains: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        key = (row.metric, row.grain, row.dimension, row.breakdown, row.member, row.period_start)
        chains[key].append(row)
    joined = (_join(chain, steps, build) for chain in chains.values())
    return [each for each in joined if each.steps]


DIGITS = ("value", "numerator", "denominator", "kinds")


def _join(chain: Sequence[Any], steps: Mapping[int, Sequence[Any]], build: int) -> Restatement:
    """One restatement of all those of a number, oldest first."""
    first, last = chain[0], chain[-1]
    effective = _without_detours(
        _Pair(row.restatement, before, after)
        for row in chain
        for before, after in pairwise([_reported(row), *steps[row.restatement]])
    )
    lasting = {pair.restatement for pair in effective}
    return Restatement(
        metric=last.metric,
        unit=last.unit,
        grain=last.grain,
        dimension=last.dimension or None,
        breakdown=last.breakdown or None,
        member=last.member or None,
        period_start=last.period_start,
        reported=to_number(first.old_value, first.old_kinds[0]),
        now=to_number(last.value, last.kinds[0]),
        reported_counts=(
            to_number(first.old_numerator, first.old_kinds[1]),
            to_number(first.old_denominator, first.old_kinds[2]),
        ),
        now_counts=(
            to_number(last.numerator, last.kinds[1]),
            to_number(last.denominator, last.kinds[2]),
        ),
        reported_at=first.reported_at,
        restated_at=last.restated_at,
        steps=tuple(_to_step(pair) for pair in effective),
        is_material=any(row.is_material for row in chain if row.restatement in lasting),
        versions=(first.old_version, last.version),
        is_new=last.build == build,
        has_other_settings=any(row.is_reset for row in chain if row.restatement in lasting),
    )


def _reported(row: Any) -> Any:
    """What a restatement began with, in the columns of a step."""
    return SimpleNamespace(**{name: getattr(row, f"old_{name}") for name in DIGITS})


def _to_step(pair: _Pair) -> Step:
    before, after = pair.before, pair.after
    return Step(
        after.cause,
        to_number(before.value, before.kinds[0]),
        to_number(after.value, after.kinds[0]),
        to_delta(before.value, after.value),
    )


def _without_detours(pairs: Iterable[_Pair]) -> list[_Pair]:
    """The steps without those to another definition and back to what was reported before it.

    Under the definition that is in force again, such a number is as it was reported.
    """
    kept: list[_Pair] = []
    for pair in pairs:
        kept.append(pair)
        start = len(kept)
        while start and kept[start - 1].after.cause == DEFINITION:
            start -= 1
            if _is_same(kept[start].before, pair.after):
                del kept[start:]
                break
    return kept


def _is_same(one: Any, other: Any) -> bool:
    """Whether two steps show the same number of the same counts; SAME as in ledger.compare."""
    return all(
        one_digits == other_digits
        or (
            bool(one_digits and other_digits)
            and isclose(float(one_digits), float(other_digits), rel_tol=SAME)
        )
        for one_digits, other_digits in (
            (getattr(one, name), getattr(other, name))
            for name in ("value", "numerator", "denominator")
        )
    )
