"""The texts of a slide without what a file of Office cannot hold, wherever people may have written them."""

import re
from dataclasses import replace

from analyses.board.document import Cell, Chart, Slide, Table

# Control characters, halves of surrogate pairs and what is no character at all: XML 1.0, section 2.2.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """A text with a space for each character that XML cannot hold."""
    return _NOT_TEXT.sub(" ", text)


def tidy(slide: Slide) -> Slide:
    """The slide with all of its texts clean, and without a chart of nothing, which no file can hold."""
    return replace(
        slide,
        title=clean(slide.title),
        subtitle=clean(slide.subtitle),
        lines=tuple(map(clean, slide.lines)),
        notes=tuple(map(clean, slide.notes)),
        chart=_tidy_chart(slide.chart) if slide.chart and slide.chart.categories else None,
        table=_tidy_table(slide.table) if slide.table else None,
    )


def _tidy_chart(chart: Chart) -> Chart:
    return replace(
        chart,
        alt=clean(chart.alt),
        categories=tuple(map(clean, chart.categories)),
        series=tuple(replace(each, name=clean(each.name)) for each in chart.series),
    )


def _tidy_table(table: Table) -> Table:
    return replace(
        table,
        title=clean(table.title),
        headings=tuple(map(clean, table.headings)),
        rows=tuple(tuple(map(_tidy_cell, row)) for row in table.rows),
    )


def _tidy_cell(cell: Cell) -> Cell:
    reason = clean(cell.reason) if cell.reason else cell.reason
    return replace(
        cell, reason=reason, value=clean(cell.value) if isinstance(cell.value, str) else cell.value
    )
