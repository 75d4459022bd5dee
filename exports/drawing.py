"""A chart of a pack as a picture: SVG for pages and PDF, PNG for mail. Bars start at zero,
or at the floor that the chart names.

The same chart gives the same bytes. Where there is room each value stands beside its mark, and the
axis is left out; below 80 pixels of height only the marks are drawn (a sparkline).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Any, cast

from analyses.board.document import Chart, Series
from analyses.formats import format_value
from charts.theme import PALETTES, Palette
from exports.svg import tidy
from exports.tables import clean

SPARK = 80
# No column is wider, in pixels.
WIDEST = 130
# Widths of DejaVu Sans, which is drawn with and is wider than what replaces it: em a letter.
LETTER = 0.62
# A second and third series of the same role are told apart by shade and dashes, for colour says good or bad.
SHADES = (("actual", "-"), ("prior", "--"), ("muted", ":"))
# matplotlib's settings are those of the process, and the server draws in threads.
_lock = Lock()


@dataclass(frozen=True)
class Sheet:
    """What a chart is drawn on; axes is matplotlib's, whose types pyright knows only in part."""

    axes: Any
    chart: Chart
    palette: Palette
    currency: str
    width: int
    height: int
    font: float

    @property
    def is_spark(self) -> bool:
        return self.height < SPARK

    def room(self, text: str) -> float:
        """Pixels that a text takes."""
        return len(text) * LETTER * self.font


def draw_svg(chart: Chart, currency: str, width: int, height: int, is_dark: bool = False) -> str:
    """The chart as an `svg` element, whose label is chart.alt and whose text is text."""
    salt = sha256(f"{chart!r} {width} {height} {is_dark}".encode()).hexdigest()[:16]
    drawn = _save(chart, currency, (width, height), is_dark, "svg", {"svg.hashsalt": salt})
    return tidy(drawn.decode(), chart.alt, width, height)


def draw_png(
    chart: Chart, currency: str, width: int, height: int, is_dark: bool = False, scale: int = 2
) -> bytes:
    """The chart as a PNG without background, of scale pixels for each of width and height."""
    return _save(chart, currency, (width, height), is_dark, "png", {}, dpi=72 * scale)


def _save(
    chart: Chart,
    currency: str,
    size: tuple[int, int],
    is_dark: bool,
    kind: str,
    options: dict[str, Any],
    dpi: int = 72,
) -> bytes:
    import warnings

    import matplotlib
    from matplotlib.figure import Figure

    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    # A name may hold letters that the font lacks, or dollars that would be read as a formula.
    settings: Any = {
        "svg.fonttype": "none", "font.family": "DejaVu Sans", "text.parse_math": False, **options,
    }  # fmt: skip
    with _lock, warnings.catch_warnings(), cast(Any, matplotlib).rc_context(settings):
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure: Any = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72)
        _draw(figure, chart, currency, size, PALETTES["dark" if is_dark else "light"])
        out = BytesIO()
        figure.savefig(out, format=kind, dpi=dpi, transparent=True, metadata=metadata)
    return out.getvalue()


def _draw(
    figure: Any, chart: Chart, currency: str, size: tuple[int, int], palette: Palette
) -> None:
    axes = figure.add_axes((0, 0, 1, 1))
    width, height = size
    font = max(9.0, min(16.0, width / 62))
    sheet = Sheet(axes, chart, palette, currency, width, height, font)
    kinds: dict[str, Callable[[Sheet], None]] = {
        "columns": _draw_columns,
        "stacked": _draw_stacked,
        "lines": _draw_lines,
        "bars": _draw_bars,
    }
    kinds[chart.kind](sheet)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if sheet.is_spark:
        axes.set_axis_off()


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _values(series: Series) -> list[float | None]:
    return [_number(cell.value) for cell in series.cells]


