"""Whether a number rests on terms that were inferred (docs/decisions.md, 'Where an export has no terms')."""

from collections.abc import Collection

import duckdb

from metrics.registry import Metric

INFERRED_TERMS = "inferred terms"
TERMS = "subscriptions"


def reads_terms(tables: Collection[str]) -> bool:
    """Whether a metric or a drill of these contract tables changes with the terms."""
    return TERMS in tables


def find_basis(cursor: duckdb.DuckDBPyConnection) -> str | None:
    """INFERRED_TERMS where the build has inferred its terms, else None."""
    found = cursor.execute("select terms from build_info").fetchone()
    return INFERRED_TERMS if found and found[0] == "inferred" else None


def basis_of(cursor: duckdb.DuckDBPyConnection, metric: Metric) -> str | None:
    """On what the numbers of a metric rest, where that is to be said beside them."""
    return find_basis(cursor) if reads_terms(metric.tables) else None
