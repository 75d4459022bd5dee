"""Renewals of customers who differ: the shifted-beta-geometric model (sBG) of contracts.

Each customer has a chance of its own to be lost at a renewal, the same at every one; over the
customers it follows a beta distribution. Those likely to go, go first, so retention rises with the
renewals passed. Source: Fader and Hardie 2007, "How to project customer retention"; their note 017
for several cohorts. alpha and beta are above 0; t counts renewals, the first is 1.
"""

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

LOWEST, HIGHEST = 1e-3, 1e4  # beyond which a parameter is not identifiable (metrics.md 3.6)
FEWEST_PERIODS = 3
STEPS = 80  # of Newton; a fit that can be told needs about ten
FAR = log(1e6)  # where a parameter that runs off is stopped
MOST_IN_A_STEP = 2.0  # of the logs of the parameters


@dataclass(frozen=True)
class Renewals:
    """How many customers faced each renewal (the first, second, ...) and were lost at it."""

    at_risk: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def periods(self) -> int:
        """How many renewals anybody faced."""
        return sum(1 for each in self.at_risk if each)


@dataclass(frozen=True)
class Fit:
    """What the renewals say. reason: why there is no fit, "" where there is one.

    is_one_rate: both parameters run off together, to the limit in which all customers renew alike;
    alpha and beta are then None and rate, the share retained at each renewal, is the whole model.
    """

    alpha: float | None
    beta: float | None
    rate: float | None
    log_likelihood: float | None
    is_one_rate: bool = False
    reason: str = ""


def count_cohort(lost: tuple[int, ...] | list[int], still: int) -> Renewals:
    """The renewals of one cohort: lost at each, and those still there after the last."""
    faced = [still + sum(lost[place:]) for place in range(len(lost))]
    return Renewals(tuple(faced), tuple(lost))


def compute_probability(alpha: float, beta: float, t: int) -> float:
    """P(T = t), the share lost at renewal t = 1, 2, ...: P(1) = alpha / (alpha + beta), then
    P(t) = P(t - 1) (beta + t - 2) / (alpha + beta + t - 1)."""
    share = alpha / (alpha + beta)
    for each in range(2, t + 1):
        share *= (beta + each - 2) / (alpha + beta + each - 1)
    return share


def compute_survival(alpha: float, beta: float, t: int) -> float:
    """S(t) = B(alpha, beta + t) / B(alpha, beta), the share still there after t renewals; S(0) = 1."""
    share = 1.0
    for each in range(1, t + 1):
        share *= compute_retention(alpha, beta, each)
    return share


def compute_retention(alpha: float, beta: float, t: int) -> float:
    """r_t = (beta + t - 1) / (alpha + beta + t - 1), the share of those who face renewal t that stay."""
    return (beta + t - 1) / (alpha + beta + t - 1)


def compute_likelihood(alpha: float, beta: float, renewals: Renewals) -> float:
    """Log-likelihood: sum over renewals of lost ln(1 - r_t) + (at risk - lost) ln r_t.

    For one cohort this is sum n_t ln P(t) + n_survivors ln S(K); cohorts of different ages, and
    customers who are watched only from a later renewal on, add up in the same sum.
    """
    lost, stayed, place = _arrays(renewals)
    return float(_likelihood(np.log([[alpha]]), np.log([[beta]]), lost, stayed, place)[0])


