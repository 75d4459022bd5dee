"""A scenario of a budget in an address: it comes back as it was, and nothing in an address breaks it."""

from hypothesis import given
from hypothesis import strategies as st

from analyses.budget.case import Range
from analyses.budget.scenario import Choice, Scenario, list_lost, read_scenario, write_scenario

KNOWN = ("win_back", "rescue")


def ranges(low: float, high: float) -> st.SearchStrategy[Range | None]:
    numbers = st.lists(st.floats(low, high), min_size=3, max_size=3).map(sorted)
    return st.none() | numbers.map(lambda found: Range(*found))


CHOICES = st.builds(
    Choice, st.sampled_from(KNOWN), ranges(0, 1e12), st.none() | st.integers(0, 999_999_999),
    ranges(-1, 1), ranges(0, 1e12), ranges(0, 1),
)  # fmt: skip
SCENARIOS = st.builds(
    Scenario,
    st.lists(CHOICES, max_size=2, unique_by=lambda choice: choice.key).map(tuple),
    st.none() | st.floats(0, 1e12),
    st.integers(1, 10),
    ranges(0, 1),
)


@given(SCENARIOS)
def test_a_scenario_comes_back_from_its_address(scenario: Scenario) -> None:
    assert read_scenario(write_scenario(scenario), KNOWN) == (scenario, ())


PARTS = st.text("do.winback_resc0123~e-inf nan<>cr\u0663", max_size=30)


@given(st.dictionaries(st.sampled_from(["do", "budget", "years", "discount", *KNOWN]), PARTS))
def test_no_address_breaks_it(address: dict[str, str]) -> None:
    scenario, _ = read_scenario(address, KNOWN)
    assert read_scenario(write_scenario(scenario), KNOWN) == (scenario, ())


def test_an_address_by_hand() -> None:
    address = {
        "do": "rescue.win_back.<b>.rescue",
        "rescue": "c60000_r100_e0.1~0.05~0.2_x3",
        "years": "30",
    }
    scenario, wrong = read_scenario(address, KNOWN)
    cost = Range(60_000, 60_000, 60_000)
    assert scenario == Scenario((Choice("rescue", cost, 100), Choice("win_back")))
    assert len(wrong) == 4
    assert (
        wrong[0] == "The link asks for do \u201c<b>\u201d, which is no programme: it was left out."
    )
    assert wrong[1].startswith(
        "The link asks for rescue \u201ce0.1~0.05~0.2\u201d, which is no range"
    )
    assert write_scenario(scenario) == {"do": "rescue.win_back", "rescue": "c60000_r100"}


def test_nothing_of_an_address_is_lost_silently() -> None:
    pairs = [
        ("do", "win_back"),
        ("do", "rescue"),
        ("rescue", "c1"),
        ("win_back", "c2"),
        ("rescu", "c3"),
        ("week", "x"),
    ]
    assert list_lost(pairs, KNOWN) == (
        "The link asks for do 2 times: only the last was taken.",
        "The link holds win_back, which its do does not name: it was left out.",
        "The link holds \u201crescu\u201d, which is no part of a case: it was left out.",
    )
    assert list_lost(pairs[1:3], KNOWN) == ()
