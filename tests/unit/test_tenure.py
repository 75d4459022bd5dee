"""Survival of customers and their mean tenure: published numbers through the product, and by hand."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from metrics.engine import Record
from tests.tiny import build_tiny, records, term

MONDAY = dt.date(2026, 1, 5)  # the boundary at which the data is looked at
WEEK = dt.timedelta(weeks=1)

# Freireich 1963, 6-mercaptopurine: weeks of remission; False is censored.
REMISSIONS = [
    *[(6, True)] * 3, (6, False), (7, True), (9, False), (10, True), (10, False), (11, False),
    (13, True), (16, True), (17, False), (19, False), (20, False), (22, True), (23, True),
    (25, False), (32, False), (32, False), (34, False), (35, False),
]  # fmt: skip


def lives(weeks: Sequence[tuple[int, bool]]) -> list[dict[str, Any]]:
    """A term for each: who has ended did so a year ago, who has not began so many weeks ago."""
    terms = []
    for number, (length, ended) in enumerate(weeks):
        days = dt.timedelta(weeks=length)
        start = MONDAY - 60 * WEEK if ended else MONDAY - days
        terms.append(term(f"c{number}", str(start), str(start + days) if ended else None))
    return terms


def found(
    terms: list[dict[str, Any]], metric: str, customers: list[dict[str, Any]] | None = None
) -> dict[str, Record]:
    """A metric's numbers at the boundary, by member."""
    tables = {"subscriptions": terms, "customers": customers or []}
    with closing(build_tiny(tables, str(MONDAY - dt.timedelta(days=1)))) as connection:
        return {str(each.member): each for each in records(connection, metric, last=1)}


def test_survival_is_as_published() -> None:
    """Klein and Moeschberger 2003, table 4.1B (G19): the steps of 13 and 23 weeks, with their bands."""
    numbers = found(lives(REMISSIONS), "ret_km")
    quarter, half = numbers["13"], numbers["26"]
    assert (quarter.value, quarter.denominator) == (pytest.approx(0.6902, abs=5e-5), 12)
    assert (quarter.low, quarter.high) == pytest.approx((0.4316, 0.8491), abs=5e-5)
    assert (half.value, half.denominator) == (pytest.approx(0.4482, abs=5e-5), 4)
    assert (half.low, half.high) == pytest.approx((0.1881, 0.6801), abs=5e-5)
    # the longest remission was 35 weeks
    assert (numbers["52"].value, numbers["52"].reason) == (None, "short_history")


def test_mean_tenure_is_the_area_under_the_curve() -> None:
    numbers = found(lives(REMISSIONS), "ret_rmst")
    steps = [(6, 6 / 7), (7, 0.806723), (10, 0.752941), (13, 0.690196), (16, 0.627451)]
    steps += [(22, 0.537815), (23, 0.448179), (52, 0.448179)]
    area, time, alive = 0.0, 0.0, 1.0
    for end, after in steps:
        area, time, alive = area + alive * (end - time), end, after
    assert numbers["52"].value == pytest.approx(area, rel=1e-6)
    # beyond the longest tenure the curve is held level
    assert numbers["104"].value == pytest.approx(area + 52 * alive, rel=1e-6)
    assert numbers["52"].denominator == 21


def test_worked_example_of_the_mean_and_its_variance() -> None:
    """Ten stay 20 weeks or longer, one of ten left after 8 and one after 10: by hand."""
    terms = lives([(8, True), (10, True), *[(80, False)] * 8])
    mean = found(terms, "ret_rmst")["52"]
    assert mean.value == pytest.approx(8 + 0.9 * 2 + 0.8 * 42)
    # after the first ending 0.9 x 2 + 0.8 x 42 weeks are to come, after the second 0.8 x 42
    variance = (1.8 + 33.6) ** 2 / (10 * 9) + 33.6**2 / (9 * 8)
    assert mean.low == pytest.approx(mean.value - 1.959963984540054 * variance**0.5)
    assert mean.high == 52  # nobody stays longer than there are weeks


def test_who_came_before_the_records_is_watched_from_their_first_day() -> None:
    """Nine of before the records stay and show nothing of the first 52 weeks; of two of since one left."""
    records_begin = MONDAY - 40 * WEEK
    terms = [term(f"old{number}", str(records_begin - 60 * WEEK)) for number in range(9)]
    terms += [
        term("young", str(records_begin), str(records_begin + 10 * WEEK)),
        term("stays", str(records_begin)),
    ]
    customers = [{"customer_id": "young", "created_on": records_begin}]
    numbers = found(terms, "ret_km", customers)
    assert (numbers["13"].value, numbers["13"].denominator) == (0.5, 1)
    # of nobody is known what happened between 40 and 60 weeks
    assert (numbers["52"].value, numbers["52"].reason) == (None, "short_history")
    assert (numbers["104"].value, numbers["104"].reason) == (None, "short_history")
    # without a day on which the records begin they all count from their first
    everybody = found(terms, "ret_km")
    assert everybody["13"].value == pytest.approx(10 / 11)
    assert everybody["52"].denominator == 9


def test_who_comes_back_begins_a_new_time() -> None:
    start = MONDAY - 60 * WEEK
    terms = [
        term("a", str(start), str(start + 5 * WEEK)),
        term("a", str(start + 10 * WEEK)),
        term("b", str(start)),
    ]
    numbers = found(terms, "ret_km")
    assert numbers["26"].value == pytest.approx(2 / 3)
    assert numbers["26"].denominator == 2


def test_without_an_ending_everybody_stays_and_there_is_no_band() -> None:
    terms = [term("a", str(MONDAY - 60 * WEEK))]
    quarter = found(terms, "ret_km")["13"]
    assert (quarter.value, quarter.low, quarter.high) == (1, None, None)
    mean = found(terms, "ret_rmst")["52"]
    assert (mean.value, mean.low, mean.high) == (52, None, None)


def test_without_customers_nothing_is_known() -> None:
    """The boundary is before the events of its day, so who starts on it is no customer yet."""
    numbers = found([term("a", str(MONDAY))], "ret_km")
    assert {each.reason for each in numbers.values()} == {"no_denominator"}
