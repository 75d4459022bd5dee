"""The page of one drill: which rows, of which period; all of it in the address."""

import streamlit as st

from metrics.customers import TIERS
from metrics.drills import Drill
from ui.drill import read_drills, read_span, show_drill
from ui.filters import View, describe_period, describe_scope, period_of, tell_unknown, to_words

CHOICES = {
    "tier": TIERS,
    "from_state": (*TIERS, "new", "reactivated"),
    "to_state": (*TIERS, "churned"),
    "kind": ("new", "reactivation", "expansion", "contraction", "churned"),
}
LABELS = {"tier": "Tier", "from_state": "From", "to_state": "To", "kind": "Kind of movement"}


def choose_drill(view: View) -> Drill | None:
    """The drill of the address, or the one that is chosen here."""
    drills = read_drills()
    tell_unknown("behind", [to_words(each) for each in drills])
    name = st.selectbox(
        "Rows", list(drills), index=None, key="behind", bind="query-params",
        format_func=to_words, placeholder="Choose what to list",
    )  # fmt: skip
    return drills[name] if name else None


@st.fragment
def show_behind(view: View, drill: Drill) -> None:
    """The rows of the period, for what is chosen."""
    period = period_of(view)
    if period is None:
        st.caption("The data has no period of this grain that is over.")
        return
    chosen: dict[str, str] = {}
    with st.container(horizontal=True):
        for name in drill.chosen:
            tell_unknown(name, [to_words(each) for each in CHOICES[name]])
            value = st.selectbox(
                LABELS[name], CHOICES[name], key=name, bind="query-params",
                format_func=to_words,
            )  # fmt: skip
            chosen[name] = value or CHOICES[name][0]
    st.text(f"{describe_period(view, period)}. {describe_scope(view)}.")
    show_drill(view, drill.id, f"rows_{drill.id}", read_span(view, period), view.scope, **chosen)
