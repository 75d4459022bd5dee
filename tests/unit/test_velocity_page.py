"""What the velocity page says: snapshots, rows, messages, and its charts as data."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from analyses.decomposition import Decomposition, Drivers, compute_decomposition
from analyses.velocity.chance import CHANCE, find_cautions
from analyses.velocity.rows import (
    describe_fastest,
    describe_moves,
    list_driver_rows,
    list_segment_rows,
)
from analyses.velocity.snapshot import (
    METRICS,
    VELOCITY,
    Snapshot,
    earlier,
    has_few_wins,
    take_snapshot,
)
from analyses.velocity.words import (
    describe_absence,
    describe_cause,
    describe_no_change,
    describe_parts,
    describe_rules,
    describe_velocity,
)
from charts.chart import Chart
from charts.velocity import add_interval, add_line, build_change_chart
from metrics.engine import Record
from metrics.intervals import compute_wilson
from metrics.means import Sample

WEEK = dt.date(2026, 11, 9)
UNITS = dict(zip(METRICS.values(), ("count", "currency", "percent", "days"), strict=True))


def record(metric: str, value: float | None, week: dt.date = WEEK, **more: Any) -> Record:
    fields: dict[str, Any] = {
        "dimension": None, "breakdown": None, "member": None, "numerator": None,
        "denominator": None, "low": None, "high": None, "reason": None,
        "unit": UNITS.get(metric, "currency_per_day"),
    }  # fmt: skip
    return Record(metric, "week", week, value=value, **(fields | more))


def records(
    speed: float | None, deals: int, size: float | None, won: int, closed: int, days: float | None,
    week: dt.date = WEEK, **more: Any,
) -> dict[str, list[Record]]:  # fmt: skip
    low, high = compute_wilson(won, closed)
    why = {"reason": "no_wins"} if not won else {}
    rate = won / closed if closed else None
    return {
        VELOCITY: [record(VELOCITY, speed, week, **more)],
        "vel_open": [record("vel_open", deals, week, **more)],
        "vel_deal": [record("vel_deal", size, week, denominator=won, **why, **more)],
        "vel_win_count": [
            record(
                "vel_win_count", rate, week, numerator=won, denominator=closed, low=low, high=high,
                **({} if closed else {"reason": "no_denominator"}), **more,
            )
        ],
        "vel_cycle": [record("vel_cycle", days, week, denominator=won, **why, **more)],
    }  # fmt: skip


NOW = take_snapshot(records(2400, 8, 30_000, 3, 5, 60), WEEK)
BEFORE = take_snapshot(records(1600, 8, 20_000, 3, 5, 60, earlier(WEEK, 13)), earlier(WEEK, 13))
NO_WINS = take_snapshot(records(0, 8, None, 0, 2, None), WEEK)


def changed(before: Snapshot = BEFORE, now: Snapshot = NOW) -> Decomposition:
    found = compute_decomposition(before.values, now.values)
    assert found is not None
    return found


def test_a_snapshot_is_one_week() -> None:
    assert NOW.values == Drivers(8, 30_000, 0.6, 60)
    assert (NOW.wins, NOW.has_few_wins) == (3, True)
    elsewhere = take_snapshot(records(2400, 8, 30_000, 5, 9, 60), earlier(WEEK, 1))
    assert (elsewhere.velocity, elsewhere.wins, elsewhere.has_few_wins) == (None, None, False)


def test_driver_rows_carry_n_and_interval() -> None:
    rows = list_driver_rows(NOW, {"13 weeks ago": BEFORE}, "EUR", 5)
    assert [row["now"] for row in rows] == [
        "EUR 2,400 / day", "8", "EUR 30.0 k", "60.0 % (23.1-88.2 %)", "60.0 days",
    ]  # fmt: skip
    assert [row["n"] for row in rows] == ["", "", "3 won", "3 of 5 closed", "3 won"]
    assert rows[2]["13 weeks ago"] == "EUR 20.0 k"


def test_a_missing_number_says_why() -> None:
    gone = take_snapshot(records(2400, 8, 30_000, 5, 9, 60), earlier(WEEK, 1))
    assert list_driver_rows(gone, {}, "EUR", 20)[0]["now"] == "n/a: no data so far back"
    assert (
        list_driver_rows(NO_WINS, {}, "EUR", 20)[2]["now"]
        == "n/a: no won opportunity in the window"
    )
    assert describe_absence(NOW) == ""
    assert describe_absence(gone) == "the data has no week of 2 Nov 2026"


def test_segment_rows_are_sorted_by_velocity() -> None:
    both = [
        records(100, 1, 100, 1, 1, 1, dimension="segment", breakdown="slow"),
        records(2400, 8, 30_000, 9, 15, 60, dimension="segment", breakdown="fast"),
    ]
    merged = {name: [each for one in both for each in one[name]] for name in both[0]}
    rows = list_segment_rows(merged, WEEK, "segment", "EUR", 15)
    assert [(row["segment"], row["remark"]) for row in rows] == [
        ("fast", ""),
        ("slow", "fewer than 5 wins: a guess"),
    ]
    # 9 of 15 closed is a rate, 1 of 1 is not
    assert [row["win rate"] for row in rows] == ["60.0 % (35.7-80.2 %)", "too few: 20.7-100 %"]


def test_the_message_names_the_driver() -> None:
    assert describe_velocity(NOW, changed(), 13, "EUR") == (
        "Sales velocity EUR 2,400 / day, EUR 800 / day more than 13 weeks earlier: mostly larger "
        "won deals"
    )
    assert describe_cause(changed(NOW, BEFORE)) == "mostly smaller won deals"
    assert describe_velocity(NOW, changed(NOW, NOW), 4, "EUR").endswith("as 4 weeks earlier")
    assert describe_velocity(NOW, None, 13, "EUR") == "Sales velocity EUR 2,400 / day"
    nothing = take_snapshot(records(None, 8, None, 0, 0, None), WEEK)
    assert describe_velocity(nothing, None, 13, "EUR").startswith("Sales velocity n/a: ")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Drivers(9, 20_000, 0.6, 60), "mostly more open deals"),
        (Drivers(7, 20_000, 0.6, 60), "mostly fewer open deals"),
        (Drivers(8, 20_000, 0.7, 60), "mostly a higher win rate"),
        (Drivers(8, 20_000, 0.6, 50), "mostly a shorter cycle"),
        (Drivers(8, 20_000, 0.6, 70), "mostly a longer cycle"),
    ],
)
def test_causes(now: Drivers, words: str) -> None:
    found = compute_decomposition(BEFORE.values, now)
    assert found is not None
    assert describe_cause(found) == words


def sample(mean: float, deviation: float, n: int) -> dict[str, Sample]:
    return {"average_deal": Sample(n, mean, deviation), "cycle_days": Sample(n, mean, deviation)}


def at(week: dt.date, *numbers: float, **samples: Sample) -> Snapshot:
    """A week with (open, average deal, won, closed, cycle) and its won deals."""
    deals, size, won, closed, days = numbers
    return take_snapshot(
        records(0, int(deals), size, int(won), int(closed), days, week), week, samples=samples
    )


def test_a_mean_of_won_deals_has_its_interval() -> None:
    """30,000 +/- 1.96 x 10,000 / sqrt(25) = 26,080 to 33,920; of four deals none."""
    now = at(WEEK, 8, 30_000, 25, 50, 60, **sample(30_000, 10_000, 25))
    assert list_driver_rows(now, {}, "EUR", 5)[2]["now"] == "EUR 30.0 k (EUR 26.1 k to 33.9 k)"
    few = at(WEEK, 8, 30_000, 4, 50, 60, **sample(30_000, 10_000, 4))
    assert list_driver_rows(few, {}, "EUR", 5)[2]["now"] == "EUR 30.0 k"


def test_a_driver_that_chance_may_have_moved_says_so() -> None:
    """Welch by hand, 25 and 25 deals, s = 10,000: error 2,828, t(48) 2.0106, half 5,687."""
    then = earlier(WEEK, 13)
    before = at(then, 8, 20_000, 25, 50, 60, **sample(20_000, 10_000, 25))
    near = at(WEEK, 8, 25_600, 25, 50, 60, **sample(25_600, 10_000, 25))
    far = at(WEEK, 8, 25_700, 25, 50, 60, **sample(25_700, 10_000, 25))
    assert find_cautions(before, near)["average_deal"] == CHANCE
    assert "average_deal" not in find_cautions(before, far)
    # the open deals are all counted, and are no sample
    assert "open_deals" not in find_cautions(before, near)
    change = changed(before, near)
    cautions = find_cautions(before, near)
    assert describe_cause(change, cautions) == f"mostly larger won deals ({CHANCE})"
    assert describe_parts(change, "EUR", cautions) == (
        f"Larger won deals gave EUR 373 / day ({CHANCE})"
    )
    assert "mostly larger won deals (chance" in describe_velocity(near, change, 13, "EUR", cautions)


def test_a_win_rate_is_told_apart_by_newcombe() -> None:
    """56 of 70 against 48 of 80 (metrics.md 1.6) is; 55 of 80 is not."""
    then = earlier(WEEK, 13)
    now = at(WEEK, 8, 20_000, 56, 70, 60)
    assert "win_rate" not in find_cautions(at(then, 8, 20_000, 48, 80, 60), now)
    assert find_cautions(at(then, 8, 20_000, 55, 80, 60), now)["win_rate"] == CHANCE


def test_windows_that_share_days_are_not_judged() -> None:
    then = earlier(WEEK, 4)
    before = at(then, 8, 20_000, 25, 50, 60, **sample(20_000, 1, 25))
    now = at(WEEK, 8, 90_000, 25, 50, 60, **sample(90_000, 1, 25))
    told = find_cautions(before, now)
    assert told["average_deal"] == told["win_rate"] == "the two windows share 63 of 91 days"


def test_fewer_than_five_wins_name_no_driver() -> None:
    assert has_few_wins(BEFORE, NOW)
    assert describe_velocity(NOW, changed(), 13, "EUR", {}, has_few=True) == (
        "Sales velocity EUR 2,400 / day, EUR 800 / day more than 13 weeks earlier; fewer than 5 wins "
        "at one end: too few to say what drove the change"
    )
    assert describe_parts(changed(), "EUR", {}, has_few=True).startswith("Fewer than 5 wins")


def test_a_win_rate_of_few_deals_stands_as_counts() -> None:
    assert describe_moves(BEFORE, NOW, "EUR", 20)["win_rate"] == "3 of 5 to 3 of 5 closed"


def test_a_driver_shows_both_ends() -> None:
    assert describe_moves(BEFORE, NOW, "EUR") == {
        "open_deals": "8 to 8",
        "average_deal": "EUR 20.0 k to 30.0 k",
        "win_rate": "60.0 to 60.0 %",
        "cycle_days": "60.0 to 60.0 days",
    }


def test_the_fastest_value_is_named() -> None:
    row = {"segment": "large", "velocity": "EUR 2,400 / day", "open deals": "8"}
    assert describe_fastest([row], "segment") == (
        "Fastest: large, EUR 2,400 / day with 8 open deals"
    )
    still = [{**row, "velocity": "EUR 0 / day"}]
    assert describe_fastest(still, "segment") == "No segment has a velocity above 0"


def test_no_change_has_its_reason() -> None:
    """Without a win there is no deal size: velocity is 0, and what drove it cannot be told."""
    assert compute_decomposition(BEFORE.values, NO_WINS.values) is None
    assert describe_no_change(BEFORE, NO_WINS) == (
        "Average won deal (D) has no value in the week of 9 Nov 2026: no won opportunity in the "
        "window."
    )
    gone = take_snapshot({name: [] for name in (VELOCITY, *METRICS.values())}, WEEK)
    assert describe_no_change(NOW, gone) == "The data has no week of 9 Nov 2026."
    assert describe_no_change(NOW, BEFORE) == ""


def test_the_rules_name_the_qualified_stages() -> None:
    assert "in any open stage" in describe_rules([])
    assert "in the stages Proposal, Negotiation" in describe_rules(["Proposal", "Negotiation"])


def test_the_waterfall_begins_at_zero_and_meets_its_end() -> None:
    moves = describe_moves(BEFORE, NOW, "EUR")
    chart = build_change_chart(changed(), "10 Aug", "9 Nov", moves, "n = 3 and 3 won", "EUR")
    assert chart.title == "Larger won deals gave EUR 800 / day"
    bars = chart.figure["data"][0]
    assert (bars["base"][0], bars["base"][-1]) == (0, 0)
    # the last part ends where the closing bar does
    assert bars["base"][-2] + bars["x"][-2] == pytest.approx(bars["x"][-1]) == 2400
    assert chart.figure["layout"]["xaxis"]["range"][0] == 0
    assert bars["customdata"] == ["", "open_deals", "average_deal", "win_rate", "cycle_days", ""]
    assert [row["EUR per day"] for row in chart.rows] == [
        Decimal("1600.00"), 0, Decimal("800.00"), 0, 0, Decimal("800.00"), Decimal("2400.00"),
    ]  # fmt: skip
    assert [row["driver"] for row in chart.rows][1:5] == list(moves.values())
    still = build_change_chart(changed(NOW, NOW), "10 Aug", "9 Nov", moves, "", "EUR")
    assert still.title == "No driver of velocity moved"


def test_the_parts_are_told_from_the_side_of_the_change() -> None:
    """(40, 25,000, 0.25, 90) to (44, 24,000, 0.28, 80): the cycle gave 378.68, deal size took 131.25."""
    before, after = Drivers(40, 25_000, 0.25, 90), Drivers(44, 24_000, 0.28, 80)
    risen, fallen = (compute_decomposition(*pair) for pair in ((before, after), (after, before)))
    assert risen is not None
    assert fallen is not None
    assert describe_parts(risen, "EUR") == (
        "A shorter cycle gave EUR 379 / day; smaller won deals took EUR 131"
    )
    assert describe_parts(fallen, "EUR") == (
        "A longer cycle took EUR 379 / day; larger won deals gave EUR 131"
    )


def trend(values: Sequence[float | None]) -> Chart:
    days = [earlier(WEEK, len(values) - 1 - place) for place in range(len(values))]
    lines = {"type": "scatter", "name": "actual", "x": days, "y": list(values)}
    layout = {"margin": {"r": 76}, "xaxis": {}, "annotations": []}
    rows = [{"period": day, "value": value} for day, value in zip(days, values, strict=True)]
    return Chart("title", "subtitle", {"data": [lines], "layout": layout}, "alt", rows)


def test_a_second_line_keeps_its_periods_and_its_label_apart() -> None:
    others = [record("vel_realised", 95, WEEK), record("vel_realised", 50, earlier(WEEK, 5))]
    chart = add_line(trend([80, 100]), others, "won", "EUR")
    assert chart.figure["data"][-1]["y"] == [None, 95]
    (label,) = chart.figure["layout"]["annotations"]
    assert (label["text"], label["yshift"]) == ("won", -14)
    assert [row["won"] for row in chart.rows] == [None, 95]
    far = add_line(trend([80, 100]), [record("vel_realised", 20)], "won", "EUR")
    assert far.figure["layout"]["annotations"][0]["yshift"] == 0
    without = add_line(trend([80, 100]), [], "won", "EUR")
    assert without.figure["layout"]["annotations"] == []


def test_the_interval_lies_under_the_line() -> None:
    rate = record("vel_win_count", 0.6, low=0.2, high=0.9)
    chart = add_interval(trend([0.5, 0.6]), [rate])
    low, high, _ = chart.figure["data"]
    assert (low["y"], high["y"], high["fill"]) == ([None, 0.2], [None, 0.9], "tonexty")
    assert [row["95 % interval"] for row in chart.rows] == ["", "20.0-90.0 %"]
