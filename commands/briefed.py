"""The brief of a week as the commands that print, send or convert it read it."""

from datetime import date
from pathlib import Path

import duckdb

from analyses.brief import Brief, Made, compose_brief, list_remarks
from analyses.brief_kept import read_kept
from analyses.names import find_names
from analyses.reviewed import find_review, open_source
from analyses.why.because import find_because
from commands.published import find_closed, open_build
from metrics.basis import find_basis
from metrics.scope import Scope


def read_brief(warehouse: Path, week: date | None) -> Brief:
    """The brief of all customers, of the newest closed week or of the one that begins on a Monday.

    Raises StandingError for a week that is not over, and where nothing is published.
    """
    with open_build(warehouse) as opened:
        connection = opened.connection
        found = find_closed(connection, "week", week)
        scope = Scope()
        settings, currency, as_of = _read_build(connection.cursor())
        because = find_because(connection.cursor(), found.start, scope)
        review = find_review(open_source(connection), found, scope, settings, currency, because)
        made = Made(
            opened.build_id, as_of, find_basis(connection.cursor()),
            remarks=tuple(list_remarks(connection.cursor())),
        )  # fmt: skip
        kept = read_kept(warehouse, opened.build_id, found.start)
        names = find_names(connection.cursor(), found.start, scope, currency)
        return compose_brief(review, found, made, names, kept, settings)


def _read_build(
    cursor: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, object], str, date | None]:
    """The settings that the build was made with, its currency and its as-of date."""
    values: tuple[object, ...] = cursor.execute("select * from settings").fetchone() or ()
    settings = dict(zip([column[0] for column in cursor.description or []], values, strict=True))
    row = cursor.execute("select reporting_currency, as_of from build_info").fetchone()
    currency, as_of = row or ("", None)
    return settings, currency or "", as_of
