"""A budget case as it is chosen, saved and frozen: its programmes, their costs and assumptions."""

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["own data", "assumption", "assumption, proxied by own data"]
# Of own data, but about others than those whom it is counted for.
PROXY: SourceKind = "assumption, proxied by own data"
# How the source of an assumption begins where own data say something else, followed by what they say.
INSTEAD = "entered in place of own data"


@dataclass(frozen=True)
class Range:
    """What is expected, between the lowest and the highest that is held possible: low <= base <= high."""

    low: float
    base: float
    high: float


@dataclass(frozen=True)
class Assumption:
    """A range with where it comes from: own data ("lower bound of the matched comparison ..."), assumed, or
    own data about others."""

    range: Range
    kind: SourceKind
    source: str


@dataclass(frozen=True)
class Programme:
    """One line of a budget.

    pool: the customers whom it is for. reached: those whom the cost pays for, at most pool. counted: those
    of reached whom no programme before it in the case reaches, so that each customer counts once; reached
    less counted is the overlap. cost: currency, spent now. effect: the share of counted who are kept or
    moved beyond what would have happened anyway. margin: currency a year of one who is. persistence: the share of
    the effect that lasts from one year to the next. counterfactual: what it is compared with.
    """

    key: str
    name: str
    pool: int
    reached: int
    counted: int
    cost: Assumption
    effect: Assumption
    margin: Assumption
    persistence: Assumption
    counterfactual: str


@dataclass(frozen=True)
class Case:
    """Programmes under one budget, in the order in which they take customers.

    NPV = sum over programmes of -cost + sum over t = 1..years of counted x effect x margin x
    persistence^(t-1) / (1 + discount)^t (metrics.md 8.1). discount: yearly, a share.
    """

    name: str
    currency: str
    budget: float
    years: int
    discount: Assumption
    programmes: tuple[Programme, ...]
