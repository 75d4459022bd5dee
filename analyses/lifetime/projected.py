"""The projected value in words and tables: message, values by dimension, backtest, fit, residuals."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analyses.formats import format_band, format_number, format_range, format_value
from analyses.held_out import compute_error, format_error
from analyses.lifetime.assumptions import Assumptions, describe_assumptions, format_months
from analyses.lifetime.backtest import Backtest
from analyses.lifetime.continued import SAMPLES, Range
from analyses.lifetime.observed import FEWEST_MONTHS
from analyses.lifetime.projection import Projection, Value
from analyses.lifetime.stays import FEWEST_ENDINGS, Basis
from analyses.number_text import NumberText
from metrics.periods import format_date

COLUMNS = (
    "value", "projected", "low", "high", "acquisition_cost", "within_observed", "beyond_observed",
    "without_horizon", "if_alike", "if_alike_low", "if_alike_high", "if_alike_without_horizon",
    "customers", "margin_a_month", "stays", "ended", "unknown_age", "observed_months", "horizon_months",
    "renewal_months", "alpha", "beta", "rate", "log_likelihood", "backtest_customers", "backtest_predicted",
    "backtest_low", "backtest_high", "backtest_actual", "backtest_naive", "reason", "assumptions",
)  # fmt: skip
Nothing = tuple[None, None, None]
NOTHING: Nothing = (None, None, None)
MANY_YEARLY = 0.3  # of the endings; by chance a twelfth lies there
INTERVAL = (
    f"95 % interval: {SAMPLES:,} samples of the customers drawn anew (bootstrap), each with its own curve, fit and "
    "mean margin; margin share, discount and horizon taken as given"
)
PRESENT = "What a present customer will still bring, from its next renewal on"
RESIDUAL = (
    "The horizon of present customers counts from their next renewal, whose margin comes first"
)


def describe_projection(
    found: Projection | None, assumptions: Assumptions, currency: str, cac: float | None = None
) -> str:
    """'Over 60 months a new customer is worth EUR 58.1 k (EUR 53.0 k to 63.4 k) in margin; EUR 16.3 k of
    it is projected beyond 33 months', or that nothing is projected and why.

    cac: acquisition cost of a new customer; where the sheet asks for values after it, it is deducted
    (taken as given), and where it is then None that is said."""
    if found is None:
        return "No lifetime value is projected: nobody is a customer"
    seen = f" beyond {format_months(found.months)}" if found.months else ""
    if found.value is None:
        stands = ". What stands is the value of what was observed"
        is_short = found.months < FEWEST_MONTHS
        return f"No lifetime value is projected{seen}: {found.reason}{'' if is_short else stands}"
    horizon = format_months(assumptions.horizon_months)
    worth = _describe_worth(found.value, assumptions, currency, cac)
    part = format_value(found.value.beyond[0], "currency", currency)
    beyond = f"; {part} of it is projected{seen}" if found.value.beyond[0] else ""
    return f"Over {horizon} a new customer is worth {worth}{beyond}"


def describe_what_if(
    found: Projection, assumptions: Assumptions, currency: str, cac: float | None = None
) -> str:
    """'What if all renewed alike beyond 33 months: 60 months would bring EUR 58.1 k (EUR 53.0 k to 63.4 k) in
    margin. That is no projection', or nothing where none is shown; cac as above."""
    if found.alike is None:
        return ""
    return (
        f"What if all renewed alike beyond {format_months(found.months)}: "
        f"{format_months(assumptions.horizon_months)} would bring "
        f"{_describe_worth(found.alike, assumptions, currency, cac)}. That is no projection"
    )


def _describe_worth(
    value: Value, assumptions: Assumptions, currency: str, cac: float | None
) -> str:
    """'EUR 58.1 k (EUR 53.0 k to 63.4 k) in margin', after acquisition cost where the sheet says so."""
    worth = format_bounds(_deduct(value.whole, find_deducted(assumptions, cac)), currency)
    return f"{worth} in margin{_describe_cac(assumptions, cac, currency)}"


def find_deducted(assumptions: Assumptions, cac: float | None) -> float | None:
    """The acquisition cost of a new customer where the sheet asks for values after it and it is known."""
    return cac if assumptions.after_cac else None


def _deduct(value: Range, cost: float | None) -> Range:
    """Less a cost that is taken as given; as it is without one."""
    middle, low, high = value
    return value if cost is None else (middle - cost, low - cost, high - cost)


def _describe_cac(assumptions: Assumptions, cac: float | None, currency: str) -> str:
    if not assumptions.after_cac:
        return ""
    if cac is None:
        return ", before acquisition cost, which is not known here"
    return f", after acquisition cost of {format_value(cac, 'currency', currency)}"


