"""The opening slide: five numbers with their target, the quarter before, who owns them and what is asked."""

from dataclasses import replace

from analyses.board.document import Cell, Slide, Table
from analyses.board.facts import Facts, Part
from analyses.board.held import Held, hold
from analyses.board.moved import find_change
from analyses.board.names import HEADLINES
from analyses.board.restated import explain_causes, find_cause, is_other, reads_alike
from analyses.board.signoff import of_quarter
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from metrics.engine import Record

# Where n is another metric's: the customers or deals that the number rests on.
COUNTED: dict[str, tuple[str, Part]] = {
    "ret_nrr": ("churn_logo", "denominator"),
    "vel_pipeline": ("vel_win_count", "numerator"),
    "ltv_km": ("cust_active", "value"),
}
NO_INTERVAL = {"ret_nrr": "none: counted in full", "vel_pipeline": "none: see its drivers"}
NO_TREND = (
    "Lifetime value counts what was observed so far and rises with the length of the history: its quarters are no"
    " trend."
)
NONE_NOTED = "none noted"
LAST_REPORTED = "as last reported"


def make_headlines(facts: Facts) -> Slide:
    """The title names what moved beyond chance and what misses its target, and nothing else."""
    telling = Telling(facts)
    held = {metric: hold(facts, metric) for metric in HEADLINES}
    headings = (
        "number", facts.name, "95 % interval", "target", facts.name_before, LAST_REPORTED,
        "owner", "action", "decision asked",
    )  # fmt: skip
    table = Table(
        "headlines", "Headline numbers", headings,
        tuple(_row(facts, telling, metric, held[metric]) for metric in HEADLINES),
    )  # fmt: skip
    title = _title(telling, held)
    lines = [line for metric in HEADLINES for line in _explain(telling, metric)]
    lines += [
        _explain_target(telling, metric, each)
        for metric, each in held.items()
        if each.weekly is not None
    ]
    if facts.before and facts.number("ltv_km") is not None:
        lines.append(NO_TREND)
    reported = facts.reported
    where = f"{facts.name} {reported.own_where}" if reported.own else reported.where
    causes = filter(None, [explain_causes(" ".join(lines))])
    subtitle = f"Against target and {facts.name_before}" + (
        f"; {LAST_REPORTED}: {where}" if where else ""
    )
    return Slide(
        "headlines", "headlines", title, subtitle, tuple(lines), table=table, told=telling.told,
        notes=(*list_notes(facts, tuple(HEADLINES)), *causes),
    )  # fmt: skip


def _title(telling: Telling, held: dict[str, Held]) -> str:
    """'Customer churn fell to 3.1 %; below target: net revenue retention 96.6 % (target 100.4 %)'."""
    moved: list[str] = []
    for metric, name in HEADLINES.items():
        change = find_change(telling.facts, metric)
        if change and change.value and change.low is not None and not change.is_indistinct:
            verb = "rose" if change.value > 0 else "fell"
            moved.append(f"{name} {verb} to {telling.number(metric)}")
    missed = [
        f"{HEADLINES[metric]} {telling.number(metric)} (target {telling.cell(replace(each.target, remark=''))})"
        for metric, each in held.items()
        if each.verdict == "missed"
    ]
    parts = [*moved, *([f"short of target: {', '.join(missed)}"] if missed else [])]
    if not any(telling.facts.number(metric) is not None for metric in HEADLINES):
        return f"No headline number of {telling.facts.name} has a value"
    if not parts:
        judged = any(each.target.value is not None for each in held.values())
        rest = " or is short of its target" if judged else "; no target is set"
        return f"No headline number moved beyond chance{rest}"
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def _row(facts: Facts, telling: Telling, name: str, held: Held) -> tuple[Cell, ...]:
    metric = facts.metrics[name]
    return (
        Cell(metric.label),
        replace(facts.cell(name), tone=held.tone),
        _interval(telling, name),
        held.target,
        facts.cell(name, facts.before)
        if facts.before
        else Cell(None, metric.unit, reason="no quarter before"),
        _reported(facts, name),
        Cell(metric.owner),
        _noted(facts, name, "action"),
        _noted(facts, name, "decision"),
    )


def _interval(telling: Telling, name: str) -> Cell:
    """'2.3-4.2 %, n = 1,193', or why there is none, with n."""
    facts = telling.facts
    bounds = telling.interval(name).strip(" ()") or NO_INTERVAL.get(name, "none")
    metric, part = COUNTED.get(name, (name, "denominator"))
    if facts.cell(metric, part=part).value is None:
        return Cell(bounds)
    return Cell(f"{bounds}, n = {telling.number(metric, part=part)}")


def _reported(facts: Facts, metric: str) -> Cell:
    """Of the quarter itself where an earlier pack is of it, else of the quarter before."""
    found = (facts.reported.own or facts.reported.records).get(metric)
    unit = facts.metrics[metric].unit
    if found is None:
        reason = "not in that pack" if facts.reported.own else facts.reported.reason
        return Cell(None, unit, reason=reason)
    return _to_cell(found)


def _to_cell(told: Record) -> Cell:
    """A number as it was told."""
    return Cell(told.value, told.unit, reason=None if told.value is not None else "not known then")


def _explain(telling: Telling, metric: str) -> list[str]:
    """Why the quarter, or the one before, is another number now than it was last reported."""
    facts = telling.facts
    told = [
        (facts.reported.own.get(metric), facts.quarter, facts.name, f" {facts.reported.own_where}")
    ]
    if facts.before:
        told.append((facts.reported.records.get(metric), facts.before, facts.name_before, ""))
    known = {(each.metric, each.period_start, each.member): each for each in facts.restatements}
    lines: list[str] = []
    for then, quarter, name, where in told:
        now = facts.record(metric, quarter)
        if then is None or now is None or not is_other(then, now):
            continue
        if reads_alike(then.value, now.value, now.unit, facts.currency):
            continue
        old = telling.cell(_to_cell(then))
        cause = find_cause(facts, now, then, known.get((metric, now.period_start, None)))
        lines.append(
            f"{facts.metrics[metric].label} in {name} was reported as {old}{where}"
            f" and now is {telling.number(metric, quarter)}: {cause}."
        )
    return lines


def _explain_target(telling: Telling, metric: str, held: Held) -> str:
    """'The target of customer churn, 0.32 % a week, compounded over the 13 weeks and 1 day of Q3 2026, makes 4.1 %.'

    In the digits of the settings, so that a reader can recompute it.
    """
    quarter = telling.facts.quarter
    weekly = telling.cell(Cell(f"{100 * (held.weekly or 0):.6g} %"))
    weeks, days = divmod((quarter.end - quarter.start).days, 7)
    told = [telling.cell(Cell(f"{weeks} weeks"))]
    if days:
        told.append(telling.cell(Cell(f"{days} day{'' if days == 1 else 's'}")))
    return (
        f"The target of {HEADLINES[metric]}, {weekly} a week, compounded over the {' and '.join(told)}"
        f" of {telling.facts.name}, makes {telling.cell(replace(held.target, remark=''))}."
    )


def _noted(facts: Facts, metric: str, kind: str) -> Cell:
    """What was written, all of it: a board votes on each; '(1) ... (2) ...', the oldest first."""
    found = [
        note.text
        for note in of_quarter(facts, facts.notes)
        if (note.metric, note.kind) == (metric, kind)
    ]
    if len(found) > 1:
        return Cell(" ".join(f"({place}) {text}" for place, text in enumerate(found, 1)))
    return Cell(found[0] if found else NONE_NOTED)
