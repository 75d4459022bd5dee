"""Why a value is missing: the codes of a record's `reason`, and the words for a reader."""

REASONS = {
    "no_denominator": "nothing to divide by in this period",
    "no_wins": "no won opportunity in the window",
    "short_history": "the data does not reach back far enough",
    "missing_table": "the export has no table for it",
    "partial_period": "the period is not over yet",
    "not_identifiable": "the formula has no finite answer here",
    "outside_scope": "not defined for this selection",
}
