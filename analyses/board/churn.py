"""The slide of churn: nine quarters with their intervals, and whether the last differs beyond chance."""

from analyses.board.document import Chart, Series, Slide
from analyses.board.facts import Facts
from analyses.board.moved import describe_move
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.board.writing import write_cell

CHURN = "churn_logo"
LOST, NET = "churn_rev_gross", "churn_rev_net"


def make_churn(facts: Facts) -> Slide:
    """Customer churn by quarter; beneath it the customers lost and the rates of revenue."""
    notes = list_notes(facts, (CHURN, LOST, NET))
    if facts.number(CHURN) is None:
        title = f"Customer churn n/a: {facts.cell(CHURN).reason}"
        return Slide("churn", "text", title, facts.name, notes=notes)
    telling = Telling(facts)
    value = telling.number(CHURN)
    title = f"Customer churn {value}{telling.interval(CHURN)}{describe_move(telling, CHURN)}"
    records = [facts.record(CHURN, each) for each in facts.quarters]
    series = Series(
        facts.metrics[CHURN].label,
        tuple(facts.cell(CHURN, each) for each in facts.quarters),
        low=tuple(each.low if each else None for each in records),
        high=tuple(each.high if each else None for each in records),
    )
    told = ", ".join(
        f"{name} {write_cell(cell, facts.currency)}"
        for name, cell in zip(facts.names, series.cells, strict=True)
    )
    chart = Chart(
        "columns", "percent", tuple(facts.names), (series,),
        f"{title}. By quarter, with 95 % intervals: {told}.",
    )  # fmt: skip
    base = telling.number(CHURN, part="denominator")
    lines = (
        f"{telling.number(CHURN, part='numerator')} of {base} customers were lost in {facts.name}.",
        f"Revenue: {telling.number(LOST)} of the MRR at the start was lost or cut"
        f" ({telling.number(LOST, part='numerator')});"
        f" {telling.number(NET)} after expansion and what was won back.",
    )
    subtitle = f"Customers lost in the quarter, of those at its start (n = {base}), 95 % intervals"
    return Slide(
        "churn", "chart", title, subtitle, lines, chart, told=telling.told,
        notes=notes,
    )  # fmt: skip
