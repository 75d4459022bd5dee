"""What a new customer costs against what it is worth, and after how long it is paid back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyses.acquisition import Spending, describe_missing_months
from analyses.formats import format_number, format_range, format_value, to_float
from analyses.lifetime.assumptions import format_months
from analyses.lifetime.margins import AS_STARTED, Start
from analyses.lifetime.projection import Projection
from analyses.number_text import NumberText
from metrics.engine import Record

WEEKS_A_MONTH = 365.2425 / 84
METRICS = ("eco_cac", "eco_ltvcac", "eco_payback_simple", "eco_payback")
CAC, SIMPLE, CHURNED = (
    "Acquisition cost of a new customer (CAC)",
    "Payback, simple",
    "Payback with churn",
)
RATIO, LEFT = "LTV to CAC", "LTV less CAC"
STARTED = f"Payback, simple, {AS_STARTED}"
NEVER = "never"
NO_MARGIN = "no margin: no customer, or none who pays, at the end of the quarter"
ENOUGH, SOON = 3, 12
RULES = (
    f"Rules of thumb, no tests (Skok): LTV to CAC of {ENOUGH} or more, payback in less than {SOON} months. "
    "Values and paybacks are at today's average MRR but where what new ones pay is said: the mean MRR that the "
    "new customers of the quarter started with. Bounds are those of the value; CAC is taken as given."
)


@dataclass(frozen=True)
class Valued:
    """A lifetime value before acquisition cost, by its name (observed, projected), with its 95 %
    interval where it has one; without a value, why."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = "no lifetime value"


@dataclass(frozen=True)
class Costs:
    """What the cost part of the page is made from. records: those of METRICS of one period; margin:
    of a month, of an average customer of today; weekly_churn: pooled over 13 weeks; start: what the
    new customers of the period paid at first; cacs: CAC of the newest periods where it is known."""

    spending: Spending
    records: Mapping[str, Record]
    values: Sequence[Valued]
    margin: float | None
    weekly_churn: float | None
    currency: str
    start: Start | None = None
    cacs: Sequence[float] = ()

    @property
    def new_customers(self) -> int:
        """Over how many customers the cost was spent."""
        return int(self.records["eco_cac"].denominator or 0)

    def number(self, metric: str) -> float | None:
        """The value of one of METRICS."""
        return to_float(self.records[metric].value)


def to_valued(name: str, found: Projection | None) -> Valued:
    """A projection to the horizon, or why there is none."""
    if found is None:
        return Valued(name, None)
    if found.value is None:
        return Valued(name, None, reason=f"nothing is projected: {found.reason}")
    return Valued(name, *found.value.whole)


Row = dict[str, str]


def list_cost_rows(costs: Costs) -> list[Row]:
    """CAC, then each value against it, then both paybacks; with the interval of the value, what
    each was computed from or why it is absent, and what the rule of thumb says."""
    cac = costs.number("eco_cac")
    rows = [
        _row(CAC, format_value(cac, "currency", costs.currency), _why_no_cac(costs) or _paid(costs))
    ]
    for valued in costs.values:
        rows += _list_compared(valued, cac, costs)
    started = [_pay_back_started(costs, costs.start)] if costs.start else []
    return [*rows, _pay_back(costs), *started, _pay_back_churned(costs)]


def describe_costs(rows: Sequence[Row], new_customers: int) -> str:
    """'A new customer costs EUR 3,709 (n = 71 new): worth 11.1 times that (10.2 to 11.9) at today's
    average MRR, 7.6 (5.0 to 10.2) at what new ones pay; paid back in 2.2 months, 3.2 at what new ones
    pay, if all stay', as far as the rows have it; of several values the first."""
    by_name = {row["measure"]: row for row in rows}
    values = {name: row["value"] for name, row in by_name.items()}
    if values[CAC] == "n/a":
        return "Lifetime value to acquisition cost (LTV to CAC), and payback: n/a"
    ratios = [name for name in values if name.startswith(RATIO) and values[name] != "n/a"]
    said = f"A new customer costs {values[CAC]} (n = {new_customers:,} new)"
    told: list[str] = []
    if ratios:
        told.append(f"worth {_tell(by_name[ratios[0]], ' times that')}")
        new = f"{ratios[0]}, {AS_STARTED}"
        if new in ratios:
            told[0] += f" at today's average MRR, {_tell(by_name[new])} {AS_STARTED}"
    told += _tell_payback(values)
    return f"{said}: {'; '.join(told)}" if told else said


def _tell(row: Row, times: str = "") -> str:
    bounds = row["95 % interval"]
    return f"{row['value']}{times}{f' ({bounds})' if bounds else ''}"


def _tell_payback(values: Mapping[str, str]) -> list[str]:
    """Both simple ones, unless churn keeps the cost from ever coming back; else the first there is."""
    new = values.get(STARTED, "n/a")
    if "n/a" not in (new, values[SIMPLE]) and values[CHURNED] != NEVER:
        return [f"paid back in {values[SIMPLE]}, {new} {AS_STARTED}, if all stay"]
    paid = [values[each] for each in (CHURNED, SIMPLE) if values[each] != "n/a"][:1]
    return [f"paid back {each if each == NEVER else f'in {each}'}" for each in paid]


