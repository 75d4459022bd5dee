"""Retention over a year, taken apart: by endpoints beside events, and how much of it is price."""

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from analyses.bridge import Bridge, Line, round_to_sum
from analyses.formats import format_value
from metrics.drills import Span, list_rows, load_drills
from metrics.periods import Period
from metrics.scope import Scope

METHODS = "retention_methods"
CAUSES = "retention_causes"
# What made the revenue of then that of now; the keys narrow the drill.
LINES = (
    Line("then", "A year ago", "", "", 0, CAUSES),
    Line("left", "Left", "", "left_mrr", 1, CAUSES),
    Line("came_back", "Came back", "", "came_back", 1, CAUSES),
    Line("quantity", "Quantity", "", "quantity", 1, CAUSES),
    Line("plan", "Plan", "", "plan", 1, CAUSES),
    Line("not_stated", "Not stated", "", "not_stated", 1, CAUSES),
    Line("price", "Price", "", "price", 1, CAUSES),
    Line("now", "Now", "", "", 0, CAUSES),
)


@dataclass(frozen=True)
class Methods:
    """One window by both methods, in MRR. fell and rose are events of all customers but new MRR.

    made_good: falls of the customers of then that rises offset; later_*: events of customers who
    were none then.
    """

    opening: Decimal
    kept: Decimal
    closing: Decimal
    fell: Decimal
    rose: Decimal
    made_good: Decimal
    later_lost: Decimal
    later_gained: Decimal

    @property
    def gross(self) -> tuple[Decimal, ...]:
        """Falls by events, made good, of later customers, falls by endpoints: the first three add
        up to the last."""
        return (self.fell, -self.made_good, -self.later_lost, self.opening - self.kept)

    @property
    def net(self) -> tuple[Decimal, ...]:
        """Change by events, without what later customers gained, and what they lost, change by
        endpoints: the first three add up to the last."""
        change = self.rose - self.fell
        return (change, -self.later_gained, self.later_lost, self.closing - self.opening)

    @property
    def holds(self) -> bool:
        """Whether both lines add up, to the last decimal."""
        return all(sum(line[:-1], Decimal(0)) == line[-1] for line in (self.gross, self.net))

    def share(self, amount: Decimal) -> float | None:
        """An amount over the MRR of then."""
        return float(amount / self.opening) if self.opening else None


@dataclass(frozen=True)
class Causes:
    """What made the MRR of then that of now, of so many customers. price is None where no term says
    why it changed."""

    customers: int
    bridge: Bridge
    price: Decimal | None

    @property
    def nrr(self) -> float | None:
        """Net retention."""
        return _divide(self.bridge.closing, self.bridge.opening)

    @property
    def organic(self) -> float | None:
        """Net retention without the changes of price of those who still pay."""
        if self.price is None:
            return None
        return _divide(self.bridge.closing - self.price, self.bridge.opening)


@dataclass(frozen=True)
class Retention:
    """Both views of one window; None of them where nobody paid at its start."""

    methods: Methods
    causes: Causes


def find_retention(
    cursor: duckdb.DuckDBPyConnection, span: Span, currency: str, scope: Scope
) -> Retention:
    """The year that ends with the span (364 days at week grain): the sums of two drills' rows.

    GRR and NRR compare endpoints; ChartMogul's rates sum events (metrics.md 1.3). The price of NRR
    is the sum of changes on days on which a term began with change_reason 'price'.
    """
    drills = load_drills()
    found = list_rows(cursor, drills[METHODS], span, scope, limit=0).totals
    methods = Methods(
        *(
            Decimal(found[f"{name}_mrr" if name in ("opening", "kept", "closing") else name])
            for name in Methods.__dataclass_fields__
        )
    )
    rows = list_rows(cursor, drills[CAUSES], span, scope, limit=0)
    found = rows.totals
    parts = [Decimal(found[line.part]) for line in LINES[1:-1]]
    amounts = (Decimal(found["opening_mrr"]), *parts, Decimal(found["closing_mrr"]))
    period = Period(span.grain, span.start, span.end, True)
    bridge = Bridge(period, "currency", currency, LINES, amounts)
    stated = cursor.execute("select count(*) from fct_terms where change_reason is not null")
    (count,) = stated.fetchone() or (0,)
    return Retention(methods, Causes(rows.count, bridge, parts[-1] if count else None))


def describe_methods(methods: Methods) -> str:
    """'Gross retention is 86.7 % by endpoints and 85.4 % by events', or that they agree."""
    endpoint = methods.share(methods.kept)
    if endpoint is None:
        return "Nobody paid a year ago"
    event = 1 - (methods.share(methods.fell) or 0.0)
    net = methods.share(methods.closing)
    by_events = 1 + (methods.share(methods.rose - methods.fell) or 0.0)
    return (
        f"By endpoints GRR {format_value(endpoint, 'percent')} and NRR {format_value(net, 'percent')}; "
        f"by events {format_value(event, 'percent')} and {format_value(by_events, 'percent')}"
    )


def describe_gross(methods: Methods, currency: str) -> str:
    """The reconciling line, true as it is printed: 'Lost by events 320,527 - ... = 291,350'."""
    fell, good, later, endpoint = round_to_sum(methods.gross)
    return (
        f"Gross, in {currency or 'one currency'}: lost by events {fell:,} - made good by the same customers "
        f"{-good:,} - lost by customers who came later {-later:,} = lost by endpoints {endpoint:,}"
    )


def describe_net(methods: Methods, currency: str) -> str:
    """The reconciling line of the net change, true as it is printed."""
    change, gained, lost, endpoint = round_to_sum(methods.net)
    return (
        f"Net, in {currency or 'one currency'}: change by events {change:+,} - gained by customers who came later "
        f"{-gained:,} + lost by them {lost:,} = change by endpoints {endpoint:+,}"
    )


def describe_causes(causes: Causes) -> str:
    """The message: 'Net retention 96.6 % is 96.0 % without price, which adds 0.6 pp'.

    The three numbers add up as printed: the effect of price is the difference of the two rates.
    """
    nrr = format_value(causes.nrr, "percent")
    if causes.nrr is None:
        return "Nobody paid a year ago"
    if causes.organic is None:
        return (
            f"Net retention {nrr}; how much of it is price the data do not say (no change_reason)"
        )
    if not causes.price:
        return f"Net retention {nrr}, none of it by a change of price"
    whole, organic = round(100 * causes.nrr, 1), round(100 * causes.organic, 1)
    verb = "adds" if causes.price > 0 else "takes"
    effect = abs(whole - organic)
    points = f"{effect:.1f} pp" if effect >= 0.05 else "less than 0.1 pp"
    return f"Net retention {whole:.1f} % is {organic:.1f} % without price, which {verb} {points}"


def _divide(amount: Decimal, base: Decimal) -> float | None:
    return float(amount / base) if base else None
