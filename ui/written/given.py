"""The name of who writes: there is no sign-in, so it is asked for, once a session."""

import streamlit as st

from ledger.given import LONGEST_NAME

NAME = "written:name"


def ask_name(key: str) -> str:
    """A field for the name, filled with the one given last; what stands in it, trimmed."""
    known = st.session_state.get(NAME, "")
    given = st.text_input("Your name", known, max_chars=LONGEST_NAME, key=key) or ""
    return take_name(given)


def take_name(given: str) -> str:
    """Keep a name for the next field that asks."""
    name = given.strip()
    if name:
        st.session_state[NAME] = name
    return name
