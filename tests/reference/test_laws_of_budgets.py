"""What must hold of every budget case, whatever it assumes: drawn by Hypothesis, in exact fractions."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.budget.case import Assumption, Case, Programme, Range
from analyses.budget.model import compute_next, compute_outcome, take
from analyses.budget.money import (
    compute_irr,
    compute_payback,
    compute_present_value,
)
from analyses.budget.uncertainty import draw_npvs, list_bars

quick = settings(max_examples=60, deadline=None)
PARTS = ("cost", "effect", "margin", "persistence")
money = st.integers(-1_000_000, 1_000_000).map(lambda cents: cents / 100)


def ranges(low: int, high: int, per: int) -> st.SearchStrategy[Assumption]:
    """Three numbers from low to high, in order, of whole parts."""
    numbers = st.lists(st.integers(low, high), min_size=3, max_size=3).map(sorted)
    return numbers.map(
        lambda found: Assumption(Range(*(each / per for each in found)), "assumption", "drawn")
    )


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    counted, reached, pool = sorted(draw(st.lists(st.integers(0, 500), min_size=3, max_size=3)))
    return Programme(
        draw(st.uuids()).hex, draw(st.sampled_from(["Calls", "Visits"])), pool, reached, counted,
        draw(ranges(0, 10_000_000, 100)), draw(ranges(-100, 1000, 1000)),
        draw(ranges(0, 5_000_000, 100)), draw(ranges(0, 100, 100)), "nothing",
    )  # fmt: skip


cases = st.builds(
    Case, st.just("Plan"), st.just("EUR"), st.just(0.0), st.integers(1, 6), ranges(0, 40, 100),
    st.lists(programmes(), min_size=1, max_size=3).map(tuple),
)  # fmt: skip


def exact_npv(case: Case) -> Fraction:
    """The formula of metrics.md 8.1, on the decimals that were drawn."""

    def base(assumption: Assumption) -> Fraction:
        return Fraction(repr(assumption.range.base))

    total = Fraction(0)
    for each in case.programmes:
        total -= base(each.cost)
        for year in range(1, case.years + 1):
            kept = each.counted * base(each.effect) * base(each.margin)
            lasting = base(each.persistence) ** (year - 1)
            total += kept * lasting / (1 + base(case.discount)) ** year
    return total


@quick
@given(cases)
def test_the_value_is_that_of_exact_fractions(case: Case) -> None:
    found = compute_outcome(case)
    assert found.npv == pytest.approx(float(exact_npv(case)), rel=1e-9, abs=1e-6)
    parts = [compute_outcome(take(case, each.key)) for each in case.programmes]
    assert found.npv == pytest.approx(sum(part.npv for part in parts), rel=1e-9, abs=1e-6)
    for part in parts:
        if part.break_even is not None and part.worth is not None:
            assert part.break_even * part.worth == pytest.approx(part.cost)
            assert part.break_even_customers is not None
            assert 0 <= part.break_even_customers - part.break_even + 1e-9 <= 1 + 2e-9


@quick
@given(st.lists(money, min_size=2, max_size=7))
def test_the_rate_is_one_and_makes_the_value_nothing(flows: list[float]) -> None:
    rate = compute_irr(flows)
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(one != other for one, other in pairwise(signs))
    assert (rate is not None) == (changes == 1)
    if rate is not None:
        size = sum(abs(flow) / (1 + rate) ** year for year, flow in enumerate(flows))
        assert abs(compute_present_value(flows, rate)) <= 1e-9 * size


@quick
@given(st.lists(money, min_size=2, max_size=7))
def test_payback_is_where_the_sum_reaches_nothing(flows: list[float]) -> None:
    found = compute_payback(flows)
    sums = np.cumsum(flows)
    assert (found is None) == bool((sums < 0).all())
    if found:
        at = np.interp(found, np.arange(len(sums)), sums)
        assert at == pytest.approx(0, abs=1e-6 * max(abs(flow) for flow in flows))
        assert (sums[: int(np.ceil(found))] < 0).all()


@settings(max_examples=30, deadline=None)
@given(cases)
def test_no_draw_leaves_the_best_and_the_worst_of_all(case: Case) -> None:
    """Each programme is best at its low cost and the ends of the rest that serve its effect's sign."""

    def corner(is_best: bool) -> float:
        values: list[float] = []
        for rate in ("low", "high"):
            total = 0.0
            for each in case.programmes:
                ends = [
                    replace(
                        each,
                        **{part: pin(getattr(each, part), end) for part, end in picked.items()},
                    )
                    for picked in list_corners()
                ]
                found = [
                    compute_outcome(
                        replace(case, programmes=(end,), discount=pin(case.discount, rate))
                    ).npv
                    for end in ends
                ]
                total += max(found) if is_best else min(found)
            values.append(total)
        return max(values) if is_best else min(values)

    found = draw_npvs(case)
    slack = 1e-6 * (1 + abs(found.npvs).max())
    assert corner(False) - slack <= found.npvs[0]
    assert found.npvs[-1] <= corner(True) + slack
    assert found.low <= found.median <= found.high
    assert 0 <= found.loss_share <= 1


def list_corners() -> list[dict[str, str]]:
    ends = ("low", "high")
    return [
        dict(zip(PARTS, (a, b, c, d), strict=True))
        for a in ends for b in ends for c in ends for d in ends
    ]  # fmt: skip


def pin(assumption: Assumption, end: str) -> Assumption:
    value = getattr(assumption.range, end)
    return replace(assumption, range=Range(value, value, value))


@quick
@given(cases)
def test_bars_are_sorted_and_a_point_has_none(case: Case) -> None:
    bars = list_bars(case)
    widths = [round(bar.width, 6) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    assert len(bars) == len(PARTS) * len(case.programmes) + 1
    assert all(
        not bar.width for bar in bars if bar.assumption.range.low == bar.assumption.range.high
    )


@quick
@given(cases, st.integers(1, 100_000))
def test_the_next_amount_never_reaches_beyond_the_pool(case: Case, amount: int) -> None:
    for each in case.programmes:
        found = compute_next(case, each.key, amount)
        assert (found is None) == (not each.reached or not each.cost.range.base)
        if found is None:
            continue
        assert found.customers <= each.pool - each.reached + 1e-9
        assert found.counted <= found.customers + 1e-9
        assert found.spent <= amount + 1e-6
        # As much again as before, for as much again, if the pool held it.
        assume(found.customers)
        outcome = compute_outcome(take(case, each.key))
        share = found.customers / each.reached
        assert found.gain == pytest.approx(outcome.gain * share, rel=1e-9, abs=1e-6)
