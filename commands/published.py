"""The published build as the commands read it."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from commands.output import warn
from warehouse.publish import open_published, unreadable


@contextmanager
def read_published(warehouse: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """The published build; what is wrong with it is said on standard error."""
    opened = open_published(warehouse)
    with closing(opened.connection) as connection:
        if opened.problem:
            warn(opened.problem)
        try:
            yield connection
        except duckdb.Error as error:
            raise unreadable(opened.path, error) from None


def read_settings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The settings that the build used, the currency that it settled on among them."""
    rows = connection.cursor().execute(
        "select key, value from setting_values"
        " union all select 'reporting_currency', reporting_currency from build_info"
    )
    return dict(rows.fetchall())
