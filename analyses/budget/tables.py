"""The tables of a budget case: its programmes, its ranges with their sources, its promise against what came."""

from collections.abc import Mapping, Sequence

from analyses.budget.actual import (
    Actual,
    Compared,
    Month,
    Quarter,
    Treated,
    judge_quarter,
    why_unmeasured,
)
from analyses.budget.case import Assumption, Case
from analyses.budget.grounds import Member
from analyses.budget.model import Outcome
from analyses.budget.promise import MONTHS
from analyses.budget.uncertainty import Bar, list_assumptions
from analyses.budget.words import Answer, judge_effect
from analyses.formats import format_number, format_of, format_range, format_value
from analyses.number_text import NumberText
from metrics.intervals import Difference
from metrics.periods import label_period

Row = dict[str, object]
UNITS = {
    "cost": "currency", "effect": "percent", "margin": "currency", "persistence": "percent",
    "discount": "percent",
}  # fmt: skip
ALL = "all, each customer once"


def list_programme_rows(answer: Answer) -> list[Row]:
    """One row a programme, and all of them, at the base of every range."""
    case = answer.case
    rows = [
        {
            "programme": each.name,
            "pool": each.pool,
            "reached": each.reached,
            "counted once": each.counted,
            "effect from": judge_effect(each.effect) or each.effect.kind,
            **_write_outcome(answer.lines[each.key], case.currency),
        }
        for each in case.programmes
    ]
    if len(rows) > 1:
        rows.append(
            {
                "programme": ALL,
                "pool": None,
                "reached": sum(each.reached for each in case.programmes),
                "counted once": sum(each.counted for each in case.programmes),
                "effect from": "",
                **_write_outcome(answer.outcome, case.currency),
            }
        )
    return rows


def list_assumption_rows(case: Case) -> list[Row]:
    """One row a range, with its source and whether that is own data."""
    return [
        {
            "assumption": name,
            "low": _write(found.range.low, part, case.currency),
            "base": _write(found.range.base, part, case.currency),
            "high": _write(found.range.high, part, case.currency),
            "is": found.kind,
            "source": found.source,
        }
        for name, _, part, found in list_assumptions(case)
    ]


def list_bar_rows(answer: Answer, bars: Sequence[Bar]) -> list[Row]:
    """The tornado: each range, and the NPV at both of its ends."""
    currency = answer.case.currency
    return [
        {
            "assumption": bar.name,
            "range": format_assumption(bar.assumption, bar.part, currency),
            "NPV at low": format_value(bar.at_low, "currency", currency),
            "NPV at high": format_value(bar.at_high, "currency", currency),
            "moves it by": format_value(bar.width, "currency", currency),
        }
        for bar in bars
    ]


def list_flow_rows(answer: Answer) -> list[Row]:
    """Cash by year at the base of every range, and its present value."""
    case = answer.case
    rate = case.discount.range.base
    return [
        {
            "year": "now" if not year else str(year),
            "cash": format_value(flow, "currency", case.currency),
            "discounted": format_value(flow / (1 + rate) ** year, "currency", case.currency),
        }
        for year, flow in enumerate(answer.outcome.flows)
    ]


def list_overlap_rows(case: Case, both: Mapping[tuple[str, str], int]) -> list[Row]:
    """A matrix: how many customers each two programmes both reach."""
    return [
        {
            "programme": one.name,
            **{other.name: both.get((one.key, other.key), 0) for other in case.programmes},
        }
        for one in case.programmes
    ]


def list_member_rows(members: Sequence[Member], names: Mapping[str, str]) -> list[Row]:
    """The customers of a pool, with the programme that counts each."""
    return [
        {
            "customer": each.customer_name,
            "stands at": each.standing.replace("_", " "),
            "margin a year": each.margin,
            "reached": "yes" if each.is_reached else "no",
            "counted in": names.get(each.counted_in or "", ""),
            "arm": each.arm,
            "customer_id": each.customer_id,
        }
        for each in members
    ]


