"""What a speaker needs beneath a slide: definition, n, interval, source, as-of and build of each number."""

from collections.abc import Sequence

from analyses.board.facts import Facts
from analyses.lifetime.assumptions import describe_assumed
from metrics.engine import Record
from metrics.periods import format_date

INTERVALS = {
    "wilson": "95 %, Wilson score",
    "nps": "95 %, from the variance of the scores",
    "poisson": "95 %, exact Poisson",
    "returned": "95 %, computed in the definition",
    "none": "none: no number of cases, or counted in full",
}


def list_notes(facts: Facts, metrics: Sequence[str]) -> tuple[str, ...]:
    """One line a metric, then where all of them come from."""
    return (*(_describe(facts, metric) for metric in metrics), describe_source(facts))


def describe_source(facts: Facts) -> str:
    """'Source: a Salesforce export, as of 15 Nov 2026; build 000001-9b00b0; ...'."""
    days = facts.quarter
    return (
        f"Source: {facts.source_name}, as of {format_date(facts.as_of)}; build {facts.build_id};"
        f" {facts.name} is {format_date(days.start)} up to, not including, {format_date(days.end)}."
    )


def _describe(facts: Facts, name: str) -> str:
    metric, interval = facts.metrics[name], facts.interval(name)
    size = _count(facts, facts.record(name))
    assumed = describe_assumed(metric, facts.worth.assumptions)
    parts = (
        f"{metric.label} ({name}): {metric.definition}",
        f"n = {size}." if size else "",
        f"95 % interval {interval}." if interval else f"Interval: {INTERVALS['none']}.",
        f"Assumptions: {assumed}." if assumed else "",
        f"Definition after: {metric.source}.",
        f"Mind: {metric.caveat}",
    )
    return " ".join(part for part in parts if part)


def _count(facts: Facts, record: Record | None) -> str:
    """The customers, deals or answers behind a number; empty where none are counted."""
    if record is None or record.value is None:
        return ""
    if isinstance(record.denominator, int):
        return f"{record.denominator:,}"
    customers = facts.grounds.count_customers(record)
    return "" if customers is None else f"{customers:,} customers"
