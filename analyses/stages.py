"""The stage funnel of new business: who got past each stage, and how long they stayed in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from analyses.formats import format_range, format_value
from analyses.survival import Change, compute_curve, find_median
from metrics.intervals import compute_difference, compute_wilson
from metrics.periods import format_date
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("stages.sql")
COHORT_DAYS = 364
FEWEST = 5  # under which the median of a stay is a guess

COUNTS = """
select
    stage, stage_order, days, is_running, maturity_days,
    count(*) filter (where is_mature) as entered,
    count(*) filter (where is_mature and has_passed) as passed,
    count(*) filter (where is_mature and is_won) as won,
    count(*) filter (where is_mature and is_open and not has_passed) as waiting,
    count(*) filter (where is_recent) as stays
from ({query}) as stage_opportunities
group by all
order by stage_order, days
"""
ROWS = """
select
    customers.customer_name, amount, entered_on, days as days_in_stage, has_passed as got_further,
    case when is_open then 'open' when is_won then 'won' else 'lost' end as outcome,
    stage_opportunities.created_on, closed_on, owners.owner_name, opportunity_id,
    stage_opportunities.customer_id
from ({query}) as stage_opportunities
left join customers on stage_opportunities.customer_id = customers.customer_id
left join owners on stage_opportunities.owner_id = owners.owner_id
where is_mature and stage = $stage
order by amount desc nulls last, opportunity_id
"""


@dataclass(frozen=True)
class Stage:
    """One stage of the funnel.

    entered, passed, won, waiting: opportunities of the mature cohort that first entered it, that
    reached any later stage or were won, that were won, that are open and got no further. low and
    high: the 95 % Wilson interval of passed / entered. median_days: of the sum of visits by
    Kaplan-Meier over `stays` recent opportunities, those still in the stage cut off; None where
    fewer than half have left it.
    """

    name: str
    entered: int
    passed: int
    won: int
    waiting: int
    low: float | None
    high: float | None
    stays: int
    running: int
    median_days: float | None

    @property
    def share(self) -> float | None:
        """The share that got past it; None where none entered."""
        return self.passed / self.entered if self.entered else None


@dataclass(frozen=True)
class Funnel:
    """The stages in their order. The cohort entered in [cohort_start, cohort_end), the last day of
    which lies maturity_days before the boundary; both None where no deal has closed."""

    boundary: date
    stages: tuple[Stage, ...]
    maturity_days: int | None

    @property
    def cohort_end(self) -> date | None:
        """The first day that is too young."""
        if self.maturity_days is None:
            return None
        return self.boundary - timedelta(days=self.maturity_days)

    @property
    def cohort_start(self) -> date | None:
        """The first day of the cohort."""
        return self.cohort_end and self.cohort_end - timedelta(days=COHORT_DAYS)

    @property
    def has_cohort(self) -> bool:
        """Whether any opportunity is old enough to judge a stage by."""
        return any(stage.entered for stage in self.stages)


def find_stages(cursor: duckdb.DuckDBPyConnection, boundary: date, scope: Scope) -> Funnel:
    """The funnel as known just before the boundary; without stages where there is no history.

    Source: metrics.md 2.3. A stage that was skipped counts as passed for those before it, and is
    not entered; moving back undoes nothing; what is still open without a later stage has not passed.
    """
    rows = _fetch(cursor, COUNTS, boundary, scope)
    stages = tuple(
        _to_stage(name, list(of_stage))
        for name, of_stage in groupby(rows, lambda row: row["stage"])
    )
    return Funnel(boundary, stages, rows[0]["maturity_days"] if rows else None)


def list_stage_deals(
    cursor: duckdb.DuckDBPyConnection, boundary: date, scope: Scope, stage: str
) -> list[dict[str, Any]]:
    """The opportunities of the mature cohort that entered a stage: the rows behind its share."""
    return _fetch(cursor, ROWS, boundary, scope, stage=stage)


def list_funnel_rows(funnel: Funnel) -> list[dict[str, Any]]:
    """One row a stage, with n, interval and time in it in words."""
    return [
        {
            "stage": stage.name,
            "entered": stage.entered,
            "got further": stage.passed,
            "share": format_value(stage.share, "percent"),
            "95 % interval": format_range(stage.low, stage.high, "percent")
            if stage.low is not None
            else "",
            "won in the end": stage.won,
            "still open, no further": stage.waiting,
            "median days in stage": describe_stay(stage),
            "n of days": f"{stage.stays:,} ({stage.running:,} still in it)",
        }
        for stage in funnel.stages
    ]


def describe_stay(stage: Stage) -> str:
    """'32 days', or why there is no median."""
    if not stage.stays:
        return "n/a: none entered it in 364 days"
    if stage.median_days is None:
        return "n/a: fewer than half have left it"
    few = ", a guess" if stage.stays < FEWEST else ""
    return f"{stage.median_days:,.0f} days{few}"


def describe_funnel(funnel: Funnel, minimum: float) -> str:
    """The message: the stage where most are lost, with those that Newcombe's interval does not tell
    apart from it; of stages with enough deals only."""
    judged = [each for each in funnel.stages if each.entered >= minimum and each.share is not None]
    if not judged:
        return "Too few deals to say at which stage they are lost"
    judged.sort(key=lambda each: each.share or 0)
    worst = judged[0]
    level = [worst, *(each for each in judged[1:] if not _is_told_apart(worst, each))]
    if len(level) == 1:
        return (
            f"{worst.name} loses the most: {format_value(worst.share, 'percent')} of its deals "
            f"get further ({worst.passed:,} of {worst.entered:,})"
        )
    told = [
        f"{each.name} {format_value(each.share, 'percent')} ({each.passed:,} of {each.entered:,})"
        for each in level
    ]
    return f"Fewest get further from {' and '.join(told)}: not distinguishable"


def _is_told_apart(one: Stage, other: Stage) -> bool:
    return compute_difference(
        one.passed, one.entered, other.passed, other.entered
    ).is_distinguishable


def describe_cohort(funnel: Funnel) -> str:
    """How the cohort is chosen, and the stages ordered."""
    if funnel.cohort_start is None or funnel.cohort_end is None or funnel.maturity_days is None:
        return ""
    last = funnel.cohort_end - timedelta(days=1)
    return (
        f"New-business deals that first entered the stage from {format_date(funnel.cohort_start)} to "
        f"{format_date(last)}, {COHORT_DAYS} days: nine in ten deals are closed within the "
        f"{funnel.maturity_days // 7} weeks since. Got further: reached any later stage, or won. "
        f"Days: all visits summed, deals of the last {COHORT_DAYS} days, those still in it counted "
        "as cut off (Kaplan-Meier)."
    )


def describe_absence(funnel: Funnel, has_history: bool) -> str:
    """Why there is no funnel; empty where there is one."""
    if not has_history:
        return (
            "No stage funnel: this export has no opportunity_stages. Stage conversion and time in "
            "stage need the history of stages; the stage of today alone does not give them."
        )
    if not funnel.stages:
        return "No stage funnel: no new-business deal of this selection has entered a stage yet."
    if funnel.maturity_days is None:
        return (
            "No stage funnel: no deal of this selection was closed in the last 364 days, so it is "
            "not known how long a deal takes to show whether it gets further."
        )
    if not funnel.has_cohort:
        return (
            "No stage funnel: no deal entered a stage long enough ago. Nine in ten take up to "
            f"{funnel.maturity_days // 7} weeks to close."
        )
    return ""


def _to_stage(name: str, rows: Sequence[dict[str, Any]]) -> Stage:
    entered, passed, won, waiting, stays = (
        sum(row[column] for row in rows)
        for column in ("entered", "passed", "won", "waiting", "stays")
    )
    low, high = compute_wilson(passed, entered)
    running = sum(row["stays"] for row in rows if row["is_running"])
    return Stage(name, entered, passed, won, waiting, low, high, stays, running, _median_days(rows))


def _median_days(rows: Sequence[dict[str, Any]]) -> float | None:
    """Median of the days in a stage; all are at risk before day 0, on which a stay may end."""
    changes = [Change(-1, sum(row["stays"] for row in rows), 0, 0)]
    for days, of_days in groupby(rows, lambda row: row["days"]):
        stays = [(row["stays"], row["is_running"]) for row in of_days]
        ended = sum(count for count, is_running in stays if not is_running)
        changes.append(Change(days, 0, ended, sum(count for count, _ in stays)))
    return find_median(compute_curve(changes))


def _fetch(
    cursor: duckdb.DuckDBPyConnection, sql: str, boundary: date, scope: Scope, **values: str
) -> list[dict[str, Any]]:
    set_variables(cursor, "week", scope)
    query = QUERY.read_text(encoding="utf-8")
    cursor.execute(sql.format(query=query), {"boundary": boundary, **values})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
