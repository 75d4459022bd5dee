"""What a finished build has to prove before it is published."""

import duckdb

from warehouse.gate.check import CheckResult, run_checks, store_results
from warehouse.gate.finance import reconcile_finance
from warehouse.gate.freshness import measure_freshness
from warehouse.gate.volume import compare_files
from warehouse.settings import Settings
from warehouse.staging.control import reconcile_controls


def examine(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[CheckResult]:
    """Measure what the checks look at, run them, and keep their results in the build."""
    compare_files(connection, settings)
    measure_freshness(connection)
    reconcile_controls(connection)
    reconcile_finance(connection)
    results = run_checks(connection)
    store_results(connection, results)
    return results
