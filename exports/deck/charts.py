"""Native charts, which PowerPoint edits: columns, stacked columns (a bridge stands on a hidden one), lines, bars."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_PATTERN_TYPE, MSO_THEME_COLOR
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from analyses.board.document import Chart, Series
from exports.deck.labels import LABEL, is_silent, label_columns, label_line
from exports.deck.sheets import (
    chart_values,
    find_spread,
    number_format,
    spread_of,
    to_sheet,
)
from exports.deck.template import EMU, Box, Frame
from exports.deck.text import paint, rgb
from exports.deck.xml import parse_element

KINDS = {
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
}
MEANT = ("good", "bad")
# Themes of several series that are nothing in particular, the most important first.
ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_3, MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5, MSO_THEME_COLOR.ACCENT_6,
)  # fmt: skip


def add_chart(
    frame: Frame, slide: Any, box: Box, chart: Chart, name: str, frozen_at: datetime
) -> None:
    """Draw a chart in a box; its sheet holds the numbers in full, intervals included."""
    data: Any = CategoryChartData(number_format=number_format(chart.unit, chart_values(chart)))
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    shape = slide.shapes.add_chart(
        KINDS[chart.kind], box.left, box.top, box.width, box.height, data
    )
    shape.name = name
    describe(shape, chart.alt)
    drawn = shape.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(to_sheet(chart, frozen_at))
    drawn.font.size = Pt(LABEL)
    paint(frame, drawn.font.color, "ink")
    drawn.has_title = False
    _dress_axes(frame, drawn, chart)
    _dress_plot(drawn, chart)
    for index, (series, made) in enumerate(zip(chart.series, drawn.plots[0].series, strict=True)):
        _dress_series(frame, chart, series, made, index, box.height / EMU)
        _add_interval(frame, chart, series, made, index)
    _add_legend(drawn, chart)


def describe(shape: Any, alt: str) -> None:
    """The words for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)


def _dress_axes(frame: Frame, drawn: Any, chart: Chart) -> None:
    across, up = drawn.category_axis, drawn.value_axis
    across.has_major_gridlines = False
    across.major_tick_mark = XL_TICK_MARK.NONE
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _draw_line(frame, across.format.line, 1)
    if chart.kind == "bars":
        across.reverse_order = True
    is_line = chart.kind == "lines"
    up.has_major_gridlines = is_line
    if is_line:
        _draw_line(frame, up.major_gridlines.format.line, 0.5)
    up.major_tick_mark = XL_TICK_MARK.NONE
    up.format.line.fill.background()
    up.tick_labels.number_format = number_format(chart.unit, chart_values(chart))
    up.tick_labels.number_format_is_linked = False
    up.visible = is_line
    if not is_line and all(each is None or each >= 0 for each in chart_values(chart)):
        up.minimum_scale = chart.floor or 0
    _make_room(up, chart)


def _make_room(up: Any, chart: Chart) -> None:
    """Up to where the highest interval ends, and for the numbers beside bars that go both ways: an axis that
    sets itself looks at the values alone."""
    values = [each for each in chart_values(chart) if each is not None]
    bounds = [each for series in chart.series for each in series.high if each is not None]
    if bounds:
        up.maximum_scale = 1.05 * max(bounds + values)
    elif _goes_both_ways(chart):
        furthest = max(abs(each) for each in values)
        up.minimum_scale, up.maximum_scale = -1.25 * furthest, 1.25 * furthest


def _goes_both_ways(chart: Chart) -> bool:
    """A tornado: what is low on one side of 0, what is high on the other."""
    return chart.kind == "bars" and any(
        each is not None and each < 0 for each in chart_values(chart)
    )


def _draw_line(frame: Frame, line: Any, width: float) -> None:
    line.width = Pt(width)
    line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    line.color.brightness = -0.5 if frame.is_dark else 0.8


def _dress_plot(drawn: Any, chart: Chart) -> None:
    plot = drawn.plots[0]
    plot.vary_by_categories = False
    if chart.kind in ("columns", "bars"):
        plot.gap_width = 60
        plot.overlap = 100 if _goes_both_ways(chart) else -5
    elif chart.kind == "stacked":
        plot.gap_width = 45
        plot.overlap = 100