def describe_ground(found: Projection) -> str:
    """What the fit rests on, and who is left out; whole sentences."""
    basis = found.basis
    said = [_describe_period(basis)]
    if basis.unknown:
        said.append(
            f"{basis.unknown:,} stays of the first paid day of the data are left out: their age is not known."
        )
    return " ".join(said)


def _describe_period(basis: Basis) -> str:
    if basis.period > 1:
        return (
            f"Renewals are counted every {basis.period} months: {basis.on_time:,} of {basis.endings:,} endings lie "
            "within half a month of one."
        )
    monthly = "Renewals are counted by the month"
    if basis.endings < FEWEST_ENDINGS:
        return f"{monthly}: {basis.endings:,} of the {FEWEST_ENDINGS} endings that would tell a longer period."
    is_mixed = basis.yearly > MANY_YEARLY * basis.endings
    mixed = ": yearly contracts are mixed with others, and the model knows one period"
    return (
        f"{monthly}: no longer period holds 80 % of the {basis.endings:,} endings ({basis.yearly:,} lie at whole "
        f"years{mixed if is_mixed else ''})."
    )


def describe_fit(found: Projection) -> str:
    """'alpha 0.80, beta 12.0, log-likelihood -3,047.0', or the one rate, or no fit."""
    fit = found.fit
    if fit.is_one_rate and fit.rate is not None:
        return (
            f"one rate: {100 * fit.rate:.2f} % retained at each renewal (both parameters of the sBG "
            "run beyond 10,000)"
        )
    if fit.alpha is None or fit.beta is None or fit.log_likelihood is None:
        return "no fit"
    return (
        f"sBG: alpha {fit.alpha:.3f}, beta {fit.beta:.3f}, log-likelihood {fit.log_likelihood:,.1f}"
    )


def describe_backtest(test: Backtest) -> str:
    """'A year ago 431 of 512 customers were expected to stay 52 weeks (405 to 454) and 418 did; 81 were
    expected to be lost (58 to 107) and 94 were, so 13 % too few', and whether constant churn was closer."""
    if test.reason:
        return f"No backtest: {test.reason}"
    stay, lost = test.marks[-1], test.lost[-1]
    held = "" if test.passes else "; it fails, so nothing is projected"
    closer = (
        f". Constant churn was closer: {stay.naive:,.0f} to stay, {lost.naive:,.0f} to be lost"
        if stay.is_naive_closer
        else ""
    )
    return (
        f"A year ago {stay.predicted:,.0f} of {test.customers:,} customers were expected to stay {stay.weeks} "
        f"weeks ({stay.low:,.0f} to {stay.high:,.0f}) and {stay.actual:,} did; {lost.predicted:,.0f} were "
        f"expected to be lost ({lost.low:,.0f} to {lost.high:,.0f}) and {lost.actual:,} were"
        f"{_describe_miss(lost.error)}{held}{closer}"
    )


def _describe_miss(error: float | None) -> str:
    """', so 13 % too few', or nothing where it rounds to none or nothing came."""
    size = 0 if error is None else round(100 * error)
    return f", so {abs(size)} % too {'few' if size < 0 else 'many'}" if size else ""


def describe_rule(test: Backtest) -> str:
    """Of whom the backtest is made, and when it fails."""
    both = ""
    if test.marks:
        stay, lost = test.marks[-1], test.lost[-1]
        size = abs(stay.predicted - stay.actual)
        both = (
            f" The error of {size:,.0f} customers is {format_error(stay.error)} of those who stayed and "
            f"{format_error(lost.error)} of those lost; the rule asks for the former."
        )
    left = f"; {test.unknown:,} of unknown age are left out" if test.unknown else ""
    return (
        f"Made from what was known on {format_date(test.origin)}, n = {test.customers:,} customers of that day{left}. "
        "It fails where after 52 weeks the actual number lies outside the 95 % interval and the error is above 5 % "
        f"of those who stayed.{both} Constant churn is that of the 13 weeks before."
    )


def list_backtest_rows(test: Backtest) -> list[dict[str, object]]:
    """One row a number of weeks."""
    return [
        {
            "after": NumberText(f"{mark.weeks} weeks", "weeks", value=mark.weeks),
            "predicted": format_number(mark.predicted),
            "95 % interval": NumberText(
                f"{mark.low:,.0f} to {mark.high:,.0f}", low=mark.low, high=mark.high
            ),
            "actual": format_number(mark.actual, 0),
            "error": format_error(mark.error),
            "lost, predicted": format_number(lost.predicted),
            "lost": format_number(lost.actual, 0),
            "error of the lost": format_error(lost.error),
            "by constant churn": format_number(mark.naive),
            "its error": format_error(
                None if mark.naive is None else compute_error(mark.naive, mark.actual)
            ),
        }
        for mark, lost in zip(test.marks, test.lost, strict=True)
    ]  # fmt: skip


