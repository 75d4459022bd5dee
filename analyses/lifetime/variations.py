"""How lifetime value answers to its assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses.formats import format_value
from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.observed import compute_lifetime, compute_months
from analyses.survival import Curve


@dataclass(frozen=True)
class Variation:
    """Lifetime value under another assumption."""

    label: str
    value: float


def list_variations(curve: Curve, mrr: float, assumptions: Assumptions) -> list[Variation]:
    """The value with the margin 10 points and the discount 5 points up and down, and at each
    shorter horizon of whole years; nothing is projected beyond what was observed."""
    months = compute_months(curve, assumptions)
    varied: list[tuple[str, Assumptions]] = [("as assumed", assumptions)]
    for points in (-0.1, 0.1):
        margin = round(assumptions.gross_margin + points, 6)
        if 0 < margin <= 1:
            label = f"gross margin {100 * margin:.0f} %"
            varied.append((label, replace(assumptions, gross_margin=margin)))
    for points in (-0.05, 0.05):
        rate = round(assumptions.discount_yearly + points, 6)
        if rate >= 0:
            label = f"discount rate {100 * rate:.0f} % a year"
            varied.append((label, replace(assumptions, discount_yearly=rate)))
    for horizon in range(12, months, 12):
        varied.append((f"horizon {horizon} months", replace(assumptions, horizon_months=horizon)))
    found = [(label, compute_lifetime(curve, mrr, each)) for label, each in varied]
    return [Variation(label, each.value) for label, each in found if each is not None]


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
