"""Churn by tenure: by hand, with late entries, and against the curve."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from analyses.hazard import Hazard, compute_hazards, describe_hazards, find_hazards
from analyses.survival import MONTH_DAYS, Change, find_survival
from charts.hazard import chart_hazards
from metrics.intervals import compute_poisson
from metrics.scope import Scope
from warehouse.publish import open_published


def test_the_worked_example_of_exposure() -> None:
    """A 4, B 4, C 2 (churns), D 2, E 1.5 weeks (churns): 2 in 13.5 weeks (metrics.md 1.7)."""
    changes = [Change(0, 5, 0, 0), Change(10.5, 0, 1, 1), Change(14, 0, 1, 2), Change(28, 0, 0, 2)]
    (band,) = compute_hazards(changes)
    assert (band.ended, band.weeks) == (2, 13.5)
    assert band.rate == pytest.approx(0.148148, abs=1e-6)
    # chi-square quantiles 0.4844 and 14.4494 over twice the exposure
    assert band.low == pytest.approx(0.017941, abs=1e-6)
    assert band.high == pytest.approx(0.535163, abs=1e-6)


def test_an_ending_at_the_edge_belongs_to_the_band_that_ends_there() -> None:
    edge = 3 * MONTH_DAYS
    changes = [Change(0, 4, 0, 0), Change(edge, 0, 2, 2), Change(edge + 7, 0, 0, 2)]
    first, second = compute_hazards(changes)
    assert (first.ended, first.label) == (2, "months 0-3")
    assert (second.ended, second.weeks) == (0, pytest.approx(2))
    assert (second.low, second.rate) == (0, 0)


def test_who_enters_late_is_at_risk_from_there() -> None:
    """Two watched from day 70 on: no customer-week before it is theirs."""
    changes = [Change(70, 2, 0, 0), Change(84, 0, 1, 2)]
    (band,) = compute_hazards(changes)
    assert (band.ended, band.weeks) == (1, 4)


def test_nobody_has_no_band_and_few_have_no_message() -> None:
    assert compute_hazards([]) == ()
    assert describe_hazards((), 20).startswith("Too few")
    few = compute_hazards([Change(0, 1, 0, 0), Change(14, 0, 1, 1)])
    chart = chart_hazards(few, "15 Nov 2026", 20)
    assert chart.title.startswith("Too few")
    assert chart.figure["data"][0]["x"] == [None]
    assert "1 in 2 customer-weeks" in chart.alt


def test_the_bands_of_the_sample_add_up_to_the_curve(sample_warehouse: Path) -> None:
    until = date(2026, 11, 16)
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        hazards = find_hazards(cursor, until, Scope())
        whole = find_survival(cursor, until, "year", Scope())[0]
        (days,) = cursor.execute(
            "select sum(spells * (least(coalesce(ended_on, ?), ?) - started_on)) from mart_spells"
            " where started_on < ?",
            [until, until, until],
        ).fetchone() or (0,)
    assert sum(each.ended for each in hazards) == whole.ended
    # the sample's records begin with its first customer, so nobody enters late
    assert sum(each.weeks for each in hazards) == pytest.approx(float(days) / 7)
    assert describe_hazards(hazards, 20) == (
        "Churn in months 9-12, 0.66 % a week, is above the 0.33 % a week of all, but not distinguishable "
        "from months 18-24"
    )


def test_the_highest_churn_is_told_only_where_no_other_band_reaches_it() -> None:
    clear = [band(0, 3, 2), band(3, 6, 30), band(6, 9, 2)]
    assert describe_hazards(clear, 20).startswith("Churn is highest in months 3-6: 3.00 % a week")
    near = [band(0, 3, 2), band(3, 6, 30), band(6, 9, 25), band(9, 12, 20)]
    assert describe_hazards(near, 20).endswith("not distinguishable from months 6-9 and 9-12")
    assert describe_hazards([band(0, 3, 30), band(3, 6, 30)], 20).startswith("No time since")


def band(first: float, last: float, ended: int) -> Hazard:
    low, high = compute_poisson(ended, 1000)
    return Hazard(first, last, ended, 1000, ended / 1000, low, high)