def list_projection_rows(
    found: Mapping[str | None, Projection], dimension: str, currency: str
) -> list[dict[str, object]]:
    """One row a value of the dimension, the largest value first."""
    return [
        {
            dimension: name or "unknown",
            "projected": format_bounds(each.value.whole if each.value else None, currency),
            "without a horizon": format_bounds(each.value.forever if each.value else None, currency),
            "if all renew alike": format_bounds(each.alike.whole, currency) if each.alike else "",
            "without a horizon, if all renew alike": format_bounds(each.alike.forever, currency) if each.alike else "",
            "in months observed": format_value(each.shown.observed[0] if each.shown else None, "currency", currency),
            "months observed": each.months,
            "stays": each.stays,
            "customers": each.margin.customers,
            "fit": describe_fit(each),
            "backtest": describe_backtest(each.backtest),
            "remark": each.reason,
        }
        for name, each in order_projections(found)
    ]  # fmt: skip


def list_projection_numbers(
    found: Mapping[str | None, Projection], assumptions: Assumptions, cac: float | None = None
) -> list[dict[str, Any]]:
    """One row a value of the dimension (None: of all), unrounded, for files; see COLUMNS.

    cac: as of describe_projection; what is deducted from every value but its parts (within and beyond
    what was observed) stands in acquisition_cost, and where nothing is the assumptions say so.
    """
    rows: list[dict[str, Any]] = []
    cost = find_deducted(assumptions, cac)
    assumed = describe_assumptions(replace(assumptions, after_cac=cost is not None))
    for name, each in order_projections(found):
        fit, last = each.fit, each.backtest.marks[-1] if each.backtest.marks else None
        whole, observed, beyond, forever = _list_numbers(each.value, cost)
        alike, _, _, alike_forever = _list_numbers(each.alike, cost)
        rows.append(
            {
                "value": name, "projected": whole[0], "low": whole[1], "high": whole[2],
                "acquisition_cost": cost, "within_observed": observed[0], "beyond_observed": beyond[0],
                "without_horizon": forever[0], "if_alike": alike[0], "if_alike_low": alike[1],
                "if_alike_high": alike[2], "if_alike_without_horizon": alike_forever[0],
                "customers": each.margin.customers, "margin_a_month": each.margin.mean,
                "stays": each.stays, "ended": each.ended, "unknown_age": each.basis.unknown,
                "observed_months": each.months, "horizon_months": assumptions.horizon_months,
                "renewal_months": each.basis.period, "alpha": fit.alpha, "beta": fit.beta,
                "rate": fit.rate, "log_likelihood": fit.log_likelihood,
                "backtest_customers": each.backtest.customers,
                "backtest_predicted": last.predicted if last else None,
                "backtest_low": last.low if last else None, "backtest_high": last.high if last else None,
                "backtest_actual": last.actual if last else None,
                "backtest_naive": last.naive if last else None,
                "reason": each.reason, "assumptions": assumed,
            }
        )  # fmt: skip
    return rows


def list_residual_rows(
    found: Projection, assumptions: Assumptions, currency: str
) -> list[dict[str, object]]:
    """One row a year of renewals passed: what comes from the next renewal on; see RESIDUAL."""
    period, condition = found.basis.period, ", if all renew alike" if found.alike else ""
    unit = "months" if period == 1 else f"renewals of {period} months"
    horizon = format_months(assumptions.horizon_months)
    return [
        {
            f"{unit} passed": NumberText(
                str(each.first) if each.first == each.last else f"{each.first} to {each.last}",
                first=each.first, last=each.last,
            ),
            "customers": each.customers,
            f"within {horizon}{condition}": format_bounds(each.within, currency),
            f"without a horizon{condition}": format_bounds(each.forever, currency),
        }
        for each in found.residuals
    ]  # fmt: skip


def _list_numbers(value: Value | None, cost: float | None) -> tuple[Range | Nothing, ...]:
    """Whole, observed, beyond and forever, each with its bounds or nothing; whole and forever less cost."""
    if value is None:
        return (NOTHING,) * 4
    forever = _deduct(value.forever, cost) if value.forever else NOTHING
    return _deduct(value.whole, cost), value.observed, value.beyond, forever


def order_projections(
    found: Mapping[str | None, Projection],
) -> list[tuple[str | None, Projection]]:
    """The largest value first, those without one last."""
    return sorted(
        found.items(), key=lambda each: -(each[1].shown.whole[0] if each[1].shown else 0.0)
    )


def format_bounds(value: Range | None, currency: str) -> str:
    """'EUR 58.1 k (EUR 53.0 k to 63.4 k)', or 'n/a'."""
    return format_band(*(value or NOTHING), "currency", currency)


def format_interval(value: Range | None, currency: str) -> str:
    """'EUR 53.0 k to 63.4 k', or nothing."""
    return "" if value is None else format_range(value[1], value[2], "currency", currency)
