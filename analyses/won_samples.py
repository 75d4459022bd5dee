"""How much the won deals behind the average deal and the cycle differ from one another."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from metrics.means import Sample
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("won_samples.sql")


def find_samples(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope
) -> Mapping[str, Sample]:
    """The won deals of the 91 days to a boundary, exclusive, by driver: amounts above 0 in the
    reporting currency, and days. Their means are vel_deal and vel_cycle. Source: metrics.md 2.1."""
    set_variables(cursor, "week", scope)
    row = cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until}).fetchone()
    assert row is not None, "a mean has a row"
    return {"average_deal": Sample(*row[:3]), "cycle_days": Sample(*row[3:])}
