"""Retention over a year: what made the revenue of then that of now, and the two methods as rows."""

from dataclasses import replace
from typing import Any

from analyses.formats import format_value
from analyses.retention import Causes, Methods, describe_causes
from charts.bridge import chart_bridge
from charts.chart import Chart
from charts.theme import Mode

GROSS = (
    "Lost by events: churned and contraction",
    "less: made good by the same customers, before or after",
    "less: lost by customers who came after the start",
    "Lost by endpoints: then less kept",
)
NET = (
    "Change by events, without new",
    "less: gained by customers who came after the start",
    "plus: lost by customers who came after the start",
    "Change by endpoints: now less then",
)


def chart_causes(causes: Causes, when: str, mode: Mode = "light") -> Chart:
    """The bridge from the revenue of then to that of now, of the same customers."""
    chart = chart_bridge(causes.bridge, when, mode)
    opening = format_value(float(causes.bridge.opening), "currency", causes.bridge.currency)
    title = describe_causes(causes)
    return replace(
        chart,
        title=title,
        subtitle=(
            f"MRR of the customers of a year ago, {when}; n = {causes.customers:,} customers, {opening} then. By the reason stated on the "
            "terms that began; price only of those who still pay"
        ),
        alt=f"{title}. {chart.alt}",
        metric="ret_nrr",
    )


def build_method_rows(methods: Methods) -> list[dict[str, Any]]:
    """The reconciliation of both rates: MRR, its share of the MRR of then, and the rate it leads to."""
    rows: list[dict[str, Any]] = []
    for name, labels, line, sign in (
        ("GRR", GROSS, methods.gross, -1),
        ("NRR", NET, methods.net, 1),
    ):
        for label, amount in zip(labels, line, strict=True):
            share = methods.share(amount)
            is_end = label in (labels[0], labels[-1])
            rows.append(
                {
                    "rate": name,
                    "step": label,
                    "mrr": amount,
                    "share_of_then": share,
                    "leads_to": 1 + sign * share if is_end and share is not None else None,
                }
            )
    return rows
