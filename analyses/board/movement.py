"""The slide of movement: a matrix from where customers stood at the first Sunday to where they stand at the last."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.flows import (
    EXIT,
    FROM_STATES,
    TO_STATES,
    Balance,
    Flow,
    compute_balances,
    compute_gross,
    find_flows,
)
from analyses.weekly import TIERS
from metrics.periods import format_date
from metrics.scope import Scope

LABELS = {"new": "new", "reactivated": "won back", EXIT: "lost"}
SHOWN = ("flow_up", "flow_down", "flow_expired", "cust_new", "cust_react", "cust_lost")
SUNDAY = timedelta(days=6)


def make_movement(facts: Facts) -> Slide:
    """Between the last Sunday before the quarter and the last Sunday in it; it adds up."""
    notes = list_notes(facts, SHOWN)
    days = [format_date(week + SUNDAY) for week in facts.weeks]
    flows = find_flows(facts.cursor, *facts.weeks, Scope())
    if not flows or "flow_net" in facts.missing:
        return Slide(
            "movement", "text", "Movement n/a: no customer on either Sunday", "", notes=notes
        )
    gross = compute_gross(flows, "customers")
    if not gross.opening:
        title = f"Movement n/a: nobody was a customer on Sunday {days[0]}"
        return Slide("movement", "text", title, facts.name, notes=notes)
    telling = Telling(facts)
    up, down = (telling.amount(each, "count") for each in (gross.up, gross.down))
    net = telling.amount(gross.net, "count", is_change=True)
    title = f"{up} customers moved up, {down} down: net {net} on evidence"
    balance = compute_balances(flows, "customers")[-1]
    came = balance.new + balance.reactivated
    count = {
        name: telling.amount(value, "count")
        for name, value in (
            ("opening", balance.opening), ("came", came), ("churned", balance.churned),
            ("closing", balance.closing), ("stayed", gross.stayed),
        )
    }  # fmt: skip
    lines = (
        *_describe_expired(telling, flows),
        f"{count['opening']} customers + {count['came']} in - {count['churned']} out"
        f" = {count['closing']}{'' if not balance.gap else ': it does not add up'}."
        f" {count['stayed']} kept their tier.{_describe_lost(telling, balance)}",
    )
    table = Table(
        "movement", f"From {days[0]} (rows) to {days[1]} (columns)",
        ("from", *(_label(state) for state in TO_STATES), "all"),
        (*(_row(flows, state) for state in FROM_STATES), _total(flows)),
    )  # fmt: skip
    subtitle = f"Customers by tier on Sunday {days[0]} (rows) and on Sunday {days[1]} (columns)"
    return Slide(
        "movement", "matrix", title, subtitle, lines, table=table, told=telling.told, notes=notes
    )


def _describe_expired(telling: Telling, flows: Sequence[Flow]) -> list[str]:
    """Why the cells above and below the diagonal add up to more than the title says."""
    rose, fell = (
        [flow for flow in flows if (flow.rungs or 0) * sign > 0] for sign in (1, -1)
    )  # fmt: skip
    parts = [
        (telling.amount(sum(flow.customers for flow in side), "count"),
         telling.amount(sum(flow.expired_customers for flow in side), "count"))
        for side in (rose, fell)
    ]  # fmt: skip
    if not any(flow.expired_customers for flow in flows):
        return []
    (up, up_expired), (down, down_expired) = parts
    return [
        f"The matrix holds {up} moves up and {down} down: {up_expired} and {down_expired} of them only because"
        " evidence ran out, which is neither gain nor loss."
    ]


def _describe_lost(telling: Telling, balance: Balance) -> str:
    """That churn counts to the last day of the quarter, where that makes another number; else nothing."""
    facts = telling.facts
    lost = facts.number("cust_lost")
    if lost is None or lost == balance.churned:
        return ""
    return (
        f" Churn counts {telling.number('cust_lost')} lost: from the first to the last day of the quarter, not from"
        " Sunday to Sunday."
    )


def _row(flows: Sequence[Flow], origin: str) -> tuple[Cell, ...]:
    counts = {flow.to_state: flow.customers for flow in flows if flow.from_state == origin}
    cells = [
        Cell("-")
        if origin not in TIERS and target == EXIT
        else Cell(counts.get(target, 0), "count", tone=_tone(origin, target, counts.get(target, 0)))
        for target in TO_STATES
    ]
    return (Cell(_label(origin)), *cells, Cell(sum(counts.values()), "count"))


def _total(flows: Sequence[Flow]) -> tuple[Cell, ...]:
    sums = [
        sum(flow.customers for flow in flows if target in (flow.to_state, None))
        for target in (*TO_STATES, None)
    ]
    return (Cell("all"), *(Cell(each, "count") for each in sums))


def _tone(origin: str, target: str, count: int) -> Literal["good", "bad", ""]:
    if not count or origin == target or origin not in TIERS:
        return ""
    if target == EXIT:
        return "bad"
    return "good" if TIERS.index(target) < TIERS.index(origin) else "bad"


def _label(state: str) -> str:
    return LABELS.get(state, state.replace("_", " "))
