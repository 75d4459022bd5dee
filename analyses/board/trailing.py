"""The table of the trailing nine quarters: one row a number, with its unit."""

from dataclasses import replace

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts
from analyses.board.headlines import NO_TREND
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.formats import name_unit
from metrics.periods import format_date

UNITS = {"percent": "%", "count": "number", "ratio": "ratio"}
METRICS = (
    "mrr", "cust_active", "cust_new", "cust_lost", "churn_logo", "churn_rev_gross", "ret_grr", "ret_nrr",
    "vel_pipeline", "vel_win_count", "ltv_km", "eco_cac", "adv_net", "adv_nps", "adv_coverage",
)  # fmt: skip


def make_trailing(facts: Facts) -> Slide:
    """Numbers as they are known now; why one is n/a stands beneath, once."""
    telling = Telling(facts)
    reasons: dict[str, None] = {}
    rows: list[tuple[Cell, ...]] = []
    for name in METRICS:
        metric = facts.metrics[name]
        cells = [facts.cell(name, quarter) for quarter in facts.quarters]
        reasons |= dict.fromkeys(
            f"{metric.label}: {each.reason}" for each in cells if each.value is None
        )
        unit = UNITS.get(metric.unit) or name_unit(metric.unit, facts.currency)
        # The reason stands beneath the table: nine columns have no room for it.
        rows.append(
            (Cell(metric.label), Cell(unit), *(replace(each, reason=None) for each in cells))
        )
    table = Table(
        "trailing_quarters", "Trailing nine quarters", ("number", "unit", *facts.names), tuple(rows)
    )
    lines = [f"n/a: {'; '.join(reasons)}."] if reasons else []
    lines += [NO_TREND] if facts.number("ltv_km") is not None else []
    return Slide(
        "trailing", "table", _title(telling),
        f"Quarters in total, as known on {format_date(facts.as_of)}", tuple(lines),
        table=table, told=telling.told, notes=list_notes(facts, METRICS),
    )  # fmt: skip


def _title(telling: Telling) -> str:
    """What grew is counted in full, so it needs no interval."""
    facts = telling.facts
    first = next((each for each in facts.quarters if facts.number("mrr", each)), None)
    now, then = facts.number("mrr"), facts.number("mrr", first) if first else None
    count = len(facts.quarters)
    if not now or not then or first is None or first == facts.quarter:
        return f"Trailing {count} quarters"
    share = telling.amount(now / then - 1, "percent", is_change=False)
    name = facts.names[list(facts.quarters).index(first)]
    verb = "grew" if now > then else "fell"
    return (
        f"MRR {verb} {share.removeprefix('-')} from {name} to {facts.name}: {telling.number('mrr', first)}"
        f" to {telling.number('mrr')}, with {telling.number('cust_active', first)} and then"
        f" {telling.number('cust_active')} customers"
    )
