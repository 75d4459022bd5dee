"""Lifetime value to the horizon and without one: observed survival, continued by the sBG, discounted.

Source: metrics.md 3.4 and 3.6. A value is given only where the model can be told and its backtest
holds; else its reason is, and the observed value (ltv_km) is what stands.
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from analyses.lifetime.assumptions import NOW, Assumptions
from analyses.lifetime.backtest import Backtest, find_backtests
from analyses.lifetime.continued import (
    BOUNDS,
    SEED,
    Continued,
    Range,
    compute_discounted,
    compute_forever,
    compute_survival_at,
    continue_curves,
    draw_samples,
    to_range,
)
from analyses.lifetime.margins import Margin, find_monthly_margins
from analyses.lifetime.residual import Residual, compute_residuals
from analyses.lifetime.sbg import Fit, Matrix, Renewals, fit_sbg
from analyses.lifetime.stays import Basis, Stays, count_renewals, find_basis, find_stays, to_stays
from analyses.survival import MONTH_DAYS
from metrics.scope import Scope

ALIKE = (
    "as far as renewals tell, all customers renew alike, so the model (sBG), which rests on how they "
    "differ, is not identifiable"
)
NO_AGE = "no customer's age is known: all began on the first paid day of the data"


@dataclass(frozen=True)
class Value:
    """Discounted margin of a new customer: all of it within the horizon, of that the part within
    the months observed and the part beyond, and without a horizon (None where it may not end)."""

    whole: Range
    observed: Range
    beyond: Range
    forever: Range | None


@dataclass(frozen=True)
class Projection:
    """What is projected for one value of a dimension (None: of all).

    value: claimed, None with its reason. alike: the same with one renewal rate for all beyond what
    was observed, a "what if", where the sBG is not identifiable since all renew alike. curve: (month,
    S, low, high) up to the horizon, residuals: what present customers will still bring, both of
    either. months: those observed.
    """

    basis: Basis
    margin: Margin
    stays: int
    ended: int
    months: int
    renewals: Renewals
    fit: Fit
    backtest: Backtest
    value: Value | None
    alike: Value | None
    curve: tuple[tuple[int, float, float, float], ...]
    residuals: tuple[Residual, ...]
    reason: str = ""

    @property
    def shown(self) -> Value | None:
        """What is claimed, else the what if."""
        return self.value or self.alike


def find_projections(
    cursor: duckdb.DuckDBPyConnection,
    until: date,
    scope: Scope,
    breakdown: str | None,
    assumptions: Assumptions,
) -> dict[str | None, Projection]:
    """The projection of each value of a dimension (None: of all) that has customers at `until`."""
    basis = find_basis(cursor, until)
    stays = find_stays(cursor, basis, scope, breakdown)
    margins = find_monthly_margins(cursor, until, scope, breakdown)
    backtests = find_backtests(cursor, until, scope, breakdown)
    nothing = Backtest(until, 0, basis.unknown, (), "nobody was a customer a year ago")
    return {
        value: project(
            stays.get(value, to_stays([])),
            basis,
            margin,
            backtests.get(value, nothing),
            assumptions,
        )
        for value, margin in margins.items()
    }


def project(
    stays: Stays, basis: Basis, margin: Margin, backtest: Backtest, assumptions: Assumptions
) -> Projection:
    """Fit, continue and discount. Interval: percentiles of samples of the customers (bootstrap), each
    with its own curve, fit and mean margin (normal, deviation / sqrt n); margin share, discount and
    horizon are taken as given, and survival and margin as not hanging together."""
    renewals = count_renewals(stays)
    fit, months = fit_sbg(renewals), stays.months_watched
    reason = _find_reason(fit, months, backtest) if stays.all else NO_AGE
    value, curve, residuals = None, (), ()
    if not reason:
        curves = continue_curves(stays, draw_samples(stays.count), months, basis.period, fit)
        margins = _draw_margins(margin, len(curves.survivals) - 1)
        value, curve = _discount(curves, margins, assumptions), _list_curve(curves, assumptions)
        residuals = compute_residuals(curves, stays, assumptions, margins)
    alike = None
    if fit.is_one_rate and list_months(assumptions)[-1] > months:
        value, alike, reason = None, value, reason or ALIKE
    return Projection(
        basis, margin, stays.all, stays.all_ended, months, renewals, fit, backtest, value, alike,
        curve, residuals, reason,
    )  # fmt: skip


def list_months(assumptions: Assumptions) -> range:
    """The months whose margin counts: 0 .. H - 1 where the first margin comes now, else 1 .. H."""
    first = 0 if assumptions.timing == NOW else 1
    return range(first, first + assumptions.horizon_months)


def _find_reason(fit: Fit, months: int, backtest: Backtest) -> str:
    """Why nothing is projected; "" where something is."""
    if fit.reason:
        return fit.reason
    if not months:
        return "fewer than 10 customers of known age were watched for a month"
    if backtest.reason:
        return f"no backtest: {backtest.reason}"
    if not backtest.passes:
        last = backtest.marks[-1]
        return (
            f"the backtest fails: {last.predicted:,.0f} of {backtest.customers:,} customers were to be "
            f"there after {last.weeks} weeks ({last.low:,.0f} to {last.high:,.0f}), and {last.actual:,} were"
        )
    return ""


def _draw_margins(margin: Margin, samples: int) -> Matrix:
    """The mean margin, then as it would be for other customers alike: normal, deviation / sqrt n."""
    error = margin.error or 0.0
    random = np.random.default_rng(SEED).standard_normal(samples)
    return np.concatenate([[margin.mean], np.maximum(0.0, margin.mean + error * random)])


def _discount(curves: Continued, margins: Matrix, assumptions: Assumptions) -> Value:
    rate, months = assumptions.discount_monthly, list_months(assumptions)
    observed, beyond = compute_discounted(curves, rate, months)
    head, _ = compute_discounted(curves, rate, range(months.start, curves.months + 1))
    tail = compute_forever(curves, rate)
    forever = None if tail is None else to_range(margins * (head + tail))
    return Value(
        to_range(margins * (observed + beyond)), to_range(margins * observed),
        to_range(margins * beyond), forever,
    )  # fmt: skip


def _list_curve(
    curves: Continued, assumptions: Assumptions
) -> tuple[tuple[int, float, float, float], ...]:
    last = max(assumptions.horizon_months, curves.months)
    days = MONTH_DAYS * np.arange(last + 1, dtype=float)
    found = compute_survival_at(curves, days)
    low, high = np.percentile(found[1:], BOUNDS, axis=0)
    return tuple(
        (month, float(found[0, month]), float(low[month]), float(high[month]))
        for month in range(last + 1)
    )