def _write(sheet: Sheet, series: Series, position: int) -> str:
    """The value beside a mark; a bridge's steps carry their sign, as their colours say no more."""
    cell = series.cells[position]
    value, is_change = _number(cell.value), cell.is_change
    if value is not None and _is_bridge(sheet.chart) and series.role in ("good", "bad"):
        value, is_change = (-abs(value) if series.role == "bad" else value), True
    return str(format_value(value, cell.unit, sheet.currency, is_change))


def _is_bridge(chart: Chart) -> bool:
    return any(series.role == "hidden" for series in chart.series)


def _color(sheet: Sheet, series: Series) -> tuple[str, str]:
    """Colour and dashes of a series."""
    palette, role = sheet.palette, series.role
    if role in palette.tiers:
        return palette.tiers[role], "-"
    if role == "actual":
        peers = [each for each in sheet.chart.series if each.role == "actual"]
        shade, dashes = SHADES[min(peers.index(series), len(SHADES) - 1)]
        return getattr(palette, shade), dashes
    named = {
        "prior": palette.prior, "target": palette.ink, "forecast": palette.muted,
        "good": palette.good, "bad": palette.bad, "total": palette.actual,
    }  # fmt: skip
    return named[role], {"target": ":", "forecast": "--"}.get(role, "-")


def _style(sheet: Sheet, series: Series) -> dict[str, Any]:
    """How a bar is filled: what is expected, and tiers without evidence, are hatched."""
    color, _ = _color(sheet, series)
    is_silent = series.role == "prior" and any(
        each.role in sheet.palette.tiers for each in sheet.chart.series
    )
    if series.role == "forecast" or is_silent:
        return {"facecolor": "none", "edgecolor": color, "hatch": "////", "linewidth": 1}
    return {"facecolor": color, "edgecolor": "none", "linewidth": 0}


def _ink_on(sheet: Sheet, series: Series) -> str:
    """Black or white, whichever is read on the colour of the series; what is hatched is no ground."""
    if _style(sheet, series)["facecolor"] == "none":
        return sheet.palette.ink
    color, _ = _color(sheet, series)
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#1B2733" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#FFFFFF"


def _place(sheet: Sheet, left: float, right: float, top: float, bottom: float) -> None:
    """Set the margins, in pixels."""
    width, height = sheet.width, sheet.height
    sheet.axes.set_position(
        (left / width, bottom / height,
         max(0.1, 1 - (left + right) / width), max(0.1, 1 - (top + bottom) / height))
    )  # fmt: skip


def _name_categories(sheet: Sheet, slot: float) -> list[str]:
    """Names for places of slot pixels; in two lines where one is too wide for its place."""
    names = [clean(name) for name in sheet.chart.categories]
    return [name if sheet.room(name) < slot else _halve(name) for name in names]


def _halve(name: str) -> str:
    """The name parted at the space nearest to its middle."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if not spaces:
        return name
    at = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _show_categories(sheet: Sheet, slot: float) -> None:
    """Names beneath the columns; every second or third only, where all would touch."""
    axes, names = sheet.axes, _name_categories(sheet, slot)
    widest = max((sheet.room(part) for name in names for part in name.split("\n")), default=0.0)
    step = max(1, -(-int(widest) // max(1, int(slot))))
    shown = range((len(names) - 1) % step, len(names), step)
    axes.set_xticks(
        list(shown), [names[at] for at in shown], fontsize=sheet.font, color=sheet.palette.ink
    )
    axes.tick_params(length=0, pad=6)


def _show_scale(sheet: Sheet, is_shown: bool) -> None:
    """Lines of the values' axis with their numbers; nothing where each value is written."""
    axes, palette = sheet.axes, sheet.palette
    if not is_shown:
        axes.set_yticks([])
        return
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def write(value: float, _: int) -> str:
        return str(format_value(value, sheet.chart.unit, sheet.currency))

    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(write))
    axes.tick_params(axis="y", length=0, labelsize=sheet.font, labelcolor=palette.muted)
    axes.grid(axis="y", color=palette.grid, linewidth=1)
    axes.set_axisbelow(True)


