"""Retention of what came up for renewal, and over 13 weeks, by hand."""

import datetime as dt
from contextlib import closing

import pytest

from tests.tiny import build_tiny, records, term

MONTH = dt.date(2026, 1, 1)  # to 1 February 2026, from 1 February 2025
LONG_AGO = "2024-02-01"

# Terms of one customer -> MRR of its terms that ended in the year, and what it still pays of it.
RENEWALS = {
    "a contract of three years": ([term("c", LONG_AGO, "2027-02-01")], 0, 0),
    "no end": ([term("c", LONG_AGO)], 0, 0),
    "renewed": ([term("c", LONG_AGO, "2025-06-01"), term("c", "2025-06-01")], 100, 100),
    "renewed twice": (
        [
            term("c", LONG_AGO, "2025-03-01"),
            term("c", "2025-03-01", "2025-09-01"),
            term("c", "2025-09-01"),
        ],
        100,
        100,
    ),
    "renewed for less": (
        [term("c", LONG_AGO, "2025-06-01"), term("c", "2025-06-01", mrr=60)],
        100,
        60,
    ),
    "renewed for more": (
        [term("c", LONG_AGO, "2025-06-01"), term("c", "2025-06-01", mrr=160)],
        100,
        100,
    ),
    "not renewed": ([term("c", LONG_AGO, "2025-06-01")], 100, 0),
    "came back": ([term("c", LONG_AGO, "2025-06-01"), term("c", "2025-11-01")], 100, 100),
    "one of two terms ended": (
        [term("c", LONG_AGO, mrr=300), term("c", LONG_AGO, "2025-06-01", mrr=100)],
        100,
        0,
    ),
    "what ended grew elsewhere": (
        [
            term("c", LONG_AGO, mrr=300),
            term("c", LONG_AGO, "2025-06-01", mrr=100),
            term("c", "2025-08-01", mrr=70),
        ],
        100,
        70,
    ),
    "ended on the first day": ([term("c", LONG_AGO, "2025-02-01")], 100, 0),
    "ended the day before": ([term("c", LONG_AGO, "2025-01-31")], 0, 0),
    "ends on the boundary": ([term("c", LONG_AGO, "2026-02-01")], 0, 0),
    "began after the start": ([term("c", "2025-02-01", "2025-06-01")], 0, 0),
    "late, within the days of grace": (
        [term("c", LONG_AGO, "2025-06-01"), term("c", "2025-06-08")],
        100,
        100,
    ),
    "late over the start": (
        [term("c", LONG_AGO, "2025-01-30"), term("c", "2025-02-05")],
        100,
        100,
    ),
    "late over the end": ([term("c", LONG_AGO, "2026-01-30"), term("c", "2026-02-05")], 0, 0),
}


@pytest.mark.parametrize("case", RENEWALS)
def test_renewals(case: str) -> None:
    terms, up, kept = RENEWALS[case]
    other = term("other", "2024-01-01", mrr=1000)
    with closing(
        build_tiny({"subscriptions": [*terms, other]}, "2026-02-28", renewal_grace_days=7)
    ) as connection:
        (record,) = records(connection, "ret_grr_renewal", "month", period=MONTH)
        (gross,) = records(connection, "ret_grr", "month", period=MONTH)
    assert (record.numerator, record.denominator) == (kept, up)
    assert record.value == (pytest.approx(kept / up) if up else None)
    # The law: gross retention loses the same money of more.
    assert gross.numerator is not None
    assert gross.denominator is not None
    assert float(gross.denominator) - float(gross.numerator) == up - kept


def test_weeks_look_back_364_days() -> None:
    """To 2 February 2026, from 3 February 2025."""
    terms = [
        term("a", LONG_AGO, "2025-02-02"),
        term("b", LONG_AGO, "2025-02-03", mrr=30),
        term("c", LONG_AGO, "2026-02-01", mrr=50),
        term("c", "2026-02-01", mrr=20),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-02-01")) as connection:
        (record,) = records(connection, "ret_grr_renewal", last=1)
    assert (record.numerator, record.denominator) == (20, 80)


def test_thirteen_weeks_of_retention() -> None:
    """Example by endpoints of metrics.md 1.3, over the 91 days to 1 February 2026."""
    terms = [
        term("A", LONG_AGO, "2025-12-01"),
        term("A", "2025-12-01", mrr=120),
        term("B", LONG_AGO, "2025-12-01"),
        term("B", "2025-12-01", mrr=80),
        term("C", LONG_AGO, "2025-11-02"),
        term("D", LONG_AGO),
        term("E", "2025-11-02", mrr=50),
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-02-28")) as connection:
        for name, kept in (("ret_grr_13w", 280), ("ret_nrr_13w", 300)):
            (record,) = records(connection, name, "month", period=MONTH)
            assert (record.numerator, record.denominator) == (kept, 400)
            assert record.value == kept / 400


def test_thirteen_weeks_of_retention_need_91_days() -> None:
    with closing(
        build_tiny({"subscriptions": [term("a", "2025-11-02")]}, "2026-02-15")
    ) as connection:
        found = [
            (str(record.period_start), record.reason)
            for record in records(connection, "ret_grr_13w", last=4)
        ]
    # 91 days before 26 January is 27 October, before 2 February it is 3 November
    assert found == [
        ("2026-01-19", "short_history"),
        ("2026-01-26", None),
        ("2026-02-02", None),
        ("2026-02-09", None),
    ]
