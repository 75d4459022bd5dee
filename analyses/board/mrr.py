"""The slide of the MRR bridge: from the opening of the quarter through every movement to its closing."""

from decimal import Decimal

from analyses.board.document import Chart, Slide
from analyses.board.facts import Facts
from analyses.board.speaker import list_notes
from analyses.board.stacked import find_floor, stack
from analyses.board.telling import Telling
from analyses.bridge import MRR, Bridge, compute_bridges
from analyses.formats import format_value

SHOWN = ("mrr", *(line.metric for line in MRR[1:-1]))


def make_mrr(facts: Facts) -> Slide:
    """The bridge adds up to the cent, or the slide says by how much it does not."""
    found = compute_bridges(facts.records, facts.quarter, facts.currency)
    bridge = next((each for each in found if each.unit == "currency"), None)
    notes = list_notes(facts, SHOWN)
    if bridge is None:
        reason = facts.cell("mrr").reason or "a movement has no value"
        return Slide("mrr", "text", f"MRR bridge n/a: {reason}", facts.name, notes=notes)
    telling = Telling(facts)
    change = bridge.closing - bridge.opening
    verb = "grew" if change > 0 else "fell" if change < 0 else "stayed"
    moved = f" by {telling.amount(abs(change), 'currency')}" if change else ""
    share = (
        f" ({telling.amount(abs(float(change / bridge.opening)), 'percent')})"
        if bridge.opening
        else ""
    )
    title = f"MRR {verb}{moved}{share if change else ''} to {telling.number('mrr')}"
    chart = _chart(facts, bridge)
    line = f"{_add_up(telling, bridge)}."
    return Slide(
        "mrr", "chart", title,
        f"Monthly recurring revenue, from the start to the end of {facts.name};"
        f" n = {telling.number('cust_active')} customers at its end{telling.floor(chart)}",
        (line,), chart, told=telling.told, notes=notes,
    )  # fmt: skip


def _chart(facts: Facts, bridge: Bridge) -> Chart:
    cells = [
        facts.cell(line.metric, part="denominator" if line.part == "denominator" else "value")
        for line in bridge.lines
    ]
    steps = list(zip((line.label for line in bridge.lines), cells, bridge.amounts, strict=True))
    categories, series = stack(steps[0], steps[1:-1], steps[-1])
    told = ", ".join(
        f"{name.lower()} {format_value(float(amount), 'currency', facts.currency, place not in (0, len(steps) - 1))}"
        for place, (name, _, amount) in enumerate(steps)
    )
    begins = find_floor(bridge.opening, [amount for _, amount in bridge.movements])
    return Chart("stacked", "currency", categories, series, f"MRR bridge: {told}.", begins)


def _add_up(telling: Telling, bridge: Bridge) -> str:
    """'EUR 2.51 M + new EUR 104 k - lost EUR 52.3 k = EUR 2.62 M: adds up to the cent'."""
    steps = [
        f"{'-' if line.sign < 0 else '+'} {line.label.lower()} {telling.amount(abs(amount), 'currency')}"
        for line, amount in bridge.movements
    ]
    ends = [telling.amount(each, "currency") for each in (bridge.opening, bridge.closing)]
    told = f"{ends[0]} {' '.join(steps)} = {ends[1]}"
    if bridge.holds:
        return f"{told}: adds up to the cent"
    gap = bridge.closing - sum(bridge.amounts[:-1], Decimal(0))
    return f"{told}: does not add up, {telling.amount(gap, 'currency', True)} unexplained"
