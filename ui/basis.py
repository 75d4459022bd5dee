"""The words "inferred terms" on whatever rests on them."""

import streamlit as st

from metrics.basis import find_basis, reads_terms
from ui.cache import ask, read_metrics
from ui.filters import View


def read_basis(view: View) -> str | None:
    """INFERRED_TERMS where this build has inferred its terms."""
    return ask(view.warehouse, find_basis)


def basis_of(metric: str, view: View) -> str | None:
    """The same for one metric: None where it reads no terms."""
    return read_basis(view) if metric and reads_terms(read_metrics()[metric].tables) else None


def with_basis(title: str, basis: str | None) -> str:
    """'Churn (inferred terms)'."""
    return f"{title} ({basis})" if basis else title


def show_page_title(title: str, view: View) -> None:
    """The title of a page whose numbers all read terms; its downloads say on what they rest, too."""
    basis = read_basis(view)
    st.session_state.basis = basis
    st.subheader(with_basis(title, basis), anchor=False)
    if basis:
        st.caption(describe_inferred(view))


def describe_inferred(view: View) -> str:
    """What was inferred from what, and what it takes to see facts."""
    months = view.settings.get("assumed_term_months")
    return (
        "Terms are inferred: each won opportunity counts as a term of its contract's dates, or of"
        f" {months} months. With a table of subscriptions (or contracts) these numbers are facts."
    )