def fit_sbg(renewals: Renewals) -> Fit:
    """Alpha and beta of the largest likelihood, by Newton on their logs from (1, 1).

    No fit, with its reason, below 3 renewals, without a loss (alpha runs to 0), where all losses lie
    at the first renewal (beta does), and where a parameter leaves 0.001 .. 10,000; beyond 10,000 the
    limit of one rate is told instead (is_one_rate). Source: metrics.md 3.6.
    """
    lost, faced = sum(renewals.lost), sum(renewals.at_risk)
    if renewals.periods < FEWEST_PERIODS:
        return _refuse(
            f"customers faced {renewals.periods} renewals so far; a fit needs {FEWEST_PERIODS}"
        )
    if not lost:
        return _refuse("nobody was lost at a renewal, so nothing tells how many will be")
    if not any(renewals.lost[1:]):
        return _refuse("all losses lie at the first renewal, so nothing tells what comes after it")
    if lost == faced:
        return _refuse("nobody stayed at any renewal")
    alphas, betas = fit_many(np.array([renewals.at_risk]), np.array([renewals.lost]))
    alpha, beta = float(alphas[0]), float(betas[0])
    if min(alpha, beta) < LOWEST:
        return _refuse("not identifiable: customers seem to go at the first renewal or never")
    if max(alpha, beta) > HIGHEST:
        rate = 1 - lost / faced
        likelihood = lost * log(1 - rate) + (faced - lost) * log(rate)
        return Fit(None, None, rate, likelihood, is_one_rate=True)
    return Fit(alpha, beta, None, compute_likelihood(alpha, beta, renewals))


def fit_many(at_risk: Matrix, lost: Matrix) -> tuple[Matrix, Matrix]:
    """Alpha and beta of each row of counts (rows x renewals), between 0.001 and 1,000,000.

    Newton with the damping of Levenberg and Marquardt: a step that lowers the likelihood is not
    taken, and the next one is shorter. All rows at once; a row without a loss ends at a bound.
    """
    gone, stayed = lost.astype(float), (at_risk - lost).astype(float)
    place = np.arange(at_risk.shape[1], dtype=float)
    size = np.maximum(at_risk.sum(axis=1), 1.0)
    logs = np.zeros((2, len(at_risk), 1))
    damping = np.full(len(at_risk), 1e-3)
    best = _likelihood(logs[0], logs[1], gone, stayed, place)
    for _ in range(STEPS):
        slope, bend = _derivatives(logs[0], logs[1], gone, stayed, place)
        step = _solve(slope / size, bend / size, damping)
        tried = np.clip(logs + step[:, :, None], log(LOWEST) - 1, FAR)
        found = _likelihood(tried[0], tried[1], gone, stayed, place)
        is_better = found >= best
        logs = np.where(is_better[None, :, None], tried, logs)
        gain = np.where(is_better, found - best, np.inf)
        best = np.where(is_better, found, best)
        damping = np.clip(np.where(is_better, damping / 8, damping * 16), 1e-12, 1e6)
        if bool(np.all((gain <= 1e-12 * size) & (np.abs(step).max(axis=0) < 1e-7))):
            break
    return np.exp(logs[0, :, 0]), np.exp(logs[1, :, 0])


def compute_expected_lifetime(alpha: float, beta: float, discount: float) -> float | None:
    """DEL: discounted number of payments of a new customer, the first now and one after each
    renewal: 2F1(1, beta; alpha + beta; 1 / (1 + d)), d per renewal period.

    None where it is infinite: d = 0 and alpha <= 1. Verified against the direct sum of S(t) / (1 + d)^t.
    """
    return _sum_payments(alpha, beta, 0, discount)


def compute_residual_lifetime(
    alpha: float, beta: float, renewal: int, discount: float
) -> float | None:
    """DERL(n): discounted number of payments still to come, just before the n-th renewal, the
    payment at that renewal included and not discounted: r_n x 2F1(1, beta + n; alpha + beta + n;
    1 / (1 + d)). None where it is infinite, as DEL."""
    rest = _sum_payments(alpha, beta, renewal, discount)
    return None if rest is None else compute_retention(alpha, beta, renewal) * rest


def _sum_payments(alpha: float, beta: float, passed: int, discount: float) -> float | None:
    """Sum over j >= 0 of S(passed + j) / S(passed) / (1 + d)^j."""
    if discount == 0:
        # Gauss: 2F1(1, b; c; 1) = (c - 1) / (c - 1 - b), finite where c - 1 - b > 0.
        return (alpha + beta + passed - 1) / (alpha - 1) if alpha > 1 else None
    return float(sum_payments(np.array([alpha]), np.array([beta]), passed, 1 / (1 + discount))[0])


