"""What customers of each tier earned us, and what they are worth from here, each with its interval."""

from collections.abc import Sequence

from analyses.formats import format_range, format_value
from analyses.tier_value.answer import TierValue
from analyses.tier_value.tables import list_group_rows, list_worth_rows, to_label
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import Mode
from metrics.holm import find_clear
from metrics.intervals import Band

ROOM = 1.04  # of the axis beyond the highest interval


def build_margin_chart(
    value: TierValue, period: str, currency: str, minimum: float, margin: str,
    mode: Mode = "light",
) -> Chart:  # fmt: skip
    """Margin of the last 52 weeks of a customer of each tier: groups as they are. margin names the
    gross margin, for the rows."""
    bars = [
        _bar(each.tier, each.margin.mean, each.margin_low, each.margin_high, each.margin.n,
             each.reason, currency, minimum)
        for each in value.groups
    ]  # fmt: skip
    more = [(each.tier, each.margin_more) for each in value.groups]
    title = _describe(more, "earned us", "What a customer earned us in 52 weeks", currency)
    if all(each.margin.mean is None for each in value.groups):
        title = "What a customer of each tier earned us in 52 weeks: n/a"
    counted = sum(each.margin.n for each in value.groups)
    return Chart(
        title,
        f"Mean margin of a customer over the 52 weeks up to {period}, {currency}, by the tier of that "
        f"day; n = {counted:,} customers; line: 95 % interval",
        plot_interval_bars(bars, "~s", mode, _reach(value)),
        _alt(title, bars),
        list_group_rows(value.groups, currency, minimum, margin),
    )


def build_worth_chart(
    value: TierValue, period: str, currency: str, minimum: float, assumptions: str,
    mode: Mode = "light",
) -> Chart:  # fmt: skip
    """Value over the next 52 weeks of a customer of each tier, as a chain of 13-week steps."""
    bars = [
        _bar(each.tier, each.year.value, each.year.low, each.year.high, each.customers, each.reason, currency, minimum)
        for each in value.worth
    ]  # fmt: skip
    more = [(each.tier, each.year_more) for each in value.worth]
    title = _describe(more, "are worth", "What a customer is worth over 52 weeks", currency)
    if all(each.year.value is None for each in value.worth):
        title = "What a customer of each tier is worth over 52 weeks: n/a"
    moves = sum(each.moves for each in value.worth)
    return Chart(
        title,
        f"Value of a customer over the 52 weeks from {period}, {currency}, discounted; n = {moves:,} "
        f"moves of 13 weeks in {value.weeks} weeks; line: 95 % credible band",
        plot_interval_bars(bars, "~s", mode, _reach(value)),
        _alt(title, bars),
        list_worth_rows(value.worth, currency, minimum, assumptions),
    )


def _describe(found: Sequence[tuple[str, Band]], verb: str, what: str, currency: str) -> str:
    """Which tier differs the most from neutral with its interval, of those that do beyond chance when
    all are compared."""
    among = find_clear([more for _, more in found])
    clear = [each for each, holds in zip(found, among, strict=True) if holds]
    if not clear:
        said = f"{what} does not differ clearly from neutral customers"
        alone = any(more.is_distinguishable for _, more in found)
        compared = sum(more.low is not None for _, more in found)
        return f"{said} where {compared} tiers are compared" if alone else said
    tier, most = max(clear, key=lambda each: abs(each[1].value or 0))
    size = format_value(abs(most.value or 0), "currency", currency)
    word = "more" if (most.value or 0) > 0 else "less"
    low, high = sorted(abs(bound or 0) for bound in (most.low, most.high))
    between = format_range(low, high, "currency", currency)
    return (
        f"{to_label(tier)} customers {verb} {size} {word} in 52 weeks than neutral ones "
        f"(95 % interval {between})"
    )


def _bar(
    tier: str, value: float | None, low: float | None, high: float | None, n: int, reason: str,
    currency: str, minimum: float,
) -> IntervalBar:  # fmt: skip
    """Of few customers the interval stands alone."""
    bounds = "" if low is None else format_range(low, high, "currency", currency)
    if value is None:
        words = f"n/a: {reason}" if reason else "n/a"
        return IntervalBar(tier, to_label(tier), None, None, None, words)
    if n < minimum:
        words = f"too few (n = {n:,}){f', {bounds}' if bounds else ''}"
        return IntervalBar(tier, to_label(tier), None, None, None, words)
    said = format_value(value, "currency", currency)
    words = f"{said}{f' ({bounds})' if bounds else ''}, n = {n:,}"
    return IntervalBar(tier, to_label(tier), value, low, high, words)


def _reach(value: TierValue) -> float:
    """The end of both axes: the same unit has the same scale."""
    highs = [each.margin_high or each.margin.mean or 0.0 for each in value.groups]
    highs += [each.year.high or 0.0 for each in value.worth]
    return ROOM * (max(highs, default=0.0) or 1.0)


def _alt(title: str, bars: Sequence[IntervalBar]) -> str:
    return f"{title}. " + ". ".join(f"{bar.label}: {bar.words}" for bar in bars) + "."
