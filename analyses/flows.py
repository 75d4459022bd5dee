"""Customers who moved between tiers from one Sunday to a later one, and their balance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb

from analyses.weekly import TIERS
from metrics.scope import Scope, set_variables

QUERY = Path(__file__).with_name("flows.sql")
Measure = Literal["customers", "revenue"]
Amount = int | Decimal
Stocks = Mapping[str, tuple[int, Decimal]]

ENTRIES = ("new", "reactivated")
EXIT = "churned"
FROM_STATES = (*TIERS, *ENTRIES)
TO_STATES = (*TIERS, EXIT)


@dataclass(frozen=True)
class Flow:
    """Customers of one pair of states; MRR at the first and at the last Sunday, 0 where none.

    expired_*: of these the moves by expiry (metrics.md 5.1), with MRR at the last Sunday.
    """

    from_state: str
    to_state: str
    customers: int
    opening_mrr: Decimal
    closing_mrr: Decimal
    expired_customers: int = 0
    expired_mrr: Decimal = Decimal(0)

    @property
    def rungs(self) -> int | None:
        """Tiers climbed, negative for a fall; None for an entry or exit."""
        if self.from_state not in TIERS or self.to_state not in TIERS:
            return None
        return TIERS.index(self.from_state) - TIERS.index(self.to_state)

    def amount(self, measure: Measure) -> Amount:
        """Customers, or their MRR at the last Sunday; of the churned, who then have none, at the first."""
        if measure == "customers":
            return self.customers
        return self.opening_mrr if self.to_state == EXIT else self.closing_mrr

    def expired(self, measure: Measure) -> Amount:
        """What of the amount moved by expiry."""
        return self.expired_customers if measure == "customers" else self.expired_mrr


@dataclass(frozen=True)
class Balance:
    """A tier (None: all) between two Sundays; opening + what came - what went + change = closing.

    change: of the MRR of those who stayed in the tier; 0 where customers are counted.
    """

    tier: str | None
    opening: Amount
    moved_in: Amount
    new: Amount
    reactivated: Amount
    moved_out: Amount
    churned: Amount
    change: Amount
    closing: Amount

    @property
    def gap(self) -> Amount:
        """What the balance misses; 0 where it holds."""
        came = self.moved_in + self.new + self.reactivated
        return self.opening + came - self.moved_out - self.churned + self.change - self.closing


@dataclass(frozen=True)
class Gross:
    """Both ways of the movement: a net of nothing can be calm or heavy traffic.

    up and down are on evidence; a rise over several tiers is one move. Money as in Flow.amount.
    """

    opening: Amount
    up: Amount
    down: Amount
    expired: Amount
    stayed: Amount
    new: Amount
    reactivated: Amount
    churned: Amount

    @property
    def net(self) -> Amount:
        """Up less down, on evidence."""
        return self.up - self.down


def find_flows(
    cursor: duckdb.DuckDBPyConnection, opening_week: date, closing_week: date, scope: Scope
) -> tuple[Flow, ...]:
    """Every pair of states with customers, from the end of one week to that of a later one.

    Weeks are named by their Mondays. Individuals are followed from the first Sunday to the last:
    what they did in between and undid again is not seen.
    """
    set_variables(cursor, "week", scope)
    cursor.execute("set variable opening_week = ?::date", [opening_week])
    cursor.execute("set variable closing_week = ?::date", [closing_week])
    return tuple(Flow(*row) for row in cursor.execute(QUERY.read_text("utf-8")).fetchall())


def find_stocks(
    cursor: duckdb.DuckDBPyConnection, week: date, scope: Scope
) -> dict[str, tuple[int, Decimal]]:
    """Customers and MRR of each tier at the end of a week, counted as adv_share and adv_mrr do."""
    set_variables(cursor, "week", scope)
    cursor.execute("select tier, customers, mrr from tier_stocks where week_start = ?", [week])
    return {tier: (customers, mrr) for tier, customers, mrr in cursor.fetchall()}


def compute_balances(flows: Sequence[Flow], measure: Measure) -> tuple[Balance, ...]:
    """One balance a tier, from advocate down, and that of all customers last."""
    return tuple(_balance(flows, measure, tier) for tier in (*TIERS, None))


def compute_gross(flows: Sequence[Flow], measure: Measure) -> Gross:
    """Gross up, gross down, by expiry, stays, entries and exits."""

    def on_evidence(flow: Flow) -> Amount:
        return flow.amount(measure) - flow.expired(measure)

    def amount(flow: Flow) -> Amount:
        return flow.amount(measure)

    return Gross(
        opening=_sum(flows, lambda flow: flow.from_state in TIERS, _opening(measure)),
        up=_sum(flows, lambda flow: (flow.rungs or 0) > 0, on_evidence),
        down=_sum(flows, lambda flow: (flow.rungs or 0) < 0, on_evidence),
        expired=_sum(flows, lambda flow: bool(flow.rungs), lambda flow: flow.expired(measure)),
        stayed=_sum(flows, lambda flow: flow.rungs == 0, amount),
        new=_sum(flows, lambda flow: flow.from_state == "new", amount),
        reactivated=_sum(flows, lambda flow: flow.from_state == "reactivated", amount),
        churned=_sum(flows, lambda flow: flow.to_state == EXIT, amount),
    )


def find_gaps(
    balances: Sequence[Balance], before: Stocks, after: Stocks, measure: Measure
) -> list[str]:
    """The tiers whose balance does not hold, or does not meet their own stock; none is the rule."""
    place = 0 if measure == "customers" else 1
    return [
        each.tier
        for each in balances
        if each.tier is not None
        and (
            each.gap != 0
            or each.opening != before[each.tier][place]
            or each.closing != after[each.tier][place]
        )
    ]


def _balance(flows: Sequence[Flow], measure: Measure, tier: str | None) -> Balance:
    opening, closing = _opening(measure), _closing(measure)
    tiers = TIERS if tier is None else (tier,)
    came = [flow for flow in flows if flow.to_state in tiers]
    went = [flow for flow in flows if flow.from_state in tiers]
    return Balance(
        tier,
        opening=_sum(went, lambda flow: True, opening),
        moved_in=_sum(came, lambda flow: bool(flow.rungs), closing),
        new=_sum(came, lambda flow: flow.from_state == "new", closing),
        reactivated=_sum(came, lambda flow: flow.from_state == "reactivated", closing),
        moved_out=_sum(went, lambda flow: bool(flow.rungs), opening),
        churned=_sum(went, lambda flow: flow.to_state == EXIT, opening),
        change=_sum(came, lambda flow: flow.rungs == 0, closing)
        - _sum(went, lambda flow: flow.rungs == 0, opening),
        closing=_sum(came, lambda flow: True, closing),
    )


def _opening(measure: Measure) -> Callable[[Flow], Amount]:
    return lambda flow: flow.customers if measure == "customers" else flow.opening_mrr


def _closing(measure: Measure) -> Callable[[Flow], Amount]:
    return lambda flow: flow.customers if measure == "customers" else flow.closing_mrr


def _sum(
    flows: Sequence[Flow], chosen: Callable[[Flow], bool], amount: Callable[[Flow], Amount]
) -> Amount:
    return sum((amount(flow) for flow in flows if chosen(flow)), start=0)