def sum_payments(alpha: Matrix, beta: Matrix, passed: int, factor: float) -> Matrix:
    """Sum over j >= 0 of S(passed + j) / S(passed) factor^j for many alpha and beta; factor < 1.

    It is 2F1(1, beta + passed; alpha + beta + passed; factor), by Gauss's continued fraction (DLMF 15.7.1)
    from the second payment on. scipy's hyp2f1 cannot be used: at a whole alpha and a factor near 1 it
    gives -27.6 or no number where the sum is 6.5 (scipy 1.17, alpha = 1, beta = 1.05, factor = 1 / 1.0019).
    """
    second, third = beta + passed + 1, alpha + beta + passed
    root = sqrt(1 - factor)
    # Each term narrows the error by this ratio: enough of them for the last digit of a double.
    terms = ceil(40 / log((1 + root) / (1 - root))) + 10
    rest = third + terms
    for number in range(terms, 0, -1):
        half = number // 2
        odd = (second + half) * (third + half)
        step = odd if number % 2 else half * (third - second + half)
        rest = third + number - 1 - step * factor / rest
    return 1 + (second - 1) * factor / rest


def _refuse(reason: str) -> Fit:
    return Fit(None, None, None, None, reason=reason)


def _arrays(renewals: Renewals) -> tuple[Matrix, Matrix, Matrix]:
    lost = np.array([renewals.lost], dtype=float)
    return (
        lost,
        np.array([renewals.at_risk], dtype=float) - lost,
        np.arange(lost.shape[1], dtype=float),
    )


def _likelihood(u: Matrix, v: Matrix, lost: Matrix, stayed: Matrix, place: Matrix) -> Matrix:
    """u, v: logs of alpha and beta, rows x 1. By row."""
    alpha, beta = np.exp(u), np.exp(v)
    all_of = np.log(alpha + beta + place)
    found: Matrix = (lost * (u - all_of) + stayed * (np.log(beta + place) - all_of)).sum(axis=1)
    return found


def _derivatives(
    u: Matrix, v: Matrix, lost: Matrix, stayed: Matrix, place: Matrix
) -> tuple[Matrix, Matrix]:
    """First (2 x rows) and second (3 x rows: uu, vv, uv) derivatives of the likelihood by the logs."""
    alpha, beta = np.exp(u), np.exp(v)
    total, part = alpha + beta + place, beta + place
    faced = lost + stayed
    by_alpha = (lost / alpha - faced / total).sum(axis=1)
    by_beta = (stayed / part - faced / total).sum(axis=1)
    both = (faced / total**2).sum(axis=1)
    a, b = alpha[:, 0], beta[:, 0]
    aa = both - (lost / alpha**2).sum(axis=1)
    bb = both - (stayed / part**2).sum(axis=1)
    slope = np.stack([a * by_alpha, b * by_beta])
    bend = np.stack([a * a * aa + a * by_alpha, b * b * bb + b * by_beta, a * b * both])
    return slope, bend


def _solve(slope: Matrix, bend: Matrix, damping: Matrix) -> Matrix:
    """The step that solves (-H + damping + what makes it positive) step = slope, row by row."""
    uu, vv, uv = -bend[0], -bend[1], -bend[2]
    half, spread = (uu + vv) / 2, np.hypot((uu - vv) / 2, uv)
    lowest = half - spread
    lift = damping * (half.clip(min=0) + spread) + np.maximum(0.0, -lowest) + 1e-15
    uu, vv = uu + lift, vv + lift
    room = uu * vv - uv * uv
    step = np.stack([vv * slope[0] - uv * slope[1], uu * slope[1] - uv * slope[0]]) / np.where(
        room > 0, room, 1e-300
    )
    longest = np.abs(step).max(axis=0)
    found: Matrix = step * np.minimum(1.0, MOST_IN_A_STEP / np.maximum(longest, MOST_IN_A_STEP))
    return found
