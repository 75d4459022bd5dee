"""What becomes of deals, as the page shows it: the curve, its rows, cohorts, and the cycle."""

import datetime as dt

import pytest

from analyses.outcomes import Day, Outcomes, compute_outcomes
from analyses.velocity.cycle import describe_cycle, describe_flow, list_cycle_rows
from charts.outcomes import build_outcomes_chart, list_cohort_rows
from metrics.engine import Record

WEEK = dt.date(2026, 1, 5)
# Days and outcomes of metrics.md 2.2, 10 times over and at 10 times the days: won within 300 days 0.388889.
WORKED = [(100, 1, 0, 0), (200, 0, 1, 1), (300, 1, 0, 0), (400, 0, 0, 1), (500, 0, 1, 0)]


def worked() -> Outcomes:
    return compute_outcomes(Day(days, 10 * w, 10 * lost, 10 * o) for days, w, lost, o in WORKED)


def test_the_curve_tells_the_worked_example() -> None:
    chart = build_outcomes_chart(worked(), "4 Jan 2026")
    assert chart.title.startswith("16.7 % are won within 180 days (")
    assert chart.title.endswith("half are decided, won or lost, within 300 days")
    assert "n = 60: 20 won, 20 lost, 20 open" in chart.subtitle
    last = chart.rows[-1]
    assert (last["days"], last["won"], last["lost"], last["open"]) == (
        365, "38.9 %", "16.7 %", "44.4 %",
    )  # fmt: skip
    lines = {trace["name"]: trace for trace in chart.figure["data"]}
    for shares in zip(*(lines[name]["y"] for name in ("won", "lost", "open")), strict=True):
        assert sum(shares) == pytest.approx(1)
    # nothing is drawn beyond a year
    assert max(lines["won"]["x"]) <= 365
    assert len({label["y"] for label in chart.figure["layout"]["annotations"]}) == 3


def test_few_deals_have_a_band_and_no_share() -> None:
    """60 deals where 61 are asked for."""
    chart = build_outcomes_chart(worked(), "4 Jan 2026", minimum=61)
    assert chart.title.startswith(
        "20 of 60 deals were won so far, too few for a share: 8.6-27.1 % within 180 days"
    )
    assert {label["text"] for label in chart.figure["layout"]["annotations"]} == {
        "won", "lost", "open",
    }  # fmt: skip
    assert {row["won"] for row in chart.rows} == {"too few"}


def test_young_deals_have_no_share_yet() -> None:
    young = compute_outcomes([Day(5, 0, 0, 4)])
    chart = build_outcomes_chart(young, "4 Jan 2026")
    assert chart.title == "No deal has been seen for 180 days: no share won by then"
    assert chart.rows == []
    (row,) = list_cohort_rows([young], ["Q1 2026"], WEEK, 4)
    assert row["won of created so far"] == "0 %"
    assert row["won within 180 days"] == "n/a: not seen so long"
    assert row["half decided within"] == "n/a: fewer than half are"


def test_cohorts_stand_newest_first() -> None:
    """20 of 60 are won so far; 16.7 % within 180 days, since open deals count as long as seen."""
    rows = list_cohort_rows([worked(), worked()], ["Q4 2025", "Q1 2026"], WEEK, 20)
    assert [row["created"] for row in rows] == ["Q1 2026", "Q4 2025"]
    assert rows[0]["won of created so far"] == "33.3 %"
    assert rows[0]["won within 180 days"].startswith("16.7 % (")
    assert rows[0]["half decided within"] == "300 days"
    (few,) = list_cohort_rows([worked()], ["Q1 2026"], WEEK, 61)
    assert few["won of created so far"] == "too few"
    assert few["won within 180 days"].startswith("too few: ")


def test_a_young_cohort_has_no_share_though_its_last_deal_in_sight_was_won() -> None:
    """Created 45 days ago: 12 deals seen 10 days, one of them won on day 40, the last in sight."""
    start = WEEK - dt.timedelta(days=45)
    young = compute_outcomes([Day(10, 0, 0, 12), Day(40, 1, 0, 0)], start)
    (row,) = list_cohort_rows([young], ["Q4 2025"], WEEK, 1)
    assert row["won within 180 days"] == "n/a: not seen so long"
    assert row["half decided within"] == "n/a: fewer than 10 seen so long"
    old = compute_outcomes([Day(10, 0, 0, 12), Day(40, 1, 0, 0)], WEEK - dt.timedelta(days=180))
    (row,) = list_cohort_rows([old], ["Q3 2025"], WEEK, 1)
    assert row["won within 180 days"].startswith("100 %")


def record(metric: str, value: float | None, n: int | None, unit: str) -> list[Record]:
    reason = None if value is not None else "no_wins"
    return [
        Record(metric, "week", WEEK, None, None, None, value, None, n, None, None, unit, reason)
    ]


RECORDS = {
    "vel_open": record("vel_open", 8, None, "count"),
    "vel_cycle": record("vel_cycle", 60, 3, "days"),
    "vel_cycle_all": record("vel_cycle_all", 80, 5, "days"),
    "vel_win_count": record("vel_win_count", 0.6, 5, "percent"),
}


def test_three_measures_of_the_cycle() -> None:
    rows = list_cycle_rows(RECORDS, WEEK, worked())
    assert [(row["days"], row["n"]) for row in rows] == [
        ("60.0 days", "3 won"),
        ("80.0 days", "5 closed"),
        ("300 days", "60 created, 20 open"),
    ]
    assert describe_cycle(RECORDS, WEEK, worked()) == (
        "The won took 60.0 days, all closed 80.0 days, half of all are decided within 300 days"
    )


def test_littles_law_with_the_numbers_of_the_week() -> None:
    """8 open / 80 days = 0.1 a day; 5 closed in 91 days are 0.05."""
    assert describe_flow(RECORDS, WEEK) == (
        "Little's law: 8 open / 80.0 days of all closed = 0.10 closings a day, if nothing changes; "
        "0.05 a day closed."
    )
    assert describe_flow({**RECORDS, "vel_open": []}, WEEK) == ""


def test_without_deals_the_cycle_says_why() -> None:
    nothing: dict[str, list[Record]] = {name: [] for name in RECORDS}
    rows = list_cycle_rows(nothing, WEEK, None)
    assert [row["days"] for row in rows] == [
        "n/a: no data so far back", "n/a: no data so far back", "n/a: no deal created yet",
    ]  # fmt: skip
    assert describe_cycle(nothing, WEEK, None) == "No deal has closed yet: no cycle"
    no_wins = {**RECORDS, "vel_cycle": record("vel_cycle", None, None, "days")}
    assert list_cycle_rows(no_wins, WEEK, None)[0]["days"] == (
        "n/a: no won opportunity in the window"
    )
