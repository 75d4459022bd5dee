"""The form that changes a scenario: programmes, costs and ranges. What is left empty is taken from own data."""

from collections.abc import Mapping

import streamlit as st

from analyses.budget.case import Assumption, Range
from analyses.budget.grounds import Ground
from analyses.budget.programmes import KEYS
from analyses.budget.scenario import (
    MOST_YEARS,
    Choice,
    Scenario,
    read_range,
    write_range,
    write_scenario,
)
from analyses.budget.tables import format_assumption, list_assumption_rows
from ui.budget.chosen import Budget, go_to, read_address
from ui.filters import View, plain_markdown
from ui.tables import show_table

ENDS = ("low", "base", "high")
# Entered in percent, kept as a share.
PERCENT = ("effect", "persistence", "discount")
LABELS = {
    "cost": "Cost, {currency}",
    "effect": "Effect: kept who would have left, %",
    "margin": "Margin of one a year, {currency}",
    "persistence": "Persistence: of the effect, lasts a further year, %",
    "discount": "Discount rate a year, %",
}
CASE = "case"
TOLD, SEEDED = "budget:told", "budget:seeded"
HELP = (
    "A base alone is one number; low and high make it a range. What is left empty is taken from own data, as "
    "the words in brackets say; a cost, and an effect that was never measured, must be entered."
)


def show_editor(budget: Budget, view: View) -> None:
    """The programmes, the form of their ranges, and all ranges with their sources."""
    if read_address()[0] != budget.scenario:
        # Entered just now, in a part of the page that is drawn alone.
        st.rerun()
    _choose_programmes(budget)
    if told := st.session_state.pop(TOLD, None):
        st.error(plain_markdown(told))
    _seed(budget.scenario)
    with st.form("budget:form", enter_to_submit=False):
        st.text(HELP)
        _ask_case(budget, view)
        for choice in budget.scenario.choices:
            _ask_programme(budget.base.grounds[choice.key], view)
        # Written before the page is drawn again, so that all of it shows the new scenario.
        st.form_submit_button(
            "Compute", key="budget:send", type="primary", on_click=_take, args=(budget,)
        )
    if budget.answer is not None:
        st.markdown("**Every range with its source**")
        show_table(
            list_assumption_rows(budget.answer.case), "budget_assumptions",
            "Every range of the case with its source",
        )  # fmt: skip


def _choose_programmes(budget: Budget) -> None:
    chosen = [each.key for each in budget.scenario.choices]
    names = {key: budget.base.grounds[key].kind.name for key in KEYS}
    st.session_state["budget:do"] = chosen
    st.multiselect(
        "Programmes, in the order in which they take customers", KEYS, key="budget:do",
        format_func=lambda key: names[key], placeholder="Choose one or more",
        on_change=_take_programmes, args=(budget.scenario,),
    )  # fmt: skip


def _take_programmes(scenario: Scenario) -> None:
    known = {each.key: each for each in scenario.choices}
    chosen = tuple(known.get(key, Choice(key)) for key in st.session_state["budget:do"])
    go_to(Scenario(chosen, scenario.budget, scenario.years, scenario.discount))


def _ask_case(budget: Budget, view: View) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        one, two = st.columns(2)
        one.number_input(
            f"Budget, {view.currency}", 0.0, key="budget:budget", format="%g",
            placeholder="sum of the costs",
        )  # fmt: skip
        two.number_input("Years", 1, MOST_YEARS, key="budget:years")
    with right:
        rate = float(str(view.settings["discount_rate_yearly"]))
        _ask_range(CASE, "discount", f"settings: {100 * rate:g}", view)


def _ask_programme(ground: Ground, view: View) -> None:
    key = ground.kind.key
    st.markdown(f"**{plain_markdown(ground.kind.name)}**")
    st.caption(plain_markdown(_describe_ground(ground)))
    left, right = st.columns(2, gap="medium")
    with left:
        _ask_range(key, "cost", "to be entered", view)
        _ask_range(key, "effect", _write_known(ground.evidence.effect, "effect"), view)
        st.number_input(
            "Customers reached", 0, 999_999_999, key=f"budget:{key}:reached",
            placeholder=f"all of the {ground.reachable:,} that it can reach",
        )  # fmt: skip
    with right:
        _ask_range(key, "margin", _write_known(ground.margin, "margin", view.currency), view)
        _ask_range(key, "persistence", _write_known(ground.persistence, "persistence"), view)


