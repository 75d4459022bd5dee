"""What must hold of every model whatever its parameters: drawn by Hypothesis, no second implementation needed."""

from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyses import markov
from analyses.lifetime import bg_nbd, gamma_gamma, sbg
from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.bg_nbd import BgNbd, Histories
from analyses.lifetime.gamma_gamma import GammaGamma, Spend
from analyses.lifetime.margins import Margin
from analyses.lifetime.observed import compute_lifetime
from analyses.lifetime.orders.value import discount_orders
from analyses.survival import Change, Curve, compute_curve, compute_restricted_mean
from tests.reference.strategies import (
    alphas,
    buyers,
    chains,
    counts_of_renewals,
    discounts,
    histories,
    stays,
)

quick = settings(max_examples=60, deadline=None)
EPSILON = 1e-9


def rises(numbers: list[float]) -> bool:
    return all(later >= earlier - EPSILON for earlier, later in pairwise(numbers))


# --- Contracts: sBG ---


@quick
@given(alphas, alphas)
def test_survival_of_contracts_falls_and_retention_rises(alpha: float, beta: float) -> None:
    survival = [sbg.compute_survival(alpha, beta, t) for t in range(15)]
    gone = accumulate(sbg.compute_probability(alpha, beta, t) for t in range(1, 15))
    assert survival[0] == 1
    assert rises([-share for share in survival])
    assert [1 - share for share in survival[1:]] == pytest.approx(list(gone))
    assert rises([sbg.compute_retention(alpha, beta, t) for t in range(1, 15)])


@quick
@given(alphas, alphas, discounts, discounts)
@example(1.0, 1.5859418350297598, 0.5, 0.001953125)
@example(2.0, 0.3029573378753737, 0.5, 0.001953125)
def test_a_dearer_tomorrow_is_worth_less(
    alpha: float, beta: float, one: float, other: float
) -> None:
    """Between the first payment alone and payments for ever; worth more the longer a customer has stayed."""
    low, high = sorted((one, other))
    cheap, dear = (sbg.compute_expected_lifetime(alpha, beta, d) for d in (low, high))
    assert cheap is not None
    assert dear is not None
    assert 1 <= dear <= cheap + EPSILON <= (1 + low) / low + 2 * EPSILON
    residual = [sbg.compute_residual_lifetime(alpha, beta, n, low) or 0 for n in range(1, 8)]
    assert rises(residual)


@quick
@given(counts_of_renewals, st.integers(2, 1000))
def test_a_company_so_many_times_as_large_has_the_same_contracts(
    lost: list[int], times: int
) -> None:
    """And two like it: what is known adds up."""
    one = sbg.count_cohort(lost, 40)
    larger = sbg.count_cohort([times * each for each in lost], times * 40)
    found, again = sbg.fit_sbg(one), sbg.fit_sbg(larger)
    assert (found.reason, found.is_one_rate) == (again.reason, again.is_one_rate)
    if found.alpha is not None and found.beta is not None:
        assert (again.alpha, again.beta) == pytest.approx((found.alpha, found.beta), rel=1e-3)
        likelihood = sbg.compute_likelihood(found.alpha, found.beta, one)
        assert sbg.compute_likelihood(found.alpha, found.beta, larger) == pytest.approx(
            times * likelihood
        )
        assert likelihood >= sbg.compute_likelihood(1, 1, one) - EPSILON


# --- Orders: BG/NBD and Gamma-Gamma ---


@quick
@given(buyers, histories(), st.floats(0.5, 60), st.floats(0.5, 60))
@example(
    BgNbd(2.0, 2.0, 0.25, 0.75), Histories(*np.array([[0.0], [0.0], [52.0], [1.0]])), 1.0, 52.0
)
def test_who_is_silent_for_longer_is_less_likely_there(
    model: BgNbd, known: Histories, one: float, other: float
) -> None:
    alive = bg_nbd.compute_alive(model, known)
    later = bg_nbd.compute_alive(model, replace(known, age=known.age + one))
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (alive[known.repeats == 0] == 1).all()
    assert (later <= alive + EPSILON).all()
    soon, far = sorted((one, other))
    few, many = (bg_nbd.expect_orders(model, known, weeks) for weeks in (soon, far))
    assert (few >= -EPSILON).all()
    assert (many >= few - EPSILON).all()
    # As many as a customer who never goes: the mean rate times the weeks.
    most = (model.r + known.repeats) / (model.alpha + known.age) * far
    assert (many <= most * (1 + 1e-6) + EPSILON).all()


