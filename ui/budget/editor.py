"""The form that changes a scenario: programmes, costs and ranges. What is left empty is taken from own data."""

import streamlit as st

from analyses.budget.grounds import Ground
from analyses.budget.programmes import KEYS
from analyses.budget.scenario import MOST_YEARS, Choice, Scenario, write_scenario
from analyses.budget.tables import format_assumption, list_assumption_rows
from ui.budget.chosen import Budget, go_to, redraw_if_changed
from ui.budget.fields import CASE, ENDS, list_fields, name_field, read_fields
from ui.filters import View, plain_markdown
from ui.tables import show_table

LABELS = {
    "cost": "Cost, {currency}",
    "effect": "Effect: of those reached, kept who would have left, %",
    "margin": "Margin of one a year, {currency}",
    "persistence": "Persistence: of the effect, lasts a further year, %",
    "discount": "Discount rate a year, %",
}
TO_BE_ENTERED = "to be entered"
TOLD, SEEDED = "budget:told", "budget:seeded"
HELP = (
    "A base alone is one number; low and high make it a range. What is left empty is taken from own data, as "
    "the words in brackets say; a cost, and an effect that was never measured, must be entered."
)


def show_editor(budget: Budget, view: View) -> None:
    """The programmes, the form of their ranges, and all ranges with their sources."""
    redraw_if_changed(budget)
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
        st.form_submit_button("Compute", key="budget:send", on_click=_take, args=(budget,))
    if budget.answer is not None:
        st.markdown("**Every range with its source**")
        show_table(
            list_assumption_rows(budget.answer.case), "budget_assumptions",
            "Every range of the case with its source",
        )  # fmt: skip


def _choose_programmes(budget: Budget) -> None:
    names = {key: budget.base.grounds[key].kind.name for key in KEYS}
    st.session_state["budget:do"] = [each.key for each in budget.scenario.choices]
    # No multiselect: what is chosen in one is white on the pale blue of the dark theme.
    st.pills(
        "Programmes: the one chosen first takes its customers first", KEYS, key="budget:do",
        selection_mode="multi", format_func=lambda key: names[key],
        on_change=_take_programmes, args=(budget.scenario,),
    )  # fmt: skip


def _take_programmes(scenario: Scenario) -> None:
    known = {each.key: each for each in scenario.choices}
    chosen = st.session_state["budget:do"]
    order = [*(key for key in known if key in chosen), *(key for key in chosen if key not in known)]
    choices = tuple(known.get(key, Choice(key)) for key in order)
    go_to(Scenario(choices, scenario.budget, scenario.years, scenario.discount))


def _ask_case(budget: Budget, view: View) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        one, two = st.columns(2)
        _ask(one, f"Budget, {view.currency}", name_field(CASE, "budget"), "sum of the costs")
        years = name_field(CASE, "years")
        two.selectbox("Years", range(1, MOST_YEARS + 1), key=years)
    with right:
        _ask_range(CASE, "discount", f"settings: {100 * budget.base.discount:g}", view)


def _ask_programme(ground: Ground, view: View) -> None:
    key = ground.kind.key
    known = {"effect": ground.evidence.effect, "margin": ground.margin, "persistence": ground.persistence}  # fmt: skip
    told = {"cost": TO_BE_ENTERED}
    for field, found in known.items():
        words = found and format_assumption(found, field, view.currency)
        told[field] = f"{found.kind}: {words}" if found else TO_BE_ENTERED
    st.markdown(f"**{plain_markdown(ground.kind.name)}**")
    st.caption(plain_markdown(_describe_ground(ground)))
    left, right = st.columns(2, gap="medium")
    with left:
        _ask_range(key, "cost", told["cost"], view)
        _ask_range(key, "effect", told["effect"], view)
        most = f"all of the {ground.reachable:,} that it can reach"
        _ask(st, "Customers reached", name_field(key, "reached"), most)
    with right:
        _ask_range(key, "margin", told["margin"], view)
        _ask_range(key, "persistence", told["persistence"], view)


def _describe_ground(ground: Ground) -> str:
    effect = ground.evidence
    told = f"For {ground.kind.who}: {ground.pool:,} today. Effect in own data: {effect.verdict}"
    return f"{told}, {effect.told}." if effect.told else f"{told}."


def _ask_range(key: str, field: str, known: str, view: View) -> None:
    """Three numbers beneath one label, which says what stands in for them while they are empty."""
    label = LABELS[field].format(currency=view.currency)
    st.text(f"{label} ({known})")
    for column, end in zip(st.columns(3), ENDS, strict=True):
        _ask(column, f"{label}, {end}", name_field(key, field, end), end, "collapsed")


def _ask(place: object, label: str, key: str, known: str, visibility: str = "visible") -> None:
    """A field of text: the steps of Streamlit's field of a number cannot be reached by keyboard."""
    place.text_input(  # type: ignore[attr-defined]
        label, key=key, placeholder=known, max_chars=20, label_visibility=visibility
    )


def _seed(scenario: Scenario) -> None:
    """Put the address into the fields, once an address: later what was typed stands there."""
    address = str(write_scenario(scenario))
    is_new = st.session_state.get(SEEDED) != address
    st.session_state[SEEDED] = address
    for name, value in list_fields(scenario).items():
        if is_new or name not in st.session_state:
            st.session_state[name] = value


def _take(budget: Budget) -> None:
    """The address of what was entered; what is wrong is said, and what was typed stays."""
    names = {key: each.kind.name for key, each in budget.base.grounds.items()}
    keys = [each.key for each in budget.scenario.choices]
    found, wrong = read_fields(
        {str(key): each for key, each in st.session_state.items()}, keys, names
    )
    if found is None:
        st.session_state[TOLD] = " ".join(wrong)
    else:
        go_to(found)
