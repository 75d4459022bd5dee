"""Retention over a year: what made the revenue of then that of now, and the two methods as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analyses.formats import format_value, to_float
from analyses.retention import Causes, Methods, describe_causes
from charts.bridge import chart_bridge
from charts.chart import Chart
from charts.theme import Mode
from metrics.engine import Record

ORGANIC = "organic"
WINDOWS = (
    ("ret_grr", "Gross, a year"),
    ("ret_grr_renewal", "Gross, a year, of what came up for renewal"),
    ("ret_grr_13w", "Gross, 13 weeks"),
    ("ret_nrr", "Net, a year"),
    (ORGANIC, "Net, a year, without changes of price"),
    ("ret_nrr_13w", "Net, 13 weeks"),
)
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
            f"MRR of the customers of a year ago, {when}; n = {causes.customers:,} customers, {opening} "
            "then. By the reason stated on the terms that began; price only of those who still pay"
        ),
        alt=f"{title}. {chart.alt}",
        metric="ret_nrr",
    )


def build_window_rows(records: Mapping[str, Record | None], causes: Causes) -> list[dict[str, Any]]:
    """Gross and net retention by base and window, each with the MRR kept and the MRR of then."""
    rows: list[dict[str, Any]] = []
    for metric, label in WINDOWS:
        if metric == ORGANIC:
            price = causes.price
            value, base = causes.organic, causes.bridge.opening
            kept = None if price is None else causes.bridge.closing - price
        else:
            record = records.get(metric)
            value = to_float(record.value) if record else None
            kept, base = (record.numerator, record.denominator) if record else (None, None)
        rows.append({"retention": label, "rate": value, "kept_mrr": kept, "of_mrr": base})
    return rows


def write_window_rows(rows: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """The same rows as they are read, in the digits of the cards."""
    return [
        {
            "retention": row["retention"],
            "rate": format_value(row["rate"], "percent"),
            **{
                name: format_value(to_float(row[name]), "currency", currency)
                for name in ("kept_mrr", "of_mrr")
            },
        }
        for row in rows
    ]


def describe_windows(records: Mapping[str, Record | None]) -> str:
    """'Of all revenue of a year ago 86.7 % is kept, of what came up for renewal 80.1 %'."""
    values = [
        to_float(record.value) if record else None
        for record in (records.get("ret_grr"), records.get("ret_grr_renewal"))
    ]
    whole, renewal = (format_value(value, "percent") for value in values)
    return f"Of all revenue of a year ago {whole} is kept; where a term has ended since, {renewal}"


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


def write_method_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same rows as they are read: amounts to the cent and shares in the digits of the cards."""
    return [
        {
            **row,
            "mrr": f"{row['mrr']:,.2f}",
            "share_of_then": format_value(row["share_of_then"], "percent"),
            "leads_to": "" if row["leads_to"] is None else format_value(row["leads_to"], "percent"),
        }
        for row in rows
    ]
