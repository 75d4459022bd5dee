"""The page of one drill: which rows, of which period; all of it in the address."""

import streamlit as st

from metrics.customers import TIERS
from metrics.drills import Drill
from ui.address import choose, write_text
from ui.drill import STATES, read_drills, read_span, show_drill
from ui.filters import View, describe_period, describe_scope, period_of, to_words

CHOICES = {
    "tier": (*TIERS, "none"),
    "from_state": (*TIERS, "new", "reactivated"),
    "to_state": (*TIERS, "churned"),
    "kind": ("new", "reactivation", "expansion", "contraction", "churned"),
    "help": ("aided", "unaided"),
    "ahead": ("cancelled", "renewal_due", "other"),
    "within_days": ("30", "90", "180", "365"),
    "purpose": ("acquisition", "retention", "advocacy", "service"),
}
LABELS = {
    "tier": "Tier",
    "from_state": "From",
    "to_state": "To",
    "kind": "Kind of movement",
    "stage": "Stage",
    "cohort": "Cohort",
    "reason": "Reason",
    "help": "A customer's help",
    "ahead": "Ahead in 13 weeks",
    "within_days": "Won within days",
}


def choose_drill(view: View) -> Drill | None:
    """The drill of the address, or the one that is chosen here."""
    drills = read_drills()
    name = choose(
        st.selectbox, "Rows", list(drills), "behind",
        format_func=lambda each: drills[each].label, placeholder="Choose what to list",
    )  # fmt: skip
    if not name:
        st.caption(
            "The rows that a number adds up from: choose them here, or come by a number's Details on any page."
        )
    return drills[name] if name else None


@st.fragment
def show_behind(view: View, drill: Drill) -> None:
    """The rows of the period, for what is chosen."""
    period = period_of(view)
    if period is None:
        st.caption("The data has no period of this grain that is over.")
        return
    st.text(f"{describe_period(view, period)}. {describe_scope(view)}.")
    with st.container(horizontal=True):
        chosen = {name: _choose(name) for name in drill.chosen}
    narrowed = {name: value for name, value in chosen.items() if value}
    show_drill(view, drill.id, f"rows_{drill.id}", read_span(view, period), view.scope, **narrowed)


def _choose(name: str) -> str | None:
    """One thing by which rows can be narrowed; None is all. What has no fixed values is typed."""
    label = LABELS.get(name, to_words(name).capitalize())
    if name not in CHOICES:
        return write_text(label, name, placeholder="All")
    return choose(st.selectbox, label, CHOICES[name], name, format_func=_label, placeholder="All")


def _label(value: str) -> str:
    return STATES.get(value) or value.capitalize()
