"""The parts of the bench that compute: percentiles, shares, tables, what a stack is busy with."""

import pytest

from bench.shares import name_part
from bench.table import compute_percentile, compute_shares, format_bytes, format_table


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 2), (75, 3), (95, 4), (100, 4)])
def test_percentiles_are_values_that_were_measured(percent: float, expected: float) -> None:
    assert compute_percentile([4, 1, 3, 2], percent) == expected


def test_one_value_is_every_percentile() -> None:
    assert compute_percentile([7.5], 95) == 7.5


def test_shares_add_up_and_need_something_to_share() -> None:
    assert compute_shares({"queries": 1, "figures": 3}) == {"queries": 0.25, "figures": 0.75}
    assert compute_shares({"queries": 0}) == {}


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    table = format_table(["page", "ms"], [["Weekly review", "9"], ["Metrics", "120"]])
    assert table == "page            ms\nWeekly review    9\nMetrics        120"


def test_bytes() -> None:
    assert format_bytes(1_234_567_890) == "1,235 MB"
    assert format_bytes(None) == "-"


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ([("pandas", "core"), ("streamlit", "elements"), ("ui",)], "Streamlit"),
        ([("_plotly_utils",), ("plotly",), ("streamlit", "elements"), ("ui",)], "figures"),
        ([("metrics",), ("streamlit", "runtime", "caching"), ("ui",)], "queries"),
        ([("streamlit", "runtime", "caching"), ("ui",)], "caches"),
        ([("ui",), ("pages", "review"), ("streamlit", "navigation")], "ours"),
        ([()], "Streamlit"),
    ],
)
def test_the_innermost_known_call_is_what_a_stack_is_busy_with(
    stack: list[tuple[str, ...]], part: str
) -> None:
    assert name_part(stack) == part
