"""Published and worked numbers of metrics.md 3.3, 3.4 and 3.6: renewals of contracts (sBG).

Shares still there by Fader and Hardie 2007, table 1; years 0 to 7 are fitted, 8 to 12 held out.
"""

from itertools import pairwise
from math import lgamma

import pytest

from analyses.lifetime.sbg import (
    Renewals,
    compute_expected_lifetime,
    compute_likelihood,
    compute_probability,
    compute_residual_lifetime,
    compute_retention,
    compute_survival,
    count_cohort,
    fit_sbg,
)

REGULAR = (100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3)
HIGH_END = (100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4)
YEARS = 7
PUBLISHED = {"regular": (0.704, 1.182), "high end": (0.668, 3.806)}
MODEL = {
    "regular": (
        1, 0.6267, 0.4738, 0.3880, 0.3321, 0.2924, 0.2625, 0.2391, 0.2201, 0.2044, 0.1912, 0.1799, 0.1701,
    ),
    "high end": (
        1, 0.8507, 0.7469, 0.6698, 0.6100, 0.5619, 0.5223, 0.4889, 0.4605, 0.4358, 0.4142, 0.3951, 0.3780,
    ),
}  # fmt: skip


def cohort(shares: tuple[float, ...]) -> Renewals:
    """1,000 customers over the calibration years."""
    left = [round(10 * each) for each in shares[: YEARS + 1]]
    return count_cohort([now - then for now, then in pairwise(left)], left[-1])


COHORTS = {"regular": cohort(REGULAR), "high end": cohort(HIGH_END)}


def fitted(name: str) -> tuple[float, float]:
    fit = fit_sbg(COHORTS[name])
    assert fit.alpha is not None
    assert fit.beta is not None
    return fit.alpha, fit.beta


@pytest.mark.parametrize("name", COHORTS)
def test_g01_g03_parameters(name: str) -> None:
    assert fitted(name) == pytest.approx(PUBLISHED[name], abs=5e-4)


def test_the_parameters_are_those_of_metrics_md() -> None:
    assert fitted("regular") == pytest.approx((0.704077, 1.182043), abs=1e-6)
    assert fitted("high end") == pytest.approx((0.668088, 3.806096), abs=2e-6)


def test_g02_g04_likelihoods() -> None:
    assert fit_sbg(COHORTS["regular"]).log_likelihood == pytest.approx(-1680.265, abs=1e-2)
    assert fit_sbg(COHORTS["high end"]).log_likelihood == pytest.approx(-1611.158, abs=1e-2)
    assert compute_likelihood(1, 1, COHORTS["high end"]) == pytest.approx(-2115.546, abs=1e-2)


def test_the_misprinted_alpha_is_not_the_best() -> None:
    """The preprint prints 0.688 in its text; 0.668 (High End) and 0.704 (Regular) are the maxima."""
    assert compute_likelihood(0.688, 1.182, COHORTS["regular"]) == pytest.approx(
        -1680.411, abs=1e-3
    )
    assert fitted("regular")[0] == pytest.approx(0.704, abs=5e-4)
    assert fitted("high end")[0] == pytest.approx(0.668, abs=5e-4)


def test_mean_chance_to_leave() -> None:
    for name, mean in (("regular", 0.3733), ("high end", 0.1493)):
        alpha, beta = fitted(name)
        assert alpha / (alpha + beta) == pytest.approx(mean, abs=5e-5)


@pytest.mark.parametrize("name", COHORTS)
def test_survival_of_the_model(name: str) -> None:
    found = [compute_survival(*PUBLISHED[name], year) for year in range(13)]
    assert found == pytest.approx(MODEL[name], abs=5e-4)


def test_retention_of_the_model() -> None:
    found = [compute_retention(*PUBLISHED["regular"], year) for year in range(1, 8)]
    assert found == pytest.approx(
        (0.6267, 0.7561, 0.8188, 0.8559, 0.8804, 0.8978, 0.9107), abs=5e-4
    )


def test_the_holdout_of_the_paper() -> None:
    """4 % and 2 %: the model lies below the data in year 12."""
    for name, actual, error in (("high end", 0.394, -0.0405), ("regular", 0.173, -0.0170)):
        assert compute_survival(*PUBLISHED[name], 12) / actual - 1 == pytest.approx(error, abs=1e-4)


def test_survival_and_probability_by_gamma_functions() -> None:
    """The closed forms with beta functions, which the recursions replace."""

    def log_beta(first: float, second: float) -> float:
        return lgamma(first) + lgamma(second) - lgamma(first + second)

    alpha, beta = PUBLISHED["high end"]
    for year in range(1, 40):
        survival = log_beta(alpha, beta + year) - log_beta(alpha, beta)
        share = log_beta(alpha + 1, beta + year - 1) - log_beta(alpha, beta)
        assert compute_survival(alpha, beta, year) == pytest.approx(2.718281828459045**survival)
        assert compute_probability(alpha, beta, year) == pytest.approx(2.718281828459045**share)
        before = compute_survival(alpha, beta, year - 1)
        assert compute_survival(alpha, beta, year) / before == pytest.approx(
            compute_retention(alpha, beta, year)
        )


