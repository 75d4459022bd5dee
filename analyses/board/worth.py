"""Lifetime value at the end of a quarter: observed, at what new customers pay, by constant retention, projected."""

from dataclasses import dataclass, replace

import duckdb

from analyses.lifetime.assumptions import Assumptions, find_assumptions, find_margins
from analyses.lifetime.margins import Start, find_monthly_margins, find_start
from analyses.lifetime.observed import Lifetime, compute_lifetime, find_curves, value_start
from analyses.lifetime.projection import Projection, find_projections
from metrics.periods import Period
from metrics.scope import Scope


@dataclass(frozen=True)
class Worth:
    """mrr: monthly revenue of an average customer. lifetime: observed, of one who pays that; started: of
    one who pays what the quarter's new ones started with. Each is None where it cannot be told."""

    assumptions: Assumptions
    mrr: float | None
    customers: int
    lifetime: Lifetime | None
    start: Start | None
    started: Lifetime | None
    projection: Projection | None


def find_worth(
    cursor: duckdb.DuckDBPyConnection, quarter: Period, mrr: float | None, customers: int
) -> Worth:
    """mrr: that of the quarter's end in total, customers who then pay it."""
    everyone = Scope()
    margins = find_margins(cursor, "quarter", quarter.start, everyone, None)
    assumptions = find_assumptions(cursor)
    assumptions = replace(assumptions, gross_margin=margins.get(None, assumptions.gross_margin))
    curve = find_curves(cursor, quarter.end, everyone, None).get(None)
    if curve is None or mrr is None or not customers:
        return Worth(assumptions, None, customers, None, None, None, None)
    average = mrr / customers
    paid = find_monthly_margins(cursor, quarter.end, everyone, None).get(None)
    start = find_start(cursor, "quarter", quarter.start, everyone)
    return Worth(
        assumptions,
        average,
        customers,
        compute_lifetime(curve, average, assumptions, paid),
        start,
        value_start(curve, start, assumptions) if start else None,
        find_projections(cursor, quarter.end, everyone, None, assumptions).get(None),
    )
