"""Lifetime value by survival with its interval.

The value is that of the metric ltv_km: what is added here is the curve behind it and the sampling
error of the curve and of the mean margin.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, groupby
from math import ceil, floor, hypot, sqrt
from pathlib import Path

import duckdb

from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.margins import Margin, Start
from analyses.survival import MONTH_DAYS, Change, Curve, compute_curve
from metrics.intervals import Z_95
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("observed.sql")
FEWEST_MONTHS = 12  # of tenure, within which one yearly contract has not even come up for renewal
FEWEST_SPELLS = 20  # under which a normal interval of the sum does not hold


@dataclass(frozen=True)
class Lifetime:
    """Value of one new customer, in the currency of the MRR.

    months: those counted, the horizon or what was observed. low and high: 95 %, sampling of the
    survival curve and of the mean margin; None, with the reason, where that cannot be told. is_short:
    fewer than 12 months were observed, and the horizon asks for more.
    """

    value: float
    months: int
    spells: int
    ended: int
    low: float | None
    high: float | None
    reason: str = ""
    is_short: bool = False


def find_curves(
    cursor: duckdb.DuckDBPyConnection, until: date, scope: Scope, breakdown: str | None
) -> dict[str | None, Curve]:
    """The curve of each value of a dimension (None: of all), by value; times in months.

    until: the boundary, exclusive. Empty where there is no spell before it.
    """
    set_variables(cursor, "week", scope, breakdown)
    cursor.execute(QUERY.read_text(encoding="utf-8"), {"until": until})
    curves: dict[str | None, Curve] = {}
    for value, rows in groupby(cursor.fetchall(), key=lambda row: row[0]):
        left = [Change(days / MONTH_DAYS, 0, ended, gone) for _, days, ended, gone in rows]
        everyone = Change(0, sum(change.gone for change in left), 0, 0)
        curves[value] = compute_curve([everyone, *left])
    return curves


def compute_lifetime(
    curve: Curve, mrr: float, assumptions: Assumptions, margin: Margin | None
) -> Lifetime | None:
    """m times the sum over t = 0 .. H - 1 of S(t) / (1 + d) ^ t, with its interval.

    mrr: monthly revenue of a customer, m its gross margin. None where no whole month has been
    observed. The variance of the sum is that over endings of A(t_i)^2 d_i / (n_i (n_i - d_i)), A(t) the
    part of the sum at t or later: that of the restricted mean (Klein and Moeschberger 2003, section 4.5)
    with the discounts as weights. margin: of the customers that m is the mean of; its variance
    is deviation^2 / n, and the relative variances add up (delta method, curve and margin taken as
    not hanging together). Margin share, discount and horizon are taken as given.
    """
    months = compute_months(curve, assumptions)
    if months == 0:
        return None
    monthly = mrr * assumptions.gross_margin
    weights = list_weights(curve, assumptions)
    value = monthly * sum(weights)
    # By month, the sum of the weights of it and of all later ones.
    later = [*accumulate(reversed(weights))][::-1]
    spread = 0.0
    for step in curve.steps:
        left = step.at_risk - step.ended
        if step.ended and left and step.time <= months - 1:
            spread += later[ceil(step.time)] ** 2 * step.ended / (step.at_risk * left)
    paid = margin.error if margin else None
    reason = _why_no_interval(curve, spread, paid)
    error = hypot(monthly * sqrt(spread), (paid or 0.0) * sum(weights))
    bounds = (None, None) if reason else (max(0.0, value - Z_95 * error), value + Z_95 * error)
    is_short = months < min(FEWEST_MONTHS, assumptions.horizon_months)
    return Lifetime(value, months, curve.spells, curve.ended, *bounds, reason, is_short)


def value_start(curve: Curve, start: Start, assumptions: Assumptions) -> Lifetime | None:
    """The same of the margin that the new customers of a period started with."""
    own = replace(assumptions, gross_margin=1.0)
    return compute_lifetime(curve, start.margin.mean, own, start.margin)


def compute_months(curve: Curve, assumptions: Assumptions) -> int:
    """H: the horizon, or the longest tenure observed in whole months where that is smaller."""
    longest = curve.steps[-1].time if curve.steps else 0.0
    return min(assumptions.horizon_months, floor(longest))


def list_weights(curve: Curve, assumptions: Assumptions) -> list[float]:
    """S(t) / (1 + d) ^ t of each month t = 0 .. H - 1, d the monthly rate."""
    weights: list[float] = []
    steps = iter(curve.steps)
    step, survival = next(steps, None), 1.0
    for month in range(compute_months(curve, assumptions)):
        while step is not None and step.time <= month:
            survival, step = step.survival, next(steps, None)
        weights.append(survival / (1 + assumptions.discount_yearly) ** (month / 12))
    return weights


def _why_no_interval(curve: Curve, spread: float, paid: float | None) -> str:
    if curve.spells < FEWEST_SPELLS:
        return f"no interval under {FEWEST_SPELLS} spells of customers"
    if spread == 0:
        return (
            "no interval: nobody has left within the months counted, so the curve shows no spread"
        )
    if paid is None:
        return "no interval: the margin of one customer has no spread"
    return ""
