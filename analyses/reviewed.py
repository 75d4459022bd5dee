"""The review of a week from a build: the same for the page, which keeps what it asked, and for the brief."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from analyses.judged import list_resets
from analyses.lifetime.assumptions import describe_margin, find_margins, read_assumptions
from analyses.lifetime.floor import Floor, find_floors
from analyses.lifetime.margins import find_monthly_margins
from analyses.lifetime.observed import Lifetime, compute_lifetime, find_curves
from analyses.review import QUARTERLY, WEEKLY, Review
from analyses.weekly import find_record
from analyses.why.pair import Read, read_metrics
from metrics.engine import evaluate, missing_tables
from metrics.periods import Period, list_periods
from metrics.scope import Scope

# ask(question, *args) is what question(cursor, *args) answers on the build.
Ask = Callable[..., Any]
Targets = list[tuple[str, date, float, str | None, str | None]]


@dataclass(frozen=True)
class Source:
    """A build as it is asked: for any question, and for all records of a metric."""

    ask: Ask
    read: Read


def open_source(cursor: duckdb.DuckDBPyConnection) -> Source:
    """A build that nobody keeps answers of; each question gets a cursor of its own."""

    def ask(question: Callable[..., Any], *args: Any) -> Any:
        return question(cursor.cursor(), *args)

    def read(metric: str, grain: str, scope: Scope, breakdown: str | None) -> Sequence[Any]:
        return evaluate(
            cursor.cursor(), read_metrics()[metric], grain=grain, scope=scope, breakdown=breakdown,
            include_open=True,
        )  # fmt: skip

    return Source(ask, read)


def find_review(
    source: Source,
    week: Period,
    scope: Scope,
    settings: Mapping[str, object],
    currency: str,
    because: Mapping[str, str],
) -> Review:
    """The numbers of a week. settings: the row that the build was made with; because: what moved each
    card against the week before, in words (analyses/why/because.py)."""
    ask, read = source.ask, source.read
    missing: Mapping[str, Sequence[str]] = ask(find_missing)
    quarter = _find_quarter(ask(list_periods, "quarter"), week)
    return Review(
        week=week.start,
        is_open=not week.is_closed,
        currency=currency,
        minimum=float(str(settings["minimum_denominator"])),
        records={name: read(name, "week", scope, None) for name in WEEKLY},
        quarters={name: read(name, "quarter", scope, None) for name in QUARTERLY},
        because=because,
        targets=ask(find_targets),
        resets=ask(list_resets),
        chosen={name: getattr(scope, name) for name in scope.used()},
        assumptions=_describe_assumptions(settings),
        lifetime=find_lifetime(source, quarter, scope, settings)
        if quarter and "ltv_km" not in missing
        else None,
        floor=_find_floor(ask, quarter, scope) if quarter and "ltv_simple" not in missing else None,
        missing=missing,
        first_month=int(str(settings.get("fiscal_year_first_month", 1))),
    )


def find_missing(cursor: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Metrics that are off, each with the tables that the export lacks."""
    found = {metric.id: missing_tables(cursor, metric) for metric in read_metrics().values()}
    return {name: tables for name, tables in found.items() if tables}


def find_targets(cursor: duckdb.DuckDBPyConnection) -> Targets:
    """Targets as (metric, period_start, value, dimension, dimension_value)."""
    rows = cursor.execute(
        "select metric, period_start, value, dimension, dimension_value from targets"
    ).fetchall()
    return [
        (metric, start, float(value), dimension, named)
        for metric, start, value, dimension, named in rows
    ]


def _find_quarter(quarters: Sequence[Period], week: Period) -> Period | None:
    """The newest quarter that is over by the end of the week."""
    over = [each for each in quarters if each.is_closed and each.end <= week.end]
    return over[-1] if over else None


def find_lifetime(
    source: Source, quarter: Period, scope: Scope, settings: Mapping[str, object]
) -> Lifetime | None:
    """The value of the quarter with its interval, at what its customers pay on average."""
    ask = source.ask
    curve = ask(find_curves, quarter.end, scope, None).get(None)
    mrr, customers = (
        find_record(source.read(name, "quarter", scope, None), quarter.start)
        for name in ("mrr", "cust_active")
    )
    if (
        curve is None
        or mrr is None
        or mrr.value is None
        or customers is None
        or not customers.value
    ):
        return None
    margins = ask(find_margins, "quarter", quarter.start, scope, None)
    assumptions = replace(read_assumptions(settings), gross_margin=margins[None])
    paid = ask(find_monthly_margins, quarter.end, scope, None).get(None)
    return compute_lifetime(curve, float(mrr.value) / float(customers.value), assumptions, paid)


def _find_floor(ask: Ask, quarter: Period, scope: Scope) -> Floor | None:
    """The least that constant retention of the quarter can be, where nobody was lost."""
    return ask(find_floors, "quarter", scope, None).get((quarter.start, None))


def _describe_assumptions(settings: Mapping[str, object]) -> str:
    used = read_assumptions(settings)
    rate, months = f"{100 * used.discount_yearly:.0f} %", used.horizon_months
    return f"{describe_margin(used)}, {rate} a year, as far as observed, {months} months at most"
