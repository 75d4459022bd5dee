"""A chart of a pack as a picture: SVG for pages and PDF. Bars start at zero, or at the floor that the chart names.

The same chart gives the same bytes. Where there is room each value stands beside its mark, and the
axis is left out.
"""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Any, cast

from analyses.board.document import Chart
from charts.theme import PALETTES, Palette
from exports.drawing.bars import draw_bars
from exports.drawing.columns import draw_columns, draw_stacked
from exports.drawing.lines import draw_lines
from exports.drawing.sheet import Sheet
from exports.drawing.svg import tidy
from exports.xml import to_xml_text

# matplotlib's settings are those of the process, and the server draws in threads.
_lock = Lock()


def draw_svg(chart: Chart, currency: str, width: int, height: int, is_dark: bool = False) -> str:
    """The chart as an `svg` element, whose label is chart.alt and whose text is text."""
    import warnings

    import matplotlib
    from matplotlib.figure import Figure

    salt = sha256(f"{chart!r} {width} {height} {is_dark}".encode()).hexdigest()[:16]
    # A name may hold letters that the font lacks, or dollars that would be read as a formula.
    settings: Any = {
        "svg.fonttype": "none", "svg.hashsalt": salt, "font.family": "DejaVu Sans", "text.parse_math": False,
    }  # fmt: skip
    with _lock, warnings.catch_warnings(), cast(Any, matplotlib).rc_context(settings):
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure: Any = Figure(figsize=(width / 72, height / 72), dpi=72)
        _draw(figure, chart, currency, (width, height), PALETTES["dark" if is_dark else "light"])
        out = BytesIO()
        no_date = {"Date": None, "Creator": None}
        figure.savefig(out, format="svg", dpi=72, transparent=True, metadata=no_date)
    return tidy(out.getvalue().decode(), to_xml_text(chart.alt), width, height)


def _draw(
    figure: Any, chart: Chart, currency: str, size: tuple[int, int], palette: Palette
) -> None:
    axes = figure.add_axes((0, 0, 1, 1))
    width, height = size
    font = max(9.0, min(16.0, width / 62))
    sheet = Sheet(axes, chart, palette, currency, width, height, font)
    kinds: dict[str, Callable[[Sheet], None]] = {
        "columns": draw_columns,
        "stacked": draw_stacked,
        "lines": draw_lines,
        "bars": draw_bars,
    }
    kinds[chart.kind](sheet)
    for spine in axes.spines.values():
        spine.set_visible(False)
