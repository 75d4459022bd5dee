"""The texts of a slide without what a file of Office cannot hold, wherever people may have written them."""

from dataclasses import replace

from analyses.board.document import Cell, Chart, Slide, Table
from exports.xml import to_xml_text


def tidy(slide: Slide) -> Slide:
    """The slide with all of its texts clean, and without a chart of nothing, which no file can hold."""
    return replace(
        slide,
        title=to_xml_text(slide.title),
        subtitle=to_xml_text(slide.subtitle),
        lines=tuple(map(to_xml_text, slide.lines)),
        notes=tuple(map(to_xml_text, slide.notes)),
        chart=_tidy_chart(slide.chart) if slide.chart and slide.chart.categories else None,
        table=_tidy_table(slide.table) if slide.table else None,
    )


def _tidy_chart(chart: Chart) -> Chart:
    return replace(
        chart,
        alt=to_xml_text(chart.alt),
        categories=tuple(map(to_xml_text, chart.categories)),
        series=tuple(replace(each, name=to_xml_text(each.name)) for each in chart.series),
    )


def _tidy_table(table: Table) -> Table:
    return replace(
        table,
        title=to_xml_text(table.title),
        headings=tuple(map(to_xml_text, table.headings)),
        rows=tuple(tuple(map(_tidy_cell, row)) for row in table.rows),
    )


def _tidy_cell(cell: Cell) -> Cell:
    reason = to_xml_text(cell.reason) if cell.reason else cell.reason
    return replace(
        cell,
        reason=reason,
        value=to_xml_text(cell.value) if isinstance(cell.value, str) else cell.value,
    )