def compute_retained(weekly_churn: float) -> float:
    """The share of customers who stay for a month, from a weekly rate: (1 - c) ^ (365.2425 / 84)."""
    return (1 - weekly_churn) ** WEEKS_A_MONTH


def _row(measure: str, value: str, source: str, interval: str = "", rule: str = "") -> Row:
    return {
        "measure": measure, "value": value, "95 % interval": interval, "from": source,
        "rule of thumb": rule,
    }  # fmt: skip


def _list_compared(valued: Valued, cac: float | None, costs: Costs) -> list[Row]:
    """The value over CAC, and what is left of it after CAC."""
    names = (f"{RATIO}, {valued.name}", f"{LEFT}, {valued.name}")
    absent = _why_no_cac(costs) or ("" if valued.value is not None else valued.reason)
    if absent or cac is None or valued.value is None:
        return [_row(name, "n/a", absent) for name in names]
    low, high = valued.low, valued.high
    left = _row(
        names[1], format_value(valued.value - cac, "currency", costs.currency),
        f"lifetime value {valued.name} - CAC",
        "" if low is None or high is None
        else format_range(low - cac, high - cac, "currency", costs.currency),
    )  # fmt: skip
    if not cac:
        return [_row(names[0], "n/a", "acquisition cost nothing"), left]
    ratio = valued.value / cac
    source = f"lifetime value {valued.name} / CAC"
    if low is None or high is None:
        rule = _rule_ratio(f"{'yes' if ratio >= ENOUGH else 'no'}, without an interval")
        return [_row(names[0], format_number(ratio), source, rule=rule), left]
    said = "yes" if low / cac >= ENOUGH else "no" if high / cac < ENOUGH else "cannot be told"
    bounds = NumberText(f"{low / cac:.1f} to {high / cac:.1f}", low=low / cac, high=high / cac)
    return [_row(names[0], format_number(ratio), source, bounds, _rule_ratio(said)), left]


def _rule_ratio(said: str) -> NumberText:
    return NumberText(f"{ENOUGH} or more: {said}", value=ENOUGH, note=f"or more: {said}")


def _paid(costs: Costs) -> NumberText:
    amount = to_float(costs.spending.amount)
    cost = format_value(amount, "currency", costs.currency)
    before = ""
    if len(costs.cacs) > 1:
        bounds = format_range(min(costs.cacs), max(costs.cacs), "currency", costs.currency)
        before = f"the last {len(costs.cacs)} quarters {bounds}"
    paid = "; ".join(filter(None, (f"{cost} / {costs.new_customers:,} new customers", before)))
    return NumberText(paid, costs.currency, value=amount, n=costs.new_customers, note=before)


def _pay_back(costs: Costs) -> Row:
    months = costs.number("eco_payback_simple")
    if months is None:
        return _row(SIMPLE, "n/a", _why_no_cac(costs) or NO_MARGIN)
    each = format_value(costs.margin, "currency", costs.currency)
    source = f"CAC / {each} margin a month of an average customer"
    return _row(SIMPLE, format_value(months, "months"), source, rule=_judge_payback(months))


def _pay_back_started(costs: Costs, start: Start) -> Row:
    cac = costs.number("eco_cac")
    if cac is None or start.margin.mean <= 0:
        return _row(STARTED, "n/a", _why_no_cac(costs) or "no margin: new customers pay nothing")
    each = format_value(start.margin.mean, "currency", costs.currency)
    source = f"CAC / {each} margin a month, n = {start.margin.customers:,} new customers"
    months = cac / start.margin.mean
    return _row(STARTED, format_value(months, "months"), source, rule=_judge_payback(months))


def _pay_back_churned(costs: Costs) -> Row:
    absent = _why_no_cac(costs) or ("" if costs.margin else NO_MARGIN)
    if not absent and costs.weekly_churn is None:
        absent = "no churn of 13 weeks"
    if absent or costs.weekly_churn is None:
        return _row(CHURNED, "n/a", absent)
    retained = format_value(compute_retained(costs.weekly_churn), "percent")
    stay = f"{retained} retained from month to month (churn of the last 13 weeks)"
    months = costs.number("eco_payback")
    if months is None:
        return _row(CHURNED, NEVER, f"not recovered with {stay}", rule=_judge_payback(None))
    paid = NumberText(format_months(int(months)), "months", value=int(months))
    return _row(CHURNED, paid, f"with {stay}", rule=_judge_payback(months))


def _judge_payback(months: float | None) -> str:
    is_soon = months is not None and months < SOON
    return f"under {SOON} months: {'yes' if is_soon else 'no'}"


def _why_no_cac(costs: Costs) -> str:
    if costs.number("eco_cac") is not None:
        return ""
    missing = describe_missing_months(costs.spending)
    return missing or "no new customer in the quarter"
