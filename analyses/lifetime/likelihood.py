"""Maximum likelihood of models with a few positive parameters, on counts of equal customers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from metrics.intervals import Z_95

Numbers = npt.NDArray[np.float64]
# Parameters -> the sum of the log-likelihoods, and its slope along the log of each parameter.
LogLikelihood = Callable[[Numbers], tuple[float, Numbers]]

FARTHEST = 9.0  # of a log parameter from 0: one that gets there is not identified (metrics.md 12)
STEP = 1e-4  # of a log parameter, for the curvature from slopes
POLISHES = 4
AT_THE_EDGE = "not identifiable: the fit runs to the edge of what a parameter may be"
ANYWHERE = "not identifiable: the interval of a parameter spans all that it may be"
NO_PEAK = "not identifiable: the likelihood has no single peak"


@dataclass(frozen=True)
class Fit:
    """Parameters at the peak of the likelihood. covariance: of their logs, the inverse curvature;
    empty where there is no peak.

    customers: how many it rests on. reason: why the fit does not stand; empty where it does.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    covariance: tuple[tuple[float, ...], ...]
    customers: int
    reason: str = ""


def maximise(
    log_likelihood: LogLikelihood, starts: Sequence[Sequence[float]], customers: int
) -> Fit:
    """The highest peak that any of the starts (log parameters) leads to.

    Minimises the mean negative log-likelihood over log parameters within +/- 9 by L-BFGS-B with exact
    slopes, then by Newton's steps, which settle the digits that L-BFGS-B leaves open.
    """
    from scipy.optimize import minimize  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    def mean_loss(logs: Numbers) -> tuple[float, Numbers]:
        total, slope = log_likelihood(np.exp(logs))
        return -total / customers, -slope / customers

    bounds = [(-FARTHEST, FARTHEST)] * len(starts[0])
    found: list[Any] = [
        cast("Any", minimize)(mean_loss, np.array(start, dtype=float), jac=True,
                              method="L-BFGS-B", bounds=bounds)
        for start in starts
    ]  # fmt: skip
    logs: Numbers = min(found, key=lambda each: float(each.fun)).x
    return _polish(mean_loss, logs, customers)


def _polish(
    mean_loss: Callable[[Numbers], tuple[float, Numbers]], logs: Numbers, customers: int
) -> Fit:
    """Newton's steps from where L-BFGS-B stopped, and what speaks against the peak."""
    loss, slope = mean_loss(logs)
    curvature = _find_curvature(mean_loss, logs)
    reason = AT_THE_EDGE if _at_the_edge(logs) else ""
    for _ in range(POLISHES):
        if reason or not _is_peak(curvature):
            break
        moved = logs - np.linalg.solve(curvature, slope)
        if _at_the_edge(moved):
            break
        closer, slope_there = mean_loss(moved)
        if closer > loss:
            break
        logs, loss, slope = moved, closer, slope_there
        curvature = _find_curvature(mean_loss, logs)
    if not reason and not _is_peak(curvature):
        reason = NO_PEAK
    covariance = np.empty((0, 0)) if reason else np.linalg.inv(curvature * customers)
    if not reason and Z_95 * np.sqrt(covariance.diagonal().max()) > FARTHEST:
        reason = ANYWHERE
    parameters = tuple(float(each) for each in np.exp(logs))
    return Fit(
        parameters, -loss * customers, tuple(map(tuple, covariance.tolist())), customers, reason
    )


def _find_curvature(
    mean_loss: Callable[[Numbers], tuple[float, Numbers]], logs: Numbers
) -> Numbers:
    """The second derivatives, by central differences of the slopes; symmetric."""
    shifts = STEP * np.eye(len(logs))
    rows = np.array(
        [(mean_loss(logs + shift)[1] - mean_loss(logs - shift)[1]) / (2 * STEP) for shift in shifts]
    )
    return (rows + rows.T) / 2


def _is_peak(curvature: Numbers) -> bool:
    """Whether the likelihood falls in every direction."""
    return bool(np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature)[0] > 1e-9)


def _at_the_edge(logs: Numbers) -> bool:
    return bool((np.abs(logs) > FARTHEST - 0.01).any())
