"""The opening slide: five numbers with their target, the quarter before, who owns them and what is asked."""

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts
from analyses.board.speaker import list_notes
from analyses.weekly import choose_target

HEADLINES = ("churn_logo", "ret_nrr", "vel_pipeline", "ltv_km", "adv_net")


def make_headlines(facts: Facts) -> Slide:
    """One row a number."""
    table = Table(
        "headlines", "Headline numbers",
        (
            "number", facts.name, "95 % interval", "target", facts.name_before, "as last reported",
            "owner", "action", "decision asked",
        ),
        tuple(_row(facts, metric) for metric in HEADLINES),
    )  # fmt: skip
    told = tuple(cell for metric in HEADLINES for cell in facts.bounds(metric))
    return Slide(
        "headlines", "headlines", f"Five numbers of {facts.name}", "Against target and the quarter before",
        table=table, told=told, notes=list_notes(facts, HEADLINES),
    )  # fmt: skip


def _row(facts: Facts, name: str) -> tuple[Cell, ...]:
    metric = facts.metrics[name]
    return (
        Cell(metric.label),
        facts.cell(name),
        Cell(facts.interval(name)) if facts.interval(name) else Cell(None, reason="none"),
        _target(facts, name),
        facts.cell(name, facts.before) if facts.before else Cell(None, reason="no quarter before"),
        Cell(None, reason="no pack before"),
        Cell(metric.owner),
        _newest(facts, name, "action"),
        _newest(facts, name, "decision"),
    )


def _target(facts: Facts, metric: str) -> Cell:
    target = choose_target(facts.targets, metric, facts.quarter.start, {})
    unit = facts.metrics[metric].unit
    return Cell(None, unit, reason="none set") if target is None else Cell(target, unit)


def _newest(facts: Facts, metric: str, kind: str) -> Cell:
    found = [
        note
        for note in facts.notes
        if (note.metric, note.grain, note.period_start, note.kind)
        == (metric, "quarter", facts.quarter.start, kind)
    ]
    if not found:
        return Cell("none noted")
    return Cell(max(found, key=lambda note: note.written_at).text)
