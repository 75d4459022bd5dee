"""All that is known of what a move up to loyal or advocate does, of one scope as of one Sunday."""

from dataclasses import dataclass
from datetime import date

import duckdb

from analyses.tier_value.effect import Effect, Effects, find_effects
from analyses.tier_value.plan import Spent, find_spent
from analyses.tier_value.programme import Trial, find_trials
from analyses.tier_value.words import find_claim, find_trial
from metrics.scope import Scope


@dataclass(frozen=True)
class Evidence:
    """week: the Monday of the week whose Sunday is the last that is known. spent is None within
    filters, since costs are those of the whole company."""

    week: date
    effects: Effects
    trials: tuple[Trial, ...]
    spent: Spent | None

    @property
    def claim(self) -> Effect | None:
        """The comparison of which the sentence speaks."""
        return find_claim(self.effects.found)

    @property
    def trial(self) -> Trial | None:
        """The programme of which the sentence speaks."""
        return find_trial(self.trials)


def find_evidence(cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope) -> Evidence:
    """Rungs 2 to 4 of the ladder, and the cost of advocacy."""
    return Evidence(
        week,
        find_effects(cursor, week, scope),
        find_trials(cursor, week, scope),
        None if scope.used() else find_spent(cursor, week),
    )
