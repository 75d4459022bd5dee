"""The slide of sales velocity: what each driver did to it since the quarter before, to the cent."""

from decimal import Decimal

from analyses.board.document import Cell, Chart, Slide
from analyses.board.facts import Facts
from analyses.board.speaker import list_notes
from analyses.board.stacked import find_floor, rise_first, stack
from analyses.board.telling import Telling
from analyses.formats import format_value
from analyses.velocity.chance import CHANCE
from analyses.velocity.snapshot import CAUSES, FEW, LABELS, METRICS, VELOCITY
from analyses.why.explain import Asked, Why, find_why
from warehouse.errors import StandingError

WON = "vel_realised"
SHOWN = (VELOCITY, *METRICS.values(), WON)
UNIT = "currency_per_day"


def make_velocity(facts: Facts) -> Slide:
    """Velocity of both quarters with the part of each driver between them, or why there is none."""
    if facts.number("vel_win_count") is None and facts.number(VELOCITY) is None:
        title = f"Sales velocity n/a: {facts.cell(VELOCITY).reason}"
        return Slide("velocity", "text", title, facts.name, notes=list_notes(facts, SHOWN))
    telling = Telling(facts)
    why = _find(facts)
    value = telling.number(VELOCITY)
    lines = [
        f"{LABELS[driver]}: {telling.number(metric)}{telling.interval(metric)}"
        + (
            f", {telling.number(metric, facts.before)} in {facts.name_before}"
            if facts.before
            else ""
        )
        for driver, metric in METRICS.items()
    ]
    won = f"{telling.number(WON)} was won in the 91 days to the end of {facts.name}"
    title = f"Sales velocity {value}; {won.removesuffix(facts.name)}the quarter"
    chart = None
    if why is not None and why.change is not None and why.after is not None:
        title = f"Sales velocity {value}{_describe(telling, why)}"
        chart = _chart(facts, why)
        lines.append(f"{won}.{_caution(why)}")
    else:
        lines.append(f"What moved it: n/a, {why.reason if why else 'no quarter before'}.")
    return Slide(
        "velocity", "chart" if chart else "text", title,
        f"What the open pipeline of new business should yield a day; n = {_won(telling)} won deals"
        f"{telling.floor(chart)}",
        tuple(lines), chart, told=telling.told, notes=list_notes(facts, SHOWN),
    )  # fmt: skip


def _find(facts: Facts) -> Why | None:
    """None where there is no quarter before."""
    asked = Asked("velocity", "quarter", facts.quarter.start, by=("driver",))
    try:
        return find_why(facts.cursor, asked)
    except StandingError:
        return None


def _describe(telling: Telling, why: Why) -> str:
    """', EUR 1,234 / day less than in Q2 2026: mostly smaller won deals (chance alone may have made it)'."""
    change = why.change or 0
    if not change:
        return f", as in {telling.facts.name_before}"
    size = telling.amount(abs(change), UNIT)
    told = f", {size} {'more' if change > 0 else 'less'} than in {telling.facts.name_before}"
    parts = [part for split in why.splits for part in split.parts]
    if why.few or why.doubt == FEW or not parts:
        return told
    sign = 1 if change > 0 else -1
    largest = max(parts, key=lambda part: sign * part.effect)
    driver = next(name for name, label in LABELS.items() if label == largest.label)
    chance = f" ({CHANCE})" if CHANCE in why.doubt else ""
    return f"{told}: mostly {CAUSES[driver][0 if sign > 0 else 1]}{chance}"


def _caution(why: Why) -> str:
    told = why.few or why.doubt
    return f" Mind: {told}." if told else ""


def _chart(facts: Facts, why: Why) -> Chart:
    before, after = (value or Decimal(0) for value in (why.before, why.after))
    parts = [part for split in why.splits for part in split.parts]
    steps = rise_first([(part.label, Cell(abs(part.effect), UNIT), part.effect) for part in parts])
    categories, series = stack(
        (facts.name_before, facts.cell(VELOCITY, facts.before), before),
        steps,
        (facts.name, facts.cell(VELOCITY), after),
    )
    told = ", ".join(
        f"{label} {format_value(float(effect), UNIT, facts.currency, is_change=True)}"
        for label, _, effect in steps
    )
    ends = [format_value(float(value), UNIT, facts.currency) for value in (before, after)]
    begins = find_floor(before, [effect for *_, effect in steps])
    return Chart(
        "stacked",
        UNIT,
        categories,
        series,
        f"What moved sales velocity from {ends[0]} to {ends[1]}: {told}.",
        begins,
    )


def _won(telling: Telling) -> str:
    return telling.number("vel_win_count", part="numerator")
