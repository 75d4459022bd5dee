"""What the address chooses of a budget, what the data know of it, and what follows."""

from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from analyses.budget.compose import Base, Composed, find_base, find_case, find_without
from analyses.budget.model import Cut, compute_cut
from analyses.budget.programmes import KEYS
from analyses.budget.scenario import PARTS, Scenario, list_lost, read_scenario, write_scenario
from analyses.budget.words import Answer, answer_case
from analyses.lifetime.assumptions import describe_margin, read_assumptions
from metrics.periods import format_date
from ui.basis import show_page_title
from ui.cache import ask, open_cursor, read_missing, remember
from ui.definitions import describe_missing_tables
from ui.filters import View, period_of, plain_markdown
from warehouse.publish import Warehouse

TITLE = "Budget case"
NAME = "This case"


@dataclass(frozen=True)
class Budget:
    """The scenario of the address with what the data know at the end of the newest week; answer is None
    where no programme of it can be computed."""

    scenario: Scenario
    base: Base
    composed: Composed
    answer: Answer | None


def load_budget(view: View) -> Budget | None:
    """None, with the reason on the page, where there are no tiers or no week is over."""
    missing = read_missing(view.warehouse).get("adv_share")
    show_page_title(TITLE, view)
    if missing or period_of(view, "week") is None:
        st.info(describe_missing_tables(missing) if missing else "No week is over yet.")
        return None
    scenario, wrong = read_address()
    pairs = [(name, each) for name in st.query_params for each in st.query_params.get_all(name)]
    for each in (*list_lost(pairs, KEYS), *wrong):
        st.info(plain_markdown(each))
    base = ask(view.warehouse, find_base)
    # Who qualifies and what was measured: half a second on the sample; a scenario on it: 0.02 s.
    composed = remember(view.warehouse, _find_composed, scenario, view.warehouse, base, scenario)
    case = composed.case
    answer = remember(view.warehouse, answer_case, case, case) if case else None
    return Budget(scenario, base, composed, answer)


def read_address() -> tuple[Scenario, tuple[str, ...]]:
    """The scenario that the address holds now, and what is wrong in it."""
    address = {name: st.query_params[name] for name in (*PARTS, *KEYS) if name in st.query_params}
    return read_scenario(address, KEYS)


def redraw_if_changed(budget: Budget) -> None:
    """Draw the whole page where a part of it, which is drawn alone, has just changed the address."""
    if read_address()[0] != budget.scenario:
        st.rerun()


def cut_line(view: View, budget: Budget, key: str) -> Cut:
    """What goes with one programme of a case; a later one may then count customers of it."""
    asked = (budget.scenario, key)
    return remember(view.warehouse, _find_cut, asked, view.warehouse, budget, key)


def go_to(scenario: Scenario) -> None:
    """Write a scenario into the address, at once where nothing is to be taken out of it: each step would be
    one more that Back goes through."""
    found = write_scenario(scenario)
    changed = {name: text for name, text in found.items() if st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)
    for name in (*PARTS, *KEYS):
        if name not in found and name in st.query_params:
            st.query_params.pop(name)


def describe_as_of(budget: Budget, view: View) -> str:
    """On which day the customers were counted, and of whom."""
    sunday = budget.base.week + timedelta(days=6)
    scope = " The filters beside do not narrow it." if view.chosen else ""
    margin = describe_margin(read_assumptions(view.settings))
    return (
        f"Whole company, customers as of {format_date(sunday)}. Data as of {view.as_of}. Margin is MRR at "
        f"{margin} by the settings.{scope}"
    )


def _find_composed(warehouse: Warehouse, base: Base, scenario: Scenario) -> Composed:
    with open_cursor(warehouse) as cursor:
        return find_case(cursor, scenario, base, NAME)


def _find_cut(warehouse: Warehouse, budget: Budget, key: str) -> Cut:
    case = budget.composed.case
    if case is None:
        raise AssertionError("only a case has lines")
    with open_cursor(warehouse) as cursor:
        return compute_cut(case, find_without(cursor, budget.scenario, budget.base, case, key))
