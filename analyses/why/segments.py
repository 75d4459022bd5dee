"""A change by the slices of one dimension: their own rate against their share, and what is one for all."""

from fractions import Fraction

from analyses.changes import compute_change, format_change
from analyses.formats import format_range, format_value
from analyses.grounds import Grounds
from analyses.why.exact import Ends, split_product, split_ratio
from analyses.why.headlines import Factor, Headline
from analyses.why.pair import Numbers, Pair, describe_before
from analyses.why.setting import Setting
from analyses.why.speeds import list_speeds
from analyses.why.tables import EFFECT, Row
from metrics.engine import Record

RATE, MIX, SIZE, OTHER = "rate", "mix", "size", "other"
COLUMNS = (RATE, MIX, SIZE, OTHER, EFFECT)


def list_segments(setting: Setting) -> list[Row]:
    """One row a value of the dimension: what its rate, its share of the whole (mix) and its size take
    of the change; and what no slice has of its own, a row by itself. None without a dimension.

    A velocity is no sum of its slices': list_speeds."""
    headline, numbers, minimum = setting.headline, setting.numbers, setting.minimum
    if numbers.dimension is None:
        return []
    if headline.key == "velocity":
        return list_speeds(setting)
    sources = [each.amount.metric for each in headline.factors] + [headline.counted.metric]
    rows: list[Row] = []
    for value in numbers.values(sources):
        effects: dict[str, Fraction] = {}
        for factor in headline.factors:
            for column, effect in _split(factor, numbers, value).items():
                effects[column] = (
                    effects.get(column, Fraction(0)) + effect * setting.weights[factor.key]
                )
        count = numbers.ends(headline.counted, value)
        is_few = [number < minimum for number in (count.before, count.after)]
        texts = [
            describe_slice(headline, numbers, value, place, few, setting.currency)
            for place, few in enumerate(is_few)
        ]
        note = describe_chance(headline, numbers, setting.pair, value, minimum)
        if any(is_few):
            note = f"under {minimum:,.0f} {headline.noun}: no rate to rest on"
        rows.append(Row(value, effects, texts[0], texts[1], note))
    if headline.rest:
        rows.append(Row(headline.rest, {OTHER: setting.rest}, is_rest=True))
    return rows


def _split(factor: Factor, numbers: Numbers, value: str) -> dict[str, Fraction]:
    amount = numbers.ends(factor.amount, value)
    if factor.per is not None:
        whole = numbers.ends(factor.amount), numbers.ends(factor.per)
        rate, mix = split_ratio(amount, numbers.ends(factor.per, value), *whole)
        return {RATE: rate, MIX: mix}
    if factor.base is not None:
        rate, size = split_product(amount, numbers.ends(factor.base, value))
        return {RATE: rate, SIZE: size}
    return {SIZE: amount.change}


def describe_chance(
    headline: Headline, numbers: Numbers, pair: Pair, value: str | None, minimum: float
) -> str:
    """'chance may have made the change (95 % interval -0.7 to +0.2 pp)' of a share; else empty.

    Of the whole it says against what: a card beside it may compare with something else.
    """
    before, after = numbers.records(headline.metric, value)
    metric = numbers.metric(headline.metric)
    if after is None or metric.interval != "wilson":
        return ""
    days = (pair.after.end - pair.before.end).days
    change = compute_change(metric, after, before, Grounds({}, minimum), pair.before.start, days)
    if not change.is_indistinct or not change.value:
        return ""
    interval = format_change(change, metric.unit, "").partition(" (")[2].rstrip(")")
    against = f" against {describe_before(pair)}" if value is None else ""
    return f"chance may have made the change{against} (95 % interval {interval})"


def describe_slice(
    headline: Headline, numbers: Numbers, value: str | None, place: int, is_few: bool, currency: str
) -> str:
    """'0.4 % (5 of 412, 0.2-0.9 %)' at one end; of few only the counts, '1 of 13'."""
    record = numbers.records(headline.metric, value)[place]
    if headline.rest:
        return _describe_mean(headline.factors[0], numbers, value, place, currency)
    if record is None:
        return ""
    if headline.unit in ("currency", "currency_per_day"):
        number = getattr(record, headline.part)
        text = format_value(None if number is None else float(number), headline.unit, currency)
        share = record.value if headline.part == "numerator" else None
        return (
            text if share is None or is_few else f"{text} ({format_value(float(share), 'percent')})"
        )
    return _describe_rate(record, is_few, currency)


def _describe_rate(record: Record, is_few: bool, currency: str) -> str:
    if not record.denominator or record.numerator is None:
        return "none"
    sign = "+" if record.metric in ("adv_net", "flow_net") else ""
    counts = f"{record.numerator:{sign},} of {record.denominator:,}"
    if is_few or record.value is None:
        return counts
    value = format_value(float(record.value), record.unit, currency)
    if record.low is None or record.high is None:
        return f"{value} ({counts})"
    return f"{value} ({counts}; {format_range(record.low, record.high, record.unit)})"


def _describe_mean(
    factor: Factor, numbers: Numbers, value: str | None, place: int, currency: str
) -> str:
    per = numbers.ends(factor.per, value) if factor.per else Ends(Fraction(0), Fraction(0))
    amount = numbers.ends(factor.amount, value)
    count, total = ((each.before, each.after)[place] for each in (per, amount))
    if not count:
        return "none"
    return f"{format_value(float(total / count), 'currency', currency)} of {int(count):,} customers"
