"""What `tier-value --moves` prints: whether a move up pays, and on which rung of evidence that stands."""

from collections.abc import Sequence
from datetime import timedelta

from analyses.lifetime.assumptions import Assumptions, describe_margin
from analyses.tier_value.evidence import Evidence
from analyses.tier_value.ladder import (
    describe_ladder,
    list_arms,
    list_changes,
    list_comparisons,
    list_records,
    list_rungs,
)
from analyses.tier_value.words import (
    Gap,
    describe_claim,
    describe_effects,
    describe_gap,
    describe_plan,
    describe_rungs,
    describe_trial,
)
from commands.output import write
from exports.tables import clean
from metrics.periods import format_date


def print_moves(
    evidence: Evidence, gap: Gap, assumptions: Assumptions, currency: str, kind: str
) -> None:
    """The sentence, the tables and what they rest on; in csv and json one row a comparison."""
    margin = describe_margin(assumptions)
    if kind != "table":
        records = list_records(evidence, margin)
        write(records, list(records[0]), kind)
        return
    claim, trial = evidence.claim, evidence.trial
    print(describe_gap(gap, currency), describe_claim(claim, evidence.spent, currency))
    stands = describe_rungs(gap, evidence.effects.found, trial, currency)
    # A programme's name is the export's own text.
    print(clean(f"{stands} {describe_trial(trial, currency)}"), end="\n\n")
    _write(list_rungs(gap, evidence.effects.found, trial, currency))
    _write(list_changes(evidence.effects.found, currency))
    _write(list_comparisons(evidence.effects.found, currency))
    _write(list_arms(evidence.trials, currency))
    print(describe_effects(evidence.effects))
    print(describe_plan(evidence.spent, claim, currency))
    sunday = format_date(evidence.week + timedelta(days=6))
    told = describe_ladder(margin)
    print(clean(f"Up to {sunday}. {told[0].upper()}{told[1:]}."))


def _write(rows: Sequence[dict[str, object]]) -> None:
    if rows:
        write(rows, list(rows[0]), "table")
        print()
