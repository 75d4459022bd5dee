"""A change of sales velocity by the slices of one dimension: that of each slice's own velocity."""

from fractions import Fraction

from analyses.decomposition import compute_decomposition
from analyses.velocity.chance import find_cautions
from analyses.velocity.segments import (
    Part,
    compute_segment_change,
    format_speed,
    to_plural,
)
from analyses.velocity.snapshot import FEW, METRICS, VELOCITY, has_few_wins, take_snapshot
from analyses.velocity.words import find_leading
from analyses.why.setting import Setting
from analyses.why.tables import EFFECT, Row
from analyses.won_samples import find_samples


def list_speeds(setting: Setting) -> list[Row]:
    """One row a value, its effect after less before, and the shift between them up to the whole.

    The numbers of the velocity page's table (docs/decisions.md, 26): one account of a change, wherever
    it is read. A value without a velocity at either end has no effect and is in the shift.
    """
    numbers, pair = setting.numbers, setting.pair
    assert numbers.dimension is not None, "asked for by a dimension"
    named = (VELOCITY, *METRICS.values())
    starts = [each.start for each in (pair.before, pair.after)]
    whole = {name: [each for each in numbers.records(name) if each] for name in named}
    before, after = (take_snapshot(whole, start) for start in starts)
    found = compute_segment_change(
        {name: numbers.sliced(name) for name in named},
        before,
        after,
        compute_decomposition(before.values, after.values),
    )
    assert found is not None, "whose drivers have no value is not taken apart"
    rows = [_to_row(each, each.name, _describe_few(setting, each)) for each in found.values]
    between = to_plural(numbers.dimension.replace("_", " "))
    return [*rows, _to_row(found.mix, f"Shift between {between}")]


def _to_row(part: Part, label: str, few: str = "") -> Row:
    effects = {} if part.change is None else {EFFECT: Fraction(part.change)}
    # That deals were not won matters to the drivers inside a value, which are not listed here.
    remark = part.remark if part.change is None else ""
    note = "; ".join(each for each in (remark, few) if each)
    return Row(label, effects, format_speed(part.before), format_speed(part.after), note)


def _describe_few(setting: Setting, part: Part) -> str:
    count = setting.numbers.ends(setting.headline.counted, part.name)
    if min(count.before, count.after) >= setting.minimum:
        return ""
    return f"under {setting.minimum:,.0f} {setting.headline.noun}: read it with care"


def describe_driver_chance(setting: Setting) -> str:
    """What to mind of the driver that moved velocity the most: 'larger won deals, the largest part:
    chance alone may have made it'; empty where nothing need be minded."""
    numbers, pair = setting.numbers, setting.pair
    before, after = (
        take_snapshot(
            {
                name: [each for each in numbers.records(name) if each]
                for name in (VELOCITY, *METRICS.values())
            },
            period.start,
            samples=find_samples(setting.cursor, period.end, pair.scope),
        )
        for period in (pair.before, pair.after)
    )
    change = compute_decomposition(before.values, after.values)
    if change is None or change.before == change.after:
        return ""
    if has_few_wins(before, after):
        return FEW
    driver, cause = find_leading(change)
    days = (pair.after.end - pair.before.end).days
    caution = find_cautions(before, after, days).get(driver)
    return f"{cause}, the largest part: {caution}" if caution else ""
