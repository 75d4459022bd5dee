"""Churn and retention: the worked examples, published numbers and edge cases of metrics.md 1.

Kaplan-Meier is in tests/unit/test_survival.py (G19), Wilson and Newcombe are in test_intervals.py
(G20, G21); days of grace, boundaries and short windows in test_facts.py; rows that are refused in
test_load.py and test_bad_input_load.py.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from math import exp
from typing import Any

import duckdb
import pytest

from metrics.engine import Record
from metrics.intervals import compute_poisson
from tests.tiny import build_tiny, records, term, value

WEEK, START = "2026-01-05", dt.date(2026, 1, 5)
TUESDAY, WEDNESDAY, FRIDAY = "2026-01-06", "2026-01-07", "2026-01-09"
LONG_AGO = "2023-01-02"
LAST_YEAR = "2025-06-02"

Rows = list[dict[str, Any]]


def population(opening: int, leaving: int, joining: int = 0, joined_and_left: int = 0) -> Rows:
    """Some of the opening leave on Wednesday; others join on Tuesday, some until Friday."""
    old = [term(f"old {n}", LONG_AGO, WEDNESDAY if n < leaving else None) for n in range(opening)]
    new = [
        term(f"new {n}", TUESDAY, FRIDAY if n < joined_and_left else None) for n in range(joining)
    ]
    return old + new


def build(terms: Rows, as_of: str = "2026-01-11") -> duckdb.DuckDBPyConnection:
    return build_tiny({"subscriptions": terms}, as_of)


def one(connection: duckdb.DuckDBPyConnection, metric: str, period: str = WEEK) -> Record:
    (record,) = records(connection, metric, period=dt.date.fromisoformat(period))
    return record


@pytest.fixture(scope="module")
def variants() -> Iterator[duckdb.DuckDBPyConnection]:
    """1.2: open 200; 8 of them churn; 30 join, 2 of whom churn in the same period."""
    with closing(build(population(200, 8, 30, 2))) as connection:
        yield connection


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "rate"),
    [
        ("churn_logo", 8, 200, 0.04),
        ("churn_logo_recurly", 10, 200, 0.05),
        ("churn_logo_stripe", 10, 230, 0.043478),
        ("churn_logo_average", 10, 210, 0.047619),
        # 192 stay all week, 8 two days, 28 come on Tuesday, 2 for three days
        ("churn_hazard", 10, (192 * 7 + 8 * 2 + 28 * 6 + 2 * 3) / 7, 0.045632),
        # on Wednesday 8 of 230, on Friday 2 of 222
        ("churn_logo_daily", 10, 10 / (8 / 230 + 2 / 222), 0.043792),
    ],
)
def test_what_vendors_make_of_one_period(
    variants: duckdb.DuckDBPyConnection,
    metric: str,
    numerator: int,
    denominator: float,
    rate: float,
) -> None:
    found = one(variants, metric)
    assert (found.numerator, found.denominator) == (numerator, pytest.approx(denominator))
    assert found.value == pytest.approx(rate, abs=5e-7)


def test_growth_hides_no_churn(variants: duckdb.DuckDBPyConnection) -> None:
    """(open - close) / open would be -10 %: nobody shows it."""
    assert value(variants, "cust_active", WEEK) == 220
    assert value(variants, "cust_lost", WEEK) == 8


def test_chartmogul_customers() -> None:
    """G29: 100 at the start, 11 churn, 1 of whom joined in the period: 10 %."""
    with closing(build(population(100, 10, 1, 1))) as connection:
        assert value(connection, "churn_logo", WEEK) == 0.1
        assert one(connection, "churn_logo_recurly").numerator == 11


@pytest.mark.parametrize(
    ("gone", "cut", "grown", "gross", "net"),
    [
        (10, 10, 0, 0.2, 0.2),  # ($10 + $10) / $100
        (10, 10, 10, 0.2, 0.1),  # ((10 + 10) - (10 + 0)) / 100
        (5, 5, 20, 0.1, -0.1),  # 1 - (120 - 10) / 100: 10 lost, 20 gained
    ],
)
def test_chartmogul_revenue(gone: int, cut: int, grown: int, gross: float, net: float) -> None:
    """G29: 20 %, 10 % and -10 % of an opening MRR of 100."""
    terms = [
        term("gone", LONG_AGO, WEDNESDAY, mrr=gone),
        term("kept", LONG_AGO, mrr=60 - gone),
        term("cut", LONG_AGO, WEDNESDAY, mrr=20),
        term("cut", WEDNESDAY, mrr=20 - cut),
        term("grown", LONG_AGO, WEDNESDAY, mrr=20),
        term("grown", WEDNESDAY, mrr=20 + grown),
    ]
    with closing(build(terms)) as connection:
        assert one(connection, "churn_rev_gross").denominator == 100
        assert value(connection, "churn_rev_gross", WEEK) == pytest.approx(gross)
        assert value(connection, "churn_rev_net", WEEK) == pytest.approx(net)


def test_revenue_by_events() -> None:
    """1.3: open 100,000 comes to 113,000; gross 6.50 %, net -1.00 %, without returns +0.50 %."""
    terms = [
        term("base", LONG_AGO, mrr=87_500),
        term("more", LONG_AGO, mrr=4_000),
        term("more", WEDNESDAY, mrr=6_000),
        term("less", LONG_AGO, WEDNESDAY, mrr=4_500),
        term("less", WEDNESDAY, mrr=2_000),
        term("gone", LONG_AGO, WEDNESDAY, mrr=4_000),
        term("back", LONG_AGO, LAST_YEAR, mrr=900),
        term("back", WEDNESDAY, mrr=1_500),
        term("new", WEDNESDAY, mrr=12_000),
    ]
    kinds = ("new", "expansion", "contraction", "churned", "reactivation")
    with closing(build(terms)) as connection:
        moved = [value(connection, f"mrr_{kind}", WEEK) for kind in kinds]
        assert moved == [12_000, 6_000, 2_500, 4_000, 1_500]
        assert value(connection, "mrr", WEEK) == 113_000
        assert value(connection, "churn_rev_gross", WEEK) == pytest.approx(0.065)
        assert value(connection, "churn_rev_net", WEEK) == pytest.approx(-0.01)
    new, grown, shrunk, churned, back = moved
    assert 100_000 + new + grown - shrunk - churned + back == 113_000
    assert churned + shrunk - grown == 500


def test_revenue_by_endpoints() -> None:
    """1.3: A 100 to 120, B 100 to 80, C 100 to 0, D 100 to 100, E 0 to 50."""
    ends = {"A": (100, 120), "B": (100, 80), "C": (100, 0), "D": (100, 100), "E": (0, 50)}
    terms: Rows = []
    for customer, (before, after) in ends.items():
        terms += [term(customer, LONG_AGO, LAST_YEAR, mrr=before)] if before else []
        terms += [term(customer, LAST_YEAR, mrr=after)] if after else []
    with closing(build(terms)) as connection:
        grr, nrr = one(connection, "ret_grr"), one(connection, "ret_nrr")
    assert (grr.numerator, grr.denominator, grr.value) == (280, 400, 0.7)
    assert (nrr.numerator, nrr.denominator, nrr.value) == (300, 400, 0.75)


def test_up_and_down_again_is_no_loss_by_endpoints() -> None:
    """Expands 50, contracts 50: events lose 50, endpoints nothing."""
    terms = [
        term("a", LONG_AGO),
        term("a", "2025-03-03", "2025-09-01", mrr=50),
    ]
    with closing(build(terms, "2025-12-31")) as connection:
        year = dt.date(2025, 1, 1)
        (gross,) = records(connection, "churn_rev_gross", "year", period=year)
        (grr,) = records(connection, "ret_grr", "year", period=year)
    assert (gross.numerator, gross.value) == (50, 0.5)
    assert grr.value == 1


def test_who_left_and_came_back_within_the_year_is_kept() -> None:
    """A member of the opening cohort counts; who came back from before it counts like a new one."""
    terms = [
        term("member", LONG_AGO, "2025-03-03"),
        term("member", "2025-09-01", mrr=90),
        term("before", LONG_AGO, "2024-06-03"),
        term("before", "2025-09-01", mrr=500),
    ]
    with closing(build(terms)) as connection:
        assert one(connection, "ret_grr").value == 0.9
        assert (one(connection, "ret_nrr").numerator, one(connection, "ret_nrr").value) == (90, 0.9)


@pytest.fixture(scope="module")
def edges() -> Iterator[duckdb.DuckDBPyConnection]:
    """Ten customers; all of them leave, none for a while, and one comes and goes and comes."""
    terms = [term(f"first {n}", "2025-10-06", "2025-10-22") for n in range(10)]
    terms += [
        term("comes back", "2025-11-04", "2025-11-12"),
        term("comes back", "2025-11-18", "2025-11-20"),
        term("comes back", "2025-11-25", "2025-11-26"),
        term("comes back", "2025-11-28"),
        term("two", "2025-10-06", "2025-10-14", mrr=40),
        term("two", "2025-10-06", "2025-10-22", mrr=60),
    ]
    with closing(build(terms)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("week", "what", "expected"),
    [
        ("2025-10-06", "nobody is there at the start", (None, 0, 0)),
        ("2025-10-13", "nobody churns, one of two terms ends", (0, 0, 11)),
        ("2025-10-20", "everybody churns", (1, 11, 11)),
        ("2025-11-10", "the only one churns", (1, 1, 1)),
        ("2025-11-17", "comes back and churns again inside the week", (None, 0, 0)),
    ],
)
def test_edges_of_a_rate(
    edges: duckdb.DuckDBPyConnection, week: str, what: str, expected: tuple[Any, ...]
) -> None:
    found = one(edges, "churn_logo", week)
    assert (found.value, found.numerator, found.denominator) == expected, what
    assert (found.reason == "no_denominator") == (found.denominator == 0)
    assert (found.low is None) == (found.denominator == 0)


def test_nobody_churns_has_an_upper_bound(edges: duckdb.DuckDBPyConnection) -> None:
    """0 of 11: Wilson 0 to 25.9 %."""
    found = one(edges, "churn_logo", "2025-10-13")
    assert found.low == 0
    assert found.high == pytest.approx(1.959964**2 / (11 + 1.959964**2), abs=1e-6)


def test_one_of_two_terms_is_a_contraction(edges: duckdb.DuckDBPyConnection) -> None:
    assert value(edges, "mrr_contraction", "2025-10-13") == 40
    assert value(edges, "mrr_churned", "2025-10-13") == 0


def test_events_count_what_endpoints_do_not_see(edges: duckdb.DuckDBPyConnection) -> None:
    """Back and gone again: not lost from the opening, but an ending among the events."""
    assert value(edges, "cust_lost", "2025-11-17") == 0
    assert one(edges, "churn_logo_recurly", "2025-11-17").numerator == 1
    assert value(edges, "mrr_reactivation", "2025-11-17") == 100
    assert value(edges, "mrr_churned", "2025-11-17") == 100


def test_an_annual_contract_lasts_to_its_last_paid_day() -> None:
    """Cancelled in March, paid to 7 January: churn is of the week in which the term ends."""
    cancelled = {"cancelled_on": dt.date(2025, 3, 3)}
    terms = [term("a", "2025-01-07", WEDNESDAY, **cancelled), term("b", LONG_AGO)]
    with closing(build(terms)) as connection:
        assert value(connection, "cust_lost", "2025-03-03") == 0
        assert value(connection, "cust_lost", WEEK) == 1


def test_a_trial_is_no_customer_until_it_pays() -> None:
    terms = [term("a", LAST_YEAR, TUESDAY, is_trial=True), term("a", WEDNESDAY)]
    with closing(build([*terms, term("b", LONG_AGO)])) as connection:
        assert (one(connection, "churn_logo").numerator, value(connection, "cust_new", WEEK)) == (
            0,
            1,
        )


@pytest.mark.parametrize(
    ("opening", "leaving", "annual"), [(200, 1, 0.230136), (20, 0, 0), (20, 20, 1)]
)
def test_a_weekly_rate_compounds(opening: int, leaving: int, annual: float) -> None:
    """1.4: 0.5 % a week is 23.0136 % a year, not 26 %."""
    with closing(build(population(opening, leaving))) as connection:
        assert value(connection, "churn_logo_ann", WEEK) == pytest.approx(annual, abs=5e-7)


@pytest.mark.parametrize(
    ("monthly", "annual"),
    [(0.02, 0.215283), (0.05, 0.459640)],
)
def test_a_monthly_rate_compounds(monthly: float, annual: float) -> None:
    leaving = round(monthly * 100)
    terms = [term(f"{n}", LONG_AGO, "2025-12-10" if n < leaving else None) for n in range(100)]
    with closing(build(terms)) as connection:
        found = value(connection, "churn_logo_ann", "2025-12-01", "month")
    assert found == pytest.approx(annual, abs=5e-7)


def test_pooled_churn_is_no_mean_of_rates() -> None:
    """1.6: 1, 0, 3 of 100, 50, 200 are 4 / 350; the mean of the rates would be 0.8333 %.

    Here 1 of 10 in one week, then 3 of 109 in another of 13.
    """
    terms = [term(f"old {n}", LONG_AGO, "2025-10-15" if n < 1 else None) for n in range(10)]
    terms += [term(f"new {n}", "2025-12-09", WEDNESDAY if n < 3 else None) for n in range(100)]
    with closing(build(terms)) as connection:
        found = one(connection, "churn_logo_13w")
    # 13 weeks end on 12 January: 10 at the first opening, 9 for eight weeks, 109 for the last four
    assert (found.numerator, found.denominator) == (4, 10 + 8 * 9 + 4 * 109)
    assert found.value == pytest.approx(4 / 518)
    mean_of_rates = (1 / 10 + 3 / 109) / 13
    assert abs(float(found.value or 0) - mean_of_rates) > 0.001


def test_exposure_counts_parts_of_weeks() -> None:
    """1.7: 4 + 4 + 2 + 2 + 1.5 weeks of five customers, 2 endings: 0.148148 a week, 13.7697 %.

    Twice over, in the four weeks of February 2026, for 1.5 weeks are no whole days.
    """
    middle = "2026-02-15"
    terms: Rows = []
    for twin in (0, 1):
        terms += [term(f"A{twin}", LONG_AGO), term(f"B{twin}", LONG_AGO)]
        terms += [term(f"C{twin}", LONG_AGO, middle), term(f"D{twin}", middle)]
        terms += [term(f"E{twin}", "2026-02-03", f"2026-02-{13 + twin}")]
    with closing(build(terms, "2026-02-28")) as connection:
        (found,) = records(connection, "churn_hazard", "month", period=dt.date(2026, 2, 1))
    assert (found.numerator, found.denominator) == (4, 27)
    assert found.value == pytest.approx(0.148148, abs=5e-7)
    assert 1 - exp(-float(found.value or 0)) == pytest.approx(0.137697, abs=5e-7)


def test_trials_that_ended_and_were_converted() -> None:
    """Section 14: 3 of 12 trials that ended in the period had begun to pay: 25 %."""
    trials = [term(f"t{n}", "2025-12-08", WEDNESDAY, is_trial=True) for n in range(12)]
    paid = [term(f"t{n}", WEDNESDAY) for n in range(3)]
    with closing(build(trials + paid)) as connection:
        found = one(connection, "trial_conv")
        assert one(connection, "trial_conv", "2025-12-08").reason == "no_denominator"
    assert (found.numerator, found.denominator, found.value) == (3, 12, 0.25)


def test_a_contract_of_several_years_is_not_up_for_renewal() -> None:
    """1.3: of 400 a year ago only the 300 whose term ended could be lost; 80 of it was."""
    terms = [
        term("several years", LONG_AGO, "2027-01-02"),
        term("renewed", LONG_AGO, LAST_YEAR),
        term("renewed", LAST_YEAR),
        term("renewed for less", LONG_AGO, LAST_YEAR),
        term("renewed for less", LAST_YEAR, mrr=70),
        term("half gone", LONG_AGO, LAST_YEAR, mrr=50),
        term("half gone", LONG_AGO, LAST_YEAR, mrr=50),
        term("half gone", LAST_YEAR, mrr=50),
    ]
    with closing(build(terms)) as connection:
        found, whole = one(connection, "ret_grr_renewal"), one(connection, "ret_grr")
    assert (found.numerator, found.denominator) == (220, 300)
    assert (whole.numerator, whole.denominator) == (320, 400)


def test_cumulative_churn_is_another_number_than_the_pooled_rate() -> None:
    """1.6: 10 of 100, then 9 of 90 in 13 weeks: 1 - 0.9 x 0.9 = 19 % are gone."""
    terms = [
        term(f"{n}", LONG_AGO, "2025-11-05" if n < 10 else "2025-12-10" if n < 19 else None)
        for n in range(100)
    ]
    with closing(build(terms)) as connection:
        assert value(connection, "churn_logo_13w_cum", WEEK) == pytest.approx(0.19)
        pooled = one(connection, "churn_logo_13w")
    # openings: 100 in 4 weeks, 90 in 5, 81 in 4
    assert (pooled.numerator, pooled.denominator) == (19, 400 + 450 + 324)


def test_endings_over_exposure() -> None:
    """1.7: 2 in 13.5 customer-weeks; chi-square with 4 and 6 degrees: 0.4844 and 14.4494."""
    assert compute_poisson(2, 13.5) == pytest.approx((0.4844 / 27, 14.4494 / 27), abs=5e-6)
    assert compute_poisson(2, 0) == (None, None)
