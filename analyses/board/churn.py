"""The slide of churn: nine quarters with their intervals, and whether the last differs beyond chance."""

from analyses.board.document import Chart, Series, Slide
from analyses.board.facts import Facts
from analyses.board.moved import describe_move, find_change
from analyses.board.speaker import list_notes
from analyses.formats import to_float

CHURN = "churn_logo"
RATES = ("churn_rev_gross", "churn_rev_net")


def make_churn(facts: Facts) -> Slide:
    """Customer churn by quarter; beneath it the customers lost and the rates of revenue."""
    record = facts.record(CHURN)
    records = [facts.record(CHURN, each) for each in facts.quarters]
    series = Series(
        facts.metrics[CHURN].label,
        tuple(facts.cell(CHURN, each) for each in facts.quarters),
        low=tuple(each.low if each else None for each in records),
        high=tuple(each.high if each else None for each in records),
    )
    told = [facts.cell(CHURN, part="numerator"), facts.cell(CHURN, part="denominator")]
    told += [facts.cell(CHURN), *facts.bounds(CHURN)]
    lines = [f"{_count(facts)} were lost in {facts.name}."]
    change = find_change(facts, CHURN)
    move, moved = describe_move(facts, CHURN, change)
    for metric in RATES:
        told.append(facts.cell(metric))
        lines.append(
            f"{facts.metrics[metric].label}: {facts.write(metric)} of the MRR at the start."
        )
    value = to_float(record.value) if record else None
    title = (
        f"Customer churn n/a: {facts.cell(CHURN).reason}"
        if value is None
        else f"Customer churn {facts.write(CHURN)}{move}"
    )
    chart = Chart(
        "columns", "percent", tuple(facts.names), (series,),
        f"Customer churn by quarter with 95 % intervals; {facts.name}: {facts.write(CHURN)}.",
    )  # fmt: skip
    return Slide(
        "churn", "chart", title,
        "Customers lost in the quarter, of those at its start, with 95 % intervals;"
        f" n = {facts.write(CHURN, part='denominator')}",
        tuple(lines), chart, told=(*told, *moved), notes=list_notes(facts, (CHURN, *RATES)),
    )  # fmt: skip


def _count(facts: Facts) -> str:
    lost, base = (facts.write(CHURN, part=part) for part in ("numerator", "denominator"))
    return f"{lost} of {base} customers"