def list_treated_rows(members: Sequence[Treated]) -> list[Row]:
    """The customers behind a quarter of a promise, by arm."""
    return [
        {
            "customer": each.customer_name,
            "arm": each.arm,
            "assigned on": each.assigned_on,
            "margin at the level of that day": each.level,
            "margin that came": each.earned,
            "change of margin": each.change,
            "still a customer": "yes" if each.is_kept else "no",
            "customer_id": each.customer_id,
        }
        for each in members
    ]


def list_quarter_rows(actual: Actual, currency: str, first_month: int) -> list[Row]:
    """Each quarter of the promise against what came, or why nothing can be said."""
    return [
        {
            "quarter": label_period("quarter", each.promise.start, first_month),
            "promised": format_value(each.promise.gain.base, "currency", currency),
            "promised range": format_range(
                each.promise.gain.low, each.promise.gain.high, "currency", currency
            ),
            **_write_measured(each, actual, currency),
        }
        for each in actual.quarters
    ]


def list_month_rows(actual: Actual, currency: str) -> list[Row]:
    """Cash by month: promised and paid cost, promised margin and that of the treated beyond the holdout."""
    promised = list_promised_months(actual)
    rows: list[Row] = []
    for number, each in enumerate(actual.months[: len(promised)]):
        rows.append(
            {
                "month": f"{each.start:%b %Y}" + ("" if each.is_over else " (not over)"),
                "cost promised": format_value(
                    actual.line.cost.base if not number else 0.0, "currency", currency
                ),
                "cost paid": format_value(
                    None if each.cost is None else float(each.cost), "currency", currency
                ),
                "margin promised": format_value(promised[number], "currency", currency),
                "margin of treated beyond holdout": _write_gain(each, currency),
            }
        )
    return rows


def list_promised_months(actual: Actual) -> list[float]:
    """The margin promised of each month: a third of its quarter's."""
    return [each.promise.gain.base / 3 for each in actual.quarters for _ in range(MONTHS // 4)]


def format_assumption(found: Assumption, part: str, currency: str) -> NumberText:
    """'30.0-70.0 %', or the one number of an assumption that is no range."""
    low, high = found.range.low, found.range.high
    unit = UNITS[part]
    if low == high:
        return format_value(low, unit, currency)
    return format_range(low, high, unit, currency)


def write_ends(bar: Bar, currency: str) -> str:
    """'30.0-70.0 % gives EUR 6,131 to 40.2 k'."""
    found = format_assumption(bar.assumption, bar.part, currency)
    low, high = sorted((bar.at_low, bar.at_high))
    if low == high:
        return f"{found}, no range"
    return f"{found} gives {format_range(low, high, 'currency', currency)}"


def _write(value: float, part: str, currency: str) -> NumberText:
    return format_value(value, UNITS[part], currency)


def _write_outcome(outcome: Outcome, currency: str) -> Row:
    return {
        "cost": format_value(outcome.cost, "currency", currency),
        "kept": format_number(outcome.kept),
        "NPV": format_value(outcome.npv, "currency", currency),
        "payback, years": format_number(outcome.payback),
        "breaks even at": outcome.break_even_customers,
        "ROI": format_value(outcome.roi, "percent"),
        "IRR": format_value(outcome.irr, "percent"),
    }


def _write_measured(quarter: Quarter, actual: Actual, currency: str) -> Row:
    compared = quarter.compared
    why = why_unmeasured(quarter, actual.line.match)
    found = Difference(None, None, None) if why else compared.total
    return {
        "actual": format_value(found.value, "currency", currency),
        "95 % interval": ""
        if found.low is None
        else format_range(found.low, found.high, "currency", currency),
        "treated still customers": _count_kept(compared, "treated"),
        "held out still customers": _count_kept(compared, "holdout"),
        "verdict": why or judge_quarter(quarter),
    }


def _count_kept(compared: Compared, arm: str) -> str:
    side = compared.treated if arm == "treated" else compared.holdout
    return format_of(side.kept, side.customers) if side.customers else ""


def _write_gain(month: Month, currency: str) -> NumberText | str:
    found = month.compared.total
    if not month.is_over or found.value is None:
        return format_value(None, "currency", currency)
    return format_value(found.value, "currency", currency)
