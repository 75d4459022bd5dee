"""The slide of the tier spread: five tiers over nine quarters, those without evidence told apart."""

from analyses.board.document import Cell, Chart, Role, Series, Slide
from analyses.board.facts import Facts
from analyses.board.moved import describe_move
from analyses.board.speaker import list_notes
from analyses.board.telling import Telling
from analyses.review import AGAINST_US, FOR_US

SHARE, COVERAGE, NET = "adv_share", "adv_coverage", "adv_net"
SILENT = "neutral, no evidence"
# From the bottom of a column up.
ORDER: tuple[Role, ...] = ("actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate")


def make_spread(facts: Facts) -> Slide:
    """Customers by tier at the last Sunday of each quarter."""
    telling = Telling(facts)
    notes = list_notes(facts, (SHARE, COVERAGE, NET))
    if facts.cell(NET).value is None:
        return Slide(
            "tiers", "text", f"Tiers n/a: {facts.cell(NET).reason}", facts.name, notes=notes
        )
    sides = [_sum(facts, tiers) for tiers in (FOR_US, AGAINST_US)]
    base = telling.number(NET, part="denominator")
    title = (
        f"{telling.amount(sides[0], 'count')} customers for us, {telling.amount(sides[1], 'count')} against us:"
        f" net advocacy {telling.number(NET)}{telling.interval(NET)}{describe_move(telling, NET)}"
    )
    line = (
        f"There is evidence on {telling.number(COVERAGE, part='numerator')} of {base} customers"
        f" ({telling.number(COVERAGE)}); the others are neutral by default: silence is not contentment."
    )
    parts = [f"{_label(tier)} {telling.number(SHARE, member=tier)}" for tier in reversed(ORDER)]
    return Slide(
        "tiers", "chart", title,
        f"Customers by tier at the last Sunday of each quarter, n = {base} in {facts.name}",
        (f"{facts.name}: {', '.join(parts)}.", line), _chart(facts), told=telling.told, notes=notes,
    )  # fmt: skip


def _chart(facts: Facts) -> Chart:
    """Neutral customers without evidence stand apart, as a part of the tier's column."""
    series = [
        Series(
            _label(tier),
            tuple(facts.cell(SHARE, each, "numerator", tier) for each in facts.quarters),
            tier,
        )
        for tier in ORDER
    ]
    silent = [_count_silent(facts, place) for place in range(len(facts.quarters))]
    known = tuple(
        Cell(None if quiet is None else int(cell.number or 0) - quiet, "count")
        for cell, quiet in zip(series[2].cells, silent, strict=True)
    )
    series[2] = Series("neutral, with evidence", known, "neutral")
    series.insert(3, Series(SILENT, tuple(Cell(each, "count") for each in silent), "prior"))
    told = ", ".join(f"{each.name} {each.values[-1] or 0:,.0f}" for each in series)
    return Chart("stacked", "count", tuple(facts.names), tuple(series), f"{facts.name}: {told}.")


def _count_silent(facts: Facts, place: int) -> int | None:
    """Customers without evidence, who are neutral by default, at the end of a quarter."""
    record = facts.record(COVERAGE, facts.quarters[place])
    if record is None or record.denominator is None:
        return None
    return int(record.denominator) - int(record.numerator or 0)


def _sum(facts: Facts, tiers: tuple[str, ...]) -> int:
    return sum(int(facts.number(SHARE, part="numerator", member=tier) or 0) for tier in tiers)


def _label(tier: str) -> str:
    return tier.replace("_", " ")
