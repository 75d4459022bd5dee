"""What a new customer costs against what it is worth, and after how long it is paid back."""

from collections.abc import Mapping, Sequence

from analyses.acquisition import (
    Spending,
    compute_cac,
    compute_churned_payback,
    compute_payback,
)
from analyses.formats import format_value
from analyses.lifetime.assumptions import format_months
from metrics.periods import label_period

WEEKS_A_MONTH = 365.2425 / 84
COST_MEASURES = ("LTV to CAC", "Payback, simple", "Payback with churn")
NEVER = "never"
NO_MARGIN = "no margin: no customer, or none who pays, at the end of the quarter"


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
            f"{format_months(spending.lag_months)} earlier, since the median won deal took "
            f"{spending.cycle_days:,.0f} days"
        )
    return (
        f"Blended: all costs with the purpose acquisition of {months} ({lag}), over the customers "
        f"who were new in {new_in}, whatever brought them."
    )


def compute_retained(weekly_churn: float) -> float:
    """The share of customers who stay for a month, from a weekly rate: (1 - c) ^ (365.2425 / 84)."""
    return (1 - weekly_churn) ** WEEKS_A_MONTH


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
    return format_months(months), stay


def _why_no_cac(spending: Spending, new_customers: int) -> str:
    if spending.missing:
        months = ", ".join(label_period("month", month) for month in spending.missing)
        return f"no acquisition cost in the export for {months}"
    return "" if new_customers else "no new customer in the quarter"