def _dress_series(
    frame: Frame, chart: Chart, series: Series, made: Any, index: int, height: float
) -> None:
    if series.role == "hidden":
        made.format.fill.background()
        made.format.line.fill.background()
        return
    if chart.kind == "lines":
        _dress_line(frame, chart, series, made, index)
        return
    made.invert_if_negative = False
    fill = made.format.fill
    if series.role == "target":
        fill.background()
        made.format.line.width = Pt(1.5)
        made.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    elif series.role == "forecast" or is_silent(frame, chart, series):
        fill.patterned()
        fill.pattern = MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL
        fill.back_color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        if series.role == "forecast":
            fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
        else:
            fill.fore_color.rgb = rgb(frame.palette.prior)
    else:
        fill.solid()
        _color(frame, fill.fore_color, chart, series, index)
    label_columns(frame, chart, series, made, height)


def _color(frame: Frame, color: Any, chart: Chart, series: Series, index: int) -> None:
    """Tiers, good and bad have one colour everywhere; the others are the theme's."""
    if series.role in MEANT:
        color.rgb = rgb(getattr(frame.palette, series.role))
    elif series.role in frame.palette.tiers:
        color.rgb = rgb(frame.palette.tiers[series.role])
    elif series.role == "prior":
        color.theme_color = MSO_THEME_COLOR.ACCENT_1
        color.brightness = 0.6
    else:
        alike = [each.role for each in chart.series[:index]].count(series.role)
        color.theme_color = ACCENTS[alike % len(ACCENTS)]


def _dress_line(frame: Frame, chart: Chart, series: Series, made: Any, index: int) -> None:
    made.smooth = False
    line = made.format.line
    is_plan = series.role in ("target", "forecast")
    line.width = Pt(1.5 if series.role in ("prior", "target") else 2.5)
    if series.role == "target":
        line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    else:
        _color(frame, line.color, chart, series, index)
    if is_plan:
        line.dash_style = MSO_LINE_DASH_STYLE.DASH
    marker = made.marker
    marker.style = XL_MARKER_STYLE.NONE if is_plan else XL_MARKER_STYLE.CIRCLE
    if not is_plan:
        marker.size = 7
        marker.format.fill.solid()
        _color(frame, marker.format.fill.fore_color, chart, series, index)
        marker.format.line.fill.background()
    label_line(frame, chart, series, made)


def _add_interval(frame: Frame, chart: Chart, series: Series, made: Any, index: int) -> None:
    """Error bars from the interval's columns in the sheet (python-pptx has none)."""
    spread = spread_of(series)
    if not spread or series.role == "hidden":
        return
    below, above = find_spread(chart, index)
    direction = "" if chart.kind in ("bars", "columns") else '<c:errDir val="y"/>'
    bars = parse_element(
        f'<c:errBars {nsdecls("c", "a")}>{direction}<c:errBarType val="both"/>'
        '<c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_refer(above, [each for _, each in spread])}</c:plus>"
        f"<c:minus>{_refer(below, [each for each, _ in spread])}</c:minus>"
        '<c:spPr><a:ln w="15875"><a:solidFill><a:schemeClr val="tx1">'
        f"{_soften(frame)}</a:schemeClr></a:solidFill></a:ln></c:spPr></c:errBars>"
    )
    before = made._element.find(qn("c:cat"))
    before.addprevious(bars)


def _soften(frame: Frame) -> str:
    if frame.is_dark:
        return '<a:lumMod val="60000"/>'
    return '<a:lumMod val="50000"/><a:lumOff val="50000"/>'


def _refer(cells: str, values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return (
        f"<c:numRef><c:f>{cells}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>'
    )


def _add_legend(drawn: Any, chart: Chart) -> None:
    """Where several series have names; a bridge is named by its categories."""
    if len(chart.shown) < 2 or chart.is_bridge:
        drawn.has_legend = False
        return
    drawn.has_legend = True
    drawn.legend.include_in_layout = False
    drawn.legend.position = (
        XL_LEGEND_POSITION.RIGHT if chart.kind == "stacked" else XL_LEGEND_POSITION.TOP
    )
    drawn.legend.font.size = Pt(LABEL)
