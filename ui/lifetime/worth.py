"""The numbers that the parts of the page share, and the message at its top. Always by quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from analyses.lifetime.assumptions import (
    NOW,
    Assumptions,
    find_margins,
    format_months,
    read_assumptions,
)
from analyses.lifetime.floor import Floor, find_floors
from analyses.lifetime.margins import Start, find_monthly_margins, find_start
from analyses.lifetime.observed import (
    Lifetime,
    compute_lifetime,
    find_curves,
    value_start,
)
from analyses.lifetime.tables import (
    describe_lifetime,
    describe_started,
)
from analyses.sentences import describe_reason
from analyses.survival import Curve
from analyses.weekly import find_record
from metrics.engine import Record
from metrics.periods import Period
from ui.assumed import assume_on_page
from ui.basis import show_page_title
from ui.cache import ask, evaluate_metric, read_missing, remember
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_period, describe_scope, period_of, plain_markdown
from ui.nobody import describe_nobody
from ui.restated import describe, show_mark

METRICS = ("ltv_km", "ltv_simple", "mrr", "cust_active", "cust_new", "churn_logo_13w")
KEPT = (
    "It counts the first margin now, by its definition; what is projected counts it at the end of "
    "month 1, as the settings say."
)
NO_QUARTER = "No quarter is over by the end of this week, so there is no lifetime value yet."


@dataclass(frozen=True)
class Worth:
    """The numbers of the page, at the end of the newest closed quarter. start: what its new customers
    paid at first, started: the value of lifetime at that."""

    quarter: Period
    name: str
    records: Mapping[str, Sequence[Record]]
    assumptions: Assumptions
    curve: Curve | None
    lifetime: Lifetime | None
    floors: Mapping[date, Floor]
    start: Start | None = None
    started: Lifetime | None = None

    def number(self, metric: str) -> float | None:
        """The quarter's value of a metric."""
        record = find_record(self.records[metric], self.quarter.start)
        return None if record is None or record.value is None else float(record.value)

    @property
    def constant(self) -> list[Record]:
        """Constant retention by quarter, without those in which it is no estimate (floors)."""
        return [each for each in self.records["ltv_simple"] if each.period_start not in self.floors]

    @property
    def highest(self) -> float:
        """The largest value of either method in any quarter so far; 0 without any."""
        drawn = [*self.records["ltv_km"], *self.constant]
        seen = [each.value for each in drawn if each.period_start <= self.quarter.start]
        return max((float(value) for value in seen if value is not None), default=0.0)

    @property
    def mrr(self) -> float | None:
        """Monthly revenue of an average customer."""
        return per_customer(self.number("mrr"), self.number("cust_active"))


def load_worth(view: View) -> Worth | None:
    """None, with the reason on the page, where no quarter is over or there are no terms."""
    missing = read_missing(view.warehouse).get("ltv_km")
    quarter = period_of(view, "quarter")
    if missing or quarter is None:
        show_page_title("Lifetime value", view)
        st.info(describe_missing_tables(missing) if missing else NO_QUARTER)
        return None
    assume_on_page(view)
    return find_worth(view)


def find_worth(view: View) -> Worth | None:
    """The same for another page, which says itself what is missing."""
    quarter = period_of(view, "quarter")
    if quarter is None or "ltv_km" in read_missing(view.warehouse):
        return None
    return remember(view.warehouse, _read_worth, view.key, view, quarter)


def _read_worth(view: View, quarter: Period) -> Worth:
    records = {
        name: evaluate_metric(view.warehouse, name, "quarter", view.scope) for name in METRICS
    }
    margins = ask(view.warehouse, find_margins, "quarter", quarter.start, view.scope, None)
    assumptions = replace(read_assumptions(view.settings), gross_margin=margins[None])
    curve = ask(view.warehouse, find_curves, quarter.end, view.scope, None).get(None)
    name = describe_period(view, quarter).removeprefix("Quarter ")
    floors = ask(view.warehouse, find_floors, "quarter", view.scope, None)
    of_all = {start: floor for (start, _), floor in floors.items()}
    start = ask(view.warehouse, find_start, "quarter", quarter.start, view.scope)
    worth = Worth(quarter, name, records, assumptions, curve, None, of_all, start)
    if curve is None or worth.mrr is None:
        return worth
    paid = ask(view.warehouse, find_monthly_margins, quarter.end, view.scope, None).get(None)
    lifetime = compute_lifetime(curve, worth.mrr, assumptions, paid)
    return replace(
        worth, lifetime=lifetime, started=start and value_start(curve, start, assumptions)
    )


def show_heading(worth: Worth, view: View) -> None:
    """The page, whose numbers it shows, the value with its interval, and what it rests on."""
    value = worth.number("ltv_km")
    show_page_title("Lifetime value", view)
    st.text(
        f"Quarter {worth.name}, the newest that is over. {describe_scope(view)}. "
        f"Data as of {view.as_of}."
    )
    message = describe_lifetime(value, worth.lifetime, view.currency)
    st.markdown(f"**{plain_markdown(message)}**")
    show_mark(describe(view, "ltv_km", "quarter", worth.quarter.start))
    if worth.start and worth.started and not worth.started.is_short:
        st.text(describe_started(worth.start, worth.started, view.currency))
    used = worth.assumptions
    timing = "" if used.timing == NOW else f" {KEPT}"
    months = f"{format_months(worth.lifetime.months)} counted, " if worth.lifetime else ""
    st.text(
        f"{100 * used.gross_margin:.4g} % gross margin, {100 * used.discount_yearly:g} % discount a "
        f"year, {months}{used.horizon_months} at most. Before acquisition cost; this value "
        f"projects nothing beyond what was observed.{timing}"
    )
    record = find_record(worth.records["ltv_km"], worth.quarter.start)
    if value is None:
        why = f"No value: {describe_reason(record.reason if record else None)}."
        st.info(f"{why} {describe_nobody(view)}".rstrip())
    elif worth.lifetime is not None:
        words = "95 % interval: chance in who stayed and in what they pay; not in margin share, discount or horizon."
        st.caption(f"{worth.lifetime.reason.capitalize()}." if worth.lifetime.reason else words)


def per_customer(total: float | None, count: float | None) -> float | None:
    """total / count; None where either is missing or nobody is counted."""
    return None if total is None or not count else total / count
