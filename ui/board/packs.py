"""Which packs there are, and what the chosen one holds."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import streamlit as st

from analyses.board.document import Cell, Chart, Pack, Slide, Table, Today
from analyses.board.freeze import read_frozen, read_today
from analyses.board.headlines import NONE_NOTED
from analyses.board.writing import write_cell, write_time
from analyses.formats import name_unit
from analyses.number_text import NOTE, NumberText
from ledger.packs import PackRow, list_packs
from metrics.periods import format_date, label_period
from ui.address import choose
from ui.cache import remember
from ui.filters import View, plain_markdown
from ui.tables import show_table
from warehouse.errors import StandingError

# The key of the slide that a pack opens with.
HEADLINES = "headlines"
# Its columns that hold what people wrote.
WRITTEN = ("action", "decision asked")
SLIDE_COLUMNS = {
    "message": st.column_config.TextColumn(width=560),
}


def read_packs(view: View) -> Sequence[PackRow] | None:
    """All packs, the newest first; None where the ledger does not answer, which is said."""
    try:
        return list_packs(_folder(view))
    except StandingError as error:
        st.subheader("Board packs cannot be shown", anchor=False)
        st.text(str(error))
        return None


def choose_pack(
    packs: Sequence[PackRow], view: View, told: AbstractContextManager[Any] | None = None
) -> Pack | None:
    """The pack that the address names, the newest by default; None where it no longer is what was frozen.

    told: where to say that there is none of that name; above the choice by default.
    """
    rows = {row.name: row for row in packs}
    name = choose(
        st.selectbox, "Pack", list(rows), "pack", packs[0].name, told, width=420,
        format_func=lambda each: f"{each}: {rows[each].title}",
    )  # fmt: skip
    row = rows[name or packs[0].name]
    folder = _folder(view)
    try:
        # A pack never changes, so to read it once is enough.
        return remember(view.warehouse, read_frozen, row, folder, row.name)
    except StandingError as error:
        st.error(plain_markdown(str(error)))
        return None


def show_heading(pack: Pack | None, today: Today | None) -> None:
    """Whether what was told still is what would be told, as a message."""
    if pack is None:
        st.subheader("No board pack is shown", anchor=False)
        return
    now = f": {today.slide.title[:1].lower()}{today.slide.title[1:]}" if today else ""
    st.subheader(plain_markdown(f"{pack.title}{now}"), anchor=False)
    st.text(
        f"{pack.quarter}: {len(pack.slides)} slides and {len(pack.numbers):,} numbers as of"
        f" {format_date(pack.as_of)}, frozen {write_time(pack.frozen_at)} by {pack.frozen_by} from build"
        f" {pack.build_id}. Whatever becomes known later, these stay as they are."
    )


def show_slides(pack: Pack) -> None:
    """One slide with its numbers and what they mean, the headline numbers first; and the message of each."""
    slides = {each.key: each for each in pack.slides}
    keys = list(slides)
    first = HEADLINES if HEADLINES in slides else keys[0]
    key = choose(
        st.selectbox, "Slide", keys, "slide", first, width=640,
        format_func=lambda each: slides[each].title,
    )  # fmt: skip
    slide = slides[key or first]
    st.markdown(f"**{plain_markdown(slide.title)}**")
    st.text("\n".join(line for line in (slide.subtitle, *slide.lines) if line))
    if slide.chart:
        show_cells(_to_table(slide, slide.chart), pack.currency)
    if slide.table:
        if slide.key == HEADLINES:
            _tell_written(slide.table)
        show_cells(slide.table, pack.currency)
    if slide.notes:
        with st.expander("What these numbers mean"):
            st.text("\n\n".join(slide.notes))
    st.markdown("**What it holds**")
    show_table([_to_row(each) for each in pack.slides], "slides",
               "The slides of the pack, each with its message", SLIDE_COLUMNS)  # fmt: skip


def _tell_written(table: Table) -> None:
    """What people wrote beside the headline numbers in full: the columns of it begin past a laptop's screen."""
    told = [
        f"{row[0].value}, {heading}: {cell.value}"
        for row in table.rows
        for heading, cell in zip(table.headings, row, strict=True)
        if heading in WRITTEN and cell.value not in (None, NONE_NOTED)
    ]
    if told:
        st.text("\n".join(told))


def _to_table(slide: Slide, chart: Chart) -> Table:
    """What a chart shows: a row a category, a column a series; what only lifts a column is no number."""
    return Table(
        slide.key,
        chart.alt,
        ("category", *(each.name for each in chart.shown)),
        tuple(
            (Cell(category), *(each.cells[place] for each in chart.shown))
            for place, category in enumerate(chart.categories)
        ),
    )


def find_today(pack: Pack | None, view: View) -> Today | None:
    """What its numbers would be on the build that is published; None where nobody can tell."""
    if pack is None:
        return None
    folder = _folder(view)
    try:
        return remember(view.warehouse, read_today, (pack.name, pack.frozen_at), folder, pack)
    except StandingError:
        return None


def show_today(pack: Pack, today: Today | None) -> None:
    """Those that differ, each beside what the pack has, and why."""
    if today is None:
        return
    st.markdown("**What these numbers would be now**")
    st.text("\n".join((today.slide.subtitle, *today.slide.lines)))
    if today.slide.table:
        show_cells(today.slide.table, pack.currency)


def show_cells(table: Table, currency: str) -> None:
    """A table of a pack; its download has the numbers in full digits."""
    rows = [
        {
            heading: _to_shown(cell, currency)
            for heading, cell in zip(table.headings, row, strict=True)
        }
        for row in table.rows
    ]
    show_table(rows, f"pack_{table.name}", table.title)


def show_list(packs: Sequence[PackRow], view: View) -> None:
    """All packs."""
    st.markdown("**All packs**")
    rows = [
        {
            "pack": row.name,
            "title": row.title,
            "quarter": label_period("quarter", row.quarter_start, view.first_month),
            "frozen_at": f"{row.frozen_at:%Y-%m-%d %H:%M} UTC",
            "by": row.frozen_by,
            "build": row.build_id,
        }
        for row in packs
    ]
    show_table(rows, "packs", "Board packs, the newest first")


def _to_row(slide: Slide) -> dict[str, object]:
    """Without a number: a file has one more for a slide that goes on."""
    return {
        "message": slide.title,
        "about": slide.subtitle,
        "part": "appendix" if slide.is_appendix else "",
    }


def _to_shown(cell: Cell, currency: str) -> str:
    """As write_cell does, with the number itself for the download; nothing where a chart has no mark."""
    if cell.value is None and not cell.reason:
        return ""
    if cell.number is not None:
        text, unit = write_cell(cell, currency), name_unit(cell.unit, currency)
        return NumberText(
            text, unit, value=cell.number, **({NOTE: cell.remark} if cell.remark else {})
        )
    return write_cell(cell, currency)


def _folder(view: View) -> Path:
    return view.warehouse.path.parent
