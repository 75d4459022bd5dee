"""What drove the change inside segments, and velocity over 26 weeks, by hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.decomposition import DRIVERS, Drivers, compute_decomposition
from analyses.velocity.segments import (
    SegmentChange,
    compute_segment_change,
    describe_segment_change,
    describe_sum,
    find_most,
    list_change_rows,
)
from analyses.velocity.snapshot import METRICS, VELOCITY, earlier, take_snapshot
from analyses.velocity.window import compute_wide_window, describe_wide_window
from metrics.engine import Record

NOW = dt.date(2026, 11, 9)
THEN = earlier(NOW, 13)
# open, won, lost, amount won, days of the won
Deals = tuple[int, int, int, int, int]


def of_week(week: dt.date, deals: Deals, name: str | None = None) -> dict[str, list[Record]]:
    """The five records of a week, as the engine returns them, from counts of deals."""
    still, won, lost, amount, days = deals
    closed = won + lost
    speed = still * (amount / won) * (won / closed) / (days / won) if won else None
    if not won and lost:
        speed = 0

    def record(metric: str, top: float | None, bottom: float | None, value: float | None) -> Record:
        none = None if value is not None else "no_wins" if closed else "no_denominator"
        shown = (top, bottom) if none is None else (None, None)
        dimension = None if name is None else "segment"
        return Record(
            metric, "week", week, dimension, name, None, value, *shown, None, None, "", none
        )

    return {
        VELOCITY: [record(VELOCITY, None, None, speed)],
        "vel_open": [record("vel_open", None, None, still)],
        "vel_deal": [record("vel_deal", amount, won, amount / won if won else None)],
        "vel_win_count": [record("vel_win_count", won, closed, won / closed if closed else None)],
        "vel_cycle": [record("vel_cycle", days, won, days / won if won else None)],
    }


def merge(parts: Sequence[Mapping[str, list[Record]]]) -> dict[str, list[Record]]:
    """All records by metric."""
    return {name: [each for one in parts for each in one[name]] for name in parts[0]}


def change(before: Mapping[str, Deals], after: Mapping[str, Deals]) -> SegmentChange | None:
    """The change by segment, and of all deals as the whole."""
    weeks = ((THEN, before), (NOW, after))
    whole = merge([of_week(week, _total(deals)) for week, deals in weeks])
    parts = merge([of_week(week, deals[name], name) for week, deals in weeks for name in deals])
    then, now = (take_snapshot(whole, week) for week in (THEN, NOW))
    return compute_segment_change(parts, then, now, compute_decomposition(then.values, now.values))


def _total(deals: Mapping[str, Deals]) -> Deals:
    return tuple(sum(each) for each in zip(*deals.values(), strict=True))  # type: ignore[return-value]


def test_a_segment_is_decomposed_as_the_worked_example() -> None:
    """(40, 25,000, 0.25, 90) to (44, 24,000, 0.28, 80): N +306.43, D -131.25, W +364.36, L +378.68.

    A second segment stands still, so the first holds all that happens inside segments.
    """
    still: Deals = (10, 5, 5, 50_000, 250)
    found = change(
        {"small": (40, 25, 75, 625_000, 2250), "large": still},
        {"small": (44, 28, 72, 672_000, 2240), "large": still},
    )
    assert found is not None
    small, large = found.values
    assert small.name == "small"
    assert list(small.parts.values()) == [
        Decimal("306.43"), Decimal("-131.25"), Decimal("364.36"), Decimal("378.68"),
    ]  # fmt: skip
    assert small.change == found.total.change == Decimal("918.22")
    assert large.change == 0
    assert found.total.parts == small.parts


def test_a_segment_without_a_win_is_not_split() -> None:
    """0 of 2 closed: velocity 0, and no deal size; then 1 of 2 at 600 in 30 days: 4 x 600 x 1/2 / 30."""
    found = change(
        {"old": (10, 2, 2, 1200, 60), "new": (4, 0, 2, 0, 0)},
        {"old": (10, 2, 2, 1200, 60), "new": (4, 1, 1, 600, 30)},
    )
    assert found is not None
    new = next(each for each in found.values if each.name == "new")
    assert (new.before, new.after, new.unsplit) == (0, Decimal("40.00"), Decimal("40.00"))
    assert set(new.parts.values()) == {0}
    rows = {row["segment"]: row for row in list_change_rows(found, "segment")}
    assert rows["new"]["not split"] == "+40.00"
    assert rows["new"]["remark"] == "no deal won before: not split"
    # what the segment does not say by driver, the whole does: the shift takes it back
    assert rows["shift between them"]["not split"] == "-40.00"
    assert rows["the whole"]["not split"] == "0.00"


def test_a_segment_where_nothing_closed_is_in_the_shift_alone() -> None:
    found = change(
        {"old": (10, 2, 2, 1200, 60), "new": (4, 0, 0, 0, 0)},
        {"old": (10, 2, 2, 1200, 60), "new": (4, 1, 1, 1800, 30)},
    )
    assert found is not None
    rows = {row["segment"]: row for row in list_change_rows(found, "segment")}
    assert (rows["new"]["change"], rows["new"]["after"]) == ("n/a", "120.00")
    assert rows["new"]["remark"] == "no velocity before: counted as a shift"
    assert rows["sum of the above"]["change"] == "0.00"
    assert rows["shift between them"]["change"] == rows["the whole"]["change"] == "+93.33"


def test_a_segment_without_open_deals_takes_shapley() -> None:
    found = change(
        {"old": (10, 2, 2, 1200, 60), "new": (0, 2, 2, 1200, 60)},
        {"old": (10, 2, 2, 1200, 60), "new": (5, 2, 2, 1200, 60)},
    )
    assert found is not None
    new = next(each for each in found.values if each.name == "new")
    assert new.remark == "Shapley: a driver is zero"
    assert new.parts["open_deals"] == new.change == Decimal("50.00")


def test_the_message_is_of_the_segment_or_of_the_shift() -> None:
    """In the second case each segment is as fast as before, and half of the large deals are gone."""
    slower = change(
        {"small": (40, 25, 75, 625_000, 2250), "large": (10, 5, 5, 50_000, 250)},
        {"small": (20, 25, 75, 625_000, 2250), "large": (10, 5, 5, 50_000, 250)},
    )
    assert slower is not None
    assert describe_segment_change(slower, "segment", "EUR") == (
        "Most of it in segment small: -EUR 1,389 / day, mostly fewer open deals"
    )
    shifted = change(
        {"small": (10, 10, 10, 10_000, 100), "large": (10, 10, 10, 100_000, 100)},
        {"small": (10, 10, 10, 10_000, 100), "large": (10, 2, 2, 20_000, 20)},
    )
    assert shifted is not None
    assert [each.change for each in shifted.values] == [0, 0]
    assert describe_segment_change(shifted, "industry", "EUR").startswith(
        "Mostly deals shifting between industries: -EUR"
    )
    assert "Inside the segments 0.00, shift between them -" in describe_sum(shifted, "segment")


def test_of_few_wins_no_driver_is_named_and_of_others_what_to_mind() -> None:
    few = change({"small": (40, 4, 6, 4000, 100)}, {"small": (20, 4, 6, 4000, 100)})
    assert few is not None
    assert "mostly" not in describe_segment_change(few, "segment", "EUR")
    many = change({"small": (40, 5, 6, 5000, 100)}, {"small": (20, 5, 6, 5000, 100)})
    assert many is not None
    told = describe_segment_change(many, "segment", "EUR", {"open_deals": "mind it"})
    assert told.endswith("mostly fewer open deals (mind it)")
    assert find_most(many).name == "small"


def test_without_a_whole_there_is_nothing_to_split() -> None:
    nothing: Deals = (4, 0, 2, 0, 0)
    assert change({"new": nothing}, {"new": nothing}) is None


deals = st.tuples(
    st.integers(0, 300), st.integers(0, 40), st.integers(0, 60), st.integers(1, 10**6),
    st.integers(40, 4000),
).map(lambda each: each if each[1] else (each[0], 0, each[2], 0, 0))  # fmt: skip


@given(st.lists(st.tuples(deals, deals), min_size=1, max_size=4))
def test_rows_and_columns_add_up_to_the_cent(segments: list[tuple[Deals, Deals]]) -> None:
    befores = {f"s{place}": each[0] for place, each in enumerate(segments)}
    afters = {f"s{place}": each[1] for place, each in enumerate(segments)}
    found = change(befores, afters)
    if found is None:
        return
    for line in (*found.values, found.total, found.mix, found.whole):
        if line.change is not None:
            assert sum(line.parts.values(), line.unsplit) == line.change
    counted = [each for each in found.values if each.change is not None]
    for name in DRIVERS:
        assert sum(each.parts[name] for each in counted) == found.total.parts[name]
        assert found.total.parts[name] + found.mix.parts[name] == found.whole.parts[name]
    assert (found.total.change or 0) + (found.mix.change or 0) == found.whole.change


def test_twenty_six_weeks_add_numerators_and_denominators() -> None:
    """3 of 5 for 90,000 in 180 days, and 1 of 5 for 30,000 in 60 days before: 4 of 10, D 30,000,
    L 60; with 8 open 8 x 30,000 x 0.4 / 60 = 1,600 a day."""
    records = merge([of_week(NOW, (8, 3, 2, 90_000, 180)), of_week(THEN, (99, 1, 4, 30_000, 60))])
    wide = compute_wide_window(records, NOW)
    assert wide is not None
    assert wide.drivers == Drivers(8, 30_000, 0.4, 60)
    assert wide.speed == pytest.approx(1600)
    told = describe_wide_window(wide, "EUR")
    assert told.startswith("26-week velocity, for comparison: EUR 1,600 / day (4 won of 10 closed")
    assert "still a guess" in told
    assert "win rate 40.0 % (95 % interval 16.8-68.7 %)" in told


def test_twenty_six_weeks_without_wins_or_data() -> None:
    assert set(METRICS) == set(DRIVERS)
    records = merge([of_week(NOW, (8, 0, 2, 0, 0)), of_week(THEN, (9, 0, 0, 0, 0))])
    wide = compute_wide_window(records, NOW)
    assert wide is not None
    assert wide.speed is None
    assert describe_wide_window(wide, "EUR") == "26-week velocity n/a: 0 won of 2 closed."
    short = compute_wide_window(of_week(NOW, (8, 3, 2, 90_000, 180)), NOW)
    assert describe_wide_window(short, "EUR").endswith("the data does not reach so far back.")