@settings(max_examples=12, deadline=None)
@given(st.builds(BgNbd, st.floats(0.1, 2), st.floats(6, 20), st.floats(0.1, 3), st.floats(0.2, 9)))
def test_chances_of_each_number_of_orders_add_up(model: BgNbd) -> None:
    chances = [float(bg_nbd.compute_pmf(model, repeats, 3.0)) for repeats in range(40)]
    assert min(chances) >= -EPSILON
    assert sum(chances) == pytest.approx(1, abs=1e-9)
    mean = sum(number * chance for number, chance in enumerate(chances))
    assert mean == pytest.approx(float(bg_nbd.expect_if_alive(model, 0, 0, 3.0)), rel=1e-5)


@quick
@given(buyers, histories(), st.integers(0, 1000))
def test_counted_histories_are_the_customers_in_any_order(
    model: BgNbd, known: Histories, seed: int
) -> None:
    """One row with how many share it is worth as many rows; their order is worth nothing."""
    places = np.repeat(np.arange(len(known.age)), known.customers.astype(int))
    turned = np.random.default_rng(seed).permutation(places)
    rows = Histories(
        known.repeats[turned], known.recency[turned], known.age[turned], np.ones(len(turned))
    )
    grouped, slopes = bg_nbd.compute_log_likelihood(model, known)
    alone, other_slopes = bg_nbd.compute_log_likelihood(model, rows)
    assert alone == pytest.approx(grouped)
    assert other_slopes == pytest.approx(slopes, rel=1e-6, abs=1e-6)


@quick
@given(buyers, histories(), discounts, discounts)
def test_orders_of_a_year_are_worth_less_the_dearer_the_year(
    model: BgNbd, known: Histories, one: float, other: float
) -> None:
    plain = bg_nbd.expect_orders(model, known, 52.0)
    assert discount_orders(model, known, 0.0) == pytest.approx(plain, abs=1e-9)
    low, high = (discount_orders(model, known, each) for each in sorted((one, other)))
    assert (high <= low + EPSILON).all()
    assert (low <= plain + EPSILON).all()


@quick
@given(
    st.builds(GammaGamma, st.floats(0.5, 9), st.floats(1.1, 9), st.floats(1, 500)),
    st.integers(1, 40), st.floats(1, 1e4), st.floats(0.01, 100),
)  # fmt: skip
def test_a_next_order_lies_between_all_customers_and_ones_own(
    model: GammaGamma, orders: int, total: float, rate: float
) -> None:
    """Whatever the currency; without a repeat order it is the mean of all."""
    expected = float(gamma_gamma.expect_spend(model, orders, total))
    low, high = sorted((model.mean, total / orders))
    assert low * (1 - 1e-9) <= expected <= high * (1 + 1e-9)
    other = replace(model, v=model.v * rate)
    assert gamma_gamma.expect_spend(other, orders, total * rate) == pytest.approx(expected * rate)
    assert float(gamma_gamma.expect_spend(model, 0, 0)) == pytest.approx(model.mean)
    customers = Spend(np.array([orders, 1.0]), np.array([total, total]), np.array([3.0, 2.0]))
    converted = replace(customers, total=customers.total * rate)
    plain, _ = gamma_gamma.compute_log_likelihood(model, customers)
    # A density in cents is a hundredth of one in euros, for each of five customers.
    there, _ = gamma_gamma.compute_log_likelihood(other, converted)
    assert there == pytest.approx(plain - 5 * np.log(rate), abs=1e-6)


# --- Tiers: chains ---


