"""Why a headline moved between two periods: the change, and its tables by driver, segment and account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb

from analyses.sentences import describe_reason
from analyses.why.accounts import list_accounts
from analyses.why.drivers import list_drivers
from analyses.why.exact import QUANTA, Ends, compute_weights, round_to
from analyses.why.headlines import Headline, find_headline
from analyses.why.pair import Numbers, Pair, Read, find_pair
from analyses.why.segments import COLUMNS, describe_chance, list_segments
from analyses.why.setting import Setting, find_factors
from analyses.why.speeds import describe_driver_chance
from analyses.why.tables import EFFECT, By, Row, Split, make_split
from metrics.engine import Record, missing_tables
from metrics.scope import Scope, check_chosen

REST = "rest"
FINDERS: dict[By, Callable[[Setting], list[Row]]] = {
    "driver": list_drivers,
    "segment": list_segments,
    "account": list_accounts,
}


@dataclass(frozen=True)
class Asked:
    """A question: period None is the last closed one, grain None the headline's own, dimension None
    the first that the build has. against is previous or year. by: the tables that are wanted."""

    headline: str
    grain: str | None = None
    period: date | None = None
    against: str = "previous"
    dimension: str | None = None
    scope: Scope = Scope()
    by: tuple[By, ...] = ("driver", "segment", "account")


@dataclass(frozen=True)
class Why:
    """The answer. before and after are rounded as the parts are, so that the parts add up to what is
    shown; None where the number has no value, with the reason. splits: by driver, segment, account.

    few says that the whole rests on too few customers for a rate, doubt that chance alone may have
    made the change, or of velocity what to mind of the driver that moved it the most.
    """

    headline: Headline
    pair: Pair
    currency: str
    dimension: str | None
    before: Decimal | None = None
    after: Decimal | None = None
    splits: tuple[Split, ...] = ()
    reason: str = ""
    few: str = ""
    doubt: str = ""

    @property
    def change(self) -> Decimal | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


def find_why(cursor: duckdb.DuckDBPyConnection, asked: Asked, read: Read | None = None) -> Why:
    """The change of a headline and what it is made of; read as in Numbers.

    Raises StandingError for an unknown headline, grain, dimension or period, and for a period that
    is not over or has none to be held against.
    """
    headline = find_headline(asked.headline)
    pair = find_pair(
        cursor, asked.grain or headline.grain, asked.period, asked.against, asked.scope
    )
    currency, minimum, dimensions = _read_settings(cursor)
    if asked.dimension:
        check_chosen(cursor, [asked.dimension])
    dimension = asked.dimension or next(iter(dimensions), None)
    numbers = Numbers(cursor, pair, dimension, read)
    records = numbers.records(headline.metric)
    if reason := _describe_absence(cursor, headline, pair, numbers, records):
        return Why(headline, pair, currency, dimension, reason=reason)
    ends, weights, rest = _weigh(headline, numbers, records)
    quantum = QUANTA[headline.unit]
    before, after = (round_to(end, quantum) for end in (ends.before, ends.after))
    change = after - before
    setting = Setting(cursor, headline, pair, numbers, weights, rest, currency, minimum)
    found: dict[By, list[Row]] = {}
    for by in asked.by:
        if by != "segment" or dimension:
            found[by] = FINDERS[by](setting)
    splits = [
        make_split(by, COLUMNS if by == "segment" else (EFFECT,), rows, change, headline.unit)
        for by, rows in found.items()
        if rows or change
    ]
    counted = numbers.ends(headline.counted)
    few = min(counted.before, counted.after) < minimum
    return Why(
        headline, pair, currency, dimension, before, after, tuple(splits),
        doubt=describe_driver_chance(setting)
        if headline.key == "velocity"
        else describe_chance(headline, numbers, pair, None, minimum),
        few=f"under {minimum:,.0f} {headline.noun}: read the counts, the rates are no trend" if few else "",
    )  # fmt: skip


def _weigh(
    headline: Headline, numbers: Numbers, records: tuple[Record | None, Record | None]
) -> tuple[Ends, dict[str, Fraction], Fraction]:
    """The headline at both ends, what a unit of each factor comes to, and the effect of the rest."""
    factors = find_factors(numbers, headline)
    if headline.rest:
        values = [
            Fraction(float(each.value)) for each in records if each and each.value is not None
        ]
        (only,) = factors.values()
        factors[REST] = Ends(values[0] / only.before, values[1] / only.after)
    inverse = frozenset(each.key for each in headline.factors if each.is_inverse)
    weights = {
        key: weight * headline.scale for key, weight in compute_weights(factors, inverse).items()
    }
    before, after = Fraction(headline.scale), Fraction(headline.scale)
    for key, each in factors.items():
        before *= 1 / each.before if key in inverse else each.before
        after *= 1 / each.after if key in inverse else each.after
    rest = factors[REST].change * weights[REST] if headline.rest else Fraction(0)
    return Ends(before, after), weights, rest


def _describe_absence(
    cursor: duckdb.DuckDBPyConnection,
    headline: Headline,
    pair: Pair,
    numbers: Numbers,
    records: tuple[Record | None, Record | None],
) -> str:
    """Why the change cannot be taken apart; empty where it can."""
    metrics = {headline.metric: records}
    metrics |= {
        each.amount.metric: numbers.records(each.amount.metric) for each in headline.factors
    }
    for metric, pair_of in metrics.items():
        for period, record in zip((pair.before, pair.after), pair_of, strict=True):
            if record is None or record.value is None:
                missing = missing_tables(cursor, numbers.metric(metric))
                reason = (
                    describe_reason(record.reason, missing)
                    if record
                    else "the data has no such period"
                )
                return (
                    f"{numbers.metric(metric).label} has no value in {pair.name(period)}: {reason}"
                )
    try:
        find_factors(numbers, headline)
    except ZeroDivisionError:
        return "one of its factors has nothing to divide by"
    return ""


def _read_settings(cursor: duckdb.DuckDBPyConnection) -> tuple[str, float, list[str]]:
    """Currency, the smallest denominator of a rate, and the dimensions of the build."""
    row = cursor.execute(
        "select build_info.reporting_currency, settings.minimum_denominator, settings.dimensions"
        " from settings cross join build_info"
    ).fetchone()
    assert row is not None, "a build has one row of each"
    return row[0] or "", float(row[1]), list(row[2] or [])
