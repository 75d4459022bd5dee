"""What is said of the value of a move between tiers, in the words of metrics.md 5.3."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.formats import format_range, format_value
from analyses.number_text import NumberText
from analyses.tier_value.effect import FEWEST_RISEN, LEAST_COVERAGE, Effect, Effects
from analyses.tier_value.plan import Spent, find_break_even
from analyses.tier_value.programme import Trial
from metrics.intervals import Difference
from metrics.periods import format_date, label_period

CAVEAT = "This is a difference between groups, not a proven effect."
TOO_FEW = f"fewer than {FEWEST_RISEN}"
FEW_ALIKE = "most find no others"
OTHER_TREND = "trends before differ"
RUNGS = (
    "a difference between groups",
    "before and after within the same customers",
    "matched comparison with customers alike",
    "a holdout drawn by lot",
)


@dataclass(frozen=True)
class Gap:
    """How much more an advocate is worth over 52 weeks than a neutral customer, with its 95 %
    band; None with the reason."""

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


def find_claim(found: Sequence[Effect]) -> Effect | None:
    """The comparison of which the sentence speaks: of rises after an act, over 52 weeks where so many
    of them have been followed for so long, else over 26. None where nobody rose so."""
    acts = [each for each in found if each.is_act and each.customers]
    enough = [each for each in acts if each.matched and each.matched.customers >= FEWEST_RISEN]
    return next(iter(enough or acts[::-1]), None)


def find_obstacle(effect: Effect | None) -> str:
    """What keeps a comparison from being claimed, or ""."""
    matched = effect.matched if effect else None
    if effect is None or matched is None or matched.customers < FEWEST_RISEN:
        return TOO_FEW
    if (effect.coverage or 0.0) < LEAST_COVERAGE:
        return FEW_ALIKE
    return OTHER_TREND if matched.trend.is_distinguishable or matched.trend.low is None else ""


def why_no_claim(effect: Effect | None, currency: str) -> str:
    """Why rung 3 is not claimed, or "": too few, too few of them with others alike, or another trend
    before, which time alone may have carried on."""
    obstacle = find_obstacle(effect)
    matched = effect.matched if effect else None
    if obstacle == TOO_FEW:
        count = matched.customers if matched else 0
        return f"{count:,} customers rose and find others alike, fewer than {FEWEST_RISEN}"
    if not obstacle or effect is None or matched is None:
        return ""
    if obstacle == FEW_ALIKE:
        return f"of {effect.customers:,} customers who rose only {matched.customers:,} find others alike"
    return (
        "margin moved differently before the rise already, by "
        f"{describe_money(matched.trend, currency)} in 13 weeks"
    )


def describe_gap(gap: Gap, currency: str) -> str:
    """The first two sentences of the template; a band that holds 0 shows no difference."""
    if gap.value is None or gap.low is None or gap.high is None:
        why = f": {gap.reason}" if gap.reason else ""
        return f"What advocates are worth beyond neutral customers over 52 weeks is n/a{why}."
    size = format_value(abs(gap.value), "currency", currency)
    more = "more" if gap.value >= 0 else "less"
    said = f"Advocates are worth {size} {more} over 52 weeks than neutral customers."
    if gap.low <= 0 <= gap.high:
        bounds = format_range(gap.low, gap.high, "currency", currency)
        said = f"{said[:-1]}, which may be chance (95 % band {bounds})."
    return f"{said} {CAVEAT}"


def describe_claim(effect: Effect | None, spent: Spent | None, currency: str) -> str:
    """The third sentence of the template, or what it cannot say and why; spent is None within filters."""
    reason = why_no_claim(effect, currency)
    if reason or effect is None or effect.matched is None:
        return f"Matched comparison supports no gain: {reason}; so there is no break-even."
    gain = effect.matched.gain
    over = "" if effect.weeks == 52 else f" over {effect.weeks} weeks"
    if not gain.is_distinguishable:
        return (
            f"Matched comparison does not show a gain{over}: {describe_money(gain, currency)}, "
            "which holds 0; so there is no break-even."
        )
    if gain.low is None or gain.low <= 0:
        return (
            f"Matched comparison shows a loss{over}: {describe_money(gain, currency)}; "
            "so there is no break-even."
        )
    low = format_value(gain.low, "currency", currency)
    return (
        f"Matched comparison supports a gain of {describe_money(gain, currency)}{over}; "
        f"the plan below uses the lower bound {low} and {_break_even(effect, spent)}."
    )


def _break_even(effect: Effect, spent: Spent | None) -> str:
    if spent is None:
        return (
            "has no break-even, since costs are those of the whole company and not of a part of it"
        )
    customers = find_break_even(spent, effect)
    if customers is None:
        return "has no break-even, since the export has no cost of advocacy in the last 12 months"
    return f"breaks even at {customers:,} customer{'' if customers == 1 else 's'}"


def find_trial(trials: Sequence[Trial]) -> Trial | None:
    """The programme with the most customers, over the longer horizon where all were followed."""
    sized = [(each.treated.customers + each.holdout.customers, each.weeks, each) for each in trials]
    return max(sized, key=lambda each: each[:2])[2] if sized else None


def describe_trial(trial: Trial | None, currency: str) -> str:
    """What a holdout drawn by lot says: of the invitation to a programme, not of a move."""
    if trial is None:
        return "No programme with a holdout, so nothing was tried by lot."
    counts = f"{trial.treated.customers:,} invited, {trial.holdout.customers:,} held out"
    if trial.has_few:
        return (
            f"{trial.programme}: {counts} by lot, fewer than {FEWEST_RISEN} in an arm: no verdict."
        )
    verdict = "shows no clear gain"
    if trial.gain.is_distinguishable:
        verdict = "paid" if (trial.gain.value or 0) > 0 else "cost margin"
    return (
        f"By lot, the invitation to {trial.programme} {verdict}: "
        f"{describe_money(trial.gain, currency)} a customer in {trial.weeks} weeks ({counts})."
    )


def find_rung(effects: Sequence[Effect], currency: str) -> int:
    """The highest rung that holds for a move: 3 where the matched comparison may be claimed, 2 with
    enough who rose, else 1. Rung 4 is of an invitation, not of a move."""
    claim = find_claim(effects)
    if not why_no_claim(claim, currency):
        return 3
    return 2 if claim is not None and claim.customers >= FEWEST_RISEN else 1


def describe_gap_rung(gap: Gap, currency: str) -> str:
    """'The difference of EUR 178 stands on rung 1 of 4: a difference between groups.'"""
    if gap.value is None:
        return f"Such a difference would stand on rung 1 of 4: {RUNGS[0]}."
    size = format_value(abs(gap.value), "currency", currency)
    return f"The difference of {size} stands on rung 1 of 4: {RUNGS[0]}."


def describe_rungs(gap: Gap, effects: Sequence[Effect], trial: Trial | None, currency: str) -> str:
    """Which statement stands on which rung: the difference, what a move does, and the programme."""
    rung = find_rung(effects, currency)
    move = f"What a move does: rung {rung}, {RUNGS[rung - 1]}."
    if rung == 1:
        move = "What a move does is not known: no rung above 1 holds."
    lot = ""
    if trial is not None and not trial.has_few:
        lot = f" The invitation to {trial.programme}: rung 4, {RUNGS[3]}."
    return f"{describe_gap_rung(gap, currency)} {move}{lot}"


def describe_plan(spent: Spent | None, claim: Effect | None, currency: str) -> str:
    """What the plan rests on: the cost of which months, over the lower bound of the gain where there is
    one, beside how many rose meanwhile."""
    if spent is None:
        return "Costs are those of the whole company, so there is no plan for a part of it."
    months = (
        f"{label_period('month', spent.first_month)} to {label_period('month', spent.last_month)}"
    )
    if spent.amount is None:
        return f"The export has no cost with the purpose advocacy in {months}, so there is no plan."
    cost = format_value(float(spent.amount), "currency", currency)
    part = "" if spent.cost_months == 12 else f" ({spent.cost_months} of 12 months have one)"
    rose = f"{spent.risen:,} rose on evidence to loyal or advocate in the last 52 weeks, with or without it"
    said = f"Advocacy cost {cost} in {months}{part}"
    needed = None if why_no_claim(claim, currency) else find_break_even(spent, claim)
    if needed is None or claim is None or claim.matched is None:
        return f"{said}; {rose}. No gain is claimed, so nothing says that it came back."
    low = format_value(claim.matched.gain.low, "currency", currency)
    return f"{said}; at {low} a customer in {claim.weeks} weeks, {needed:,} pay for it. {rose}."


def describe_effects(effects: Effects) -> str:
    """Who was compared, of those who rose in which weeks."""
    if effects.first_week is None or effects.last_week is None:
        return "Nobody rose on evidence to loyal or advocate with 26 weeks before and after."
    compared = max((each.customers for each in effects.found if not each.is_act), default=0)
    acted = max((each.customers for each in effects.found if each.is_act), default=0)
    return (
        f"{effects.risen:,} customers rose on evidence to loyal or advocate in the weeks of "
        f"{format_date(effects.first_week)} to {format_date(effects.last_week)}; {compared:,} were "
        f"customers for 26 weeks before, without growth or renewal just before; {acted:,} of them "
        "rose after an act of advocacy."
    )


def describe_money(found: Difference, currency: str) -> NumberText:
    """'EUR 120 (95 % CI 40\u2013200)', a bound below 0 with its currency: '-EUR 20 to EUR 60'."""
    text = _write_money(found, currency)
    return NumberText(text, currency, value=found.value, low=found.low, high=found.high)


def _write_money(found: Difference, currency: str) -> str:
    value = format_value(found.value, "currency", currency)
    if found.low is None or found.high is None:
        return f"{value} (no interval)"
    low, high = (format_value(bound, "currency", currency) for bound in (found.low, found.high))
    if found.low >= 0:
        prefix = f"{currency} "
        return f"{value} (95 % CI {low.removeprefix(prefix)}\u2013{high.removeprefix(prefix)})"
    return f"{value} (95 % CI {low} to {high})"
