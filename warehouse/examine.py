"""What a finished build has to prove before it is published."""

import duckdb

from warehouse.check import CheckResult, run_checks, store_results
from warehouse.control import reconcile_controls
from warehouse.finance import reconcile_finance
from warehouse.freshness import measure_freshness
from warehouse.settings import Settings
from warehouse.volume import compare_files


def examine(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[CheckResult]:
    """Measure what the checks look at, run them, and keep their results in the build."""
    compare_files(connection, settings)
    measure_freshness(connection)
    reconcile_controls(connection)
    reconcile_finance(connection)
    results = run_checks(connection)
    store_results(connection, results)
    return results