def _describe_ground(ground: Ground) -> str:
    effect = ground.evidence
    told = f"For {ground.kind.who}: {ground.pool:,} today. Effect in own data: {effect.verdict}"
    return f"{told}, {effect.told}." if effect.told else f"{told}."


def _ask_range(key: str, field: str, known: str, view: View) -> None:
    """Three numbers beneath one label, which says what stands in for them while they are empty."""
    label = LABELS[field].format(currency=view.currency)
    st.text(f"{label} ({known})")
    for column, end in zip(st.columns(3), ENDS, strict=True):
        column.number_input(
            f"{label}, {end}", key=_name(key, field, end), value=None, format="%g",
            placeholder=end, label_visibility="collapsed",
        )  # fmt: skip


def _write_known(known: Assumption | None, field: str, currency: str = "") -> str:
    return f"own data: {format_assumption(known, field, currency)}" if known else "to be entered"


def _seed(scenario: Scenario) -> None:
    """Put the address into the fields, once an address: later what was typed stands there."""
    address = str(write_scenario(scenario))
    is_new = st.session_state.get(SEEDED) != address
    st.session_state[SEEDED] = address
    for name, value in _list_fields(scenario).items():
        if is_new or name not in st.session_state:
            st.session_state[name] = value


def _list_fields(scenario: Scenario) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {
        "budget:budget": scenario.budget, "budget:years": scenario.years,
        **_list_ends(CASE, "discount", scenario.discount),
    }  # fmt: skip
    for each in scenario.choices:
        found[f"budget:{each.key}:reached"] = each.reached
        for field in ("cost", "effect", "margin", "persistence"):
            found |= _list_ends(each.key, field, getattr(each, field))
    return found


def _list_ends(key: str, field: str, given: Range | None) -> dict[str, float | None]:
    """A number alone stands in the middle."""
    scale = 100 if field in PERCENT else 1
    ends = {end: None if given is None else round(scale * getattr(given, end), 10) for end in ENDS}
    if given is not None and given.low == given.high:
        ends |= {"low": None, "high": None}
    return {_name(key, field, end): value for end, value in ends.items()}


def _take(budget: Budget) -> None:
    """The address of what was entered; what is wrong is said, and what was typed stays."""
    wrong: list[str] = []
    values = st.session_state
    choices = tuple(
        Choice(
            each.key,
            reached=values[f"budget:{each.key}:reached"],
            **{
                field: _read(each.key, field, budget.base.grounds, wrong)
                for field in ("cost", "effect", "margin", "persistence")
            },
        )
        for each in budget.scenario.choices
    )
    discount = _read(CASE, "discount", budget.base.grounds, wrong)
    if wrong:
        st.session_state[TOLD] = " ".join(wrong)
        return
    go_to(Scenario(choices, values["budget:budget"], int(values["budget:years"]), discount))


def _read(key: str, field: str, grounds: Mapping[str, Ground], wrong: list[str]) -> Range | None:
    """The range of three fields; None where all are empty, or with a sentence where they are none."""
    low, base, high = (st.session_state[_name(key, field, end)] for end in ENDS)
    if low is None and base is None and high is None:
        return None
    scale = 100 if field in PERCENT else 1
    if base is not None:
        found = [base if each is None else each for each in (low, base, high)]
        given = Range(*(each / scale for each in found))
        if read_range(write_range(given), field):
            return given
    name = "" if key == CASE else f" of {grounds[key].kind.name}"
    most = ", a share between 0 and 100 %" if scale == 100 and field != "effect" else ""
    wrong.append(
        f"Enter the {field}{name} as a base, or as low, base and high in this order{most}."
    )
    return None


def _name(key: str, field: str, end: str) -> str:
    return f"budget:{key}:{field}:{end}"
