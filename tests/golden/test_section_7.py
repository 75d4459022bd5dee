"""Weeks, limits and the calendar: published numbers and edge cases of metrics.md 7.

The charts of NIST (G22) and the NHS (G23), the worked examples and the rules of limits are in
tests/unit/test_signals.py.
"""

import datetime as dt
from contextlib import closing

import duckdb
import pytest

from analyses.signals import Point, compute_limits, compute_verdict, compute_xmr
from tests.tiny import build_tiny, records, rows_of, term, value

MONDAY = dt.date(2025, 1, 6)
LONG_YEARS = [2004, 2009, 2015, 2020, 2026, 2032, 2037, 2043, 2048]


def weeks(values: list[float | None]) -> list[Point]:
    return [Point(MONDAY + dt.timedelta(weeks=n), each) for n, each in enumerate(values)]


def test_years_of_53_weeks() -> None:
    """G32: the last week of December and the first of January, as the database counts them."""
    with closing(duckdb.connect()) as connection:
        asked = "select isoyear(make_date(y, 12, 28)), week(make_date(y, 12, 28)) from range(2000, 2051) t(y)"
        found = connection.execute(asked).fetchall()
        assert [year for year, week in found if week == 53] == LONG_YEARS
        for day, name in (
            ("2026-12-31", "2026-W53"),
            ("2027-01-01", "2026-W53"),
            ("2027-01-04", "2027-W01"),
            ("2024-12-30", "2025-W01"),
            ("2021-01-03", "2020-W53"),
            ("2023-01-01", "2022-W52"),
        ):
            assert connection.execute(f"select strftime(date '{day}', '%G-W%V')").fetchone() == (
                name,
            )
            assert dt.date.fromisoformat(day).strftime("%G-W%V") == name


def test_weeks_follow_each_other_over_week_53() -> None:
    """Every week is there once, named by its Monday; its year ago is 364 days before."""
    terms = [term("a", "2025-01-06"), term("b", "2025-12-30"), term("c", "2027-01-01")]
    with closing(build_tiny({"subscriptions": terms}, "2027-01-31")) as connection:
        starts = [each.period_start for each in records(connection, "cust_active")]
        assert starts == [MONDAY + dt.timedelta(weeks=n) for n in range(len(starts))]
        assert starts[-1] == dt.date(2027, 1, 25)
        (count,) = rows_of(
            connection,
            "select count(*), count(distinct period_start) from periods where grain = 'week'"
            " and period_start between date '2026-12-14' and date '2027-01-11'",
        )
        assert count == (5, 5)
        assert value(connection, "cust_new", "2026-12-28") == 1
        # The window of the week that ends on 4 January 2027 begins on 5 January 2026.
        (grr,) = records(connection, "ret_grr", period=dt.date(2026, 12, 28))
        assert grr.denominator == 200
        # A week belongs to the day, not to a number within a year: January has its own new customer.
        assert value(connection, "cust_new", "2027-01-01", "month") == 1
        assert value(connection, "cust_new", "2026-12-01", "month") == 0


@pytest.mark.parametrize("day", ["2026-12-27", "2026-12-28", "2027-01-02"])
def test_the_running_week_is_in_no_rate(day: str) -> None:
    """A week closes with its Sunday; until then the one before is the latest."""
    terms = [term("a", "2026-06-01"), term("b", "2026-06-01", "2026-12-22")]
    with closing(build_tiny({"subscriptions": terms}, day)) as connection:
        found = records(connection, "churn_logo", last=1)
    assert (found[0].period_start, found[0].value) == (
        (dt.date(2026, 12, 21), 0.5) if day < "2027-01-03" else (dt.date(2026, 12, 28), 0)
    )


def test_a_signal_is_beyond_both_limits_of_the_worked_example() -> None:
    """7.1: a baseline of 11 weeks, then 29: above 19.93, and moved by 15, above 7.84."""
    baseline = [12, 15, 11, 14, 13, 16, 12, 14, 13, 15, 14]
    chart = compute_xmr(baseline)
    assert chart is not None
    assert chart.upper < 29
    assert chart.range_upper < 29 - baseline[-1]


def test_no_lower_limit_below_zero_for_what_cannot_be_negative() -> None:
    limits = compute_limits(weeks([0, 5, 1, 6] * 3), "xmr")[0]
    assert limits is not None
    assert limits.lower is None


def test_a_missing_week_is_a_gap() -> None:
    """The range across it is not used: 100 to 200 is no movement of a week."""
    values: list[float | None] = [100, 101] * 6
    gapped = compute_xmr([*values, None, *[each and each + 100 for each in values]])
    assert gapped is not None
    assert gapped.mean_moving_range == 1


def test_a_later_week_moves_no_limit() -> None:
    """The baseline is frozen."""
    calm: list[float | None] = [10, 12, 11, 13] * 7
    before = compute_limits(weeks(calm), "xmr")
    after = compute_limits(weeks([*calm, 500, 700]), "xmr")
    assert after[: len(before)] == before
    assert compute_verdict(weeks([*calm, 500]), "xmr").kind == "signal"
