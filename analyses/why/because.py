"""The end of a weekly sentence: what the change from the week before is made of."""

from datetime import date

import duckdb

from analyses.why.explain import Asked, find_why
from analyses.why.pair import Read
from analyses.why.tables import By
from analyses.why.words import describe_because
from metrics.scope import Scope
from warehouse.errors import StandingError

# The findings that a week's sentences tell, each with the tables in which its reason is looked for. Where each
# account counts one, none takes half of a change, and it is not asked for.
TABLES: dict[str, tuple[By, ...]] = {
    "churn": ("segment", "driver"),
    "revenue_lost": ("account", "segment"),
    "movement": ("segment", "driver"),
    "won": ("account", "segment"),
}


def find_because(
    cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope, read: Read | None = None
) -> dict[str, str]:
    """By finding (the key of its card) what moved it against the week before, in words.

    Without one where there is no value at either end, no week before, or too few for a rate. It
    describes the change and claims no cause. read: as in find_why.
    """
    found: dict[str, str] = {}
    for headline, tables in TABLES.items():
        try:
            why = find_why(cursor, Asked(headline, "week", week, scope=scope, by=tables), read)
        except StandingError:
            continue
        is_rate = why.headline.unit == "percent"
        found[headline] = "" if why.few and is_rate else describe_because(why)
    return {headline: text for headline, text in found.items() if text}
