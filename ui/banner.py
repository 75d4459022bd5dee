"""What a reader must know before any number: one line on every page, and its like beside the tiers."""

from collections.abc import Sequence

import streamlit as st

from ui.cache import read_checks
from ui.filters import View
from ui.links import HEALTH, show_link
from warehouse.gate.check import CheckResult, list_broken


def show_banner(view: View) -> None:
    """The worst remark of the build, and how many more there are; nothing where there is none."""
    broken = [each for each in list_broken(read_checks(view.warehouse)) if each.is_on_every_page]
    _show_line(broken)


def show_tier_remarks(view: View) -> None:
    """What makes the tiers implausible; nothing where nothing does."""
    broken = list_broken(read_checks(view.warehouse))
    _show_line([each for each in broken if each.beside == "tiers"])


def _show_line(broken: Sequence[CheckResult]) -> None:
    if not broken:
        return
    first = broken[0].examples[0]
    more = sum(each.rows for each in broken) - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge("Beware", icon=":material/warning:", color="orange")
        st.text(f"{first[:1].upper()}{first[1:]}.", width="content")
        rest = f"{more:,} more, and what to do" if more else "What to do"
        show_link(rest, HEALTH)
