"""What the tables of a change are found from."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from analyses.why.exact import Ends
from analyses.why.headlines import Headline
from analyses.why.pair import Numbers, Pair


@dataclass(frozen=True)
class Setting:
    """A headline at two periods. weights: by factor, what a unit of its change comes to; rest: the
    effect of what is one for all customers. minimum: the n under which there is no rate."""

    cursor: duckdb.DuckDBPyConnection
    headline: Headline
    pair: Pair
    numbers: Numbers
    weights: Mapping[str, Fraction]
    rest: Fraction
    currency: str
    minimum: float


def find_factors(numbers: Numbers, headline: Headline) -> dict[str, Ends]:
    """Each factor before and after; raises ZeroDivisionError where it has nothing to divide by."""
    found: dict[str, Ends] = {}
    for factor in headline.factors:
        amount = numbers.ends(factor.amount)
        if factor.per is not None:
            per = numbers.ends(factor.per)
            amount = Ends(amount.before / per.before, amount.after / per.after)
        found[factor.key] = amount
    return found
