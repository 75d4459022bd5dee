"""What a board was told before: the packs that were frozen before, each for the quarters it told last."""

from collections.abc import Sequence
from pathlib import Path

from analyses.board.codec import from_json
from analyses.board.document import Definition, Pack
from ledger.packs import list_packs, read_pack
from metrics.engine import Record
from metrics.periods import Period


def find_earlier(warehouse: Path, quarter: Period) -> tuple[Pack, ...]:
    """The pack that was frozen last, of this quarter or an earlier one; then those with quarters after its own.

    So a number was told last in the first of them that holds it. A pack of a later quarter is left
    out. Raises StandingError where one can no longer be read.
    """
    found: list[Pack] = []
    for row in list_packs(warehouse):
        if row.quarter_start > quarter.start:
            continue
        if not found or row.quarter_start > found[-1].quarter_start:
            found.append(from_json(read_pack(warehouse, row.name)))
    return tuple(found)


def list_told(earlier: Sequence[Pack]) -> list[Record]:
    """Each number in total as it was told last."""
    told: dict[tuple[object, ...], Record] = {}
    for pack in earlier:
        for each in pack.numbers:
            if each.dimension is None:
                told.setdefault((each.metric, each.period_start, each.member), each)
    return list(told.values())


def find_definition(earlier: Sequence[Pack], number: Record) -> Definition | None:
    """How a number was defined where it was told last; None where it was not."""
    key = (number.metric, number.period_start)
    for pack in earlier:
        if any((each.metric, each.period_start) == key for each in pack.numbers):
            return next((each for each in pack.definitions if each.metric == number.metric), None)
    return None


def name_packs(earlier: Sequence[Pack]) -> str:
    """'pack 2026q3', or 'packs 2026q2-b and 2026q3'."""
    names = [each.name for each in earlier]
    return f"pack{'s' if len(names) > 1 else ''} {' and '.join(names)}"
