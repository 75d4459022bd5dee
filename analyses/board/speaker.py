"""What a speaker needs beneath a slide: definition, n, interval, source, as-of and build of each number."""

from collections.abc import Sequence

from analyses.board.facts import LIFETIME, Facts
from analyses.board.plain import say_plainly
from analyses.formats import format_range
from analyses.lifetime.assumptions import describe_assumed
from metrics.engine import Record
from metrics.periods import format_date
from metrics.registry import Metric

INTERVALS = {
    "wilson": "95 %, Wilson score",
    "nps": "95 %, from the variance of the scores",
    "poisson": "95 %, exact Poisson",
    "returned": "95 %, computed in the definition",
    "none": "none: counted in full, or made of other numbers",
}
# Why a number has no interval, by metric, else by family.
IN_FULL = "every customer is counted, no sample"
NO_INTERVAL = {
    "vel_pipeline": "the product of four drivers; that of the win rate stands beside it",
    "vel_open": "every open deal is counted, no sample",
    "vel_deal": "a mean over all deals won, no sample",
    "vel_cycle": "a mean over all deals won, no sample",
    "vel_realised": "every deal won is counted, no sample",
    "ltv_simple": "one rate for all, taken as it is",
    "eco_cac": "all costs and all new customers are counted, no sample",
    "eco_ltvcac": "a ratio; that of lifetime value stands beside it",
    "eco_payback": "cost and churn are taken as they are",
}
DEALS = "vel_win_count"


def list_notes(facts: Facts, metrics: Sequence[str]) -> tuple[str, ...]:
    """One line a number, why some have no interval, once, then where all of them come from."""
    return (
        *(_describe(facts, metric) for metric in metrics),
        *_describe_without(facts, metrics),
        describe_source(facts),
    )


def describe_source(facts: Facts) -> str:
    """'Source: a Salesforce export, as of 15 Nov 2026; build 000001-9b00b0; ...'."""
    days = facts.quarter
    return (
        f"Source: {facts.source_name}, as of {format_date(facts.as_of)}; build {facts.build_id};"
        f" {facts.name} is {format_date(days.start)} up to, not including, {format_date(days.end)}."
    )


def _describe(facts: Facts, name: str) -> str:
    metric = facts.metrics[name]
    size = count_cases(facts, name)
    interval = _describe_interval(facts, metric)
    assumed = describe_assumed(metric, facts.worth.assumptions)
    parts = (
        f"{metric.label}: {metric.definition}",
        f"n = {size}." if size else "",
        f"95 % interval {interval}." if interval else "",
        f"Assumptions: {assumed}." if assumed else "",
        f"Definition after: {say_plainly(metric.source, facts.metrics)}.",
        f"Mind: {say_plainly(metric.caveat, facts.metrics)}",
    )
    return " ".join(part for part in parts if part)


def _describe_interval(facts: Facts, metric: Metric) -> str:
    """'2.3-4.2 %', or one a member: 'advocate 3.1-5.3 %, loyal 15.5-19.7 %'; empty without one."""
    if not metric.members:
        return facts.interval(metric.id)
    found = ((member, facts.record(metric.id, member=member)) for member in metric.members)
    return ", ".join(
        f"{member.replace('_', ' ')} {format_range(each.low, each.high, metric.unit, facts.currency)}"
        for member, each in found
        if each and each.low is not None and each.high is not None
    )


def _describe_without(facts: Facts, metrics: Sequence[str]) -> list[str]:
    """'No interval: MRR, New MRR (every customer is counted, no sample); ...', of numbers that have a value."""
    reasons: dict[str, list[str]] = {}
    for name in metrics:
        metric = facts.metrics[name]
        if facts.number(name) is None or _describe_interval(facts, metric):
            continue
        reasons.setdefault(_find_reason(metric), []).append(metric.label)
    told = "; ".join(f"{', '.join(labels)} ({reason})" for reason, labels in reasons.items())
    return [f"No interval: {told}."] if told else []


def _find_reason(metric: Metric) -> str:
    if metric.interval != "none" or metric.id == LIFETIME:
        return "too few cases"
    return NO_INTERVAL.get(metric.id, IN_FULL)


def count_cases(facts: Facts, name: str) -> str:
    """'1,185 customers', '283 deals', '71' answers or the like; empty of what is itself a count, and of n/a."""
    metric = facts.metrics[name]
    record = facts.record(name, member=metric.members[0] if metric.members else None)
    if record is None or record.value is None or metric.unit == "count":
        return ""
    if metric.family == "velocity":
        return _count_deals(facts, record)
    if isinstance(record.denominator, int):
        return f"{record.denominator:,}"
    if name == "mrr":
        paying = facts.record("cust_active")
        return f"{int(paying.value):,} customers at the end" if paying and paying.value else ""
    customers = facts.grounds.count_customers(record)
    return "" if customers is None else f"{customers:,} customers"


def _count_deals(facts: Facts, record: Record) -> str:
    """Of a share its own closed deals; else those won, which size, cycle and velocity rest on."""
    if record.unit == "percent" and isinstance(record.denominator, int):
        return f"{record.denominator:,} closed deals"
    won = facts.number(DEALS, part="numerator")
    if record.metric in ("vel_deal", "vel_cycle") and isinstance(record.denominator, int):
        won = record.denominator
    return "" if won is None else f"{won:,.0f} won deals"
