"""The value of a tier in words: tables, and the lines that must stand with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from analyses.formats import format_of, format_range, format_value, name_unit
from analyses.held_out import format_error
from analyses.lifetime.assumptions import Assumptions, describe_margin
from analyses.number_text import NumberText
from analyses.tier_value.answer import TierValue
from analyses.tier_value.backtest import Backtest
from analyses.tier_value.groups import Group
from analyses.tier_value.worth import DRAWS, NO_BAND, TierWorth, compute_step_rate
from metrics.holm import find_clear
from metrics.intervals import Band

TOO_FEW = "too few"
DIFFERENT = 0.05


def to_label(tier: str | None) -> str:
    """'Actively dissatisfied'; all of them without a tier."""
    return "All customers" if tier is None else tier.replace("_", " ").capitalize()


def list_group_rows(
    groups: Sequence[Group], currency: str, minimum: float, margin: str
) -> list[dict[str, Any]]:
    """Retention and margin of each tier, with n, interval and difference from neutral; of few
    customers the interval stands alone. margin names the gross margin."""
    rows: list[dict[str, Any]] = []
    for each in groups:
        few_began, few_now = each.began < minimum, each.margin.n < minimum
        kept = Band(each.retention, each.kept_low, each.kept_high)
        earned = Band(each.margin.mean, each.margin_low, each.margin_high)
        rows.append(
            {
                "tier": to_label(each.tier),
                "still customers": format_of(each.kept, each.began) if each.began else "n/a",
                "retention": _band(kept, "percent", has_few=few_began) or "n/a",
                "beyond neutral, retention": _band(each.kept_more, "percent", "", True, few_began),
                "customers": each.margin.n,
                "of them all 52 weeks": each.full,
                "margin of 52 weeks": _band(earned, "currency", currency, False, few_now) or "n/a",
                "standard deviation": format_value(each.margin.deviation, "currency", currency),
                "beyond neutral, margin": _band(
                    each.margin_more, "currency", currency, True, few_now
                ),
                "assumptions": f"{margin}, not discounted",
            }
        )
    return rows


def list_worth_rows(
    rows: Sequence[TierWorth], currency: str, minimum: float, assumptions: str
) -> list[dict[str, Any]]:
    """Value of a customer of each tier with its band, and beyond that of a neutral one; of few
    customers the band stands alone."""

    def money(row: TierWorth, found: Band, is_change: bool = False) -> str:
        if found.value is None and row.reason:
            return "n/a"
        return _band(found, "currency", currency, is_change, row.customers < minimum)

    return [
        {
            "tier": to_label(each.tier),
            "customers": each.customers,
            "margin of 13 weeks": money(each, each.level),
            "value over 52 weeks": money(each, each.year),
            "beyond neutral, 52 weeks": money(each, each.year_more, True),
            "value without an end": money(each, each.endless),
            "beyond neutral, without an end": money(each, each.endless_more, True),
            "moves": each.moves,
            "exits": each.exits,
            "remark": each.reason,
            "assumptions": assumptions,
        }
        for each in rows
    ]


def list_reach_rows(rows: Sequence[TierWorth]) -> list[dict[str, Any]]:
    """How many of a tier come to be advocates before they leave, and after how many weeks."""
    return [
        {
            "from": to_label(each.tier),
            "ever an advocate": _band(each.reach, "percent"),
            "weeks, if so": _band(each.weeks, "weeks"),
            "moves": each.moves,
            "exits": each.exits,
            "remark": "" if each.reach.value is not None else each.reason,
        }
        for each in rows
        if each.tier != "advocate"
    ]


def list_backtest_rows(
    tests: Sequence[Backtest], currency: str, margin: str
) -> list[dict[str, Any]]:
    """What the chain of a year ago expected of the customers of then, and what came."""
    return [
        {
            "tier a year ago": to_label(each.tier),
            "customers": each.customers,
            "forecast": format_value(each.forecast.value, "currency", currency),
            "95 % interval": _between(each.forecast.low, each.forecast.high, "currency", currency),
            "came": format_value(each.actual, "currency", currency),
            "error": format_error(each.error),
            "within": "no" if each.is_outside else "yes",
            "verdict": "failed" if each.has_missed else "holds",
            "assumptions": f"{margin}, not discounted, no acquisition cost deducted",
        }
        for each in tests
    ]


def list_move_rows(value: TierValue) -> list[dict[str, Any]]:
    """The matrix: of those in a tier, the share in each state 13 weeks later, with counts."""
    rows: dict[str, dict[str, Any]] = {}
    for each in value.moves:
        row = rows.setdefault(
            each.from_state, {"from": to_label(each.from_state), "n": each.opening}
        )
        share = format_value(each.share, "percent")
        row[to_label(each.to_state)] = NumberText(
            f"{share} ({each.customers:,})", share.unit, **share.parts, n=each.customers
        )
    return list(rows.values())


def describe_assumptions(assumptions: Assumptions) -> str:
    """What the values rest on, one line for the page and every file."""
    rate = 100 * compute_step_rate(assumptions.discount_yearly)
    return (
        f"{describe_margin(assumptions)}, discount {100 * assumptions.discount_yearly:g} % a year "
        f"({rate:.3f} % in 13 weeks), horizon 52 weeks or without an end, margin of each 13 weeks "
        "counted at their start, a customer of today, so no acquisition cost deducted; values: "
        f"from the moves as counted; 95 % bands: {DRAWS:,} draws of the moves (Dirichlet, 1/6 added to a "
        "cell, which the values leave out) and of the mean margins"
    )


def describe_retention(groups: Sequence[Group]) -> str:
    """Which tiers kept clearly more or fewer of their customers than neutral when all are compared,
    with both rates."""
    among = find_clear([each.kept_more for each in groups])
    clear = [each for each, holds in zip(groups, among, strict=True) if holds]
    neutral = next(each for each in groups if each.tier == "neutral")
    base = f"{format_value(neutral.retention, 'percent')} of neutral customers stayed for 52 weeks"
    if neutral.reason:
        return f"No retention or margin over 52 weeks: {neutral.reason}"
    if neutral.retention is None:
        return "Nobody was neutral 52 weeks ago, so there is no retention to compare with"
    if not clear:
        return f"{base}, and no tier differs clearly"
    rates = [
        f"{format_value(each.retention, 'percent')} of {to_label(each.tier).lower()} ones "
        f"({_between(each.kept_low, each.kept_high, 'percent')})"
        for each in clear
    ]
    return f"{base}, {' and '.join(rates)}"


def describe_backtest(tests: Sequence[Backtest]) -> str:
    """'Backtest: a year ago the chain expected 3.8 % less than came (n = 1,089); it holds'."""
    if not tests:
        return "Backtest: not possible yet, since it takes tiers from 52 weeks ago and before"
    whole, *tiers = tests
    error = whole.error
    told = "n/a" if error is None else f"{abs(100 * error):.1f} % {'more' if error > 0 else 'less'}"
    failed = [to_label(each.tier).lower() for each in tiers if each.has_missed]
    verdict = "it fails" if whole.has_missed else "it holds"
    but = f", but not for {' and '.join(failed)}" if failed and not whole.has_missed else ""
    return (
        f"Backtest: a year ago the chain expected {told} than came in 52 weeks "
        f"(n = {whole.customers:,}); {verdict}{but}"
    )


def describe_homogeneity(value: TierValue) -> str:
    """Whether the steps may be pooled, with the test."""
    found = value.homogeneity
    if found.chi2 is None or found.p is None:
        return "Whether the steps are alike cannot be tested: there are too few of them."
    test = f"chi-square {found.chi2:.1f}, {found.freedom} degrees of freedom, p {_p(found.p)}"
    if found.p < DIFFERENT:
        return (
            f"The steps of 13 weeks differ by more than chance ({test}): the pooled moves are their "
            "average, and the next 13 weeks may be like none of them."
        )
    return f"The steps of 13 weeks differ by no more than chance ({test}), so they are pooled."


def to_records(value: TierValue, assumptions: str) -> list[dict[str, Any]]:
    """One plain row a tier, for csv and json: numbers, not words."""
    worth = {each.tier: each for each in value.worth}
    return [_to_record(each, worth.get(each.tier), value, assumptions) for each in value.groups]


def _to_record(
    group: Group, row: TierWorth | None, value: TierValue, assumptions: str
) -> dict[str, Any]:
    tests: Mapping[str | None, Backtest] = {each.tier: each for each in value.backtests}
    test = tests.get(group.tier)
    found: dict[str, Any] = {
        "week": value.week,
        "tier": group.tier,
        "kept": group.kept,
        "began": group.began,
        "retention": group.retention,
        "retention_low": group.kept_low,
        "retention_high": group.kept_high,
        "customers": group.margin.n,
        "full_customers": group.full,
        "margin_52w": group.margin.mean,
        "margin_52w_sd": group.margin.deviation,
        "margin_52w_low": group.margin_low,
        "margin_52w_high": group.margin_high,
        "moves": row.moves if row else 0,
        "exits": row.exits if row else 0,
        "reason": row.reason if row else "fewer than two customers",
    }
    found |= _spread("retention_more", group.kept_more) | _spread(
        "margin_52w_more", group.margin_more
    )
    for name in ("level", "year", "year_more", "endless", "endless_more", "reach", "weeks"):
        found |= _spread(name, getattr(row, name) if row else NO_BAND)
    return found | {
        "backtest_customers": test.customers if test else None,
        "backtest_forecast": test.forecast.value if test else None,
        "backtest_low": test.forecast.low if test else None,
        "backtest_high": test.forecast.high if test else None,
        "backtest_actual": test.actual if test else None,
        "assumptions": assumptions,
    }


def _spread(name: str, found: Band) -> dict[str, float | None]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _between(low: float | None, high: float | None, unit: str, currency: str = "") -> str:
    return "n/a" if low is None or high is None else format_range(low, high, unit, currency)


def _band(
    found: Band, unit: str, currency: str = "", is_change: bool = False, has_few: bool = False
) -> str:
    """'EUR 22.4 k (EUR 16.3 k to 28.5 k)', 'too few (...)'; empty for what is not asked of a tier."""
    if found.value is None:
        return ""
    value = TOO_FEW if has_few else format_value(found.value, unit, currency, is_change)
    bounds = _between(found.low, found.high, unit, currency)
    if is_change and unit == "percent":
        bounds = bounds.replace("%", "pp")
    note = TOO_FEW if has_few else None
    return NumberText(
        f"{value} ({bounds})", name_unit(unit, currency),
        value=None if has_few else found.value, low=found.low, high=found.high, note=note,
    )  # fmt: skip


def _p(p: float) -> str:
    return "under 0.001" if p < 0.001 else f"{p:.3f}"