@quick
@given(chains(), st.integers(0, 9), st.integers(0, 9))
def test_a_chain_loses_nobody(chain: markov.Array, one: int, other: int) -> None:
    """Everybody is somewhere after any steps, and steps follow each other."""
    start = np.arange(1.0, len(chain) + 1)
    ahead = markov.compute_ahead(start, chain, one)
    assert ahead.sum() == pytest.approx(start.sum())
    assert (ahead >= 0).all()
    both = markov.compute_ahead(start, chain, one + other)
    assert markov.compute_ahead(ahead, chain, other) == pytest.approx(both)


@quick
@given(chains())
def test_chances_of_the_ends_of_a_chain_add_up_to_one(chain: markov.Array) -> None:
    """The last two states are left by nobody; where the others go in the end is one of them."""
    inside, exits = chain[:-2, :-2], chain[:-2, -2:]
    ends = markov.compute_absorption(inside, exits)
    assert ends.sum(axis=1) == pytest.approx(1)
    assert (ends >= -EPSILON).all()
    steps = markov.compute_expected_steps(inside)
    assert (steps >= 1 - EPSILON).all()
    # One step on, the chances are those of where the step leads.
    assert inside @ ends + exits == pytest.approx(ends)
    assert steps == pytest.approx(1 + inside @ steps)
    far = markov.compute_ahead(np.eye(len(chain))[0], chain, 4000)
    assert far[-2:] == pytest.approx(ends[0], abs=1e-6)


@quick
@given(chains(), discounts, discounts, st.permutations(range(4)))
def test_the_value_of_a_state(
    chain: markov.Array, one: float, other: float, order: list[int]
) -> None:
    """Less at a higher rate, more over a longer horizon, in proportion to what is earned; names are nothing."""
    inside = chain[:4, :4]
    rewards = np.array([0.0, 5.0, 8.0, 14.0])
    low, high = sorted((one, other))
    value = markov.compute_value(inside, rewards, low)
    assert (markov.compute_value(inside, rewards, high) <= value + EPSILON).all()
    horizons = [markov.compute_value(inside, rewards, low, n) for n in (1, 4, 13, 52)]
    assert horizons[0] == pytest.approx(rewards)
    for shorter, longer in pairwise([*horizons, value]):
        assert (shorter <= longer + EPSILON).all()
    assert markov.compute_value(inside, 3 * rewards, low) == pytest.approx(3 * value)
    turned = markov.compute_value(inside[np.ix_(order, order)], rewards[order], low)
    assert turned == pytest.approx(value[order])


@quick
@given(st.lists(st.integers(0, 60), min_size=18, max_size=18), st.integers(0, 1000))
def test_drawn_matrices_are_matrices(counts: list[int], seed: int) -> None:
    """Rows sum to one, the same seed draws the same, and tables in another order are as alike."""
    tables = np.array(counts, dtype=float).reshape(2, 3, 3)
    drawn = markov.draw_matrices(tables[0], 50, 1 / 3, seed)
    assert drawn.sum(axis=-1) == pytest.approx(1)
    assert (drawn == markov.draw_matrices(tables[0], 50, 1 / 3, seed)).all()
    alike = markov.compute_homogeneity(tables)
    turned = markov.compute_homogeneity(tables[::-1])
    assert (alike.freedom, alike.chi2) == (turned.freedom, pytest.approx(turned.chi2))
    twice = markov.compute_homogeneity(np.stack([tables[0], tables[0]]))
    assert twice.chi2 is None or twice.chi2 == pytest.approx(0, abs=1e-9)


# --- Tenure ---


def curve_of(known: list[tuple[int, bool]], times: int = 1) -> Curve:
    """The curve of stays of so many months, ended or not, each of so many customers."""
    months = sorted({month for month, _ in known})
    changes = [Change(0.0, times * len(known), 0, 0)]
    for at in months:
        here = [has_ended for month, has_ended in known if month == at]
        changes.append(Change(float(at), 0, times * sum(here), times * len(here)))
    return compute_curve(changes)


