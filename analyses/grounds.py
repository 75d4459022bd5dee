"""On how many customers or won deals an amount of money rests, and what is to be said of few.

A rate of counts carries its base as its denominator. Money has none: it is counted by another metric,
in the same period and slice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from analyses.velocity.snapshot import FEWEST_WINS
from metrics.engine import Record
from metrics.registry import Metric

Key = tuple[str, date, str | None, str | None]

# The metric whose denominator, or value, is the number of customers behind an amount.
OPENING, CLOSING, NEW = "churn_logo", "cust_active", "cust_new"
CUSTOMERS = {
    "churn_rev_gross": OPENING,
    "churn_rev_net": OPENING,
    "ret_grr": OPENING,
    "ret_grr_13w": OPENING,
    "ret_grr_renewal": OPENING,
    "ret_nrr": OPENING,
    "ret_nrr_13w": OPENING,
    "eco_cac": NEW,
    "eco_ltvcac": NEW,
    "eco_payback": NEW,
    "eco_payback_simple": NEW,
    "ltv_km": CLOSING,
    "ltv_simple": CLOSING,
}
# Closed deals of the 91 days, and what rests on the won ones among them.
CLOSED = "vel_win_count"
OF_WINS = ("vel_closed", "vel_created", "vel_cycle", "vel_deal", "vel_pipeline")
BY_VALUE = "vel_win_value"
NO_AMOUNT = "no {which} deal has an amount: it says nothing"


@dataclass(frozen=True)
class Grounds:
    """The records of the metrics that count, by their keys; a slice that is not there has no count."""

    records: Mapping[Key, Record]
    minimum: float

    def count_customers(self, record: Record) -> int | None:
        """Customers at the start (of a lifetime value at the end, of a cost the new ones) of the
        record's period and slice."""
        counting = CUSTOMERS.get(record.metric)
        found = self._find(counting, record)
        if found is None:
            return None
        number = found.denominator if counting == OPENING else found.value
        return None if number is None else int(number)

    def has_few(self, metric: Metric, record: Record) -> bool:
        """Whether the number rests on fewer customers, deals or answers than a comparison takes."""
        base = record.denominator if metric.interval != "none" else self.count_customers(record)
        return base is not None and 0 < base < self.minimum

    def describe(self, metric: Metric, record: Record) -> str:
        """'12 customers: too few to compare', 'a guess: 3 won'; empty where the base is enough."""
        if record.value is None:
            return ""
        if self.has_few(metric, record):
            customers = self.count_customers(record)
            few = f"fewer than {self.minimum:g}" if customers is None else f"{customers} customers"
            return f"{few}: too few to compare"
        closed = self._find(CLOSED, record)
        if record.metric in OF_WINS and closed and int(closed.numerator or 0) < FEWEST_WINS:
            return f"a guess: {int(closed.numerator or 0)} won"
        return describe_amounts(record, closed) if record.metric == BY_VALUE else ""

    def _find(self, metric: str | None, record: Record) -> Record | None:
        if metric is None:
            return None
        found = self.records.get((metric, record.period_start, record.breakdown, None))
        return None if found is None or found.value is None else found


def collect_grounds(records: Iterable[Record], minimum: float) -> Grounds:
    """The counts among the records."""
    counting = {OPENING, CLOSING, NEW, CLOSED}
    return Grounds({_key(each): each for each in records if each.metric in counting}, minimum)


def list_counting(metrics: Iterable[str]) -> list[str]:
    """The metrics that count what others rest on, where they are not among them."""
    asked = set(metrics)
    counting = {CUSTOMERS[each] for each in asked if each in CUSTOMERS}
    if asked & {*OF_WINS, BY_VALUE}:
        counting.add(CLOSED)
    return sorted(counting - asked)


def describe_amounts(by_value: Record | None, closed: Record | None) -> str:
    """That the win rate by value is 0 or 100 % only because no won, or no lost, deal has an amount."""
    if by_value is None or by_value.value is None or closed is None:
        return ""
    won, of = float(closed.numerator or 0), float(closed.denominator or 0)
    amount, of_amount = float(by_value.numerator or 0), float(by_value.denominator or 0)
    if of > won and of_amount == amount:
        return NO_AMOUNT.format(which="lost")
    return NO_AMOUNT.format(which="won") if won and not amount else ""


def _key(record: Record) -> Key:
    return record.metric, record.period_start, record.breakdown, record.member
