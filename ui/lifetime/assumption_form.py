"""The form that changes the assumptions: it writes settings.toml and builds the kept loads again."""

from dataclasses import fields

import streamlit as st

from analyses.lifetime.assumptions import NOW, TIMINGS
from ledger.builds import read_settings
from ledger.freeze import freeze
from ui.cache import ask, find_folder, read_rows
from ui.filters import View, plain_markdown
from warehouse.build import build
from warehouse.change_settings import Change, change_settings, is_writable
from warehouse.errors import CheckFailed, StandingError
from warehouse.publish import published_build_id
from warehouse.settings import SETTINGS_FILE, Settings, load_settings

MOST_SEGMENTS = 12
SEGMENTS = "select distinct segment from slices where segment is not null order by segment"
TOLD = "assumptions:told"


def show_form(view: View) -> None:
    """The assumptions of settings.toml, to be changed here or, where it cannot be written, there."""
    if told := st.session_state.pop(TOLD, None):
        st.success(plain_markdown(told))
    try:
        now = load_settings()
    except StandingError as error:
        st.error(plain_markdown(str(error)))
        return
    if differing := _list_differing(now, view):
        st.info(plain_markdown(
            f"This build was made with other settings than settings.toml has now ({differing}): "
            "the next build takes those of the file."
        ))  # fmt: skip
    if not is_writable():
        st.text(
            f"To change them, edit {SETTINGS_FILE}, which cannot be written from here, and build again."
        )
        return
    with (
        st.expander("Change the assumptions and build again"),
        st.form("assumptions:form", enter_to_submit=False),
    ):
        changes = _ask(now, view)
        st.text(
            "Saved in settings.toml. Lifetime values that were reported before are then restated, with the cause "
            "definition change: settings are part of a definition."
        )
        is_sent = st.form_submit_button("Save and build again", key="assumptions:save")
    if is_sent:
        _save_and_build(changes)


def _ask(now: Settings, view: View) -> dict[str, Change]:
    """The fields of the form, and what stands in them."""
    left, right = st.columns(2, gap="medium")
    with left:
        margin = _ask_percent("Gross margin, %", now.gross_margin, "margin")
        discount = _ask_percent("Discount rate, % a year", now.discount_rate_yearly, "discount")
        horizon = st.number_input(
            "Horizon, months", 1, 600, now.ltv_horizon_months, key="assumptions:horizon"
        )
        timings = list(TIMINGS)
        timing = st.radio(
            "When the margin of a month counts, in projected value", timings,
            index=timings.index(now.ltv_timing), captions=list(TIMINGS.values()),
            key="assumptions:timing",
        )  # fmt: skip
        after_cac = st.checkbox(
            "Show projected value less acquisition cost", now.ltv_after_cac, key="assumptions:cac"
        )
    with right:
        by_segment = _ask_segments(now, view)
    return {
        "gross_margin": _to_share(margin),
        "gross_margin_by_segment": by_segment,
        "discount_rate_yearly": _to_share(discount),
        "ltv_horizon_months": int(horizon),
        "ltv_timing": timing or NOW,
        "ltv_after_cac": after_cac,
    }


def _ask_segments(now: Settings, view: View) -> dict[str, float]:
    """The margin of each segment, empty for the general one; of very many only the file tells."""
    segments = [str(row["segment"]) for row in read_rows(view.warehouse, SEGMENTS)]
    own = now.gross_margin_by_segment
    if not segments or len(segments) > MOST_SEGMENTS:
        st.text("Gross margin by segment: in settings.toml (gross_margin_by_segment).")
        return own
    found = {name: share for name, share in own.items() if name not in segments}
    st.text("Gross margin of a segment, %; empty: the general one")
    for name in segments:
        share = own.get(name)
        given = st.number_input(
            plain_markdown(name), 0.0, 100.0, None if share is None else _to_percent(share),
            placeholder="general", format="%g", key=f"assumptions:segment:{name}",
        )  # fmt: skip
        if given is not None:
            found[name] = _to_share(given)
    return dict(sorted(found.items()))


def _ask_percent(label: str, share: float, key: str) -> float:
    return st.number_input(
        label, 0.0, 100.0, _to_percent(share), key=f"assumptions:{key}", format="%g"
    )


def _to_percent(share: float) -> float:
    return round(100 * share, 6)


def _to_share(percent: float) -> float:
    return round(percent / 100, 8)


def _save_and_build(changes: dict[str, Change]) -> None:
    """Write the file, build the newest loads again and freeze; what was wrong is said, and nothing lost."""
    warehouse = find_folder()
    try:
        settings = change_settings(changes)
        with st.status("Building", expanded=False) as status:

            def progress(message: str) -> None:
                status.update(label=plain_markdown(message))

            missed = published_build_id(warehouse)
            build(None, warehouse, settings, None, progress)
            frozen = freeze(warehouse, progress, missed=missed)
    except (StandingError, CheckFailed) as error:
        st.error(plain_markdown(str(error)))
        return
    st.session_state[TOLD] = (
        f"Built again with these assumptions; {frozen.restatements:,} reported numbers are restated."
    )
    # So that every number on the page is that of the new build.
    st.rerun()


def _list_differing(now: Settings, view: View) -> str:
    """Which settings of the file are not those of the build."""
    built = ask(view.warehouse, read_settings)
    names = [each.name for each in fields(Settings)]
    return ", ".join(name for name in names if getattr(built, name) != getattr(now, name))
