"""The slides of lifetime value: the number with its interval and assumptions, and these in full."""

from analyses.board.document import Cell, Chart, Series, Slide, Table
from analyses.board.facts import LIFETIME, Facts
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.board.writing import write_cell
from analyses.lifetime.assumptions import describe_assumed, format_months, list_assumptions
from analyses.lifetime.projected import describe_projection
from analyses.lifetime.projection import ALIKE
from analyses.survival import FEWEST_AT_RISK

# What a projection rests on, and why there is none, without the name of the model.
IN_WORDS = (
    "as far as renewals tell, all customers renew alike, and a projection rests on how they differ"
)
SIMPLE = "ltv_simple"
COST, RATIO, PAYBACK = "eco_cac", "eco_ltvcac", "eco_payback"


def make_lifetime(facts: Facts) -> Slide:
    """What a new customer is worth, by each method that gives a number, against what one costs."""
    notes = list_notes(facts, (LIFETIME, SIMPLE, COST, RATIO))
    worth = facts.worth
    if worth.lifetime is None:
        reason = facts.cell(LIFETIME).reason or "nobody is a customer"
        return Slide("lifetime", "text", f"Lifetime value n/a: {reason}", facts.name, notes=notes)
    telling = Telling(facts)
    title = (
        f"A customer at today's average MRR is worth {telling.number(LIFETIME)}{telling.interval(LIFETIME)}"
        f" in margin within {format_months(worth.lifetime.months)}"
    )
    if worth.lifetime.is_short:
        title = f"Too short a history for a lifetime value: {format_months(worth.lifetime.months)} observed"
    telling.amount(worth.lifetime.months, "months")
    telling.amount(worth.lifetime.spells, "count")
    telling.amount(worth.lifetime.ended, "count")
    assumed = describe_assumed(facts.metrics[LIFETIME], worth.assumptions) or ""
    paid = telling.amount(worth.mrr, "currency")
    lines = [f"Assumes: {assumed}; at today's average MRR of {paid} a month."]
    lines += _describe_started(telling)
    lines.append(_describe_projected(telling))
    lines += _describe_cost(telling)
    subtitle = (
        f"Discounted margin by survival curve, 95 % interval; {worth.lifetime.spells:,} stays,"
        f" {worth.lifetime.ended:,} ended, up to the end of {facts.name}"
    )
    return Slide(
        "lifetime",
        "chart",
        title,
        subtitle,
        tuple(lines),
        _chart(facts),
        told=telling.told,
        notes=notes,
    )


def _describe_projected(telling: Telling) -> str:
    worth = telling.facts.worth
    found = worth.projection
    if found is not None:
        telling.amount(found.months, "months")
    if found is not None and found.value is not None:
        money = (*found.value.whole, found.value.beyond[0])
        telling.cells += [Cell(each, "currency") for each in money]
        telling.amount(worth.assumptions.horizon_months, "months")
    told = describe_projection(found, worth.assumptions, telling.facts.currency)
    told = told.replace(ALIKE, IN_WORDS).replace("not identifiable: ", "it cannot be told, ")
    if found is None or worth.lifetime is None or found.months in (0, worth.lifetime.months):
        return f"{told}."
    watched = telling.amount(FEWEST_AT_RISK, "count")
    return (
        f"{told}. Up to {format_months(found.months)} {watched} customers or more were watched; the value above counts"
        f" the few watched up to {format_months(worth.lifetime.months)} too."
    )


def _describe_cost(telling: Telling) -> list[str]:
    """Against what a new customer cost; nothing where no costs are known."""
    facts, worth = telling.facts, telling.facts.worth
    cost = facts.number(COST)
    if not cost:
        return []
    told = (
        f"Winning one cost {telling.number(COST)}: {telling.number(RATIO)} times that comes back in margin"
        f" (payback {telling.number(PAYBACK)})"
    )
    if worth.started is None:
        return [f"{told}."]
    return [
        f"{told}, {telling.amount(worth.started.value / cost, 'ratio')} times at what new ones pay."
    ]


def _describe_started(telling: Telling) -> list[str]:
    worth = telling.facts.worth
    if worth.start is None or worth.started is None:
        return []
    value = telling.amount(worth.started.value, "currency")
    bounds = (
        f" ({telling.span(worth.started.low, worth.started.high, 'currency')})"
        if worth.started.low is not None
        else ""
    )
    count = telling.amount(worth.start.margin.customers, "count")
    paid = telling.amount(worth.start.mrr, "currency")
    return [
        f"At what the {count} new customers of the quarter pay, {paid} a month on average: {value}{bounds}."
    ]


def _chart(facts: Facts) -> Chart:
    """One bar a method; those without an interval have none drawn."""
    worth = facts.worth
    bars = [("observed, at today's average MRR", facts.cell(LIFETIME), worth.lifetime)]
    if worth.started is not None:
        cell = Cell(worth.started.value, "currency")
        bars.append(("observed, at what new ones pay", cell, worth.started))
    projected = worth.projection.value if worth.projection else None
    cells = [cell for _, cell, _ in bars]
    low = [found.low if found else None for _, _, found in bars]
    high = [found.high if found else None for _, _, found in bars]
    names = [name for name, _, _ in bars]
    if projected is not None:
        middle, least, most = projected.whole
        names.append("projected to the horizon")
        cells.append(Cell(middle, "currency"))
        low, high = [*low, least], [*high, most]
    names.append("constant retention, for ever")
    cells.append(facts.cell(SIMPLE))
    told = "; ".join(
        f"{name}: {write_cell(cell, facts.currency)}"
        for name, cell in zip(names, cells, strict=True)
    )
    series = Series("Lifetime value", tuple(cells), low=(*low, None), high=(*high, None))
    return Chart(
        "bars", "currency", tuple(names), (series,),
        f"Lifetime value of a new customer in margin, by method. {told}.",
    )  # fmt: skip


def make_assumptions(facts: Facts) -> Slide:
    """Appendix: what each method of lifetime value assumes."""
    worth = facts.worth
    months = worth.lifetime.months if worth.lifetime else None
    versions = (facts.metrics[LIFETIME].version, facts.metrics[SIMPLE].version)
    rows = list_assumptions(
        worth.assumptions, months, worth.mrr, worth.customers, facts.currency, versions
    )
    headings = tuple(rows[0])
    cells = tuple(tuple(Cell(str(row[name])) for name in headings) for row in rows)
    table = Table("lifetime_assumptions", "What lifetime value assumes", headings, cells)
    return Slide(
        "assumptions", "table", "What lifetime value assumes, method by method",
        "By survival: observed tenure only. Projected: beyond it. Constant retention: today's churn for ever",
        table=table, notes=list_notes(facts, (LIFETIME, SIMPLE)), is_appendix=True,
    )  # fmt: skip
