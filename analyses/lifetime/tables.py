"""The tables of lifetime value: its assumptions, its parts, the tiers, and what a customer costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyses.acquisition import (
    Spending,
    compute_cac,
    compute_churned_payback,
    compute_payback,
)
from analyses.formats import format_range, format_value
from analyses.lifetime.observed import Assumptions, Lifetime, Variation
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.periods import label_period

WEEKS_A_MONTH = 365.2425 / 84
COST_MEASURES = ("LTV to CAC", "Payback, simple", "Payback with churn")
NEVER = "never"
NO_MARGIN = "no margin: no customer, or none who pays, at the end of the quarter"
NO_TIER_LIFETIME = (
    "No lifetime value by tier: customers change tier, and today's MRR of a tier times everybody's "
    "survival would hide the very difference. What can be said is what those of each tier pay."
)


@dataclass(frozen=True)
class Part:
    """Lifetime value of one value of a dimension: by survival with its interval, by constant
    retention, with the number of customers today; a value of None has a reason."""

    name: str
    lifetime: Lifetime | None
    value: float | None
    simple: float | None
    customers: int
    reason: str


def list_assumptions(
    assumptions: Assumptions, months: int | None, mrr: float | None, customers: int, currency: str,
    versions: tuple[int, int],
) -> list[dict[str, str]]:  # fmt: skip
    """What both models assume, one row an assumption; versions are those of the two metrics."""
    monthly = (1 + assumptions.discount_yearly) ** (1 / 12) - 1
    counted = "n/a" if months is None else _months(months)
    horizon = f"{assumptions.horizon_months} months at most"
    paid = "n/a: no customer at the end of the quarter"
    if mrr is not None:
        paid = f"{format_value(mrr, 'currency', currency)} a month: the average of today, n = {customers:,} customers"
    rows = [
        ("model and version", f"Kaplan-Meier over observed tenure (ltv_km, version {versions[0]})",
         f"constant retention m r / (1 + d - r) (ltv_simple, version {versions[1]})"),
        ("revenue or margin", "margin", "margin"),
        ("gross margin", format_value(assumptions.gross_margin, "percent"), ""),
        ("MRR of a customer", paid, ""),
        ("discount rate", f"{format_value(assumptions.discount_yearly, 'percent')} a year "
         f"({100 * monthly:.3f} % a month)", ""),
        ("horizon", f"{horizon}; {counted} counted, since no customer was watched longer"
         if months is not None and months < assumptions.horizon_months else horizon,
         "none: for ever"),
        ("timing", "first margin now, then each month while the customer stays",
         "first margin at the end of month 1, if retained"),
        ("acquisition cost", "before it: not deducted", "before it: not deducted"),
        ("whose value", "a new customer", "a customer of today: what is still to come"),
        ("beyond what was observed", "nothing is projected, so there is nothing to backtest",
         "the churn of the last 13 weeks lasts for ever"),
        ("interval", "95 %, sampling of the survival curve only (Greenwood): not of margin, MRR, "
         "discount or horizon", "none"),
    ]  # fmt: skip
    return [
        {"assumption": name, "by survival": one, "constant retention": other or one}
        for name, one, other in rows
    ]


def list_part_rows(parts: Sequence[Part], dimension: str, currency: str) -> list[dict[str, object]]:
    """One row a value of the dimension."""
    return [
        {
            dimension: part.name,
            "by survival": format_value(part.value, "currency", currency),
            "95 % interval": describe_bounds(part.lifetime, currency),
            "months counted": part.lifetime.months if part.lifetime else None,
            "stays": part.lifetime.spells if part.lifetime else None,
            "ended": part.lifetime.ended if part.lifetime else None,
            "constant retention": format_value(part.simple, "currency", currency),
            "customers": part.customers,
            "remark": part.reason,
        }
        for part in parts
    ]


def list_variation_rows(variations: Sequence[Variation], currency: str) -> list[dict[str, object]]:
    """One row an assumption that was changed, with what it does to the value."""
    base = variations[0].value if variations else 0.0
    return [
        {
            "if": each.label,
            "lifetime value": format_value(each.value, "currency", currency),
            "change": ""
            if each is variations[0] or not base
            else f"{100 * (each.value / base - 1):+.1f} %",
        }
        for each in variations
    ]


def describe_variations(variations: Sequence[Variation], currency: str) -> str:
    """'Horizon 12 months would make it EUR 18.6 k, the largest change of these'."""
    if len(variations) < 2:
        return "If an assumption were another"
    base, *others = variations
    most = max(others, key=lambda each: abs(each.value - base.value))
    value = format_value(most.value, "currency", currency)
    label = f"{most.label[:1].upper()}{most.label[1:]}"
    return f"{label} would make it {value}, the largest change of these"


def describe_costs(rows: Sequence[Mapping[str, str]]) -> str:
    """'A new customer costs EUR 3,709: worth 11.1 times that, paid back in 3 months', as far as the
    rows of list_cost_rows have it."""
    values = {row["measure"]: row["value"] for row in rows}
    cost, ratio, *paybacks = values.values()
    if cost == "n/a":
        return "Lifetime value to acquisition cost (LTV to CAC), and payback: n/a"
    payback = next((each for each in reversed(paybacks) if each != "n/a"), "")
    told = [f"worth {ratio} times that"] if ratio != "n/a" else []
    told += [f"paid back {payback if payback == NEVER else f'in {payback}'}"] if payback else []
    said = f"A new customer costs {cost}"
    return f"{said}: {', '.join(told)}" if told else said


def list_tier_rows(
    shares: Sequence[Record], money: Sequence[Record], labels: Mapping[str, str],
    gross_margin: float, currency: str,
) -> list[dict[str, object]]:  # fmt: skip
    """One row a tier at the end of the quarter: customers, MRR and margin of one a month.

    shares, money: the records of adv_share and adv_mrr of one period.
    """
    rows: list[dict[str, object]] = []
    for tier, label in labels.items():
        counts = [each for each in shares if each.member == tier and each.numerator is not None]
        sums = [each for each in money if each.member == tier and each.value is not None]
        if not counts or not sums:
            continue
        customers, mrr = int(counts[0].numerator or 0), float(sums[0].value or 0)
        each_pays = mrr / customers if customers else None
        margin = None if each_pays is None else gross_margin * each_pays
        rows.append(
            {
                "tier": label,
                "customers": customers,
                "MRR of one": format_value(each_pays, "currency", currency),
                "margin of one a month": format_value(margin, "currency", currency),
            }
        )
    return rows


def list_cost_rows(
    spending: Spending, new_customers: int, lifetime: float | None, margin: float | None,
    weekly_churn: float | None, currency: str,
) -> list[dict[str, str]]:  # fmt: skip
    """CAC, LTV to CAC and both paybacks, each with what it was computed from or why it is absent.

    margin: of a month, of an average customer of today; weekly_churn: pooled over 13 weeks.
    """
    cost = None if spending.amount is None else float(spending.amount)
    cac = None if cost is None else compute_cac(cost, new_customers)
    absent = _why_no_cac(spending, new_customers)
    paid = f"{format_value(cost, 'currency', currency)} / {new_customers:,} new customers"
    rows = [
        (
            "Acquisition cost of a new customer (CAC)",
            format_value(cac, "currency", currency),
            absent or paid,
        )
    ]
    if cac is None:
        rows += [(name, "n/a", absent) for name in COST_MEASURES]
    else:
        ratio = _compare(lifetime, cac)
        found = (
            ratio,
            _pay_back(cac, margin, currency),
            _pay_back_churned(cac, margin, weekly_churn),
        )
        rows += [(name, *told) for name, told in zip(COST_MEASURES, found, strict=True)]
    return [{"measure": name, "value": value, "from": source} for name, value, source in rows]


def describe_spending(spending: Spending, new_in: str) -> str:
    """Which months' cost is set against whose customers, and why."""
    months = label_period("month", spending.first)
    if spending.first != spending.last:
        months = f"{months} to {label_period('month', spending.last)}"
    if spending.cycle_days is None:
        lag = "no lag, since no deal was won in 364 days"
    else:
        lag = (
            f"{_months(spending.lag_months)} earlier, since the median won deal took "
            f"{spending.cycle_days:,.0f} days"
        )
    return (
        f"Blended: all costs with the purpose acquisition of {months} ({lag}), over the customers "
        f"who were new in {new_in}, whatever brought them."
    )


