"""Read what was restated: each number that was reported once and reads otherwise now, with its bridge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

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

    dimension and breakdown are None for the total; reported_at and restated_at are UTC; is_material
    is the threshold of a board's footnote (metrics.md, section 9) for any of its changes.
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

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.cause for step in self.steps))

    @property
    def delta(self) -> Decimal | None:
        """now - reported, exactly the sum of the steps' deltas."""
        deltas = [step.delta for step in self.steps]
        known = [delta for delta in deltas if delta is not None]
        return sum(known, Decimal(0)) if len(known) == len(deltas) else None


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


def list_restatements(warehouse: Path, build_id: str) -> Sequence[Restatement]:
    """All of them, those of the newest build first, then by period, metric and slice.

    Raises what read_restated raises.
    """
    with read_ledger(ledger_url(warehouse)) as ledger:
        found = _read(ledger, build_id, [])
    return sorted(
        found,
        key=lambda each: (
            -each.restated_at.timestamp(), -each.period_start.toordinal(), each.metric,
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
            RESTATEMENTS.c.restatement, RESTATEMENTS.c.is_material, RESTATEMENTS.c.period_start,
            SERIES.c.grain, SERIES.c.dimension, SERIES.c.breakdown, SERIES.c.member,
            DEFINITIONS.c.metric, DEFINITIONS.c.unit, DEFINITIONS.c.version,
            old_definition.c.version.label("old_version"),
            reporting.c.reported_at, restating.c.reported_at.label("restated_at"),
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
    return [_join(chain, steps) for chain in chains.values()]


DIGITS = ("value", "numerator", "denominator", "kinds")


def _join(chain: Sequence[Any], steps: Mapping[int, Sequence[Any]]) -> Restatement:
    """One restatement of all those of a number, oldest first."""
    first, last = chain[0], chain[-1]
    bridge: list[Step] = []
    for row in chain:
        digits, kind = row.old_value, row.old_kinds[0]
        for step in steps[row.restatement]:
            before, after = to_number(digits, kind), to_number(step.value, step.kinds[0])
            bridge.append(Step(step.cause, before, after, to_delta(digits, step.value)))
            digits, kind = step.value, step.kinds[0]
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
        steps=tuple(bridge),
        is_material=any(row.is_material for row in chain),
        versions=(first.old_version, last.version),
    )
