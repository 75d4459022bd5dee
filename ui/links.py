"""Links that keep the view: the week, the grain and the scope travel in the address."""

from datetime import date

import streamlit as st

from ui.filters import View, default_week

ACCOUNT = "pages/customers/account.py"
LIST = "pages/customers/list.py"

Params = dict[str, str | list[str]]


def page_params(view: View, **extra: str | date | None) -> Params:
    """The query parameters of a link: what differs from the defaults, and what the page asks for."""
    params: Params = {name: list(values) for name, values in view.chosen.items()}
    default = default_week(view.warehouse)
    if view.week is not None and (default is None or view.week.start != default.start):
        params["week"] = view.week.start.isoformat()
    if view.grain != "week":
        params["grain"] = view.grain
    return params | {name: str(value) for name, value in extra.items() if value is not None}


def show_link(label: str, page: str, view: View, **extra: str | date | None) -> None:
    """A link to a page of the dashboard with the same view."""
    st.page_link(page, label=label, query_params=page_params(view, **extra))


def open_page(page: str, view: View, **extra: str | date | None) -> None:
    """Go to a page with the same view; nothing after this call is run."""
    st.switch_page(page, query_params=page_params(view, **extra))