def describe_lifetime(value: float | None, lifetime: Lifetime | None, currency: str) -> str:
    """'A new customer at today's average MRR is worth EUR 41.1 k in margin within 34 months'."""
    if value is None or lifetime is None:
        return "Lifetime value n/a"
    bounds = describe_bounds(lifetime, currency)
    return (
        f"A new customer at today's average MRR is worth {format_value(value, 'currency', currency)} in margin within "
        f"{_months(lifetime.months)}{f' ({bounds})' if bounds else ''}"
    )


def describe_bounds(lifetime: Lifetime | None, currency: str) -> str:
    """'EUR 40.4 k to 41.9 k', or nothing."""
    if lifetime is None or lifetime.low is None:
        return ""
    return format_range(lifetime.low, lifetime.high, "currency", currency)


def compute_retained(weekly_churn: float) -> float:
    """The share of customers who stay for a month, from a weekly rate: (1 - c) ^ (365.2425 / 84)."""
    return (1 - weekly_churn) ** WEEKS_A_MONTH


def find_number(records: Sequence[Record], record: Record | None) -> float | None:
    """The value of the record of the same period and breakdown in another metric's records."""
    if record is None:
        return None
    same = [each for each in records if each.breakdown == record.breakdown]
    found = find_record(same, record.period_start)
    return None if found is None or found.value is None else float(found.value)


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"


def _compare(lifetime: float | None, cac: float) -> tuple[str, str]:
    if lifetime is None:
        return "n/a", "no lifetime value"
    if not cac:
        return "n/a", "acquisition cost nothing"
    return f"{lifetime / cac:.1f}", "lifetime value by survival / CAC"


def _pay_back(cac: float, margin: float | None, currency: str) -> tuple[str, str]:
    months = None if margin is None else compute_payback(cac, margin)
    if months is None:
        return "n/a", NO_MARGIN
    each = format_value(margin, "currency", currency)
    return f"{months:.1f} months", f"CAC / {each} margin a month of an average customer"


def _pay_back_churned(
    cac: float, margin: float | None, weekly_churn: float | None
) -> tuple[str, str]:
    if not margin:
        return "n/a", NO_MARGIN
    if weekly_churn is None:
        return "n/a", "no churn of 13 weeks"
    retained = compute_retained(weekly_churn)
    months = compute_churned_payback(cac, margin, retained)
    stay = f"{format_value(retained, 'percent')} retained from month to month (churn of the last 13 weeks)"
    if months is None:
        return NEVER, f"not recovered with {stay}"
    return _months(months), stay


def _why_no_cac(spending: Spending, new_customers: int) -> str:
    if spending.missing:
        months = ", ".join(label_period("month", month) for month in spending.missing)
        return f"no acquisition cost in the export for {months}"
    return "" if new_customers else "no new customer in the quarter"