def _show_legend(sheet: Sheet, shown: Sequence[Series], top: float) -> None:
    """Names of the series over the chart, each with its colour."""
    place = sheet.axes.get_position()
    left, height = place.x0 * sheet.width, sheet.height
    for series in shown:
        name = clean(series.name)
        color, _ = _color(sheet, series)
        mark = "\u2505" if series.role == "target" else "\u25a0"
        for text, tint, gap in ((mark, color, 1.2), (name, sheet.palette.ink, 0.0)):
            sheet.axes.text(
                left / sheet.width, 1 - top / height, text, color=tint, fontsize=sheet.font,
                transform=sheet.axes.figure.transFigure, va="center", ha="left",
            )  # fmt: skip
            left += gap * sheet.font if gap else sheet.room(name) + sheet.font


def _extent(sheet: Sheet, values: Sequence[float | None], from_zero: bool = True) -> None:
    """Set the values' axis so that every mark and its label is inside."""
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(known), max(known)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    span = (high - low) or abs(high) or 1.0
    room = 0.04 if sheet.is_spark else 0.10
    below = span * room if low < 0 or not from_zero else 0.0
    sheet.axes.set_ylim(low - below, high + span * room)


def _baseline(sheet: Sheet) -> None:
    if not sheet.is_spark:
        sheet.axes.axhline(0, color=sheet.palette.muted, linewidth=1)


