"""Which trials count as converted, by hand."""

from contextlib import closing
from typing import Any

import pytest

from tests.tiny import build_tiny, records, term

WEEK = "2026-01-05"


def trial(started: str, ended: str | None, **more: Any) -> dict[str, Any]:
    return term("c", started, ended, is_trial=True, **more)


# Terms of one customer -> trials that ended in the week of 5 January 2026, and were converted.
TRIALS = {
    "pays from the end on": ([trial("2025-12-20", "2026-01-07"), term("c", "2026-01-07")], 1, 1),
    "pays from the last day of the trial on": (
        [trial("2025-12-20", "2026-01-07"), term("c", "2026-01-06")],
        1,
        1,
    ),
    "pays a day later": ([trial("2025-12-20", "2026-01-07"), term("c", "2026-01-08")], 1, 0),
    "never pays": ([trial("2025-12-20", "2026-01-07")], 1, 0),
    "goes on": ([trial("2025-12-20", "2026-01-12")], 0, 0),
    "ended the Sunday before": ([trial("2025-12-20", "2026-01-04")], 0, 0),
    "ended on the Monday": ([trial("2025-12-20", "2026-01-05")], 1, 0),
    "has no end": ([trial("2025-12-20", None), term("c", "2026-01-07")], 0, 0),
    "a term without a price is none": (
        [trial("2025-12-20", "2026-01-07"), term("c", "2026-01-07", mrr=0)],
        1,
        0,
    ),
    "paid long before": (
        [term("c", "2025-01-01", "2025-02-01"), trial("2025-12-20", "2026-01-07")],
        1,
        0,
    ),
    "paid and left before the trial ended": (
        [trial("2025-12-20", "2026-01-07"), term("c", "2025-12-27", "2026-01-03")],
        1,
        1,
    ),
    "two trials": (
        [trial("2025-12-20", "2026-01-05"), trial("2026-01-05", "2026-01-09"), term("c", "2026-01-09")],
        2,
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TRIALS)
def test_trials(case: str) -> None:
    terms, ended, converted = TRIALS[case]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-25")) as connection:
        found = {str(each.period_start): each for each in records(connection, "trial_conv")}
    week = found[WEEK]
    assert (week.numerator, week.denominator) == (converted, ended)
    assert week.reason == (None if ended else "no_denominator")


def test_the_trial_of_a_partner_is_none() -> None:
    tables = {
        "subscriptions": [trial("2025-12-20", "2026-01-07")],
        "customers": [{"customer_id": "c", "is_staff_or_partner": True}],
    }
    with closing(build_tiny(tables, "2026-01-25")) as connection:
        assert {each.denominator for each in records(connection, "trial_conv")} == {0}


def test_trials_by_segment() -> None:
    rows = [
        trial("2025-12-20", "2026-01-07"),
        term("d", "2025-12-20", "2026-01-07", is_trial=True),
        term("d", "2026-01-07"),
    ]
    customers = [
        {"customer_id": "c", "segment": "small"},
        {"customer_id": "d", "segment": "large"},
    ]
    with closing(
        build_tiny({"subscriptions": rows, "customers": customers}, "2026-01-11")
    ) as connection:
        found = records(connection, "trial_conv", breakdown="segment", last=1)
    assert {each.breakdown: each.value for each in found} == {"large": 1, "small": 0}
