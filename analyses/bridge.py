"""The movement bridge: how one period's opening became its closing, in customers and in MRR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from analyses.formats import format_value
from metrics.engine import Record
from metrics.periods import Period

Records = Mapping[str, Sequence[Record]]

# What each bridge reads, all from the engine; the openings are denominators of churn.
METRICS = (
    "churn_logo", "cust_new", "cust_react", "cust_lost", "cust_active",
    "churn_rev_gross", "mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction",
    "mrr_churned", "mrr",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What a line of a bridge is: its number (metric and part of the record) and its sign.

    drill lists the customers behind it; kind is the kind of MRR movement that it then asks for.
    """

    key: str
    label: str
    metric: str
    part: str
    sign: int
    drill: str
    kind: str = ""

    @property
    def is_total(self) -> bool:
        """Opening and closing; all others move the one to the other."""
        return self.sign == 0


CUSTOMERS = (
    Line("opening", "Opening", "churn_logo", "denominator", 0, "opening_customers"),
    Line("new", "New", "cust_new", "value", 1, "new_customers"),
    Line("won_back", "Won back", "cust_react", "value", 1, "reactivated_customers"),
    Line("lost", "Lost", "cust_lost", "value", -1, "lost_customers"),
    Line("closing", "Closing", "cust_active", "value", 0, "active_customers"),
)
MRR = (
    Line("opening_mrr", "Opening", "churn_rev_gross", "denominator", 0, "opening_customers"),
    Line("new_mrr", "New", "mrr_new", "value", 1, "mrr_movements", "new"),
    Line("won_back_mrr", "Won back", "mrr_reactivation", "value", 1, "mrr_movements", "reactivation"),
    Line("expansion", "Expansion", "mrr_expansion", "value", 1, "mrr_movements", "expansion"),
    Line("contraction", "Contraction", "mrr_contraction", "value", -1, "mrr_movements", "contraction"),
    Line("churned", "Lost", "mrr_churned", "value", -1, "mrr_movements", "churned"),
    Line("closing_mrr", "Closing", "mrr", "value", 0, "active_customers"),
)  # fmt: skip
LINES = {line.key: line for line in (*CUSTOMERS, *MRR)}


@dataclass(frozen=True)
class Bridge:
    """The lines of one period with their amounts, movements signed. unit is count or currency."""

    period: Period
    unit: str
    currency: str
    lines: tuple[Line, ...]
    amounts: tuple[Decimal, ...]

    @property
    def opening(self) -> Decimal:
        """The first amount."""
        return self.amounts[0]

    @property
    def closing(self) -> Decimal:
        """The last amount."""
        return self.amounts[-1]

    @property
    def movements(self) -> tuple[tuple[Line, Decimal], ...]:
        """What lies between opening and closing."""
        return tuple(zip(self.lines, self.amounts, strict=True))[1:-1]

    @property
    def holds(self) -> bool:
        """Whether opening and movements come to the closing, to the last decimal."""
        return sum(self.amounts[:-1], Decimal(0)) == self.closing


def compute_bridges(records: Records, period: Period, currency: str) -> tuple[Bridge, ...]:
    """The bridge in customers and that in MRR; none where the period has no numbers yet."""
    made = (
        _make(records, period, "count", "", CUSTOMERS),
        _make(records, period, "currency", currency, MRR),
    )
    return tuple(bridge for bridge in made if bridge is not None)


def find_number(records: Records, line: Line, start: date) -> Decimal | None:
    """A line's magnitude in the period that starts on a day; None where it is missing."""
    found = next((each for each in records[line.metric] if each.period_start == start), None)
    value = getattr(found, line.part) if found is not None else None
    return None if value is None else Decimal(value)


def describe_bridge(bridge: Bridge) -> str:
    """The message: '1,171 customers, +5: 8 came, 3 left'."""
    shown = round_to_sum(bridge.amounts)
    came = sum(amount for amount in shown[1:-1] if amount > 0)
    left = -sum(amount for amount in shown[1:-1] if amount < 0)
    is_money = bridge.unit == "currency"

    def write(amount: int, is_change: bool = False) -> str:
        return format_value(float(amount), bridge.unit, bridge.currency, is_change)

    change = write(shown[-1] - shown[0], is_change=True)
    closing = f"MRR {write(shown[-1])}" if is_money else f"{write(shown[-1])} customers"
    flows = f"{write(came)} came, {write(left)} {'went' if is_money else 'left'}"
    return f"{closing}, {change if bridge.closing != bridge.opening else 'as before'}: {flows}"


def describe_identity(bridge: Bridge) -> str:
    """'Opening 1,166 + new 7 + won back 1 - lost 3 = closing 1,171', true as it is printed.

    Money is in whole units; each movement is then within one unit of its exact amount, so that what
    is printed adds up. Where the exact amounts do not, the text says by how much.
    """
    shown = round_to_sum(bridge.amounts)
    terms = [f"Opening {shown[0]:,}"]
    for line, amount in zip(bridge.lines[1:-1], shown[1:-1], strict=True):
        terms.append(f"{'+' if line.sign > 0 else '-'} {line.label.lower()} {abs(amount):,}")
    text = f"{' '.join(terms)} = closing {shown[-1]:,}"
    if bridge.holds:
        return f"{text} {bridge.currency}".strip()
    gap = bridge.closing - sum(bridge.amounts[:-1], Decimal(0))
    return f"{text}: does not add up, {gap:+,} unexplained"


def round_to_sum(amounts: Sequence[Decimal]) -> tuple[int, ...]:
    """Whole numbers of which all but the last add up to the last, as the exact amounts do.

    The closing is rounded to the nearest; of the others, rounded down, those with the largest
    remainders get one more until they add up.
    """
    closing = int(amounts[-1].to_integral_value(ROUND_HALF_UP))
    floors = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in amounts[:-1]]
    if sum(amounts[:-1], Decimal(0)) != amounts[-1]:
        return (*(int(a.to_integral_value(ROUND_HALF_UP)) for a in amounts[:-1]), closing)
    by_remainder = sorted(
        range(len(floors)), key=lambda place: (floors[place] - amounts[place], place)
    )
    for place in by_remainder[: closing - sum(floors)]:
        floors[place] += 1
    return (*floors, closing)


def _make(
    records: Records, period: Period, unit: str, currency: str, lines: tuple[Line, ...]
) -> Bridge | None:
    numbers = [find_number(records, line, period.start) for line in lines]
    amounts = tuple(
        number * (line.sign or 1)
        for line, number in zip(lines, numbers, strict=True)
        if number is not None
    )
    return Bridge(period, unit, currency, lines, amounts) if len(amounts) == len(lines) else None
