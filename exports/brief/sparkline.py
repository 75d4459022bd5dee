"""The last weeks of a card over their normal range, as a small SVG or as one line of text."""

from collections.abc import Sequence

from analyses.weekly import Card
from charts.theme import PALETTES

PERIODS = 26
WIDTH, HEIGHT, EDGE = 150, 34, 4
BARS = "▁▂▃▄▅▆▇█"
# What a palette says as rgba, of which not every reader of SVG knows.
BAND, BAND_OPACITY = "#5A6875", "0.14"


def draw_sparkline(card: Card) -> str:
    """An SVG without text: the normal range as a band, the values as a line, the last one as a dot (a
    diamond where it is a signal). Empty with fewer than two values."""
    points, limits = card.points[-PERIODS:], card.limits[-PERIODS:]
    values = [point.value for point in points]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    bounds = [bound for each in limits if each for bound in (each.lower or 0.0, each.upper)]
    reached = known + [bound for bound in bounds if bound is not None]
    lowest, highest = min(reached), max(reached)
    scale = (HEIGHT - 2 * EDGE) / ((highest - lowest) or 1)

    def place(position: int, value: float) -> str:
        x = EDGE + position * (WIDTH - 2 * EDGE) / (len(values) - 1)
        return f"{x:.1f},{HEIGHT - EDGE - (value - lowest) * scale:.1f}"

    band = [
        (i, each.lower or 0.0, highest if each.upper is None else each.upper)
        for i, each in enumerate(limits)
        if each
    ]
    outline = [place(i, low) for i, low, _ in band] + [place(i, high) for i, _, high in band[::-1]]
    color = PALETTES["light"].actual
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
    ]
    if len(band) > 1:
        parts.append(
            f'<polygon points="{" ".join(outline)}" fill="{BAND}" fill-opacity="{BAND_OPACITY}"/>'
        )
    parts += [
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{color}" stroke-width="1.6"/>'
        for run in _runs([None if v is None else place(i, v) for i, v in enumerate(values)])
    ]
    if values[-1] is not None:
        x, y = place(len(values) - 1, values[-1]).split(",")
        is_signal = any(card.rules[-1:])
        parts.append(
            f'<path d="M{x} {y}m0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="{color}"/>'
            if is_signal
            else f'<circle cx="{x}" cy="{y}" r="3" fill="{color}"/>'
        )
    return "".join([*parts, "</svg>"])


def write_sparkline(card: Card) -> str:
    """The same as bars of text, a dot for a missing week: '▁▂▁▅·▃'. Mail clients load no pictures unasked."""
    values = [point.value for point in card.points[-PERIODS:]]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    lowest, spread = min(known), max(known) - min(known)
    steps = len(BARS) - 1
    return "".join(
        "·" if value is None else BARS[round((value - lowest) / spread * steps) if spread else 0]
        for value in values
    )


def _runs(places: Sequence[str | None]) -> list[list[str]]:
    """The stretches without a gap that a line is drawn through."""
    runs: list[list[str]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]
