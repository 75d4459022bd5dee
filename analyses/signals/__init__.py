"""Signal or noise: normal ranges of weekly series, and whether a week lies outside of them."""

from analyses.signals.charts import (
    compute_binomial_limits,
    compute_p_prime,
    compute_p_prime_limits,
    compute_xmr,
)
from analyses.signals.ranges import compute_limits
from analyses.signals.rules import compute_verdict, compute_verdicts
from analyses.signals.series import Baseline, Chart, Kind, Limits, Point, Verdict, is_outside

__all__ = [
    "Baseline",
    "Chart",
    "Kind",
    "Limits",
    "Point",
    "Verdict",
    "compute_binomial_limits",
    "compute_limits",
    "compute_p_prime",
    "compute_p_prime_limits",
    "compute_verdict",
    "compute_verdicts",
    "compute_xmr",
    "is_outside",
]
