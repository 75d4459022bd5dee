"""What is typed into the form of a budget comes back, and what could be read two ways is asked for."""

import pytest

from analyses.budget.case import Range
from analyses.budget.scenario import Choice, Scenario
from ui.budget.fields import CASE, list_fields, name_field, read_fields

NAMES = {"win_back": "Win back"}
SCENARIO = Scenario(
    (Choice("win_back", Range(5e4, 6e4, 7.5e4), 40, Range(0.023, 0.07, 0.29), None, Range(0.5, 0.5, 0.5)),),
    1.5e5, 4, Range(0.08, 0.1, 0.14),
)  # fmt: skip


def test_a_scenario_comes_back_from_its_fields() -> None:
    fields = list_fields(SCENARIO)
    assert fields[name_field("win_back", "effect", "low")] == "2.3"
    assert fields[name_field("win_back", "persistence", "low")] == ""
    assert read_fields(fields, ["win_back"], NAMES) == (SCENARIO, ())
    assert read_fields({}, ["win_back"], NAMES) == (Scenario((Choice("win_back"),)), ())


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (name_field("win_back", "cost", "base"), "1,500", "Enter the cost of Win back as a base"),
        (
            name_field("win_back", "effect", "base"),
            "101",
            "Enter the effect of Win back in percent",
        ),
        (name_field("win_back", "effect", "high"), "5", "Enter the effect of Win back in percent"),
        (name_field("win_back", "margin", "base"), "nan", "Enter the margin of Win back"),
        (
            name_field("win_back", "reached"),
            "-3",
            "customers reached of Win back as a whole number",
        ),
        (name_field(CASE, "discount", "base"), "-1", "Enter the discount in percent"),
        (name_field(CASE, "budget"), "1e99", "Enter the budget as a number"),
    ],
)
def test_what_is_no_range_is_asked_for(field: str, typed: str, said: str) -> None:
    found, (wrong,) = read_fields({field: typed}, ["win_back"], NAMES)
    assert found is None
    assert said in wrong
