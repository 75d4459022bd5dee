"""The numbers on a chart: each stands where it is read, and follows its cell in the chart's sheet."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LABEL_POSITION
from pptx.oxml.ns import qn
from pptx.util import Pt

from analyses.board.document import Chart, Series
from exports.deck.sheets import chart_values, number_format, spread_of
from exports.deck.template import Frame
from exports.deck.text import paint
from exports.deck.xml import parse_element

# Height of a number in a part of a column, in sizes of the font and as a share of the chart's; where it can
# stand above as well, it has more room.
NUMBER, WITH_ROOM = 1.15, 1.5
LABEL, IN_PART = 12, 10
CROWD = 14  # more numbers than that stand too close for the larger size
# Or LibreOffice draws a line from a number that was moved to its part.
NO_LINES = (
    '<c:extLst xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"'
    ' xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
DARK, LIGHT = RGBColor(0x1B, 0x27, 0x33), RGBColor(0xFF, 0xFF, 0xFF)


def is_silent(frame: Frame, chart: Chart, series: Series) -> bool:
    """Among tiers, what is no tier has no evidence: hatched, as on the pages."""
    return series.role == "prior" and any(each.role in frame.palette.tiers for each in chart.series)


def format_of(chart: Chart, series: Series) -> str:
    """The number format of a series; a bridge's steps have a scale of their own, and a sign."""
    if not chart.is_bridge or series.role not in ("good", "bad"):
        return number_format(chart.unit, chart_values(chart))
    steps = [
        value for each in chart.series if each.role in ("good", "bad") for value in each.values
    ]
    return number_format(chart.unit, steps, "+" if series.role == "good" else "-")


def label_columns(frame: Frame, chart: Chart, series: Series, made: Any, height: float) -> None:
    """A number on each column, or in each part of one. height: of the chart, in points."""
    labels = made.data_labels
    labels.show_value = True
    labels.number_format = format_of(chart, series)
    labels.number_format_is_linked = False
    labels.font.size = Pt(LABEL if len(chart_values(chart)) <= CROWD else IN_PART)
    labels.font.bold = True
    if chart.kind == "stacked":
        labels.font.size = Pt(LABEL if chart.is_bridge else IN_PART)
        labels.position = XL_LABEL_POSITION.CENTER
        labels.font.color.rgb = _ink_on(frame, chart, series)
        _settle_small(frame, chart, series, made, height)
        labels._element.append(parse_element(NO_LINES))
        return
    paint(frame, labels.font.color, "ink")
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    if spread_of(series):
        labels.position = XL_LABEL_POSITION.INSIDE_BASE
        _label_inside(frame, series, made)


def _label_inside(frame: Frame, series: Series, made: Any) -> None:
    """At the foot of the column, where no interval crosses it; outside where the column is too low to hold it."""
    made.data_labels.font.color.rgb = DARK if frame.is_dark else LIGHT
    bounds = [each for each in (*series.high, *series.values) if each is not None]
    for place, value in enumerate(series.values):
        if value is not None and value < 0.12 * max(bounds):
            label = _emphasise(frame, made, place)
            label.position = XL_LABEL_POSITION.OUTSIDE_END


def _emphasise(frame: Frame, made: Any, place: int) -> Any:
    """The label of one point, in the theme's ink."""
    label = made.points[place].data_label
    label.font.size, label.font.bold = made.data_labels.font.size or Pt(LABEL), True
    paint(frame, label.font.color, "ink")
    return label


def _ink_on(frame: Frame, chart: Chart, series: Series) -> RGBColor:
    """White or dark, whichever is read on the colour of the series."""
    if is_silent(frame, chart, series):
        return LIGHT if frame.is_dark else DARK
    color = frame.palette.tiers.get(series.role) or getattr(frame.palette, series.role, "#22384D")
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return DARK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140 else LIGHT


def _settle_small(frame: Frame, chart: Chart, series: Series, made: Any, height: float) -> None:
    """The number of a part that is too low for it stands above where nothing else does, else in the sheet alone."""
    highest = _highest_stack(chart)
    size: Any = made.data_labels.font.size
    is_top = chart.is_bridge or series is chart.series[-1]
    least = (WITH_ROOM if is_top else NUMBER) * size.pt / height
    for place, value in enumerate(series.values):
        if value is None or abs(value) >= least * highest:
            continue
        if is_top:
            label = _emphasise(frame, made, place)
            label.position = XL_LABEL_POSITION.CENTER
            _show(label._get_or_add_dLbl(), format_of(chart, series))
            _lift(label._get_or_add_dLbl(), 0.4 * abs(value) / highest + 0.75 * size.pt / height)
        else:
            _hide(made.points[place].data_label._get_or_add_dLbl())


def _lift(label: Any, share: float) -> None:
    """Move a label up by a share of the chart's height, as PowerPoint writes one that was dragged."""
    label.find(qn("c:idx")).addnext(
        parse_element(
            '<c:layout xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:manualLayout>'
            f'<c:x val="0"/><c:y val="{-share:.4f}"/></c:manualLayout></c:layout>'
        )
    )


def _hide(label: Any) -> None:
    for child in list(label):
        if child.tag != qn("c:idx"):
            label.remove(child)
    label.append(label.makeelement(qn("c:delete"), {"val": "1"}))


def _highest_stack(chart: Chart) -> float:
    """How much of the highest column is drawn."""
    columns = zip(*(each.values for each in chart.series), strict=True)
    highest = max((sum(abs(each or 0) for each in column) for column in columns), default=0)
    return highest - (chart.floor or 0)


def label_line(frame: Frame, chart: Chart, series: Series, made: Any) -> None:
    """A number at each point of the only line, which no interval crosses; else at the last one alone."""
    values = series.values
    known = [place for place, value in enumerate(values) if value is not None]
    is_alone = len(chart.series) == 1 and not spread_of(series)
    if series.role == "target":
        return
    for place in known if is_alone else known[-1:]:
        label = _emphasise(frame, made, place)
        label.position = XL_LABEL_POSITION.ABOVE if is_alone else XL_LABEL_POSITION.RIGHT
        _show(label._get_or_add_dLbl(), format_of(chart, series))


def _show(label: Any, code: str) -> None:
    """Let a label show its value, and nothing else, by a number format."""
    shown = {"c:showVal": True, "c:showSerName": False, "c:showLegendKey": False}
    for name, is_shown in shown.items():
        for each in label.findall(qn(name)):
            each.set("val", "1" if is_shown else "0")
    for each in label.findall(qn("c:numFmt")):
        label.remove(each)
    given = label.makeelement(qn("c:numFmt"), {"formatCode": code, "sourceLinked": "0"})
    before = (qn("c:idx"), qn("c:layout"), qn("c:tx"))
    # Its place in the schema: after the index, the layout and the text.
    next(child for child in label if child.tag not in before).addprevious(given)