def _draw_columns(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    columns = [series for series in chart.series if series.role not in ("target", "hidden")]
    targets = [series for series in chart.series if series.role == "target"]
    labels = [_write(sheet, series, at) for series in columns for at in range(len(series.cells))]
    wide = min(0.78 / max(1, len(columns)), WIDEST * len(chart.categories) / sheet.width)
    widest = max((sheet.room(label) for label in labels), default=0.0)
    left = 0.0 if sheet.is_spark else sheet.font
    slot = (sheet.width - left) / max(1, len(chart.categories))
    is_told = widest < slot * wide * 1.22
    if not is_told:
        left = widest + sheet.font
        slot = (sheet.width - left) / max(1, len(chart.categories))
    has_legend = len(chart.series) > 1 and not sheet.is_spark
    _fit(sheet, left, slot, has_legend)
    bounds = [bound for series in chart.series for bound in (*series.low, *series.high)]
    _extent(sheet, [*bounds, *(value for series in chart.series for value in _values(series))])
    for number, series in enumerate(columns):
        shift = (number - (len(columns) - 1) / 2) * wide
        _draw_column_series(sheet, series, shift, wide, is_told)
    for series in targets:
        for at, value in enumerate(_values(series)):
            if value is not None:
                axes.plot(
                    (at - 0.42, at + 0.42), (value, value), color=sheet.palette.ink, linewidth=1.5,
                    linestyle=(0, (3, 2)), clip_on=False,
                )  # fmt: skip
    _finish(sheet, slot, not is_told)
    if has_legend:
        _show_legend(sheet, [*columns, *targets], sheet.font)


def _fit(sheet: Sheet, left: float, slot: float, has_legend: bool) -> None:
    if sheet.is_spark:
        _place(sheet, 1, 1, 1, 1)
    else:
        is_high = any("\n" in name for name in _name_categories(sheet, slot))
        beneath = sheet.font * (3.6 if is_high else 2.2)
        _place(sheet, left, 4, sheet.font * (2.6 if has_legend else 0.8), beneath)


def _finish(sheet: Sheet, slot: float, has_scale: bool) -> None:
    sheet.axes.set_xlim(-0.5, len(sheet.chart.categories) - 0.5)
    if sheet.chart.floor is None:
        _baseline(sheet)
    _show_categories(sheet, slot)
    _show_scale(sheet, has_scale)


def _draw_column_series(
    sheet: Sheet, series: Series, shift: float, wide: float, is_told: bool
) -> None:
    axes, palette = sheet.axes, sheet.palette
    for at, value in enumerate(_values(series)):
        place = at + shift
        low, high = (bounds[at] if bounds else None for bounds in (series.low, series.high))
        if value is not None:
            axes.bar([place], [value], wide * 0.9, clip_on=False, **_style(sheet, series))
        if low is not None and high is not None:
            axes.plot([place, place], [low, high], color=palette.muted, linewidth=1.5)
        if is_told and not sheet.is_spark:
            is_below = value is not None and value < 0
            ends = [end for end in (value, high, low) if end is not None] or [0.0]
            end = min(ends) if is_below else max(ends)
            _label(sheet, place, end, _write(sheet, series, at), -3 if is_below else 3)


def _label(sheet: Sheet, place: float, end: float, text: str, offset: float) -> None:
    """A text above (offset over 0) or below an end of a mark."""
    sheet.axes.annotate(
        text, (place, end), (0, offset), textcoords="offset points", ha="center",
        va="bottom" if offset > 0 else "top", fontsize=sheet.font, color=sheet.palette.ink,
        annotation_clip=False,
    )  # fmt: skip


def _draw_stacked(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    is_bridge = _is_bridge(chart)
    shown = [series for series in chart.series if series.role != "hidden"]
    left = 0.0 if sheet.is_spark else sheet.font
    slot = (sheet.width - left) / max(1, len(chart.categories))
    has_legend = len(shown) > 1 and not is_bridge and not sheet.is_spark
    _fit(sheet, left, slot, has_legend)
    count = len(chart.categories)
    # An axis that begins above 0: all is drawn from there, what is beneath is cut off.
    tops, floors = [-(chart.floor or 0.0)] * count, [0.0] * count
    wide = min(0.72, WIDEST * count / sheet.width)
    segments: list[tuple[Series, int, float, float]] = []
    for series in chart.series:
        for at, value in enumerate(_values(series)):
            if value is None:
                continue
            stack = tops if value >= 0 else floors
            segments.append((series, at, stack[at], value))
            stack[at] += value
    _extent(sheet, [*tops, *floors])
    low, high = axes.get_ylim()
    pixel = (high - low) / (sheet.height * axes.get_position().height)
    for series, at, base, value in segments:
        if series.role == "hidden":
            continue
        bottom = base if chart.floor is None else max(0.0, base)
        height = base + value - bottom
        axes.bar([at], [height], wide, bottom=bottom, clip_on=False, **_style(sheet, series))
        text = _write(sheet, series, at)
        if sheet.is_spark or sheet.room(text) > slot * 1.1:
            continue
        if is_bridge:
            _label(sheet, at, max(base, base + value), text, 3)
        elif abs(value) > pixel * sheet.font * 1.25:
            axes.text(
                at, base + value / 2, text, ha="center", va="center", fontsize=sheet.font,
                color=_ink_on(sheet, series),
            )  # fmt: skip
    _finish(sheet, slot, has_scale=False)
    if has_legend:
        _show_legend(sheet, shown, sheet.font)


def _draw_lines(sheet: Sheet) -> None:
    chart, axes = sheet.chart, sheet.axes
    shown = [series for series in chart.series if series.role != "hidden"]
    ends = [_name_end(sheet, series, len(shown) > 1) for series in shown]
    right = 4.0 if sheet.is_spark else max((sheet.room(end) for end in ends), default=0.0) + 14
    bounds = [bound for series in shown for bound in (*series.low, *series.high)]
    values = [value for series in shown for value in _values(series)]
    known = [value for value in values if value is not None] or [0.0]
    scale = (str(format_value(value, chart.unit, sheet.currency)) for value in known)
    left = 4.0 if sheet.is_spark else max(sheet.room(text) for text in scale) + sheet.font
    _place(sheet, left, right, 6, 6 if sheet.is_spark else sheet.font * 2.2)
    _extent(sheet, [*bounds, *values], from_zero=False)
    for series in shown:
        _draw_line(sheet, series)
    axes.set_xlim(-0.1, max(1, len(chart.categories) - 1) + 0.1)
    if sheet.is_spark:
        return
    slot = (sheet.width - left - right) / max(1, len(chart.categories) - 1)
    _show_categories(sheet, slot)
    _show_scale(sheet, True)
    _show_ends(sheet, shown, ends)


def _draw_line(sheet: Sheet, series: Series) -> None:
    color, dashes = _color(sheet, series)
    line = [float("nan") if value is None else value for value in _values(series)]
    sheet.axes.plot(
        range(len(line)), line, color=color, linestyle=dashes, clip_on=False,
        linewidth=1.5 if sheet.is_spark else 2, markersize=4,
        marker=None if sheet.is_spark or series.role == "target" else "o",
    )  # fmt: skip
    if series.low and series.high:
        low, high = (
            [float("nan") if bound is None else bound for bound in bounds]
            for bounds in (series.low, series.high)
        )
        sheet.axes.fill_between(
            range(len(line)), low, high, color=color, alpha=0.13, linewidth=0, clip_on=False
        )
    if sheet.is_spark and line:
        sheet.axes.plot([len(line) - 1], line[-1:], "o", color=color, markersize=3, clip_on=False)


def _name_end(sheet: Sheet, series: Series, has_others: bool) -> str:
    last = _write(sheet, series, len(series.cells) - 1) if series.cells else ""
    return f"{clean(series.name)} {last}" if has_others else last


def _show_ends(sheet: Sheet, shown: Sequence[Series], ends: Sequence[str]) -> None:
    """Name and last value at the end of each line, moved apart where they would touch."""
    low, high = sheet.axes.get_ylim()
    line = sheet.font * 1.25 * (high - low) / (sheet.height * sheet.axes.get_position().height)
    lasts = [
        next((value for value in reversed(_values(series)) if value is not None), low)
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


def _draw_bars(sheet: Sheet) -> None:
    """Bars from left to right, the first category on top."""
    chart, axes = sheet.chart, sheet.axes
    shown = [series for series in chart.series if series.role != "hidden"]
    most = int(sheet.width * 0.38 / (LETTER * sheet.font))
    names = [_cut(clean(name), most) for name in chart.categories]
    labels = [_write(sheet, series, at) for series in shown for at in range(len(series.cells))]
    left = max((sheet.room(name) for name in names), default=0.0) + sheet.font
    right = max((sheet.room(label) for label in labels), default=0.0) + sheet.font
    has_legend = len(shown) > 1
    _place(sheet, left, right, sheet.font * (2.6 if has_legend else 0.4), 2)
    ends = [0.0] + [value for series in shown for value in _values(series) if value is not None]
    ends += [
        bound for series in shown for bound in (*series.low, *series.high) if bound is not None
    ]
    axes.set_xlim(min(ends), max(ends) or 1.0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    thick = 0.72 / max(1, len(shown))
    for number, series in enumerate(shown):
        for at, value in enumerate(_values(series)):
            place = at + (number - (len(shown) - 1) / 2) * thick
            reach = value or 0.0
            axes.barh([place], [reach], thick * 0.9, clip_on=False, **_style(sheet, series))
            if series.low and series.high and None not in (series.low[at], series.high[at]):
                bounds = [series.low[at] or 0.0, series.high[at] or 0.0]
                axes.plot(bounds, [place, place], color=sheet.palette.muted, linewidth=1.5)
                reach = max(reach, *bounds)
            axes.annotate(
                _write(sheet, series, at), (max(0.0, reach), place), (5, 0), fontsize=sheet.font,
                textcoords="offset points", va="center", color=sheet.palette.ink,
                annotation_clip=False,
            )  # fmt: skip
    axes.axvline(0, color=sheet.palette.muted, linewidth=1)
    axes.set_xticks([])
    axes.set_yticks(range(len(names)), names, fontsize=sheet.font, color=sheet.palette.ink)
    axes.tick_params(length=0, pad=6)
    if has_legend:
        _show_legend(sheet, shown, sheet.font)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"
