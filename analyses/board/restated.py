"""The slide of restatements: which numbers of closed quarters are others than the board was last told, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analyses.board.document import Cell, Slide, Table
from analyses.board.earlier import find_definition, list_told, name_packs
from analyses.board.facts import Facts
from analyses.board.speaker import describe_source
from analyses.board.telling import Telling
from analyses.formats import format_value
from analyses.restated import describe_causes
from ledger.builds import hash_definition
from ledger.compare import SAME
from ledger.restated import Restatement, rank
from metrics.engine import Number, Record
from metrics.periods import Period

HEADINGS = ("number", "quarter", "as reported", "now", "change", "cause, step by step")
MOST = 12
# What the other slides show is told before all else.
BOARD = (
    "churn_logo", "ret_nrr", "vel_pipeline", "ltv_km", "adv_net", "mrr", "cust_active", "cust_lost", "cust_new",
    "churn_rev_gross", "ret_grr", "vel_win_count", "adv_nps", "eco_cac",
)  # fmt: skip
# A change that no load, no definition and no setting explains.
UNKNOWN = "not in the ledger"
# As docs/ledger.md has them.
MEANS = {
    "definition change": "the number is counted by another rule or setting than then",
    "code change": "the program counts differently, by the same rule",
    "rates": "the same amounts at other exchange rates",
    "late data": "entered in the CRM after the quarter was reported",
    "source correction": "what the CRM held was changed or removed since",
    "reclassified": "a customer's segment or the like was changed",
    "not traceable": "the build that was reported is no longer there to compare",
}


@dataclass(frozen=True)
class Restated:
    """A number as it was reported and as it is now. cause: in words, with the bridge where it is known."""

    metric: str
    member: str | None
    quarter: Period
    reported: Number | None
    now: Number | None
    cause: str


def list_restated(facts: Facts) -> list[Restated]:
    """The totals of closed quarters that differ from what was told last, headlines and newest quarters first.

    Without a pack before: from what was first reported, as the ledger knows it.
    """
    by_start = {each.start: each for each in facts.quarters}
    known = {(each.metric, each.period_start, each.member): each for each in facts.restatements}
    if not facts.earlier:
        found = [
            Restated(
                each.metric, each.member, by_start[each.period_start], each.reported, each.now,
                _describe_bridge(facts, each),
            )
            for each in facts.restatements
            if each.period_start in by_start
        ]  # fmt: skip
    else:
        found = [
            Restated(
                now.metric, now.member, by_start[now.period_start], then.value, now.value,
                find_cause(facts, now, then, known.get((now.metric, now.period_start, now.member))),
            )
            for then, now in pair_up(list_told(facts.earlier), _list_totals(facts))
            if is_other(then, now)
        ]  # fmt: skip
    return sorted(
        found,
        key=lambda each: rank_change(
            each.metric, each.quarter.start,
            reads_alike(each.reported, each.now, facts.metrics[each.metric].unit, facts.currency),
        ),
    )  # fmt: skip


def rank_change(metric: str, quarter: date, is_alike: bool) -> tuple[bool, int, int, int]:
    """What the board sees first, the newest quarter first; those that read alike after all others."""
    place = BOARD.index(metric) if metric in BOARD else len(BOARD)
    return is_alike, place, rank(metric), -quarter.toordinal()


def reads_alike(one: Number | None, other: Number | None, unit: str, currency: str) -> bool:
    """Whether both are written with the same digits."""
    old, new = (
        format_value(None if value is None else float(value), unit, currency)
        for value in (one, other)
    )
    return old == new


def pair_up(then: Iterable[Record], now: Iterable[Record]) -> list[tuple[Record, Record]]:
    """Records of the same number, in the order of now."""
    before = {key_of(each): each for each in then}
    return [(before[key_of(each)], each) for each in now if key_of(each) in before]


def key_of(record: Record) -> tuple[object, ...]:
    """Which number of a quarter it is, whatever its value."""
    return record.metric, record.period_start, record.dimension, record.breakdown, record.member


def is_other(then: Record, now: Record) -> bool:
    """Whether two records of one number show another value, beyond the order in which doubles are summed."""
    if then.value is None or now.value is None:
        return (then.value is None) != (now.value is None)
    one, other = float(then.value), float(now.value)
    return abs(one - other) > SAME * max(abs(one), abs(other))


def subtract(then: Number | None, now: Number | None) -> float | None:
    """now - then; None where one is missing."""
    return None if then is None or now is None else float(now) - float(then)


def find_cause(facts: Facts, now: Record, then: Record, restated: Restatement | None) -> str:
    """'late data +0.4 pp, source correction -0.1 pp': the ledger's steps from what was reported to what is now;
    its causes alone where no step begins there."""
    if restated is None:
        return _describe_definition(facts, now) or UNKNOWN
    start = next((at for at, step in enumerate(restated.steps) if step.before == then.value), None)
    if start is None:
        return describe_causes(restated)
    return _describe_bridge(facts, replace(restated, steps=restated.steps[start:]))


def _describe_definition(facts: Facts, number: Record) -> str:
    """That the definition is another one than where the number was told; empty where it is not."""
    then, now = find_definition(facts.earlier, number), facts.metrics[number.metric]
    if then is None or then.hash == hash_definition(now):
        return ""
    return f"definition changed (version {then.version} to {now.version})"


def list_restated_slides(facts: Facts) -> tuple[Slide, ...]:
    """One row a number; no slide where nothing was restated, which describe_none says elsewhere."""
    found = list_restated(facts)
    if not found:
        return ()
    telling = Telling(facts)
    since = _name_since(facts)
    count = telling.amount(len(found), "count")
    first = found[0]
    label, unit = facts.metrics[first.metric].label.lower(), facts.metrics[first.metric].unit
    quarter = facts.names[list(facts.quarters).index(first.quarter)]
    now, then = (telling.amount(each, unit) for each in (first.now, first.reported))
    were = (
        "number of a closed quarter was" if len(found) == 1 else "numbers of closed quarters were"
    )
    title = f"{count} {were} restated {since}: {label} of {quarter} {now} in place of {then}"
    rest = len(found) - MOST
    lines = [explain_causes(" ".join(each.cause for each in found[:MOST]))]
    if rest > 0:
        lines.append(f"And {telling.amount(rest, 'count')} more: the page data health lists them.")
    table = Table(
        "restatements",
        "Restatements",
        HEADINGS,
        tuple(_to_cells(facts, each) for each in found[:MOST]),
    )
    slide = Slide(
        "restated", "table", title, "Quarters in total, as reported and as known now",
        tuple(line for line in lines if line), table=table, told=telling.told,
        notes=(describe_source(facts),),
    )  # fmt: skip
    return (slide,)


def explain_causes(told: str) -> str:
    """What each cause that a text names means, in one line; empty where it names none."""
    return " ".join(
        f"{cause.capitalize()}: {means}." for cause, means in MEANS.items() if cause in told
    )


def _name_since(facts: Facts) -> str:
    return f"since {name_packs(facts.earlier)}" if facts.earlier else "since first reported"


def describe_none(telling: Telling) -> str:
    """That no number was restated, and how many were compared; empty where one was."""
    facts = telling.facts
    if list_restated(facts):
        return ""
    none = f"No number of a closed quarter was restated {_name_since(facts)}"
    if not facts.earlier:
        return f"{none}."
    pairs = pair_up(list_told(facts.earlier), _list_totals(facts))
    return f"{none}: {telling.amount(len(pairs), 'count')} numbers, in total, were compared."


def _to_cells(facts: Facts, each: Restated) -> tuple[Cell, ...]:
    metric = facts.metrics[each.metric]
    name = metric.label + (f", {each.member.replace('_', ' ')}" if each.member else "")
    quarter = facts.names[list(facts.quarters).index(each.quarter)]
    change = subtract(each.reported, each.now)
    return (
        Cell(name),
        Cell(quarter),
        Cell(
            each.reported,
            metric.unit,
            reason=None if each.reported is not None else "not known then",
        ),
        facts.cell(each.metric, each.quarter, member=each.member),
        Cell(
            change,
            metric.unit,
            is_change=True,
            reason=None if change is not None else "one is missing",
        ),
        Cell(each.cause),
    )


def _describe_bridge(facts: Facts, restated: Restatement) -> str:
    steps = [
        f"{step.cause} {format_value(float(step.delta), restated.unit, facts.currency, is_change=True)}"
        for step in restated.steps
        if step.delta is not None
    ]
    return ", ".join(steps) or describe_causes(restated)


def _list_totals(facts: Facts) -> Sequence[Record]:
    return [record for records in facts.records.values() for record in records]
