"""Survival to the end: observed while enough are watched, beyond that by the renewals (sBG).

S(t) = S_KM(t) up to the last whole month T at which 10 were watched, then S_KM(T) x S_sBG(t) / S_sBG(T)
(metrics.md 3.4). Computed for many samples of the customers at once, one row each; row 0 is
what was observed, the others are drawn from it with replacement (bootstrap over customers).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyses.lifetime.sbg import HIGHEST, LOWEST, Fit, Matrix, fit_many, sum_payments
from analyses.lifetime.stays import Stays, compute_survivals, count_renewals_of
from analyses.survival import MONTH_DAYS

Range = tuple[float, float, float]  # a value with the ends of its 95 % interval
SAMPLES = 1000
BOUNDS = (2.5, 97.5)  # of the samples, in percent
SEED = 20260105  # the same build prints the same digits
ROUNDING = 1e-9  # of a number of periods that is a whole one


@dataclass(frozen=True)
class Continued:
    """Curves of all samples: S after each of `days` up to `months`, and the share retained at each
    renewal: by alpha and beta, or by one rate where that is not NaN. period: in months."""

    days: NDArray[np.int64]
    survivals: Matrix
    months: int
    period: int
    alpha: Matrix
    beta: Matrix
    rate: Matrix

    @property
    def renewals(self) -> int:
        """Renewals passed at the end of what was observed."""
        return self.months // self.period


def draw_samples(counts: NDArray[np.int64], samples: int = SAMPLES) -> NDArray[np.int64]:
    """The counts, then as many samples of the same size with replacement (multinomial), as rows."""
    size = int(counts.sum())
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(size, counts / size, size=samples)
    return np.concatenate([counts[None, :], drawn])


def continue_curves(
    stays: Stays, samples: NDArray[np.int64], months: int, period: int, fit: Fit
) -> Continued:
    """The curves of all samples, each with a fit of its own; where all renew alike (fit.is_one_rate),
    each with its own one rate. A sample whose parameters run beyond 10,000 has one rate too."""
    days, survivals = compute_survivals(stays, samples)
    at_risk, lost = count_renewals_of(stays, samples)
    rate = 1 - lost.sum(axis=1) / np.maximum(at_risk.sum(axis=1), 1)
    if fit.is_one_rate:
        ones = np.ones(len(samples))
        return Continued(days, survivals, months, period, ones, ones, rate)
    alpha, beta = fit_many(at_risk, lost)
    runs_off = np.maximum(alpha, beta) > HIGHEST
    return Continued(
        days, survivals, months, period, np.maximum(alpha, LOWEST), np.maximum(beta, LOWEST),
        np.where(runs_off, rate, np.nan),
    )  # fmt: skip


def compute_survival_at(curves: Continued, days: NDArray[np.floating[Any]]) -> Matrix:
    """S at each day of tenure (columns) of each sample (rows)."""
    last = curves.months * MONTH_DAYS
    place = np.searchsorted(curves.days, np.minimum(days, last) + ROUNDING, side="right")
    padded = np.concatenate([np.ones((len(curves.survivals), 1)), curves.survivals], axis=1)
    passed = np.floor(days / (curves.period * MONTH_DAYS) + ROUNDING).astype(int)
    beyond = np.maximum(passed - curves.renewals, 0)
    kept = _keep(curves, int(beyond.max(initial=0)))
    found: Matrix = padded[:, place] * np.where(days > last, kept[:, beyond], 1.0)
    return found


def compute_discounted(curves: Continued, discount: float, months: range) -> tuple[Matrix, Matrix]:
    """Sum of S(t) / (1 + d)^t over these months, observed and beyond, by sample; d a month."""
    each = np.array(months, dtype=float)
    terms = compute_survival_at(curves, each * MONTH_DAYS) / (1 + discount) ** each
    is_observed = each <= curves.months
    return terms[:, is_observed].sum(axis=1), terms[:, ~is_observed].sum(axis=1)


def compute_forever(curves: Continued, discount: float) -> Matrix | None:
    """Sum of S(t) / (1 + d)^t over all months beyond those observed, by sample; None without a
    discount, where it may not end. By the closed sum over renewals (2F1, sbg.sum_payments)."""
    if discount == 0:
        return None
    factor = 1 / (1 + discount)
    period, passed = curves.period, curves.renewals + 1
    rest = range(curves.months + 1, passed * period)
    before = sum(factor**month for month in rest)
    a_period = (1 - factor**period) / (1 - factor)
    of_rate = 1 / (1 - np.nan_to_num(curves.rate) * factor**period)
    of_sbg = sum_payments(curves.alpha, curves.beta, passed, factor**period)
    payments = np.where(np.isnan(curves.rate), of_sbg, of_rate) * _keep(curves, 1)[:, 1]
    found: Matrix = compute_survival_at(curves, np.array([curves.months * MONTH_DAYS]))[:, 0] * (
        before + payments * a_period * factor ** (passed * period)
    )
    return found


def list_retained(curves: Continued, renewals: NDArray[np.int64]) -> Matrix:
    """The share retained at each of these renewals (columns; the first is 1), by sample."""
    part = curves.beta[:, None] + renewals - 1
    found: Matrix = np.where(
        np.isnan(curves.rate)[:, None], part / (curves.alpha[:, None] + part), curves.rate[:, None]
    )
    return found


def to_range(values: Matrix) -> Range:
    """The first of one value a sample, which is that of the data, and the percentiles of the others."""
    low, high = np.percentile(values[1:], BOUNDS)
    return float(values[0]), float(low), float(high)


def _keep(curves: Continued, renewals: int) -> Matrix:
    """The share still there after 0, 1, ... renewals beyond those observed, by sample."""
    retained = list_retained(curves, curves.renewals + np.arange(1, renewals + 1))
    first = np.ones((len(curves.alpha), 1))
    return np.cumprod(np.concatenate([first, retained], axis=1), axis=1).astype(np.float64)
