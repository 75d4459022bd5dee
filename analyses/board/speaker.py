"""What a speaker needs beneath a slide: definition, n, interval, source, as-of and build of each number."""

from collections.abc import Sequence

from analyses.board.facts import Facts
from analyses.grounds import collect_grounds
from metrics.engine import Record
from metrics.periods import format_date

INTERVALS = {
    "wilson": "95 %, Wilson score",
    "nps": "95 %, from the variance of the scores",
    "poisson": "95 %, exact Poisson",
    "returned": "95 %, from the definition's SQL",
    "none": "no interval: no number of cases, or counted in full",
}


def list_notes(facts: Facts, metrics: Sequence[str]) -> tuple[str, ...]:
    """One line a metric, then where all of them come from."""
    lines = [_describe(facts, metric) for metric in metrics]
    source = (
        f"Source: {facts.source_name}, as of {format_date(facts.as_of)}; build {facts.build_id};"
        f" {facts.name} is {format_date(facts.quarter.start)} to the day before"
        f" {format_date(facts.quarter.end)}."
    )
    return (*lines, source)


def _describe(facts: Facts, name: str) -> str:
    metric, record = facts.metrics[name], facts.record(name)
    interval = facts.interval(name)
    size = _count(facts, name, record)
    parts = [f"{metric.label} ({name}): {metric.definition}"]
    parts += [f"n = {size}." if size else ""]
    parts += [f"95 % interval {interval}." if interval else f"Interval: {INTERVALS['none']}."]
    parts += [f"Definition after: {metric.source}.", f"Mind: {metric.caveat}"]
    return " ".join(part for part in parts if part)


def _count(facts: Facts, name: str, record: Record | None) -> str:
    """The customers, deals or answers behind a number; empty where none are counted."""
    if record is None or record.value is None:
        return ""
    if isinstance(record.denominator, int):
        return f"{record.denominator:,}"
    every = (each for records in facts.records.values() for each in records)
    customers = collect_grounds(every, facts.minimum).count_customers(record)
    return "" if customers is None else f"{customers:,}"
