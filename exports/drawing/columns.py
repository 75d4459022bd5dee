"""Columns beside each other with their intervals and targets, and columns that are stacked."""

from analyses.board.document import Series
from exports.drawing.sheet import (
    Sheet,
    baseline,
    extent,
    ink_on,
    label,
    name_categories,
    set_margins,
    show_categories,
    show_interval,
    show_legend,
    show_scale,
    style_of,
    write_value,
)

# No column is wider, in pixels.
WIDEST = 130
# How high figures stand with a hair around them, in parts of the font, and the smallest that is read.
FIGURE, SMALLEST = 0.78, 8.5


def draw_columns(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    columns = [series for series in chart.series if series.role not in ("target", "hidden")]
    targets = [series for series in chart.series if series.role == "target"]
    labels = [
        write_value(sheet, series, at) for series in columns for at in range(len(series.cells))
    ]
    wide = min(0.78 / max(1, len(columns)), WIDEST * len(chart.categories) / sheet.width)
    widest = max((sheet.room(label) for label in labels), default=0.0)
    left = sheet.font
    slot = (sheet.width - left) / max(1, len(chart.categories))
    is_told = widest < slot * wide * 1.22
    if not is_told:
        left = widest + sheet.font
        slot = (sheet.width - left) / max(1, len(chart.categories))
    has_legend = len(chart.series) > 1
    _fit(sheet, left, slot, has_legend)
    bounds = [bound for series in chart.series for bound in (*series.low, *series.high)]
    extent(sheet, [*bounds, *(value for series in chart.series for value in series.values)])
    for number, series in enumerate(columns):
        shift = (number - (len(columns) - 1) / 2) * wide
        _draw_column_series(sheet, series, shift, wide, is_told)
    for series in targets:
        for at, value in enumerate(series.values):
            if value is not None:
                axes.plot(
                    (at - 0.42, at + 0.42), (value, value), color=sheet.palette.ink, linewidth=1.5,
                    linestyle=(0, (3, 2)), clip_on=False,
                )  # fmt: skip
    _finish(sheet, slot, not is_told)
    if has_legend:
        show_legend(sheet, [*columns, *targets], sheet.font)


def _fit(sheet: Sheet, left: float, slot: float, has_legend: bool) -> None:
    is_high = any("\n" in name for name in name_categories(sheet, slot))
    beneath = sheet.font * (3.6 if is_high else 2.2)
    set_margins(sheet, left, 4, sheet.font * (2.6 if has_legend else 0.8), beneath)


def _finish(sheet: Sheet, slot: float, has_scale: bool) -> None:
    sheet.axes.set_xlim(-0.5, len(sheet.chart.categories) - 0.5)
    if sheet.chart.floor is None:
        baseline(sheet)
    show_categories(sheet, slot)
    show_scale(sheet, has_scale)


def _draw_column_series(
    sheet: Sheet, series: Series, shift: float, wide: float, is_told: bool
) -> None:
    for at, value in enumerate(series.values):
        place = at + shift
        if value is not None:
            sheet.axes.bar([place], [value], wide * 0.9, clip_on=False, **style_of(sheet, series))
        interval = show_interval(sheet, series, at, place, is_flat=False)
        if is_told:
            is_below = value is not None and value < 0
            ends = [*interval, *([] if value is None else [value])] or [0.0]
            end = min(ends) if is_below else max(ends)
            label(sheet, place, end, write_value(sheet, series, at), -3 if is_below else 3)


def draw_stacked(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    has_base = chart.is_bridge
    shown = chart.shown
    left = sheet.font
    slot = (sheet.width - left) / max(1, len(chart.categories))
    has_legend = len(shown) > 1 and not has_base
    _fit(sheet, left, slot, has_legend)
    count = len(chart.categories)
    # An axis that begins above 0: all is drawn from there, what is beneath is cut off.
    tops, floors = [-(chart.floor or 0.0)] * count, [0.0] * count
    wide = min(0.72, WIDEST * count / sheet.width)
    segments: list[tuple[Series, int, float, float]] = []
    for series in chart.series:
        for at, value in enumerate(series.values):
            if value is None:
                continue
            stack = tops if value >= 0 else floors
            segments.append((series, at, stack[at], value))
            stack[at] += value
    extent(sheet, [*tops, *floors], room=0.10 if has_base else 0.01)
    low, high = axes.get_ylim()
    pixel = (high - low) / (sheet.height * axes.get_position().height)
    for series, at, base, value in segments:
        if series.role == "hidden":
            continue
        bottom = base if chart.floor is None else max(0.0, base)
        height = base + value - bottom
        axes.bar([at], [height], wide, bottom=bottom, clip_on=False, **style_of(sheet, series))
        text = write_value(sheet, series, at)
        if sheet.room(text) > slot * 1.1:
            continue
        if has_base:
            label(sheet, at, max(base, base + value), text, 3)
        # Of figures only the height counts, not the room of a line; a part too thin for them is set smaller.
        elif (size := min(sheet.font, abs(height) / pixel / FIGURE)) >= SMALLEST:
            axes.text(
                at, bottom + height / 2, text, ha="center", va="center_baseline", fontsize=size,
                color=ink_on(sheet, series),
            )  # fmt: skip
    _finish(sheet, slot, has_scale=False)
    if has_legend:
        show_legend(sheet, shown, sheet.font)
