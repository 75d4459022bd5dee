"""What a budget case returns: value, break-even, what is lost without a line, the next 10,000 (metrics.md 8.1).

Pure functions of a Case. A customer who is kept or moved earns margin x persistence^(t-1) at the end of year
t. Nothing here knows where an assumption comes from; the base of every range is computed with, its ends
in analyses/budget/uncertainty.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from analyses.budget.case import Assumption, Case, Programme
from analyses.budget.money import (
    compute_irr,
    compute_payback,
    compute_present_value,
    compute_roi,
)
from analyses.tier_value.plan import compute_break_even
from warehouse.errors import StandingError

NEXT_AMOUNT = 10_000


@dataclass(frozen=True)
class Outcome:
    """Of the base of every range, over the years of the case. Money is in its currency.

    flows: the cost now (below 0), then what each year brings. gain: present value of what comes.
    kept: customers kept or moved beyond what would have happened anyway. worth: present value of one
    of them, None where there are none. break_even: how many pay the cost back, discounted, and
    break_even_customers the same in whole customers; both None where one is worth nothing or less.
    roi is undiscounted (metrics.md 8.1), payback in years.
    """

    flows: tuple[float, ...]
    cost: float
    gain: float
    npv: float
    irr: float | None
    roi: float | None
    payback: float | None
    kept: float
    worth: float | None
    break_even: float | None
    break_even_customers: int | None


@dataclass(frozen=True)
class Next:
    """What the next amount buys: customers more, of whom as many as counted are counted once; spent of
    the amount, the rest finding nobody left in the pool; gain: its present value, without spent.

    The effect on them is assumed to be that on those before, at the same cost of each customer.
    """

    amount: float
    customers: float
    counted: float
    spent: float
    gain: float

    @property
    def npv(self) -> float:
        """What is left of the gain after what was spent."""
        return self.gain - self.spent


@dataclass(frozen=True)
class Cut:
    """What goes with a line of the budget: customers no longer kept, the present value of their margin,
    and the cost that is saved. npv: what the case is worth less, below 0 where it is worth more."""

    kept: float
    gain: float
    saved: float
    npv: float


def compute_worth(margin: float, persistence: float, discount: float, years: int) -> float:
    """Present value of one customer kept: sum over t = 1..years of margin persistence^(t-1) / (1 + discount)^t."""
    return sum(
        margin * persistence ** (year - 1) / (1 + discount) ** year for year in range(1, years + 1)
    )


def list_flows(case: Case) -> tuple[float, ...]:
    """The cost now, below 0, and what each year brings."""
    yearly = (
        sum(
            _count_kept(each) * each.margin.range.base * each.persistence.range.base**year
            for each in case.programmes
        )
        for year in range(case.years)
    )
    return -_sum_costs(case), *yearly


def compute_outcome(case: Case) -> Outcome:
    """All of a case, or of one programme of it: `compute_outcome(take(case, key))`."""
    check_case(case)
    flows = list_flows(case)
    cost = -flows[0]
    npv = compute_present_value(flows, case.discount.range.base)
    gain = npv + cost
    kept = sum(_count_kept(each) for each in case.programmes)
    worth = _compute_mean_worth(case, gain, kept)
    return Outcome(
        flows,
        cost,
        gain,
        npv,
        compute_irr(flows),
        compute_roi(flows),
        compute_payback(flows),
        kept,
        worth,
        cost / worth if worth is not None and worth > 0 else None,
        compute_break_even(cost, worth) if worth is not None else None,
    )


def take(case: Case, key: str) -> Case:
    """The case of one of its programmes alone, its customers counted as they are in the case."""
    return replace(case, programmes=tuple(each for each in case.programmes if each.key == key))


def compute_next(case: Case, key: str, amount: float = NEXT_AMOUNT) -> Next | None:
    """What the next amount brings in one programme; None where a customer has no cost.

    As many more are reached as the amount pays for, down to an empty pool; of them the same share is
    counted once as of those before. Customers are not rounded.
    """
    (programme,) = take(case, key).programmes
    cost = programme.cost.range.base
    if not programme.reached or not cost:
        return None
    each = cost / programme.reached
    customers = min(amount / each, float(programme.pool - programme.reached))
    counted = customers * programme.counted / programme.reached
    gain = counted * programme.effect.range.base * _compute_worth_of(programme, case)
    return Next(amount, customers, counted, customers * each, gain)


def compute_late_npv(case: Case, stayed: Mapping[str, float]) -> float:
    """NPV where the first year counts only from the day on which those kept would have left.

    stayed: by programme, the share of the year for which those who left were customers anyway; 0 where
    it is not known.
    """
    early = sum(
        _count_kept(each) * each.margin.range.base * stayed.get(each.key, 0.0)
        for each in case.programmes
    )
    return compute_outcome(case).npv - early / (1 + case.discount.range.base)


def compute_cut(case: Case, without: Case) -> Cut:
    """The case against itself without a line, in which a later line may count customers of that line."""
    whole, rest = compute_outcome(case), compute_outcome(without)
    return Cut(
        whole.kept - rest.kept, whole.gain - rest.gain, whole.cost - rest.cost, whole.npv - rest.npv
    )


def check_case(case: Case) -> None:
    """StandingError, with what to do, where a case cannot be computed."""
    if case.years < 1:
        raise StandingError("A budget case needs at least one year.")
    _check(case.discount, "the discount rate", -0.99, 10)
    for each in case.programmes:
        if not 0 <= each.counted <= each.reached <= each.pool:
            raise StandingError(
                f"{each.name}: the customers counted, reached and in the pool must each be at most the next."
            )
        _check(each.cost, f"the cost of {each.name}", 0)
        _check(each.effect, f"the effect of {each.name}", -1, 1)
        _check(each.margin, f"the margin of {each.name}", -float("inf"))
        _check(each.persistence, f"the persistence of {each.name}", 0, 1)


def _check(assumption: Assumption, name: str, lowest: float, highest: float = float("inf")) -> None:
    found = assumption.range
    values = (found.low, found.base, found.high)
    if not all(isfinite(value) for value in values):
        raise StandingError(f"Give a number for the low, base and high of {name}.")
    if not found.low <= found.base <= found.high:
        raise StandingError(
            f"The low, base and high of {name} are {found.low:g}, {found.base:g}, {found.high:g}: give them in order."
        )
    if found.low < lowest or found.high > highest:
        raise StandingError(f"{name.capitalize()} must lie between {lowest:g} and {highest:g}.")


def _sum_costs(case: Case) -> float:
    return sum(each.cost.range.base for each in case.programmes)


def _count_kept(programme: Programme) -> float:
    return programme.counted * programme.effect.range.base


def _compute_worth_of(programme: Programme, case: Case) -> float:
    return compute_worth(
        programme.margin.range.base,
        programme.persistence.range.base,
        case.discount.range.base,
        case.years,
    )


def _compute_mean_worth(case: Case, gain: float, kept: float) -> float | None:
    """Of one programme whoever it keeps; of several in the mix that they keep."""
    if len(case.programmes) == 1:
        return _compute_worth_of(case.programmes[0], case)
    return gain / kept if kept else None
