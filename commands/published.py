"""The published build as the commands read it."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import duckdb

from commands.output import warn
from metrics.periods import Period, list_periods, select_periods
from warehouse.errors import StandingError
from warehouse.publish import Warehouse, open_published, unreadable


@contextmanager
def open_build(warehouse: Path) -> Generator[Warehouse]:
    """The published build, with its id; what is wrong with it is said on standard error."""
    with closing(open_published(warehouse)) as opened:
        if opened.problem:
            warn(opened.problem)
        try:
            yield opened
        except duckdb.Error as error:
            raise unreadable(opened.path, error) from None


@contextmanager
def read_published(warehouse: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """The same, for what asks only for numbers."""
    with open_build(warehouse) as opened:
        yield opened.connection


def read_settings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The settings that the build used, the currency that it settled on among them."""
    rows = connection.cursor().execute(
        "select key, value from setting_values"
        " union all select 'reporting_currency', reporting_currency from build_info"
    )
    return dict(rows.fetchall())


def find_closed(connection: duckdb.DuckDBPyConnection, grain: str, asked: date | None) -> Period:
    """The newest closed period of a grain, or the one that begins on the day asked for.

    Raises StandingError where there is none, or it is not over.
    """
    periods = list_periods(connection.cursor(), grain)
    found = select_periods(periods, asked, 1 if asked is None else None)
    if not found:
        raise StandingError(f"No {grain} of the data is over yet: build again when one is.")
    if not found[0].is_closed:
        raise StandingError(f"The {grain} of {found[0].start} is not over: choose one that is.")
    return found[0]