DERL = {
    "regular": (2.9644, 4.1031, 4.8698, 5.4421, 5.8941),
    "high end": (5.4145, 5.9014, 6.2939, 6.6199, 6.8967),
}


@pytest.mark.parametrize("name", COHORTS)
def test_residual_lifetime(name: str) -> None:
    found = [compute_residual_lifetime(*fitted(name), n, 0.1) for n in range(1, 6)]
    assert found == pytest.approx(DERL[name], abs=5e-5)


def test_expected_lifetime_is_the_direct_sum() -> None:
    alpha, beta = fitted("high end")
    direct, survival = 0.0, 1.0
    for year in range(3000):
        direct += survival / 1.1**year
        survival *= compute_retention(alpha, beta, year + 1)
    assert direct == pytest.approx(5.92225340, abs=5e-7)
    assert compute_expected_lifetime(alpha, beta, 0.1) == pytest.approx(direct, abs=1e-9)


def test_one_rate_for_all_understates() -> None:
    """3.3: a constant r = beta / (alpha + beta), payment at once, against the sBG."""
    for name, constant, mixed in (("regular", 2.324, 3.695), ("high end", 4.412, 5.923)):
        alpha, beta = fitted(name)
        rate = beta / (alpha + beta)
        assert 1.1 / (1.1 - rate) == pytest.approx(constant, abs=1e-3)
        assert compute_expected_lifetime(alpha, beta, 0.1) == pytest.approx(mixed, abs=1e-3)


def test_the_worked_sums_of_twelve_years() -> None:
    """3.4: m = 1, d = 10 %, payments at t = 0 .. 12, observed, by the sBG and with one rate."""
    for name, shares, observed, modelled, rate, constant in (
        ("high end", HIGH_END, 5.0262, 5.0233, 0.869, 4.5396),
        ("regular", REGULAR, 3.3070, 3.3124, 0.631, 2.3437),
    ):
        alpha, beta = PUBLISHED[name]
        sums = [
            sum(of(year) / 1.1**year for year in range(13))
            for of in (
                lambda year, shares=shares: shares[year] / 100,
                lambda year, a=alpha, b=beta: compute_survival(a, b, year),
                lambda year, rate=rate: rate**year,
            )
        ]
        assert sums == pytest.approx((observed, modelled, constant), abs=5e-5)


def test_without_discount_the_sum_may_not_end() -> None:
    assert compute_expected_lifetime(0.7, 1.2, 0) is None
    assert compute_expected_lifetime(3, 2, 0) == pytest.approx(
        2
    )  # (alpha + beta - 1) / (alpha - 1)
    assert compute_residual_lifetime(3, 2, 1, 0) == pytest.approx(2 / 5 * 5 / 2)


@pytest.mark.parametrize(
    ("at_risk", "lost", "reason"),
    [
        ((100, 80), (20, 10), "faced 2 renewals so far; a fit needs 3"),
        ((100, 80, 0), (20, 10, 0), "faced 2 renewals so far; a fit needs 3"),
        ((100, 100, 100), (0, 0, 0), "nobody was lost"),
        ((100, 80, 80), (20, 0, 0), "all losses lie at the first renewal"),
        ((100, 50, 20), (100, 50, 20), "nobody stayed"),
        # Half go at once and of the others one in thousands: both parameters fall below 0.001.
        ((100_000, 50_000, 50_000, 50_000), (50_000, 0, 0, 1), "at the first renewal or never"),
    ],
)
def test_no_fit_where_nothing_can_be_told(
    at_risk: tuple[int, ...], lost: tuple[int, ...], reason: str
) -> None:
    fit = fit_sbg(Renewals(at_risk, lost))
    assert (fit.alpha, fit.beta, fit.rate) == (None, None, None)
    assert reason in fit.reason


def test_customers_who_all_renew_alike_have_one_rate() -> None:
    """The parameters run off together beyond 10,000: 3.6 calls them not identifiable."""
    fit = fit_sbg(Renewals((1000, 900, 810, 729), (100, 90, 81, 73)))
    assert fit.is_one_rate
    assert (fit.alpha, fit.beta) == (None, None)
    assert fit.rate == pytest.approx(1 - 344 / 3439)
    rising = fit_sbg(Renewals((1000, 950, 880, 700), (50, 70, 180, 200)))
    assert rising.is_one_rate


def test_the_fit_sums_cohorts() -> None:
    """Note 017: the likelihoods of cohorts add up, so their counts do."""
    young = count_cohort([131, 126, 90], 653)
    both = Renewals(
        tuple(
            one + (young.at_risk[place] if place < 3 else 0)
            for place, one in enumerate(COHORTS["high end"].at_risk)
        ),
        tuple(
            one + (young.lost[place] if place < 3 else 0)
            for place, one in enumerate(COHORTS["high end"].lost)
        ),
    )
    assert compute_likelihood(0.7, 3.5, both) == pytest.approx(
        compute_likelihood(0.7, 3.5, COHORTS["high end"]) + compute_likelihood(0.7, 3.5, young)
    )
