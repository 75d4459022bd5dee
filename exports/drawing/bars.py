"""Bars from left to right, with their intervals."""

from exports.drawing.sheet import (
    LETTER,
    Sheet,
    set_margins,
    show_interval,
    show_legend,
    style_of,
    write_value,
)
from exports.xml import to_xml_text


def draw_bars(sheet: Sheet) -> None:
    """Bars from left to right, the first category on top."""
    chart, axes = sheet.chart, sheet.axes
    shown = chart.shown
    most = int(sheet.width * 0.38 / (LETTER * sheet.font))
    names = [_cut(to_xml_text(name), most) for name in chart.categories]
    labels = [write_value(sheet, series, at) for series in shown for at in range(len(series.cells))]
    left = max((sheet.room(name) for name in names), default=0.0) + sheet.font
    right = max((sheet.room(label) for label in labels), default=0.0) + sheet.font
    has_legend = len(shown) > 1
    set_margins(sheet, left, right, sheet.font * (2.6 if has_legend else 0.4), 2)
    ends = [0.0] + [value for series in shown for value in series.values if value is not None]
    ends += [
        bound for series in shown for bound in (*series.low, *series.high) if bound is not None
    ]
    axes.set_xlim(min(ends), max(ends) or 1.0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    thick = 0.72 / max(1, len(shown))
    for number, series in enumerate(shown):
        for at, value in enumerate(series.values):
            place = at + (number - (len(shown) - 1) / 2) * thick
            reach = value or 0.0
            axes.barh([place], [reach], thick * 0.9, clip_on=False, **style_of(sheet, series))
            reach = max([reach, *show_interval(sheet, series, at, place, is_flat=True)])
            axes.annotate(
                write_value(sheet, series, at), (max(0.0, reach), place), (5, 0), fontsize=sheet.font,
                textcoords="offset points", va="center", color=sheet.palette.ink,
                annotation_clip=False,
            )  # fmt: skip
    axes.axvline(0, color=sheet.palette.muted, linewidth=1)
    axes.set_xticks([])
    axes.set_yticks(range(len(names)), names, fontsize=sheet.font, color=sheet.palette.ink)
    axes.tick_params(length=0, pad=6)
    if has_legend:
        show_legend(sheet, shown, sheet.font)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"
