"""How lifetime value answers to its assumptions, one at a time (a tornado).

Source: metrics.md 8.1: sorted by the swing |high - low|, ties by name; correlated inputs are ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyses.formats import format_value
from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.observed import compute_lifetime, compute_months, list_weights
from analyses.number_text import NumberText
from analyses.survival import Curve

NOTE = "One assumption at a time, the others as assumed; where several are wrong together, it may be more."
SHORTEST = 12


@dataclass(frozen=True)
class Variation:
    """Lifetime value with one assumption lower and higher; either is None where there is no such
    assumption. The names say what each is then."""

    assumption: str
    low_name: str
    low: float | None
    high_name: str
    high: float | None
    base: float

    @property
    def values(self) -> list[float]:
        """The values at the ends, and as assumed."""
        return [each for each in (self.low, self.high, self.base) if each is not None]

    @property
    def swing(self) -> float:
        """Between the largest and the smallest of them."""
        return max(self.values) - min(self.values)


def list_variations(curve: Curve, mrr: float, assumptions: Assumptions) -> list[Variation]:
    """The value with the margin 10 points and the discount 5 points down and up, with a horizon of
    12 months, and with the first margin at the end of month 1; the largest swing first. Nothing is
    projected beyond what was observed. Empty where no whole month was."""
    base = _compute(curve, mrr, assumptions)
    if base is None:
        return []
    margins = [round(assumptions.gross_margin + points, 6) for points in (-0.1, 0.1)]
    rates = [round(assumptions.discount_yearly + points, 6) for points in (-0.05, 0.05)]
    found = [
        Variation(
            "gross margin", _percent(margins[0]), _at_margin(curve, mrr, assumptions, margins[0]),
            _percent(margins[1]), _at_margin(curve, mrr, assumptions, margins[1]), base,
        ),
        Variation(
            "discount rate a year", _percent(rates[0]), _at_rate(curve, mrr, assumptions, rates[0]),
            _percent(rates[1]), _at_rate(curve, mrr, assumptions, rates[1]), base,
        ),
        Variation(
            "timing", "first margin at the end of month 1", _compute_late(curve, mrr, assumptions),
            "first margin now", base, base,
        ),
    ]  # fmt: skip
    if compute_months(curve, assumptions) > SHORTEST:
        short = _compute(curve, mrr, replace(assumptions, horizon_months=SHORTEST))
        longest = _months(compute_months(curve, assumptions))
        shortest = _months(SHORTEST)
        found.append(Variation("horizon", shortest, short, longest, base, base))
    return sorted(found, key=lambda each: (-each.swing, each.assumption))


def list_variation_rows(variations: Sequence[Variation], currency: str) -> list[dict[str, object]]:
    """One row an assumption, with the value at either end and the swing."""
    return [
        {
            "assumption": each.assumption,
            "lower": each.low_name if each.low is not None else "",
            "value at lower": format_value(each.low, "currency", currency),
            "as assumed": format_value(each.base, "currency", currency),
            "higher": each.high_name if each.high is not None else "",
            "value at higher": format_value(each.high, "currency", currency),
            "swing": format_value(each.swing, "currency", currency),
        }
        for each in variations
    ]


def describe_variations(variations: Sequence[Variation], currency: str) -> str:
    """'The horizon moves it most of these: EUR 18.6 k at 12 months, EUR 41.1 k at 34 months'."""
    if not variations:
        return "If an assumption were another"
    most = variations[0]
    ends = ((most.low_name, most.low), (most.high_name, most.high))
    said = [
        f"{format_value(each, 'currency', currency)} at {name}"
        for name, each in ends
        if each is not None
    ]
    return f"The {most.assumption} moves it most of these: {', '.join(said)}"


def _months(count: int) -> NumberText:
    return NumberText(f"{count} months", "months", value=count)


def _percent(share: float) -> NumberText:
    return NumberText(f"{100 * share:.3g} %", "share", value=share)


def _compute(curve: Curve, mrr: float, assumptions: Assumptions) -> float | None:
    found = compute_lifetime(curve, mrr, assumptions, None)
    return None if found is None else found.value


def _at_margin(curve: Curve, mrr: float, assumptions: Assumptions, margin: float) -> float | None:
    is_share = 0 < margin <= 1
    return _compute(curve, mrr, replace(assumptions, gross_margin=margin)) if is_share else None


def _at_rate(curve: Curve, mrr: float, assumptions: Assumptions, rate: float) -> float | None:
    is_rate = rate >= 0
    return _compute(curve, mrr, replace(assumptions, discount_yearly=rate)) if is_rate else None


def _compute_late(curve: Curve, mrr: float, assumptions: Assumptions) -> float:
    """The sum over t = 1 .. H, as far as S(H) was observed: each margin a month later, if the
    customer is still there."""
    longer = replace(assumptions, horizon_months=assumptions.horizon_months + 1)
    return mrr * assumptions.gross_margin * sum(list_weights(curve, longer)[1:])
