"""Whether a number moved since the quarter before, in words that are no stronger than its interval."""

from analyses.board.facts import Facts
from analyses.board.telling import Telling
from analyses.changes import Change, compute_change


def find_change(facts: Facts, metric: str) -> Change | None:
    """The change against the quarter before; None where the data has no such quarter."""
    now, before = facts.record(metric), facts.before
    if now is None or before is None:
        return None
    return compute_change(
        facts.metrics[metric], now, facts.record(metric, before), facts.grounds, before.start,
        (facts.quarter.end - before.end).days,
    )  # fmt: skip


def describe_move(telling: Telling, metric: str) -> str:
    """', down from 4.7 % in Q2 2026', or ', not distinguishable from 4.7 % in Q2 2026'.

    A change without an interval has no direction here: ', after -4.1 points in Q2 2026'. Empty without
    a change to state, as below the minimum of cases.
    """
    facts = telling.facts
    change = find_change(facts, metric)
    if change is None or change.value is None:
        return ""
    before = telling.number(metric, facts.before)
    if change.is_indistinct:
        return f", not distinguishable from {before} in {facts.name_before}"
    if before == telling.number(metric):
        return f", as in {facts.name_before}"
    if change.low is None:
        return f", after {before} in {facts.name_before}"
    side = "up" if change.value > 0 else "down"
    return f", {side} from {before} in {facts.name_before}"
