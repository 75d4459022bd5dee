"""Lines with their bands, each named at its end."""

from collections.abc import Sequence

from analyses.board.document import Series
from analyses.formats import format_value
from exports.drawing.sheet import (
    Sheet,
    color_of,
    extent,
    set_margins,
    show_categories,
    show_scale,
    write_value,
)
from exports.xml import to_xml_text


def draw_lines(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    shown = chart.shown
    ends = [_name_end(sheet, series, len(shown) > 1) for series in shown]
    right = max((sheet.room(end) for end in ends), default=0.0) + 14
    bounds = [bound for series in shown for bound in (*series.low, *series.high)]
    values = [value for series in shown for value in series.values]
    known = [value for value in values if value is not None] or [0.0]
    scale = (str(format_value(value, chart.unit, sheet.currency)) for value in known)
    left = max(sheet.room(text) for text in scale) + sheet.font
    set_margins(sheet, left, right, 6, sheet.font * 2.2)
    extent(sheet, [*bounds, *values], from_zero=False)
    for series in shown:
        _draw_line(sheet, series)
    axes.set_xlim(-0.1, max(1, len(chart.categories) - 1) + 0.1)
    slot = (sheet.width - left - right) / max(1, len(chart.categories) - 1)
    show_categories(sheet, slot)
    show_scale(sheet, True)
    _show_ends(sheet, shown, ends)


def _draw_line(sheet: Sheet, series: Series) -> None:
    color, dashes = color_of(sheet, series)
    line = [float("nan") if value is None else value for value in series.values]
    sheet.axes.plot(
        range(len(line)), line, color=color, linestyle=dashes, clip_on=False,
        linewidth=2, markersize=4,
        marker=None if series.role == "target" else "o",
    )  # fmt: skip
    if series.low and series.high:
        low, high = (
            [float("nan") if bound is None else bound for bound in bounds]
            for bounds in (series.low, series.high)
        )
        sheet.axes.fill_between(
            range(len(line)), low, high, color=color, alpha=0.13, linewidth=0, clip_on=False
        )


def _name_end(sheet: Sheet, series: Series, has_others: bool) -> str:
    last = write_value(sheet, series, len(series.cells) - 1) if series.cells else ""
    return f"{to_xml_text(series.name)} {last}" if has_others else last


def _show_ends(sheet: Sheet, shown: Sequence[Series], ends: Sequence[str]) -> None:
    """Name and last value at the end of each line, moved apart where they would touch."""
    low, high = sheet.axes.get_ylim()
    line = sheet.font * 1.25 * (high - low) / (sheet.height * sheet.axes.get_position().height)
    lasts = [
        next((value for value in reversed(series.values) if value is not None), low)
        for series in shown
    ]
    place = low - line
    for at in sorted(range(len(shown)), key=lambda each: lasts[each]):
        place = max(lasts[at], place + line)
        sheet.axes.annotate(
            ends[at], (len(sheet.chart.categories) - 1, place), (8, 0), textcoords="offset points",
            va="center", ha="left", fontsize=sheet.font, color=sheet.palette.ink,
            annotation_clip=False,
        )  # fmt: skip