@quick
@given(stays, st.integers(2, 50), st.integers(1, 40), st.integers(1, 40))
def test_survival_falls_from_one(
    known: list[tuple[int, bool]], times: int, one: int, other: int
) -> None:
    curve = curve_of(known)
    shares = [1.0, *(step.survival for step in curve.steps)]
    assert rises([-share for share in shares])
    assert shares[-1] >= 0
    larger = curve_of(known, times)
    assert [step.survival for step in larger.steps] == pytest.approx(shares[1:])
    for step in curve.steps:
        if step.low is not None and step.high is not None:
            assert 0 <= step.low <= step.survival <= step.high <= 1
    near, far = (
        compute_restricted_mean(curve, float(until)) or 0 for until in sorted((one, other))
    )
    assert near <= far + EPSILON <= max(one, other) + 2 * EPSILON


@quick
@given(stays, discounts, discounts, st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 1))
def test_the_value_of_what_was_observed(
    known: list[tuple[int, bool]], one: float, other: float, near: int, far: int, margin: float
) -> None:
    """Less at a higher discount, more to a farther horizon, in proportion to the margin; its interval holds it."""
    curve = curve_of(known)
    (low, high), (short, long) = sorted((one, other)), sorted((near, far))
    given_terms = Assumptions(margin, low, short)
    found = compute_lifetime(curve, 100.0, given_terms, Margin(25, 100 * margin, 40))
    assert found is not None
    dearer = compute_lifetime(curve, 100.0, replace(given_terms, discount_yearly=high), None)
    longer = compute_lifetime(curve, 100.0, replace(given_terms, horizon_months=long), None)
    whole = compute_lifetime(curve, 100.0, replace(given_terms, gross_margin=1.0), None)
    assert dearer is not None
    assert longer is not None
    assert whole is not None
    assert 100 * margin <= dearer.value + EPSILON
    assert dearer.value <= found.value + EPSILON <= longer.value + 2 * EPSILON
    assert whole.value * margin == pytest.approx(found.value)
    assert found.value <= 100 * margin * found.months + EPSILON
    if found.low is not None and found.high is not None:
        assert found.low <= found.value <= found.high


def test_fits_know_neither_the_size_of_a_company_nor_its_currency() -> None:
    """Three times the customers: the same parameters, known three times as well (the inverse of the variance)."""
    random = np.random.default_rng(11)
    size = 400
    age = random.uniform(10, 100, size)
    # Up to sixty orders each: they go on until the customer has gone, or the end of what is known.
    waits = random.exponential(1 / random.gamma(0.8, 1 / 8, (size, 1)), (size, 60)).cumsum(axis=1)
    is_there = random.uniform(size=(size, 60)) >= random.beta(0.8, 4, (size, 1))
    stays_on = np.cumprod(np.insert(is_there, 0, True, axis=1)[:, :-1], axis=1)
    orders = (waits < age[:, None]) & (stays_on == 1)
    repeats = orders.sum(axis=1).astype(float)
    recency = np.where(orders, waits, 0.0).max(axis=1)
    known = Histories(repeats, recency, age, np.ones(size))
    one, three = (
        bg_nbd.fit_bg_nbd(replace(known, customers=times * known.customers)) for times in (1, 3)
    )
    assert one.reason == three.reason == ""
    assert three.parameters == pytest.approx(one.parameters, rel=1e-4)
    assert three.log_likelihood == pytest.approx(3 * one.log_likelihood)
    assert 3 * np.array(three.covariance) == pytest.approx(np.array(one.covariance), rel=1e-2)

    again = repeats > 0
    level = 300 / random.gamma(4, 1 / 3, size)
    total = random.gamma(6 * np.maximum(repeats, 1), level / 6)
    spend = Spend(repeats[again], total[again], np.ones(int(again.sum())))
    euros, cents = (
        gamma_gamma.fit_gamma_gamma(replace(spend, total=unit * spend.total)) for unit in (1, 100)
    )
    p, q, v = euros.parameters
    assert euros.reason == cents.reason == ""
    assert cents.parameters == pytest.approx((p, q, 100 * v), rel=1e-4)
