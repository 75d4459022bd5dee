"""What every kind of chart is drawn with: colours, values as words, names, scale and legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyses.board.document import Chart, Series
from analyses.formats import format_value
from charts.theme import Palette
from exports.xml import to_xml_text

# Widths of DejaVu Sans, which is drawn with and is wider than what replaces it: em a letter.
LETTER = 0.62
# A second and third series of the same role are told apart by shade and dashes, for colour says good or bad.
SHADES = (("actual", "-"), ("prior", "--"), ("muted", ":"))


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

    def room(self, text: str) -> float:
        """Pixels that a text takes."""
        return len(text) * LETTER * self.font


def write_value(sheet: Sheet, series: Series, position: int) -> str:
    """The value beside a mark; a bridge's steps carry their sign, as their colours say no more."""
    cell = series.cells[position]
    value, is_change = cell.number, cell.is_change
    if value is not None and sheet.chart.is_bridge and series.role in ("good", "bad"):
        value, is_change = (-abs(value) if series.role == "bad" else value), True
    return str(format_value(value, cell.unit, sheet.currency, is_change))


def color_of(sheet: Sheet, series: Series) -> tuple[str, str]:
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


def style_of(sheet: Sheet, series: Series) -> dict[str, Any]:
    """How a bar is filled: what is expected, and tiers without evidence, are hatched."""
    color, _ = color_of(sheet, series)
    is_silent = series.role == "prior" and any(
        each.role in sheet.palette.tiers for each in sheet.chart.series
    )
    if series.role == "forecast" or is_silent:
        return {"facecolor": "none", "edgecolor": color, "hatch": "////", "linewidth": 1}
    return {"facecolor": color, "edgecolor": "none", "linewidth": 0}


def ink_on(sheet: Sheet, series: Series) -> str:
    """Black or white, whichever is read on the colour of the series; what is hatched is no ground."""
    if style_of(sheet, series)["facecolor"] == "none":
        return sheet.palette.ink
    color, _ = color_of(sheet, series)
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#1B2733" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#FFFFFF"


def set_margins(sheet: Sheet, left: float, right: float, top: float, bottom: float) -> None:
    """Set the margins, in pixels."""
    width, height = sheet.width, sheet.height
    sheet.axes.set_position(
        (left / width, bottom / height,
         max(0.1, 1 - (left + right) / width), max(0.1, 1 - (top + bottom) / height))
    )  # fmt: skip


def name_categories(sheet: Sheet, slot: float) -> list[str]:
    """Names for places of slot pixels; in two lines where one is too wide for its place."""
    names = [to_xml_text(name) for name in sheet.chart.categories]
    return [name if sheet.room(name) < slot else _halve(name) for name in names]


def _halve(name: str) -> str:
    """The name parted at the space nearest to its middle."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if not spaces:
        return name
    at = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def show_categories(sheet: Sheet, slot: float) -> None:
    """Names beneath the columns; every second or third only, where all would touch."""
    axes, names = sheet.axes, name_categories(sheet, slot)
    widest = max((sheet.room(part) for name in names for part in name.split("\n")), default=0.0)
    step = max(1, -(-int(widest) // max(1, int(slot))))
    shown = range((len(names) - 1) % step, len(names), step)
    axes.set_xticks(
        list(shown), [names[at] for at in shown], fontsize=sheet.font, color=sheet.palette.ink
    )
    axes.tick_params(length=0, pad=6)


def show_scale(sheet: Sheet, is_shown: bool) -> None:
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


def show_legend(sheet: Sheet, shown: Sequence[Series], top: float) -> None:
    """Names of the series over the chart, each with its colour."""
    place = sheet.axes.get_position()
    left, height = place.x0 * sheet.width, sheet.height
    for series in shown:
        name = to_xml_text(series.name)
        color, _ = color_of(sheet, series)
        mark = "\u2505" if series.role == "target" else "\u25a0"
        for text, tint, gap in ((mark, color, 1.2), (name, sheet.palette.ink, 0.0)):
            sheet.axes.text(
                left / sheet.width, 1 - top / height, text, color=tint, fontsize=sheet.font,
                transform=sheet.axes.figure.transFigure, va="center", ha="left",
            )  # fmt: skip
            left += gap * sheet.font if gap else sheet.room(name) + sheet.font


def extent(
    sheet: Sheet, values: Sequence[float | None], from_zero: bool = True, room: float = 0.10
) -> None:
    """Set the values' axis so that every mark is inside, and its label in the room (of the span) beyond."""
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(known), max(known)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    span = (high - low) or abs(high) or 1.0
    below = span * room if low < 0 or not from_zero else 0.0
    sheet.axes.set_ylim(low - below, high + span * room)


def show_interval(
    sheet: Sheet, series: Series, at: int, place: float, is_flat: bool
) -> list[float]:
    """The interval of a bar, light where it lies on the bar and dark beyond; is_flat: a bar from left to right.

    Its ends, or nothing where there is no interval.
    """
    low, high = (bounds[at] if bounds else None for bounds in (series.low, series.high))
    if low is None or high is None:
        return []
    start, end = sorted((0.0, series.values[at] or 0.0))
    for begin, finish, color in (
        (low, high, sheet.palette.ink),
        (max(low, start), min(high, end), ink_on(sheet, series)),
    ):
        if begin < finish:
            along, across = (begin, finish), (place, place)
            sheet.axes.plot(
                *((along, across) if is_flat else (across, along)), color=color, linewidth=2,
                solid_capstyle="butt",
            )  # fmt: skip
    return [low, high]


def baseline(sheet: Sheet) -> None:
    sheet.axes.axhline(0, color=sheet.palette.muted, linewidth=1)


def label(sheet: Sheet, place: float, end: float, text: str, offset: float) -> None:
    """A text above (offset over 0) or below an end of a mark."""
    sheet.axes.annotate(
        text, (place, end), (0, offset), textcoords="offset points", ha="center",
        va="bottom" if offset > 0 else "top", fontsize=sheet.font, color=sheet.palette.ink,
        annotation_clip=False,
    )  # fmt: skip
