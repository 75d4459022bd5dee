"""What the model of orders says, in sentences: its message, its grounds, its backtest, its assumptions."""

from analyses.formats import format_range, format_value
from analyses.held_out import compute_error, format_error
from analyses.lifetime.assumptions import Assumptions, describe_margin
from analyses.lifetime.orders.backtest import HELD_WEEKS, Backtest, Held
from analyses.lifetime.orders.model import NO_ORDERS, Bought, OrderModel
from analyses.lifetime.orders.report import Orders
from analyses.lifetime.orders.value import WEEKS, GroupValue
from metrics.periods import format_date

INTERVAL = (
    "95 % interval of what will come: what both fits leave open and the chance of each customer; not "
    "that of margin or discount, nor of customers who have not ordered yet"
)


def describe_orders(orders: Orders, everyone: GroupValue | None, currency: str) -> str:
    """The message: 'Customers without a contract will bring EUR 565 k in margin in 52 weeks (...)'."""
    if orders.reason == NO_ORDERS:
        return "No order so far: nothing to learn how customers order from"
    if orders.reason or everyone is None:
        reason = orders.reason or "no customer of this scope has ordered"
        return f"No value of orders: {reason}"
    count = format_value(everyone.customers, "count")
    if everyone.value is None:
        ahead = format_value(everyone.orders, "count")
        bounds = format_range(everyone.orders_low, everyone.orders_high, "count")
        return (
            f"{count} customers who order will order {ahead} times again in {WEEKS} weeks ({bounds}); "
            f"no value: {orders.value_reason}"
        )
    worth = format_value(everyone.value, "currency", currency)
    bounds = format_range(everyone.low, everyone.high, "currency", currency)
    return (
        f"{count} customers who order will bring {worth} in margin in the next {WEEKS} weeks "
        f"({bounds}); {format_value(everyone.alive, 'count')} of them are likely still there"
    )


def describe_mean(everyone: GroupValue | None, currency: str) -> str:
    """'What is expected lies between EUR 523 k and 611 k by the likelihood of both fits'; or nothing."""
    if everyone is None or everyone.value is None:
        return ""
    bounds = format_range(everyone.mean_low, everyone.mean_high, "currency", currency)
    return f"The expectation alone: {bounds}, by the likelihood of both fits"


def describe_bias(orders: Orders) -> str:
    """'Expected too much in both years tested: revenue by +10.0 % and, the year before, +18.3 %.'; nothing
    where a year has no test or the two err to different sides."""
    now, before = orders.backtest, orders.earlier
    noun, pair = "revenue", (now.amount, before.amount)
    if None in pair:
        noun, pair = "repeat orders", (now.orders, before.orders)
    errors = [held.error for held in pair if held is not None and held.error]
    if len(errors) < 2 or (errors[0] > 0) != (errors[1] > 0):
        return ""
    much = "much" if errors[0] > 0 else "little"
    return (
        f"Expected too {much} in both years tested: {noun} by {format_error(errors[0])} and, the year "
        f"before, {format_error(errors[1])}"
    )


def describe_order_assumptions(assumptions: Assumptions) -> str:
    """One line for page, command and files."""
    return (
        f"{describe_margin(assumptions)} of an order, discount {100 * assumptions.discount_yearly:g} % "
        f"a year, next {WEEKS} weeks, each order at the end of its week, before acquisition cost, "
        "without what was bought so far; BG/NBD and Gamma-Gamma"
    )


def describe_bought(bought: Bought) -> str:
    """What the fit rests on, and what was left out."""
    if bought.first_on is None:
        return "No order."
    left = [
        f"{count:,} {noun}"
        for count, noun in (
            (bought.refunds, "days of refunds, which are no orders"),
            (bought.free, "days that cost nothing, which are orders without a spend"),
        )
        if count
    ]
    told = (
        f"n = {bought.customers:,} customers with an order since {format_date(bought.first_on)}, "
        f"{bought.repeaters:,} of whom ordered again, {bought.repeats:,} times; orders of one day are one"
    )
    return f"{told}. Apart: {'; '.join(left)}." if left else f"{told}."


def describe_fit(model: OrderModel) -> str:
    """The parameters of both fits, with their log-likelihoods; why one is missing."""
    told: list[str] = []
    if model.buying is not None and model.counts is not None:
        r, alpha, a, b = model.counts.parameters
        told.append(
            f"BG/NBD r {r:.4g}, alpha {alpha:.4g} weeks, a {a:.4g}, b {b:.4g} "
            f"(log-likelihood {model.counts.log_likelihood:,.2f})"
        )
    if model.paying is not None and model.spend is not None:
        p, q, v = model.spend.parameters
        told.append(
            f"Gamma-Gamma p {p:.4g}, q {q:.4g}, v {v:.4g} "
            f"(log-likelihood {model.spend.log_likelihood:,.2f})"
        )
    if model.correlation is not None:
        told.append(f"spend and frequency correlate by {model.correlation:.2f}")
    if reason := model.reason or model.spend_reason:
        told.append(reason)
    return "; ".join(told)


def describe_backtests(orders: Orders, currency: str) -> str:
    """The backtest that decides, then that of the year before, which does not."""
    told = describe_backtest(orders.backtest, currency)
    if orders.backtest.orders is None or orders.earlier.orders is None:
        return told
    return f"{told} A year before, which decides nothing: {describe_backtest(orders.earlier, currency)}"


def describe_backtest(backtest: Backtest, currency: str) -> str:
    """'Fitted before 2 Oct 2025, 387 customers; the 52 weeks since: 809 repeat orders expected ...'."""
    if backtest.orders is None:
        return f"No backtest: {backtest.reason}"
    told = [describe_held(backtest.orders, "repeat orders", "count", "")]
    if backtest.amount is not None:
        told.append(describe_held(backtest.amount, "of revenue", "currency", currency))
    missed = backtest.reason or backtest.amount_reason
    since = f"Fitted before {format_date(backtest.origin)}, {backtest.customers:,} customers"
    verdict = f"Not passed: {missed}" if missed else "Passed"
    return f"{since}; the {HELD_WEEKS} weeks since: {'; '.join(told)}. {verdict}."


def describe_held(held: Held, noun: str, unit: str, currency: str) -> str:
    """One sum of the backtest, with its error and that of the naive forecast."""
    expected = format_value(held.expected, unit, currency)
    bounds = format_range(held.low, held.high, unit, currency)
    came = format_value(held.actual, unit, currency)
    told = f"{expected} {noun} expected ({bounds}), {came} came"
    if held.error is None:
        return told
    naive = format_error(compute_error(held.naive, held.actual))
    return (
        f"{told}, so off by {format_error(held.error)} (the {HELD_WEEKS} weeks before taken again: by "
        f"{naive})"
    )
