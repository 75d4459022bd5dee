"""The table of the trailing nine quarters: one row a number, each written with its unit."""

from dataclasses import replace

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts
from analyses.board.headlines import NO_TREND
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from metrics.periods import format_date

# Short, since nine quarters stand beside them; the appendix has the names in full.
METRICS = {
    "mrr": "MRR",
    "cust_active": "Customers",
    "cust_new": "New",
    "cust_lost": "Lost",
    "churn_logo": "Customer churn",
    "churn_rev_gross": "MRR churn",
    "ret_grr": "GRR, a year",
    "ret_nrr": "NRR, a year",
    "vel_pipeline": "Sales velocity",
    "vel_win_count": "Win rate",
    "ltv_km": "Lifetime value",
    "eco_cac": "CAC",
    "adv_net": "Net advocacy",
    "adv_nps": "NPS",
}
# What the short names stand for, for those whose row is shown.
SPELLED = {
    "mrr": "MRR: monthly recurring revenue",
    "ret_grr": "GRR: gross revenue retention",
    "ret_nrr": "NRR: net, with expansion",
    "eco_cac": "CAC: customer acquisition cost",
    "adv_nps": "NPS: Net Promoter Score",
}


def make_trailing(facts: Facts) -> Slide:
    """Numbers as they are known now; why one is n/a stands beneath, once."""
    telling = Telling(facts)
    reasons: dict[str, list[str]] = {}
    rows: list[tuple[Cell, ...]] = []
    for name, label in METRICS.items():
        cells = [facts.cell(name, quarter) for quarter in facts.quarters]
        for reason in dict.fromkeys(each.reason or "" for each in cells if each.value is None):
            reasons.setdefault(reason, []).append(label)
        if any(each.value is not None for each in cells):
            # The reason stands beneath the table: nine columns have no room for it.
            rows.append((Cell(label), *(replace(each, reason=None) for each in cells)))
    table = Table(
        "trailing_quarters", "Trailing nine quarters", ("number", *facts.names), tuple(rows)
    )
    lines = [f"n/a, {reason}: {'; '.join(labels)}." for reason, labels in reasons.items()]
    shown = [name for name in SPELLED if any(row[0].value == METRICS[name] for row in rows)]
    lines += [f"{'; '.join(SPELLED[name] for name in shown)}."] if shown else []
    lines += [NO_TREND] if facts.number("ltv_km") is not None else []
    return Slide(
        "trailing", "table" if rows else "text", _title(telling),
        f"Quarters in total, as known on {format_date(facts.as_of)}", tuple(lines),
        table=table if rows else None, told=telling.told, notes=list_notes(facts, tuple(METRICS)),
    )  # fmt: skip


def _title(telling: Telling) -> str:
    """What grew is counted in full, so it needs no interval."""
    facts = telling.facts
    first = next((each for each in facts.quarters if facts.number("mrr", each)), None)
    now, then = facts.number("mrr"), facts.number("mrr", first) if first else None
    count = len(facts.quarters)
    if not now or not then or first is None or first == facts.quarter:
        return (
            f"{count} quarters up to {facts.name}" if count > 1 else f"The numbers of {facts.name}"
        )
    share = telling.amount(abs(now / then - 1), "percent")
    name = facts.names[list(facts.quarters).index(first)]
    verb = "grew" if now > then else "fell"
    return f"MRR {verb} {share} from {name} to {facts.name}, to {telling.number('mrr')}"
