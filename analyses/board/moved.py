"""Whether a number moved since the quarter before, and in words that are no stronger than its interval."""

from analyses.board.document import Cell
from analyses.board.facts import Facts
from analyses.changes import Change, compute_change
from analyses.grounds import collect_grounds


def find_change(facts: Facts, metric: str) -> Change | None:
    """The change against the quarter before; None where the data has no such quarter."""
    now, before = facts.record(metric), facts.record(metric, facts.before) if facts.before else None
    if now is None or facts.before is None:
        return None
    grounds = collect_grounds(
        (record for records in facts.records.values() for record in records), facts.minimum
    )
    days = (facts.quarter.end - facts.before.end).days
    return compute_change(facts.metrics[metric], now, before, grounds, facts.before.start, days)


def describe_move(facts: Facts, metric: str, change: Change | None) -> tuple[str, tuple[Cell, ...]]:
    """', down from 4.7 % in Q2 2026', or that it is not distinguishable, and the numbers that it states.

    Empty without a change to state: below the minimum of cases no direction is named.
    """
    if change is None or change.value is None or facts.before is None:
        return "", ()
    before = facts.write(metric, facts.before)
    told = (facts.cell(metric, facts.before),)
    now = facts.write(metric)
    if change.is_indistinct:
        return f", not distinguishable from {before} in {facts.name_before}", told
    if now == before:
        return f", as in {facts.name_before}", told
    side = "up" if float(change.value) > 0 else "down"
    return f", {side} from {before} in {facts.name_before}", told
